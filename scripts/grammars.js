/**
 * The tree-sitter grammars, and web-tree-sitter's own module, as the scanner reads them: `.wasm` files with
 * their licences in `packages/scanner/grammars/`. They are copied because the packages they come in
 * build native code when installed, which nothing published here may ask of anyone.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scanner = fileURLToPath(new URL('../packages/scanner/', import.meta.url));

/** Package → the file of it that is needed. */
const sources = {
  'web-tree-sitter': 'web-tree-sitter.wasm',
  '@tree-sitter-grammars/tree-sitter-hcl': 'tree-sitter-terraform.wasm',
  'tree-sitter-powershell': 'tree-sitter-powershell.wasm',
  'tree-sitter-python': 'tree-sitter-python.wasm',
};

/** Copies what is missing; with `again`, everything (the versions may have changed). */
export function copyGrammars({ again = false } = {}) {
  const target = join(scanner, 'grammars');
  mkdirSync(target, { recursive: true });
  for (const [name, file] of Object.entries(sources)) {
    const source = join(scanner, 'node_modules', name);
    copy(join(source, file), join(target, file), again);
    copy(join(source, 'LICENSE'), join(target, file.replace('.wasm', '.LICENSE')), again);
  }
}

/** @param {string} from @param {string} to @param {boolean} again */
function copy(from, to, again) {
  if (again || !existsSync(to)) copyFileSync(from, to);
}
