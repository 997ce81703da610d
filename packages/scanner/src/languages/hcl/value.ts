import {
  mergeChoices,
  type Choices,
  type Evidence,
  type Literal,
  type Location,
  type MappedText,
  type Piece,
  type Text,
} from 'imdsv2-core';
import type { Type } from './type.ts';

/**
 * A value of HCL as far as it is known. Errors of evaluation are unknown values with `error` set, so that `try` and
 * `can` can tell them from what only a real run would know.
 */
export type Value = NullValue | BoolValue | NumberValue | StringValue | ListValue | ObjectValue | UnknownValue;

interface Provenance {
  /** Where the value is written. */
  readonly at?: Location;
  /** How it got here, first step first: the default of a variable, a line of a tfvars file, a local, an argument of a module call. */
  readonly trail?: readonly Step[];
}

export interface Step extends Evidence {
  readonly kind: 'variable-default' | 'variables-file' | 'local' | 'argument' | 'output' | 'assumption';
  /** Whether the variable belongs to a module that something calls. */
  readonly inModule?: boolean;
}

export interface NullValue extends Provenance {
  readonly kind: 'null';
}
export interface BoolValue extends Provenance {
  readonly kind: 'bool';
  readonly value: boolean;
}
export interface NumberValue extends Provenance {
  readonly kind: 'number';
  readonly value: number;
}
export interface StringValue extends Provenance {
  readonly kind: 'string';
  readonly pieces: readonly StringPiece[];
  /** What the string is an encoding of, to read a script through `base64encode` and `cloudinit_config`. */
  readonly encodes?: Encoded;
}
export type StringPiece = Literal | { readonly kind: 'hole'; readonly value: UnknownValue };

export type Encoded =
  | { readonly as: 'base64' | 'base64gzip'; readonly value: Value }
  /** The parts of a multi-part document, each with its declared type. */
  | {
      readonly as: 'cloud-init';
      readonly parts: readonly { readonly content: Value; readonly contentType: string | undefined }[];
      readonly base64: boolean;
    };

export interface ListValue extends Provenance {
  readonly kind: 'list';
  readonly type: 'tuple' | 'list' | 'set';
  readonly items: readonly Value[];
  /** Any of the items, where which one is meant cannot be known: instances of a resource say the same but for their number. */
  readonly anyItem?: Value;
}
export interface ObjectValue extends Provenance {
  readonly kind: 'object';
  readonly type: 'object' | 'map';
  /** Unordered; read it through `entriesOf`. */
  readonly entries: ReadonlyMap<string, Value>;
}
export interface UnknownValue extends Provenance {
  readonly kind: 'unknown';
  /** As the author wrote it: `var.region`, `data.aws_ami.this.id`. */
  readonly name: string;
  /** A phrase that follows "because". */
  readonly why: string;
  readonly error?: boolean;
  /** The resource that it will come from, to find the launch template that is meant. */
  readonly reference?: Reference;
  /** What the resource computes from its own arguments alone, by attribute. */
  readonly computed?: ReadonlyMap<string, Value>;
  readonly type?: Type;
  /** What it is in each branch of the conditions it hangs on, if that much is known. */
  readonly cases?: readonly Case[];
}

export interface Reference {
  /** Module path and address of the resource: `module.web/aws_launch_template.this`. */
  readonly address: string;
  /** Attribute names that were taken from it. */
  readonly path: readonly string[];
}

export interface Case {
  readonly value: Exclude<Value, never>;
  readonly choices: Choices;
}

export const NULL: NullValue = { kind: 'null' };

export function bool(value: boolean): BoolValue {
  return { kind: 'bool', value };
}
export function number(value: number): NumberValue {
  return { kind: 'number', value };
}
export function string(value: string): StringValue {
  return { kind: 'string', pieces: value === '' ? [] : [{ kind: 'literal', value }] };
}
export function mappedString(mapped: MappedText): StringValue {
  const at = mapped.map.range(0, mapped.text.length);
  return {
    kind: 'string',
    pieces: mapped.text === '' ? [] : [{ kind: 'literal', value: mapped.text, map: mapped.map }],
    at,
  };
}
export function list(items: readonly Value[], type: ListValue['type'] = 'tuple'): ListValue {
  return { kind: 'list', type, items };
}
export function object(entries: Iterable<readonly [string, Value]>, type: ObjectValue['type'] = 'object'): ObjectValue {
  return { kind: 'object', type, entries: new Map(entries) };
}
export function unknown(name: string, why: string, more: Partial<UnknownValue> = {}): UnknownValue {
  return { kind: 'unknown', name, why, ...more };
}
/** What Terraform itself would refuse. */
export function failure(why: string, at?: Location): UnknownValue {
  return { kind: 'unknown', name: '(error)', why, error: true, ...(at === undefined ? {} : { at }) };
}

/** The string, if all of it is known. */
export function textOf(value: Value): string | undefined {
  if (value.kind !== 'string') return undefined;
  let text = '';
  for (const piece of value.pieces) {
    if (piece.kind === 'hole') return undefined;
    text += piece.value;
  }
  return text;
}

/** As core's `Text`: pieces and holes. */
export function toText(value: StringValue): Text {
  return {
    choices: new Map(),
    pieces: value.pieces.map((piece): Piece =>
      piece.kind === 'literal'
        ? piece
        : {
            kind: 'hole',
            name: piece.value.name,
            why: piece.value.why,
            ...(piece.value.at === undefined ? {} : { location: piece.value.at }),
          },
    ),
  };
}

/** Whether the value is known down to its last part. */
export function isWhollyKnown(value: Value): boolean {
  switch (value.kind) {
    case 'unknown':
      return false;
    case 'string':
      return value.pieces.every((piece) => piece.kind === 'literal');
    case 'list':
      return value.items.every(isWhollyKnown);
    case 'object':
      return [...value.entries.values()].every(isWhollyKnown);
    default:
      return true;
  }
}

/** The first part that is not known. */
export function firstUnknown(value: Value): UnknownValue | undefined {
  switch (value.kind) {
    case 'unknown':
      return value;
    case 'string':
      return value.pieces.find((piece) => piece.kind === 'hole')?.value;
    case 'list':
      return firstOf(value.items);
    case 'object':
      return firstOf([...value.entries.values()]);
    default:
      return undefined;
  }
}

function firstOf(values: readonly Value[]): UnknownValue | undefined {
  for (const value of values) {
    const found = firstUnknown(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Longer ways than this are not told. */
const LONGEST_TRAIL = 10;

/** The value with one more step on its way. */
export function via<V extends Value>(value: V, ...steps: readonly Step[]): V {
  if (steps.length === 0) return value;
  const trail = value.trail ?? [];
  if (trail.length >= LONGEST_TRAIL) return value;
  return { ...value, trail: [...trail, ...steps.filter((step) => !trail.includes(step))] };
}

/** The elements of a list, each with the list's own way. */
export function itemsOf(value: ListValue): readonly Value[] {
  return value.trail === undefined ? value.items : value.items.map((item) => via(item, ...(value.trail ?? [])));
}

/** The entries in the order in which Terraform goes through them, each with the object's own way. */
export function entriesOf(value: ObjectValue): readonly (readonly [string, Value])[] {
  const keys = [...value.entries.keys()].sort(compareStrings);
  return keys.map((key) => [key, entryOf(value, key) ?? NULL] as const);
}

export function entryOf(value: ObjectValue, key: string): Value | undefined {
  const entry = value.entries.get(key);
  return entry === undefined || value.trail === undefined ? entry : via(entry, ...value.trail);
}

/** As Go compares strings: by bytes of UTF-8, which is by code points. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const left = Array.from(a);
  const right = Array.from(b);
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** More cases than this become one unknown. */
const MAX_CASES = 16;

/** What an operation gives for values that may hang on conditions: it is done for every combination that can occur together. */
export function lift(values: readonly Value[], operation: (values: readonly Value[]) => Value): Value {
  if (!values.some((value) => value.kind === 'unknown' && value.cases !== undefined)) return operation(values);
  let combinations: { values: Value[]; choices: Choices }[] = [{ values: [], choices: new Map() }];
  for (const value of values) {
    const cases = casesOf(value);
    combinations = combinations.flatMap((combination) =>
      cases.flatMap((one) => {
        const choices = mergeChoices(combination.choices, one.choices);
        return choices === undefined ? [] : [{ values: [...combination.values, one.value], choices }];
      }),
    );
    if (combinations.length > MAX_CASES) return unknown(nameOf(values), 'it has too many possible values');
  }
  return fromCases(
    combinations.map((combination) => ({ value: operation(combination.values), choices: combination.choices })),
    nameOf(values),
  );
}

function nameOf(values: readonly Value[]): string {
  return values.flatMap((value) => firstUnknown(value)?.name ?? []).join(', ');
}

export function casesOf(value: Value): readonly Case[] {
  return value.kind === 'unknown' && value.cases !== undefined ? value.cases : [{ value, choices: new Map() }];
}

/** One value for what it is in several cases; itself if it is the same in all of them. */
export function fromCases(cases: readonly Case[], name: string): Value {
  const flat = cases.flatMap((one) =>
    casesOf(one.value).flatMap((inner): Case[] => {
      const choices = mergeChoices(one.choices, inner.choices);
      return choices === undefined ? [] : [{ value: inner.value, choices }];
    }),
  );
  const [first] = flat;
  if (first === undefined) return failure('no case can occur');
  if (flat.every((one) => isSame(one.value, first.value))) return first.value;
  if (flat.length > MAX_CASES) return unknown(name, 'it has too many possible values');
  const conditions = [
    ...new Set(flat.flatMap((one) => [...one.choices.keys()].map((key) => key.slice(key.indexOf('\0') + 1)))),
  ];
  return unknown(name, `it depends on ${conditions.join(' and ')}, which is not known`, { cases: flat });
}

function isSame(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind === 'string' && b.kind === 'string') {
    const text = textOf(a);
    return text !== undefined && text === textOf(b);
  }
  if (a.kind === 'bool' && b.kind === 'bool') return a.value === b.value;
  if (a.kind === 'number' && b.kind === 'number') return a.value === b.value;
  return a.kind === 'null' && b.kind === 'null';
}
