import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { decode } from '../session/decode.ts';

/**
 * Puts a new text in the place of a file's text, whole or not at all: it is written beside the file, flushed, and then takes its name. Byte order mark,
 * encoding, mode and owner stay; a link stays a link. Throws when the file no longer says `expected`, or cannot be written back byte for byte.
 */
export function writeText(path: string, expected: string, text: string): void {
  const real = realpathSync(path);
  const bytes = readFileSync(real);
  const decoded = decode(bytes);
  if (decoded.kind !== 'text' || decoded.text !== expected) throw new Error('it has changed since it was read');
  const encode = encoderOf(bytes);
  if (!encode(expected).equals(bytes))
    throw new Error('it holds bytes that are no text, which cannot be written back as they are');
  const { mode, uid, gid } = statSync(real);
  const keep = (file: number): void => {
    fchmodSync(file, mode & 0o7777);
    keepOwner(file, uid, gid);
  };
  writeBeside(real, encode(text), (beside) => renameSync(beside, real), mode, keep);
}

/** Makes a file, whole or not at all: it is written beside its place, flushed, and then linked there. Throws when there is one already. */
export function writeNewText(path: string, text: string): void {
  writeBeside(path, Buffer.from(text, 'utf8'), (beside) => linkSync(beside, path));
}

/** Writes a file beside `path` and flushes it, then `place` puts it there; nothing is left behind. `keep`: done while it is open. */
function writeBeside(
  path: string,
  bytes: Uint8Array,
  place: (beside: string) => void,
  mode = 0o666,
  keep?: (file: number) => void,
): void {
  const beside = join(dirname(path), `.${basename(path)}.imdsv2-${randomBytes(6).toString('hex')}`);
  const file = openSync(beside, 'wx', mode);
  try {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      keep?.(file);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    place(beside);
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Who may not give files away keeps what they have written. */
function keepOwner(file: number, uid: number, gid: number): void {
  try {
    fchownSync(file, uid, gid);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) throw error;
  }
}

/** Writes texts the way a file's bytes are written: UTF-8 or UTF-16, with its byte order mark if it has one. */
function encoderOf(bytes: Buffer): (text: string) => Buffer {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return (text) => Buffer.from(`\uFEFF${text}`, 'utf16le');
  if (first === 0xfe && second === 0xff) return (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
  if (first === 0xef && second === 0xbb && third === 0xbf) return (text) => Buffer.from(`\uFEFF${text}`, 'utf8');
  if (first !== 0 && second === 0) return (text) => Buffer.from(text, 'utf16le');
  if (first === 0 && second !== 0) return (text) => Buffer.from(text, 'utf16le').swap16();
  return (text) => Buffer.from(text, 'utf8');
}
