import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fileDocument } from 'imdsv2-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyse } from './index.ts';

const folder = fileURLToPath(new URL('../../../../../fixtures/cloudformation', import.meta.url));
const templates = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(?:ya?ml|json)$/.test(path))
  .map((path) => readFileSync(`${folder}/${path}`, 'utf8'));

/** Pieces that change what a template means or whether it parses at all. */
const PIECES = [
  '"',
  "'",
  '{',
  ']',
  ':',
  '\n',
  '  ',
  '- ',
  '!Ref',
  '!If [A, B]',
  '&a ',
  '*a',
  '<<: *a',
  '|\n',
  '#',
  '${',
  'Fn::Transform:',
  'null',
  '\t',
  '---\n',
  '{{ x }}',
  '\u0000',
];

test('no mutation of a template throws, and every place lies in its file', () => {
  const mutation = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat({ max: 12 }),
    piece: fc.constantFrom(...PIECES, ''),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...templates),
      fc.array(mutation, { minLength: 1, maxLength: 6 }),
      (template, mutations) => {
        let text = template;
        for (const { at, cut, piece } of mutations) {
          const start = Math.floor(at * text.length);
          text = text.slice(0, start) + piece + text.slice(start + cut);
        }
        const { facts, documents, problems, suppressions } = analyse([fileDocument('stack', text, 'cloudformation')], {
          readFile: () => undefined,
          listDirectory: () => [],
          singleFile: false,
          variableFiles: [],
        });
        const places = [
          ...facts.map(({ location }) => location),
          ...problems.map(({ location }) => location),
          ...suppressions.flatMap(({ location, covers }) => [location, covers]),
          ...documents.map((document) => document.map.range(0, document.text.length)),
        ];
        for (const { start, end } of places) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      },
    ),
    { numRuns: 600 },
  );
});
