import { describe, expect, it } from 'vitest';
import { globToRegExp } from './patterns.ts';

describe('patterns', () => {
  it.each([
    ['*', '', true],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['*b*', 'abc', true],
    ['a*b*c', 'axbxbxc', true],
    ['a*b*c', 'axcxb', false],
    ['*aa', 'aaa', true],
    ['a*a', 'a', false],
    ['*.?ml', 'x.yml', true],
    ['[.*]a*', '*ab', true],
    ['\\**b', '*ab', true],
    ['\\**b', 'ab', false],
    ['**a**', 'bab', true],
    ['ip-*-[0-9]*.internal', 'ip-10-1-2.internal', true],
    ['@(a|b)*c', 'bxc', true],
  ])('%s on %s', (pattern, text, expected) => {
    expect(globToRegExp(pattern)?.test(text)).toBe(expected);
  });

  it('do not try every length for every star', () => {
    expect(globToRegExp('*a*a*a*a*a*a*a*a*a*a*b')?.test('a'.repeat(5000))).toBe(false);
  });
});
