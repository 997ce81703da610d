import { fileDocument } from 'imdsv2-core';
import type { Context } from '../front-end.ts';
import { copyTree } from '../scripting/syntax.ts';
import type { Values } from '../scripting/values.ts';
import type { GrammarParser } from '../tree-sitter/grammar.ts';
import { createInterpreter, type Interpreter, type OwnModules } from './interpreter.ts';
import { executeBlock } from './statements.ts';

/** Modules that import constants of modules that import constants … further than this are not followed. */
const MAX_DEPTH = 3;
/** Steps for the body of one such module: constants stand at its top. */
const STEPS = 20_000;

/**
 * Constants that other modules of the same tree set: `from .settings import BASE_URL`. Modules are looked for as Python does with the script's directory, or one above it, on its path.
 * What a module does beside setting texts is not followed.
 */
export function ownModules(path: string, context: Context, parser: GrammarParser, depth = 0): OwnModules {
  const modules = new Map<string, Interpreter | undefined>();
  const load = (module: string): Interpreter | undefined => {
    if (depth >= MAX_DEPTH || context.singleFile) return undefined;
    if (modules.has(module)) return modules.get(module);
    modules.set(module, undefined);
    for (const file of filesOf(module, path)) {
      const text = file === path ? undefined : context.readFile(file);
      if (text === undefined) continue;
      const root = parser.parse(text, (tree) => copyTree(tree, new Set()).root);
      if (root === undefined) return undefined;
      const interpreter = createInterpreter(
        fileDocument(file, text, 'python'),
        ownModules(file, context, parser, depth + 1),
        STEPS,
      );
      interpreter.machine.log.muted = 1;
      executeBlock(interpreter, root);
      modules.set(module, interpreter);
      return interpreter;
    }
    return undefined;
  };
  return {
    constant: (dotted) => {
      const dot = dotted.lastIndexOf('.');
      // `.NAME` is a name of the package itself.
      const module = /^\.+$/.test(dotted.slice(0, dot + 1)) ? dotted.slice(0, dot + 1) : dotted.slice(0, dot);
      const interpreter = dot === -1 ? undefined : load(module);
      if (interpreter === undefined) return undefined;
      const values = interpreter.machine.state.get(`${String(interpreter.moduleFrame)}:${dotted.slice(dot + 1)}`);
      return isConstant(values) ? values : undefined;
    },
  };
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
