import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { fileDocument, type LanguageId } from 'imdsv2-core';
import { describe, expect, test } from 'vitest';
import type { Context, DocumentFrontEnd } from '../front-end.ts';
import { frontEnd as powershell } from '../powershell/index.ts';
import { frontEnd as python } from '../python/index.ts';

/** Scripts that people are in the middle of writing, made from the fixtures: characters are lost, repeated and put elsewhere. */
const FIXTURES = fileURLToPath(new URL('../../../../../fixtures', import.meta.url));
const CONTEXT: Context = { readFile: () => undefined, listDirectory: () => [], singleFile: true, variableFiles: [] };

describe.each([
  ['powershell', powershell],
  ['python', python],
] satisfies [LanguageId, DocumentFrontEnd][])('%s', (language, frontEnd) => {
  const sources = scriptsOf(join(FIXTURES, language));

  test('nothing that is written half makes it throw, and every fact lies inside its file', async () => {
    const analyse = await frontEnd.load();
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.array(
          fc.record({
            at: fc.nat(),
            length: fc.nat({ max: 12 }),
            text: fc.constantFrom('', '"', "'", '{', '}', '(', ')', '$', '\n', ' if ', '@', '󰀀', '`'),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        (source, edits) => {
          const text = edits.reduce((before, { at, length, text: put }) => {
            const start = at % (before.length + 1);
            return before.slice(0, start) + put + before.slice(start + length);
          }, source);
          const { facts, documents, problems } = analyse(fileDocument('script', text, language), CONTEXT);
          for (const { location } of [...facts, ...problems]) {
            expect(location.start).toBeGreaterThanOrEqual(0);
            expect(location.end).toBeLessThanOrEqual(text.length);
            expect(location.start).toBeLessThanOrEqual(location.end);
          }
          for (const document of documents) expect(document.map.at(0).offset).toBeLessThanOrEqual(text.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([
    ['parentheses', '('.repeat(3_000)],
    ['blocks', 'if (1) {\n'.repeat(2_000)],
    [
      'branches',
      Array.from({ length: 400 }, (_, i) =>
        language === 'python'
          ? `if a${String(i)}:\n    u = u + "${String(i)}"\n`
          : `if ($a${String(i)}) { $u = $u + "${String(i)}" }\n`,
      ).join(''),
    ],
    [
      'functions that call each other',
      Array.from({ length: 40 }, (_, i) =>
        language === 'python'
          ? `def f${String(i)}(url):\n    f${String(i + 1)}(url)\n    f${String(i + 1)}(url)\n`
          : `function f${String(i)}($url) { f${String(i + 1)} $url; f${String(i + 1)} $url }\n`,
      ).join('') + (language === 'python' ? 'f0("http://x")\n' : 'f0 "http://x"\n'),
    ],
  ])('%s without end come to one', async (_name, text) => {
    const analyse = await frontEnd.load();
    expect(() => analyse(fileDocument('script', text, language), CONTEXT)).not.toThrow();
  });
});

function scriptsOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ps1|psm1|py)$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
