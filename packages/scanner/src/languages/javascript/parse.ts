import { analyze } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import { visitorKeys } from '@typescript-eslint/visitor-keys';
import type { ParsedFile } from 'eslint-plugin-imdsv2/front-end';
import { parseSync, type ParserOptions } from 'oxc-parser';

export interface Parsed {
  /** Undefined: nothing could be read. */
  readonly file: ParsedFile | undefined;
  readonly problem?: { readonly at: number; readonly reason: string; readonly extent: 'whole' | 'part' };
}

type Dialect = NonNullable<ParserOptions['lang']>;

/** Characters of source whose trees are kept: a tree takes fifty times the room of its text. */
const MAX_KEPT = 8_000_000;

/** Parses each file once, as long as there is room. Trees are those of typescript-eslint; nothing of TypeScript is loaded. */
export class Parser {
  readonly #parsed = new Map<string, { readonly text: string; readonly result: Parsed }>();
  #kept = 0;

  parse(path: string, text: string): Parsed {
    const before = this.#parsed.get(path);
    if (before?.text === text) {
      // The one that is asked for last is the last to go.
      this.#parsed.delete(path);
      this.#parsed.set(path, before);
      return before.result;
    }
    this.#forget(path);
    const result = parseFile(path, text);
    this.#parsed.set(path, { text, result });
    this.#kept += text.length;
    for (const oldest of this.#parsed.keys()) {
      if (this.#kept <= MAX_KEPT || oldest === path) break;
      this.#forget(oldest);
    }
    return result;
  }

  #forget(path: string): void {
    this.#kept -= this.#parsed.get(path)?.text.length ?? 0;
    this.#parsed.delete(path);
  }
}

function parseFile(path: string, text: string): Parsed {
  let reason = 'it cannot be parsed';
  let at = 0;
  for (const lang of dialectsOf(path)) {
    const { program, errors, comments } = parseSync(path, blankOut(text), {
      range: true,
      astType: 'ts',
      preserveParens: false,
      lang,
    });
    const [error] = errors;
    if (program.body.length === 0 && error !== undefined) {
      reason = error.message;
      at = error.labels[0]?.start ?? 0;
      continue;
    }
    const ast = program as unknown as TSESTree.Program;
    // As typescript-eslint has them; the parser keeps them beside the tree.
    ast.comments = comments.map((comment) => ({
      ...comment,
      range: [comment.start, comment.end],
    })) as unknown as TSESTree.Comment[];
    const scopeManager = analyze(ast, { lib: [], childVisitorKeys: visitorKeys, sourceType: 'module' });
    return { file: { path, text, ast, scopeManager, visitorKeys } };
  }
  return { file: undefined, problem: { at, reason: `syntax error: ${reason}`, extent: 'whole' } };
}

/** The dialects that a file may be in, likeliest first. `.js` may hold JSX, and types that a build strips. */
function dialectsOf(path: string): readonly Dialect[] {
  if (path.endsWith('.tsx')) return ['tsx'];
  if (/\.[cm]?ts$/.test(path)) return /\.d\.[cm]?ts$/.test(path) ? ['dts', 'ts'] : ['ts', 'tsx'];
  return ['jsx', 'tsx', 'ts'];
}

/** A byte order mark counts as a character for nobody but the parser: a blank keeps every place. */
function blankOut(text: string): string {
  return text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
}
