/**
 * Makes a clone ready with Node and npm alone: installs when the lockfile is not the one last installed.
 * Everything goes to stderr, so that what is run afterwards owns stdout.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
install();

function install() {
  const stamp = 'node_modules/.boot';
  const wanted = createHash('sha1').update(readFileSync('pnpm-lock.yaml')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
  run('npx', ['-y', packageManager.split('+')[0], 'install', '--frozen-lockfile']);
  writeFileSync(stamp, wanted);
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2], env: { ...process.env, CI: '1' } });
  if (status !== 0) process.exit(status ?? 1);
}
