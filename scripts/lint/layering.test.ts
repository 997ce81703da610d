import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { layers } from './layers.js';

/** The repository's own configuration, as far as it works on a file that is not there: without type information. */
const eslint = new ESLint({
  cwd: new URL('../..', import.meta.url).pathname,
  overrideConfig: [{ languageOptions: { parserOptions: { projectService: false, program: null } } }],
  ruleFilter: ({ ruleId }) => ruleId === 'imdsv2/layering',
});

/** One wall each: the file, what it may not import, and a neighbouring import that is allowed. */
const walls = [
  ['packages/core/src/text/sample.ts', "import fs from 'node:fs'", "import { a } from './text.ts'"],
  ['packages/core/src/text/sample.ts', "import fs from 'fs'", "export * from '../imds/index.ts'"],
  ['packages/core/src/text/sample.ts', "import { parse } from 'unbash'", "import '../shell/index.ts'"],
  ['packages/core/src/sample.ts', "export * from 'eslint-plugin-imdsv2'", "export * from './text/index.ts'"],
  ['packages/core/src/sample.ts', "import '../../scanner/src/index.ts'", "import './rules/index.ts'"],
  ['packages/core/src/shell/sample.ts', "import { parse } from 'yaml'", "import { parse } from 'unbash'"],
  [
    'packages/core/src/rules/sample.ts',
    "import { a } from '../shell/index.ts'",
    "import { a } from '../program/index.ts'",
  ],
  ['packages/core/src/rules/sample.ts', "import '../catalog/clients/curl.ts'", "import '../catalog/clients/index.ts'"],
  ['packages/eslint-plugin/src/sample.ts', "import 'imdsv2-scanner'", "import 'imdsv2-core/shell'"],
  ['packages/eslint-plugin/src/sample.ts', "import '../../core/src/index.ts'", "import 'imdsv2-core'"],
  ['packages/eslint-plugin/src/sample.ts', "type A = import('typescript').Node", "type A = import('eslint').ESLint"],
  [
    'packages/eslint-plugin/src/rules/sample.ts',
    "import '@typescript-eslint/utils'",
    "import '@typescript-eslint/utils/ast-utils'",
  ],
  [
    'packages/eslint-plugin/src/front-end/sample.ts',
    "import type { Rule } from 'eslint'",
    "import type { Node } from 'estree'",
  ],
  ['packages/eslint-plugin/src/front-end/sample.ts', "import '../rules/sample.ts'", "import './clients/fetch.ts'"],
  [
    'packages/scanner/src/sample.ts',
    "await import('eslint-plugin-imdsv2')",
    "await import('eslint-plugin-imdsv2/front-end')",
  ],
  ['packages/scanner/src/sample.ts', "import { ESLint } from 'eslint'", "import { parseSync } from 'oxc-parser'"],
  ['packages/scanner/src/report/sample.ts', "await import('yaml')", "await import('imdsv2-core')"],
  ['packages/scanner/src/report/sample.ts', "import '../languages/shell/index.ts'", "import './json.ts'"],
  ['packages/scanner/src/report/sample.ts', "import type { Parser } from 'web-tree-sitter'", "import 'node:path'"],
] as const;

describe('layering', () => {
  test.each(walls)('%s: never %s', async (filePath, wrong, right) => {
    expect(await lint(filePath, wrong)).toEqual(['imdsv2/layering']);
    expect(await lint(filePath, right)).toEqual([]);
  });

  test('every wall has a sample above that it stops', async () => {
    const messages = await Promise.all(walls.map(([filePath, wrong]) => messagesOf(filePath, wrong)));
    const told = messages.flat().map(({ message }) => message);
    for (const { why } of layers) expect(told).toContainEqual(expect.stringContaining(why));
  });

  test('tests may reach further', async () => {
    expect(await lint('packages/core/src/text/sample.test.ts', "import fs from 'node:fs'")).toEqual([]);
  });
});

async function lint(filePath: string, code: string) {
  return (await messagesOf(filePath, code)).map((message) => message.ruleId ?? message.message);
}

async function messagesOf(filePath: string, code: string) {
  const [result] = await eslint.lintText(`${code};\n`, { filePath });
  return result?.messages ?? [];
}
