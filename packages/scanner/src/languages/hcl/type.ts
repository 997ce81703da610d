import type { Expression } from './syntax.ts';
import {
  compareStrings,
  entriesOf,
  entryOf,
  failure,
  itemsOf,
  list,
  NULL,
  number,
  object,
  string,
  textOf,
  unknown,
  via,
  bool,
  type Step,
  type UnknownValue,
  type Value,
} from './value.ts';

/** A type constraint of a variable. */
export type Type =
  | { readonly kind: 'any' | 'string' | 'number' | 'bool' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly element: Type }
  | { readonly kind: 'tuple'; readonly items: readonly Type[] }
  | { readonly kind: 'object'; readonly attributes: ReadonlyMap<string, ObjectAttribute> };

interface ObjectAttribute {
  readonly type: Type;
  readonly optional: boolean;
  /** What it has when it is not given, or given as null. */
  readonly fallback?: Value;
}

export const ANY: Type = { kind: 'any' };

/** Reads a type constraint: `object({ http_tokens = optional(string, "required") })`. `constant` evaluates the defaults in it; `inModule`: whether
 * the variable belongs to a module that something calls. */
export function readType(
  expression: Expression | undefined,
  constant: (expression: Expression) => Value,
  inModule = false,
): Type {
  switch (expression?.kind) {
    case 'variable':
      if (expression.name === 'string' || expression.name === 'number' || expression.name === 'bool')
        return { kind: expression.name };
      return expression.name === 'list' || expression.name === 'set' || expression.name === 'map'
        ? { kind: expression.name, element: ANY }
        : ANY;
    case 'template': {
      // Terraform 0.11: `type = "string"`.
      const [part] = expression.parts;
      const name = part?.kind === 'text' ? part.text.text : '';
      return name === 'string'
        ? { kind: 'string' }
        : name === 'list' || name === 'map'
          ? { kind: name, element: ANY }
          : ANY;
    }
    case 'call': {
      const [inner] = expression.args;
      switch (expression.name) {
        case 'list':
        case 'set':
        case 'map':
          return { kind: expression.name, element: readType(inner, constant, inModule) };
        case 'tuple':
          return {
            kind: 'tuple',
            items: inner?.kind === 'tuple' ? inner.items.map((item) => readType(item, constant, inModule)) : [],
          };
        case 'object':
          return inner?.kind === 'object'
            ? { kind: 'object', attributes: readAttributes(inner, constant, inModule) }
            : ANY;
        case 'optional':
          return readType(inner, constant, inModule);
        default:
          return ANY;
      }
    }
    default:
      return ANY;
  }
}

function readAttributes(
  expression: Extract<Expression, { kind: 'object' }>,
  constant: (expression: Expression) => Value,
  inModule: boolean,
): ReadonlyMap<string, ObjectAttribute> {
  const attributes = new Map<string, ObjectAttribute>();
  for (const { key, value } of expression.entries) {
    const name = typeof key === 'string' ? key : textOf(constant(key));
    if (name === undefined) continue;
    const type = readType(value, constant, inModule);
    if (value.kind !== 'call' || value.name !== 'optional') {
      attributes.set(name, { type, optional: false });
      continue;
    }
    const given = value.args[1];
    if (given === undefined) {
      attributes.set(name, { type, optional: true });
      continue;
    }
    const step: Step = {
      kind: 'variable-default',
      message: `The type of the variable gives ${name} a default.`,
      location: given.at,
      inModule,
    };
    attributes.set(name, { type, optional: true, fallback: via(convert(constant(given), type), step) });
  }
  return attributes;
}

/** The value as a variable of this type has it. A failure when it does not fit. */
export function convert(value: Value, type: Type): Value {
  if (value.kind === 'null' || type.kind === 'any') return value;
  if (value.kind === 'unknown') {
    if (value.cases !== undefined)
      return { ...value, cases: value.cases.map((one) => ({ ...one, value: convert(one.value, type) })) };
    return value;
  }
  const keep = {
    ...(value.at === undefined ? {} : { at: value.at }),
    ...(value.trail === undefined ? {} : { trail: value.trail }),
  };
  switch (type.kind) {
    case 'string':
      return toStringValue(value);
    case 'number':
      return toNumber(value);
    case 'bool':
      return toBool(value);
    case 'list':
    case 'set':
      if (value.kind !== 'list') return failure('a list is required');
      return {
        ...(type.kind === 'set'
          ? toSet(value.items.map((item) => convert(item, type.element)))
          : list(
              value.items.map((item) => convert(item, type.element)),
              'list',
            )),
        ...keep,
      };
    case 'tuple':
      if (value.kind !== 'list') return failure('a list is required');
      return { ...list(value.items.map((item, index) => convert(item, type.items[index] ?? ANY))), ...keep };
    case 'map':
      if (value.kind !== 'object') return failure('a map is required');
      return {
        ...object(
          [...value.entries].map(([key, entry]) => [key, convert(entry, type.element)] as const),
          'map',
        ),
        ...keep,
      };
    case 'object': {
      if (value.kind !== 'object') return failure('an object is required');
      const entries = new Map<string, Value>();
      for (const [name, attribute] of type.attributes) {
        const given = value.entries.get(name);
        if (given !== undefined && given.kind !== 'null') entries.set(name, convert(given, attribute.type));
        else if (attribute.fallback !== undefined) entries.set(name, attribute.fallback);
        else if (attribute.optional || given !== undefined) entries.set(name, NULL);
        else entries.set(name, failure(`attribute ${name} is required`));
      }
      return { ...object(entries), ...keep };
    }
  }
}

/** A set: without repetitions, strings and numbers in order. */
export function toSet(items: readonly Value[]): Value {
  const seen = new Map<string, Value>();
  for (const item of items) {
    const key = item.kind === 'unknown' ? `?${item.name}` : keyOf(item);
    if (!seen.has(key)) seen.set(key, item);
  }
  const unique = [...seen.values()];
  if (unique.every((item) => item.kind === 'string'))
    unique.sort((a, b) => compareStrings(textOf(a) ?? '', textOf(b) ?? ''));
  else if (unique.every((item) => item.kind === 'number')) unique.sort((a, b) => a.value - b.value);
  return list(unique, 'set');
}

/** Equal for equal values, whatever way they came. */
export function keyOf(value: Value): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'bool':
    case 'number':
      return `${value.kind}:${String(value.value)}`;
    case 'string':
      return `string:${JSON.stringify(value.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : `\0${piece.value.name}`)).join(''))}`;
    case 'list':
      return `[${value.items.map(keyOf).join()}]`;
    case 'object':
      return `{${entriesOf(value)
        .map(([key, entry]) => `${JSON.stringify(key)}=${keyOf(entry)}`)
        .join()}}`;
    case 'unknown':
      return `unknown:${value.name}`;
  }
}

/** As Terraform writes numbers in strings. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = String(value);
  if (!/e/i.test(text)) return text;
  return value.toFixed(20).replace(/0+$/, '');
}

export function toStringValue(value: Value): Value {
  const keep = {
    ...(value.at === undefined ? {} : { at: value.at }),
    ...(value.trail === undefined ? {} : { trail: value.trail }),
  };
  switch (value.kind) {
    case 'string':
    case 'null':
    case 'unknown':
      return value;
    case 'bool':
      return { ...string(String(value.value)), ...keep };
    case 'number':
      return { ...string(numberText(value.value)), ...keep };
    default:
      return failure('a string is required', value.at);
  }
}

export function toNumber(value: Value): Value {
  const text = textOf(value);
  if (text === undefined) {
    if (value.kind === 'string') return partly(value);
    return value.kind === 'number' || value.kind === 'null' || value.kind === 'unknown'
      ? value
      : failure('a number is required', value.at);
  }
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return failure(`"${text}" is not a number`, value.at);
  return {
    ...number(Number(text)),
    ...(value.at === undefined ? {} : { at: value.at }),
    ...(value.trail === undefined ? {} : { trail: value.trail }),
  };
}

export function toBool(value: Value): Value {
  const text = textOf(value);
  if (text === undefined) {
    if (value.kind === 'string') return partly(value);
    return value.kind === 'bool' || value.kind === 'null' || value.kind === 'unknown'
      ? value
      : failure('a bool is required', value.at);
  }
  const truth = text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : undefined;
  if (truth === undefined) return failure(`"${text}" is neither true nor false`, value.at);
  return {
    ...bool(truth),
    ...(value.at === undefined ? {} : { at: value.at }),
    ...(value.trail === undefined ? {} : { trail: value.trail }),
  };
}

function partly(value: Extract<Value, { kind: 'string' }>): Value {
  const hole = value.pieces.find((piece) => piece.kind === 'hole');
  return unknown(hole?.value.name ?? '', hole?.value.why ?? 'it is known in part only');
}

/** An attribute of an unknown value, as far as its type tells: the default of an optional attribute is taken, since nothing else is in sight. */
export function attributeOfType(value: UnknownValue, name: string): Value {
  const { type } = value;
  const inner: UnknownValue = unknown(
    `${value.name}.${name}`,
    value.why,
    value.at === undefined ? {} : { at: value.at },
  );
  if (type?.kind === 'map') return { ...inner, type: type.element };
  if (type?.kind !== 'object') return inner;
  const attribute = type.attributes.get(name);
  if (attribute === undefined) return failure(`there is no attribute ${name}`, value.at);
  if (!attribute.optional) return { ...inner, type: attribute.type };
  return via(attribute.fallback ?? NULL, {
    kind: 'variable-default',
    message: `${value.name} may set ${name}; its type leaves it out by default.`,
    ...(value.at === undefined ? {} : { location: value.at }),
  });
}

/** Any element of an unknown collection. */
export function elementOfType(value: UnknownValue, name: string): UnknownValue {
  const { type } = value;
  const more = value.at === undefined ? {} : { at: value.at };
  if (type?.kind === 'list' || type?.kind === 'set' || type?.kind === 'map')
    return unknown(name, value.why, { ...more, type: type.element });
  return unknown(name, value.why, more);
}

/** `entryOf` and `itemsOf` for code that does not care which. */
export function valuesOf(value: Value): readonly Value[] {
  if (value.kind === 'list') return itemsOf(value);
  return value.kind === 'object' ? entriesOf(value).map(([key]) => entryOf(value, key) ?? NULL) : [];
}
