/** A file's bytes as text. */
export type Decoded =
  /** `text` never begins with a byte order mark: offsets count from the character after it, as editors show them. `note` says what of the file is not in the text. */
  { readonly kind: 'text'; readonly text: string; readonly note?: string } | { readonly kind: 'binary' };

/** Reads bytes as UTF-8 or UTF-16, by the byte order mark or, without one, by where the NUL bytes stand. Bytes that are no UTF-8 become U+FFFD. */
export function decode(bytes: Uint8Array): Decoded {
  const encoding = encodingOf(bytes);
  if (encoding === 'binary') return { kind: 'binary' };
  const text = new TextDecoder(encoding).decode(bytes);
  if (encoding !== 'utf-8' || !text.includes('\0')) return { kind: 'text', text };
  // A script with a program after it (self-extracting), or a text with a stray NUL.
  const nul = text.indexOf('\0');
  const rest = text.slice(nul);
  if (!isMostlyNoise(rest))
    return { kind: 'text', text, note: `it holds NUL bytes, the first in line ${String(lineOf(text, nul))}` };
  return {
    kind: 'text',
    text: text.slice(0, text.lastIndexOf('\n', nul) + 1),
    note: `from line ${String(lineOf(text, nul))} on it is binary data, which is not read`,
  };
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'binary';

/** Bytes looked at for NULs, as git and grep do it. */
const SNIFFED = 8000;

function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, SNIFFED);
  const nul = head.indexOf(0);
  if (nul === -1) return 'utf-8';
  const [even, odd] = countNuls(head);
  const half = head.length / 2;
  if (odd > half * 0.6 && even < half * 0.05) return 'utf-16le';
  if (even > half * 0.6 && odd < half * 0.05) return 'utf-16be';
  // Text with a few NULs is text; what starts with a line of text and an interpreter is a script, whatever follows.
  if (bytes[0] === 0x23 && bytes[1] === 0x21) return 'utf-8';
  return (even + odd > 8 && (even + odd) / head.length > 0.01) || hasControls(head) ? 'binary' : 'utf-8';
}

function countNuls(bytes: Uint8Array): readonly [number, number] {
  let even = 0;
  let odd = 0;
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== 0) continue;
    if (index % 2 === 0) even++;
    else odd++;
  }
  return [even, odd];
}

function hasControls(bytes: Uint8Array): boolean {
  let controls = 0;
  for (const byte of bytes)
    if (byte < 0x20 && byte !== 0 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27) controls++;
  return controls / bytes.length > 0.01;
}

function isMostlyNoise(text: string): boolean {
  const part = text.slice(0, 4000);
  let noise = 0;
  for (const character of part)
    if (character === '\uFFFD' || (character < ' ' && !'\t\n\f\r\u001b'.includes(character))) noise++;
  return noise > 16 && noise / part.length > 0.05;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
