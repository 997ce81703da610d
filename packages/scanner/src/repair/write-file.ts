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
  const beside = join(dirname(real), `.${basename(real)}.imdsv2-${randomBytes(6).toString('hex')}`);
  const file = openSync(beside, 'wx', mode);
  try {
    try {
      const changed = encode(text);
      for (let at = 0; at < changed.length;) at += writeSync(file, changed, at);
      fchmodSync(file, mode & 0o7777);
      keepOwner(file, uid, gid);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, real);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Makes a file, whole or not at all: it is written beside its place, flushed, and then linked there. Throws when there is one already. */
export function writeNewText(path: string, text: string): void {
  const beside = join(dirname(path), `.${basename(path)}.imdsv2-${randomBytes(6).toString('hex')}`);
  const file = openSync(beside, 'wx');
  try {
    try {
      const bytes = Buffer.from(text, 'utf8');
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(beside, path);
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
