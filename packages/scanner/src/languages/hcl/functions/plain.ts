import { toNumber, toStringValue } from '../type.ts';
import { bool, entriesOf, failure, itemsOf, list, NULL, number, object, string, textOf, type Value } from '../value.ts';
import type { HclFunction } from './function.ts';

/** A wholly known value as JavaScript has it. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

function toPlain(value: Value): Plain {
  switch (value.kind) {
    case 'null':
    case 'unknown':
      return null;
    case 'bool':
    case 'number':
      return value.value;
    case 'string':
      return textOf(value) ?? '';
    case 'list':
      return itemsOf(value).map(toPlain);
    case 'object':
      return Object.fromEntries(entriesOf(value).map(([key, entry]) => [key, toPlain(entry)]));
  }
}

function fromPlain(plain: Plain): Value {
  if (plain === null) return NULL;
  if (typeof plain === 'boolean') return bool(plain);
  if (typeof plain === 'number') return number(plain);
  if (typeof plain === 'string') return string(plain);
  if (Array.isArray(plain)) return list((plain as readonly Plain[]).map(fromPlain));
  return object(
    Object.entries(plain as Readonly<Record<string, Plain>>).map(([key, entry]) => [key, fromPlain(entry)] as const),
  );
}

/** What a parameter is turned into before the function sees it. */
export type Kind = 'string' | 'number' | 'any';

interface Arguments {
  readonly string: string;
  readonly number: number;
  readonly any: Plain;
}

/** A function of wholly known values: the last kind is that of all further arguments. Throwing is failing. */
export function plain<const Kinds extends readonly Kind[]>(
  kinds: Kinds,
  apply: (...args: { [Index in keyof Kinds]: Arguments[Kinds[Index]] }) => Plain | Value,
  required: number = kinds.length,
): HclFunction {
  return {
    wholly: true,
    apply: (args, call) => {
      if (args.length < required) return failure(`${call.name} takes more arguments`, call.at);
      const converted: Plain[] = [];
      for (const [index, arg] of args.entries()) {
        const kind = kinds[index] ?? kinds.at(-1) ?? 'any';
        const value = kind === 'string' ? toStringValue(arg) : kind === 'number' ? toNumber(arg) : arg;
        if (value.kind === 'unknown') return value;
        converted.push(toPlain(value));
      }
      try {
        const result = apply(...(converted as never));
        return isValue(result) ? result : fromPlain(result);
      } catch (error) {
        return failure(`${call.name}: ${error instanceof Error ? error.message : String(error)}`, call.at);
      }
    },
  };
}

function isValue(result: Plain | Value): result is Value {
  return typeof result === 'object' && result !== null && !Array.isArray(result) && VALUES.has(result);
}

const VALUES = new WeakSet<object>();
