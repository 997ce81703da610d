import { hasHole, MappedTextBuilder, type MappedText } from 'imdsv2-core';
import { printParseErrorCode, visit, type JSONVisitor, type ParseErrorCode } from 'jsonc-parser';
import { Scalar, type Comment, type Entry, type Node, type SyntaxProblem, type Tree } from './node.ts';

/** Reads JSON, with comments and trailing commas, one value or several in a row (JSON Lines). Never throws; what stands around a syntax error is read. */
export function readJson(host: MappedText): Tree {
  const builder = new TreeBuilder(host);
  try {
    for (let at: number | undefined = 0; at !== undefined; at = builder.nextValue()) {
      visit(at === 0 ? host.text : host.text.slice(at), builder.visitorFrom(at), {
        allowTrailingComma: true,
        disallowComments: false,
        allowEmptyContent: true,
      });
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return {
      roots: [],
      problems: [{ start: 0, end: Math.min(1, host.text.length), reason: 'It is nested too deeply.' }],
      comments: [],
    };
  }
  return builder.tree();
}

interface Open {
  readonly start: number;
  readonly items: Node[] | undefined;
  readonly entries: Entry[];
  key: Scalar | undefined;
}

class TreeBuilder {
  readonly #host: MappedText;
  readonly #roots: Node[] = [];
  readonly #open: Open[] = [];
  readonly #problems: SyntaxProblem[] = [];
  readonly #comments: Comment[] = [];

  constructor(host: MappedText) {
    this.#host = host;
  }

  #next: number | undefined;
  /** Where the placeholder ends that was read last as a value. */
  #placeholderEnd: number | undefined;

  /** What `visit` tells of the text from `base` on. */
  visitorFrom(base: number): JSONVisitor {
    return {
      onObjectBegin: (offset) => {
        this.#begin(base + offset, undefined);
      },
      onArrayBegin: (offset) => {
        this.#begin(base + offset, []);
      },
      onObjectEnd: (offset, length) => this.#close(base + offset + length),
      onArrayEnd: (offset, length) => this.#close(base + offset + length),
      onObjectProperty: (name, offset, length) => {
        const top = this.#open.at(-1);
        if (top !== undefined) top.key = this.#scalar(name, base + offset, length);
      },
      onLiteralValue: (value, offset, length) => this.#add(this.#scalar(value, base + offset, length)),
      onComment: (offset, length) => {
        const start = base + offset;
        this.#comments.push({ start, end: start + length, text: this.#host.text.slice(start, start + length) });
      },
      onError: (code, offset, length) => this.#error(code, base + offset, length),
    };
  }

  /** Where another value begins behind the one that was read; undefined when nothing or something else follows. */
  nextValue(): number | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }

  #error(code: ParseErrorCode, start: number, length: number): void {
    const text = this.#host.text.slice(start, start + length);
    if (
      printParseErrorCode(code) === 'EndOfFileExpected' &&
      this.#open.length === 0 &&
      (text === '{' || text === '[')
    ) {
      this.#next = start;
      return;
    }
    // A placeholder of the host language stands for a value that is written without quotes; the parser misses that value right behind it.
    if (hasHole(text)) {
      this.#add(this.#plain(text, start, length));
      this.#placeholderEnd = start + length;
    } else if (
      printParseErrorCode(code) === 'ValueExpected' &&
      this.#placeholderEnd !== undefined &&
      this.#host.text.slice(this.#placeholderEnd, start).trim() === ''
    )
      this.#placeholderEnd = undefined;
    else if (this.#problems.length === 0)
      this.#problems.push({ start, end: start + length, reason: `JSON: ${sentence(printParseErrorCode(code))}` });
  }

  tree(): Tree {
    // What was still open when the text ended.
    while (this.#open.length > 0) this.#close(this.#host.text.length);
    return { roots: this.#roots, problems: this.#problems, comments: this.#comments };
  }

  #begin(start: number, items: Node[] | undefined): void {
    this.#open.push({ start, items, entries: [], key: undefined });
  }

  #close(end: number): void {
    const closed = this.#open.pop();
    if (closed === undefined) return;
    const { start, items, entries } = closed;
    this.#add(items === undefined ? { kind: 'map', start, end, entries } : { kind: 'sequence', start, end, items });
  }

  #add(node: Node): void {
    const top = this.#open.at(-1);
    if (top === undefined) this.#roots.push(node);
    else if (top.items !== undefined) top.items.push(node);
    else if (top.key !== undefined) {
      top.entries.push({ key: top.key, value: node });
      top.key = undefined;
    }
  }

  #scalar(value: unknown, start: number, length: number): Scalar {
    if (typeof value !== 'string')
      return this.#plain(this.#host.text.slice(start, start + length), start, length, value);
    const host = this.#host;
    return new Scalar({ start, end: start + length, text: value, value, style: 'double' }, () =>
      decodeString(host, start, start + length),
    );
  }

  #plain(text: string, start: number, length: number, value: unknown = text): Scalar {
    const host = this.#host;
    const kept = typeof value === 'number' || typeof value === 'boolean' || value === null ? value : text;
    return new Scalar({ start, end: start + length, text, value: kept, style: 'plain' }, () => ({
      text,
      map: host.map.slice(start, start + length),
    }));
  }
}

function sentence(code: string): string {
  const words = code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}.`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Decodes the JSON string at `start..end`, quotes included, with the place of every character (RFC 8259 §7). */
function decodeString(host: MappedText, start: number, end: number): MappedText {
  const { text } = host;
  const builder = new MappedTextBuilder();
  const stop = text[end - 1] === '"' && end > start + 1 ? end - 1 : end;
  let run = start + 1;
  for (let at = text.indexOf('\\', run); at !== -1 && at < stop; at = text.indexOf('\\', run)) {
    builder.copy(host, run, at);
    const letter = text.charAt(at + 1);
    if (letter === 'u') {
      const code = Number.parseInt(text.slice(at + 2, at + 6), 16);
      run = Math.min(at + 6, stop);
      builder.decoded(Number.isNaN(code) ? '' : String.fromCharCode(code), host, at, run);
    } else {
      run = Math.min(at + 2, stop);
      builder.decoded(ESCAPES[letter] ?? '', host, at, run);
    }
  }
  return builder.copy(host, run, stop).build();
}
