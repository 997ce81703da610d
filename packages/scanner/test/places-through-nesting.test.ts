import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inside } from './inner-documents.ts';

/**
 * Every character of a script that is wrapped two to four times maps to the character, or to the beginning of the escape sequence, that stands
 * for it in the outermost text. The wrappers here write; the front ends read: neither shares code with the other.
 */

/** A text, and for each character of the innermost script where it stands in it. */
interface Wrapped {
  readonly text: string;
  readonly places: readonly number[];
}

type Wrap = (inner: Wrapped) => Wrapped;

/** Encodes character by character between two fixed texts. */
function around(
  before: string,
  encode: (character: string, index: number, text: string) => string,
  after: string,
): Wrap {
  return ({ text, places }) => {
    const starts: number[] = [];
    let out = before;
    for (let index = 0; index < text.length; index++) {
      const first = encode(text.charAt(index), index, text);
      // Blanks that only indent stand before the character, not for it.
      starts.push(out.length + (/^ {2,}(?=[^ ])/.exec(first)?.[0].length ?? 0));
      out += first;
    }
    starts.push(out.length);
    return { text: out + after, places: places.map((place) => starts[place] ?? -1) };
  };
}

/** Lines of a literal block scalar. */
function block(before: string, indent: number, after: string): Wrap {
  return ({ text, places }) => {
    let out = before;
    const starts: number[] = [];
    let isLineStart = true;
    for (const character of text.split('')) {
      if (isLineStart && character !== '\n') out += ' '.repeat(indent);
      starts.push(out.length);
      out += character;
      isLineStart = character === '\n';
    }
    starts.push(out.length);
    return { text: out + after, places: places.map((place) => starts[place] ?? -1) };
  };
}

/** Base64: a character stands at the first sextet that holds one of its bits. */
function base64(before: string, after: string): Wrap {
  return ({ text, places }) => {
    const starts: number[] = [];
    let bytes = 0;
    for (const character of text) {
      const start = before.length + Math.floor((bytes * 8) / 6);
      starts.push(...Array<number>(character.length).fill(start));
      bytes += Buffer.byteLength(character);
    }
    return {
      text: before + Buffer.from(text).toString('base64') + after,
      places: places.map((place) => starts[place] ?? -1),
    };
  };
}

const jsonEscape = (character: string): string => JSON.stringify(character).slice(1, -1);
const xmlEscape = (character: string): string =>
  ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;' })[character] ?? character;
const same = (character: string): string => character;

/** What a script can stand in directly, with what that is. */
const FIRST: readonly (readonly ['cloud-config' | 'mime' | 'script', Wrap])[] = [
  ['cloud-config', block('#cloud-config\nwrite_files:\n  - path: /opt/x\n    content: |\n', 6, 'packages: [curl]\n')],
  ['cloud-config', base64('#cloud-config\nwrite_files:\n  - path: /opt/x\n    encoding: b64\n    content: ', '\n')],
  [
    'cloud-config',
    around('#cloud-config\nruncmd: [ ls ]\nwrite_files:\n  - path: /opt/x\n    content: "', jsonEscape, '"\n'),
  ],
  [
    'mime',
    around(
      'Content-Type: multipart/mixed; boundary="=="\n\n--==\nContent-Type: text/x-shellscript\n\n',
      same,
      '--==--\n',
    ),
  ],
  [
    'mime',
    base64(
      'Content-Type: multipart/mixed; boundary="=="\n\n--==\nContent-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n',
      '\n--==--\n',
    ),
  ],
  ['script', around('', same, '')],
];

/** What cloud-config can stand in. */
const MIDDLE: readonly Wrap[] = [
  around(
    'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=XX\n\n--XX\nContent-Type: text/cloud-config\n\n',
    same,
    '--XX--\n',
  ),
  base64(
    'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=XX\n\n--XX\nContent-Type: text/cloud-config\nContent-Transfer-Encoding: base64\n\n',
    '\n--XX--\n',
  ),
  around('', same, ''),
];

const LAST: readonly (readonly [string, Wrap])[] = [
  ['launch.json', base64('{"UserData": "', '"}')],
  ['launch.json', around('{"LaunchTemplateData": {"UserData": "', jsonEscape, '"}}')],
  [
    'nodes.yaml',
    block('apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nspec:\n  userData: |\n', 4, '  role: x\n'),
  ],
  ['values.yaml', around('a: 1\nuser_data: "', jsonEscape, '"\n')],
  ['jenkins.xml', around('<x><userData>', xmlEscape, '</userData></x>')],
];

/** Lines with what hosts escape: quotes, backslashes, blanks, dollars, percent signs, characters of one to four bytes. */
const script = fc
  .array(fc.stringMatching(/^[a-z"'\\$&<>%é€ #:=-]{0,12}[a-z;|é€]$/), { minLength: 1, maxLength: 8 })
  .map((lines) => `#!/bin/sh\n${lines.map((line) => (line.startsWith('--') ? `x${line}` : line)).join('\n')} 😀\n`);

test('a script in cloud-config or MIME, in MIME, in JSON, YAML or XML', () => {
  fc.assert(
    fc.property(
      script,
      fc.constantFrom(...FIRST),
      fc.constantFrom(...MIDDLE),
      fc.constantFrom(...LAST),
      (text, [kind, first], middle, [path, last]) => {
        const start: Wrapped = { text, places: text.split('').map((_, index) => index) };
        const inner = first(start);
        const wrapped = last(kind === 'cloud-config' ? middle(inner) : inner);
        const { scripts } = inside(path, wrapped.text);
        const found = scripts.find(
          (document) => document.language === 'shell' && document.text.startsWith('#!/bin/sh'),
        );
        expect(found?.text).toBe(text);
        // A character of two units that an escape stands for maps as one.
        const places = wrapped.places.map((place, index) =>
          /[\udc00-\udfff]/.test(text.charAt(index)) ? undefined : place,
        );
        expect(places.map((place, index) => (place === undefined ? undefined : found?.map.at(index).offset))).toEqual(
          places,
        );
      },
    ),
    { numRuns: 400 },
  );
});
