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

/** A program of the rules' tests, for other linters to read. */
export interface RuleProgram {
  readonly code: string;
  /** The path that the case wants, where it says one. */
  readonly filename: string | undefined;
  readonly language: 'javascript' | 'typescript';
}

let collected: RuleProgram[] | undefined;

/** The programs of the test files that `load` imports, none of which is run. Cases with options of their own are left out. */
export async function programsOf(load: () => Promise<unknown>): Promise<readonly RuleProgram[]> {
  const programs: RuleProgram[] = [];
  collected = programs;
  try {
    await load();
  } finally {
    collected = undefined;
  }
  return programs;
}

/** Runs cases of JavaScript (or, with `typescript`, of TypeScript) against one rule of the plug-in. */
export function runRule(id: string, cases: Cases, language: 'javascript' | 'typescript' = 'javascript'): void {
  if (collected !== undefined) {
    for (const one of [...cases.valid, ...cases.invalid])
      if (one.options === undefined) collected.push({ code: one.code, filename: one.filename, language });
    return;
  }
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
function withoutSuggestions(rule: Rule.RuleModule): Rule.RuleModule {
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
