// @ts-check
/**
 * Runs programs against the emulator, one after the other. It is started inside a network namespace of its own (see `namespace.ts`), reads a list of runs from
 * standard input as JSON, and writes what each run did to standard output as JSON.
 */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { Emulator } from './server.js';

/**
 * @typedef {object} Run
 * @property {string} id
 * @property {string[]} command Program and arguments.
 * @property {string} cwd
 * @property {import('./server.js').Mode} mode
 * @property {number} [longestLife] Seconds.
 *
 * @typedef {object} Outcome
 * @property {string} id
 * @property {number | null} code
 * @property {string} stdout
 * @property {string} stderr
 * @property {import('./server.js').Entry[]} log
 */

const TIME_LIMIT_SECONDS = 20;

const emulator = new Emulator();
await emulator.listen();
/** @type {Run[]} */
const runs = JSON.parse(await text(process.stdin));
/** @type {Outcome[]} */
const outcomes = [];
for (const run of runs) {
  emulator.reset(run.mode);
  emulator.longestLife = run.longestLife;
  outcomes.push({ id: run.id, ...(await execute(run)), log: emulator.log });
}
process.stdout.write(JSON.stringify(outcomes));
emulator.close();

/** @param {Run} run @returns {Promise<Pick<Outcome, 'code' | 'stdout' | 'stderr'>>} */
async function execute(run) {
  const [program = '', ...args] = run.command;
  const child = spawn(program, args, {
    cwd: run.cwd,
    // No proxy, no user configuration: a client sends what its command line says.
    env: { PATH: process.env['PATH'] ?? '', HOME: run.cwd, LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT_SECONDS * 1000);
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve(null)).once('close', (code) => resolve(code));
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  clearTimeout(timer);
  return { code: /** @type {number | null} */ (code), stdout, stderr };
}
