import type { MappedText } from 'imdsv2-core';

/** A value of a YAML or JSON document. One model for both, so that what reads templates, workflows and manifests need not ask which it is. */
export type Node = Scalar | MapNode | SequenceNode;

/** Offsets are UTF-16 units of the text that was read, end exclusive; `document.map.range(start, end)` gives the place in the outermost file. */
interface Place {
  readonly start: number;
  readonly end: number;
  /** As written: `!Sub`, `!vault`. Undefined for none. */
  readonly tag?: string;
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface MapNode extends Place {
  readonly kind: 'map';
  /** In order, duplicates kept, merge keys (`<<`) expanded behind the map's own entries. */
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly key: Node;
  readonly value: Node;
}

export interface SequenceNode extends Place {
  readonly kind: 'sequence';
  readonly items: readonly Node[];
}

/** A string, number, boolean or null. */
export class Scalar implements Place {
  readonly kind = 'scalar';
  readonly start: number;
  readonly end: number;
  readonly tag?: string;
  /** The scalar's characters after unescaping and unfolding; for plain ones as written (`1.0`, `yes`). */
  readonly text: string;
  /** `text` as its type: a plain `true` is a boolean. Quoted, block and tagged scalars are strings. */
  readonly value: string | number | boolean | null;
  readonly style: ScalarStyle;
  readonly #decode: () => MappedText;
  #mapped: MappedText | undefined;

  constructor(scalar: Omit<Scalar, 'kind' | 'mapped'>, decode: () => MappedText) {
    this.start = scalar.start;
    this.end = scalar.end;
    if (scalar.tag !== undefined) this.tag = scalar.tag;
    this.text = scalar.text;
    this.value = scalar.value;
    this.style = scalar.style;
    this.#decode = decode;
  }

  /** `text` with the place of every character in the outermost file. Made when first asked for. */
  get mapped(): MappedText {
    this.#mapped ??= this.#decode();
    return this.#mapped;
  }
}

/** What was read. */
export interface Tree {
  /** One per document of the stream; empty for an empty text. */
  readonly roots: readonly Node[];
  /** What could not be parsed, as sentences with their place. The rest is in `roots`. */
  readonly problems: readonly SyntaxProblem[];
  /** Comments outside scalars, from their sign to the end of the line (or of the comment). Found when first asked for. */
  readonly comments: readonly Comment[];
}

export interface SyntaxProblem {
  readonly start: number;
  readonly end: number;
  readonly reason: string;
}

export interface Comment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The value of a map's first entry with the given key; undefined where there is none, or `node` is no map. */
export function get(node: Node | undefined, key: string): Node | undefined {
  return entryOf(node, key)?.value;
}

/** A map's first entry with the given key. */
export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  if (node?.kind !== 'map') return undefined;
  return node.entries.find((entry) => entry.key.kind === 'scalar' && entry.key.text === key);
}

/** The text of a scalar that stands for a string: null, maps and sequences give undefined. */
export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.text : undefined;
}

/** Every scalar that is a value, each once however many aliases lead to it, with the keys that lead to it (sequence items as `[]`). */
export function* scalarsOf(root: Node): Generator<{ readonly scalar: Scalar; readonly path: readonly string[] }> {
  const seen = new Set<Node>();
  const open: { node: Node; path: readonly string[] }[] = [{ node: root, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, path } = next;
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === 'scalar') yield { scalar: node, path };
    else if (node.kind === 'sequence')
      for (const item of [...node.items].reverse()) open.push({ node: item, path: [...path, '[]'] });
    else
      for (const { key, value } of [...node.entries].reverse())
        open.push({ node: value, path: [...path, key.kind === 'scalar' ? key.text : '?'] });
  }
}
