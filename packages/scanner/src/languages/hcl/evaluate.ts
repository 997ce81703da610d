import { mergeChoices, type Choices, type Location } from 'imdsv2-core';
import { callFunction, type FunctionContext } from './functions/index.ts';
import type { Expression, SplatStep, Template, TemplatePart } from './syntax.ts';
import { attributeOfType, elementOfType, keyOf, toBool, toNumber, toStringValue } from './type.ts';
import {
  bool,
  casesOf,
  entriesOf,
  entryOf,
  failure,
  fromCases,
  itemsOf,
  lift,
  list,
  NULL,
  number,
  object,
  string,
  textOf,
  unknown,
  via,
  type ObjectValue,
  type StringPiece,
  type UnknownValue,
  type Value,
} from './value.ts';

/** What names mean at the place of an expression. */
export interface Scope {
  /**
   * The value of `root.names[0].names[1]…`, and how many of `names` it takes. Undefined when there is no such name.
   */
  readonly lookup: (
    root: string,
    names: readonly string[],
    at: Location,
  ) => { readonly value: Value; readonly used: number } | undefined;
  readonly functions: FunctionContext;
}

/** Evaluates an expression as Terraform would, as far as it can be known. Never throws. */
export function evaluate(expression: Expression, scope: Scope, locals: Locals = NO_LOCALS): Value {
  return new Evaluator(scope).evaluate(expression, locals);
}

/** Names that `for` binds. */
export type Locals = ReadonlyMap<string, Value>;
const NO_LOCALS: Locals = new Map();

/** Joins the parts of a template. */
export function evaluateTemplate(template: Template, scope: Scope, locals: Locals = NO_LOCALS): Value {
  return new Evaluator(scope).template(template, locals);
}

class Evaluator {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  evaluate(expression: Expression, locals: Locals): Value {
    switch (expression.kind) {
      case 'literal':
        return literalValue(expression.value, expression.at);
      case 'template':
        return this.template(expression, locals);
      case 'tuple':
        return { ...list(expression.items.map((item) => this.evaluate(item, locals))), at: expression.at };
      case 'object':
        return this.#object(expression, locals);
      case 'variable':
      case 'attribute':
        return this.#traversal(expression, locals);
      case 'index': {
        const of = this.evaluate(expression.of, locals);
        return lift([of, this.evaluate(expression.key, locals)], ([value = NULL, key = NULL]) =>
          indexInto(value, key, expression.at),
        );
      }
      case 'splat':
        return lift([this.evaluate(expression.of, locals)], ([of = NULL]) =>
          this.#splat(of, expression.each, expression.at, locals),
        );
      case 'call':
        return this.#call(expression, locals);
      case 'for':
        return lift([this.evaluate(expression.collection, locals)], ([collection = NULL]) =>
          this.#for(expression, collection, locals),
        );
      case 'conditional':
        return this.#conditional(expression, locals);
      case 'unary':
        return lift([this.evaluate(expression.operand, locals)], ([operand = NULL]) =>
          unary(expression.operator, operand),
        );
      case 'binary':
        return this.#binary(expression, locals);
      case 'broken':
        return unknown('(syntax error)', 'it has a syntax error', { at: expression.at });
    }
  }

  #object(expression: Extract<Expression, { kind: 'object' }>, locals: Locals): Value {
    const entries = new Map<string, Value>();
    for (const { key, value } of expression.entries) {
      const name = typeof key === 'string' ? key : textOf(toStringValue(this.evaluate(key, locals)));
      // An entry whose key is not known could be any; the others are still what they are.
      if (name === undefined) continue;
      entries.set(name, this.evaluate(value, locals));
    }
    return { ...object(entries), at: expression.at };
  }

  #traversal(expression: Extract<Expression, { kind: 'variable' | 'attribute' }>, locals: Locals): Value {
    const names: string[] = [];
    let root: Expression = expression;
    while (root.kind === 'attribute') {
      names.unshift(root.name);
      root = root.of;
    }
    let value: Value;
    let used = 0;
    if (root.kind === 'variable') {
      const bound = locals.get(root.name);
      const found =
        bound === undefined ? this.#scope.lookup(root.name, names, expression.at) : { value: bound, used: 0 };
      if (found === undefined)
        return unknown([root.name, ...names].join('.'), 'there is nothing of that name', { at: expression.at });
      ({ value, used } = found);
    } else {
      value = this.evaluate(root, locals);
    }
    for (const name of names.slice(used)) value = lift([value], ([of = NULL]) => attributeOf(of, name, expression.at));
    return value;
  }

  #splat(of: Value, each: readonly SplatStep[], at: Location, locals: Locals): Value {
    const step = (item: Value): Value => {
      let value = item;
      for (const one of each) {
        value =
          'name' in one
            ? lift([value], ([inner = NULL]) => attributeOf(inner, one.name, one.at))
            : lift([value, this.evaluate(one.key, locals)], ([inner = NULL, key = NULL]) =>
                indexInto(inner, key, one.at),
              );
      }
      return value;
    };
    if (of.kind === 'null') return { ...list([]), at };
    if (of.kind === 'list') return { ...list(itemsOf(of).map(step)), at };
    // Of how many unknown instances it is one does not matter: each of them says the same.
    if (of.kind === 'unknown' && of.reference !== undefined) return step(of);
    if (of.kind === 'unknown')
      return unknown(`${of.name}[*]`, of.why, {
        ...(of.at === undefined ? {} : { at: of.at }),
        ...(of.error === undefined ? {} : { error: of.error }),
      });
    return { ...list([step(of)]), at };
  }

  #call(expression: Extract<Expression, { kind: 'call' }>, locals: Locals): Value {
    let args = expression.args.map((arg) => this.evaluate(arg, locals));
    if (expression.expand) {
      const last = args.at(-1);
      if (last?.kind === 'list') args = [...args.slice(0, -1), ...itemsOf(last)];
      else if (last?.kind === 'unknown' && last.cases !== undefined) {
        return lift([last], ([one = NULL]) =>
          one.kind === 'list'
            ? this.#invoke(expression, [...args.slice(0, -1), ...itemsOf(one)])
            : unknown(expression.name, 'its arguments are not known', { at: expression.at }),
        );
      } else
        return unknown(`${expression.name}(…)`, last?.kind === 'unknown' ? last.why : 'its arguments are not known', {
          at: expression.at,
        });
    }
    return this.#invoke(expression, args);
  }

  #invoke(expression: Extract<Expression, { kind: 'call' }>, args: readonly Value[]): Value {
    return callFunction(expression.name.replace(/^core::/, ''), args, expression.at, {
      ...this.#scope.functions,
      evaluateTemplate: (template, variables) =>
        new Evaluator({ ...this.#scope, lookup: () => undefined }).template(template, variables),
    });
  }

  #for(expression: Extract<Expression, { kind: 'for' }>, collection: Value, locals: Locals): Value {
    const elements = elementsOf(collection);
    if (elements === undefined) return unknownFrom(collection, 'for', expression.at);
    const items: Value[] = [];
    const groups = new Map<string, Value[]>();
    for (const [key, value] of elements) {
      const inner = new Map(locals);
      if (expression.keyName !== undefined) inner.set(expression.keyName, key);
      inner.set(expression.valueName, value);
      if (expression.condition !== undefined) {
        const condition = toBool(this.evaluate(expression.condition, inner));
        if (condition.kind !== 'bool') return unknownFrom(condition, 'for … if', expression.at);
        if (!condition.value) continue;
      }
      const result = this.evaluate(expression.value, inner);
      if (expression.key === undefined) {
        items.push(result);
        continue;
      }
      const name = toStringValue(this.evaluate(expression.key, inner));
      const text = textOf(name);
      if (text === undefined) return unknownFrom(name, 'a key of for', expression.at);
      groups.set(text, [...(groups.get(text) ?? []), result]);
    }
    if (expression.key === undefined) return { ...list(items), at: expression.at };
    if (expression.group)
      return { ...object([...groups].map(([key, values]) => [key, list(values)] as const)), at: expression.at };
    if ([...groups.values()].some((values) => values.length > 1))
      return failure('two elements have the same key', expression.at);
    return { ...object([...groups].map(([key, [value]]) => [key, value ?? NULL] as const)), at: expression.at };
  }

  #conditional(expression: Extract<Expression, { kind: 'conditional' }>, locals: Locals): Value {
    let { condition, then, otherwise } = expression;
    // `!a` and `a != b` hang on the same condition as `a` and `a == b`, the other way round.
    for (;;) {
      if (condition.kind === 'unary' && condition.operator === '!') condition = condition.operand;
      else if (condition.kind === 'binary' && condition.operator === '!=') condition = { ...condition, operator: '==' };
      else break;
      [then, otherwise] = [otherwise, then];
    }
    return this.#branch(
      toBoolLifted(this.evaluate(condition, locals)),
      condition.at,
      () => this.evaluate(then, locals),
      () => this.evaluate(otherwise, locals),
    );
  }

  /** What both arms give: one of them if the condition is known, else both, each bound to its arm. */
  #branch(condition: Value, at: Location, then: () => Value, otherwise: () => Value): Value {
    const arms = casesOf(condition).flatMap(({ value, choices }): { value: Value; choices: Choices }[] => {
      if (value.kind === 'bool') {
        const taken = likeOther(value.value ? then() : otherwise(), value.value ? otherwise : then);
        // The condition decided: what made it true or false belongs to the way of the result.
        return [{ value: via(taken, ...(value.trail ?? [])), choices }];
      }
      if (value.kind !== 'unknown') return [{ value: failure('a condition is neither true nor false', at), choices }];
      if (value.error === true) return [{ value, choices }];
      const branch = `${this.#scope.functions.instance}\0${value.name}`;
      return (['true', 'false'] as const).flatMap((arm) => {
        const taken = mergeChoices(choices, new Map([[branch, arm]]));
        return taken === undefined ? [] : [{ value: arm === 'true' ? then() : otherwise(), choices: taken }];
      });
    });
    return fromCases(arms, condition.kind === 'unknown' ? condition.name : 'condition');
  }

  #binary(expression: Extract<Expression, { kind: 'binary' }>, locals: Locals): Value {
    const left = this.evaluate(expression.left, locals);
    // Terraform evaluates both sides, but an unknown side does not matter where the other decides.
    return lift([left, this.evaluate(expression.right, locals)], ([a = NULL, b = NULL]) =>
      binary(expression.operator, a, b, expression.at),
    );
  }

  template(template: Template, locals: Locals): Value {
    const [only] = template.parts;
    if (template.parts.length === 1 && only?.kind === 'interpolation') return this.evaluate(only.value, locals);
    return this.#parts(template.parts, locals, template.at);
  }

  #parts(parts: readonly TemplatePart[], locals: Locals, at: Location): Value {
    return joinStrings(
      parts.map((part) => this.#part(part, locals)),
      at,
    );
  }

  #part(part: TemplatePart, locals: Locals): Value {
    switch (part.kind) {
      case 'text':
        return { kind: 'string', pieces: [{ kind: 'literal', value: part.text.text, map: part.text.map }] };
      case 'interpolation': {
        const value = lift([this.evaluate(part.value, locals)], ([one = NULL]) =>
          one.kind === 'null' ? failure('null cannot stand in a string', part.at) : toStringValue(one),
        );
        return value.kind === 'unknown' && value.at === undefined ? { ...value, at: part.at } : value;
      }
      case 'if':
        return this.#branch(
          toBoolLifted(this.evaluate(part.condition, locals)),
          part.condition.at,
          () => this.#parts(part.then, locals, part.at),
          () => this.#parts(part.otherwise, locals, part.at),
        );
      case 'for':
        return lift([this.evaluate(part.collection, locals)], ([collection = NULL]) => {
          const elements = elementsOf(collection);
          if (elements === undefined) {
            // One round stands for all: what it writes is what each writes.
            if (collection.kind !== 'unknown') return failure('for goes over a collection', part.at);
            const round = new Map(locals);
            if (part.keyName !== undefined) round.set(part.keyName, unknown(part.keyName, collection.why));
            round.set(part.valueName, elementOfType(collection, part.valueName));
            return this.#parts(part.body, round, part.at);
          }
          return joinStrings(
            elements.map(([key, value]) => {
              const inner = new Map(locals);
              if (part.keyName !== undefined) inner.set(part.keyName, key);
              inner.set(part.valueName, value);
              return this.#parts(part.body, inner, part.at);
            }),
            part.at,
          );
        });
    }
  }
}

function literalValue(value: null | boolean | number, at: Location): Value {
  if (value === null) return { ...NULL, at };
  return typeof value === 'boolean' ? { ...bool(value), at } : { ...number(value), at };
}

function toBoolLifted(value: Value): Value {
  return lift([value], ([one = NULL]) => (one.kind === 'null' ? failure('a condition is null') : toBool(one)));
}

/** Strings in a row; parts that hang on conditions give a string per combination. */
export function joinStrings(parts: readonly Value[], at: Location): Value {
  return lift(parts, (values) => {
    const pieces: StringPiece[] = [];
    for (const value of values) {
      if (value.kind === 'string') pieces.push(...value.pieces);
      else if (value.kind === 'unknown') {
        if (value.error === true) return value;
        pieces.push({ kind: 'hole', value });
      } else if (value.kind === 'null') return failure('null cannot stand in a string', at);
      else return failure('a string is required', at);
    }
    return { kind: 'string', pieces, at };
  });
}

/** Keys and values, as `for` sees them; undefined when they are not known or there are none to go over. */
export function elementsOf(value: Value): readonly (readonly [Value, Value])[] | undefined {
  if (value.kind === 'list')
    return itemsOf(value).map((item, index) => [value.type === 'set' ? item : number(index), item] as const);
  return value.kind === 'object' ? entriesOf(value).map(([key, entry]) => [string(key), entry] as const) : undefined;
}

function unknownFrom(value: Value, name: string, at: Location): UnknownValue {
  if (value.kind === 'unknown')
    return unknown(value.name, value.why, { at, ...(value.error === undefined ? {} : { error: value.error }) });
  if (value.kind === 'string') {
    const hole = value.pieces.find((piece) => piece.kind === 'hole');
    if (hole !== undefined) return unknown(hole.value.name, hole.value.why, { at });
  }
  return failure(`${name} cannot be used here`, at);
}

/** `value.name` */
export function attributeOf(value: Value, name: string, at?: Location): Value {
  switch (value.kind) {
    case 'object':
      return entryOf(value, name) ?? failure(`there is no attribute ${name}`, at);
    case 'list':
      // `list.name` on a block's list, `list.0` written as an attribute.
      return /^\d+$/.test(name)
        ? indexInto(value, number(Number(name)), at)
        : failure(`a list has no attribute ${name}`, at);
    case 'unknown':
      return attributeOfUnknown(value, name);
    default:
      return failure(`there is no attribute ${name}`, at);
  }
}

function attributeOfUnknown(value: UnknownValue, name: string): Value {
  if (value.cases !== undefined) return lift([value], ([one = NULL]) => attributeOf(one, name));
  const computed = value.reference?.path.length === 0 ? value.computed?.get(name) : undefined;
  if (computed !== undefined) return computed;
  if (value.reference !== undefined)
    return {
      ...value,
      name: `${value.name}.${name}`,
      reference: { ...value.reference, path: [...value.reference.path, name] },
    };
  if (value.error === true) return value;
  return attributeOfType(value, name);
}

/** `value[key]` */
function indexInto(value: Value, key: Value, at?: Location): Value {
  if (value.kind === 'unknown') {
    // Which of the instances does not matter: each of them says the same.
    if (value.reference !== undefined) return value;
    if (value.error === true) return value;
    const name = textOf(toStringValue(key));
    if (name !== undefined && value.type?.kind === 'object') return attributeOf(value, name, at);
    return elementOfType(value, `${value.name}[${name ?? '…'}]`);
  }
  if (key.kind === 'unknown') {
    if (key.error === true) return key;
    if (value.kind === 'list' && value.anyItem !== undefined) return value.anyItem;
    const all =
      value.kind === 'list'
        ? itemsOf(value)
        : value.kind === 'object'
          ? entriesOf(value).map(([, entry]) => entry)
          : [];
    const [only] = all;
    // All of them alike: which one does not matter.
    if (only !== undefined && all.every((one) => keyOf(one) === keyOf(only))) return only;
    return unknown(`[${key.name}]`, key.why, at === undefined ? {} : { at });
  }
  if (value.kind === 'list') {
    const index = toNumber(key);
    if (index.kind !== 'number') return failure('the index is no number', at);
    return itemsOf(value)[index.value] ?? failure(`there is no element ${index.value}`, at);
  }
  if (value.kind === 'object') {
    const name = textOf(toStringValue(key));
    if (name === undefined) return unknown('[…]', 'its key is known in part only', at === undefined ? {} : { at });
    return entryOf(value, name) ?? failure(`there is no element "${name}"`, at);
  }
  return failure('it has no elements', at);
}

function unary(operator: string, operand: Value): Value {
  if (operator === '!') {
    const value = toBool(operand);
    if (value.kind === 'bool') return { ...value, value: !value.value };
    return value.kind === 'unknown'
      ? value.error === true
        ? value
        : unknown(`!${value.name}`, value.why)
      : failure('a bool is required');
  }
  const value = toNumber(operand);
  if (value.kind === 'number') return { ...value, value: -value.value };
  return value.kind === 'unknown'
    ? value.error === true
      ? value
      : unknown(`-${value.name}`, value.why)
    : failure('a number is required');
}

function binary(operator: string, a: Value, b: Value, at: Location): Value {
  if (operator === '==' || operator === '!=') return equality(operator, a, b);
  if (operator === '&&' || operator === '||') return logical(operator, a, b, at);
  const left = toNumber(a);
  const right = toNumber(b);
  for (const side of [left, right]) {
    if (side.kind === 'unknown')
      return side.error === true
        ? side
        : unknown(
            `${left.kind === 'unknown' ? left.name : '…'} ${operator} ${right.kind === 'unknown' ? right.name : '…'}`,
            side.why,
            { at },
          );
  }
  if (left.kind !== 'number' || right.kind !== 'number') return failure('numbers are required', at);
  const value = ARITHMETIC[operator]?.(left.value, right.value);
  if (value === undefined || Number.isNaN(value)) return failure('the result is no number', at);
  return {
    ...(typeof value === 'boolean'
      ? bool(value)
      : Number.isFinite(value)
        ? number(value)
        : failure('division by zero', at)),
    trail: [...(left.trail ?? []), ...(right.trail ?? [])],
  };
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  // Terraform computes with 512 bits; what a double adds behind the fifteenth digit is not there.
  '+': (a, b) => rounded(a + b),
  '-': (a, b) => rounded(a - b),
  '*': (a, b) => rounded(a * b),
  '/': (a, b) => rounded(a / b),
  '%': (a, b) => a % b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** Both arms of a conditional have one type: beside a string, a number or a bool becomes one. */
function likeOther(taken: Value, other: () => Value): Value {
  if (taken.kind !== 'number' && taken.kind !== 'bool') return taken;
  return other().kind === 'string' ? toStringValue(taken) : taken;
}

function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

function equality(operator: string, a: Value, b: Value): Value {
  const result = areEqual(a, b);
  const trail = [...(a.trail ?? []), ...(b.trail ?? [])];
  if (result !== undefined) return { ...bool(operator === '==' ? result : !result), trail };
  const side = [a, b].find((value) => value.kind === 'unknown');
  if (side?.kind === 'unknown' && side.error === true) return side;
  const show = (value: Value): string =>
    value.kind === 'unknown' ? value.name : JSON.stringify(textOf(toStringValue(value)) ?? value.kind);
  const unknownSide = side?.kind === 'unknown' ? side : undefined;
  return unknown(`${show(a)} ${operator} ${show(b)}`, unknownSide?.why ?? 'it is known in part only');
}

/** Undefined when it is not known. Values of different types are not equal. */
export function areEqual(a: Value, b: Value): boolean | undefined {
  if (a.kind === 'unknown' || b.kind === 'unknown') return undefined;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'null':
      return true;
    case 'bool':
    case 'number':
      return a.value === (b as typeof a).value;
    case 'string': {
      const [left, right] = [textOf(a), textOf(b)];
      return left === undefined || right === undefined ? undefined : left === right;
    }
    case 'list': {
      const other = b as typeof a;
      if (a.items.length !== other.items.length) return false;
      return every(a.items.map((item, index) => areEqual(item, other.items[index] ?? NULL)));
    }
    case 'object': {
      const other = b as ObjectValue;
      if (a.entries.size !== other.entries.size) return false;
      return every(
        [...a.entries].map(([key, entry]) =>
          other.entries.has(key) ? areEqual(entry, other.entries.get(key) ?? NULL) : false,
        ),
      );
    }
  }
}

function every(results: readonly (boolean | undefined)[]): boolean | undefined {
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}

function logical(operator: '&&' | '||', a: Value, b: Value, at: Location): Value {
  const left = toBool(a);
  const right = toBool(b);
  const decisive = operator === '||';
  for (const side of [left, right]) if (side.kind === 'bool' && side.value === decisive) return side;
  for (const side of [left, right]) if (side.kind === 'unknown' && side.error === true) return side;
  if (left.kind === 'unknown' || right.kind === 'unknown') {
    // What the known side leaves open is the other one itself.
    if (left.kind === 'bool') return right;
    if (right.kind === 'bool') return left;
    const [x, y] = [left, right] as const;
    const side = x.kind === 'unknown' ? x : y;
    return unknown(
      `${x.kind === 'unknown' ? x.name : '…'} ${operator} ${y.kind === 'unknown' ? y.name : '…'}`,
      side.kind === 'unknown' ? side.why : '',
      { at },
    );
  }
  if (left.kind !== 'bool' || right.kind !== 'bool') return failure('true or false is required', at);
  return {
    ...bool(decisive ? left.value || right.value : left.value && right.value),
    trail: [...(left.trail ?? []), ...(right.trail ?? [])],
  };
}
