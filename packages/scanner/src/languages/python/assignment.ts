import { fieldOf, namedChildren, type SyntaxNode } from '../scripting/syntax.ts';
import { knownText, namedOf, unknown, type Values } from '../scripting/values.ts';
import { evaluate } from './expressions.ts';
import { assignName, sourceOf, unknownOf, type Interpreter } from './interpreter.ts';

/** Gives values to a target: a name, an attribute, an item, or several in a row. */
export function assign(interpreter: Interpreter, target: SyntaxNode, values: Values): void {
  const { machine } = interpreter;
  switch (target.type) {
    case 'identifier':
      assignName(interpreter, sourceOf(interpreter, target), values);
      return;
    case 'attribute': {
      const object = fieldOf(target, 'object');
      const name = fieldOf(target, 'attribute');
      if (object === undefined || name === undefined) return;
      for (const receiver of evaluate(interpreter, object)) {
        const attribute = sourceOf(interpreter, name);
        if (receiver.kind === 'ref') machine.state.setField(receiver, attribute, values);
        else if (receiver.kind === 'class') machine.state.set(`${String(receiver.frame)}:${attribute}`, values);
      }
      return;
    }
    case 'subscript': {
      const object = fieldOf(target, 'value');
      const key = fieldOf(target, 'subscript');
      if (object === undefined || key === undefined) return;
      const keys = evaluate(interpreter, key);
      for (const receiver of evaluate(interpreter, object)) {
        if (receiver.kind === 'ref')
          setItem(interpreter, receiver, keys, values, { start: target.start, end: target.end });
        else if (receiver.kind === 'named' && receiver.path === 'os.environ') setEnvironment(interpreter, keys, values);
      }
      return;
    }
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
    case 'tuple':
    case 'list': {
      const targets = namedChildren(target);
      const items = spread(interpreter, values, targets.length);
      targets.forEach((inner, index) => {
        assign(
          interpreter,
          inner,
          items?.[index] ?? unknown(sourceOf(interpreter, inner), 'it is part of a value that is not known'),
        );
      });
      return;
    }
    case 'parenthesized_expression': {
      const [inner] = namedChildren(target);
      if (inner !== undefined) assign(interpreter, inner, values);
      return;
    }
    case 'list_splat_pattern': {
      const [inner] = namedChildren(target);
      if (inner !== undefined) assign(interpreter, inner, unknownOf(interpreter, target, 'it is the rest of a list'));
      return;
    }
    default:
      evaluate(interpreter, target);
  }
}

/** Puts an entry into a dictionary, replacing the one with the same key. */
export function setItem(
  interpreter: Interpreter,
  receiver: Extract<Values[number], { kind: 'ref' }>,
  keys: Values,
  values: Values,
  place: { readonly start: number; readonly end: number },
): void {
  const key = knownText(keys);
  interpreter.machine.state.update(receiver, (cell) => {
    if (cell.type === 'list') return { ...cell, open: 'items of it are replaced' };
    return {
      ...cell,
      entries: [
        ...cell.entries.filter((entry) => key === undefined || knownText(entry.key) !== key),
        { key: keys, value: values, ...place },
      ],
    };
  });
}

function setEnvironment(interpreter: Interpreter, keys: Values, values: Values): void {
  const name = knownText(keys);
  if (name !== undefined) interpreter.machine.state.set(`environment:${name}`, values);
}

/** The items of a list that is known to have `count` of them; a response of several parts gives itself for each. */
function spread(interpreter: Interpreter, values: Values, count: number): readonly Values[] | undefined {
  const [only] = values;
  if (only === undefined) return undefined;
  if (values.every((value) => value.kind === 'response')) return Array.from({ length: count }, () => values);
  const lists: (readonly Values[])[] = [];
  for (const value of values) {
    if (value.kind !== 'ref') return undefined;
    const cell = interpreter.machine.state.cellOf(value);
    if (cell?.type !== 'list' || cell.items.length !== count) return undefined;
    lists.push(
      cell.items.map((item) => item.map((one) => ({ ...one, choices: new Map([...one.choices, ...value.choices]) }))),
    );
  }
  return Array.from({ length: count }, (_, index) => lists.flatMap((list) => list[index] ?? namedOf('None')));
}
