import { defineConfig } from 'vitest/config';

/**
 * Three tiers, told apart by the name of the file and chosen by `--mode`:
 *
 * - `*.test.ts`: against the sources, nothing to build first. `npx vitest run [folder]`
 * - `*.packed.test.ts`: against the packed packages, which must be built. `--mode packed`
 * - `*.full.test.ts`: matrices and other long work. `--mode full` runs all three
 */
export default defineConfig(({ mode }) => ({
  resolve: { conditions: [sourceCondition, 'module', 'node', 'development|production'] },
  ssr: { resolve: { conditions: [sourceCondition, 'module', 'node', 'development|production'] } },
  test: {
    include: ['{packages/*,bench,fixtures,docs,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...excludedTiers(mode)],
    testTimeout: 30_000,
  },
}));

/** Workspace packages resolve to `src/index.ts` under this condition; it is not published. */
const sourceCondition = 'imdsv2-source';

function excludedTiers(mode: string): string[] {
  if (mode === 'full') return [];
  if (mode === 'packed') return ['**/*.full.test.ts'];
  return ['**/*.full.test.ts', '**/*.packed.test.ts'];
}
