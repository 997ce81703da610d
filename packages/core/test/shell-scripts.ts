import fc from 'fast-check';

/** A script that was made up, and whether all that it depends on is in it. */
export interface GeneratedScript {
  readonly text: string;
  /** Nothing in it depends on the environment: the analyser has to know exactly what it sends. */
  readonly isKnown: boolean;
}

const HOST = 'http://169.254.169.254';
const PATHS = [
  'latest/meta-data/instance-id',
  'latest/meta-data/placement/region',
  'latest/user-data',
  'latest/dynamic/instance-identity/document',
] as const;
const NAMES = ['A', 'B', 'URL', 'HDR', 'T'] as const;

interface Part {
  readonly text: string;
  readonly isKnown: boolean;
}

const known = (text: string): Part => ({ text, isKnown: true });
const path = fc.constantFrom(...PATHS);
const name = fc.constantFrom(...NAMES);

/** What a variable may be set to. */
const value: fc.Arbitrary<Part> = fc.oneof(
  { weight: 4, arbitrary: path.map((p) => known(`${HOST}/${p}`)) },
  { weight: 2, arbitrary: fc.constantFrom(HOST, `${HOST}/latest`, 'meta-data', '', 'x y', 'abc').map(known) },
  { weight: 1, arbitrary: name.map((n) => known(`\${${n}:-${HOST}/latest/meta-data/}`)) },
  { weight: 1, arbitrary: name.map((n) => known(`\${${n}%/*}`)) },
  { weight: 1, arbitrary: name.map((n) => known(`\${${n}#http://}`)) },
);

/** A URL in one of its many spellings. */
const url: fc.Arbitrary<Part> = fc.oneof(
  path.map((p) => known(`${HOST}/${p}`)),
  path.map((p) => known(`"${HOST}/${p}"`)),
  path.map((p) => known(`'${HOST}/${p}'`)),
  path.map((p) => known(`${HOST}/latest/"${p.slice('latest/'.length)}"`)),
  name.map((n) => known(`"\${${n}:-${HOST}/latest/meta-data/}"`)),
  fc.constantFrom('1', '2').map((n) => known(`"\${${n}:-${HOST}/latest/user-data}"`)),
);

const header: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fc.constant("-H 'X-aws-ec2-metadata-token: abc'") },
  { weight: 1, arbitrary: fc.constant('-H "X-aws-ec2-metadata-token: $T"') },
  { weight: 1, arbitrary: fc.constant('${T:+-H "X-aws-ec2-metadata-token: $T"}') },
  { weight: 1, arbitrary: fc.constant('"${OPTS[@]}"') },
);

const curl: fc.Arbitrary<Part> = fc
  .tuple(
    fc.constantFrom('curl', 'curl -s', 'curl -sSf -m 2', 'curl --retry 3 -o /dev/null', 'command curl'),
    header,
    url,
  )
  .map(([head, options, target]) => ({
    text: `${head} ${options} ${target.text}`.replace(/ +/g, ' '),
    isKnown: target.isKnown,
  }));

const assignment: fc.Arbitrary<Part> = fc.oneof(
  fc.tuple(name, value).map(([n, v]) => ({ text: `${n}="${v.text}"`, isKnown: v.isKnown })),
  fc.tuple(name, fc.constantFrom('/', '/latest', 'meta-data/')).map(([n, v]) => known(`${n}+=${v}`)),
  fc.constantFrom('OPTS=()', "OPTS=(-H 'X-aws-ec2-metadata-token: abc')", 'OPTS+=(-f)', 'OPTS=(-X GET)').map(known),
  fc.constantFrom('T=abc', 'T=', 'unset T', 'export T').map(known),
);

/** Conditions that a reader can decide, and one that only the machine can. */
const condition: fc.Arbitrary<Part> = fc.oneof(
  { weight: 8, arbitrary: name.map((n) => known(`[ -n "$${n}" ]`)) },
  { weight: 6, arbitrary: name.map((n) => known(`[[ -z $${n} ]]`)) },
  { weight: 6, arbitrary: name.map((n) => known(`[ "$${n}" = abc ]`)) },
  { weight: 1, arbitrary: fc.constantFrom('true', 'false', '! true', '[ 1 -lt 2 ]').map(known) },
  { weight: 1, arbitrary: fc.constant({ text: '[ -e /etc/hostname ]', isKnown: false }) },
);

function block(parts: readonly Part[]): Part {
  return { text: parts.map(({ text }) => text).join('\n'), isKnown: parts.every(({ isKnown }) => isKnown) };
}

const { statement } = fc.letrec<{ statement: Part; body: Part }>((tie) => ({
  body: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }).map(block),
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: curl },
    { weight: 4, arbitrary: assignment },
    { weight: 1, arbitrary: curl.map(({ text, isKnown }) => ({ text: `X=$(${text})`, isKnown })) },
    {
      weight: 1,
      arbitrary: curl.map(({ text, isKnown }) => ({ text: `eval '${text.replaceAll("'", '"')}'`, isKnown })),
    },
    {
      weight: 1,
      arbitrary: curl.map(({ text, isKnown }) => ({ text: `cat <<EOF >/dev/null\n$(${text})\nEOF`, isKnown })),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(condition, tie('body'), tie('body')).map(([c, a, b]) => ({
        text: `if ${c.text}; then\n${a.text}\nelse\n${b.text}\nfi`,
        isKnown: c.isKnown && a.isKnown && b.isKnown,
      })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(condition, curl)
        .map(([c, a]) => ({ text: `${c.text} && ${a.text}`, isKnown: c.isKnown && a.isKnown })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(condition, curl)
        .map(([c, a]) => ({ text: `${c.text} || ${a.text}`, isKnown: c.isKnown && a.isKnown })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.subarray([...PATHS], { minLength: 1 }), header)
        .map(([paths, options]) => known(`for p in ${paths.join(' ')}; do\n  curl ${options} "${HOST}/$p"\ndone`)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(name, tie('body'), tie('body')).map(([n, a, b]) => ({
        text: `case "$${n}" in\n  abc) ${a.text}\n  ;;\n  http*)\n${b.text}\n  ;;\nesac`,
        isKnown: a.isKnown && b.isKnown,
      })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('body'), url).map(([body, target]) => ({
        text: `f() {\n${body.text}\n}\nf ${target.text}\nf`,
        isKnown: body.isKnown && target.isKnown,
      })),
    },
    { weight: 1, arbitrary: tie('body').map((body) => ({ text: `(\n${body.text}\n)`, isKnown: body.isKnown })) },
  ),
}));

/** Scripts of the shell that fetch things, with variables, arrays, functions, conditions, loops, strings and here-documents. */
export const generatedScript: fc.Arbitrary<GeneratedScript> = fc
  .array(statement, { minLength: 1, maxLength: 6 })
  .map((parts) => {
    const { text, isKnown } = block(parts);
    return { text: `unset ${NAMES.join(' ')}\nOPTS=()\nset --\n${text}\n`, isKnown };
  });
