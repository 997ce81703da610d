import type { Location } from '../document/offset-map.ts';
import type { Evidence } from '../facts/evidence.ts';
import {
  mergeChoices,
  MAX_ALTERNATIVES,
  type Choices,
  type Hole,
  type Literal,
  type Piece,
  type Text,
} from '../text/text.ts';

/** A request whose answer a value comes from. */
export interface Origin {
  readonly id: number;
  /** `token`: a token request. `data`: a metadata request that carried a token. `other`: any other request. */
  readonly kind: 'token' | 'data' | 'other';
  readonly location: Location;
  /** The client, for people. */
  readonly client: string;
}

/** A hole with what the shell front end knows about it. */
export interface ShellHole extends Hole {
  /** The value is the answer of a request, or made from it. */
  readonly origin?: Origin;
  /** The value is the exit status of this command. */
  readonly statusOf?: CommandStatus;
  /** The value is the number of characters of this variable, or of its elements. */
  readonly lengthOf?: string;
  /** The command whose output it is. */
  readonly madeAt?: Location;
  /** It is this text in base64. */
  readonly encodes?: Text;
  /** It may stand for several words, or for none: an unquoted expansion, a list. */
  readonly isMany?: boolean;
  readonly passedIn?: Location;
}

/** A literal with what the shell front end knows about it. */
export interface ShellLiteral extends Literal {
  /** The value is empty because this request failed. */
  readonly failed?: Origin;
  /** The call of a function that this was an argument of. */
  readonly passedIn?: Location;
}

/** How a command ended, for a later `$?`. */
export interface CommandStatus {
  readonly ok?: Assumption;
  readonly failed?: Assumption;
  readonly known?: boolean;
}

/** What is known once a command is known to have succeeded, or failed. */
export interface Assumption {
  readonly choice?: readonly [branch: string, arm: string];
  readonly origins?: readonly (readonly [Origin, 'ok' | 'failed'])[];
  /** Variables that are then known to be empty, or not. */
  readonly emptiness?: readonly (readonly [name: string, 'empty' | 'not-empty'])[];
  /** Variables that then have this value. */
  readonly equal?: readonly (readonly [name: string, value: Text])[];
  /** Set when this says that there is no token: the reason. */
  readonly withoutToken?: Evidence;
}

/** One value of a variable: a scalar has one element, an array any number. */
export interface Value {
  readonly elements: readonly Text[];
  /** Keys of an associative array, one per element. */
  readonly keys?: readonly string[];
  readonly choices: Choices;
}

/** A variable: the values that it may have here. Never empty. */
export interface Variable {
  readonly values: readonly Value[];
  readonly isArray: boolean;
  readonly isExported: boolean;
}

export const NO_CHOICES: Choices = new Map();

export function scalar(texts: readonly Text[], isExported = false): Variable {
  return {
    values: bounded(texts.map((text) => ({ elements: [text], choices: text.choices }))),
    isArray: false,
    isExported,
  };
}

/** A string with the same text added to each of its values. Values that differ go on to differ, unless they become too long to be followed. */
export function appended(variable: Variable, text: Text): Variable {
  const both = textsOf(variable).flatMap((before) => append(before, text) ?? []);
  if (both.length === 0) return scalar([text]);
  if (both.some(({ pieces }) => pieces === TOO_LONG.pieces)) return scalar(both);
  return {
    values: both.map((each) => ({ elements: [each], choices: each.choices })),
    isArray: false,
    isExported: false,
  };
}

/** The texts that a variable stands for where a single string is asked for: the first element of an array. */
export function textsOf(variable: Variable): readonly Text[] {
  return variable.values.map((value) =>
    withChoices(value.elements[0] ?? { pieces: [], choices: NO_CHOICES }, value.choices),
  );
}

export function withChoices(text: Text, choices: Choices): Text {
  if (choices === text.choices || choices.size === 0) return text;
  const merged = mergeChoices(text.choices, choices);
  return merged === undefined ? text : { pieces: text.pieces, choices: merged };
}

/** The value, taken only where `branch` went the way `arm`. Of many choices the oldest are forgotten: values are then kept apart less strictly. */
export function chooseValue(value: Value, branch: string, arm: string): Value {
  if (value.choices.has(branch)) return value;
  const choices = new Map(value.choices);
  if (choices.size >= MAX_CHOICES) {
    for (const oldest of choices.keys()) {
      choices.delete(oldest);
      break;
    }
  }
  choices.set(branch, arm);
  return { ...value, choices };
}

const MAX_CHOICES = 6;

/** The values without repetitions (equal ones are joined, and keep the choices that they have in common); too many become one hole. */
export function bounded(values: readonly Value[]): readonly Value[] {
  if (values.length <= 1) return values;
  const byKey = new Map<string, Value>();
  for (const value of values) {
    const key = keyOf(value);
    const twin = byKey.get(key);
    byKey.set(key, twin === undefined ? value : { ...value, choices: commonChoices(twin.choices, value.choices) });
  }
  const distinct = [...byKey.values()];
  if (distinct.length <= MAX_ALTERNATIVES) return distinct;
  const hole = firstAnswer(distinct);
  const many: ShellHole = {
    kind: 'hole',
    name: hole?.name ?? '…',
    why: 'it has too many possible values',
    mayBeEmpty: true,
    ...(hole?.origin === undefined ? {} : { origin: hole.origin }),
  };
  return [{ elements: [{ pieces: [many], choices: NO_CHOICES }], choices: NO_CHOICES }];
}

/** The first part of any of the values that is the answer of a request. */
function firstAnswer(values: readonly Value[]): ShellHole | undefined {
  for (const { elements } of values)
    for (const { pieces } of elements)
      for (const piece of pieces) if (piece.kind === 'hole' && (piece as ShellHole).origin !== undefined) return piece;
  return undefined;
}

/** Whether two variables may have the same values, whatever they depend on, and whichever run of a request they come from. */
export function haveSameValues(a: Variable, b: Variable): boolean {
  if (a === b) return true;
  if (a.isArray !== b.isArray || a.values.length !== b.values.length) return false;
  const kinds = new Set(a.values.map(kindOf));
  return b.values.every((value) => kinds.has(kindOf(value)));
}

function kindOf({ elements }: Value): string {
  return elements
    .map(({ pieces }) =>
      pieces
        .map((piece) => {
          if (piece.kind === 'literal') return pieceKey(piece);
          const { name, mayBeEmpty, origin } = piece as ShellHole;
          return `\u0001${name}\u0002${origin?.kind ?? ''}${mayBeEmpty === true ? '?' : ''}\u0001`;
        })
        .join(''),
    )
    .join('\0');
}

function keyOf(value: Value): string {
  const [only] = value.elements;
  return value.elements.length === 1 && only !== undefined ? textKey(only) : value.elements.map(textKey).join('\0');
}

const KEYS = new WeakMap<readonly Piece[], string>();

/** What a text says, as a string to compare. */
function textKey({ pieces }: Text): string {
  const kept = KEYS.get(pieces);
  if (kept !== undefined) return kept;
  const key = pieces.length === 1 && pieces[0] !== undefined ? pieceKey(pieces[0]) : pieces.map(pieceKey).join('');
  KEYS.set(pieces, key);
  return key;
}

function pieceKey(piece: Piece): string {
  if (piece.kind === 'literal')
    return piece.value === ''
      ? (piece as ShellLiteral).failed === undefined
        ? ''
        : '\u0001failed\u0001'
      : piece.value;
  const hole = piece as ShellHole;
  return `\u0001${hole.name}\u0002${String(hole.origin?.id ?? '')}\u0002${hole.mayBeEmpty === true ? '?' : ''}\u0001`;
}

export function commonChoices(a: Choices, b: Choices): Choices {
  if (a === b || a.size === 0) return a;
  const common = new Map<string, string>();
  for (const [branch, arm] of a) if (b.get(branch) === arm) common.set(branch, arm);
  return common.size === a.size ? a : common;
}

/** One text after the other, without looking at places; undefined when they cannot occur together. */
export function append(a: Text, b: Text): Text | undefined {
  const choices = mergeChoices(a.choices, b.choices);
  if (choices === undefined) return undefined;
  if (b.pieces.length === 0) return choices === a.choices ? a : { pieces: a.pieces, choices };
  if (a.pieces.length === 0) return { pieces: b.pieces, choices };
  if (a.pieces.length + b.pieces.length > MAX_PIECES) return TOO_LONG;
  const pieces = [...a.pieces, ...b.pieces];
  // An output grows by a line at a time, and is compared each time.
  const start = KEYS.get(a.pieces);
  if (start !== undefined) KEYS.set(pieces, start + textKey(b));
  return { pieces, choices };
}

/** A value in more pieces than this is not followed. */
const MAX_PIECES = 2000;
const TOO_LONG: Text = {
  pieces: [{ kind: 'hole', name: '…', why: 'it is long', mayBeEmpty: false }],
  choices: NO_CHOICES,
};

/** The text that stands for "empty, because a request failed". */
export function failedText(origin: Origin | undefined): Text {
  if (origin === undefined) return { pieces: [], choices: NO_CHOICES };
  const piece: ShellLiteral = { kind: 'literal', value: '', failed: origin };
  return { pieces: [piece], choices: NO_CHOICES };
}

/** The request that a text comes from, if it is the answer of one (and nothing else). */
export function originOf(text: Text): Origin | undefined {
  for (const piece of text.pieces) {
    const origin = piece.kind === 'hole' ? (piece as ShellHole).origin : (piece as ShellLiteral).failed;
    if (origin !== undefined) return origin;
  }
  return undefined;
}

/** A hole with more to say than the core's. */
export function shellHole(
  name: string,
  why: string,
  more: Partial<Omit<ShellHole, 'kind' | 'name' | 'why'>> = {},
): Text {
  const piece: ShellHole = { kind: 'hole', name, why, ...more };
  return { pieces: [piece], choices: NO_CHOICES };
}

/** Output of a command as a value: trailing line breaks are dropped. */
export function withoutTrailingNewlines(text: Text): Text {
  const pieces = [...text.pieces];
  for (let last = pieces.at(-1); last?.kind === 'literal'; last = pieces.at(-1)) {
    const value = last.value.replace(/\n+$/, '');
    if (value === last.value && value !== '') break;
    if ((last as ShellLiteral).failed !== undefined) break;
    pieces.pop();
    if (value !== '') {
      pieces.push(cutLiteral(last, 0, value.length));
      break;
    }
  }
  return { pieces, choices: text.choices };
}

/** The part `start..end` of a literal, places kept. */
export function cutLiteral(piece: Literal, start: number, end: number): Literal {
  const value = piece.value.slice(start, end);
  const { passedIn } = piece as ShellLiteral;
  const cut: ShellLiteral = {
    kind: 'literal',
    value,
    ...(passedIn === undefined ? {} : { passedIn }),
  };
  return Object.defineProperty(cut, 'map', {
    get: () => piece.map?.slice(start, end),
    enumerable: true,
    configurable: true,
  });
}

/** The same text, remembering that it was an argument of the call at `call`, unless it was one already. */
export function passedThrough(text: Text, call: Location): Text {
  const [first, ...rest] = text.pieces;
  if (first === undefined || (first as ShellLiteral).passedIn !== undefined) return text;
  if (first.kind === 'hole')
    return { pieces: [{ ...first, passedIn: call } as ShellHole, ...rest], choices: text.choices };
  const marked: ShellLiteral = {
    kind: 'literal',
    value: first.value,
    passedIn: call,
    ...((first as ShellLiteral).failed === undefined
      ? {}
      : ({ failed: (first as ShellLiteral).failed } as Partial<ShellLiteral>)),
  };
  Object.defineProperty(marked, 'map', { get: () => first.map, enumerable: true, configurable: true });
  return { pieces: [marked, ...rest], choices: text.choices };
}
