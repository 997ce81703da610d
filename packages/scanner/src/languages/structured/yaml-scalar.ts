import { MappedTextBuilder, type MappedText } from 'imdsv2-core';

/**
 * Decoding of YAML scalars with the place of every character (YAML 1.2 §7.3 and §8.1). The `yaml` package decodes too but keeps no places; a test
 * compares the two on generated documents, and `readYaml` falls back to the scalar's whole range wherever they differ.
 *
 * All offsets are those of `host.text`, quotes included in `start..end`.
 */

/** An unquoted scalar: lines are folded. */
export function decodePlain(host: MappedText, start: number, end: number): MappedText {
  const builder = new MappedTextBuilder();
  unfold(host, start, end, builder, (from, to) => builder.copy(host, from, to));
  return builder.build();
}

/** A scalar in single quotes: lines are folded, `''` is one quote. */
export function decodeSingleQuoted(host: MappedText, start: number, end: number): MappedText {
  const builder = new MappedTextBuilder();
  unfold(host, start + 1, end - 1, builder, (from, to) => {
    let run = from;
    for (let at = host.text.indexOf("''", from); at !== -1 && at + 1 < to; at = host.text.indexOf("''", at + 2)) {
      builder.copy(host, run, at).decoded("'", host, at, at + 2);
      run = at + 2;
    }
    builder.copy(host, run, to);
  });
  return builder.build();
}

const BLANK = /[ \t]/;

/** Folds `start..end`: a line break between lines of text is a space, each further one a line break. */
function unfold(
  host: MappedText,
  start: number,
  end: number,
  builder: MappedTextBuilder,
  copy: (from: number, to: number) => void,
): void {
  const { text } = host;
  const breaks: number[] = [];
  for (let line = start, isFirst = true; ; isFirst = false) {
    const newline = text.indexOf('\n', line);
    const isLast = newline === -1 || newline >= end;
    let from = line;
    let to = isLast ? end : newline;
    if (!isFirst) while (from < to && BLANK.test(text.charAt(from))) from++;
    if (!isLast) {
      if (to > from && text[to - 1] === '\r') to--;
      while (to > from && BLANK.test(text.charAt(to - 1))) to--;
    }
    if (!isFirst && (isLast || to > from)) {
      if (breaks.length === 1) builder.decoded(' ', host, breaks[0] ?? line, (breaks[0] ?? line) + 1);
      else for (const at of breaks.slice(1)) builder.copy(host, at, at + 1);
      breaks.length = 0;
    }
    copy(from, to);
    if (isLast) return;
    breaks.push(newline);
    line = newline + 1;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const CODE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** A scalar in double quotes: lines are folded, backslash escapes are decoded; an unknown escape stays as it is. */
export function decodeDoubleQuoted(host: MappedText, start: number, end: number): MappedText {
  const { text } = host;
  const stop = end - 1;
  const builder = new MappedTextBuilder();
  let run = start + 1;
  let at = run;
  const flush = (to: number): void => void builder.copy(host, run, to);
  while (at < stop) {
    const character = text[at];
    if (character === '\\') {
      flush(at);
      const past = afterEscape(host, at, end, builder);
      run = at = past;
    } else if (character === ' ' || character === '\t' || character === '\r' || character === '\n') {
      let next = at;
      while (next < stop && BLANK.test(text.charAt(next))) next++;
      const isBreak = next < stop && (text[next] === '\n' || (text[next] === '\r' && text[next + 1] === '\n'));
      if (isBreak) {
        flush(at);
        run = at = afterBreak(host, text[next] === '\r' ? next + 1 : next, stop, builder);
      } else {
        at = Math.max(next, at + 1);
      }
    } else {
      at++;
    }
  }
  flush(Math.max(run, stop));
  return builder.build();
}

/** Decodes the escape whose backslash stands at `at`; gives the offset behind it. */
function afterEscape(host: MappedText, at: number, end: number, builder: MappedTextBuilder): number {
  const { text } = host;
  const next = text.charAt(at + 1);
  const simple = ESCAPES[next];
  if (simple !== undefined) {
    builder.decoded(simple, host, at, at + 2);
    return at + 2;
  }
  if (next === '\n' || (next === '\r' && text[at + 2] === '\n')) {
    let past = at + (next === '\n' ? 2 : 3);
    while (BLANK.test(text.charAt(past))) past++;
    return past;
  }
  const length = CODE_LENGTHS[next];
  if (length === undefined) {
    builder.copy(host, at, at + 2);
    return at + 2;
  }
  const digits = text.slice(at + 2, Math.min(at + 2 + length, end));
  const code = digits.length === length && /^[0-9a-f]+$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  const past = at + 2 + length;
  if (code <= 0x10ffff) builder.decoded(String.fromCodePoint(code), host, at, past);
  else builder.copy(host, at, Math.min(past, end));
  return past;
}

/** Folds the line break at `newline` and the blank lines that follow; gives the offset of the next text. */
function afterBreak(host: MappedText, newline: number, stop: number, builder: MappedTextBuilder): number {
  const { text } = host;
  let at = newline + 1;
  let blankLines = 0;
  for (; at <= stop; at++) {
    const character = text.charAt(at);
    if (character === '\n') {
      builder.copy(host, at, at + 1);
      blankLines++;
    } else if (!(BLANK.test(character) || (character === '\r' && text[at + 1] === '\n'))) {
      break;
    }
  }
  if (blankLines === 0) builder.decoded(' ', host, newline, newline + 1);
  return at;
}

/** How a block scalar is written: what its header says, and where its lines stand. */
export interface BlockScalar {
  readonly folded: boolean;
  readonly chomp: '' | '-' | '+';
  /** Columns of indentation to take off, if the header says so; else the first line of text decides. */
  readonly explicitIndent?: number;
  /** The lines, without the header. */
  readonly start: number;
  readonly end: number;
}

/** A literal (`|`) or folded (`>`) block scalar. */
export function decodeBlock(host: MappedText, block: BlockScalar): MappedText {
  const builder = new MappedTextBuilder();
  const lines = linesOf(host.text, block);
  // Trailing lines without text are for the chomping indicator to decide.
  let kept = lines.length;
  while (kept > 0 && (lines[kept - 1]?.isBlank ?? false)) kept--;
  if (kept === 0) {
    if (block.chomp !== '+' || lines.length === 0) return builder.build();
    if (lines.length === 1) return builder.synthetic('\n', host, block.end).build();
    for (const line of lines.slice(0, -1)) builder.copy(host, line.end, line.end + 1);
    return builder.build();
  }
  const first = lines.findIndex((line) => !line.isBlank);
  const trim = block.explicitIndent ?? lines[first]?.indent ?? 0;
  for (let index = lines.length - 1; index >= kept; index--) {
    if ((lines[index]?.indent ?? 0) > trim) kept = index + 1;
  }
  for (const line of lines.slice(0, first))
    builder
      .copy(host, line.start + Math.min(trim, line.indent), line.start + line.indent)
      .copy(host, line.end, line.end + 1);
  const body = lines.slice(first, kept);
  if (block.folded) fold(host, body, trim, builder);
  else {
    body.forEach((line, index) => {
      const before = body[index - 1];
      if (before !== undefined) builder.copy(host, before.end, before.end + 1);
      builder.copy(host, line.start + Math.min(trim, line.indent), line.textEnd);
    });
  }
  const rest = lines.slice(kept);
  const last = lines[kept - 1];
  const ending = (line: Line | undefined): void => {
    if (line !== undefined && line.end < block.end) builder.copy(host, line.end, line.end + 1);
    else builder.synthetic('\n', host, block.end);
  };
  if (block.chomp === '') ending(last);
  if (block.chomp === '+') {
    let before = last;
    for (const line of rest) {
      ending(before);
      builder.copy(host, line.start + Math.min(trim, line.indent), line.start + line.indent);
      before = line;
    }
    if (rest.length === 0 || (rest.at(-1)?.indent ?? 0) > trim) builder.synthetic('\n', host, block.end);
  }
  return builder.build();
}

interface Line {
  readonly start: number;
  /** Leading spaces. */
  readonly indent: number;
  /** Without a carriage return. */
  readonly textEnd: number;
  /** The line break, or the block's end. */
  readonly end: number;
  /** Nothing but leading spaces. */
  readonly isBlank: boolean;
}

function linesOf(text: string, { start, end }: BlockScalar): readonly Line[] {
  if (start >= end) return [];
  const lines: Line[] = [];
  for (let at = start; ;) {
    const newline = text.indexOf('\n', at);
    const stop = newline === -1 || newline >= end ? end : newline;
    let indent = 0;
    while (at + indent < stop && text[at + indent] === ' ') indent++;
    const textEnd = stop > at + indent && text[stop - 1] === '\r' ? stop - 1 : stop;
    lines.push({ start: at, indent, textEnd, end: stop, isBlank: textEnd === at + indent });
    if (stop === end) return lines;
    at = stop + 1;
  }
}

/** Folds the lines of a `>` scalar: line breaks around more-indented lines stay (YAML 1.2 §8.1.3). */
function fold(host: MappedText, lines: readonly Line[], trim: number, builder: MappedTextBuilder): void {
  let separator: '' | ' ' | '\n' | '\n\n' = '';
  let wasMoreIndented = false;
  /** Line breaks since the last text, of which the separator takes the last. */
  const breaks: number[] = [];
  const separate = (): void => {
    const places = breaks.slice(-separator.length);
    for (let index = 0; index < separator.length; index++) {
      const at = places[index] ?? breaks.at(-1) ?? 0;
      builder.decoded(separator.charAt(index), host, at, at + 1);
    }
    breaks.length = 0;
  };
  lines.forEach((line, index) => {
    const before = lines[index - 1];
    if (before !== undefined) breaks.push(before.end);
    const from = line.start + Math.min(trim, line.indent);
    if (line.indent > trim || host.text[line.start + line.indent] === '\t') {
      if (separator === ' ') separator = '\n';
      else if (!wasMoreIndented && separator === '\n') separator = '\n\n';
      separate();
      builder.copy(host, from, line.textEnd);
      separator = '\n';
      wasMoreIndented = true;
    } else if (line.isBlank) {
      if (separator === '\n') {
        const at = breaks.at(-2) ?? breaks.at(-1) ?? line.start;
        builder.decoded('\n', host, at, at + 1);
      } else {
        separator = '\n';
      }
    } else {
      separate();
      builder.copy(host, from, line.textEnd);
      separator = ' ';
      wasMoreIndented = false;
    }
  });
}
