import { EMPTY, hole, mergeChoices, render, type Choices, type Hole, type Piece, type Text } from 'imdsv2-core';
import type { SyntaxNode } from './syntax.ts';

/** A value of a script, as far as it is known, on one way to get there. */
export type Value =
  | TextValue
  /** Nothing: None, $null. `absent`: not even that, an entry that is not there on some ways. */
  | { readonly kind: 'null'; readonly absent?: true; readonly choices: Choices }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly choices: Choices }
  | { readonly kind: 'number'; readonly value: number; readonly choices: Choices }
  /** A dictionary, list or object: its content lies in the state's heap, because several names may stand for it. */
  | RefValue
  /** A function of the script. */
  | FunctionValue
  /** A class of the script. */
  | {
      readonly kind: 'class';
      readonly name: string;
      readonly node: SyntaxNode;
      readonly frame: number;
      readonly id: number;
      readonly choices: Choices;
    }
  /** Something outside the script with a fixed name: a module, a function or class of a library, a .NET type. */
  | NamedValue
  /** A method or attribute of a value that the script did not define. */
  | { readonly kind: 'member'; readonly receiver: Value; readonly name: string; readonly choices: Choices }
  /** What a request gave. */
  | ResponseValue
  /** Anything. */
  | UnknownValue;

export interface TextValue {
  readonly kind: 'text';
  readonly pieces: readonly Piece[];
  readonly choices: Choices;
}

export interface RefValue {
  readonly kind: 'ref';
  readonly id: number;
  readonly choices: Choices;
}

export interface FunctionValue {
  readonly kind: 'function';
  readonly name: string;
  readonly node: SyntaxNode;
  /** The frame that it was defined in. */
  readonly frame: number;
  /** The object that it was taken from, for methods. */
  readonly self?: Value;
  readonly choices: Choices;
}

export interface NamedValue {
  readonly kind: 'named';
  /** Dotted; for .NET types in lower case. */
  readonly path: string;
  readonly choices: Choices;
}

export interface ResponseValue {
  readonly kind: 'response';
  readonly name: string;
  /** Whether the request asked for a session token. */
  readonly token: boolean;
  readonly mayBeEmpty: boolean;
  readonly truthy?: boolean;
  readonly choices: Choices;
}

export interface UnknownValue {
  readonly kind: 'unknown';
  readonly hole: ValueHole;
  readonly choices: Choices;
}

/** A hole that remembers whether a token request filled it. */
export interface ValueHole extends Hole {
  readonly fromTokenRequest?: boolean;
  /** Whether a condition on the way here showed that it counts as true. */
  readonly truthy?: boolean;
}

/** The values that an expression may have. Never empty. */
export type Values = readonly Value[];

export const NO_CHOICES: Choices = new Map();
export const NULL: Values = [{ kind: 'null', choices: NO_CHOICES }];

/** More ways than this become one unknown value, as with core's alternatives. */
const MAX_VALUES = 16;

export function textValue(text: Text): TextValue {
  return { kind: 'text', pieces: text.pieces, choices: text.choices };
}

export function textOf(value: string): Values {
  return [{ kind: 'text', pieces: value === '' ? [] : [{ kind: 'literal', value }], choices: NO_CHOICES }];
}

export function booleanOf(value: boolean): Values {
  return [{ kind: 'boolean', value, choices: NO_CHOICES }];
}

export function numberOf(value: number): Values {
  return [{ kind: 'number', value, choices: NO_CHOICES }];
}

export function namedOf(path: string): Values {
  return [{ kind: 'named', path, choices: NO_CHOICES }];
}

export function unknown(name: string, why: string, more: Partial<ValueHole> = {}): Values {
  return [{ kind: 'unknown', hole: { kind: 'hole', name, why, ...more }, choices: NO_CHOICES }];
}

/** The same value on the ways where `choices` holds too; undefined when both never hold. */
export function withChoices<T extends Value>(value: T, choices: Choices): T | undefined {
  if (choices.size === 0) return value;
  const merged = mergeChoices(value.choices, choices);
  if (merged === undefined) return undefined;
  return merged === value.choices ? value : { ...value, choices: merged };
}

/** The value as the text that it is written out as. */
export function toText(value: Value): Text {
  switch (value.kind) {
    case 'text':
      return { pieces: value.pieces, choices: value.choices };
    case 'number':
      return { pieces: [{ kind: 'literal', value: String(value.value) }], choices: value.choices };
    case 'boolean':
      return { pieces: [{ kind: 'literal', value: value.value ? 'True' : 'False' }], choices: value.choices };
    case 'null':
      return { ...EMPTY, choices: value.choices };
    case 'unknown':
      return { pieces: [value.hole], choices: value.choices };
    case 'response':
      return { pieces: [responseHole(value)], choices: value.choices };
    default:
      return { ...hole(describe(value), 'it is no text'), choices: value.choices };
  }
}

/** What a request gave, as a piece of text. */
function responseHole(value: ResponseValue): ValueHole {
  return {
    kind: 'hole',
    name: value.name,
    why: value.token ? 'it is what the token request gave' : 'it is what a request gave',
    ...(value.mayBeEmpty ? { mayBeEmpty: true } : {}),
    ...(value.token ? { fromTokenRequest: true } : {}),
  };
}

/** For people. */
export function describe(value: Value): string {
  switch (value.kind) {
    case 'named':
      return value.path;
    case 'function':
    case 'class':
      return value.name;
    case 'member':
      return `${describe(value.receiver)}.${value.name}`;
    case 'ref':
      return 'an object';
    default:
      return render(toText(value));
  }
}

/** Whether a token request had a part in the value. */
export function isFromTokenRequest(value: Value): boolean {
  if (value.kind === 'response') return value.token;
  if (value.kind === 'unknown') return value.hole.fromTokenRequest === true;
  return (
    value.kind === 'text' &&
    value.pieces.some((piece) => piece.kind === 'hole' && (piece as ValueHole).fromTokenRequest === true)
  );
}

/** Whether the value counts as true in a condition; undefined when it may be either. `0`, the empty string and nothing are false in both languages. */
export function truth(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'null':
      return false;
    case 'boolean':
      return value.value;
    case 'number':
      return value.value !== 0;
    case 'text':
      if (value.pieces.length === 0) return false;
      return value.pieces.some((piece) =>
        piece.kind === 'literal' ? piece.value !== '' : (piece as ValueHole).truthy === true,
      )
        ? true
        : undefined;
    case 'unknown':
      return value.hole.truthy;
    case 'response':
      return value.truthy;
    case 'function':
    case 'class':
    case 'named':
      return true;
    default:
      return undefined;
  }
}

/** The value where a condition has shown that it counts as true, or as false; undefined when it cannot. */
export function refine(value: Value, wanted: boolean): Value | undefined {
  const found = truth(value);
  if (found !== undefined) return found === wanted ? value : undefined;
  if (!wanted) return value.kind === 'text' ? { ...value, pieces: [] } : { kind: 'null', choices: value.choices };
  if (value.kind === 'unknown') return { ...value, hole: certain(value.hole) };
  if (value.kind === 'response') return { ...value, mayBeEmpty: false, truthy: true };
  if (value.kind === 'text')
    return {
      ...value,
      pieces: value.pieces.map((piece) =>
        piece.kind === 'hole' && value.pieces.length === 1 ? certain(piece) : piece,
      ),
    };
  return value;
}

function certain(hole: ValueHole): ValueHole {
  return { ...hole, mayBeEmpty: false, truthy: true };
}

/** A key that is equal for values that say the same, choices aside. */
export function keyOf(value: Value): string {
  switch (value.kind) {
    case 'ref':
      return `ref ${String(value.id)}`;
    case 'function':
    case 'class':
      return `${value.kind} ${value.name} ${String(value.node.start)} ${String(value.frame)}`;
    case 'member':
      return `member ${keyOf(value.receiver)} ${value.name}`;
    case 'text':
      return `text ${value.pieces.map((piece) => (piece.kind === 'literal' ? JSON.stringify(piece.value) : `{${holeKey(piece)}}`)).join('')}`;
    case 'unknown':
      return `unknown ${holeKey(value.hole)}`;
    case 'response':
      return `response ${value.name}|${String(value.token)}|${String(value.mayBeEmpty)}|${String(value.truthy)}`;
    case 'null':
      return 'null';
    case 'named':
      return `named ${value.path}`;
    default:
      return `${value.kind} ${String(value.value)}`;
  }
}

function holeKey(hole: ValueHole): string {
  return `${hole.name}|${String(hole.mayBeEmpty)}|${String(hole.fromTokenRequest)}|${String(hole.truthy)}`;
}

/** Every tuple of one value from each list that can occur together, given to `make`; too many become one unknown value. */
export function combine(lists: readonly Values[], make: (tuple: readonly Value[], choices: Choices) => Values): Values {
  const tuples = tuplesOf(lists);
  if (tuples === undefined) return unknown('…', 'it has too many possible values');
  const made = tuples.flatMap(({ tuple, choices }) =>
    make(tuple, choices).flatMap((value) => withChoices(value, choices) ?? []),
  );
  return limit(made);
}

export interface Tuple {
  readonly tuple: readonly Value[];
  readonly choices: Choices;
}

/** Every tuple that can occur together; undefined when there are too many to follow. */
export function tuplesOf(lists: readonly Values[]): readonly Tuple[] | undefined {
  let tuples: readonly Tuple[] = [{ tuple: [], choices: NO_CHOICES }];
  for (const list of lists) {
    const next: Tuple[] = [];
    for (const { tuple, choices } of tuples) {
      for (const value of list) {
        const merged = mergeChoices(choices, value.choices);
        if (merged !== undefined) next.push({ tuple: [...tuple, value], choices: merged });
      }
    }
    if (next.length > MAX_VALUES * 4) return undefined;
    if (next.length > 0) tuples = next;
  }
  return tuples;
}

/** The values without repetitions, too many as one unknown. An empty list becomes an unknown value too. */
export function limit(values: Values): Values {
  if (values.length === 1) return values;
  const seen = new Map<string, Value>();
  for (const value of values) {
    const key = `${keyOf(value)}\0${[...value.choices].map(([branch, arm]) => `${branch}=${arm}`).join()}`;
    if (!seen.has(key)) seen.set(key, value);
  }
  if (seen.size === 0) return unknown('…', 'nothing leads here');
  if (seen.size > MAX_VALUES)
    return unknown(
      '…',
      'it has too many possible values',
      values.some(isFromTokenRequest) ? { fromTokenRequest: true } : {},
    );
  return [...seen.values()];
}

/** Text made of texts in a row. */
export function joinTexts(parts: readonly Values[]): Values {
  const [first] = parts;
  if (parts.length === 1 && first?.every((value) => value.kind === 'text') === true) return first;
  return combine(parts, (tuple, choices) => [
    { kind: 'text', pieces: tuple.flatMap((value) => toText(value).pieces), choices },
  ]);
}

/** The whole string of the only alternative, if it is known. */
export function knownText(values: Values): string | undefined {
  let only: string | undefined;
  for (const value of values) {
    if (value.kind !== 'text' && value.kind !== 'number') return undefined;
    const text = toText(value);
    if (text.pieces.some((piece) => piece.kind === 'hole')) return undefined;
    const whole = text.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : '')).join('');
    if (only !== undefined && only !== whole) return undefined;
    only = whole;
  }
  return only;
}
