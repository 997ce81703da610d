import type { Evidence } from 'imdsv2-core';
import { runCondition } from '../scripting/conditions.ts';
import { childOf, fieldOf, namedChildren, nodesOf, type SyntaxNode } from '../scripting/syntax.ts';
import { namedOf, NO_CHOICES, NULL, unknown, type Value, type Values } from '../scripting/values.ts';
import { assign } from './assignment.ts';
import { readCondition } from './conditions.ts';
import { evaluate } from './expressions.ts';
import { assignName, sourceOf, type Interpreter } from './interpreter.ts';
import { isMockContext, isMockDecorator } from './mocks.ts';
import { modulePath } from './modules.ts';

/** Runs a block or module. Comments and what cannot be reached are passed over. */
export function executeBlock(interpreter: Interpreter, block: SyntaxNode): void {
  for (const statement of block.children) {
    if (!interpreter.machine.state.alive) return;
    if (statement.named) execute(interpreter, statement);
  }
}

/** Runs one statement on every way that leads to it. */
function execute(interpreter: Interpreter, node: SyntaxNode): void {
  const { machine } = interpreter;
  if (!machine.step()) return;
  switch (node.type) {
    case 'expression_statement':
      for (const expression of namedChildren(node)) {
        // A string by itself is documentation.
        if (expression.type !== 'string' && expression.type !== 'concatenated_string')
          evaluate(interpreter, expression);
      }
      return;
    case 'import_statement':
    case 'import_from_statement':
    case 'future_import_statement':
      importNames(interpreter, node);
      return;
    case 'if_statement':
      executeIf(interpreter, node, 0);
      return;
    case 'for_statement':
      executeFor(interpreter, node);
      return;
    case 'while_statement':
      executeWhile(interpreter, node);
      return;
    case 'try_statement':
      executeTry(interpreter, node);
      return;
    case 'with_statement':
      executeWith(interpreter, node);
      return;
    case 'match_statement':
      executeMatch(interpreter, node);
      return;
    case 'function_definition':
      define(interpreter, node, []);
      return;
    case 'class_definition':
      defineClass(interpreter, node);
      return;
    case 'decorated_definition':
      defineDecorated(interpreter, node);
      return;
    case 'return_statement': {
      const value = namedChildren(node)[0];
      machine.leave(value === undefined ? NULL : evaluate(interpreter, value));
      return;
    }
    case 'raise_statement':
      for (const child of namedChildren(node)) evaluate(interpreter, child);
      machine.mayFail();
      machine.state.alive = false;
      return;
    case 'break_statement':
      machine.breakLoop();
      return;
    case 'continue_statement':
      machine.continueLoop();
      return;
    case 'global_statement':
    case 'nonlocal_statement':
      for (const name of namedChildren(node))
        interpreter.globals.add(`${String(interpreter.frame)}:${sourceOf(interpreter, name)}`);
      return;
    case 'delete_statement':
    case 'pass_statement':
    case 'comment':
      return;
    case 'block':
    case 'module':
      executeBlock(interpreter, node);
      return;
    case 'ERROR':
      // What the parser could not place still holds statements that it could.
      executeBlock(interpreter, node);
      return;
    default:
      if (node.type.endsWith('_statement') || node.type === 'type_alias_statement') {
        for (const child of namedChildren(node)) evaluate(interpreter, child);
      } else {
        evaluate(interpreter, node);
      }
  }
}

function importNames(interpreter: Interpreter, node: SyntaxNode): void {
  const from = fieldOf(node, 'module_name');
  const module = from === undefined ? undefined : sourceOf(interpreter, from);
  for (const child of node.children) {
    if (child.field !== 'name') continue;
    const alias = child.type === 'aliased_import' ? fieldOf(child, 'alias') : undefined;
    const named = child.type === 'aliased_import' ? fieldOf(child, 'name') : child;
    if (named === undefined) continue;
    const name = sourceOf(interpreter, named);
    if (module !== undefined) {
      const path = `${module}${module.endsWith('.') ? '' : '.'}${name}`;
      assignName(
        interpreter,
        alias === undefined ? name : sourceOf(interpreter, alias),
        interpreter.modules.constant(path) ?? namedOf(modulePath(path)),
      );
    } else if (alias !== undefined) assignName(interpreter, sourceOf(interpreter, alias), namedOf(modulePath(name)));
    // `import a.b` binds `a`.
    else assignName(interpreter, name.split('.')[0] ?? name, namedOf(name.split('.')[0] ?? name));
  }
}

function executeIf(interpreter: Interpreter, node: SyntaxNode, from: number): void {
  const test = fieldOf(node, 'condition');
  const body = fieldOf(node, 'consequence');
  if (test === undefined) return;
  const alternatives =
    node.type === 'if_statement' ? node.children.filter((child) => child.field === 'alternative') : [];
  const otherwise = (rest: readonly SyntaxNode[]): void => {
    const [next, ...others] = rest;
    if (next === undefined) return;
    if (next.type === 'else_clause') {
      const block = fieldOf(next, 'body');
      if (block !== undefined) executeBlock(interpreter, block);
      return;
    }
    const condition = fieldOf(next, 'condition');
    const block = fieldOf(next, 'consequence');
    if (condition === undefined) return;
    branch(
      interpreter,
      condition,
      () => {
        if (block !== undefined) executeBlock(interpreter, block);
      },
      () => {
        otherwise(others);
      },
    );
  };
  branch(
    interpreter,
    test,
    () => {
      if (body !== undefined) executeBlock(interpreter, body);
    },
    () => {
      otherwise(alternatives.slice(from));
    },
  );
}

function branch(interpreter: Interpreter, test: SyntaxNode, then: () => void, otherwise: () => void): void {
  const condition = readCondition(interpreter, test);
  runCondition(interpreter.machine, branchId(interpreter, 'if', test), condition, { then, otherwise }, () =>
    tested(interpreter, test),
  );
}

/** Evidence: what is done when a test finds no token. */
export function tested(interpreter: Interpreter, test: SyntaxNode): Evidence {
  return {
    message: `"${sourceOf(interpreter, test).replace(/\s+/g, ' ')}" decides whether a token is sent.`,
    location: interpreter.document.map.range(test.start, test.end),
  };
}

/** Name of a branching: its place, in the run of the function that it belongs to. */
export function branchId(interpreter: Interpreter, kind: string, node: SyntaxNode): string {
  return `${kind} ${String(interpreter.frame)}:${String(node.start)}`;
}

function executeFor(interpreter: Interpreter, node: SyntaxNode): void {
  const target = fieldOf(node, 'left');
  const iterable = fieldOf(node, 'right');
  const body = fieldOf(node, 'body');
  if (target === undefined || iterable === undefined || body === undefined) return;
  const values = evaluate(interpreter, iterable);
  const items = itemsOf(interpreter, values);
  interpreter.machine.loop(
    branchId(interpreter, 'for', node),
    () => {
      assign(interpreter, target, items.values);
      executeBlock(interpreter, body);
    },
    {
      atLeastOnce: items.some,
      leave: () => {
        executeElse(interpreter, node);
      },
    },
  );
}

/** What a loop over the values gets to see, and whether that is anything for certain. */
export function itemsOf(interpreter: Interpreter, values: Values): { readonly values: Values; readonly some: boolean } {
  const [only] = values;
  if (values.length === 1 && only?.kind === 'ref') {
    const cell = interpreter.machine.state.cellOf(only);
    if (cell?.type === 'list' && cell.items.length > 0 && cell.items.length <= 12 && cell.open === undefined) {
      const id = `item ${String(interpreter.machine.nextId())}`;
      return {
        values: cell.items.flatMap((item, index) =>
          item.map((value) => ({ ...value, choices: new Map([...value.choices, [id, String(index)]]) })),
        ),
        some: true,
      };
    }
    if (cell?.type === 'dictionary' && cell.entries.length > 0 && cell.entries.length <= 12) {
      const id = `item ${String(interpreter.machine.nextId())}`;
      return {
        values: cell.entries.flatMap((entry, index) =>
          entry.key.map((value) => ({ ...value, choices: new Map([...value.choices, [id, String(index)]]) })),
        ),
        some: true,
      };
    }
  }
  const counted = only?.kind === 'unknown' && /^x?range\(/.test(only.hole.name);
  return { values: unknown('…', 'it is an item of a loop'), some: counted };
}

function executeWhile(interpreter: Interpreter, node: SyntaxNode): void {
  const test = fieldOf(node, 'condition');
  const body = fieldOf(node, 'body');
  if (test === undefined || body === undefined) return;
  const first = readCondition(interpreter, test);
  const endless = !first.mayBeFalse && (test.type === 'true' || test.type === 'integer');
  if (!first.mayBeTrue) return;
  interpreter.machine.loop(
    branchId(interpreter, 'while', node),
    () => {
      first.narrow(true);
      executeBlock(interpreter, body);
    },
    {
      atLeastOnce: !first.mayBeFalse,
      endless,
      leave: () => {
        const last = readCondition(interpreter, test);
        if (last.mayBeFalse) last.narrow(false);
        executeElse(interpreter, node);
      },
    },
  );
}

/** `else` of a loop that was not left by `break`, or of a `try` in which nothing failed. */
function executeElse(interpreter: Interpreter, node: SyntaxNode): void {
  const block = childOf(node, 'else_clause');
  const body = block === undefined ? undefined : fieldOf(block, 'body');
  if (body !== undefined && interpreter.machine.state.alive) executeBlock(interpreter, body);
}

function executeTry(interpreter: Interpreter, node: SyntaxNode): void {
  const body = fieldOf(node, 'body');
  const handlers = node.children.filter(
    (child) => child.type === 'except_clause' || child.type === 'except_group_clause',
  );
  if (body === undefined) return;
  const run = (): void => {
    executeBlock(interpreter, body);
    executeElse(interpreter, node);
  };
  if (handlers.length === 0) {
    run();
  } else {
    interpreter.machine.attempt(
      branchId(interpreter, 'try', node),
      run,
      handlers.map((handler) => () => {
        const alias = nodesOf(handler, 'as_pattern_target')[0];
        const name = alias === undefined ? undefined : namedChildren(alias)[0];
        if (name !== undefined)
          assign(interpreter, name, unknown(sourceOf(interpreter, name), 'it is the error that was caught'));
        const block = handler.children.find((child) => child.type === 'block');
        if (block !== undefined) executeBlock(interpreter, block);
      }),
      () => ({
        message: 'The failure of the token request is caught, and the program goes on without a token.',
        location: interpreter.document.map.range(node.start, node.start + 3),
      }),
      handlers.some((handler) => catchesRequests(interpreter, handler)),
    );
  }
  const last = childOf(node, 'finally_clause');
  const block = last === undefined ? undefined : childOf(last, 'block');
  if (block !== undefined && interpreter.machine.state.alive) executeBlock(interpreter, block);
}

/** Whether a handler takes every way a request may fail. */
function catchesRequests(interpreter: Interpreter, handler: SyntaxNode): boolean {
  const type = fieldOf(handler, 'value');
  return (
    type === undefined ||
    /\b(?:Exception|BaseException|RequestException|URLError|OSError|IOError|EnvironmentError|HTTPError|ClientError)\b/.test(
      sourceOf(interpreter, type),
    )
  );
}

function executeWith(interpreter: Interpreter, node: SyntaxNode): void {
  let muted = 0;
  for (const item of nodesOf(childOf(node, 'with_clause') ?? node, 'with_item')) {
    const value = fieldOf(item, 'value');
    if (value === undefined) continue;
    const pattern = value.type === 'as_pattern' ? namedChildren(value) : [value];
    const [expression, target] = pattern;
    if (expression === undefined) continue;
    const values = evaluate(interpreter, expression);
    if (isMockContext(interpreter, expression)) muted += 1;
    const name = target === undefined ? undefined : namedChildren(target)[0];
    if (name !== undefined) assign(interpreter, name, values);
  }
  const body = fieldOf(node, 'body');
  interpreter.machine.log.muted += muted;
  if (body !== undefined) executeBlock(interpreter, body);
  interpreter.machine.log.muted -= muted;
}

function executeMatch(interpreter: Interpreter, node: SyntaxNode): void {
  const subject = fieldOf(node, 'subject');
  if (subject !== undefined) evaluate(interpreter, subject);
  const cases = nodesOf(fieldOf(node, 'body') ?? node, 'case_clause');
  interpreter.machine.branch(branchId(interpreter, 'match', node), [
    ...cases.map((clause, index) => ({
      name: String(index),
      run: () => {
        const block = fieldOf(clause, 'consequence');
        if (block !== undefined) executeBlock(interpreter, block);
      },
    })),
    { name: 'none', run: () => undefined },
  ]);
}

function define(interpreter: Interpreter, node: SyntaxNode, decorators: readonly string[]): void {
  const nameNode = fieldOf(node, 'name');
  const name = nameNode === undefined ? 'lambda' : sourceOf(interpreter, nameNode);
  const value: Value = { kind: 'function', name, node, frame: interpreter.frame, choices: NO_CHOICES };
  if (!interpreter.definitions.has(node.start))
    interpreter.definitions.set(node.start, { node, name, frame: interpreter.frame });
  interpreter.machine.keepFrame(interpreter.frame);
  assignName(interpreter, name, [value]);
  interpreter.decorators.set(node.start, decorators);
}

function defineDecorated(interpreter: Interpreter, node: SyntaxNode): void {
  const definition = fieldOf(node, 'definition');
  if (definition === undefined) return;
  const decorators = node.children
    .filter((child) => child.type === 'decorator')
    .map((child) => sourceOf(interpreter, child));
  if (definition.type === 'class_definition') {
    const muted = decorators.some(isMockDecorator) ? 1 : 0;
    interpreter.machine.log.muted += muted;
    defineClass(interpreter, definition);
    interpreter.machine.log.muted -= muted;
    return;
  }
  define(interpreter, definition, decorators);
}

function defineClass(interpreter: Interpreter, node: SyntaxNode): void {
  const nameNode = fieldOf(node, 'name');
  const body = fieldOf(node, 'body');
  if (nameNode === undefined || body === undefined) return;
  const name = sourceOf(interpreter, nameNode);
  const { machine } = interpreter;
  const superclasses = fieldOf(node, 'superclasses');
  const bases =
    superclasses === undefined
      ? []
      : namedChildren(superclasses)
          .filter((child) => child.type !== 'keyword_argument')
          .map((child) => evaluate(interpreter, child)[0])
          .filter((value) => value !== undefined);
  const id = machine.nextId();
  const frame = machine.nextId();
  const value: Value = { kind: 'class', name, node, frame, id, choices: NO_CHOICES };
  interpreter.classFrames.set(id, frame);
  interpreter.bases.set(id, bases);
  interpreter.parents.set(frame, interpreter.frame);
  const outer = interpreter.frame;
  interpreter.frame = frame;
  executeBlock(interpreter, body);
  interpreter.frame = outer;
  for (const definition of interpreter.definitions.values()) {
    if (definition.frame === frame)
      interpreter.definitions.set(definition.node.start, { ...definition, ofClass: value });
  }
  // Methods look their free names up around the class, not in it.
  assignName(interpreter, name, [value]);
}
