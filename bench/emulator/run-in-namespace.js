// @ts-check
/**
 * Runs programs against the emulator, one after the other. It is started inside a network namespace of its own (see `namespace.ts`), reads a list of runs from
 * standard input as JSON, and writes what each run did to standard output as JSON.
 */
import { spawn, spawnSync } from 'node:child_process';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { Emulator } from './server.js';

/**
 * @typedef {object} Run
 * @property {string} id
 * @property {string[]} command Program and arguments.
 * @property {string} cwd
 * @property {import('./server.js').Mode | 'absent' | 'dropped'} mode
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
let mode = /** @type {Run['mode']} */ ('required');
/** @type {Run[]} */
const runs = JSON.parse(await text(process.stdin));
/** @type {Outcome[]} */
const outcomes = [];
for (const run of runs) {
  await change(run.mode);
  emulator.reset(run.mode === 'absent' || run.mode === 'dropped' ? 'required' : run.mode);
  emulator.longestLife = run.longestLife;
  outcomes.push({ id: run.id, ...(await execute(run)), log: emulator.log });
}
process.stdout.write(JSON.stringify(outcomes));
if (mode !== 'absent' && mode !== 'dropped') await emulator.close();

/** Takes the emulator away, or brings it back. @param {Run['mode']} next */
async function change(next) {
  if (mode === 'dropped') ip('route del 169.254.169.254/32 dev lo', 'addr add 169.254.169.254/32 dev lo');
  const [was, is] = [mode, next].map((one) => one !== 'absent' && one !== 'dropped');
  if (was && !is) await emulator.close();
  // A packet that comes in for somebody else is dropped, since nothing is forwarded.
  if (next === 'dropped')
    ip(
      'addr del 169.254.169.254/32 dev lo',
      'addr replace 10.0.0.7/32 dev lo',
      'route add 169.254.169.254/32 dev lo src 10.0.0.7',
    );
  if (!was && is) await emulator.listen();
  mode = next;
}

/** @param {...string} commands */
function ip(...commands) {
  for (const command of commands) {
    const { status, stderr } = spawnSync('ip', command.split(' '), { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ip ${command}: ${stderr}`);
  }
}

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
