import { fileURLToPath } from 'node:url';

/**
 * Path of a grammar's `.wasm`, or of web-tree-sitter's own (for `Parser.init({ locateFile })`).
 *
 * They lie in `grammars` beside `src` and `dist`, put there by `scripts/grammars.js`, so that no build touches them. This file stands directly in `src/` and bundles
 * directly in `dist/`, so that one relative path serves both.
 *
 * V8 spends eight seconds of CPU on optimising the PowerShell lexer, and the process waits for it before it ends
 * (Node 20.20, measured). `v8.setFlagsFromString('--liftoff-only')` before that grammar is loaded avoids it; parsing
 * PowerShell is no slower, parsing Terraform a third.
 */
export function grammarFile(name: Grammar): string {
  return fileURLToPath(new URL(`../grammars/${name}.wasm`, import.meta.url));
}

export type Grammar = 'tree-sitter-powershell' | 'tree-sitter-python' | 'tree-sitter-terraform' | 'web-tree-sitter';
