import { MappedTextBuilder, type Location, type MappedText } from 'imdsv2-core';
import type { Expression, TemplatePart } from './syntax.ts';

/**
 * The pieces of a template in the order in which they stand, before strip markers and indentation are dealt with.
 * In a heredoc and in a template file every line is a literal of its own, as HCL scans it: `~` eats white space up to
 * the end of one literal only.
 */
export type TemplateToken =
  | { readonly kind: 'text'; text: MappedText }
  | (Marked & { readonly kind: 'interpolation'; readonly value: Expression })
  | (Marked & { readonly kind: 'if'; readonly condition: Expression })
  | (Marked & { readonly kind: 'else' | 'endif' | 'endfor' })
  | (Marked & {
      readonly kind: 'for';
      readonly keyName: string | undefined;
      readonly valueName: string;
      readonly collection: Expression;
    });

interface Marked {
  readonly at: Location;
  readonly trimBefore: boolean;
  readonly trimAfter: boolean;
}

/** Puts tokens together: strips, takes the indentation of `<<-` away, nests directives. */
export function assembleTemplate(
  tokens: readonly TemplateToken[],
  options: { readonly flush: boolean },
): readonly TemplatePart[] {
  const stripped = strip(tokens);
  if (options.flush) takeIndentationAway(stripped);
  return nest(stripped);
}

function strip(tokens: readonly TemplateToken[]): TemplateToken[] {
  return tokens.map((token, index) => {
    if (token.kind !== 'text') return token;
    const before = tokens[index - 1];
    const after = tokens[index + 1];
    let text = token.text;
    if (before !== undefined && before.kind !== 'text' && before.trimAfter)
      text = drop(text, leadingSpace(text.text), text.text.length);
    if (after !== undefined && after.kind !== 'text' && after.trimBefore)
      text = drop(text, 0, text.text.trimEnd().length);
    return { kind: 'text', text };
  });
}

/** The smallest indentation of the lines (blank ones do not count) is taken from each: `<<-`. */
function takeIndentationAway(tokens: TemplateToken[]): void {
  const beginnings: { token: Extract<TemplateToken, { kind: 'text' }>; spaces: number }[] = [];
  let least = Infinity;
  let atLineStart = true;
  for (const token of tokens) {
    if (atLineStart) {
      atLineStart = false;
      if (token.kind !== 'text') {
        least = 0;
      } else if (token.text.text.trim() !== '' || !token.text.text.endsWith('\n')) {
        const spaces = leadingSpace(token.text.text);
        beginnings.push({ token, spaces });
        least = Math.min(least, spaces);
      }
    }
    if (token.kind === 'text' && token.text.text.endsWith('\n')) atLineStart = true;
  }
  if (least === Infinity || least === 0) return;
  for (const { token } of beginnings) token.text = drop(token.text, least, token.text.text.length);
}

function nest(tokens: readonly TemplateToken[]): readonly TemplatePart[] {
  let next = 0;
  const read = (until: readonly string[]): TemplatePart[] => {
    const parts: TemplatePart[] = [];
    while (next < tokens.length) {
      const token = tokens[next];
      if (token === undefined || until.includes(token.kind)) break;
      next += 1;
      if (token.kind === 'text') {
        if (token.text.text !== '') parts.push({ kind: 'text', text: token.text });
      } else if (token.kind === 'interpolation') {
        parts.push({ kind: 'interpolation', at: token.at, value: token.value });
      } else if (token.kind === 'if') {
        const then = read(['else', 'endif']);
        let otherwise: TemplatePart[] = [];
        if (tokens[next]?.kind === 'else') {
          next += 1;
          otherwise = read(['endif']);
        }
        next += 1;
        parts.push({ kind: 'if', at: token.at, condition: token.condition, then, otherwise });
      } else if (token.kind === 'for') {
        const body = read(['endfor']);
        next += 1;
        parts.push({
          kind: 'for',
          at: token.at,
          keyName: token.keyName,
          valueName: token.valueName,
          collection: token.collection,
          body,
        });
      }
      // A stray `else`, `endif` or `endfor` is an error in HCL; the text around it is kept.
    }
    return parts;
  };
  return read([]);
}

/** The literal `source[start..end]` of a heredoc or template file as one token per line. `$${` and `%%{` are escapes. */
export function heredocLiteral(source: MappedText, start: number, end: number): TemplateToken[] {
  const tokens: TemplateToken[] = [];
  let line = start;
  while (line < end) {
    const newline = source.text.indexOf('\n', line);
    const stop = newline === -1 || newline >= end ? end : newline + 1;
    const builder = new MappedTextBuilder();
    copyUnescaped(builder, source, line, stop);
    tokens.push({ kind: 'text', text: builder.build() });
    line = stop;
  }
  return tokens;
}

function copyUnescaped(builder: MappedTextBuilder, source: MappedText, start: number, end: number): void {
  let from = start;
  for (const match of source.text.slice(start, end).matchAll(/\$\$\{|%%\{/g)) {
    const at = start + match.index;
    builder.copy(source, from, at);
    builder.decoded(match[0].slice(1), source, at, at + 3);
    from = at + 3;
  }
  builder.copy(source, from, end);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** The literal `source[start..end]` of a quoted string, decoded. */
export function quotedLiteral(source: MappedText, start: number, end: number): TemplateToken {
  const builder = new MappedTextBuilder();
  let from = start;
  for (const match of source.text
    .slice(start, end)
    .matchAll(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))|\$\$\{|%%\{/g)) {
    const at = start + match.index;
    builder.copy(source, from, at);
    from = at + match[0].length;
    builder.decoded(decodeEscape(match), source, at, from);
  }
  builder.copy(source, from, end);
  return { kind: 'text', text: builder.build() };
}

function decodeEscape([whole, short, long, single]: RegExpMatchArray): string {
  if (single !== undefined) return ESCAPES[single] ?? whole;
  const code = Number.parseInt(short ?? long ?? '', 16);
  if (Number.isNaN(code)) return whole.slice(1);
  return code > 0x10ffff ? '\u{FFFD}' : String.fromCodePoint(code);
}

function leadingSpace(text: string): number {
  return text.length - text.trimStart().length;
}

function drop(mapped: MappedText, start: number, end: number): MappedText {
  return { text: mapped.text.slice(start, end), map: mapped.map.slice(start, end) };
}
