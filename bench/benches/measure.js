// @ts-check
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/**
 * Median seconds of three runs of `work`, after one that nobody counts. `cpu`: of the time that this process was busy,
 * which does not grow with what else the machine does; `wall`: of the clock's.
 *
 * @param {'cpu' | 'wall'} clock
 * @param {() => unknown} work
 */
export async function medianSeconds(clock, work) {
  const runs = 3;
  const now = clock === 'wall' ? () => performance.now() / 1000 : busySeconds;
  await work();
  /** @type {number[]} */
  const seconds = [];
  for (let i = 0; i < runs; i += 1) {
    const start = now();
    await work();
    seconds.push(now() - start);
  }
  seconds.sort((a, b) => a - b);
  return seconds[Math.floor(runs / 2)] ?? 0;
}

/** Seconds that this process has been busy. */
export function busySeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * Texts of the files under a folder whose name ends so.
 *
 * @param {string} folder
 * @param {string} ending
 */
export function textsUnder(folder, ending) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !path.includes('node_modules'))
    .map((path) => join(folder, path))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => readFileSync(path, 'utf8'));
}

/** @param {string} label @param {string} figures */
export function say(label, figures) {
  console.log(`${label.padEnd(44)} ${figures}`);
}

/** @param {number} count @param {number} characters @param {number} seconds */
export function rate(count, characters, seconds) {
  return `${Math.round(count / seconds)}/s, ${(characters / 1e6 / seconds).toFixed(1)} MB/s`;
}
