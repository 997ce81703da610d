import { describe, expect, it } from 'vitest';
import { analyseScript, margin } from '../../test/judge-script.ts';

const V1 = 'curl http://169.254.169.254/latest/meta-data/';

/** Scripts that are written to keep an analyser busy. Each ends, and says what it could not follow. */
const HOSTILE: readonly (readonly [why: string, script: string])[] = [
  [
    'functions that call the next one twice',
    `${Array.from({ length: 40 }, (_, i) => `f${String(i)}() { f${String(i + 1)}; f${String(i + 1)}; }`).join('\n')}\nf0\n${V1}`,
  ],
  [
    'ten thousand functions',
    `${Array.from({ length: 10_000 }, (_, i) => `f${String(i)}() { echo ${String(i)}; }`).join('\n')}\n${V1}`,
  ],
  ['a function that calls itself', `f() { f; f; }\nf\n${V1}`],
  ['a value that doubles', `x=a\n${Array.from({ length: 60 }, () => 'x=$x$x').join('\n')}\n${V1}`],
  [
    'alternatives that multiply',
    `${Array.from({ length: 60 }, (_, i) => `if [ "$${String(i % 9)}" ]; then x="$x${String(i)}"; fi`).join('\n')}\n${V1}`,
  ],
  ['nested substitutions', `${'$('.repeat(2000)}${V1}${')'.repeat(2000)}\n${V1}`],
  ['nested groups', `${'{ '.repeat(2000)}${V1}; ${'}; '.repeat(2000)}`],
  ['strings in strings', `x='eval "$x"'\neval "$x"\n${V1}`],
  ['an endless loop', `i=0\nwhile true; do i=$((i+1)); done\n${V1}`],
  [
    'a loop over a loop over a loop',
    `for a in {1..30}; do for b in {1..30}; do for c in {1..30}; do for d in {1..30}; do echo $a$b$c$d; done; done; done; done\n${V1}`,
  ],
];

describe('a hostile script is bounded', () => {
  it.each(HOSTILE)('%s', (_, script) => {
    const { analysis } = analyseScript(script);
    for (const problem of analysis.problems) expect(problem.extent).toBe('part');
    // A function that never comes back hides what follows; everything else is found.
    expect(analysis.facts.length + analysis.problems.length).toBeGreaterThan(0);
  });

  it('what comes after the limit is still read, command by command', () => {
    const script = `${Array.from({ length: 40 }, (_, i) => `f${String(i)}() { f${String(i + 1)}; f${String(i + 1)}; echo; }`).join('\n')}\nf40() { :; }\nf0\n${V1}`;
    const { analysis } = analyseScript(script);
    expect(analysis.problems.map(({ reason }) => reason).join()).toMatch(/does too much|deeper/);
    expect(margin(script).some((note) => note.includes('tokenless'))).toBe(true);
  });
});

describe('what cannot be read', () => {
  it('is said with its place', () => {
    const { analysis } = analyseScript(`if true; then\n${V1}\n`);
    expect(analysis.problems).toHaveLength(1);
    expect(analysis.problems[0]?.reason).toContain('syntax error');
  });
});
