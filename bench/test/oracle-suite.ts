import { describe, expect, it } from 'vitest';
import { whyNoNamespace } from '../emulator/namespace.ts';
import { differences, judgeAndExecute, missingPrograms, oracleCases } from './oracle.ts';

/** Executes programs and compares what the emulator saw with what the analyser said; of the shell scripts each `every`-th. */
export function oracleSuite(every: number): void {
  const why = whyNoNamespace();
  if (why !== undefined) console.warn(`The oracle is skipped: ${why}.`);

  describe.skipIf(why !== undefined)('what runs is what was said', () => {
    it.each([
      ['shell', every],
      ['javascript', 1],
      ['python', 1],
    ])(
      '%s',
      async (folder, step) => {
        const names = oracleCases(folder, step).filter((name) => {
          const missing = missingPrograms(name);
          if (missing.length > 0) console.warn(`${name} is skipped: this machine has no ${missing.join(', ')}.`);
          return missing.length === 0;
        });
        const cases = await judgeAndExecute(names);
        expect(cases).not.toHaveLength(0);
        const wrong = cases.map((one) => [one.name, differences(one)] as const).filter(([, found]) => found.length > 0);
        expect(Object.fromEntries(wrong)).toEqual({});
      },
      300_000,
    );
  });
}
