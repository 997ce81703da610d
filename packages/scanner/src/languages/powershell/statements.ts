import type { Evidence } from 'imdsv2-core';
import { runCondition } from '../scripting/conditions.ts';
import { childOf, fieldOf, namedChildren, type SyntaxNode } from '../scripting/syntax.ts';
import { NULL, unknown, type Values } from '../scripting/values.ts';
import { readCondition } from './conditions.ts';
import { evaluate } from './expressions.ts';
import { setVariable, shown, sourceOf, type Interpreter } from './interpreter.ts';

/** Runs statements in order and gives what the last one with an output put out. */
export function executeAll(interpreter: Interpreter, statements: readonly SyntaxNode[]): Values {
  let output: Values | undefined;
  for (const statement of statements) {
    if (!interpreter.machine.state.alive) break;
    const values = execute(interpreter, statement);
    if (values !== undefined && !values.every((value) => value.kind === 'null')) output = values;
  }
  return output ?? NULL;
}

/** Runs a block: `{ … }`, a list of statements, the body of a function with its named blocks. */
export function executeBlock(interpreter: Interpreter, block: SyntaxNode | undefined): Values {
  if (block === undefined) return NULL;
  return executeAll(
    interpreter,
    block.children.filter((child) => child.named),
  );
}

/** Runs one statement; the values are its output, undefined when it has none. */
export function execute(interpreter: Interpreter, node: SyntaxNode): Values | undefined {
  const { machine } = interpreter;
  if (!machine.step()) return undefined;
  switch (node.type) {
    case 'comment':
    case 'empty_statement':
    case 'param_block':
    case 'function_name':
    case 'function_parameter_declaration':
    case 'block_name':
    case 'enum_statement':
      return undefined;
    case 'program':
    case 'statement_list':
    case 'statement_block':
    case 'script_block':
    case 'script_block_body':
    case 'named_block_list':
    case 'named_block':
    case 'ERROR':
      return executeBlock(interpreter, node);
    case 'if_statement':
      return executeIf(interpreter, node);
    case 'switch_statement':
      return executeSwitch(interpreter, node);
    case 'foreach_statement':
      executeForeach(interpreter, node);
      return undefined;
    case 'for_statement':
    case 'while_statement':
    case 'do_statement':
      executeLoop(interpreter, node);
      return undefined;
    case 'try_statement':
      return executeTry(interpreter, node);
    case 'trap_statement':
    case 'data_statement':
    case 'inlinescript_statement':
    case 'parallel_statement':
    case 'sequence_statement':
      return executeBlock(interpreter, childOf(node, 'statement_block'));
    case 'function_statement':
      defineFunction(interpreter, node);
      return undefined;
    case 'class_statement':
      defineClass(interpreter, node);
      return undefined;
    case 'flow_control_statement':
      return executeFlow(interpreter, node);
    case 'assignment_expression':
      evaluate(interpreter, node);
      return undefined;
    default:
      return evaluate(interpreter, node);
  }
}

/** Name of a branching: its place, in the run of the function that it belongs to. */
function branchId(interpreter: Interpreter, kind: string, node: SyntaxNode): string {
  return `${kind} ${String(interpreter.frame)}:${String(node.start)}`;
}

function tested(interpreter: Interpreter, test: SyntaxNode): Evidence {
  return {
    message: `"${shown(interpreter, test)}" decides whether a token is sent.`,
    location: interpreter.document.map.range(test.start, test.end),
  };
}

function executeIf(interpreter: Interpreter, node: SyntaxNode): Values {
  const clauses = childOf(node, 'elseif_clauses')?.children.filter((child) => child.type === 'elseif_clause') ?? [];
  const last = childOf(node, 'else_clause');
  const outputs: Values[number][] = [];
  const base = interpreter.machine.state.path;
  const run = (block: SyntaxNode | undefined): void => {
    const values = executeBlock(interpreter, block);
    if (!interpreter.machine.state.alive) return;
    const taken = new Map([...interpreter.machine.state.path].filter(([branch]) => !base.has(branch)));
    outputs.push(...values.map((value) => ({ ...value, choices: new Map([...value.choices, ...taken]) })));
  };
  const go = (clause: SyntaxNode, rest: readonly SyntaxNode[]): void => {
    const test = fieldOf(clause, 'condition');
    if (test === undefined) return;
    const condition = readCondition(interpreter, test);
    runCondition(
      interpreter.machine,
      branchId(interpreter, 'if', clause),
      condition,
      {
        then: () => {
          run(childOf(clause, 'statement_block'));
        },
        otherwise: () => {
          const [next, ...others] = rest;
          if (next !== undefined) go(next, others);
          else run(last === undefined ? undefined : childOf(last, 'statement_block'));
        },
      },
      () => tested(interpreter, test),
    );
  };
  go(node, clauses);
  return outputs.length === 0 ? NULL : outputs;
}

function executeSwitch(interpreter: Interpreter, node: SyntaxNode): Values {
  const subject = childOf(node, 'switch_condition');
  if (subject !== undefined) for (const child of namedChildren(subject)) evaluate(interpreter, child);
  const blocks = blocksOf(childOf(node, 'switch_body') ?? node);
  const outputs: Values[number][] = [];
  const base = interpreter.machine.state.path;
  const id = branchId(interpreter, 'switch', node);
  // `break` in a switch leaves the switch.
  interpreter.machine.loop(
    `${id} loop`,
    () => {
      interpreter.machine.branch(id, [
        ...blocks.map((block, index) => ({
          name: String(index),
          run: () => {
            const values = executeBlock(interpreter, block);
            if (!interpreter.machine.state.alive) return;
            const taken = new Map([...interpreter.machine.state.path].filter(([branch]) => !base.has(branch)));
            outputs.push(...values.map((value) => ({ ...value, choices: new Map([...value.choices, ...taken]) })));
          },
        })),
        { name: 'none', run: () => undefined },
      ]);
    },
    { atLeastOnce: true },
  );
  return outputs.length === 0 ? NULL : outputs;
}

/** The outermost blocks under a node: clauses on one line stand inside each other, as the parser does not know them apart. */
function blocksOf(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.flatMap((child) =>
    child.type === 'statement_block' ? [child] : child.type === 'script_block_expression' ? [] : blocksOf(child),
  );
}

function executeForeach(interpreter: Interpreter, node: SyntaxNode): void {
  const [target, iterable] = namedChildren(node).filter(
    (child) => child.type !== 'statement_block' && child.type !== 'foreach_parameter',
  );
  const body = childOf(node, 'statement_block');
  if (target === undefined || iterable === undefined) return;
  const { values, some } = itemsOf(interpreter, evaluate(interpreter, iterable));
  interpreter.machine.loop(
    branchId(interpreter, 'foreach', node),
    () => {
      setVariable(interpreter, sourceOf(interpreter, target), values);
      executeBlock(interpreter, body);
    },
    { atLeastOnce: some },
  );
}

/** What a loop over values gets to see, and whether that is anything for certain. */
function itemsOf(interpreter: Interpreter, values: Values): { readonly values: Values; readonly some: boolean } {
  const [only] = values;
  const cell = values.length === 1 && only?.kind === 'ref' ? interpreter.machine.state.cellOf(only) : undefined;
  if (cell?.type === 'list' && cell.items.length > 0 && cell.items.length <= 12 && cell.open === undefined) {
    const id = `item ${String(interpreter.machine.nextId())}`;
    return {
      values: cell.items.flatMap((item, index) =>
        item.map((value) => ({ ...value, choices: new Map([...value.choices, [id, String(index)]]) })),
      ),
      some: true,
    };
  }
  // What is no list is gone through once, as it is; a range always has something.
  if (values.every((value) => value.kind === 'text' || value.kind === 'response')) return { values, some: true };
  return {
    values: unknown('…', 'it is an item of a loop'),
    some: only?.kind === 'unknown' && /^\d+\s*\.\.\s*\d+$/.test(only.hole.name),
  };
}

function executeLoop(interpreter: Interpreter, node: SyntaxNode): void {
  const { machine } = interpreter;
  const body = childOf(node, 'statement_block');
  const initialiser = childOf(node, 'for_initializer');
  if (initialiser !== undefined) executeBlock(interpreter, initialiser);
  const holder = childOf(node, 'while_condition', 'for_condition');
  const test = holder === undefined ? undefined : (namedChildren(holder)[0] ?? holder);
  const until = node.children.some((child) => /^until$/i.test(sourceOf(interpreter, child)));
  const isDo = node.type === 'do_statement';
  const first = test === undefined || isDo ? undefined : readCondition(interpreter, test);
  if (first?.mayBeTrue === false) return;
  const endless = test !== undefined && /^\$true$|^1$/i.test(sourceOf(interpreter, test).trim()) && !until;
  // A `for` loop counts: it runs at least once, or it would not stand there.
  machine.loop(
    branchId(interpreter, 'loop', node),
    () => {
      first?.narrow(true);
      executeBlock(interpreter, body);
    },
    {
      atLeastOnce: isDo || first?.mayBeFalse === false || node.type === 'for_statement',
      endless,
      leave: () => {
        if (test === undefined || node.type === 'for_statement') return;
        const last = readCondition(interpreter, test);
        if (until ? last.mayBeTrue : last.mayBeFalse) last.narrow(until);
      },
    },
  );
}

function executeTry(interpreter: Interpreter, node: SyntaxNode): Values {
  const body = childOf(node, 'statement_block');
  const handlers = childOf(node, 'catch_clauses')?.children.filter((child) => child.type === 'catch_clause') ?? [];
  const outputs: Values[number][] = [];
  const base = interpreter.machine.state.path;
  const run = (block: SyntaxNode | undefined): void => {
    const values = executeBlock(interpreter, block);
    if (!interpreter.machine.state.alive) return;
    const taken = new Map([...interpreter.machine.state.path].filter(([branch]) => !base.has(branch)));
    outputs.push(...values.map((value) => ({ ...value, choices: new Map([...value.choices, ...taken]) })));
  };
  if (handlers.length === 0) run(body);
  else {
    interpreter.machine.attempt(
      branchId(interpreter, 'try', node),
      () => {
        run(body);
      },
      handlers.map((handler) => () => {
        setVariable(interpreter, '$_', unknown('$_', 'it is the error that was caught'));
        run(childOf(handler, 'statement_block'));
      }),
      () => ({
        message: 'The failure of the token request is caught, and the script goes on without a token.',
        location: interpreter.document.map.range(node.start, node.start + 3),
      }),
      handlers.some((handler) => childOf(handler, 'catch_type_list') === undefined),
    );
  }
  const last = childOf(node, 'finally_clause');
  if (last !== undefined && interpreter.machine.state.alive)
    executeBlock(interpreter, childOf(last, 'statement_block'));
  return outputs.length === 0 ? NULL : outputs;
}

function executeFlow(interpreter: Interpreter, node: SyntaxNode): Values | undefined {
  const { machine } = interpreter;
  const word = /^[a-z]+/i.exec(sourceOf(interpreter, node))?.[0].toLowerCase();
  const value = namedChildren(node).find((child) => child.type !== 'label_expression');
  const values = value === undefined ? NULL : evaluate(interpreter, value);
  switch (word) {
    case 'return':
      machine.leave(values);
      return undefined;
    case 'exit':
      machine.leaveScript();
      return undefined;
    case 'throw':
      machine.mayFail();
      machine.state.alive = false;
      return undefined;
    case 'break':
      machine.breakLoop();
      return undefined;
    case 'continue':
      machine.continueLoop();
      return undefined;
    default:
      return values;
  }
}

function defineFunction(interpreter: Interpreter, node: SyntaxNode): void {
  const nameNode = childOf(node, 'function_name');
  if (nameNode === undefined) return;
  const name = sourceOf(interpreter, nameNode)
    .toLowerCase()
    .replace(/^(?:global|script|local|private):/, '');
  interpreter.functions.set(name, node);
  if (!interpreter.definitions.has(node.start)) interpreter.definitions.set(node.start, { node, name });
}

function defineClass(interpreter: Interpreter, node: SyntaxNode): void {
  for (const method of node.children) {
    if (method.type !== 'class_method_definition') continue;
    const name = childOf(method, 'simple_name');
    if (!interpreter.definitions.has(method.start))
      interpreter.definitions.set(method.start, {
        node: method,
        name: name === undefined ? '' : sourceOf(interpreter, name),
        ofClass: node,
      });
  }
}
