import { RuleTester, type Rule } from 'eslint';
import { describe, it } from 'vitest';
import * as parser from '@typescript-eslint/parser';
import plugin from '../src/index.ts';

RuleTester.describe = describe;
RuleTester.it = it;
RuleTester.itOnly = it.only;

interface Cases {
  readonly valid: readonly (RuleTester.ValidTestCase & { readonly name: string })[];
  readonly invalid: readonly (RuleTester.InvalidTestCase & { readonly name: string })[];
}

/** Runs cases of JavaScript (or, with `typescript`, of TypeScript) against one rule of the plug-in. */
export function runRule(id: string, cases: Cases, language: 'javascript' | 'typescript' = 'javascript'): void {
  const rule = plugin.rules?.[id];
  if (rule === undefined) throw new Error(`There is no rule "${id}".`);
  const tester = new RuleTester({
    languageOptions: {
      ecmaVersion: 'latest',
      sourceType: 'module',
      globals: { fetch: 'readonly' },
      ...(language === 'typescript' ? { parser } : {}),
    },
  });
  tester.run(`${id} (${language})`, withoutSuggestions(rule), { valid: [...cases.valid], invalid: [...cases.invalid] });
}

/** What is found is one question, how it is repaired another: see `repairs.test.ts`. */
export function withoutSuggestions(rule: Rule.RuleModule): Rule.RuleModule {
  return {
    ...rule,
    create: (context) =>
      rule.create(
        Object.create(context, {
          report: {
            value: (descriptor: Rule.ReportDescriptor) => context.report({ ...descriptor, suggest: [] }),
          },
        }) as Rule.RuleContext,
      ),
  };
}
