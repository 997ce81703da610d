import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES } from './registry.ts';

/** Files of the folder that are not rules. */
const OTHERS = new Set(['index.ts', 'registry.ts', 'registry.test.ts', 'request-rule.ts', 'rule.ts']);

describe('the registry', () => {
  it('has exactly the rules of its folder', () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter(
      (file) => !OTHERS.has(file) && !file.endsWith('.test.ts'),
    );
    expect(RULES.map((rule) => `${rule.id}.ts`).sort()).toEqual(files.sort());
  });

  it.each(RULES)('describes $id in the usual form', (rule) => {
    expect(rule.meta.description).toMatch(/^(?:Disallow|Enforce|Require) .*[^.]$/);
  });
});
