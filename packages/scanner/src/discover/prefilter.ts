import { MARKER_SOURCE } from './markers.ts';

/** Whether the bytes of a file hold a marker: something that a fact could be made of. */
export function hasMarker(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return MARKERS.test(text);
}

/** One pass over the bytes as Latin-1, so that every byte is one character. */
const MARKERS = new RegExp(MARKER_SOURCE, 'i');
