import { areEqual, attributeOf } from '../evaluate.ts';
import { elementOfType, keyOf, toBool, toNumber, toSet, toStringValue, valuesOf } from '../type.ts';
import {
  bool,
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
  type ListValue,
  type ObjectValue,
  type Value,
} from '../value.ts';
import type { Call, FunctionTable, HclFunction } from './function.ts';
import { plain } from './plain.ts';
import { unify } from './type.ts';

/** A function of lists (sets and tuples are lists here). */
function ofLists(apply: (lists: readonly (readonly Value[])[], call: Call) => Value): HclFunction {
  return {
    apply: (args, call) =>
      args.every((arg): arg is ListValue => arg.kind === 'list')
        ? apply(args.map(itemsOf), call)
        : failure(`${call.name} takes lists`, call.at),
  };
}

/** https://developer.hashicorp.com/terraform/language/functions, "Collection functions". */
export const COLLECTION_FUNCTIONS: FunctionTable = {
  merge: {
    takesNull: true,
    takesUnknown: true,
    apply: (args, call) => {
      const entries = new Map<string, Value>();
      let open: Value | undefined;
      for (const arg of args) {
        if (arg.kind === 'object') for (const [key, entry] of entriesOf(arg)) entries.set(key, entry);
        else if (arg.kind === 'unknown') {
          if (arg.error === true) return arg;
          // What is not known may set any of the entries so far, and others.
          open = arg;
          for (const key of [...entries.keys()])
            entries.set(key, { ...attributeOf(arg, key), ...(arg.at === undefined ? {} : { at: arg.at }) });
        } else if (arg.kind !== 'null') return failure('merge takes maps', call.at);
      }
      if (open === undefined)
        return object(entries, args.some((arg) => arg.kind === 'object' && arg.type === 'map') ? 'map' : 'object');
      return entries.size === 0 || open.kind !== 'unknown'
        ? open
        : unknown(`merge(${open.name})`, open.why, { at: open.at ?? call.at });
    },
  },
  lookup: {
    takesNull: true,
    apply: ([map = NULL, key = NULL, fallback], call) => {
      const name = textOf(toStringValue(key));
      if (map.kind !== 'object' || name === undefined)
        return map.kind === 'null'
          ? failure('lookup in null', call.at)
          : unknown('lookup(…)', 'its key is known in part only', { at: call.at });
      const found = entryOf(map, name);
      if (found !== undefined) return found;
      if (fallback === undefined) return failure(`there is no element "${name}"`, call.at);
      return via(fallback, ...(map.trail ?? []));
    },
  },
  keys: {
    apply: ([map = NULL], call) =>
      map.kind === 'object'
        ? list(
            entriesOf(map).map(([key]) => string(key)),
            'list',
          )
        : failure('keys takes a map', call.at),
  },
  values: {
    apply: ([map = NULL], call) =>
      map.kind === 'object'
        ? list(
            entriesOf(map).map(([, entry]) => entry),
            'list',
          )
        : failure('values takes a map', call.at),
  },
  length: {
    apply: ([value = NULL], call) => {
      if (value.kind === 'list') return { ...number(value.items.length), ...way(value) };
      if (value.kind === 'object') return { ...number(value.entries.size), ...way(value) };
      const text = textOf(value);
      if (text === undefined)
        return value.kind === 'string'
          ? unknown('length(…)', 'it is known in part only', { at: call.at })
          : failure('length takes a collection', call.at);
      return number([...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].length);
    },
  },
  concat: {
    takesUnknown: true,
    apply: (args, call) => {
      const open = args.find((arg) => arg.kind === 'unknown');
      if (open?.kind === 'unknown' && open.reference === undefined)
        return open.error === true ? open : unknown(`concat(${open.name})`, open.why, { at: open.at ?? call.at });
      // A splat over unknown instances stands for its elements.
      if (args.some((arg) => arg.kind !== 'list' && arg.kind !== 'unknown'))
        return failure('concat takes lists', call.at);
      return list(
        args.flatMap((arg) => (arg.kind === 'list' ? itemsOf(arg) : [arg])),
        args.every((arg) => arg.kind === 'list' && arg.type === 'list') ? 'list' : 'tuple',
      );
    },
  },
  element: {
    apply: ([of = NULL, index = NULL], call) => {
      const at = toNumber(index);
      if (of.kind !== 'list' || at.kind !== 'number') return failure('element takes a list and a number', call.at);
      const { length } = of.items;
      if (length === 0 || !Number.isInteger(at.value)) return failure('the list is empty', call.at);
      return itemsOf(of)[((at.value % length) + length) % length] ?? NULL;
    },
  },
  index: {
    apply: ([of = NULL, value = NULL], call) => {
      if (of.kind !== 'list') return failure('index takes a list', call.at);
      const results = of.items.map((item) => areEqual(item, value));
      const first = results.findIndex((result) => result !== false);
      if (first === -1) return failure('the list has no such element', call.at);
      return results[first] === true ? number(first) : unknown('index(…)', 'an element is not known', { at: call.at });
    },
  },
  contains: {
    apply: ([of = NULL, value = NULL], call) => {
      if (of.kind !== 'list') return failure('contains takes a list', call.at);
      // A list has one type: what is looked for takes it.
      const results = of.items.map((item) => areEqual(item, item.kind === 'string' ? toStringValue(value) : value));
      if (results.includes(true)) return bool(true);
      return results.includes(undefined)
        ? unknown('contains(…)', 'an element is not known', { at: call.at })
        : bool(false);
    },
  },
  coalesce: {
    takesNull: true,
    takesUnknown: true,
    apply: (args, call) => {
      for (const arg of args) {
        if (arg.kind === 'null') continue;
        if (arg.kind === 'string' && arg.pieces.length === 0) continue;
        if (arg.kind === 'unknown' && arg.error !== true && arg.reference === undefined)
          return unknown(`coalesce(${arg.name})`, arg.why, { at: arg.at ?? call.at });
        return arg;
      }
      return failure('all arguments of coalesce are empty', call.at);
    },
  },
  coalescelist: {
    takesNull: true,
    takesUnknown: true,
    apply: (args, call) => {
      for (const arg of args) {
        if (arg.kind === 'null' || (arg.kind === 'list' && arg.items.length === 0)) continue;
        return arg;
      }
      return failure('all arguments of coalescelist are empty', call.at);
    },
  },
  compact: ofLists(([items = []]) => {
    const kept = items.filter((item) => item.kind !== 'null' && textOf(item) !== '');
    return list(kept, 'list');
  }),
  distinct: ofLists(([items = []]) => list([...new Map(items.map((item) => [keyOf(item), item])).values()], 'list')),
  flatten: {
    apply: ([value = NULL], call) => {
      if (value.kind !== 'list') return failure('flatten takes a list', call.at);
      const flat: Value[] = [];
      let open: Value | undefined;
      const add = (items: readonly Value[]): void => {
        for (const item of items) {
          if (item.kind === 'list') add(itemsOf(item));
          else {
            if (item.kind === 'unknown' && item.reference === undefined) open = item;
            flat.push(item);
          }
        }
      };
      add(itemsOf(value));
      return open?.kind === 'unknown'
        ? unknown(`flatten(${open.name})`, open.why, {
            at: open.at ?? call.at,
            ...(open.error === undefined ? {} : { error: open.error }),
          })
        : list(flat);
    },
  },
  one: {
    takesUnknown: true,
    apply: ([value = NULL], call) => {
      if (value.kind === 'unknown')
        return value.reference === undefined ? elementOfType(value, `one(${value.name})`) : value;
      if (value.kind !== 'list') return value;
      if (value.items.length > 1) return failure('one takes a list of one', call.at);
      return itemsOf(value)[0] ?? NULL;
    },
  },
  reverse: ofLists(([items = []]) => list([...items].reverse())),
  slice: {
    apply: ([of = NULL, start = NULL, end = NULL], call) => {
      const [from, to] = [toNumber(start), toNumber(end)];
      if (of.kind !== 'list' || from.kind !== 'number' || to.kind !== 'number')
        return failure('slice takes a list and two numbers', call.at);
      if (from.value < 0 || to.value > of.items.length || from.value > to.value)
        return failure('the slice is outside the list', call.at);
      return list(itemsOf(of).slice(from.value, to.value), of.type);
    },
  },
  sort: ofLists(([items = []], call) => {
    const texts = items.map((item) => textOf(toStringValue(item)));
    if (texts.includes(undefined)) return unknown('sort(…)', 'an element is not known', { at: call.at });
    return list(
      items.map(toStringValue).sort((a, b) => compareStrings(textOf(a) ?? '', textOf(b) ?? '')),
      'list',
    );
  }),
  chunklist: ofListAndNumber((items, size) => {
    if (size <= 0) return list([list(items, 'list')], 'list');
    return list(
      Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
        list(items.slice(index * size, (index + 1) * size), 'list'),
      ),
      'list',
    );
  }),
  range: plain(['number'], (...args: number[]) => {
    const [first = 0, second, third] = args;
    const [start, limit] = second === undefined ? [0, first] : [first, second];
    const step = third ?? (limit < start ? -1 : 1);
    const items: number[] = [];
    for (let value = start; step > 0 ? value < limit : value > limit; value += step) {
      if (items.length >= 1024 || step === 0) throw new Error('range gives more than 1024 numbers');
      items.push(value);
    }
    return items;
  }),
  setproduct: ofLists((lists) =>
    list(
      lists
        .reduce<Value[][]>((product, items) => product.flatMap((row) => items.map((item) => [...row, item])), [[]])
        .map((row) => list(row)),
      'list',
    ),
  ),
  setunion: ofLists((lists) => toSet(unify(lists.flat()))),
  setintersection: ofLists(([first = [], ...others]) =>
    toSet(first.filter((item) => others.every((other) => other.some((one) => keyOf(one) === keyOf(item))))),
  ),
  setsubtract: ofLists(([first = [], second = []]) =>
    toSet(first.filter((item) => !second.some((one) => keyOf(one) === keyOf(item)))),
  ),
  zipmap: {
    apply: ([keys = NULL, values = NULL], call) => {
      if (keys.kind !== 'list' || values.kind !== 'list') return failure('zipmap takes lists', call.at);
      if (keys.items.length !== values.items.length) return failure('zipmap takes lists of one length', call.at);
      const entries = itemsOf(keys).map(
        (key, index) => [textOf(toStringValue(key)), itemsOf(values)[index] ?? NULL] as const,
      );
      if (entries.some(([key]) => key === undefined))
        return unknown('zipmap(…)', 'a key is not known', { at: call.at });
      return object(entries.map(([key, value]) => [key ?? '', value] as const));
    },
  },
  transpose: {
    apply: ([map = NULL], call) => {
      if (map.kind !== 'object') return failure('transpose takes a map', call.at);
      const result = new Map<string, Value[]>();
      for (const [key, items] of entriesOf(map))
        for (const item of valuesOf(items))
          result.set(textOf(item) ?? '', [...(result.get(textOf(item) ?? '') ?? []), string(key)]);
      return object(
        [...result].map(([key, items]) => [key, list(items, 'list')] as const),
        'map',
      );
    },
  },
  matchkeys: ofLists(([values = [], keys = [], wanted = []]) =>
    list(
      values.filter((_, index) => wanted.some((one) => keyOf(one) === keyOf(keys[index] ?? NULL))),
      'list',
    ),
  ),
  alltrue: ofLists(([items = []]) => every(items, true)),
  anytrue: ofLists(([items = []]) => every(items, false)),
  sum: plain(['any'], (items) => {
    if (!Array.isArray(items) || items.length === 0) throw new Error('sum takes numbers');
    const total = (items as unknown[]).map(Number).reduce((sum, item) => sum + item, 0);
    if (Number.isNaN(total)) throw new Error('sum takes numbers');
    return total;
  }),
};

function ofListAndNumber(apply: (items: readonly Value[], size: number) => Value): HclFunction {
  return {
    apply: ([of = NULL, size = NULL], call) => {
      const count = toNumber(size);
      return of.kind === 'list' && count.kind === 'number'
        ? apply(itemsOf(of), count.value)
        : failure(`${call.name} takes a list and a number`, call.at);
    },
  };
}

function every(items: readonly Value[], conjunction: boolean): Value {
  let open: Value | undefined;
  for (const item of items) {
    const value = item.kind === 'null' ? bool(false) : toBool(item);
    if (value.kind === 'bool' && value.value !== conjunction) return value;
    if (value.kind === 'unknown') open = value;
  }
  return open ?? bool(conjunction);
}

function way(value: ListValue | ObjectValue): Pick<Value, 'trail'> {
  return value.trail === undefined ? {} : { trail: value.trail };
}
