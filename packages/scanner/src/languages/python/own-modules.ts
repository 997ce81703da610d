import { fileDocument } from 'imdsv2-core';
import type { Context } from '../front-end.ts';
import { copyTree } from '../scripting/syntax.ts';
import type { Values } from '../scripting/values.ts';
import type { GrammarParser } from '../tree-sitter/grammar.ts';
import { createInterpreter, type Interpreter, type OwnModules } from './interpreter.ts';
import { mayHoldAddress } from './relevance.ts';
import { executeBlock } from './statements.ts';

/** Modules that import constants of modules that import constants … further than this are not followed. */
const MAX_DEPTH = 3;
/** Steps for the body of one such module: constants stand at its top. */
const STEPS = 20_000;

interface LoadedModule {
  readonly text: string;
  readonly interpreter: Interpreter | undefined;
  /** The files that were asked for while its body ran. */
  readonly asked: ReadonlySet<string>;
}

/**
 * Constants that other modules of the same tree set: `from .settings import BASE_URL`. Modules are looked for as Python does with the script's directory, or one above it, on its path.
 * What a module does beside setting texts is not followed. A module that many files import is read once.
 */
export class ModuleConstants {
  readonly #parser: GrammarParser;
  readonly #loaded = new Map<string, LoadedModule>();

  constructor(parser: GrammarParser) {
    this.#parser = parser;
  }

  /** What the file at `path` may ask for. */
  of(path: string, context: Context): OwnModules {
    return this.#of(path, context, 0);
  }

  #of(path: string, context: Context, depth: number): OwnModules {
    /** The file that a module is, by its name as imported here. */
    const files = new Map<string, { readonly path: string; readonly text: string } | undefined>();
    const fileOf = (module: string): { readonly path: string; readonly text: string } | undefined => {
      if (files.has(module)) return files.get(module);
      let found;
      for (const file of filesOf(module, path)) {
        const text = file === path ? undefined : context.readFile(file);
        if (text === undefined) continue;
        found = { path: file, text };
        break;
      }
      files.set(module, found);
      return found;
    };
    return {
      importsAddress: (text) =>
        !context.singleFile &&
        [...text.matchAll(IMPORTED)].some(([, from, names = '', module]) => {
          const file = fileOf(from ?? module ?? '');
          return (
            file !== undefined &&
            mayHoldAddress(file.text) &&
            (module !== undefined || [...names.matchAll(/\w+/g)].some(([name]) => maySet(file.text, name)))
          );
        }),
      constant: (dotted) => {
        const dot = dotted.lastIndexOf('.');
        if (dot === -1 || depth >= MAX_DEPTH || context.singleFile) return undefined;
        // `.NAME` is a name of the package itself.
        const module = /^\.+$/.test(dotted.slice(0, dot + 1)) ? dotted.slice(0, dot + 1) : dotted.slice(0, dot);
        const name = dotted.slice(dot + 1);
        const file = fileOf(module);
        if (file === undefined || !maySet(file.text, name)) return undefined;
        const interpreter = this.#load(file, context, depth);
        const values = interpreter?.machine.state.get(`${String(interpreter.moduleFrame)}:${name}`);
        return isConstant(values) ? values : undefined;
      },
    };
  }

  #load(
    file: { readonly path: string; readonly text: string },
    context: Context,
    depth: number,
  ): Interpreter | undefined {
    const key = `${String(depth)} ${file.path}`;
    const known = this.#loaded.get(key);
    if (known?.text === file.text) {
      // Who asks for the module depends on all that it depends on.
      for (const path of known.asked) context.readFile(path);
      return known.interpreter;
    }
    const asked = new Set<string>();
    const watched: Context = {
      ...context,
      readFile: (path) => {
        asked.add(path);
        return context.readFile(path);
      },
    };
    // Modules that import each other: the inner one sees nothing of the outer.
    this.#loaded.set(key, { text: file.text, interpreter: undefined, asked });
    const root = this.#parser.parse(file.text, (tree) => copyTree(tree, new Set()).root);
    if (root === undefined) return undefined;
    const interpreter = createInterpreter(
      fileDocument(file.path, file.text, 'python'),
      this.#of(file.path, watched, depth + 1),
      STEPS,
    );
    interpreter.machine.log.muted = 1;
    executeBlock(interpreter, root);
    this.#loaded.set(key, { text: file.text, interpreter, asked });
    return interpreter;
  }
}

/** `from X import A, B` with its names, which may stand in parentheses, and `import X`, at the start of a line. */
const IMPORTED = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b[ \t]*(\([^)]*|[^\n]*)|import[ \t]+([\w.]+))/gm;

/** Whether a module's text may set a name, or import it: most of what is imported are functions and classes, and their modules need not be read. */
function maySet(text: string, name: string): boolean {
  if (!/^\w+$/.test(name) || !text.includes(name)) return false;
  return new RegExp(
    String.raw`(?<![\w.])${name}[ \t]*(?:[:,)][^=\n]*)?=(?!=)|\bimport\b[^;]{0,2000}?(?<![\w.])${name}\b`,
  ).test(text);
}

function isConstant(values: Values | undefined): values is Values {
  return (
    values?.length === 1 &&
    values.every(
      (value) =>
        value.choices.size === 0 &&
        (value.kind === 'number' || (value.kind === 'text' && value.pieces.every((piece) => piece.kind === 'literal'))),
    )
  );
}

/** Where a module may stand: `.a.b` beside the importing file, `a.b` there or from any directory above. */
function filesOf(module: string, path: string): readonly string[] {
  const directory = path.split('/').slice(0, -1);
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  const parts = module
    .slice(dots)
    .split('.')
    .filter((part) => part !== '');
  const bases =
    dots > 0
      ? [directory.slice(0, directory.length - dots + 1)]
      : directory.map((_, index) => directory.slice(0, directory.length - index)).concat([[]]);
  return bases.flatMap((base) => {
    const name = [...base, ...parts].join('/');
    return [`${name}.py`, `${name}/__init__.py`];
  });
}
