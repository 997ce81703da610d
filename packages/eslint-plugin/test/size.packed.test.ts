import { expect, test } from 'vitest';
import { contentOf, filesOf } from '../../../scripts/testing/packed.ts';

test('the plug-in without the core stays below 250 kB unpacked', () => {
  const size = filesOf(contentOf('eslint-plugin-imdsv2')).reduce((sum, file) => sum + file.size, 0);
  expect(size).toBeGreaterThan(0);
  expect(size).toBeLessThan(250_000);
});
