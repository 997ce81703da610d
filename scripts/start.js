/** `npm start`: the demo's report and its inventory. Findings are what the demo is for, so they are no failure here. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

for (const command of ['scan', 'inventory']) {
  console.log(`$ imdsv2 ${command} fixtures/demo\n`);
  const { status } = spawnSync(process.execPath, ['packages/scanner/dist/cli.js', command, 'fixtures/demo'], {
    stdio: 'inherit',
  });
  console.log();
  if (status !== 0 && status !== 1) process.exitCode = status ?? 2;
}
