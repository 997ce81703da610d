import { MARKERS } from './markers.ts';

/**
 * Whether the bytes of a file hold a marker: something that a fact could be made of.
 *
 * All markers are looked for at once, in the manner of Wu and Manber: the pair of bytes at the end of a window of four
 * says how far the window may move before any marker can begin in it, most often by three. An expression of so many
 * alternatives takes four times as long.
 */
export function hasMarker(bytes: Uint8Array): boolean {
  const { length } = bytes;
  let at = WINDOW - 1;
  while (at < length) {
    const shift = SHIFTS[((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0)] ?? 0;
    if (shift > 0) {
      at += shift;
      continue;
    }
    if (beginsAt(bytes, at - WINDOW + 1)) return true;
    at++;
  }
  return false;
}

/** Bytes of a marker that decide how far the search may go on; no marker is shorter. */
const WINDOW = 4;

/** Upper-case letters as lower-case ones; other bytes as they are. */
const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));

const FOLDED_MARKERS: readonly Uint8Array[] = MARKERS.map((marker) =>
  Buffer.from(marker, 'latin1').map((byte) => FOLDED[byte] ?? byte),
);

/** Per pair of bytes: how many bytes the window moves on; 0 where a marker's first four may end. */
const SHIFTS = shifts();

/** Markers by the hash of their first four bytes. */
const BY_HEAD = byHead();

function shifts(): Uint8Array {
  const table = new Uint8Array(0x10000).fill(WINDOW - 1);
  for (const marker of FOLDED_MARKERS) {
    for (let end = 1; end < WINDOW; end++) {
      for (const first of inBothCases(marker[end - 1] ?? 0)) {
        for (const second of inBothCases(marker[end] ?? 0)) {
          const pair = (first << 8) | second;
          table[pair] = Math.min(table[pair] ?? 0, WINDOW - 1 - end);
        }
      }
    }
  }
  return table;
}

function byHead(): readonly (readonly Uint8Array[] | undefined)[] {
  const table: Uint8Array[][] = [];
  for (const marker of FOLDED_MARKERS) (table[headHash(marker, 0)] ??= []).push(marker);
  return Array.from({ length: 0x10000 }, (_, hash) => table[hash]);
}

function inBothCases(byte: number): readonly number[] {
  return byte >= 0x61 && byte <= 0x7a ? [byte, byte - 0x20] : [byte];
}

/** Sixteen bits of the four folded bytes at `at` (multiplicative hashing). */
function headHash(bytes: Uint8Array, at: number): number {
  const head =
    folded(bytes, at) | (folded(bytes, at + 1) << 8) | (folded(bytes, at + 2) << 16) | (folded(bytes, at + 3) << 24);
  return Math.imul(head, 0x9e3779b1) >>> 16;
}

function beginsAt(bytes: Uint8Array, at: number): boolean {
  return BY_HEAD[headHash(bytes, at)]?.some((marker) => isAt(marker, bytes, at)) ?? false;
}

function isAt(marker: Uint8Array, bytes: Uint8Array, at: number): boolean {
  if (at + marker.length > bytes.length) return false;
  for (let index = 0; index < marker.length; index++) {
    if (folded(bytes, at + index) !== marker[index]) return false;
  }
  return true;
}

function folded(bytes: Uint8Array, at: number): number {
  return FOLDED[bytes[at] ?? 0] ?? 0;
}
