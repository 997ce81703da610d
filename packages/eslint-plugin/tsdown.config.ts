import { defineConfig } from 'tsdown';
import { base } from '../../scripts/build/tsdown.base.ts';

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/front-end/index.ts'],
  plugins: [
    ...base.plugins,
    {
      // `require` of Node looks for it; TypeScript before 5.6 does not read the name of such an export.
      name: 'types without "module.exports"',
      renderChunk: (code, { fileName }) =>
        fileName.endsWith('.d.ts') ? code.replace(/,\s*plugin as ['"]module\.exports['"]/, '') : null,
    },
  ],
  // Under 250 kB unpacked: blanks go, and local names; those of functions, classes and files stay for stack traces.
  minify: { compress: true, mangle: { toplevel: false, keepNames: true }, codegen: { removeWhitespace: true } },
  deps: {
    // Taken in by their sub-paths: left outside, they would install 44 MB with `typescript` among them.
    onlyBundle: ['@types/estree', /^@typescript-eslint\//, /^@eslint-community\//, /^eslint-visitor-keys$/],
    neverBundle: ['typescript', 'eslint', /^imdsv2-core/],
  },
});
