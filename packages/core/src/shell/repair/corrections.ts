import type { Document } from '../../document/document.ts';
import { innerRange } from '../../document/inner-range.ts';
import type { TextEdit } from '../../edits/apply.ts';
import type { Subject } from '../../edits/plan.ts';
import type { RequestHeader } from '../../facts/request.ts';
import {
  isMisspeltHeader,
  isTtlHeader,
  isValidTtl,
  TOKEN_HEADER,
  TTL_HEADER,
  TTL_SECONDS,
} from '../../imds/headers.ts';
import { known, type Text } from '../../text/text.ts';
import type { CommandLine } from './writing.ts';

/** Gives a misspelt token header its right name. Undefined: there is none; a text says why it is left as it is. */
export function correctMisspeltHeader(
  document: Document,
  { request }: Subject,
): readonly TextEdit[] | string | undefined {
  const names = request.variants.flatMap(({ headers }) => headers).flatMap(misspeltName);
  if (names.length === 0) return undefined;
  const edits = names.map((name) => replacement(document, name, TOKEN_HEADER));
  const found = edits.filter((edit) => edit !== undefined);
  return found.length === edits.length ? distinct(found) : 'the name of its token header is put together elsewhere';
}

export interface Correction {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly TextEdit[];
}

/** Corrects a token request that the service refuses; a text says why it is left as it is. */
export function correctTokenRequest(
  document: Document,
  { request, judgement }: Subject,
  line: CommandLine,
): Correction | string {
  const { text } = document;
  const headers = request.variants.flatMap((variant) => variant.headers);
  const misspelt = headers.flatMap(misspeltName);
  const ttl = headers.find((header) => isTtlHeader(known(header.name) ?? ''));
  const edits: (TextEdit | undefined)[] = [];
  let safe = true;
  if (ttl === undefined && misspelt.length > 0) {
    edits.push(...misspelt.map((name) => replacement(document, name, TTL_HEADER)));
  } else if (ttl === undefined) {
    safe = false;
    edits.push(
      optionBehind(line, `${line.client === 'wget' ? '--header=' : '-H '}"${TTL_HEADER}: ${String(TTL_SECONDS.max)}"`),
    );
  } else if (!isValidTtl(known(ttl.value) ?? '1')) {
    edits.push(replacement(document, ttl.value, String(TTL_SECONDS.max)));
  }
  if (judgement.method !== 'PUT' && judgement.method !== 'unknown') {
    safe = false;
    edits.push(methodEdit(line, text));
  }
  const { pos, end } = line.command;
  const dated = /\/(?:\d{4}-\d\d-\d\d|1\.0)(?=\/api\/token)/.exec(text.slice(pos, end));
  if (dated !== null) {
    safe = false;
    edits.push({ start: pos + dated.index, end: pos + dated.index + dated[0].length, text: '/latest' });
  }
  if (edits.length === 0) return 'what is wrong with the token request is not one of the known mistakes';
  const found = edits.filter((edit) => edit !== undefined);
  if (found.length < edits.length) return 'what is wrong with the token request stands elsewhere';
  return { title: 'Correct the token request', safe, edits: distinct(found) };
}

function misspeltName(header: RequestHeader): readonly Text[] {
  const name = known(header.name);
  return name !== undefined && isMisspeltHeader(name) ? [header.name] : [];
}

/** Replaces a text that stands in the document in one piece. */
function replacement(document: Document, value: Text, by: string): TextEdit | undefined {
  const [piece, another] = value.pieces;
  if (piece?.kind !== 'literal' || piece.map === undefined || another !== undefined) return undefined;
  const range = innerRange(document.map, piece.map.range(0, piece.value.length));
  if (range === undefined || document.text.slice(range.start, range.end).trim() !== piece.value.trim())
    return undefined;
  const written = document.text.slice(range.start, range.end);
  const blanks = written.length - written.trimEnd().length;
  return { start: range.start, end: range.end - blanks, text: by };
}

function methodEdit({ words, program, client }: CommandLine, text: string): TextEdit {
  const at = words.findIndex((word) => /^(?:-\w*X|--request|--method)$/.test(word.value));
  const value = words[at + 1];
  if (at !== -1 && value !== undefined) return { start: value.pos, end: value.end, text: 'PUT' };
  const joined = words.find((word) => /^(?:-X|--request=|--method=)./.test(word.value));
  if (joined !== undefined) {
    const written = text.slice(joined.pos, joined.end);
    const head = /^(?:-X|--request=|--method=)/.exec(written)?.[0] ?? '';
    return { start: joined.pos + head.length, end: joined.end, text: 'PUT' };
  }
  return { start: program.end, end: program.end, text: client === 'wget' ? ' --method=PUT' : ' -X PUT' };
}

function optionBehind({ program }: CommandLine, option: string): TextEdit {
  return { start: program.end, end: program.end, text: ` ${option}` };
}

function distinct(edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.filter(
    (edit, index) => edits.findIndex((other) => other.start === edit.start && other.end === edit.end) === index,
  );
}
