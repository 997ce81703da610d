import { defineConfig } from 'tsdown';
import { base } from '../../scripts/build/tsdown.base.ts';

export default defineConfig([
  {
    ...base,
    entry: ['src/index.ts', 'src/cli.ts'],
    dts: false,
    // The UMD builds of some parsers, their `main`, cannot be followed by a bundler.
    inputOptions: { resolve: { mainFields: ['module', 'main'] } },
    // Only what has a native binding stays outside; parsers go into chunks that load when first needed.
    deps: { alwaysBundle: (id) => !/^(oxc-parser|node:)/.test(id), neverBundle: ['oxc-parser'], onlyBundle: false },
    // `imdsv2 explain` and the help in SARIF; see `src/rule-pages.ts`.
    copy: [{ from: '../../docs/rules/*.md', to: 'dist/rules' }],
  },
  {
    ...base,
    // Declarations by themselves: those of the front ends are more than the bundler of declarations can take in.
    entry: { index: 'src/types.ts' },
    tsconfig: 'tsconfig.types.json',
    dts: { emitDtsOnly: true },
    clean: false,
    deps: { neverBundle: [/^imdsv2-core/, /^node:/] },
  },
]);
