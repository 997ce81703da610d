import { MappedTextBuilder, type Document, type MappedText } from 'imdsv2-core';
import { literalValues } from '../scripting/literals.ts';
import { fieldOf, type SyntaxNode } from '../scripting/syntax.ts';
import { joinTexts, type Values } from '../scripting/values.ts';

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\n', ''],
  ['\r\n', ''],
]);

/** A string literal, with the interpolations of f-strings evaluated. Pieces know their places in the file. */
export function stringValues(
  node: SyntaxNode,
  document: Document,
  evaluate: (expression: SyntaxNode) => Values,
): Values {
  const start = node.children.find((child) => child.type === 'string_start');
  const opener = start === undefined ? '' : document.text.slice(start.start, start.end).toLowerCase();
  const raw = opener.includes('r');
  const formatted = opener.includes('f') || opener.includes('t');
  const bytes = opener.includes('b');
  const parts: Values[] = [];
  for (const child of node.children) {
    if (child.type === 'string_content') {
      parts.push(literalValues(decode(document, child.start, child.end, { raw, formatted, bytes }), document));
    } else if (child.type === 'interpolation') {
      const expression = fieldOf(child, 'expression');
      if (expression !== undefined) parts.push(evaluate(expression));
    }
  }
  return parts.length === 0
    ? literalValues({ text: '', map: document.map.slice(node.start, node.start) }, document)
    : joinTexts(parts);
}

function decode(
  document: Document,
  start: number,
  end: number,
  how: { readonly raw: boolean; readonly formatted: boolean; readonly bytes: boolean },
): MappedText {
  const { text } = document;
  const builder = new MappedTextBuilder();
  let copied = start;
  const replace = (at: number, length: number, value: string): void => {
    builder.copy(document, copied, at).decoded(value, document, at, at + length);
    copied = at + length;
  };
  for (let i = start; i < end; i += 1) {
    const character = text[i];
    if (how.formatted && (character === '{' || character === '}') && text[i + 1] === character && i + 1 < end) {
      replace(i, 2, character);
      i += 1;
    } else if (character === '\\' && !how.raw) {
      const escape = readEscape(text, i, end, how.bytes);
      if (escape !== undefined) replace(i, escape.length, escape.value);
      i += Math.max(escape?.length ?? 2, 1) - 1;
    }
  }
  return builder.copy(document, copied, end).build();
}

/** The escape sequence at `at`; undefined for a backslash that means itself. */
function readEscape(
  text: string,
  at: number,
  end: number,
  bytes: boolean,
): { readonly length: number; readonly value: string } | undefined {
  const rest = text.slice(at + 1, Math.min(end, at + 12));
  const simple = rest.startsWith('\r\n') ? '\r\n' : rest.slice(0, 1);
  const value = SIMPLE_ESCAPES.get(simple);
  if (value !== undefined) return { length: 1 + simple.length, value };
  const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
  if (octal !== undefined) return { length: 1 + octal.length, value: String.fromCodePoint(Number.parseInt(octal, 8)) };
  const code = (bytes ? /^x[\da-f]{2}/i : /^(?:x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8})/i).exec(rest)?.[0];
  if (code === undefined) return undefined;
  const point = Number.parseInt(code.slice(1), 16);
  return point > 0x10ffff ? undefined : { length: 1 + code.length, value: String.fromCodePoint(point) };
}
