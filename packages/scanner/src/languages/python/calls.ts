import { mergeChoices } from 'imdsv2-core';
import { isDownloadCommand, textDocument } from '../scripting/embedded.ts';
import { EMPTY_CELL } from '../scripting/state.ts';
import { fieldOf, namedChildren, nodesOf, type SyntaxNode } from '../scripting/syntax.ts';
import {
  keyOf,
  knownText,
  limit,
  NO_CHOICES,
  NULL,
  toText,
  unknown,
  type FunctionValue,
  type Value,
  type Values,
} from '../scripting/values.ts';
import { classAttribute } from './attributes.ts';
import { callBuiltin, callMember, callPartial } from './builtins.ts';
import { evaluate } from './expressions.ts';
import { assignName, sourceOf, unknownOf, type Interpreter } from './interpreter.ts';
import { callLibrary } from './libraries/index.ts';
import { isMockDecorator, isMockParameter } from './mocks.ts';
import { executeBlock } from './statements.ts';

/** The arguments of a call. */
export interface Arguments {
  readonly positional: readonly Values[];
  readonly keywords: ReadonlyMap<string, Values>;
  /** Why there may be more arguments than these (`*args`, `**kwargs` that are not known). */
  readonly open?: string;
}

/** Runs a call: of the script's own functions by their bodies, of libraries by what is known of them. */
export function evaluateCall(interpreter: Interpreter, node: SyntaxNode): Values {
  const callee = fieldOf(node, 'function');
  const list = fieldOf(node, 'arguments');
  if (callee === undefined) return unknownOf(interpreter, node, 'it is not followed');
  const callees = evaluate(interpreter, callee);
  const args =
    list === undefined ? { positional: [], keywords: new Map<string, Values>() } : readArguments(interpreter, list);
  const results = callees.flatMap((value): Values => {
    const choices = value.choices;
    return callValue(interpreter, value, args, node).map((result) =>
      choices.size === 0 ? result : { ...result, choices: mergeChoices(result.choices, choices) ?? result.choices },
    );
  });
  return limit(results);
}

/** Runs one value as a function. */
export function callValue(interpreter: Interpreter, callee: Value, args: Arguments, node: SyntaxNode): Values {
  switch (callee.kind) {
    case 'function':
      return callFunction(interpreter, callee, args, node);
    case 'class':
      return construct(interpreter, callee, args, node);
    case 'named': {
      const found =
        callLibrary(interpreter, callee.path, args, node) ?? callBuiltin(interpreter, callee.path, args, node);
      if (found !== undefined) return found;
      embedCommands(interpreter, args, node);
      return unknownOf(interpreter, node, 'it is what another module gives');
    }
    case 'member':
      return callMember(interpreter, callee, args, node) ?? outside(interpreter, args, node);
    case 'response':
      return [callee];
    case 'ref':
      return callPartial(interpreter, callee, args, node) ?? outside(interpreter, args, node);
    default:
      return outside(interpreter, args, node);
  }
}

function outside(interpreter: Interpreter, args: Arguments, node: SyntaxNode): Values {
  embedCommands(interpreter, args, node);
  return unknownOf(interpreter, node, 'it is what something outside this file gives');
}

function readArguments(interpreter: Interpreter, list: SyntaxNode): Arguments {
  const positional: Values[] = [];
  const keywords = new Map<string, Values>();
  let open: string | undefined;
  const children = list.type === 'generator_expression' ? [list] : namedChildren(list);
  for (const child of children) {
    if (child.type === 'keyword_argument') {
      const [name, value] = [fieldOf(child, 'name'), fieldOf(child, 'value')];
      if (name !== undefined && value !== undefined)
        keywords.set(sourceOf(interpreter, name), evaluate(interpreter, value));
    } else if (child.type === 'dictionary_splat') {
      open = spreadKeywords(interpreter, child, keywords) ?? open;
    } else if (child.type === 'list_splat') {
      const [inner] = namedChildren(child);
      const values = inner === undefined ? [] : evaluate(interpreter, inner);
      const cell =
        values.length === 1 && values[0]?.kind === 'ref' ? interpreter.machine.state.cellOf(values[0]) : undefined;
      if (cell?.type === 'list') positional.push(...cell.items);
      else open = `"${sourceOf(interpreter, child)}" is passed on`;
    } else {
      positional.push(evaluate(interpreter, child));
    }
  }
  return { positional, keywords, ...(open === undefined ? {} : { open }) };
}

/** `**options`. Returns why there may be more than what was found. */
function spreadKeywords(interpreter: Interpreter, node: SyntaxNode, keywords: Map<string, Values>): string | undefined {
  const [inner] = namedChildren(node);
  if (inner === undefined) return undefined;
  const values = evaluate(interpreter, inner);
  const found = values.flatMap((value) =>
    value.kind === 'ref'
      ? interpreter.machine.state
          .cells(value)
          .map(({ cell, choices }) => ({ cell, choices: mergeChoices(choices, value.choices) ?? choices }))
      : [],
  );
  const names = new Set(found.flatMap(({ cell }) => cell.entries.flatMap((entry) => knownText(entry.key) ?? [])));
  for (const name of names) {
    keywords.set(
      name,
      limit(
        found.flatMap(({ cell, choices }): Values => {
          const entry = cell.entries.findLast((candidate) => knownText(candidate.key) === name);
          const own = entry?.value ?? NULL;
          return own.map((value) => ({ ...value, choices: mergeChoices(value.choices, choices) ?? value.choices }));
        }),
      ),
    );
  }
  const lost =
    values.some((value) => value.kind !== 'ref') ||
    found.some(
      ({ cell }) => cell.open !== undefined || cell.entries.some((entry) => knownText(entry.key) === undefined),
    );
  return lost ? `"${sourceOf(interpreter, node)}" is passed on` : undefined;
}

/** Runs a function of the script with the given arguments. */
export function callFunction(
  interpreter: Interpreter,
  callee: FunctionValue,
  args: Arguments,
  node: SyntaxNode,
): Values {
  const { machine } = interpreter;
  const parameters = fieldOf(callee.node, 'parameters');
  const body = fieldOf(callee.node, 'body');
  if (body === undefined) return unknownOf(interpreter, node, 'it is not followed');
  const frame = machine.nextId();
  interpreter.parents.set(frame, enclosingFrame(interpreter, callee.frame));
  const outer = interpreter.frame;
  const muted =
    (interpreter.decorators.get(callee.node.start) ?? []).some(isMockDecorator) ||
    (parameters !== undefined &&
      namedChildren(parameters).some((parameter) => isMockParameter(sourceOf(interpreter, parameter))))
      ? 1
      : 0;
  machine.log.muted += muted;
  const returned = machine.call(String(callee.node.start), frame, () => {
    interpreter.frame = frame;
    bindParameters(interpreter, callee, parameters, args);
    if (callee.node.type === 'lambda') return evaluate(interpreter, body);
    executeBlock(interpreter, body);
    return NULL;
  });
  interpreter.frame = outer;
  machine.log.muted -= muted;
  return returned ?? unknownOf(interpreter, node, 'the function calls itself');
}

/** Names that a method does not find in itself are not those of its class's body. */
function enclosingFrame(interpreter: Interpreter, frame: number): number {
  for (const classFrame of interpreter.classFrames.values()) {
    if (classFrame === frame) return interpreter.parents.get(frame) ?? interpreter.moduleFrame;
  }
  return frame;
}

function bindParameters(
  interpreter: Interpreter,
  callee: FunctionValue,
  parameters: SyntaxNode | undefined,
  args: Arguments,
): void {
  const positional = callee.self === undefined ? [...args.positional] : [[callee.self], ...args.positional];
  const left = new Map(args.keywords);
  let next = 0;
  for (const parameter of parameters === undefined ? [] : namedChildren(parameters)) {
    const inner = parameter.type === 'typed_parameter' ? namedChildren(parameter)[0] : undefined;
    const kind =
      inner?.type === 'list_splat_pattern' || inner?.type === 'dictionary_splat_pattern' ? inner.type : parameter.type;
    if (kind === 'list_splat_pattern') {
      const name = namedChildren(inner ?? parameter)[0];
      const rest = positional.slice(next);
      next = positional.length;
      if (name !== undefined)
        assignName(interpreter, sourceOf(interpreter, name), [
          interpreter.machine.allocate({
            ...EMPTY_CELL,
            type: 'list',
            items: rest,
            ...(args.open === undefined ? {} : { open: args.open }),
          }),
        ]);
    } else if (kind === 'dictionary_splat_pattern') {
      const name = namedChildren(inner ?? parameter)[0];
      const entries = [...left].map(([key, value]) => ({
        key: [{ kind: 'text' as const, pieces: [{ kind: 'literal' as const, value: key }], choices: NO_CHOICES }],
        value,
      }));
      if (name !== undefined)
        assignName(interpreter, sourceOf(interpreter, name), [
          interpreter.machine.allocate({
            ...EMPTY_CELL,
            type: 'dictionary',
            entries,
            ...(args.open === undefined ? {} : { open: args.open }),
          }),
        ]);
    } else if (
      kind === 'identifier' ||
      kind === 'typed_parameter' ||
      kind === 'default_parameter' ||
      kind === 'typed_default_parameter'
    ) {
      const nameNode = fieldOf(parameter, 'name') ?? inner ?? parameter;
      const name = sourceOf(interpreter, nameNode);
      const given = positional[next];
      const keyword = left.get(name);
      left.delete(name);
      if (given !== undefined) next += 1;
      assignName(interpreter, name, given ?? keyword ?? defaultOf(interpreter, parameter, name, args.open));
    }
  }
}

function defaultOf(interpreter: Interpreter, parameter: SyntaxNode, name: string, open: string | undefined): Values {
  const value = fieldOf(parameter, 'value');
  // With arguments that are not known the default need not be what the function gets.
  if (value === undefined || open !== undefined) {
    const known = value === undefined ? [] : evaluate(interpreter, value);
    // A text that is given as default is what most calls use.
    if (known.length > 0 && known.every((one) => one.kind === 'text' && one.pieces.length > 0)) return known;
    return unknown(name, 'it is a parameter of the function', { mayBeEmpty: known.some((one) => one.kind === 'null') });
  }
  return evaluate(interpreter, value);
}

/** Makes an object of one of the script's classes and runs its `__init__`. */
export function construct(
  interpreter: Interpreter,
  callee: Extract<Value, { kind: 'class' }>,
  args: Arguments,
  node: SyntaxNode,
): Values {
  const { machine } = interpreter;
  const self = machine.allocate({
    ...EMPTY_CELL,
    type: 'object',
    of: `class:${String(callee.id)}`,
    fields: new Map([['<class>', [{ ...callee, choices: NO_CHOICES }]]]),
  });
  const [initialiser] = classAttribute(interpreter, callee, '__init__', self) ?? [];
  if (initialiser?.kind === 'function') callFunction(interpreter, initialiser, args, node);
  else bindFields(interpreter, callee, self, args);
  return [self];
}

/** Data classes and named tuples: annotated names of the class body are parameters in their order. */
function bindFields(
  interpreter: Interpreter,
  callee: Extract<Value, { kind: 'class' }>,
  self: Extract<Value, { kind: 'ref' }>,
  args: Arguments,
): void {
  const body = fieldOf(callee.node, 'body');
  if (body === undefined) return;
  const names = nodesOf(body, 'assignment')
    .filter((assignment) => fieldOf(assignment, 'type') !== undefined)
    .flatMap((assignment) => {
      const left = fieldOf(assignment, 'left');
      return left?.type === 'identifier' ? [sourceOf(interpreter, left)] : [];
    });
  names.forEach((name, index) => {
    const given = args.positional[index] ?? args.keywords.get(name);
    if (given !== undefined) interpreter.machine.state.setField(self, name, given);
  });
}

/** Names of functions that write down what they are given. */
const WRITERS =
  /(?:^|\.)(?:print|log|debug|info|warn|warning|error|exception|critical|fatal|echo|secho|format|compile|match|search|sub|findall|startswith|endswith|assert\w*|fail|skip|help|add_argument|write|append_message|ValueError|RuntimeError|Exception|\w+Error|\w+Exception)$/;

/** Commands given to a function of somebody else's that runs them: over SSH, in a container, through a build tool. Their content says what they are. */
function embedCommands(interpreter: Interpreter, args: Arguments, node: SyntaxNode): void {
  const callee = fieldOf(node, 'function');
  if (callee === undefined || WRITERS.test(sourceOf(interpreter, callee))) return;
  const seen = new Set<string>();
  const look = (values: Values, depth: number): void => {
    for (const value of values) {
      if (value.kind === 'text') {
        const text = toText(value);
        const key = keyOf(value);
        if (seen.has(key) || !isDownloadCommand(text)) continue;
        seen.add(key);
        interpreter.machine.embed(textDocument(interpreter.document, 'shell', text, node, 'a command in a string'));
      } else if (value.kind === 'ref' && depth < 4) {
        for (const { cell } of interpreter.machine.state.cells(value)) {
          for (const item of cell.items) look(item, depth + 1);
          for (const entry of cell.entries) look(entry.value, depth + 1);
        }
      }
    }
  };
  for (const values of [...args.positional, ...args.keywords.values()]) look(values, 0);
}
