import { gunzipSync, inflateSync } from 'node:zlib';
import { MappedTextBuilder, type MappedText } from 'imdsv2-core';

/** Decoded texts are not read beyond this many characters: user data ends at 16 KB, what is longer is a program or a picture. */
const MAX_DECODED = 4_000_000;

/**
 * Decodes base64 (standard or URL alphabet, blanks and line breaks anywhere) to UTF-8 text; gzip and zlib are unpacked.
 * Every character maps to the base64 characters that it is made of; unpacked characters, which stand nowhere, to the whole from
 * their line's number on (so that two of them on different lines are two places).
 * Undefined when the text is not base64 or does not hold text.
 */
export function decodeBase64(encoded: MappedText): MappedText | undefined {
  const decoded = base64Bytes(encoded.text);
  if (decoded === undefined || decoded.bytes.length === 0) return undefined;
  const { bytes, starts, ends } = decoded;
  if (isPacked(bytes)) return unpack(Uint8Array.from(bytes), encoded);
  const builder = new MappedTextBuilder();
  for (let index = 0; index < bytes.length;) {
    const length = utf8Length(bytes[index] ?? 0);
    const value = decodeUtf8(bytes.slice(index, index + length));
    if (value === undefined) return undefined;
    builder.decoded(
      value,
      encoded,
      starts[index] ?? 0,
      ends[Math.min(index + length, bytes.length) - 1] ?? encoded.text.length,
    );
    index += length;
  }
  return builder.build();
}

/** Whether a text can only be base64: long, in its alphabet, of a decodable length. */
export function looksLikeBase64(text: string): boolean {
  const dense = text.replace(/\s+/g, '');
  return dense.length >= 16 && dense.length % 4 !== 1 && /^[A-Za-z\d+/_-]+={0,2}$/.test(dense);
}

/** Decodes quoted-printable (RFC 2045 §6.7). */
export function decodeQuotedPrintable(encoded: MappedText): MappedText {
  const builder = new MappedTextBuilder();
  let from = 0;
  for (const match of encoded.text.matchAll(/=(?:\r?\n|([\dA-Fa-f]{2}(?:=[89A-Fa-f][\dA-Fa-f])*))/g)) {
    builder.copy(encoded, from, match.index);
    from = match.index + match[0].length;
    if (match[1] === undefined) continue;
    const value = Buffer.from(match[1].replaceAll('=', ''), 'hex').toString('utf8');
    builder.decoded(value, encoded, match.index, from);
  }
  return builder.copy(encoded, from, encoded.text.length).build();
}

/** The bytes, and for each the offsets of the first base64 character that it takes bits from and after the last. */
function base64Bytes(text: string): { bytes: number[]; starts: number[]; ends: number[] } | undefined {
  const bytes: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let bits = 0;
  let count = 0;
  let previous = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 32 || (code >= 9 && code <= 13)) continue;
    if (code === 61) break;
    const value = sextet(code);
    if (value === undefined) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 0xff);
      starts.push(previous);
      ends.push(index + 1);
      if (bytes.length > MAX_DECODED) return undefined;
    }
    previous = index;
  }
  return { bytes, starts, ends };
}

function sextet(code: number): number | undefined {
  if (code >= 65 && code <= 90) return code - 65;
  if (code >= 97 && code <= 122) return code - 71;
  if (code >= 48 && code <= 57) return code + 4;
  if (code === 43 || code === 45) return 62;
  return code === 47 || code === 95 ? 63 : undefined;
}

function isPacked(bytes: readonly number[]): boolean {
  const [first, second = 0] = bytes;
  return (first === 0x1f && second === 0x8b) || (first === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(second));
}

function unpack(bytes: Uint8Array, encoded: MappedText): MappedText | undefined {
  let value: string | undefined;
  try {
    const options = { maxOutputLength: MAX_DECODED };
    value = decodeUtf8(bytes[0] === 0x1f ? gunzipSync(bytes, options) : inflateSync(bytes, options));
  } catch {
    return undefined;
  }
  if (value === undefined) return undefined;
  const builder = new MappedTextBuilder();
  const end = encoded.text.length;
  let at = 0;
  for (const line of value.split(/(?<=\n)/)) {
    const start = Math.min(at++, end - 1);
    // A run as long as its place would read as copied.
    const cut = line.length === end - start ? 1 : line.length;
    builder.decoded(line.slice(0, cut), encoded, start, end).decoded(line.slice(cut), encoded, start, end);
  }
  return builder.build();
}

function utf8Length(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** Undefined for what is not text: bytes that are not UTF-8, control characters. */
function decodeUtf8(bytes: readonly number[] | Uint8Array): string | undefined {
  try {
    const value = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
    // eslint-disable-next-line no-control-regex
    return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(value) ? undefined : value;
  } catch {
    return undefined;
  }
}
