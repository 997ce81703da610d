import { defineConfig } from 'tsdown';
import { base } from '../../scripts/build/tsdown.base.ts';

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/front-end/index.ts'],
  // Under 250 kB unpacked: blanks go, names stay.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  deps: {
    // Taken in by their sub-paths: left outside, they would install 44 MB with `typescript` among them.
    onlyBundle: ['@types/estree', /^@typescript-eslint\//, /^@eslint-community\//, /^eslint-visitor-keys$/],
    neverBundle: ['typescript', 'eslint', /^imdsv2-core/],
  },
});
