import { MappedTextBuilder, OffsetMap, type Location, type MappedText } from 'imdsv2-core';
import { parseTree, type Node as JsonNode, type ParseError } from 'jsonc-parser';
import type { GrammarParser } from '../tree-sitter/grammar.ts';
import { parseTemplate } from './parse.ts';
import { EMPTY_BODY, type Attribute, type Block, type Body, type Expression, type HclFile } from './syntax.ts';

/**
 * Reads a file in JSON syntax (`.tf.json`). What is a block and what an attribute cannot be told without a schema: the blocks of the
 * language itself are made blocks, everything inside a resource stays an attribute with a list or an object as value.
 */
export function parseJsonHcl(parser: GrammarParser, path: string, text: string): HclFile {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const places = errors
    .slice(0, 10)
    .map((error): Location => ({ path, start: error.offset, end: error.offset + error.length }));
  const source: MappedText = { text, map: OffsetMap.identity(path, text.length) };
  const reader = new JsonReader(parser, source);
  return { path, text, body: root?.type === 'object' ? reader.file(root) : EMPTY_BODY, comments: [], errors: places };
}

/** How many labels a block of the language has. */
const LABELS: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  module: 1,
  variable: 1,
  output: 1,
  provider: 1,
  locals: 0,
  terraform: 0,
  source: 2,
  build: 0,
  packer: 0,
};

class JsonReader {
  readonly #parser: GrammarParser;
  readonly #source: MappedText;

  constructor(parser: GrammarParser, source: MappedText) {
    this.#parser = parser;
    this.#source = source;
  }

  file(root: JsonNode): Body {
    const blocks: Block[] = [];
    const attributes = new Map<string, Attribute>();
    for (const [key, value, property] of properties(root)) {
      const labels = LABELS[key];
      if (labels === undefined) attributes.set(key, this.#attribute(key, value, property));
      else blocks.push(...this.#blocks(key, [], labels, value, property));
    }
    return { attributes, blocks };
  }

  #blocks(type: string, labels: readonly string[], left: number, value: JsonNode, property: JsonNode): Block[] {
    if (value.type === 'array')
      return (value.children ?? []).flatMap((child) => this.#blocks(type, labels, left, child, child));
    if (value.type !== 'object') return [];
    if (left > 0)
      return properties(value).flatMap(([key, inner, place]) =>
        this.#blocks(type, [...labels, key], left - 1, inner, place),
      );
    const at = this.#at(property);
    return [{ type, labels, at, header: { ...at, end: value.offset + 1 }, body: this.#body(value) }];
  }

  #body(value: JsonNode): Body {
    const attributes = new Map<string, Attribute>();
    const blocks: Block[] = [];
    for (const [key, inner, property] of properties(value)) {
      if (key === 'dynamic') {
        for (const [label, generated, place] of properties(inner))
          blocks.push(...this.#dynamic(label, generated, place));
      } else if (key === 'required_providers' && inner.type === 'object') {
        blocks.push({
          type: key,
          labels: [],
          at: this.#at(property),
          header: this.#at(property),
          body: this.#body(inner),
        });
      } else if (key !== '//') attributes.set(key, this.#attribute(key, inner, property));
    }
    return { attributes, blocks };
  }

  #dynamic(label: string, generated: JsonNode, place: JsonNode): Block[] {
    return (generated.type === 'array' ? (generated.children ?? []) : [generated]).map((one) => {
      const body = this.#body(one);
      const content = properties(one).find(([key]) => key === 'content');
      const inner: Block[] =
        content === undefined
          ? []
          : [
              {
                type: 'content',
                labels: [],
                at: this.#at(content[2]),
                header: this.#at(content[2]),
                body: this.#body(content[1]),
              },
            ];
      return {
        type: 'dynamic',
        labels: [label],
        at: this.#at(place),
        header: this.#at(place),
        body: { attributes: body.attributes, blocks: inner },
      };
    });
  }

  #attribute(name: string, value: JsonNode, property: JsonNode): Attribute {
    return { name, at: this.#at(property), value: this.#expression(value) };
  }

  #expression(node: JsonNode): Expression {
    const at = this.#at(node);
    switch (node.type) {
      case 'string':
        return {
          ...parseTemplate(this.#parser, decodeJsonString(this.#source, node.offset, node.offset + node.length)),
          at,
        };
      case 'number':
      case 'boolean':
      case 'null':
        return { kind: 'literal', at, value: (node.value as number | boolean | null | undefined) ?? null };
      case 'array':
        return { kind: 'tuple', at, items: (node.children ?? []).map((child) => this.#expression(child)) };
      case 'object':
        return {
          kind: 'object',
          at,
          entries: properties(node).map(([key, value, property]) => ({
            key,
            keyAt: this.#at(property),
            value: this.#expression(value),
          })),
        };
      default:
        return { kind: 'broken', at };
    }
  }

  #at(node: JsonNode): Location {
    return { path: this.#source.map.at(0).path, start: node.offset, end: node.offset + node.length };
  }
}

function properties(node: JsonNode): readonly (readonly [string, JsonNode, JsonNode])[] {
  return (node.children ?? []).flatMap((property): (readonly [string, JsonNode, JsonNode])[] => {
    const [key, value] = property.children ?? [];
    return property.type === 'property' && key !== undefined && value !== undefined
      ? [[String(key.value), value, property] as const]
      : [];
  });
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The characters of the JSON string `source[start..end]`, quotes included there and dropped here, each with its place. */
export function decodeJsonString(source: MappedText, start: number, end: number): MappedText {
  const builder = new MappedTextBuilder();
  const last = source.text[end - 1] === '"' && end - 1 > start ? end - 1 : end;
  let from = start + 1;
  for (const match of source.text.slice(from, last).matchAll(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g)) {
    const at = start + 1 + match.index;
    builder.copy(source, from, at);
    from = at + match[0].length;
    const [, code, character = ''] = match;
    builder.decoded(
      code === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
      source,
      at,
      from,
    );
  }
  return builder.copy(source, from, last).build();
}
