import type { Location, OffsetMap } from '../document/offset-map.ts';

/** Characters that are known, and where they stand if they stand in a file. */
export interface Literal {
  readonly kind: 'literal';
  readonly value: string;
  readonly map?: OffsetMap;
}

/** A part that is not known. */
export interface Hole {
  readonly kind: 'hole';
  /** What stands there, as its author wrote it: `$REGION`, `var.region`, `process.env.HOST`. */
  readonly name: string;
  /** Why it is not known, as a phrase that follows "because": "it is a parameter of the function". */
  readonly why: string;
  readonly location?: Location;
  /** Whether it may stand for nothing at all (an unset variable, an empty output). */
  readonly mayBeEmpty?: boolean;
}

export type Piece = Literal | Hole;

/** Which arm was taken at each branching that the value depends on: values that took different arms never meet. */
export type Choices = ReadonlyMap<string, string>;

/** A string known in part. */
export interface Text {
  readonly pieces: readonly Piece[];
  readonly choices: Choices;
}

/** The values that one string may have: branches, defaults. Never empty, and small (`MAX_ALTERNATIVES`). */
export type Alternatives = readonly Text[];

/** More alternatives than this become one hole: nobody could read them in a report either. */
export const MAX_ALTERNATIVES = 16;

const NO_CHOICES: Choices = new Map();

/** A known string. */
export function literal(value: string, map?: OffsetMap): Text {
  return {
    pieces:
      value === '' && map === undefined
        ? []
        : [map === undefined ? { kind: 'literal', value } : { kind: 'literal', value, map }],
    choices: NO_CHOICES,
  };
}

export const EMPTY: Text = { pieces: [], choices: NO_CHOICES };

/** A string that is not known at all. */
export function hole(name: string, why: string, more: Partial<Pick<Hole, 'location' | 'mayBeEmpty'>> = {}): Text {
  return { pieces: [{ kind: 'hole', name, why, ...more }], choices: NO_CHOICES };
}

/** The same text, taken only where branching `branch` went the way `arm`. Undefined when it already went another way there. */
export function choose(text: Text, branch: string, arm: string): Text | undefined {
  const taken = text.choices.get(branch);
  if (taken === arm) return text;
  if (taken !== undefined) return undefined;
  return { pieces: text.pieces, choices: new Map([...text.choices, [branch, arm]]) };
}

/** The two sets of choices together, or undefined when they took different arms somewhere. */
export function mergeChoices(a: Choices, b: Choices): Choices | undefined {
  if (a.size === 0 || a === b) return b;
  if (b.size === 0) return a;
  const merged = new Map(a);
  for (const [branch, arm] of b) {
    const taken = merged.get(branch);
    if (taken !== undefined && taken !== arm) return undefined;
    merged.set(branch, arm);
  }
  return merged;
}

/** One text after the other; undefined when they cannot occur together. Adjacent literals without places are joined. */
export function concat(a: Text, b: Text): Text | undefined {
  const choices = mergeChoices(a.choices, b.choices);
  if (choices === undefined) return undefined;
  if (b.pieces.length === 0) return { pieces: a.pieces, choices };
  if (a.pieces.length === 0) return { pieces: b.pieces, choices };
  const last = a.pieces.at(-1);
  const first = b.pieces[0];
  if (last?.kind === 'literal' && first?.kind === 'literal' && last.map === undefined && first.map === undefined) {
    return {
      pieces: [...a.pieces.slice(0, -1), { kind: 'literal', value: last.value + first.value }, ...b.pieces.slice(1)],
      choices,
    };
  }
  return { pieces: [...a.pieces, ...b.pieces], choices };
}

/** Every combination of the given parts that can occur together, in order; more than `MAX_ALTERNATIVES` become one hole. */
export function concatAll(parts: readonly Alternatives[]): Alternatives {
  let texts: readonly Text[] = [EMPTY];
  for (const part of parts) {
    const next: Text[] = [];
    for (const text of texts) {
      for (const alternative of part) {
        const joined = concat(text, alternative);
        if (joined !== undefined) next.push(joined);
      }
    }
    if (next.length > MAX_ALTERNATIVES) return [TOO_MANY];
    if (next.length > 0) texts = next;
  }
  return texts;
}

const TOO_MANY: Text = hole('…', 'it has too many possible values');

/** The alternatives without repetitions; more than `MAX_ALTERNATIVES` become one hole. */
export function unite(...groups: readonly Alternatives[]): Alternatives {
  const seen = new Map<string, Text>();
  for (const text of groups.flat()) {
    const key = `${render(text)}\0${[...text.choices].map(([branch, arm]) => `${branch}=${arm}`).join()}`;
    if (!seen.has(key)) seen.set(key, text);
  }
  return seen.size > MAX_ALTERNATIVES ? [TOO_MANY] : [...seen.values()];
}

/** The whole string, if every piece is known. */
export function known(text: Text): string | undefined {
  let value = '';
  for (const piece of text.pieces) {
    if (piece.kind === 'hole') return undefined;
    value += piece.value;
  }
  return value;
}

/** The whole string, if there is one alternative (or all have the same value) and it is known. */
export function knownOnly(alternatives: Alternatives): string | undefined {
  const [first, ...others] = alternatives.map(known);
  return first !== undefined && others.every((other) => other === first) ? first : undefined;
}

/** The known characters before the first hole. */
export function knownPrefix(text: Text): string {
  let value = '';
  for (const piece of text.pieces) {
    if (piece.kind === 'hole') break;
    value += piece.value;
  }
  return value;
}

/** The known characters after the last hole. */
export function knownSuffix(text: Text): string {
  let value = '';
  for (const piece of text.pieces) value = piece.kind === 'hole' ? '' : value + piece.value;
  return value;
}

export function holesOf(text: Text): readonly Hole[] {
  return text.pieces.filter((piece) => piece.kind === 'hole');
}

/** For people: literals as they are, holes as `${name}`. */
export function render(text: Text): string {
  return text.pieces
    .map((piece) => (piece.kind === 'literal' ? piece.value : `\${${piece.name.replace(/^\$\{?|\}$/g, '')}}`))
    .join('');
}

/** Whether the string is certainly empty, certainly not, or either. */
export function emptiness(text: Text): 'empty' | 'not-empty' | 'either' {
  if (text.pieces.some((piece) => piece.kind === 'literal' && piece.value !== '')) return 'not-empty';
  return text.pieces.some((piece) => piece.kind === 'hole') ? 'either' : 'empty';
}

/** The part from `start` (UTF-16 units counted over known characters; only before the first hole), pieces and places kept. */
export function dropStart(text: Text, start: number): Text {
  let left = start;
  const pieces: Piece[] = [];
  for (const piece of text.pieces) {
    if (left === 0 || piece.kind === 'hole') {
      pieces.push(piece);
      continue;
    }
    if (piece.value.length <= left) {
      left -= piece.value.length;
      continue;
    }
    const value = piece.value.slice(left);
    pieces.push(
      piece.map === undefined
        ? { kind: 'literal', value }
        : { kind: 'literal', value, map: piece.map.slice(left, piece.value.length) },
    );
    left = 0;
  }
  return { pieces, choices: text.choices };
}
