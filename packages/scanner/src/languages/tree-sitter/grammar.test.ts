import { expect, test } from 'vitest';
import { loadGrammar } from './grammar.ts';

test('offsets are UTF-16 units', async () => {
  const parser = await loadGrammar('tree-sitter-terraform');
  const source = 'locals {\n  a = "é😀"\n  b = 1\n}\n';
  const starts = parser.parse(source, (root) =>
    root.descendantsOfType('attribute').map((node) => source.slice(node.startIndex, node.endIndex)),
  );
  expect(starts).toEqual(['a = "é😀"', 'b = 1']);
});

test('a grammar is loaded once', async () => {
  expect(await loadGrammar('tree-sitter-terraform')).toBe(await loadGrammar('tree-sitter-terraform'));
});

test('a parse that takes too long is given up, and the parser goes on', async () => {
  const parser = await loadGrammar('tree-sitter-terraform');
  expect(parser.parse('a = 1\n'.repeat(100_000), () => 'read', -1)).toBeUndefined();
  expect(parser.parse('a = 1\n', (root) => root.hasError)).toBe(false);
});

test('memory is given back', async () => {
  const parser = await loadGrammar('tree-sitter-terraform');
  // Without `tree.delete()` a few hundred of these abort the grammar's two gigabytes.
  const source = 'a = [1, 2, 3]\n'.repeat(2_000);
  for (let i = 0; i < 60; i += 1) expect(parser.parse(source, (root) => root.childCount)).toBeGreaterThan(0);
});
