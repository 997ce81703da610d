import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Words } from './words.ts';

test.each([
  ['at the ends and between other characters', 'web.sh "x/boot.sh" web', ['web.sh', 'boot.sh', 'web']],
  ['before the full stop of a sentence', 'Runs boot.sh. Then web...', ['boot.sh', 'web']],
  ['not inside longer words', 'my-web.sh boot.shx webweb', []],
  ['not beside letters of other alphabets', 'w\u00e9b', []],
])('names are found %s', (_name, text, expected) => {
  expect([...new Words(['web', 'web.sh', 'boot.sh']).in(text)].sort()).toEqual([...expected].sort());
});

test('what is found is what splitting the text finds', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', '_', '7'), minLength: 1, maxLength: 5 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', '_', '7', ' ', '/', '\u00e9'), maxLength: 60 });
  fc.assert(
    fc.property(fc.array(name, { maxLength: 6 }), text, (names, within) => {
      const split = within.split(/[^\w.+@-]+/).flatMap((word) => [word, word.replace(/\.+$/, '')]);
      expect([...new Words(names).in(within)].sort()).toEqual(
        [...new Set(names.filter((each) => split.includes(each)))].sort(),
      );
    }),
    { numRuns: 1000 },
  );
});
