import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { EXPRESSIONS, generatedExpressions, HEREDOCS } from './expressions.testing.ts';
import { askTerraform, evaluateHere, missingTerraform } from './terraform-console.testing.ts';

const missing = missingTerraform();
if (missing !== undefined) console.warn(`The evaluator is not compared with Terraform: ${missing}.`);

describe.skipIf(missing !== undefined)('the evaluator agrees with terraform console', () => {
  const seed = Number(process.env['IMDSV2_SEED'] ?? 20);
  const generated = generatedExpressions(400, seed);
  const expressions = [...EXPRESSIONS, ...generated];

  test(`on ${String(expressions.length + HEREDOCS.length)} expressions (seed ${String(seed)})`, async () => {
    const theirs = askTerraform(expressions, HEREDOCS);
    const ours = await evaluateHere(expressions, HEREDOCS);
    const all = [...expressions, ...HEREDOCS];
    const different: { expression: string | undefined; theirs: unknown; ours: unknown }[] = [];
    const unknown: string[] = [];
    for (const [index, outcome] of ours.entries()) {
      const expected = theirs[index];
      if (typeof outcome === 'object' && 'unknown' in outcome) unknown.push(`${all[index] ?? ''}: ${outcome.unknown}`);
      else if (JSON.stringify(outcome) !== JSON.stringify(expected))
        different.push({ expression: all[index], theirs: expected, ours: outcome });
    }
    console.log(
      `${String(all.length)} expressions, ${String(unknown.length)} not known${unknown.map((one) => `\n  ${one}`).join('')}`,
    );
    expect(different).toEqual([]);
    expect(unknown.length).toBeLessThanOrEqual(all.length * 0.05);
  });
});
