import { OffsetMap, type MappedText } from 'imdsv2-core';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Document as YamlDocument,
  type ParsedNode,
  type TagId,
  type Tags,
} from 'yaml';
import { readLines } from './yaml-lines.ts';
import { commentsBetween } from './yaml-comments.ts';
import { Scalar, type Entry, type Node, type ScalarStyle, type SyntaxProblem, type Tree } from './node.ts';
import { decodeBlock, decodeDoubleQuoted, decodePlain, decodeSingleQuoted } from './yaml-scalar.ts';

/**
 * Reads YAML, one or several documents. Never throws. Aliases are resolved (to the same node), merge keys expanded, tags kept, duplicate keys
 * tolerated. A document that does not parse (one real file in thirty: placeholders of Go templates or Jinja) is read line by line instead.
 */
export function readYaml(host: MappedText): Tree {
  const documents = parse(host.text);
  const roots: Node[] = [];
  const problems: SyntaxProblem[] = [];
  const scalars: Scalar[] = [];
  if (documents === undefined) {
    problems.push({ start: 0, end: Math.min(host.text.length, 1), reason: 'It is nested too deeply.' });
    roots.push(...readLines(host, 0, host.text.length, scalars));
  } else {
    documents.forEach((document, index) => {
      const fatal = document.errors.filter((error) => !HARMLESS.has(error.code));
      for (const error of fatal.slice(0, 1)) {
        problems.push({ start: error.pos[0], end: error.pos[1], reason: `YAML: ${firstLine(error.message)}` });
      }
      const start = index === 0 ? 0 : (documents[index - 1]?.range[2] ?? 0);
      if (fatal.length > 0) {
        // An unclosed quote or flow swallows what follows: the rest of the stream is read by lines as well, then.
        const end = index === documents.length - 1 ? host.text.length : document.range[2];
        roots.push(...readLines(host, start, end, scalars));
        return;
      }
      const root = document.contents === null ? undefined : new Conversion(host, scalars).convert(document.contents);
      if (root !== undefined) roots.push(root);
    });
  }
  let comments: Tree['comments'] | undefined;
  return {
    roots,
    problems,
    get comments() {
      comments ??= commentsBetween(host.text, scalars);
      return comments;
    },
  };
}

/** Errors after which the tree is what the author meant. */
const HARMLESS: ReadonlySet<string> = new Set([
  'BAD_DQ_ESCAPE',
  'DUPLICATE_KEY',
  'TAG_RESOLVE_FAILED',
  'BAD_SCALAR_START',
  'MISSING_CHAR_SPACE',
  'KEY_OVER_1024_CHARS',
  'BAD_DIRECTIVE',
]);

function parse(text: string): readonly YamlDocument.Parsed[] | undefined {
  // Once for the text, not for every document in it.
  const local = tagsIn(text);
  try {
    const documents = parseAllDocuments(text, {
      // Quadratic on wide maps otherwise; and templates do repeat keys.
      uniqueKeys: false,
      // Each unregistered tag makes a warning with an excerpt of the source, which costs more than the parse.
      customTags: (tags: Tags) => [...tags, ...local],
      logLevel: 'silent',
      prettyErrors: false,
      merge: false,
    });
    return Array.isArray(documents) ? documents : [];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Registrations for every local tag that the text may use: as scalar, map and sequence each. */
function tagsIn(text: string): Tags {
  const names = new Set<string>();
  for (const match of text.matchAll(/!([A-Za-z][\w.:/-]*)/g)) {
    if (match.index === 0 || /[\s[{,:-]/.test(text.charAt(match.index - 1))) names.add(match[0]);
  }
  return [...names].flatMap((tag): Exclude<Tags[number], TagId>[] => [
    { tag, resolve: (value: string) => value },
    { tag, collection: 'map' },
    { tag, collection: 'seq' },
  ]);
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0] ?? message;
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

/** Turns the library's tree of one document into ours. */
class Conversion {
  readonly #host: MappedText;
  /** Every scalar met, in order: comments are found between them. */
  readonly #scalars: Scalar[];
  readonly #anchors = new Map<string, Node>();

  constructor(host: MappedText, scalars: Scalar[]) {
    this.#host = host;
    this.#scalars = scalars;
  }

  convert(node: ParsedNode): Node {
    if (isAlias(node)) {
      // An alias inside its own anchor has no value yet: it cannot have one.
      return this.#anchors.get(node.source) ?? this.#empty(node.range[0]);
    }
    const converted = isScalar(node) ? this.#scalar(node) : this.#collection(node);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, converted);
    return converted;
  }

  #collection(node: Exclude<ParsedNode, { type: string }>): Node {
    const [start, end] = node.range;
    const place = node.tag === undefined || isStandard(node.tag) ? { start, end } : { start, end, tag: node.tag };
    if (isSeq(node)) return { kind: 'sequence', ...place, items: node.items.map((item) => this.convert(item)) };
    if (!isMap(node)) return this.#empty(start);
    const entries: Entry[] = [];
    const merged: Entry[] = [];
    for (const pair of node.items) {
      const key = this.convert(pair.key);
      const value = pair.value === null ? this.#empty(key.end) : this.convert(pair.value);
      if (key.kind === 'scalar' && key.style === 'plain' && key.text === '<<') merged.push(...mergeEntries(value));
      else entries.push({ key, value });
    }
    if (merged.length > 0) {
      const own = new Set(entries.map(({ key }) => (key.kind === 'scalar' ? key.text : undefined)));
      for (const entry of merged) {
        const name = entry.key.kind === 'scalar' ? entry.key.text : undefined;
        if (name === undefined || own.has(name)) continue;
        own.add(name);
        entries.push(entry);
      }
    }
    return { kind: 'map', ...place, entries };
  }

  #scalar(node: Extract<ParsedNode, { type?: unknown }>): Scalar {
    const { range } = node;
    const text = node.source;
    const value: unknown = node.value;
    const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain';
    const scalar = new Scalar(
      {
        start: range[0],
        end: range[1],
        ...(node.tag === undefined || isStandard(node.tag) ? {} : { tag: node.tag }),
        text,
        value:
          typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
            ? value
            : text,
        style,
      },
      () => checked(this.#host, style, text, range[0], range[1]),
    );
    this.#scalars.push(scalar);
    return scalar;
  }

  #empty(at: number): Scalar {
    return new Scalar({ start: at, end: at, text: '', value: null, style: 'plain' }, () => ({
      text: '',
      map: this.#host.map.slice(at, at),
    }));
  }
}

function isStandard(tag: string): boolean {
  return tag.startsWith('tag:yaml.org,2002:');
}

function mergeEntries(value: Node): readonly Entry[] {
  if (value.kind === 'map') return value.entries;
  return value.kind === 'sequence' ? value.items.flatMap((item) => (item.kind === 'map' ? item.entries : [])) : [];
}

/** The scalar with its places; where our decoding differs from the library's (documents with errors), every character is placed at the whole scalar. */
function checked(host: MappedText, style: ScalarStyle, text: string, start: number, end: number): MappedText {
  for (const mapped of readings(host, style, start, end)) if (mapped.text === text) return mapped;
  return wholly(host, text, start, end);
}

const FLOW_DECODERS = { plain: decodePlain, single: decodeSingleQuoted, double: decodeDoubleQuoted } as const;

/** What the characters may stand for: one reading, but for a block scalar whose header counts its indentation from that of the map around it. */
function* readings(host: MappedText, style: ScalarStyle, start: number, end: number): Generator<MappedText> {
  if (style !== 'literal' && style !== 'folded') {
    yield FLOW_DECODERS[style](host, start, end);
    return;
  }
  const newline = host.text.indexOf('\n', start);
  const from = newline === -1 || newline >= end ? end : newline + 1;
  const header = /^[|>][-+\d]*/.exec(host.text.slice(start, from))?.[0] ?? '';
  const block = {
    folded: style === 'folded',
    chomp: header.includes('-') ? '-' : header.includes('+') ? '+' : '',
    start: from,
    end,
  } as const;
  const digit = Number(/[1-9]/.exec(header)?.[0] ?? 0);
  if (digit === 0) {
    yield decodeBlock(host, block);
    return;
  }
  // A map at the margin may count as indented by -1 or 0.
  for (let indent = -1; indent < MAX_INDENT; indent++)
    yield decodeBlock(host, { ...block, explicitIndent: indent + digit });
}

const MAX_INDENT = 100;

function wholly(host: MappedText, text: string, start: number, end: number): MappedText {
  const { path, start: outer, end: outerEnd } = host.map.range(start, end);
  return { text, map: new OffsetMap([{ inner: 0, length: text.length, path, outer, outerLength: outerEnd - outer }]) };
}
