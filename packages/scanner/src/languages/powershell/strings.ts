import { MappedTextBuilder, type Document, type MappedText } from 'imdsv2-core';
import { literalValues } from '../scripting/literals.ts';
import type { SyntaxNode } from '../scripting/syntax.ts';
import { joinTexts, type Values } from '../scripting/values.ts';

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['e', '\u001B'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** A string literal of any of the four kinds. `evaluate` gives the values of what is expanded in it. */
export function stringValues(node: SyntaxNode, document: Document, evaluate: (node: SyntaxNode) => Values): Values {
  const { text } = document;
  const here = text[node.start] === '@';
  const start = here ? lineAfter(text, node.start) : node.start + 1;
  const end = here
    ? Math.max(start, lineBefore(text, node.end))
    : Math.max(start, node.end - (text[node.end - 1] === text[node.start] ? 1 : 0));
  if (node.type.startsWith('verbatim')) return literalValues(verbatim(document, start, end, here), document);
  const parts: Values[] = [];
  let from = start;
  for (const child of node.children) {
    if (child.type !== 'variable' && child.type !== 'sub_expression') continue;
    if (child.start < from) continue;
    if (child.start > from) parts.push(literalValues(expandable(document, from, child.start, here), document));
    parts.push(evaluate(child));
    from = child.end;
  }
  if (from < end) parts.push(literalValues(expandable(document, from, end, here), document));
  return parts.length === 0
    ? literalValues({ text: '', map: document.map.slice(start, start) }, document)
    : joinTexts(parts);
}

/** An argument without quotes around all of it: `$base/latest/"meta data"`. */
export function bareValues(document: Document, start: number, end: number, read: (name: string) => Values): Values {
  const source = document.text.slice(start, end);
  const parts: Values[] = [];
  let from = 0;
  const literal = (to: number): void => {
    if (to > from) parts.push(literalValues(expandable(document, start + from, start + to, true), document));
  };
  for (const match of source.matchAll(
    /\$\{[^}]*\}|\$(?:\w+:)?\w+|\$\((?:[^()]|\([^()]*\))*\)|"(?:[^"`]|`.|"")*"|'(?:[^']|'')*'|`./gs,
  )) {
    const [whole] = match;
    if (whole.startsWith('`')) continue;
    literal(match.index);
    from = match.index + whole.length;
    if (whole.startsWith("'"))
      parts.push(literalValues(verbatim(document, start + match.index + 1, start + from - 1, false), document));
    else if (whole.startsWith('"')) parts.push(bareValues(document, start + match.index + 1, start + from - 1, read));
    else parts.push(read(whole));
  }
  literal(source.length);
  return parts.length === 0
    ? literalValues({ text: '', map: document.map.slice(start, start) }, document)
    : joinTexts(parts);
}

/** `''` is one quote, except in here-strings. */
function verbatim(document: Document, start: number, end: number, here: boolean): MappedText {
  const builder = new MappedTextBuilder();
  let copied = start;
  for (let i = start; !here && i < end - 1; i += 1) {
    if (document.text[i] !== "'" || document.text[i + 1] !== "'") continue;
    builder.copy(document, copied, i).decoded("'", document, i, i + 2);
    i += 1;
    copied = i + 1;
  }
  return builder.copy(document, copied, end).build();
}

/** Backtick escapes, and `""` for a quote outside of here-strings. */
function expandable(document: Document, start: number, end: number, here: boolean): MappedText {
  const { text } = document;
  const builder = new MappedTextBuilder();
  let copied = start;
  for (let i = start; i < end; i += 1) {
    let length = 0;
    let value = '';
    if (text[i] === '`' && i + 1 < end) {
      const next = text[i + 1] ?? '';
      const unicode = /^`u\{([\da-f]{1,6})\}/i.exec(text.slice(i, i + 10));
      length = unicode?.[0].length ?? (next === '\r' && text[i + 2] === '\n' ? 3 : 2);
      value =
        unicode === null
          ? next === '\n' || next === '\r'
            ? ''
            : (ESCAPES.get(next) ?? next)
          : String.fromCodePoint(Math.min(Number.parseInt(unicode[1] ?? '0', 16), 0x10ffff));
    } else if (!here && text[i] === '"' && text[i + 1] === '"' && i + 1 < end) {
      length = 2;
      value = '"';
    }
    if (length === 0) continue;
    builder.copy(document, copied, i).decoded(value, document, i, i + length);
    i += length - 1;
    copied = i + 1;
  }
  return builder.copy(document, copied, end).build();
}

function lineAfter(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline + 1;
}

/** The end of the line before the one that closes a here-string. */
function lineBefore(text: string, end: number): number {
  const newline = text.lastIndexOf('\n', end - 1);
  return newline > 0 && text[newline - 1] === '\r' ? newline - 1 : newline;
}
