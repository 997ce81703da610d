import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { contentOf } from '../../../scripts/testing/packed.ts';
import { directoryWith } from './run-main.ts';

/** Packages that cost time to load, by what they are loaded for. */
const HEAVY = [
  'typescript',
  'ts-morph',
  'web-tree-sitter',
  'yaml',
  'jsonc-parser',
  'dockerfile-ast',
  'oxc-parser',
  '@typescript-eslint',
] as const;

interface Loaded {
  /** Heavy packages in the files that were loaded. */
  readonly packages: readonly string[];
  /** How often a WebAssembly module was made. */
  readonly wasm: number;
  readonly code: number | null;
}

/** Runs the packed command in a process of its own and says what that loads. */
export function loadedBy(cwd: string, ...argv: readonly string[]): Loaded {
  const record = join(directoryWith({}), 'record.json');
  const preload = fileURLToPath(new URL('../../../scripts/testing/loading/record.js', import.meta.url));
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', preload, join(contentOf('imdsv2-scanner'), 'dist/cli.js'), ...argv],
    {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, RECORD_TO: record },
    },
  );
  expect(stderr).not.toContain('Error');
  const { modules, wasm } = JSON.parse(readFileSync(record, 'utf8')) as { modules: string[]; wasm: number };
  expect(modules.length).toBeGreaterThan(2);
  const texts = modules
    .filter((url) => url.startsWith('file:'))
    .map((url) => `${url}\n${readFileSync(fileURLToPath(url), 'utf8')}`);
  return { packages: HEAVY.filter((name) => texts.some((text) => isOf(name, text))), wasm, code: status };
}

/** The bundler names the file that each region of a chunk comes from; what is not bundled has the package in its path. */
function isOf(name: string, text: string): boolean {
  const folder = name.startsWith('@') ? `${name}/` : `node_modules/${name}/`;
  return text.split('\n').some((line, index) => (index === 0 || line.startsWith('//#region')) && line.includes(folder));
}
