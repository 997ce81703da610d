import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** Where the packages of this run lie; set by `pack.ts` before the tests start. */
export const packedFolder = 'IMDSV2_PACKED';

export type PackageName = 'eslint-plugin-imdsv2' | 'imdsv2-core' | 'imdsv2-scanner';

/** The tarball as `npm publish` would send it. */
export function tarballOf(name: PackageName): string {
  return join(packed(), `${name}.tgz`);
}

/** The folder with the content of that tarball. */
export function contentOf(name: PackageName): string {
  return join(packed(), name);
}

function packed() {
  const folder = process.env[packedFolder];
  if (folder === undefined) throw new Error('Nothing is packed: run the tests with --mode packed or --mode full.');
  return folder;
}

/** Paths of all files of a folder, relative to it, with their sizes in bytes. */
export function filesOf(folder: string): { path: string; size: number }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => ({ path, stats: statSync(join(folder, path)) }))
    .filter(({ stats }) => stats.isFile())
    .map(({ path, stats }) => ({ path, size: stats.size }));
}

/** A user's project: a folder of its own, with what `npm install` puts there. */
export interface Project extends Disposable {
  folder: string;
  /** Writes files given by their paths. */
  write(files: Record<string, string>): void;
  /** Runs a command of the project's `node_modules/.bin`, or `node`; never throws for its exit code. */
  run(command: string, ...args: string[]): { status: number | null; stdout: string; stderr: string };
}

/** @param dependencies npm specifiers: names with versions, paths of tarballs */
export function projectWith(...dependencies: string[]): Project {
  const folder = mkdtempSync(join(tmpdir(), 'imdsv2-packed-'));
  const project: Project = {
    folder,
    write(files) {
      for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    },
    run(command, ...args) {
      const path = `${join(folder, 'node_modules/.bin')}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
      const { status, stdout, stderr } = spawnSync(command, args, {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, PATH: path, NO_COLOR: '1', FORCE_COLOR: undefined },
      });
      return { status, stdout, stderr };
    },
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
  project.write({ 'package.json': JSON.stringify({ name: 'project', private: true, type: 'module' }) });
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', ...dependencies], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return project;
}
