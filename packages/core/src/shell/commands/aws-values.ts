import { hasHole, holeCharacter } from '../../document/document.ts';
import { known, type Text } from '../../text/text.ts';

/** A value of an option of the AWS CLI: JSON, shorthand, or a plain string. Holes stand in strings as placeholders. */
export type CliValue = string | number | boolean | null | readonly CliValue[] | { readonly [key: string]: CliValue };

/** What an option's value says; `unknown`: why it cannot be told. */
export type Reading = { readonly value: CliValue } | { readonly unknown: string };

/** Holes of a text as characters, with the holes in the order of their characters. */
export function flatten(text: Text): string {
  let index = 0;
  return text.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : holeCharacter(index++))).join('');
}

/** The hole that a placeholder of `flatten` stands for. */
export function holeIn(text: Text, flat: string): Text['pieces'][number] | undefined {
  const character = /[\u{F0000}-\u{FFFFD}]/u.exec(flat)?.[0].codePointAt(0);
  return character === undefined
    ? undefined
    : text.pieces.filter((piece) => piece.kind === 'hole')[character - 0xf0000];
}

/** Reads the words of one option. */
export function readValue(words: readonly Text[]): Reading {
  const flats = words.map(flatten);
  const [first = ''] = flats;
  if (words.length === 1 && words[0]?.pieces.length === 1 && hasHole(first) && known(words[0]) === undefined)
    return { unknown: `${shownHole(words[0])} is not known` };
  if (/^\s*[[{]/.test(first)) {
    try {
      return { value: JSON.parse(flats.join(' ')) as CliValue };
    } catch {
      const hole = words.find((word) => known(word) === undefined);
      if (/^\s*\{\s*"/.test(first) || hole !== undefined)
        return { unknown: hole === undefined ? 'its JSON cannot be read' : `${shownHole(hole)} stands in its JSON` };
    }
  }
  if (/^[\w.]+=/.test(first)) {
    const parts = flats.map(shorthand);
    return { value: parts.length === 1 ? (parts[0] ?? '') : parts };
  }
  return { value: flats.length === 1 ? first : flats };
}

export function shownHole(text: Text): string {
  return text.pieces.find((piece) => piece.kind === 'hole')?.name ?? 'a value';
}

/** `a=b,c={d=e,f=[g,h]}` of the CLI's shorthand syntax. */
function shorthand(text: string): CliValue {
  const reader = new ShorthandReader(text);
  return reader.pairs('');
}

class ShorthandReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  pairs(end: string): CliValue {
    const object: Record<string, CliValue> = {};
    while (this.#at < this.#text.length && this.#text[this.#at] !== end) {
      const equals = this.#text.indexOf('=', this.#at);
      if (equals === -1) break;
      const key = this.#text
        .slice(this.#at, equals)
        .replace(/^[,\s]+/, '')
        .trim();
      this.#at = equals + 1;
      const value = this.#value(end);
      // `a=1,2,3`: words without a key belong to the list before them.
      const more: CliValue[] = [value];
      while (
        this.#text[this.#at] === ',' &&
        !/^,\s*[\w.]+=/.test(this.#text.slice(this.#at)) &&
        this.#at < this.#text.length
      ) {
        this.#at += 1;
        more.push(this.#value(end));
      }
      object[key] = more.length === 1 ? value : more;
      if (this.#text[this.#at] === ',') this.#at += 1;
    }
    if (end !== '') this.#at += 1;
    return object;
  }

  #value(end: string): CliValue {
    const character = this.#text[this.#at];
    if (character === '{') {
      this.#at += 1;
      return this.pairs('}');
    }
    if (character === '[') {
      this.#at += 1;
      const list: CliValue[] = [];
      while (this.#at < this.#text.length && this.#text[this.#at] !== ']') {
        list.push(this.#value(']'));
        if (this.#text[this.#at] === ',') this.#at += 1;
      }
      this.#at += 1;
      return list;
    }
    if (character === '"' || character === "'") {
      const close = this.#text.indexOf(character, this.#at + 1);
      const stop = close === -1 ? this.#text.length : close;
      const value = this.#text.slice(this.#at + 1, stop);
      this.#at = stop + 1;
      return value;
    }
    const from = this.#at;
    while (this.#at < this.#text.length && this.#text[this.#at] !== ',' && (end === '' || this.#text[this.#at] !== end))
      this.#at += 1;
    return this.#text.slice(from, this.#at);
  }
}

/** The member that a path leads to; every one where it goes through lists. Names compare without case, as people mix the spellings of the CLI and of JSON. */
export function membersAt(value: CliValue, path: readonly string[]): readonly CliValue[] {
  const [head, ...rest] = path;
  if (head === undefined) return [value];
  if (head === '[]') return (isList(value) ? value : [value]).flatMap((element) => membersAt(element, rest));
  if (isList(value)) return value.flatMap((element) => membersAt(element, path));
  if (typeof value !== 'object' || value === null) return [];
  const key = Object.keys(value).find((name) => name.toLowerCase() === head.toLowerCase());
  const member = key === undefined ? undefined : value[key];
  return member === undefined ? [] : membersAt(member, rest);
}

function isList(value: CliValue): value is readonly CliValue[] {
  return Array.isArray(value);
}

/** A value as people write it on a command line. */
export function stringOf(value: CliValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
