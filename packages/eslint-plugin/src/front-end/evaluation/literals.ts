import { literal, MappedTextBuilder, OffsetMap, type MappedText, type Text } from 'imdsv2-core';
import type { TSESTree } from '@typescript-eslint/types';
import type { Module } from '../syntax/module.ts';
import { Kind } from '../syntax/kind.ts';

/** The characters of a string literal or of a template's run, with their places. */
export function literalText(module: Module, node: TSESTree.Literal | TSESTree.TemplateElement): Text {
  const [start, end] = node.range;
  if (node.type === Kind.Literal) return mapped(module, start + 1, end - 1, String(node.value));
  // The range of a template element holds its delimiters in some trees (`…`, }…${) and not in others.
  const { raw, cooked } = node.value;
  const at =
    module.text.startsWith(raw, start) && end - start <= raw.length
      ? start
      : module.text.startsWith(raw, start + 1)
        ? start + 1
        : start;
  return mapped(module, at, at + raw.length, (cooked as string | null | undefined) ?? raw);
}

function mapped(module: Module, start: number, end: number, value: string): Text {
  if (end - start === value.length) return literal(value, OffsetMap.copy(module.path, start, value.length));
  const decoded = decode(module, start, end);
  // A decoding that differs from the parser's (CRLF in templates, octal escapes) gives up the places inside, never the value.
  if (decoded.text === value) return literal(value, decoded.map);
  return literal(
    value,
    new OffsetMap([{ inner: 0, length: value.length, path: module.path, outer: start, outerLength: end - start }]),
  );
}

const SIMPLE: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };
const ESCAPE = /\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2})|(\r\n|[^]))/giu;

function decode(module: Module, start: number, end: number): MappedText {
  const host: MappedText = { text: module.text, map: OffsetMap.identity(module.path, module.text.length) };
  const builder = new MappedTextBuilder();
  const raw = module.text.slice(start, end);
  let from = 0;
  for (const match of raw.matchAll(ESCAPE)) {
    builder.copy(host, start + from, start + match.index);
    from = match.index + match[0].length;
    const [, point, unit, byte, plain = ''] = match;
    const code = point ?? unit ?? byte;
    const value =
      code !== undefined
        ? String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff))
        : /^(\r\n|[\n\r\u2028\u2029])$/.test(plain)
          ? ''
          : (SIMPLE[plain] ?? plain);
    builder.decoded(value, host, start + match.index, start + from);
  }
  builder.copy(host, start + from, end);
  return builder.build();
}
