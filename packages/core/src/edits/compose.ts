import type { Document } from '../document/document.ts';
import type { OffsetMap } from '../document/offset-map.ts';
import { applyEdits, inOrder, type TextEdit } from './apply.ts';
import type { Edit } from './fix.ts';

/**
 * Edits of an embedded text as edits of the files that it stands in, each way to write them that may be right, the likeliest first; none when
 * they cannot be written. How its hosts write a character is learned from the document itself: where `"` stands as `\"` and a line's end as `\n`,
 * or as the end of one array element and the beginning of the next, there new ones stand likewise. What the document shows no example of is
 * guessed, so the caller has to read the result again. `escapes`: what is known of a host that reads characters as they are, too, where it should not.
 */
export function composeEdits(
  document: Pick<Document, 'text' | 'map'>,
  edits: readonly TextEdit[],
  textOf: (path: string) => string,
  escapes: ReadonlyMap<string, string> = new Map(),
): readonly (readonly Edit[])[] {
  const encoded = insideEncoding(document, edits, textOf);
  if (encoded !== undefined) return [encoded];
  const learned = learn(document, textOf);
  const writing: Writing = {
    copied: new Set([...learned.copied].filter((character) => !escapes.has(character))),
    escaped: new Map([...learned.escaped, ...escapes]),
  };
  const ways: (readonly Edit[])[] = [];
  const seen = new Set<string>();
  for (const guess of GUESSES) {
    const way = inOrder(edits).map((edit) => composeEdit(document, edit, writing, guess, textOf));
    const whole = way.filter((edit) => edit !== undefined);
    if (whole.length < way.length) continue;
    const key = JSON.stringify(whole);
    if (!seen.has(key)) ways.push(whole);
    seen.add(key);
  }
  return ways;
}

/** How hosts write characters that have a meaning to them: nothing special, strings of JSON and YAML, those inside another string, Make and systemd, here-documents, XML. */
const GUESSES: readonly ReadonlyMap<string, string>[] = [
  new Map(),
  new Map([
    ['"', '\\"'],
    ['\\', '\\\\'],
  ]),
  new Map([['"', '\\\\\\"']]),
  new Map([['$', '$$']]),
  new Map([
    ['$', '$$'],
    ['"', '\\"'],
  ]),
  new Map([['$', '\\$']]),
  new Map([
    ['$', '\\$'],
    ['"', '\\"'],
  ]),
  new Map([
    ['"', '&quot;'],
    ['&', '&amp;'],
    ['>', '&gt;'],
  ]),
];

interface Writing {
  /** Characters that stand in the file as they are. */
  readonly copied: ReadonlySet<string>;
  /** Characters that stand as something else. */
  readonly escaped: ReadonlyMap<string, string>;
}

function learn({ text, map }: Pick<Document, 'text' | 'map'>, textOf: (path: string) => string): Writing {
  const copied = new Set<string>();
  const escaped = new Map<string, string>();
  for (const segment of map.segments) {
    const inner = text.slice(segment.inner, segment.inner + segment.length);
    const outer = textOf(segment.path).slice(segment.outer, segment.outer + segment.outerLength);
    if (segment.length === segment.outerLength) {
      for (let index = 0; index < inner.length; index++) {
        if (inner[index] === outer[index]) copied.add(inner.charAt(index));
        else escaped.set(inner.charAt(index), outer.charAt(index));
      }
    } else if (/^.$/su.test(inner) && outer !== '') escaped.set(inner, outer);
  }
  return { copied, escaped };
}

function composeEdit(
  document: Pick<Document, 'text' | 'map'>,
  edit: TextEdit,
  writing: Writing,
  guess: ReadonlyMap<string, string>,
  textOf: (path: string) => string,
): Edit | undefined {
  const { map } = document;
  const isInsertion = edit.start === edit.end;
  // What is added to a word stays with it, what is put before a command stays with that.
  const isAddition = isInsertion && /^[ ;]/.test(edit.text) && edit.start > 0;
  const from = isAddition ? endOfCharacter(document, edit.start) : map.at(edit.start);
  if (splitsRun(map, edit.start) || splitsRun(map, edit.end)) return undefined;
  let text = '';
  for (const character of edit.text.replaceAll('\r\n', '\n')) {
    const written =
      character === '\n' ? lineBreak(document, edit.start, textOf) : writeCharacter(character, writing, guess);
    if (written === undefined) return undefined;
    text += written;
  }
  if (isInsertion) return { path: from.path, start: from.offset, end: from.offset, text };
  const range = map.range(edit.start, edit.end);
  const end = endOfCharacter(document, edit.end);
  return end.path === range.path && end.offset === range.end ? { ...range, text } : undefined;
}

function writeCharacter(character: string, { copied, escaped }: Writing, guess: ReadonlyMap<string, string>): string {
  if (copied.has(character)) return character;
  return escaped.get(character) ?? guess.get(character) ?? character;
}

/** Whether an offset lies within a run of several characters that stands for something else as a whole. */
function splitsRun(map: OffsetMap, offset: number): boolean {
  return map.segments.some(
    (segment) =>
      segment.length !== segment.outerLength && segment.inner < offset && offset < segment.inner + segment.length,
  );
}

/** The place behind the character before `offset`. */
function endOfCharacter(
  { text, map }: Pick<Document, 'text' | 'map'>,
  offset: number,
): { readonly path: string; readonly offset: number } {
  const length = /[\uDC00-\uDFFF]/.test(text.charAt(offset - 1)) ? 2 : 1;
  const range = map.range(offset - length, offset);
  return { path: range.path, offset: range.end };
}

/** What stands between two lines of the text in its file, taken from the line break nearest to `offset`; undefined where there is none to learn from. */
function lineBreak(
  document: Pick<Document, 'text' | 'map'>,
  offset: number,
  textOf: (path: string) => string,
): string | undefined {
  const { text, map } = document;
  const before: number[] = [];
  const after: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) (at < offset ? before : after).push(at);
  for (const at of [...before.reverse(), ...after]) {
    const next = text.charAt(at + 1);
    if (next === '' || next === '\n' || next === '\r') continue;
    const previous = text.charAt(at - 1);
    const from = at > 0 && previous !== '\n' && previous !== '\r' ? endOfCharacter(document, at) : map.at(at);
    const to = map.at(at + 1);
    const gap = textOf(from.path).slice(from.offset, to.offset);
    if (from.path === to.path && from.offset < to.offset && /[\n\\,]/.test(gap))
      return previous === '\r' ? `\r${gap}` : gap;
  }
  // A text of one line: the next one is indented as it is.
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const { path, offset: outer } = map.at(lineStart);
  const file = textOf(path);
  const indent = file.slice(file.lastIndexOf('\n', outer - 1) + 1, outer);
  return /^[ \t]*$/.test(indent) ? `${file.includes('\r\n') ? '\r\n' : '\n'}${indent}` : undefined;
}

/** Edits of a text that stands in the file in base64: all of it is written anew. */
function insideEncoding(
  { text, map }: Pick<Document, 'text' | 'map'>,
  edits: readonly TextEdit[],
  textOf: (path: string) => string,
): readonly Edit[] | undefined {
  const { path, start, end } = map.range(0, text.length);
  if (end - start < (text.length * 4) / 3) return undefined;
  const file = textOf(path);
  const padding = /^\s*={0,2}/.exec(file.slice(end))?.[0].trimEnd().length ?? 0;
  const outer = file.slice(start, end + padding);
  const packed = outer.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]{8,}={0,2}$/.test(packed) || toBase64(text) !== packed) return undefined;
  const encoded = toBase64(applyEdits(text, edits));
  const [first = '', another] = outer.split(/\s+/);
  const separator = /\s+/.exec(outer)?.[0];
  const lines =
    another === undefined ? [encoded] : (encoded.match(new RegExp(`.{1,${String(first.length)}}`, 'g')) ?? []);
  return [{ path, start, end: end + padding, text: lines.join(separator ?? '') }];
}

function toBase64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
