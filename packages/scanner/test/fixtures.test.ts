import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { inventory, scan } from './run-main.ts';
import { compact } from './compact.ts';

/**
 * Every folder `fixtures/<rule or language>/<case>/` is scanned as a tree of its own, and compared with its `expected.txt`.
 * `UPDATE_FIXTURES=1 npx vitest run packages/scanner/test/fixtures.test.ts` writes these files; read what it wrote.
 */
const fixtures = fileURLToPath(new URL('../../../fixtures', import.meta.url));
const EXPECTED = 'expected.txt';

/** Folders with tests of their own. */
const OTHERS: readonly string[] = ['demo', 'oracle'];

const groups = directoriesOf(fixtures).filter((name) => !OTHERS.includes(name));

describe.each([...groups])('%s', (group) => {
  test.each([...directoriesOf(join(fixtures, group))])('%s', async (name) => {
    const folder = join(fixtures, group, name);
    const actual = await report(folder);
    const expected = join(folder, EXPECTED);
    if (process.env['UPDATE_FIXTURES'] === '1') writeFileSync(expected, actual);
    if (!existsSync(expected))
      expect.fail(`${group}/${name} has no ${EXPECTED}: run with UPDATE_FIXTURES=1, and read what it wrote.`);
    expect(actual).toBe(readFileSync(expected, 'utf8'));
  });
});

/** What the command says about a copy of the folder: in place, the rest of this repository would be known too. */
async function report(folder: string): Promise<string> {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'imdsv2-fixture-')));
  try {
    cpSync(folder, copy, { recursive: true, filter: (source) => basename(source) !== EXPECTED });
    return compact(await scan(copy, '--persona', 'auditor'), await inventory(copy));
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function directoriesOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
