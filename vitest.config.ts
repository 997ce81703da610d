import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import tsconfig from './tsconfig.base.json' with { type: 'json' };

/**
 * Three tiers, told apart by the name of the file and chosen by `--mode`:
 *
 * - `*.test.ts`: against the sources, nothing to build first. `npx vitest run [folder]`
 * - `*.packed.test.ts`: against the packed packages, which must be built. `--mode packed` runs these as well
 * - `*.full.test.ts`: matrices and other long work. `--mode full` runs all three
 */
export default defineConfig(({ mode }) => ({
  resolve: { alias: sources() },
  test: {
    include: ['{packages/*,bench,scripts}/**/*.test.ts', '{fixtures,docs}/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...excludedTiers(mode)],
    globalSetup: mode === 'packed' || mode === 'full' ? ['scripts/testing/pack.ts'] : [],
    testTimeout: 30_000,
    // By itself it leaves one core idle, which is half of a small machine.
    maxWorkers: '100%',
  },
}));

/** Workspace packages are their sources, as they are for TypeScript. */
function sources() {
  return Object.entries(tsconfig.compilerOptions.paths).map(([name, [file = '']]) => ({
    find: new RegExp(`^${name}$`),
    replacement: fileURLToPath(new URL(file, import.meta.url)),
  }));
}

function excludedTiers(mode: string): string[] {
  if (mode === 'full') return [];
  if (mode === 'packed') return ['**/*.full.test.ts'];
  return ['**/*.full.test.ts', '**/*.packed.test.ts'];
}
