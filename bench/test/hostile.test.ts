import { fileDocument } from 'imdsv2-core';
import { analyseShell } from 'imdsv2-core/shell';
import { describe, expect, it } from 'vitest';
import { HOSTILE } from '../benches/hostile-scripts.js';

/** Scripts that are followed to their end in spite of what they try. */
const HARMLESS = new Set([
  'a function that calls itself twice',
  'a value that doubles 60 times',
  '60 conditions that nobody knows',
  'a value with 16 alternatives, squared 30 times',
  'braces in braces',
  'a loop without an end',
  'a regular expression that backtracks',
  'a pattern that backtracks',
  'a pipeline of 180,000 commands',
  'a list of 180,000 commands',
]);

describe('hostile scripts come to an end, and it is said when they were not followed to theirs', () => {
  it.each([...HOSTILE])(
    '%s',
    (name, text) => {
      const { facts, problems } = analyseShell(fileDocument('a.sh', text, 'shell'));
      const isWhole = problems.length === 0;
      expect({ name, isWhole, hasRequest: facts.some(({ kind }) => kind === 'request') }).toEqual({
        name,
        isWhole: HARMLESS.has(name),
        hasRequest: true,
      });
    },
    120_000,
  );
});
