import { chooseByCondition } from '../scripting/conditions.ts';
import { scriptLanguage, textDocument } from '../scripting/embedded.ts';
import { EMPTY_CELL, type Entry } from '../scripting/state.ts';
import { fieldOf, namedChildren, type SyntaxNode } from '../scripting/syntax.ts';
import {
  booleanOf,
  combine,
  joinTexts,
  keyOf,
  knownText,
  limit,
  namedOf,
  NO_CHOICES,
  NULL,
  numberOf,
  toText,
  truth,
  unknown,
  type RefValue,
  type Value,
  type Values,
} from '../scripting/values.ts';
import { assign } from './assignment.ts';
import { attributeOf } from './attributes.ts';
import { evaluateCall } from './calls.ts';
import { readCondition } from './conditions.ts';
import { formatPercent } from './formatting.ts';
import { assignName, lookUp, sourceOf, unknownOf, type Interpreter } from './interpreter.ts';
import { itemsOf, branchId, tested } from './statements.ts';
import { stringValues } from './strings.ts';

/** The values that an expression may have, with everything done that evaluating it does. */
export function evaluate(interpreter: Interpreter, node: SyntaxNode): Values {
  const { machine } = interpreter;
  if (!machine.step()) return unknownOf(interpreter, node, 'there is too much to follow');
  switch (node.type) {
    case 'string':
      return embedScripts(
        interpreter,
        node,
        stringValues(node, interpreter.document, (expression) => evaluate(interpreter, expression)),
      );
    case 'concatenated_string':
      return joinTexts(namedChildren(node).map((part) => evaluate(interpreter, part)));
    case 'identifier':
      return evaluateName(interpreter, node);
    case 'integer':
    case 'float':
      return numberOf(Number(sourceOf(interpreter, node).replaceAll('_', '')));
    case 'none':
      return NULL;
    case 'true':
      return booleanOf(true);
    case 'false':
      return booleanOf(false);
    case 'attribute':
      return evaluateAttribute(interpreter, node);
    case 'subscript':
      return evaluateSubscript(interpreter, node);
    case 'call':
      return evaluateCall(interpreter, node);
    case 'dictionary':
      return evaluateDictionary(interpreter, node);
    case 'list':
    case 'tuple':
    case 'expression_list':
    case 'set':
    case 'pattern_list':
      return evaluateList(interpreter, node);
    case 'binary_operator':
      return evaluateBinary(interpreter, node);
    case 'boolean_operator':
      return evaluateBoolean(interpreter, node);
    case 'not_operator':
    case 'comparison_operator': {
      const condition = readCondition(interpreter, node);
      if (condition.mayBeTrue && condition.mayBeFalse) return unknownOf(interpreter, node, 'it is not decided here');
      return booleanOf(condition.mayBeTrue);
    }
    case 'conditional_expression':
      return evaluateChoice(interpreter, node);
    case 'parenthesized_expression':
    case 'await': {
      const inner = namedChildren(node).at(-1);
      return inner === undefined ? NULL : evaluate(interpreter, inner);
    }
    case 'assignment':
    case 'augmented_assignment':
      return evaluateAssignment(interpreter, node);
    case 'named_expression': {
      const [name, value] = [fieldOf(node, 'name'), fieldOf(node, 'value')];
      const values = value === undefined ? NULL : evaluate(interpreter, value);
      if (name !== undefined) assignName(interpreter, sourceOf(interpreter, name), values);
      return values;
    }
    case 'lambda':
      machine.keepFrame(interpreter.frame);
      return [{ kind: 'function', name: 'lambda', node, frame: interpreter.frame, choices: NO_CHOICES }];
    case 'list_comprehension':
    case 'set_comprehension':
    case 'generator_expression':
    case 'dictionary_comprehension':
      return evaluateComprehension(interpreter, node);
    default:
      for (const child of namedChildren(node)) evaluate(interpreter, child);
      return unknownOf(interpreter, node, 'it is not followed');
  }
}

/** A string that begins like a script is one: boot scripts stand in programs that launch instances. */
function embedScripts(interpreter: Interpreter, node: SyntaxNode, values: Values): Values {
  for (const value of values) {
    const text = toText(value);
    const language = scriptLanguage(text);
    if (
      language !== undefined &&
      text.pieces.some((piece) => piece.kind === 'literal' && piece.value.trim().includes('\n'))
    ) {
      interpreter.machine.embed(textDocument(interpreter.document, language, text, node, 'a script in a string'));
    }
  }
  return values;
}

function evaluateName(interpreter: Interpreter, node: SyntaxNode): Values {
  const name = sourceOf(interpreter, node);
  const found = lookUp(interpreter, name);
  if (found !== undefined) return found.values;
  if (BUILTINS.has(name)) return namedOf(`builtins.${name}`);
  return unknown(name, 'it is not set in this file');
}

const BUILTINS = new Set([
  'str',
  'bytes',
  'dict',
  'list',
  'tuple',
  'int',
  'bool',
  'print',
  'len',
  'open',
  'isinstance',
  'super',
  'getattr',
  'setattr',
  'type',
  'object',
  'map',
  'filter',
  'zip',
  'sorted',
  'enumerate',
  'repr',
  'format',
  'exit',
  'quit',
  'exec',
  'eval',
  'input',
  'hasattr',
  'bytearray',
  'unicode',
  'set',
  'any',
  'all',
  'iter',
  'next',
  'Exception',
]);

function evaluateAttribute(interpreter: Interpreter, node: SyntaxNode): Values {
  const object = fieldOf(node, 'object');
  const attribute = fieldOf(node, 'attribute');
  if (object === undefined || attribute === undefined) return unknownOf(interpreter, node, 'it is not followed');
  const name = sourceOf(interpreter, attribute);
  const receivers = evaluate(interpreter, object);
  return limit(receivers.flatMap((receiver) => attributeOf(interpreter, receiver, name, node)));
}

function evaluateSubscript(interpreter: Interpreter, node: SyntaxNode): Values {
  const object = fieldOf(node, 'value');
  const key = fieldOf(node, 'subscript');
  if (object === undefined || key === undefined) return unknownOf(interpreter, node, 'it is not followed');
  const receivers = evaluate(interpreter, object);
  const keys = key.type === 'slice' ? undefined : evaluate(interpreter, key);
  return limit(
    receivers.flatMap((receiver): Values => {
      if (receiver.kind === 'response') return [receiver];
      if (receiver.kind === 'named' && receiver.path === 'os.environ' && keys !== undefined)
        return environmentVariable(interpreter, keys, undefined);
      if (receiver.kind !== 'ref' || keys === undefined)
        return unknownOf(interpreter, node, 'it is part of a value that is not known').map((value) => ({
          ...value,
          choices: receiver.choices,
        }));
      return itemOf(interpreter, receiver, keys, node);
    }),
  );
}

/** An item of a dictionary or list. `otherwise`: what stands for one that is not there. */
export function itemOf(
  interpreter: Interpreter,
  receiver: RefValue,
  keys: Values,
  node: SyntaxNode,
  otherwise?: Values,
): Values {
  const key = knownText(keys);
  return limit(
    interpreter.machine.state.cells(receiver).flatMap(({ cell, choices }): Values => {
      const guard = (values: Values): Values =>
        values.map((value) => ({ ...value, choices: new Map([...value.choices, ...choices, ...receiver.choices]) }));
      if (key !== undefined && cell.type === 'list') {
        const item = cell.items.at(Number(key));
        if (item !== undefined) return guard(item);
      }
      if (key !== undefined && cell.type === 'dictionary') {
        const entry = cell.entries.findLast((candidate) => knownText(candidate.key) === key);
        if (entry !== undefined) return guard(entry.value);
        if (
          cell.open === undefined &&
          otherwise !== undefined &&
          cell.entries.every((candidate) => knownText(candidate.key) !== undefined)
        )
          return guard(otherwise);
      }
      return guard(unknownOf(interpreter, node, 'it is an item of a value that is not known'));
    }),
  );
}

/** What a variable of the environment may hold. `otherwise`: its default, if the program gives one. */
export function environmentVariable(interpreter: Interpreter, keys: Values, otherwise: Values | undefined): Values {
  const name = knownText(keys);
  const set = name === undefined ? undefined : interpreter.machine.state.get(`environment:${name}`);
  if (set !== undefined) return set;
  // A default is what most runs see; what somebody else sets is not known.
  if (otherwise?.some((value) => value.kind === 'text' && value.pieces.length > 0) === true) return otherwise;
  return unknown(name ?? 'a variable', 'it comes from the environment', { mayBeEmpty: otherwise !== undefined });
}

function evaluateDictionary(interpreter: Interpreter, node: SyntaxNode): Values {
  const entries: Entry[] = [];
  let open: string | undefined;
  for (const child of namedChildren(node)) {
    if (child.type === 'pair') {
      const [key, value] = [fieldOf(child, 'key'), fieldOf(child, 'value')];
      if (key === undefined || value === undefined) continue;
      entries.push({
        key: evaluate(interpreter, key),
        value: evaluate(interpreter, value),
        start: child.start,
        end: child.end,
      });
    } else if (child.type === 'dictionary_splat') {
      const [inner] = namedChildren(child);
      if (inner === undefined) continue;
      const spreadIn = evaluate(interpreter, inner);
      const cells = spreadIn.flatMap((value) =>
        value.kind === 'ref'
          ? interpreter.machine.state
              .cells(value)
              .map(({ cell, choices }) => ({ cell, choices: new Map([...choices, ...value.choices]) }))
          : [],
      );
      if (cells.length === 0 || spreadIn.some((value) => value.kind !== 'ref'))
        open = `"**${sourceOf(interpreter, inner)}" is spread into them`;
      const keys = new Map(
        cells.flatMap(({ cell }) => cell.entries).map((entry) => [JSON.stringify(entry.key.map(keyOf)), entry]),
      );
      for (const [key, entry] of keys) {
        // An entry may be there on some ways only.
        const value = cells.flatMap(({ cell, choices }): Values => {
          const own = cell.entries.findLast((candidate) => JSON.stringify(candidate.key.map(keyOf)) === key);
          return own === undefined
            ? [{ kind: 'null', absent: true, choices }]
            : own.value.map((one) => ({ ...one, choices: new Map([...one.choices, ...choices]) }));
        });
        entries.push({ ...entry, value });
      }
      for (const { cell } of cells) {
        open ??= cell.open;
      }
    }
  }
  return [
    interpreter.machine.allocate({
      ...EMPTY_CELL,
      type: 'dictionary',
      entries,
      ...(open === undefined ? {} : { open }),
    }),
  ];
}

function evaluateList(interpreter: Interpreter, node: SyntaxNode): Values {
  const items: Values[] = [];
  let open: string | undefined;
  for (const child of namedChildren(node)) {
    if (child.type === 'list_splat') {
      const [inner] = namedChildren(child);
      const values = inner === undefined ? [] : evaluate(interpreter, inner);
      const cell =
        values[0]?.kind === 'ref' && values.length === 1 ? interpreter.machine.state.cellOf(values[0]) : undefined;
      if (cell?.type === 'list') items.push(...cell.items);
      else open = 'a list that is not known is spread into it';
    } else {
      items.push(evaluate(interpreter, child));
    }
  }
  return [
    interpreter.machine.allocate({ ...EMPTY_CELL, type: 'list', items, ...(open === undefined ? {} : { open }) }),
  ];
}

function evaluateBinary(interpreter: Interpreter, node: SyntaxNode): Values {
  const [left, right] = [fieldOf(node, 'left'), fieldOf(node, 'right')];
  if (left === undefined || right === undefined) return unknownOf(interpreter, node, 'it is not followed');
  const operator = node.children.find((child) => child !== left && child !== right);
  const sign = operator === undefined ? '' : sourceOf(interpreter, operator);
  const first = evaluate(interpreter, left);
  const second = evaluate(interpreter, right);
  if (sign === '%' && first.every((value) => value.kind === 'text')) return formatPercent(interpreter, first, second);
  if (sign === '+') {
    const lists = [first, second].map((values) =>
      values.length === 1 && values[0]?.kind === 'ref' ? interpreter.machine.state.cellOf(values[0]) : undefined,
    );
    const [a, b] = lists;
    if (a?.type === 'list' && b?.type === 'list')
      return [interpreter.machine.allocate({ ...a, items: [...a.items, ...b.items] })];
    return combine([first, second], ([x, y], choices) =>
      x === undefined || y === undefined ? [] : add(interpreter, node, x, y, choices),
    );
  }
  // `URL("http://…") / "latest"` of yarl, furl and the like.
  if (sign === '/' && first.some((value) => value.kind === 'text')) {
    return combine([first, second], (tuple, choices) => [
      {
        kind: 'text',
        pieces: tuple.flatMap((value, index) => [
          ...(index === 0 ? [] : [{ kind: 'literal' as const, value: '/' }]),
          ...toText(value).pieces,
        ]),
        choices,
      },
    ]);
  }
  if (sign === '|') {
    const refs = [...first, ...second].filter((value): value is RefValue => value.kind === 'ref');
    const cells = refs.map((ref) => interpreter.machine.state.cellOf(ref));
    if (refs.length === 2 && cells.every((cell) => cell?.type === 'dictionary')) {
      return [
        interpreter.machine.allocate({
          ...EMPTY_CELL,
          type: 'dictionary',
          entries: cells.flatMap((cell) => cell?.entries ?? []),
        }),
      ];
    }
  }
  return unknownOf(interpreter, node, 'it is not followed');
}

function add(interpreter: Interpreter, node: SyntaxNode, a: Value, b: Value, choices: Value['choices']): Values {
  if (a.kind === 'number' && b.kind === 'number') return [{ kind: 'number', value: a.value + b.value, choices }];
  // Adding nothing to a text is an error: this way ends here.
  if (a.kind === 'null' || b.kind === 'null') return [];
  if (a.kind === 'ref' || b.kind === 'ref')
    return unknownOf(interpreter, node, 'it is not followed').map((value) => ({ ...value, choices }));
  return [{ kind: 'text', pieces: [...toText(a).pieces, ...toText(b).pieces], choices }];
}

function evaluateBoolean(interpreter: Interpreter, node: SyntaxNode): Values {
  const [left, right] = [fieldOf(node, 'left'), fieldOf(node, 'right')];
  if (left === undefined || right === undefined) return unknownOf(interpreter, node, 'it is not followed');
  const isOr = node.children.some((child) => child.type === 'or');
  const condition = readCondition(interpreter, left);
  const keep = (): Values => evaluate(interpreter, left).filter((value) => truth(value) !== !isOr);
  const go = (): Values => evaluate(interpreter, right);
  return chooseByCondition(
    interpreter.machine,
    branchId(interpreter, 'or', node),
    condition,
    { then: isOr ? keep : go, otherwise: isOr ? go : keep },
    () => tested(interpreter, left),
  );
}

function evaluateChoice(interpreter: Interpreter, node: SyntaxNode): Values {
  const [then, test, otherwise] = namedChildren(node);
  if (then === undefined || test === undefined || otherwise === undefined)
    return unknownOf(interpreter, node, 'it is not followed');
  const condition = readCondition(interpreter, test);
  return chooseByCondition(
    interpreter.machine,
    branchId(interpreter, 'choose', node),
    condition,
    {
      then: () => evaluate(interpreter, then),
      otherwise: () => evaluate(interpreter, otherwise),
    },
    () => tested(interpreter, test),
  );
}

function evaluateAssignment(interpreter: Interpreter, node: SyntaxNode): Values {
  const [left, right] = [fieldOf(node, 'left'), fieldOf(node, 'right')];
  if (left === undefined || right === undefined) return NULL;
  if (node.type === 'assignment') {
    const values = evaluate(interpreter, right);
    assign(interpreter, left, values);
    return values;
  }
  const operator = sourceOf(interpreter, node.children.find((child) => child !== left && child !== right) ?? node);
  const before = evaluate(interpreter, left);
  const more = evaluate(interpreter, right);
  const [first] = before;
  if (operator === '+=' && before.length === 1 && first?.kind === 'ref') {
    const added = more[0]?.kind === 'ref' ? interpreter.machine.state.cellOf(more[0]) : undefined;
    interpreter.machine.state.update(first, (cell) => ({
      ...cell,
      items: [...cell.items, ...(added?.items ?? [])],
      ...(added === undefined ? { open: 'something is added to it' } : {}),
    }));
    return before;
  }
  const values =
    operator === '+='
      ? combine([before, more], ([x, y], choices) =>
          x === undefined || y === undefined ? [] : add(interpreter, node, x, y, choices),
        )
      : unknownOf(interpreter, left, 'it is not followed');
  assign(interpreter, left, values);
  return values;
}

function evaluateComprehension(interpreter: Interpreter, node: SyntaxNode): Values {
  const { machine } = interpreter;
  const clauses = namedChildren(node);
  const body = fieldOf(node, 'body') ?? clauses[0];
  let found: Values = [];
  machine.loop(
    branchId(interpreter, 'each', node),
    () => {
      for (const clause of clauses) {
        if (clause.type !== 'for_in_clause') continue;
        const [target, iterable] = [fieldOf(clause, 'left'), fieldOf(clause, 'right')];
        if (target !== undefined && iterable !== undefined)
          assign(interpreter, target, itemsOf(interpreter, evaluate(interpreter, iterable)).values);
      }
      if (body === undefined) return;
      if (body.type === 'pair') for (const part of namedChildren(body)) evaluate(interpreter, part);
      else found = evaluate(interpreter, body);
    },
    { atLeastOnce: true },
  );
  return node.type === 'dictionary_comprehension' || found.length === 0
    ? unknownOf(interpreter, node, 'it is built in a loop')
    : [machine.allocate({ ...EMPTY_CELL, type: 'list', items: [found], open: 'it is built in a loop' })];
}
