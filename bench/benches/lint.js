// @ts-check
/**
 * What the plug-in costs of a lint run: every `.ts` and `.js` file under a folder (this repository's sources, unless one is given),
 * with the recommended rules of ESLint and typescript-eslint, and all of the plug-in's: `node benches/lint.js [folder]`.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import js from '@eslint/js';
import { ESLint } from 'eslint';
import { configs, parser } from 'typescript-eslint';
import { say } from './measure.js';

const built = new URL('../../packages/eslint-plugin/dist/', import.meta.url);
const { default: imdsv2 } = await import(new URL('index.js', built).href);
const { hasMarker } = await import(new URL('front-end/index.js', built).href);

const cwd = process.argv[2] ?? fileURLToPath(new URL('../../packages', import.meta.url));
const eslint = new ESLint({
  cwd,
  stats: true,
  overrideConfigFile: true,
  overrideConfig: [
    { ignores: ['**/node_modules/**', '**/dist/**', '**/*.min.js', '**/vendor/**'] },
    {
      files: ['**/*.{ts,tsx,js,mjs,cjs}'],
      languageOptions: { parser },
      linterOptions: { reportUnusedDisableDirectives: 'off' },
    },
    js.configs.recommended,
    ...configs.recommended,
    imdsv2.configs.all,
  ],
});
const results = await eslint.lintFiles(['**/*.{ts,tsx,js}']);

const sum = { all: 0, own: 0, unmarked: 0, marked: 0 };
for (const { filePath, stats } of results) {
  const isMarked = hasMarker(readFileSync(filePath, 'utf8'));
  if (isMarked) sum.marked += 1;
  for (const { total, rules } of stats?.times.passes ?? []) {
    sum.all += total;
    for (const [rule, time] of Object.entries(rules ?? {})) {
      if (!rule.startsWith('imdsv2/')) continue;
      sum.own += time.total;
      if (!isMarked) sum.unmarked += time.total;
    }
  }
}
/** @param {number} part */
const share = (part) => `${(part / 1000).toFixed(2)} s, ${((100 * part) / sum.all).toFixed(2)} %`;
say('parsing and rules', `${(sum.all / 1000).toFixed(1)} s for ${results.length} files, ${sum.marked} with a marker`);
say('the plug-in', share(sum.own));
say('the plug-in in files without a marker', share(sum.unmarked));
