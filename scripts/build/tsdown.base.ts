import type { UserConfig } from 'tsdown';
import { thirdPartyLicences } from './third-party-licences.ts';

/** What the three packages are built with; each adds its entries and what it bundles. */
export const base = {
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  fixedExtension: false,
  dts: true,
  // Its paths lead to the sources of workspace packages, so the three builds need no order.
  tsconfig: '../../scripts/build/tsconfig.json',
  plugins: [thirdPartyLicences()],
  checks: { pluginTimings: false, eval: false },
  logLevel: 'warn',
} satisfies UserConfig;
