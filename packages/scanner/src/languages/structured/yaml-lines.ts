import type { MappedText } from 'imdsv2-core';
import { Scalar, type Entry, type MapNode, type Node, type ScalarStyle, type SequenceNode } from './node.ts';
import { decodeBlock, decodeDoubleQuoted, decodePlain, decodeSingleQuoted } from './yaml-scalar.ts';

/**
 * Reads `start..end` as YAML line by line, by indentation alone: for text that does not parse because of template placeholders, conflict markers
 * or slips. Lines that are no YAML (`{{- if … }}`, `{% for … %}`) are passed over; the structure around them survives. Gives one node per document.
 * Every scalar met is added to `scalars`.
 */
export function readLines(host: MappedText, start: number, end: number, scalars: Scalar[]): readonly Node[] {
  return new LineReader(host, start, end, scalars).roots();
}

interface Line {
  /** Column of the first character that counts; grows as `- ` is taken off. */
  indent: number;
  from: number;
  readonly start: number;
  /** The line break, or the end of the text. */
  readonly end: number;
}

const MAX_DEPTH = 200;
/** A line that holds nothing but a directive of a template language. */
const DIRECTIVE = /^\s*(?:\{\{.*\}\}|\{%.*%\}|\{#.*#\}|<%.*%>|%\{.*\}|<{7}|={7}|>{7}).*$/;

class LineReader {
  readonly #host: MappedText;
  readonly #text: string;
  readonly #end: number;
  readonly #scalars: Scalar[];
  readonly #lines: Line[] = [];
  #at = 0;
  #depth = 0;

  constructor(host: MappedText, start: number, end: number, scalars: Scalar[]) {
    this.#host = host;
    this.#text = host.text;
    this.#end = end;
    this.#scalars = scalars;
    for (let at = start; at < end;) {
      const newline = this.#text.indexOf('\n', at);
      const stop = newline === -1 || newline > end ? end : newline;
      const textEnd = this.#text[stop - 1] === '\r' && stop > at ? stop - 1 : stop;
      let from = at;
      while (from < textEnd && (this.#text[from] === ' ' || this.#text[from] === '\t')) from++;
      this.#lines.push({ indent: from - at, from, start: at, end: textEnd });
      at = stop + 1;
    }
  }

  roots(): readonly Node[] {
    const roots: Node[] = [];
    for (let line = this.#next(); line !== undefined; line = this.#next()) {
      const before = this.#at;
      const root = this.#node();
      if (root.kind !== 'scalar') roots.push(root);
      if (this.#at === before) this.#at++;
    }
    return joinMaps(roots);
  }

  /** The next line that says something. */
  #next(): Line | undefined {
    for (let line = this.#lines[this.#at]; line !== undefined; line = this.#lines[++this.#at]) {
      const text = this.#text.slice(line.from, line.end);
      if (text === '' || text.startsWith('#') || text === '---' || text === '...' || DIRECTIVE.test(text)) continue;
      return line;
    }
    return undefined;
  }

  #node(): Node {
    const line = this.#next();
    if (line === undefined) return this.#empty(this.#end);
    if (this.#depth >= MAX_DEPTH) {
      this.#at++;
      return this.#empty(line.from);
    }
    this.#depth++;
    try {
      if (this.#isItem(line)) return this.#sequence(line.indent);
      if (this.#colonIn(line) !== undefined) return this.#map(line.indent);
      return this.#value(line, line.from, line.indent - 1);
    } finally {
      this.#depth--;
    }
  }

  #isItem(line: Line): boolean {
    return (
      this.#text[line.from] === '-' &&
      (line.from + 1 >= line.end || this.#text[line.from + 1] === ' ' || this.#text[line.from + 1] === '\t')
    );
  }

  #sequence(column: number): Node {
    const items: Node[] = [];
    const start = this.#lines[this.#at]?.from ?? this.#end;
    let end = start;
    for (let line = this.#next(); line !== undefined && line.indent >= column; line = this.#next()) {
      if (line.indent > column || !this.#isItem(line)) {
        if (line.indent === column) break;
        this.#at++;
        continue;
      }
      const from = this.#skipBlanks(line.from + 1, line.end);
      const item = from >= line.end ? this.#below(line, column) : this.#inline(line, from);
      items.push(item);
      end = Math.max(end, item.end);
    }
    return { kind: 'sequence', start, end, items };
  }

  /** What stands behind `- ` on its line is read as if it stood there alone. */
  #inline(line: Line, from: number): Node {
    line.indent += from - line.from;
    line.from = from;
    return this.#node();
  }

  #map(column: number): Node {
    const entries: Entry[] = [];
    const start = this.#lines[this.#at]?.from ?? this.#end;
    let end = start;
    for (let line = this.#next(); line !== undefined && line.indent >= column; line = this.#next()) {
      const colon = line.indent === column && !this.#isItem(line) ? this.#colonIn(line) : undefined;
      if (colon === undefined) {
        if (line.indent === column && this.#isItem(line)) break;
        this.#at++;
        continue;
      }
      const key = this.#oneLine(line.from, trimEnd(this.#text, line.from, colon));
      const value = this.#value(line, colon + 1, column);
      entries.push({ key, value });
      end = Math.max(end, value.end, colon + 1);
    }
    return { kind: 'map', start, end, entries };
  }

  /** The colon that ends the line's key; undefined when the line has none. */
  #colonIn(line: Line): number | undefined {
    const text = this.#text;
    let at = line.from;
    const first = text.charAt(at);
    if ('[{&*!|>#@`'.includes(first) && !text.startsWith('{{', at)) return undefined;
    if (first === '"' || first === "'") {
      const close = this.#closeQuote(at, line.end);
      if (close === undefined) return undefined;
      at = this.#skipBlanks(close + 1, line.end);
      return text[at] === ':' && this.#endsWord(at + 1, line.end) ? at : undefined;
    }
    for (; at < line.end; at++) {
      if (text.startsWith('{{', at)) {
        const close = text.indexOf('}}', at);
        if (close === -1 || close >= line.end) return undefined;
        at = close + 1;
      } else if (text[at] === ':' && this.#endsWord(at + 1, line.end)) return at;
      else if (text[at] === '#' && at > line.from && text[at - 1] === ' ') return undefined;
    }
    return undefined;
  }

  /** The value behind a key or dash, from `from` on; consumes the lines it takes. `column`: what belongs to it is indented more than that. */
  #value(line: Line, from: number, column: number): Node {
    const text = this.#text;
    let at = this.#skipBlanks(from, line.end);
    let tag: string | undefined;
    for (;;) {
      const word = /^(?:!\S*|&\S+)(?=\s|$)/.exec(text.slice(at, line.end))?.[0];
      if (word === undefined) break;
      if (word.startsWith('!')) tag = word;
      at = this.#skipBlanks(at + word.length, line.end);
    }
    const rest = text.slice(at, line.end);
    const more = tag === undefined ? {} : { tag };
    if (rest === '' || rest.startsWith('#')) {
      const below = this.#below(line, column);
      return tag === undefined ? below : below.kind === 'scalar' ? this.#copy(below, tag) : { ...below, tag };
    }
    if (/^[|>][-+0-9]*\s*(?:#.*)?$/.test(rest)) return this.#block(at, rest, column, more);
    const first = rest.charAt(0);
    if (first === '"' || first === "'") {
      const close = this.#closeQuote(at, this.#end);
      if (close !== undefined) {
        this.#passTo(close);
        return this.#scalar(at, close + 1, first === '"' ? 'double' : 'single', more);
      }
    }
    if ((first === '[' || first === '{') && !rest.startsWith('{{')) {
      const flow = this.#flow(at, 0);
      if (flow !== undefined) {
        this.#passTo(flow.end - 1);
        return { ...flow.node, ...more };
      }
    }
    return this.#plain(line, at, column, more);
  }

  /** What stands on the lines below a key or dash without a value of its own. */
  #below(line: Line, column: number): Node {
    this.#at++;
    const next = this.#next();
    if (
      next !== undefined &&
      (next.indent > column || (next.indent === column && this.#isItem(next) && !this.#isItem(line)))
    )
      return this.#node();
    return this.#empty(line.end);
  }

  #block(at: number, header: string, column: number, more: { readonly tag?: string }): Scalar {
    const start = Math.min((this.#lines[this.#at]?.end ?? this.#end) + 1, this.#end);
    this.#at++;
    let end = start;
    let last = this.#at;
    for (let index = this.#at; index < this.#lines.length; index++) {
      const line = this.#lines[index];
      if (line === undefined) break;
      if (line.from >= line.end) continue;
      // A directive at the margin interrupts a script only when nothing of it follows.
      if (line.indent <= column) {
        if (DIRECTIVE.test(this.#text.slice(line.from, line.end))) continue;
        break;
      }
      last = index + 1;
      end = Math.min(this.#lines[index + 1]?.start ?? this.#end, this.#end);
    }
    this.#at = last;
    const digit = /[1-9]/.exec(header.split('#', 1)[0] ?? '')?.[0];
    const mapped = decodeBlock(this.#host, {
      folded: header.startsWith('>'),
      chomp: /^.\d?-/.test(header) ? '-' : /^.\d?\+/.test(header) ? '+' : '',
      ...(digit === undefined ? {} : { explicitIndent: Math.max(column, 0) + Number(digit) }),
      start,
      end,
    });
    return this.#keep(
      new Scalar(
        {
          start: at,
          end,
          ...more,
          text: mapped.text,
          value: mapped.text,
          style: header.startsWith('>') ? 'folded' : 'literal',
        },
        () => mapped,
      ),
    );
  }

  #plain(line: Line, at: number, column: number, more: { readonly tag?: string }): Scalar {
    let end = this.#endOfPlain(at, line.end);
    this.#at++;
    if (end === trimEnd(this.#text, at, line.end)) {
      // Lines below that are indented more and are no key and no item continue it.
      for (let next = this.#lines[this.#at]; next !== undefined; next = this.#lines[++this.#at]) {
        if (next.from >= next.end || next.indent <= column) break;
        if (
          this.#isItem(next) ||
          this.#colonIn(next) !== undefined ||
          this.#text[next.from] === '#' ||
          DIRECTIVE.test(this.#text.slice(next.from, next.end))
        )
          break;
        end = trimEnd(this.#text, next.from, next.end);
      }
    }
    return this.#scalar(at, end, 'plain', more);
  }

  #endOfPlain(at: number, end: number): number {
    const comment = / #/.exec(this.#text.slice(at, end));
    return trimEnd(this.#text, at, comment === null ? end : at + comment.index);
  }

  /** A value in `[]` or `{}` and the offset behind it; undefined when it is not closed. */
  #flow(at: number, depth: number): { readonly node: MapNode | SequenceNode; readonly end: number } | undefined {
    const text = this.#text;
    const close = text[at] === '[' ? ']' : '}';
    if (depth > MAX_DEPTH) return undefined;
    const items: Node[] = [];
    const entries: Entry[] = [];
    let next = this.#skipSpace(at + 1);
    while (next < this.#end && text[next] !== close) {
      const item = this.#flowItem(next, depth);
      if (item === undefined) return undefined;
      let past = this.#skipSpace(item.end);
      let value: Node | undefined;
      if (text[past] === ':') {
        const found = this.#flowItem(this.#skipSpace(past + 1), depth);
        if (found === undefined) return undefined;
        value = found.node;
        past = this.#skipSpace(found.end);
      }
      if (close === '}' || value !== undefined) entries.push({ key: item.node, value: value ?? this.#empty(item.end) });
      if (close === ']') {
        items.push(
          value === undefined
            ? item.node
            : { kind: 'map', start: item.node.start, end: value.end, entries: [{ key: item.node, value }] },
        );
      }
      if (text[past] === ',') past = this.#skipSpace(past + 1);
      else if (text[past] !== close) return undefined;
      next = past;
    }
    if (text[next] !== close || next >= this.#end) return undefined;
    const end = next + 1;
    return {
      node: close === ']' ? { kind: 'sequence', start: at, end, items } : { kind: 'map', start: at, end, entries },
      end,
    };
  }

  #flowItem(from: number, depth: number): { readonly node: Node; readonly end: number } | undefined {
    const text = this.#text;
    let at = from;
    const tag = /^!\S*/.exec(text.slice(at, at + 200))?.[0];
    if (tag !== undefined) at = this.#skipSpace(at + tag.length);
    const more = tag === undefined ? {} : { tag };
    const first = text.charAt(at);
    if ((first === '[' || first === '{') && !text.startsWith('{{', at)) {
      const flow = this.#flow(at, depth + 1);
      return flow === undefined ? undefined : { node: { ...flow.node, ...more }, end: flow.end };
    }
    if (first === '"' || first === "'") {
      const close = this.#closeQuote(at, this.#end);
      if (close === undefined) return undefined;
      return { node: this.#scalar(at, close + 1, first === '"' ? 'double' : 'single', more), end: close + 1 };
    }
    let end = at;
    while (
      end < this.#end &&
      !',[]{}\n'.includes(text.charAt(end)) &&
      !(text[end] === ':' && /[\s,\]}]/.test(text.charAt(end + 1)))
    ) {
      if (text.startsWith('{{', end + 1)) {
        const close = text.indexOf('}}', end);
        if (close === -1 || close >= this.#end) return undefined;
        end = close + 1;
      }
      end++;
    }
    if (text.startsWith('{{', at)) {
      const close = text.indexOf('}}', at);
      if (close === -1 || close >= this.#end) return undefined;
      end = close + 2;
    }
    return { node: this.#scalar(at, trimEnd(text, at, end), 'plain', more), end };
  }

  #closeQuote(at: number, end: number): number | undefined {
    const quote = this.#text[at];
    for (let next = at + 1; next < end; next++) {
      const character = this.#text[next];
      if (character === '\\' && quote === '"') next++;
      else if (character === quote) {
        if (quote === "'" && this.#text[next + 1] === "'") next++;
        else return next;
      }
    }
    return undefined;
  }

  #oneLine(start: number, end: number): Scalar {
    const first = this.#text[start];
    return this.#scalar(start, end, first === '"' ? 'double' : first === "'" ? 'single' : 'plain', {});
  }

  #scalar(
    start: number,
    end: number,
    style: Exclude<ScalarStyle, 'literal' | 'folded'>,
    more: { readonly tag?: string },
  ): Scalar {
    const mapped = DECODERS[style](this.#host, start, end);
    const value = style === 'plain' && more.tag === undefined ? typed(mapped.text) : mapped.text;
    return this.#keep(new Scalar({ start, end, ...more, text: mapped.text, value, style }, () => mapped));
  }

  #copy(scalar: Scalar, tag: string): Scalar {
    return new Scalar(
      { start: scalar.start, end: scalar.end, tag, text: scalar.text, value: scalar.text, style: scalar.style },
      () => scalar.mapped,
    );
  }

  #keep(scalar: Scalar): Scalar {
    this.#scalars.push(scalar);
    return scalar;
  }

  #empty(at: number): Scalar {
    return new Scalar({ start: at, end: at, text: '', value: null, style: 'plain' }, () => ({
      text: '',
      map: this.#host.map.slice(at, at),
    }));
  }

  /** Goes on with the line behind the one that holds `offset`. */
  #passTo(offset: number): void {
    for (let line = this.#lines[this.#at]; line !== undefined && line.end < offset; line = this.#lines[++this.#at]);
    this.#at++;
  }

  #endsWord(at: number, end: number): boolean {
    return at >= end || this.#text[at] === ' ' || this.#text[at] === '\t';
  }

  #skipBlanks(at: number, end: number): number {
    let next = at;
    while (next < end && (this.#text[next] === ' ' || this.#text[next] === '\t')) next++;
    return next;
  }

  #skipSpace(at: number): number {
    let next = at;
    while (next < this.#end && /\s/.test(this.#text.charAt(next))) next++;
    return next;
  }
}

const DECODERS = { plain: decodePlain, single: decodeSingleQuoted, double: decodeDoubleQuoted } as const;

/** A plain scalar's value in the core schema (YAML 1.2 §10.3). */
function typed(text: string): Scalar['value'] {
  if (/^(?:null|Null|NULL|~|)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : text;
}

function trimEnd(text: string, start: number, end: number): number {
  let stop = end;
  while (stop > start && /\s/.test(text.charAt(stop - 1))) stop--;
  return stop;
}

/** Maps that only a passed-over line at the margin tore apart are one document. */
function joinMaps(roots: readonly Node[]): readonly Node[] {
  const joined: Node[] = [];
  for (const root of roots) {
    const last = joined.at(-1);
    if (last?.kind === 'map' && root.kind === 'map')
      joined[joined.length - 1] = { ...last, end: root.end, entries: [...last.entries, ...root.entries] };
    else joined.push(root);
  }
  return joined;
}
