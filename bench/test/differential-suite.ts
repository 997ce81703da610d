import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, type Comparison } from '../differential/comparison.ts';
import { Sandbox } from '../differential/execution.ts';
import { scriptOf, type Script } from '../differential/grammar.ts';

const scripts = fc.array(fc.nat(0xffff), { minLength: 40, maxLength: 160, size: 'max' }).map(scriptOf);

/**
 * Compares what the analyser says of generated scripts with what bash does with them. `seed`: the same scripts every time. A script that
 * differs is shown as it is: each step to a smaller one would run it again in every combination.
 */
export function differentialSuite(numRuns: number, seed?: number): void {
  describe('generated scripts', () => {
    let sandbox: Sandbox;
    beforeAll(() => {
      sandbox = new Sandbox();
    });
    afterAll(() => sandbox.close());

    it('send what the analyser says they may send, and where everything is known, all of it', () => {
      let known = 0;
      fc.assert(
        fc.property(scripts, (script) => {
          const { isComplete, difference } = differenceOf(script, sandbox);
          if (isComplete) known += 1;
          expect(difference, script.text).toEqual({});
        }),
        { numRuns, endOnFailure: true, ...(seed === undefined ? {} : { seed }) },
      );
      // Otherwise the test above would be one of containment only.
      expect(known / numRuns).toBeGreaterThanOrEqual(0.8);
    }, 1_200_000);
  });
}

/** What is wrong: for a script with unknown inputs only what was missed. */
function differenceOf(
  script: Script,
  sandbox: Sandbox,
): { readonly isComplete: boolean; readonly difference: Partial<Comparison> } {
  const execution = sandbox.execute(script);
  expect(execution.broken, script.text).toEqual([]);
  const isComplete = execution.isComplete && script.inputs.size === 0;
  const { missed, invented, undecided } = compare(script, execution);
  return {
    isComplete,
    difference: {
      ...(missed.length > 0 ? { missed } : {}),
      ...(isComplete && invented.length > 0 ? { invented } : {}),
      ...(isComplete && undecided.length > 0 ? { undecided } : {}),
    },
  };
}
