import { describe, test } from 'vitest';
import { expectFindingOf, expectFindingOfOxlint } from './packed-plugin.ts';

/** The oldest ESLint of the peer range, the last of each major version, and Oxlint. */
describe('the packed plug-in', { timeout: 120_000 }, () => {
  test.each(['eslint@9.38.0', 'eslint@9', 'eslint@10'])('finds a request in %s', (eslint) => {
    expectFindingOf(eslint);
  });

  test('finds a request in TypeScript', () => {
    expectFindingOf('eslint@10', { typescript: true });
  });

  test.each(['app.js', 'app.ts'])('finds a request of %s in Oxlint', (file) => {
    expectFindingOfOxlint(file);
  });
});
