import {
  holeCharacter,
  MappedTextBuilder,
  sliceMapped,
  type Document,
  type DocumentHole,
  type MappedText,
} from 'imdsv2-core';
import type { Syntax } from './syntaxes.ts';

/** A string of a program. Offsets are those of the document's text, quotes included. */
export interface StringLiteral {
  /** Decoded; expressions inside are holes. */
  readonly text: MappedText;
  readonly start: number;
  readonly end: number;
  /** The code before it on its line (and the line before, if it begins one). */
  readonly before: string;
}

export interface Literals {
  readonly strings: readonly StringLiteral[];
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  /** The document's, then those of the strings. */
  readonly holes: readonly DocumentHole[];
}

/** Shorter strings hold no command that asks for anything. */
const LEAST = 12;

export function literalsOf(document: Document, syntax: Syntax): Literals {
  const { text } = document;
  const strings: StringLiteral[] = [];
  const comments: { start: number; end: number }[] = [];
  const holes = [...document.holes];
  const bodies = syntax.heredocs === true ? heredocs(text) : [];
  for (const { start, end, isRaw, opener } of bodies) {
    const mapped = isRaw ? sliceMapped(document, start, end) : decode(document, start, end, syntax.holes, true, holes);
    strings.push({ text: mapped, start, end, before: beforeOf(text, opener) });
  }
  for (const match of text.matchAll(syntax.tokens)) {
    const end = match.index + match[0].length;
    if (bodies.some((body) => match.index >= body.start && match.index < body.end)) continue;
    const groups = match.groups ?? {};
    if (groups['comment'] !== undefined) {
      comments.push({ start: match.index, end });
      continue;
    }
    const [kind, value] = Object.entries<string | undefined>(groups).find(([, text]) => text !== undefined) ?? [];
    if (value === undefined || value.length < LEAST) continue;
    const start = match.index + match[0].indexOf(value);
    const mapped =
      kind === 'raw'
        ? sliceMapped(document, start, start + value.length)
        : decode(
            document,
            start,
            start + value.length,
            kind === 'single' || kind === 'plain' ? undefined : syntax.holes,
            kind !== 'single',
            holes,
          );
    strings.push({
      text: mapped,
      start: match.index,
      end,
      before: kind === 'command' || match[0].startsWith('%x') ? 'system(' : beforeOf(text, match.index),
    });
  }
  return { strings, comments, holes };
}

function beforeOf(text: string, at: number): string {
  return text.slice(Math.max(0, at - 120), at).replace(/[^]*\n(?=[^\n]*\n)/, '');
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  "'": "'",
  '\\': '\\',
  $: '$',
  '`': '`',
  '\n': '',
};

/** Undoes backslash escapes and puts holes for expressions. `all`: else only quotes and backslashes are escapes. */
function decode(
  document: Document,
  start: number,
  end: number,
  expressions: RegExp | undefined,
  all: boolean,
  holes: DocumentHole[],
): MappedText {
  const { text } = document;
  const builder = new MappedTextBuilder();
  const body = text.slice(start, end);
  const source = `\\\\(?:u[\\da-fA-F]{4}|[^])${expressions === undefined ? '' : `|${expressions.source}`}`;
  let from = start;
  for (const match of body.matchAll(new RegExp(source, 'g'))) {
    const at = start + match.index;
    const whole = match[0];
    if (whole.startsWith('\\')) {
      const value =
        whole.length > 2 ? String.fromCharCode(Number.parseInt(whole.slice(2), 16)) : ESCAPES[whole[1] ?? ''];
      if (value === undefined || (!all && !/^\\['\\]$/.test(whole))) continue;
      builder.copy(document, from, at).decoded(value, document, at, at + whole.length);
    } else {
      holes.push({
        hole: {
          kind: 'hole',
          name: whole,
          why: 'the program puts it in',
          location: document.map.range(at, at + whole.length),
          mayBeEmpty: true,
        },
        values: [],
      });
      builder.copy(document, from, at).decoded(holeCharacter(holes.length - 1), document, at, at + whole.length);
    }
    from = at + whole.length;
  }
  return builder.copy(document, from, end).build();
}

/** Bodies of `<<~NAME`, `<<-NAME`, `<<NAME` (Ruby, Perl) and `<<<NAME` (PHP), without their last line. */
function heredocs(text: string): readonly { start: number; end: number; isRaw: boolean; opener: number }[] {
  const found: { start: number; end: number; isRaw: boolean; opener: number }[] = [];
  for (const match of text.matchAll(/<<<?([~-]?)(['"]?)([A-Z_][A-Za-z\d_]*)\2(?=[^\n]*\n)/g)) {
    if (found.some((body) => match.index >= body.start && match.index < body.end)) continue;
    const start = text.indexOf('\n', match.index) + 1;
    const close = new RegExp(`^[ \\t]*${match[3] ?? ''}\\b`, 'm').exec(text.slice(start));
    if (close !== null) found.push({ start, end: start + close.index, isRaw: match[2] === "'", opener: match.index });
  }
  return found;
}
