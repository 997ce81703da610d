/**
 * `npm test`: everything that must hold, on built packages. The static checks run two at a time and are shown when
 * they fail; the tests come last, so that their summary closes the output. `--full` adds the long tier.
 *
 * Leaves the sum of tests and checks in `.cache/summary`, one line.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const results = '.cache/vitest.json';
const mode = process.argv.includes('--full') ? 'full' : 'packed';

const checks = [
  'eslint .',
  'tsc -b',
  'prettier --check --log-level warn .',
  'knip --no-progress',
  'eslint-doc-generator packages/eslint-plugin --check',
];

mkdirSync('.cache', { recursive: true });
rmSync(results, { force: true });
const queue = [...checks];
const failed = (await Promise.all([work(), work()])).flat();
const tests = await run(
  `vitest run --mode ${mode} --reporter=default --reporter=json --outputFile.json=${results}`,
  'inherit',
);
writeFileSync('.cache/summary', `${summary()}\n`);
if (failed.length > 0) console.error(`Failed before the tests: ${failed.join(', ')}.`);
process.exitCode = failed.length > 0 || tests.status !== 0 ? 1 : 0;

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
    child.on('close', (status) => resolve({ status, output }));
  });
}

/** A test file that did not even load counts as one failure, and so does a check. */
function summary() {
  if (!existsSync(results)) return `${checks.length - failed.length} passed, ${failed.length + 1} failed`;
  /** @type {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} */
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(results, 'utf8'));
  const notLoaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const passed = numPassedTests + checks.length - failed.length;
  return `${passed} passed, ${numFailedTests + notLoaded + failed.length} failed`;
}
