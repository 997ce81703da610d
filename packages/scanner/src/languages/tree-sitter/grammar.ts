import { setFlagsFromString } from 'node:v8';
import type { Node, Parser } from 'web-tree-sitter';
import { grammarFile, type Grammar } from '../../grammars.ts';

export type { Node } from 'web-tree-sitter';

/** A parser of one grammar, ready to use. Everything after `loadGrammar` is synchronous. */
export interface GrammarParser {
  /**
   * Parses `text` and hands its root node to `read`. The tree lives in the grammar's own memory (2 GB, never collected:
   * facts/engineering.md §3), so it is deleted when `read` returns: copy out what is needed, keep no node.
   *
   * Offsets of nodes are UTF-16 units. Undefined when the text takes longer than `budget` milliseconds to parse.
   */
  readonly parse: <T>(text: string, read: (root: Node) => T, budget?: number) => T | undefined;
}

const loading = new Map<Grammar, Promise<GrammarParser>>();

/** Loads a grammar the first time it is asked for; later calls get the same parser. */
export function loadGrammar(name: Exclude<Grammar, 'web-tree-sitter'>): Promise<GrammarParser> {
  const begun = loading.get(name);
  if (begun !== undefined) return begun;
  const loaded = load(name);
  loading.set(name, loaded);
  return loaded;
}

/** Longer than any file that a person wrote takes; a cancelled parse is reported as not analysed. */
const BUDGET = 20_000;

async function load(name: Exclude<Grammar, 'web-tree-sitter'>): Promise<GrammarParser> {
  // See `grammarFile`: V8 would spend seconds on optimising this grammar's lexer.
  if (name === 'tree-sitter-powershell') setFlagsFromString('--liftoff-only');
  const { Language, Parser } = await import('web-tree-sitter');
  await Parser.init({ locateFile: () => grammarFile('web-tree-sitter') });
  const parser: Parser = new Parser();
  parser.setLanguage(await Language.load(grammarFile(name)));
  return {
    parse: (text, read, budget = BUDGET) => {
      const begin = performance.now();
      const tree = parser.parse(text, null, { progressCallback: () => performance.now() - begin > budget });
      if (tree === null) {
        parser.reset();
        return undefined;
      }
      try {
        return read(tree.rootNode);
      } finally {
        tree.delete();
      }
    },
  };
}
