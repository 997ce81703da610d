import { describe, expect, it } from 'vitest';
import { whyNoNamespace } from '../emulator/namespace.ts';
import { repairCases } from './repair-cases.ts';
import { fixtureCases, missingFor, proveRepairs } from './repair-oracle.ts';

/** Repairs programs, executes them before and after, and compares what they do: of all cases each `every`-th. */
export function repairOracleSuite(every: number): void {
  const why = whyNoNamespace();
  if (why !== undefined) console.warn(`The oracle of repairs is skipped: ${why}.`);

  describe.skipIf(why !== undefined)('what is repaired does what it did, with a token', () => {
    it('in every mode', async () => {
      const missing = new Set<string>();
      const cases = [...repairCases(), ...fixtureCases()].filter((one, index) => {
        const lacking = missingFor(one);
        for (const program of lacking) missing.add(program);
        return lacking.length === 0 && index % every === 0;
      });
      if (missing.size > 0) console.warn(`This machine has no ${[...missing].join(', ')}: cases with it are skipped.`);
      const proved = await proveRepairs(cases);
      const repaired = proved.filter(({ isRepaired }) => isRepaired);
      if (every === 1) console.log(matrix(repaired.map(({ name }) => name)));
      const wrong = proved
        .filter((one) => one.wrong.length > 0)
        .map(({ name, wrong: what, fixed }) => [name, [...what, fixed]]);
      expect(Object.fromEntries(wrong)).toEqual({});
      // What is generated is all repaired.
      expect(
        proved.filter(({ name, isRepaired }) => !isRepaired && !name.startsWith('fixture')).map(({ name }) => name),
      ).toEqual([]);
      expect(repaired.length).toBeGreaterThanOrEqual(every === 1 ? 150 : 5);
    }, 1_800_000);
  });
}

/** How many cases there are of each client in each host. */
function matrix(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) {
    const [client = '', host = ''] = name.split(' | ');
    counts.set(`${client} in ${host}`, (counts.get(`${client} in ${host}`) ?? 0) + 1);
  }
  return [
    `${String(names.length)} repaired programs, each executed before and after:`,
    ...[...counts].map(([key, count]) => `  ${key}: ${String(count)}`),
  ].join('\n');
}
