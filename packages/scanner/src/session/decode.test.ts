import { describe, expect, test } from 'vitest';
import { decode } from './decode.ts';

const SCRIPT = '#!/bin/sh\ncurl http://169.254.169.254/latest/meta-data/\n';

function utf16(text: string, order: 'le' | 'be', mark = true): Uint8Array {
  const bytes = Buffer.from((mark ? '\uFEFF' : '') + text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

describe('text', () => {
  test.each([
    ['UTF-8', Buffer.from(SCRIPT)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${SCRIPT}`)],
    ['UTF-16, little end first', utf16(SCRIPT, 'le')],
    ['UTF-16, big end first', utf16(SCRIPT, 'be')],
    // PowerShell on Windows writes it so when told `-Encoding Unicode`; some tools drop the mark.
    ['UTF-16 without a mark', utf16(SCRIPT, 'le', false)],
    ['UTF-16 without a mark, big end first', utf16(SCRIPT, 'be', false)],
  ])('%s', (_name, bytes) => {
    expect(decode(bytes)).toEqual({ kind: 'text', text: SCRIPT });
  });

  test('bytes that are no UTF-8 cost themselves only', () => {
    expect(decode(Buffer.from('# caf\xe9\ncurl x\n', 'latin1'))).toEqual({
      kind: 'text',
      text: '# caf\uFFFD\ncurl x\n',
    });
  });

  test('an empty file', () => {
    expect(decode(Buffer.alloc(0))).toEqual({ kind: 'text', text: '' });
  });
});

describe('NUL bytes', () => {
  test('a stray one costs nothing, and is said', () => {
    const text = `# a\n# b\0\n${SCRIPT.repeat(5)}`;
    expect(decode(Buffer.from(text))).toEqual({ kind: 'text', text, note: 'it holds NUL bytes, the first in line 2' });
  });

  test('what follows a script is not read, and that is said', () => {
    const archive = Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * 7919) % 256));
    expect(decode(Buffer.concat([Buffer.from(SCRIPT), Buffer.from('\n'), archive]))).toEqual({
      kind: 'text',
      text: `${SCRIPT}\n`,
      note: 'from line 4 on it is binary data, which is not read',
    });
  });

  test('a program is binary', () => {
    const program = Buffer.concat([
      Buffer.from('\x7fELF\x02\x01\x01'),
      Buffer.alloc(200),
      Buffer.from('http://169.254.169.254/latest/meta-data/'),
    ]);
    expect(decode(program)).toEqual({ kind: 'binary' });
  });
});
