import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MARKERS } from '../src/discover/markers.ts';
import { hasMarker } from '../src/discover/prefilter.ts';
import { compact } from './compact.ts';
import { inventory, scan } from './run-main.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures', import.meta.url));
const groups = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

test.each(groups)('fixtures/%s: the same with and without the prefilter', { timeout: 120_000 }, async (group) => {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'imdsv2-prefilter-')));
  try {
    cpSync(join(fixtures, group), copy, { recursive: true, filter: (source) => basename(source) !== 'expected.txt' });
    const of = async (...options: readonly string[]): Promise<string> =>
      compact(await scan(copy, '--persona', 'auditor', ...options), await inventory(copy, ...options));
    expect(await of()).toBe(await of('--no-prefilter'));
  } finally {
    rmSync(copy, { recursive: true });
  }
});

/** One address and one path in the disguises that programs put on them. */
test.each([
  ['as it is', 'http://169.254.169.254/latest/meta-data/'],
  ['as an integer', 'http://2852039166/'],
  ['in hexadecimal', 'http://0xA9FEA9FE/'],
  ['in hexadecimal, dotted', 'http://0xa9.0xfe.0xa9.0xfe/'],
  ['in octal', 'http://0251.0376.0251.0376/'],
  ['in octal, one number', 'http://025177524776/'],
  ['percent-encoded', 'http://%31%36%39%2e%32%35%34.169.254/'],
  ['as an IPv6 address', 'http://[fd00:ec2::254]/'],
  ['as an IPv4 address in IPv6', 'http://[::ffff:a9fe:a9fe]/'],
  ['as a name', 'http://instance-data/'],
  ['in escapes', '"\\x31\\x36\\x39.254"'],
  ['in Unicode escapes', '"\\u0031\\u0036\\u0039.254"'],
  ['by its header', 'X-AWS-EC2-Metadata-Token'],
  ['by its path alone', '$HOST/latest/meta-data/'],
])('an address %s is a marker', (_name, text) => {
  expect(hasMarker(Buffer.from(text))).toBe(true);
  expect(hasMarker(Buffer.from(`\uFEFFcurl http://169.254.169.254/ # ${text}`, 'utf16le'))).toBe(true);
  expect(hasMarker(Buffer.from(`\uFEFFcurl http://169.254.169.254/ # ${text}`, 'utf16le').swap16())).toBe(true);
});

test.each([0, 1, 2])('an address in base64 is a marker, %i bytes into its group of three', (shift) => {
  for (const text of ['http://169.254.169.254/', 'curl http://[fd00:ec2::254]/']) {
    expect(hasMarker(Buffer.from(Buffer.from('#'.repeat(shift) + text).toString('base64')))).toBe(true);
  }
});

test('compressed user data is a marker', () => {
  expect(hasMarker(Buffer.from('user_data: H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA=='))).toBe(true);
});

test('plain code is none', () => {
  for (const text of [
    'const metadata = { name: "web" };',
    'kind: Deployment\nmetadata:\n  name: web\n',
    '#!/bin/sh\ncurl https://example.com/user-data\n',
  ]) {
    expect(hasMarker(Buffer.from(text))).toBe(false);
  }
});

test('no marker is shorter than the window of the search', () => {
  expect(Math.min(...MARKERS.map((marker) => marker.length))).toBeGreaterThanOrEqual(4);
});

test('all markers at once are found as one after the other would be', () => {
  const lower = MARKERS.map((marker) => marker.toLowerCase());
  const piece = fc.oneof(
    fc.constantFrom(...MARKERS),
    fc.constantFrom(...MARKERS).map((marker) => marker.slice(0, -1)),
    fc.constantFrom(...MARKERS).map((marker) => marker.slice(1).toUpperCase()),
    fc.string({ maxLength: 6 }),
    fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
      const text = pieces.join('');
      // As bytes: a character beyond Latin-1 becomes one, and only ASCII letters have two cases.
      const bytes = Buffer.from(text, 'latin1');
      const plain = bytes.toString('latin1').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      expect(hasMarker(bytes)).toBe(lower.some((marker) => plain.includes(marker)));
    }),
    { numRuns: 2000 },
  );
});
