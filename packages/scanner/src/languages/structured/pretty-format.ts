import { MappedTextBuilder, type MappedText } from 'imdsv2-core';
import { Scalar, type Entry, type Node, type SyntaxProblem, type Tree } from './node.ts';

/** Whether a text is a snapshot file of Jest or Vitest. */
export function isSnapshotFile(text: string): boolean {
  return /^(?:\s*\/\/ (?:Jest|Vitest) Snapshot v\d|\s*exports\[`)/.test(text.slice(0, 500));
}

/** The snapshots of a file of Jest or Vitest, the escapes of template literals decoded. */
export function snapshotsOf(host: MappedText): readonly MappedText[] {
  const snapshots: MappedText[] = [];
  const { text } = host;
  const opener = /^exports\[`(?:[^`\\]|\\.)*`\] = `\n?/gm;
  for (let match = opener.exec(text); match !== null; match = opener.exec(text)) {
    const builder = new MappedTextBuilder();
    let run = opener.lastIndex;
    let at = run;
    while (at < text.length && text[at] !== '`') {
      if (text[at] === '\\' && /[`$\\]/.test(text.charAt(at + 1))) {
        builder.copy(host, run, at).decoded(text.charAt(at + 1), host, at, at + 2);
        at += 2;
        run = at;
      } else {
        at++;
      }
    }
    snapshots.push(builder.copy(host, run, at).build());
    opener.lastIndex = at + 1;
  }
  return snapshots;
}

/**
 * Reads an object as `pretty-format` prints it: JSON with a comma behind every item, perhaps `Object` and `Array` in front of the braces, and strings
 * that are printed as they are, with raw line breaks and quotes. A string therefore ends where the next line goes on at the depth that the print has.
 */
export function readPrettyPrinted(host: MappedText): Tree {
  const reader = new PrettyReader(host);
  const root = reader.value(reader.skip(0), 0);
  return { roots: root === undefined ? [] : [root.node], problems: reader.problems, comments: [] };
}

interface Read {
  readonly node: Node;
  readonly end: number;
}

class PrettyReader {
  readonly problems: SyntaxProblem[] = [];
  readonly #host: MappedText;
  readonly #text: string;

  constructor(host: MappedText) {
    this.#host = host;
    this.#text = host.text;
  }

  skip(from: number): number {
    let at = from;
    while (at < this.#text.length && /\s/.test(this.#text.charAt(at))) at++;
    return at;
  }

  /** The value at `at`; `depth`: how many levels it is indented by. Undefined where there is none. */
  value(at: number, depth: number, inMap = false): Read | undefined {
    const opener = /^(?:[A-Z]\w* )?([{[])/.exec(this.#text.slice(at, at + 80));
    if (opener !== null && depth < 500) return this.#collection(at, at + opener[0].length, opener[1] === '{', depth);
    if (this.#text[at] === '"') return this.#string(at, depth, inMap);
    const word = /^[^\n]*?(?=,?(?:\n|$))/.exec(this.#text.slice(at, at + 2000))?.[0] ?? '';
    if (word === '') return undefined;
    const value =
      word === 'true'
        ? true
        : word === 'false'
          ? false
          : word === 'null' || word === 'undefined'
            ? null
            : word !== '' && !Number.isNaN(Number(word))
              ? Number(word)
              : word;
    return { node: this.#scalar(at, at + word.length, at, at + word.length, value, 'plain'), end: at + word.length };
  }

  #collection(start: number, from: number, isMap: boolean, depth: number): Read {
    const close = isMap ? '}' : ']';
    const entries: Entry[] = [];
    const items: Node[] = [];
    let at = this.skip(from);
    while (at < this.#text.length && this.#text[at] !== close) {
      const key = isMap ? /^"((?:[^"\\\n]|\\.)*)": ?/.exec(this.#text.slice(at, at + 1000)) : null;
      const valueAt = at + (key?.[0].length ?? 0);
      const read = isMap && key === null ? undefined : this.value(valueAt, depth + 1, isMap);
      if (read === undefined) {
        this.problems.push({ start: at, end: at + 1, reason: 'A snapshot goes on in a way that is not understood.' });
        at = this.#text.length;
        break;
      }
      if (key === null) items.push(read.node);
      else
        entries.push({
          key: this.#scalar(
            at,
            at + (key[1]?.length ?? 0) + 2,
            at + 1,
            at + 1 + (key[1]?.length ?? 0),
            key[1] ?? '',
            'double',
          ),
          value: read.node,
        });
      at = this.skip(read.end);
      if (this.#text[at] === ',') at = this.skip(at + 1);
    }
    const end = Math.min(at + 1, this.#text.length);
    return { node: isMap ? { kind: 'map', start, end, entries } : { kind: 'sequence', start, end, items }, end };
  }

  #string(at: number, depth: number, inMap: boolean): Read {
    const margin = '  '.repeat(depth);
    const outer = '  '.repeat(Math.max(depth - 1, 0));
    let end = this.#text.length;
    for (let quote = this.#text.indexOf('"', at + 1); quote !== -1; quote = this.#text.indexOf('"', quote + 1)) {
      const past = this.#text[quote + 1] === ',' ? quote + 2 : quote + 1;
      if (past >= this.#text.length) {
        end = quote;
        break;
      }
      if (this.#text[past] !== '\n') continue;
      const next = this.#text.slice(past + 1, past + 300);
      const goesOn =
        next.startsWith(margin) &&
        (inMap
          ? /^"[^\n]*": /.test(next.slice(margin.length))
          : /^(?:["{[\d]|(?:Object|Array|true|false|null)\b)/.test(next.slice(margin.length)));
      const closes =
        next.startsWith(outer) && (inMap ? /^\},?(?:\n|$)/ : /^\],?(?:\n|$)/).test(next.slice(outer.length));
      if (goesOn || closes) {
        end = quote;
        break;
      }
    }
    return {
      node: this.#scalar(at, end + 1, at + 1, end, this.#text.slice(at + 1, end), 'double'),
      end: Math.min(end + 1, this.#text.length),
    };
  }

  /** `from..to`: the characters. Older versions escape quotes inside strings. */
  #scalar(
    start: number,
    end: number,
    from: number,
    to: number,
    value: Scalar['value'],
    style: Scalar['style'],
  ): Scalar {
    const host = this.#host;
    const raw = this.#text.slice(from, to);
    const decoded = typeof value === 'string' ? raw.replaceAll('\\"', '"') : raw;
    return new Scalar({ start, end, text: decoded, value: typeof value === 'string' ? decoded : value, style }, () => {
      const builder = new MappedTextBuilder();
      let run = from;
      if (typeof value === 'string') {
        for (let at = host.text.indexOf('\\"', from); at !== -1 && at + 1 < to; at = host.text.indexOf('\\"', at + 2)) {
          builder.copy(host, run, at).decoded('"', host, at, at + 2);
          run = at + 2;
        }
      }
      return builder.copy(host, run, to).build();
    });
  }
}
