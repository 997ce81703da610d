import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadedBy } from './loaded-by.ts';
import { directoryWith } from './run-main.ts';

const ENDINGS = ['tf', 'sh', 'ts', 'yaml', 'json', 'py', 'ps1', 'tpl', 'js', 'txt'];

test('100,000 files without a marker load no parser at all', { timeout: 300_000 }, () => {
  const root = directoryWith({ '.git/': '' });
  for (let directory = 0; directory < 1000; directory++) {
    const path = join(root, `part${String(directory % 10)}`, String(directory));
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < 100; file++) {
      writeFileSync(join(path, `${String(file)}.${ENDINGS[file % ENDINGS.length] ?? ''}`), 'x = 1\n');
    }
  }
  expect(loadedBy(root, 'scan')).toEqual({ packages: [], wasm: 0, code: 0 });
});
