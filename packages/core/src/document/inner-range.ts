import type { Location, OffsetMap } from './offset-map.ts';

/** The part of an inner text that stands at a place of the outermost file: the way back of `OffsetMap.range`. Undefined where no character of the text stands there. */
export function innerRange(
  map: OffsetMap,
  { path, start, end }: Location,
): { readonly start: number; readonly end: number } | undefined {
  let from: number | undefined;
  let to: number | undefined;
  for (const segment of map.segments) {
    const stop = segment.outer + segment.outerLength;
    if (segment.path !== path || segment.outer >= end || stop <= start) continue;
    const isCopied = segment.length === segment.outerLength;
    const first = isCopied ? segment.inner + Math.max(0, start - segment.outer) : segment.inner;
    const last = isCopied
      ? segment.inner + Math.min(segment.length, end - segment.outer)
      : segment.inner + segment.length;
    from = Math.min(from ?? first, first);
    to = Math.max(to ?? last, last);
  }
  return from === undefined || to === undefined ? undefined : { start: from, end: to };
}
