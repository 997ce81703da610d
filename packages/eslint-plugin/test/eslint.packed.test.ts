import { describe, test } from 'vitest';
import { expectFindingOf } from './packed-plugin.ts';

describe('the packed plug-in', () => {
  test('finds a request in the newest ESLint', { timeout: 120_000 }, () => {
    expectFindingOf('eslint@latest');
  });
});
