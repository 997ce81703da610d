import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import eslintPlugin from 'eslint-plugin-eslint-plugin';
import tseslint from 'typescript-eslint';
import { layering } from './scripts/lint/layering.js';

export default defineConfig(
  globalIgnores(['**/dist/', '.cache/', 'fixtures/*/', 'coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { imdsv2: { rules: { layering } } },
    rules: {
      'imdsv2/layering': 'error',
      eqeqeq: 'error',
      'no-restricted-globals': ['error', { name: 'process', message: "Import it from 'node:process'." }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Contradicts noPropertyAccessFromIndexSignature.
      '@typescript-eslint/dot-notation': 'off',
      // Arrow functions that only pass on a void result are fine to read.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['**/*.js'],
    rules: {
      // TypeScript checks these files too, and knows what is defined.
      'no-undef': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['packages/core/src/**'],
    ignores: ['**/*.test.ts'],
    rules: {
      // Its types come with the DOM's for the sake of `URL` and the like; the rest of a page is not there.
      'no-restricted-globals': ['error', ...pageGlobals().map((name) => ({ name, message: 'The core has no page.' }))],
    },
  },
  {
    files: ['packages/eslint-plugin/src/rules/**'],
    extends: [eslintPlugin.configs['all-type-checked']],
    rules: {
      // With `meta.languages`, ESLint 10 throws in projects that lint JSON or Markdown as well.
      'eslint-plugin/require-meta-languages': 'off',
      // The configurations are made from the table of rules.
      'eslint-plugin/require-meta-docs-recommended': 'off',
      'eslint-plugin/require-meta-docs-description': ['error', { pattern: '^(Enforce|Require|Disallow) .*[^.]$' }],
      'eslint-plugin/report-message-format': ['error', '^[^a-z].*\\.$'],
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      // What JSON.parse gives is looked at by the assertion that follows.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // A test that asserts by throwing says so best with `!`.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);

function pageGlobals() {
  return ['document', 'window', 'location', 'navigator', 'name', 'event', 'status', 'parent', 'origin', 'top', 'self'];
}
