import { OffsetMap, type Segment } from './offset-map.ts';

/** A string together with the places of its characters in the files it comes from. */
export interface MappedText {
  readonly text: string;
  readonly map: OffsetMap;
}

/** The part `start..end` of a mapped text. */
export function sliceMapped(mapped: MappedText, start: number, end: number): MappedText {
  return { text: mapped.text.slice(start, end), map: mapped.map.slice(start, end) };
}

/** Several mapped texts in a row. */
export function joinMapped(parts: readonly MappedText[]): MappedText {
  const builder = new MappedTextBuilder();
  for (const part of parts) builder.append(part);
  return builder.build();
}

/**
 * Builds a text out of copied runs, decoded escapes and synthetic characters, and remembers where each came from.
 * `host` is the text that is read from: a whole file, or a text that was itself cut out of something; the result always maps to the outermost files.
 */
export class MappedTextBuilder {
  #text = '';
  readonly #segments: Segment[] = [];

  get length(): number {
    return this.#text.length;
  }

  /** Copies `host.text[start..end]` as it stands. */
  copy(host: MappedText, start: number, end: number): this {
    if (end <= start) return this;
    for (const segment of host.map.slice(start, end).segments)
      this.#push({ ...segment, inner: this.#text.length + segment.inner });
    this.#text += host.text.slice(start, end);
    return this;
  }

  /** Adds `value`, which `host.text[start..end]` stands for (an escape sequence, a folded line break). */
  decoded(value: string, host: MappedText, start: number, end: number): this {
    if (value.length === 0) return this;
    const place = host.map.range(start, end);
    // Equal lengths would read as a verbatim copy, which is harmless only when every character stands where its twin does.
    this.#push({
      inner: this.#text.length,
      length: value.length,
      path: place.path,
      outer: place.start,
      outerLength: place.end - place.start,
    });
    this.#text += value;
    return this;
  }

  /** Adds characters that stand nowhere (a separator between joined lines), placed at one point of the host. */
  synthetic(value: string, host: MappedText, at: number): this {
    return this.decoded(value, host, at, at);
  }

  /** Adds another mapped text whole. */
  append(part: MappedText): this {
    for (const segment of part.map.segments) {
      if (segment.length > 0) this.#push({ ...segment, inner: this.#text.length + segment.inner });
    }
    this.#text += part.text;
    return this;
  }

  build(): MappedText {
    return { text: this.#text, map: new OffsetMap([...this.#segments]) };
  }

  #push(segment: Segment): void {
    const last = this.#segments.at(-1);
    const continues =
      last?.path === segment.path &&
      last.length === last.outerLength &&
      segment.length === segment.outerLength &&
      last.outer + last.outerLength === segment.outer;
    if (continues) {
      this.#segments[this.#segments.length - 1] = {
        ...last,
        length: last.length + segment.length,
        outerLength: last.outerLength + segment.length,
      };
    } else {
      this.#segments.push(segment);
    }
  }
}
