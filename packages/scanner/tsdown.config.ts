import { defineConfig } from 'tsdown';
import { base } from '../../scripts/build/tsdown.base.ts';

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/cli.ts'],
  // The UMD builds of some parsers, their `main`, cannot be followed by a bundler.
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  // `__filename` for the compiler inside ts-morph.
  shims: true,
  // Only what has a native binding stays outside; parsers go into chunks that load when first needed.
  deps: { alwaysBundle: (id) => !/^(oxc-parser|node:)/.test(id), neverBundle: ['oxc-parser'], onlyBundle: false },
  // `imdsv2 explain` and the help in SARIF; see `src/rule-pages.ts`.
  copy: [{ from: '../../docs/rules/*.md', to: 'dist/rules' }],
});
