import { expect, test } from 'vitest';
import { EXPRESSIONS, generatedExpressions, HEREDOCS } from './expressions.testing.ts';
import { askTerraform, evaluateHere, missingTerraform } from './terraform-console.testing.ts';

// Values as the documentation of the language gives them.
test.each([
  ['1 + 2 * 3', '7'],
  ['true ? "yes" : "no"', '"yes"'],
  ['[for i, x in ["a", "b"] : "${i}${x}"]', '["0a","1b"]'],
  ['{ for x in ["aa", "ab", "b"] : substr(x, 0, 1) => x... }', '{"a":["aa","ab"],"b":["b"]}'],
  ['[{ a = [1, 9] }, { a = [2, 8] }][*].a[0]', '[1,2]'],
  ['[{ a = [1, 9] }, { a = [2, 8] }].*.a[0]', '[1,9]'],
  ['"$${not} ${upper("é")}"', '"${not} É"'],
  ['try({ a = 1 }.b, "fallback")', '"fallback"'],
  ['merge({ a = 1, b = 1 }, { b = 2 })', '{"a":1,"b":2}'],
  ['lookup({}, "http_tokens", "required")', '"required"'],
  ['coalesce("", null, "x")', '"x"'],
  ['yamlencode({ runcmd = ["a b"] })', '"\\"runcmd\\":\\n- \\"a b\\"\\n"'],
])('%s', async (expression, json) => {
  expect(await evaluateHere([expression])).toEqual([{ json }]);
});

test.each([
  [
    'the least indentation is taken away',
    '<<-EOT\n    four\n      six\n\n    four\n  EOT\n',
    '"four\\n  six\\n\\nfour\\n"',
  ],
  [
    'a marker eats white space up to the end of one line',
    '<<EOT\n%{ for x in ["a", "b"] ~}\n  item ${x}\n%{ endfor ~}\nEOT\n',
    '"  item a\\n  item b\\n"',
  ],
])('heredoc: %s', async (_name, heredoc, json) => {
  expect(await evaluateHere([], [heredoc])).toEqual([{ json }]);
});

const missing = missingTerraform();
if (missing !== undefined) console.warn(`A sample of expressions is not compared with Terraform: ${missing}.`);

test.skipIf(missing !== undefined)('a sample agrees with terraform console', async () => {
  const sample = [...EXPRESSIONS.filter((_, index) => index % 5 === 0), ...generatedExpressions(20, 1)];
  const heredocs = HEREDOCS.slice(0, 6);
  const theirs = askTerraform(sample, heredocs);
  for (const [index, outcome] of (await evaluateHere(sample, heredocs)).entries()) {
    if (typeof outcome === 'string' || 'json' in outcome)
      expect({ expression: sample[index], outcome }).toEqual({ expression: sample[index], outcome: theirs[index] });
  }
});
