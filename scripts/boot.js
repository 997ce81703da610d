/**
 * Makes a clone ready with Node and npm alone: installs when the lockfile is not the one last installed and,
 * with `--build`, builds when something the build reads has changed. Says what it does on stderr, so that
 * whatever runs afterwards owns stdout.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { copyGrammars } from './grammars.js';

const packages = ['packages/core', 'packages/eslint-plugin', 'packages/scanner'];

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
install();
if (process.argv.includes('--build')) build();

function install() {
  once('node_modules/.boot', ['pnpm-lock.yaml'], () => {
    const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
    run('npx', ['-y', packageManager.split('+')[0], 'install', '--frozen-lockfile']);
    copyGrammars({ again: true });
  });
  copyGrammars();
}

function build() {
  const stamp = '.cache/build';
  if (!packages.every((folder) => existsSync(join(folder, 'dist/index.js')))) rmSync(stamp, { force: true });
  const inputs = [
    ...packages.flatMap((folder) => [`${folder}/src`, `${folder}/package.json`, `${folder}/tsdown.config.ts`]),
    'pnpm-lock.yaml',
    'tsconfig.base.json',
    'docs/rules',
    'scripts/build',
  ];
  once(stamp, inputs, () =>
    run(process.execPath, ['node_modules/tsdown/dist/run.mjs', '--workspace', 'packages/*', '--logLevel', 'warn']),
  );
}

/**
 * Does the work unless `stamp` says that it was done for the same inputs.
 *
 * @param {string} stamp
 * @param {string[]} inputs files and folders
 * @param {() => void} work
 */
function once(stamp, inputs, work) {
  const wanted = hashOf(inputs);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync(stamp, { force: true });
  work();
  mkdirSync('.cache', { recursive: true });
  writeFileSync(stamp, wanted);
}

/** @param {string[]} paths */
function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesOf(path)) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {string[]} */
function filesOf(path) {
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2], env: { ...process.env, CI: '1' } });
  if (status !== 0) process.exit(status ?? 1);
}
