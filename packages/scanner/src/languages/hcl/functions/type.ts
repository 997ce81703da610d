import { bool, failure, firstUnknown, itemsOf, list, NULL, object, unknown, type Value } from '../value.ts';
import { toBool, toNumber, toSet, toStringValue } from '../type.ts';
import type { FunctionTable, HclFunction } from './function.ts';

const identity: HclFunction = { takesUnknown: true, takesNull: true, apply: ([value = NULL]) => value };

/** https://developer.hashicorp.com/terraform/language/functions, "Type conversion functions". */
export const TYPE_FUNCTIONS: FunctionTable = {
  tostring: { takesNull: true, takesUnknown: true, apply: ([value = NULL]) => toStringValue(value) },
  tonumber: { takesNull: true, takesUnknown: true, apply: ([value = NULL]) => toNumber(value) },
  tobool: { takesNull: true, takesUnknown: true, apply: ([value = NULL]) => toBool(value) },
  tolist: {
    takesNull: true,
    takesUnknown: true,
    apply: ([value = NULL], call) =>
      value.kind === 'unknown'
        ? value
        : value.kind === 'list'
          ? keepWay(value, list(unify(itemsOf(value)), 'list'))
          : value.kind === 'null'
            ? value
            : failure('a list is required', call.at),
  },
  toset: {
    takesNull: true,
    takesUnknown: true,
    apply: ([value = NULL], call) =>
      value.kind === 'unknown'
        ? value
        : value.kind === 'list'
          ? keepWay(value, toSet(unify(value.items)))
          : value.kind === 'null'
            ? value
            : failure('a list is required', call.at),
  },
  tomap: {
    takesNull: true,
    takesUnknown: true,
    apply: ([value = NULL], call) => {
      if (value.kind !== 'object')
        return value.kind === 'null' || value.kind === 'unknown' ? value : failure('a map is required', call.at);
      const values = unify([...value.entries.values()]);
      return keepWay(
        value,
        object(
          [...value.entries.keys()].map((key, index) => [key, values[index] ?? NULL] as const),
          'map',
        ),
      );
    },
  },
  list: { takesNull: true, takesUnknown: true, apply: (args) => list(unify(args), 'list') },
  map: {
    apply: (args, call) => {
      const entries: [string, Value][] = [];
      for (let i = 0; i + 1 < args.length; i += 2) {
        const key = toStringValue(args[i] ?? NULL);
        const text =
          key.kind === 'string'
            ? key.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : '')).join('')
            : undefined;
        if (text === undefined) return failure('a key is no string', call.at);
        entries.push([text, args[i + 1] ?? NULL]);
      }
      return object(entries, 'map');
    },
  },
  try: {
    takesUnknown: true,
    takesNull: true,
    apply: (args, call) => {
      for (const arg of args) if (!fails(arg)) return arg;
      return failure('no argument of try could be evaluated', call.at);
    },
  },
  can: {
    takesUnknown: true,
    takesNull: true,
    apply: ([value = NULL], call) => {
      if (fails(value)) return bool(false);
      return value.kind === 'unknown' && value.reference === undefined
        ? unknown(`can(${value.name})`, value.why, { at: call.at })
        : bool(true);
    },
  },
  sensitive: identity,
  nonsensitive: identity,
  ephemeralasnull: identity,
  issensitive: { takesUnknown: true, takesNull: true, apply: () => bool(false) },
  defaults: identity,
  convert: identity,
};

function fails(value: Value): boolean {
  return firstUnknown(value)?.error === true;
}

function keepWay(from: Value, to: Value): Value {
  return {
    ...to,
    ...(from.at === undefined ? {} : { at: from.at }),
    ...(from.trail === undefined ? {} : { trail: from.trail }),
  };
}

/** Elements of a list or map have one type: beside a string, numbers and bools become strings. */
export function unify(values: readonly Value[]): readonly Value[] {
  const kinds = new Set<Value['kind']>(
    values.map((value) => value.kind).filter((kind) => kind !== 'null' && kind !== 'unknown'),
  );
  if (kinds.size <= 1 || !['string', 'number', 'bool'].some((kind) => kinds.has(kind as Value['kind']))) return values;
  if (kinds.has('list') || kinds.has('object')) return values;
  return values.map(toStringValue);
}
