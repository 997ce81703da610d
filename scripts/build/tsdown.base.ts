import type { UserConfig } from 'tsdown';
import { thirdPartyLicences } from './third-party-licences.ts';

/** What the three packages are built with; each adds its entries and what it bundles. */
export const base = {
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  fixedExtension: false,
  dts: true,
  tsconfig: '../../scripts/build/tsconfig.json',
  // Workspace packages are bundled and typed from their sources, so the three builds need no order.
  inputOptions: { resolve: { conditionNames: ['imdsv2-source', 'import', 'module', 'node', 'default'] } },
  plugins: [thirdPartyLicences()],
  checks: { pluginTimings: false, eval: false },
  logLevel: 'warn',
} satisfies UserConfig;
