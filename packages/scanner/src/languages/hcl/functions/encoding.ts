import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parse as parseYaml } from 'yaml';
import { toStringValue } from '../type.ts';
import { failure, firstUnknown, NULL, string, textOf, unknown, type Encoded, type Value } from '../value.ts';
import type { Call, FunctionTable, HclFunction } from './function.ts';
import { jsonEncode } from './json.ts';
import { plain, type Plain } from './plain.ts';
import { yamlEncode } from './yaml.ts';

/** An encoding that remembers what it encodes, so that a script can be read through it. */
function remembering(as: 'base64' | 'base64gzip', encode: (text: string) => string): HclFunction {
  return {
    takesUnknown: true,
    apply: ([value = NULL], call) => {
      const text = toStringValue(value);
      if (text.kind === 'unknown' && (text.error === true || text.reference === undefined)) return text;
      if (text.kind !== 'string' && text.kind !== 'unknown') return failure(`${call.name} takes a string`, call.at);
      const encodes: Encoded = { as, value: text };
      const known = textOf(text);
      const hole = firstUnknown(text);
      return {
        kind: 'string',
        at: call.at,
        encodes,
        pieces:
          known !== undefined
            ? [{ kind: 'literal', value: encode(known) }]
            : [
                {
                  kind: 'hole',
                  value: unknown(`${call.name}(…)`, hole?.why ?? 'it is known in part only', { at: call.at }),
                },
              ],
      };
    },
  };
}

function hash(algorithm: string, encoding: 'hex' | 'base64'): HclFunction {
  return plain(['string'], (text) => createHash(algorithm).update(text).digest(encoding));
}

/** Everything behind this many bytes is not looked at: no user data is that long. */
const LONGEST_UNPACKED = 4_000_000;

/** https://developer.hashicorp.com/terraform/language/functions, "Encoding functions" and "Hash and crypto functions". */
export const ENCODING_FUNCTIONS: FunctionTable = {
  base64encode: remembering('base64', (text) => Buffer.from(text).toString('base64')),
  base64gzip: remembering('base64gzip', (text) => gzipSync(text).toString('base64')),
  base64decode: { apply: ([value = NULL], call) => decode(value, call) },
  base64gunzip: plain(['string'], (text) =>
    gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: LONGEST_UNPACKED }).toString('utf8'),
  ),
  textencodebase64: plain(['string', 'string'], (text, encoding) =>
    Buffer.from(text, bufferEncoding(encoding)).toString('base64'),
  ),
  textdecodebase64: plain(['string', 'string'], (text, encoding) =>
    Buffer.from(text, 'base64').toString(bufferEncoding(encoding)),
  ),
  jsonencode: {
    takesUnknown: true,
    takesNull: true,
    apply: ([value = NULL]) => (value.kind === 'unknown' ? value : jsonEncode(value)),
  },
  jsondecode: plain(['string'], (text) => JSON.parse(text) as Plain),
  yamlencode: {
    takesUnknown: true,
    takesNull: true,
    apply: ([value = NULL]) => (value.kind === 'unknown' ? value : yamlEncode(value)),
  },
  yamldecode: plain(['string'], (text) => parseYaml(text) as Plain),
  csvdecode: plain(['string'], readCsv),
  urlencode: plain(['string'], (text) =>
    encodeURIComponent(text)
      .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+'),
  ),
  urldecode: plain(['string'], (text) => decodeURIComponent(text.replaceAll('+', ' '))),
  md5: hash('md5', 'hex'),
  sha1: hash('sha1', 'hex'),
  sha256: hash('sha256', 'hex'),
  sha512: hash('sha512', 'hex'),
  base64sha256: hash('sha256', 'base64'),
  base64sha512: hash('sha512', 'base64'),
  uuidv5: plain(['string', 'string'], uuid5),
};

function decode(value: Value, call: Call): Value {
  const text = toStringValue(value);
  if (text.kind === 'string' && text.encodes?.as === 'base64') return text.encodes.value;
  const known = textOf(text);
  if (known === undefined)
    return text.kind === 'unknown' ? text : unknown('base64decode(…)', 'it is known in part only', { at: call.at });
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(known)) return failure('it is no base64', call.at);
  return string(Buffer.from(known, 'base64').toString('utf8'));
}

function bufferEncoding(name: string): 'utf8' | 'utf16le' | 'latin1' {
  const encoding = { 'UTF-8': 'utf8', 'UTF-16LE': 'utf16le', 'ISO-8859-1': 'latin1' }[name.toUpperCase()];
  if (encoding === undefined) throw new Error(`the encoding ${name} is not evaluated`);
  return encoding as 'utf8';
}

function readCsv(text: string): Plain {
  const rows = text
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        (cell) => cell[1]?.replaceAll('""', '"') ?? cell[2] ?? '',
      ),
    );
  const [header = [], ...body] = rows;
  return body.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}

const NAMESPACES: Readonly<Record<string, string>> = {
  dns: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
  url: '6ba7b811-9dad-11d1-80b4-00c04fd430c8',
  oid: '6ba7b812-9dad-11d1-80b4-00c04fd430c8',
  x500: '6ba7b814-9dad-11d1-80b4-00c04fd430c8',
};

/** RFC 9562 §5.5. */
function uuid5(namespace: string, name: string): string {
  const space = Buffer.from((NAMESPACES[namespace] ?? namespace).replaceAll('-', ''), 'hex');
  if (space.length !== 16) throw new Error('the namespace is no UUID');
  const bytes = createHash('sha1').update(space).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
