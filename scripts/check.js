/**
 * `npm test`: everything that must hold, on built packages. The static checks run two at a time and are shown when
 * they fail; the tests come last, so that their summary closes the output. `--full` adds the long tier.
 *
 * Leaves the sum of tests and checks in `.cache/summary`, one line.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const checks = [
  'eslint .',
  'tsc -b',
  'prettier --check --log-level warn .',
  'knip --no-progress',
  'eslint-doc-generator packages/eslint-plugin --check',
];
const mode = process.argv.includes('--full') ? 'full' : 'packed';
const tests = `vitest run --mode ${mode} --reporter default --reporter ./scripts/testing/count.ts`;
const count = '.cache/tests.json';

mkdirSync('.cache', { recursive: true });
rmSync(count, { force: true });
const queue = [...checks];
const failed = (await Promise.all([work(), work()])).flat();
const { status } = await run(tests, 'inherit');
writeFileSync('.cache/summary', `${summary()}\n`);
if (failed.length > 0) console.error(`Failed before the tests: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 || status !== 0 ? 1 : 0;

/** Takes checks from the queue until it is empty; gives those that failed. */
async function work() {
  const failed = [];
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
    const start = Date.now();
    const { status, output } = await run(check, 'pipe');
    console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${check} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    if (status === 0) continue;
    console.log(output);
    failed.push(check);
  }
  return failed;
}

/**
 * @param {string} line a command of `node_modules/.bin` with its arguments
 * @param {'inherit' | 'pipe'} stdio
 * @returns {Promise<{ status: number | null, output: string }>}
 */
function run(line, stdio) {
  const [command = '', ...args] = line.split(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(`node_modules/.bin/${command}`, args, { stdio: ['ignore', stdio, stdio] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ data) => (output += data));
    }
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, output });
    });
  });
}

/** Tests and checks together; tests that were not counted are one failure. */
function summary() {
  /** @type {{ passed: number, failed: number }} */
  const tested = existsSync(count) ? JSON.parse(readFileSync(count, 'utf8')) : { passed: 0, failed: 1 };
  return `${tested.passed + checks.length - failed.length} passed, ${tested.failed + failed.length} failed`;
}
