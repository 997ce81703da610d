/**
 * Where the characters of a text stand in the files that people edit.
 *
 * A text that was cut out of another one (a heredoc, a YAML scalar, a string in a string) consists of runs of
 * characters. A run was either copied one to one, or stands for an escape sequence of another length (`\n`, `$${`,
 * `&quot;`). Runs of one text may come from several files (`join("\n", [file("a.sh"), local.b])`), so every run names its own.
 *
 * All offsets are UTF-16 units.
 */
export interface Segment {
  /** First offset of the run in the inner text. */
  readonly inner: number;
  /** Length of the run in the inner text. */
  readonly length: number;
  /** The file that the run comes from. */
  readonly path: string;
  /** First offset of the run in that file. */
  readonly outer: number;
  /** Length of the run in that file: equal to `length` for copied characters, anything for an escape or a synthetic run (0). */
  readonly outerLength: number;
}

/** A place in a file: UTF-16 offsets, end exclusive. */
export interface Location {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

export class OffsetMap {
  /** Sorted by `inner`, without gaps or overlaps from 0 to the length of the inner text. */
  readonly segments: readonly Segment[];

  constructor(segments: readonly Segment[]) {
    this.segments = segments;
  }

  /** The map of a whole file onto itself. */
  static identity(path: string, length: number): OffsetMap {
    return new OffsetMap([{ inner: 0, length, path, outer: 0, outerLength: length }]);
  }

  /** The map of a part of a file that was copied as it stands. */
  static copy(path: string, outer: number, length: number): OffsetMap {
    return new OffsetMap([{ inner: 0, length, path, outer, outerLength: length }]);
  }

  /** The outermost file and offset of the character at `inner`; for an offset at or past the end, the place just after the last character. */
  at(inner: number): { readonly path: string; readonly offset: number } {
    const segment = this.#segmentAt(inner);
    if (segment === undefined) return { path: '', offset: 0 };
    const { path } = segment;
    if (inner >= segment.inner + segment.length) return { path, offset: segment.outer + segment.outerLength };
    return { path, offset: isCopied(segment) ? segment.outer + (inner - segment.inner) : segment.outer };
  }

  /**
   * The outermost place of the inner range `start..end`. It begins with the first character's place and ends after the
   * last character's; where the characters come from several files, or run backwards, it ends with the last
   * character that continues the place of the first.
   */
  range(start: number, end: number): Location {
    const from = this.at(start);
    let last = from.offset;
    for (let index = this.#indexAt(start); index < this.segments.length; index++) {
      const segment = this.segments[index];
      if (segment === undefined || segment.inner >= end) break;
      if (segment.inner + segment.length <= start) continue;
      if (segment.path !== from.path) break;
      const stop = endWithin(segment, end);
      if (stop < last) break;
      last = stop;
    }
    return { path: from.path, start: from.offset, end: last };
  }

  /** The map of the inner text's part `start..end`. */
  slice(start: number, end: number): OffsetMap {
    const segments: Segment[] = [];
    for (let index = this.#indexAt(start); index < this.segments.length; index++) {
      const segment = this.segments[index];
      if (segment === undefined || segment.inner >= end) break;
      const first = Math.max(start, segment.inner);
      const stop = Math.min(end, segment.inner + segment.length);
      if (first >= stop) continue;
      const skipped = first - segment.inner;
      segments.push(
        isCopied(segment)
          ? {
              inner: first - start,
              length: stop - first,
              path: segment.path,
              outer: segment.outer + skipped,
              outerLength: stop - first,
            }
          : { ...segment, inner: first - start, length: stop - first },
      );
    }
    if (segments.length === 0 && this.segments.length > 0) {
      const { path, offset } = this.at(start);
      segments.push({ inner: 0, length: 0, path, outer: offset, outerLength: 0 });
    }
    return new OffsetMap(segments);
  }

  /** The map from this map's inner text through `outer` (the map of the text that this one was cut out of) to the outermost files. */
  through(outer: OffsetMap): OffsetMap {
    const segments: Segment[] = [];
    for (const segment of this.segments) {
      if (!isCopied(segment) || segment.length === 0) {
        const place = outer.range(segment.outer, segment.outer + segment.outerLength);
        segments.push({ ...segment, path: place.path, outer: place.start, outerLength: place.end - place.start });
        continue;
      }
      for (const part of outer.slice(segment.outer, segment.outer + segment.length).segments) {
        segments.push({ ...part, inner: segment.inner + part.inner });
      }
    }
    return new OffsetMap(segments);
  }

  #segmentAt(inner: number): Segment | undefined {
    return this.segments[this.#indexAt(inner)];
  }

  /** Index of the last run that begins at `inner` or before: all earlier ones end there or before. */
  #indexAt(inner: number): number {
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.segments[middle]?.inner ?? 0) <= inner) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Whether the run's characters stand in the file as they are. */
function isCopied(segment: Segment): boolean {
  return segment.length === segment.outerLength;
}

function endWithin(segment: Segment, end: number): number {
  if (end >= segment.inner + segment.length || !isCopied(segment)) return segment.outer + segment.outerLength;
  return segment.outer + (end - segment.inner);
}
