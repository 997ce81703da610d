import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { reasonOf } from './walk.ts';

/** What a search for markers found in a file. */
export type SearchResult =
  | { readonly kind: 'unmarked' }
  /** `bytes`: the whole file, unless it is larger than `keepUpTo`. */
  | { readonly kind: 'marked'; readonly bytes: Buffer | undefined }
  | { readonly kind: 'unreadable'; readonly reason: string };

type IsMarked = (bytes: Uint8Array) => boolean;

/** Bytes of a file that are searched at once; also the size of the buffer that every file is read into. */
const CHUNK = 1024 * 1024;

/** Longer than any marker, so that one across two chunks is found. */
const OVERLAP = 256;

const buffer = Buffer.allocUnsafeSlow(CHUNK + OVERLAP);

/**
 * Searches a file for markers without keeping what has none: most files of a tree are read into one and the same buffer and forgotten.
 * `path` is absolute; files up to `keepUpTo` bytes are returned whole when they are marked. `isMarked` looks at the bytes of a file, of a large one in parts.
 */
export function searchFile(path: string, keepUpTo: number, isMarked: IsMarked): SearchResult {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    return size <= CHUNK ? searchSmall(file, size, isMarked) : searchLarge(file, size, keepUpTo, isMarked);
  } catch (error) {
    return { kind: 'unreadable', reason: reasonOf(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function searchSmall(file: number, size: number, isMarked: IsMarked): SearchResult {
  const length = readFully(file, buffer, 0, size, 0);
  const bytes = buffer.subarray(0, length);
  return isMarked(bytes) ? { kind: 'marked', bytes: Buffer.from(bytes) } : { kind: 'unmarked' };
}

function searchLarge(file: number, size: number, keepUpTo: number, isMarked: IsMarked): SearchResult {
  let kept = 0;
  for (let position = 0; position < size;) {
    const length = readFully(file, buffer, kept, CHUNK, position);
    if (length === 0) break;
    if (isMarked(buffer.subarray(0, kept + length))) {
      if (size > keepUpTo) return { kind: 'marked', bytes: undefined };
      const whole = Buffer.allocUnsafe(size);
      return { kind: 'marked', bytes: whole.subarray(0, readFully(file, whole, 0, size, 0)) };
    }
    position += length;
    const end = kept + length;
    kept = Math.min(OVERLAP, end);
    buffer.copyWithin(0, end - kept, end);
  }
  return { kind: 'unmarked' };
}

function readFully(file: number, into: Buffer, at: number, length: number, position: number): number {
  let read = 0;
  while (read < length) {
    const more = readSync(file, into, at + read, length - read, position + read);
    if (more === 0) break;
    read += more;
  }
  return read;
}
