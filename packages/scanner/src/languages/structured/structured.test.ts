import { embeddedDocument, fileDocument, type MappedText } from 'imdsv2-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isScalar, parseAllDocuments, visit } from 'yaml';
import { get, readJson, readYaml, scalarsOf, type Node, type Scalar } from './index.ts';

const yaml = (text: string) => readYaml(fileDocument('a.yml', text, 'yaml'));
const json = (text: string) => readJson(fileDocument('a.json', text, 'json'));

/** The tree as plain values. */
function plain(node: Node | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [String(plain(key)), plain(value)]));
}

describe('readYaml', () => {
  test('keeps tags, expands merge keys and aliases, folds and decodes', () => {
    const tree = yaml(
      'a: !Sub |\n  x\n  y ${b}\nb: "q\\u0041\\n\n  z"\n# note\nc: [1, &x {d: yes}]\ne: *x\nf:\n  <<: *x\n  g: null\n',
    );
    expect(tree.problems).toEqual([]);
    expect(plain(tree.roots[0])).toEqual({
      a: 'x\ny ${b}\n',
      b: 'qA\n z',
      c: [1, { d: 'yes' }],
      e: { d: 'yes' },
      f: { g: null, d: 'yes' },
    });
    expect(get(tree.roots[0], 'a')?.tag).toBe('!Sub');
    expect(tree.comments.map((comment) => comment.text)).toEqual(['# note']);
  });

  test('takes no number sign inside a scalar for a comment', () => {
    const tree = yaml("a: |  # header\n  # script\nb: 'x # y'\nc: d # tail\n");
    expect(tree.comments.map((comment) => comment.text)).toEqual(['# header', '# tail']);
  });

  test('tolerates duplicate keys and several documents', () => {
    const tree = yaml('a: 1\na: 2\n---\n- x\n');
    expect(tree.problems).toEqual([]);
    expect(tree.roots.map((root) => root.kind)).toEqual(['map', 'sequence']);
    expect(tree.roots[0]?.kind === 'map' && tree.roots[0].entries.length).toBe(2);
  });

  test('reads a Go template line by line, structure kept', () => {
    const tree = yaml(
      [
        '{{- if .Values.on }}',
        'kind: {{ .Values.kind }}',
        'metadata: {name: {{ .Release.Name }}, x: 1}',
        'spec:',
        '  {{- range .Values.items }}',
        '  script: |',
        '    first {{ . }}',
        '{{- if .x }}',
        '    second',
        '{{- end }}',
        '  args: [\'-c\', "a\\tb"]',
        '  list:',
        '  - name: x',
        '    run: !Sub "y"',
        '  - 3',
        '{{- end }}',
        'last: word',
        '',
      ].join('\n'),
    );
    expect(tree.problems).toHaveLength(1);
    expect(plain(tree.roots[0])).toEqual({
      kind: '{{ .Values.kind }}',
      metadata: { name: '{{ .Release.Name }}', x: 1 },
      spec: {
        script: 'first {{ . }}\n{{- if .x }}\nsecond\n',
        args: ['-c', 'a\tb'],
        list: [{ name: 'x', run: 'y' }, 3],
      },
      last: 'word',
    });
  });

  test('reads what a broken line leaves', () => {
    const tree = yaml('a: "never closed\nb:\n  - c: |\n      script\n  - d\n');
    expect(tree.problems).toHaveLength(1);
    expect(plain(tree.roots[0])).toMatchObject({ b: [{ c: 'script\n' }, 'd'] });
  });

  test('survives hostile nesting', () => {
    for (const text of ['['.repeat(20_000), '{a: '.repeat(20_000), '- '.repeat(20_000), `${'['.repeat(20_000)}{{ x }}`])
      expect(() => yaml(text)).not.toThrow();
  });
});

describe('readJson', () => {
  test('reads comments and trailing commas', () => {
    const tree = json('// c\n{"a": [1, true, null, "x\\u0041\\n",], /* d */ "b": {},}');
    expect(tree.problems).toEqual([]);
    expect(plain(tree.roots[0])).toEqual({ a: [1, true, null, 'xA\n'], b: {} });
    expect(tree.comments.map((comment) => comment.text)).toEqual(['// c', '/* d */']);
  });

  test('reads several values in a row', () => {
    const tree = json('{"a": 1}\n{"b": "x"}\n[2]\n');
    expect(tree.problems).toEqual([]);
    expect(tree.roots.map(plain)).toEqual([{ a: 1 }, { b: 'x' }, [2]]);
    expect(tree.roots[1]).toMatchObject({ start: 9, end: 19 });
  });

  test('reads what stands around an error', () => {
    const tree = json('{"a": 1, "b": oops, "c": ["x"');
    expect(tree.problems).toHaveLength(1);
    expect(plain(tree.roots[0])).toMatchObject({ a: 1, c: ['x'] });
  });

  test('survives hostile nesting', () => {
    expect(json('['.repeat(200_000)).problems).not.toEqual([]);
  });
});

describe('places', () => {
  /** Words and whitespace that meet every branch of the decoders. */
  const content = fc
    .array(
      fc.constantFrom(
        'a',
        'bc',
        ' ',
        '  ',
        '\n',
        '\n\n',
        '\r\n',
        '\t',
        "'",
        "''",
        '"',
        '\\n',
        '\\u00e9',
        '\\x41',
        '\\\n',
        ': ',
        '#',
        ' #',
        '- ',
        '😀',
        'é',
        '${x}',
        '{',
        '[',
        ',',
        '\\q',
        '\\',
        '|',
      ),
      { maxLength: 14 },
    )
    .map((parts) => parts.join(''));
  const indented = (text: string, by: number): string =>
    text
      .split('\n')
      .map((line) => (/^\r?$/.test(line) ? line : ' '.repeat(by) + line))
      .join('\n');
  const value = fc.oneof(
    content.map((text) => `"${indented(text.replaceAll('"', ''), 2).trimStart()}"`),
    content.map((text) => `'${indented(text.replaceAll("'", "''"), 2).trimStart()}'`),
    content.map((text) => indented(text, 2).trimStart()),
    fc
      .record({
        sign: fc.constantFrom('|', '>'),
        chomp: fc.constantFrom('', '-', '+'),
        digit: fc.constantFrom('', '2', '1'),
        text: content,
      })
      .map(({ sign, chomp, digit, text }) => `${sign}${digit}${chomp}\n${indented(text, 2)}`),
  );
  const documents = fc
    .array(value, { minLength: 1, maxLength: 4 })
    .map((values) => values.map((each, index) => `k${index}: ${each}\n`).join(''));

  test('every scalar is what the parser says, and every character stands where it came from', () => {
    let scalars = 0;
    let placed = 0;
    fc.assert(
      fc.property(documents, (text) => {
        const [document] = [parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' })].flat();
        const tree = yaml(text);
        if (document === undefined || !('errors' in document) || document.errors.length > 0) return;
        const expected: string[] = [];
        visit(document, {
          Scalar: (key, node) => {
            if (key !== 'key' && isScalar(node)) expected.push(node.source ?? '');
          },
        });
        const found = tree.roots.flatMap((root) => [...scalarsOf(root)].map(({ scalar }) => scalar));
        expect(found.map((scalar) => scalar.mapped.text)).toEqual(expected);
        for (const scalar of found) {
          scalars++;
          placed += expectPlaced(scalar, text);
        }
      }),
      { numRuns: 4000 },
    );
    expect(scalars).toBeGreaterThan(2000);
    expect(placed).toBeGreaterThan(10_000);
  }, 120_000);

  test('reading line by line gives the same as parsing, where both can', () => {
    const line = fc.constantFrom(
      'a',
      'word one',
      '"q\\tx"',
      "'it''s'",
      '12',
      '[x, "y", {z: 1}]',
      '{a: b, c: [d]}',
      '|\n    s1\n      s2\n\n    s3',
      '>-\n    f1\n    f2',
      '!Ref x',
      '!Sub "z"',
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (values) => {
        const text = `top:\n${values.map((each, index) => `  k${index}: ${each}\n`).join('')}list:\n${values.map((each) => `  - ${each}\n`).join('')}`;
        // One slip at the end sends the whole document to the line reader.
        const broken = yaml(`${text}slip: "open\n`);
        expect(broken.problems).toHaveLength(1);
        const whole = plain(yaml(text).roots[0]) as object;
        const rest = plain(broken.roots[0]) as { slip?: unknown };
        delete rest.slip;
        expect(rest).toEqual(whole);
      }),
    );
  });

  test('through several levels: a script in YAML in a JSON string in a YAML block', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('curl', ' ', '\n', '"', '\\', 'é', '😀', '\t', "'", '${x}'), {
          minLength: 1,
          maxLength: 30,
        }),
        (parts) => {
          const script = `<${parts.join('')}>`;
          const inner = `run: ${JSON.stringify(script)}\n`;
          const middle = JSON.stringify({ manifest: inner }, null, 2);
          const outer = `deep:\n  file: |\n${middle
            .split('\n')
            .map((each) => `    ${each}\n`)
            .join('')}after: 1\n`;
          const file = fileDocument('outer.yml', outer, 'yaml');
          const block = get(get(readYaml(file).roots[0], 'deep'), 'file') as Scalar;
          const first = embeddedDocument(file, 'json', block.mapped, 'file');
          const string = get(readJson(first).roots[0], 'manifest') as Scalar;
          const second = embeddedDocument(first, 'yaml', string.mapped, 'manifest');
          const run = get(readYaml(second).roots[0], 'run') as Scalar;
          expect(run.mapped.text).toBe(script);
          expectEscaped(run.mapped, outer);
        },
      ),
    );
  });
});

/** Characters that were copied stand at their place; places never run backwards. Gives the number of copied characters. */
function expectPlaced(scalar: Scalar, text: string): number {
  let copied = 0;
  let last = -1;
  const { mapped } = scalar;
  for (let index = 0; index < mapped.text.length; index++) {
    const { offset } = mapped.map.at(index);
    expect(offset).toBeGreaterThanOrEqual(last);
    expect(offset).toBeGreaterThanOrEqual(scalar.start);
    expect(offset).toBeLessThanOrEqual(scalar.end);
    last = offset;
    if (text[offset] === mapped.text[index]) copied++;
    else
      expect(`${text.slice(offset, offset + 2)}→${mapped.text[index] ?? ''}`).toMatch(/^(?:\\.|\n.?|''|\r.)?→|^→\n/su);
  }
  return copied;
}

/** Every character maps to itself or to the backslash of the escape that it came from, in order. */
function expectEscaped(mapped: MappedText, outer: string): void {
  let last = -1;
  for (let index = 0; index < mapped.text.length; index++) {
    const { offset } = mapped.map.at(index);
    expect(offset).toBeGreaterThan(last);
    last = offset;
    const character = outer[offset] ?? '';
    if (character !== mapped.text[index]) expect(character).toBe('\\');
  }
}
