import { describe, expect, it } from 'vitest';
import { render } from '../text/text.ts';
import { analyseScript, margin } from '../../test/judge-script.ts';

const ID = '/latest/meta-data/instance-id';
const URL = `http://169.254.169.254${ID}`;

/** Each case: why it is here, the script, and what stands in its margin. */
const CASES: readonly (readonly [why: string, script: string, margin: readonly string[]])[] = [
  [
    'a constant far above the request',
    `readonly BASE=http://169.254.169.254/latest\n\nget() {\n  local path=$1\n  curl -s "$BASE/meta-data/$path"\n}\nget instance-id`,
    [`5 tokenless GET ${ID}`],
  ],
  [
    'a URL put together over several assignments',
    `H=169.254.169.254\nU="http://$H"\nU+=/latest\nU="$U/meta-data/"\ncurl "\${U}instance-id"`,
    [`5 tokenless GET ${ID}`],
  ],
  [
    'a default for a variable of the environment',
    'curl ${IMDS_URL:-http://169.254.169.254}/latest/meta-data/instance-id',
    [`1 tokenless GET ${ID}`],
  ],
  ['a trailing slash that is cut off', `B=http://169.254.169.254/\ncurl "\${B%/}${ID}"`, [`2 tokenless GET ${ID}`]],
  [
    'headers in an array',
    `T=$(curl -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token) || exit 1\nopts=(-s -f)\nopts+=(-H "X-aws-ec2-metadata-token: $T")\ncurl "\${opts[@]}" ${URL}`,
    ['1 token-request PUT /latest/api/token', `4 token GET ${ID}`],
  ],
  [
    'an associative array',
    `declare -A u=([id]=${URL} [x]=http://example.com)\ncurl "\${u[id]}"`,
    [`2 tokenless GET ${ID}`],
  ],
  [
    'a function that is judged at each call',
    `imds() { curl -s "http://169.254.169.254/latest/$1"; }\nimds meta-data/instance-id\nimds user-data`,
    [`1 tokenless GET ${ID}`],
  ],
  [
    'a wrapper that only passes its arguments on is shown at the call',
    `fetch_url() {\n  curl --fail "$@"\n}\nfetch_url -H "X-aws-ec2-metadata-token: $TOKEN" ${URL}\nfetch_url ${URL}`,
    [`4 token GET ${ID}`, `5 tokenless GET ${ID}`],
  ],
  [
    'a function that nobody calls',
    `region() {\n  curl -s http://169.254.169.254/latest/meta-data/placement/$1\n}`,
    ['2 tokenless GET /latest/meta-data/placement/*'],
  ],
  [
    'a token that one function sets and another one reads',
    `TOKEN=\nlogin() { TOKEN=$(curl -sf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token); }\nid() { curl -H "X-aws-ec2-metadata-token: $TOKEN" ${URL}; }`,
    ['2 token-request PUT /latest/api/token', `3 unchecked-token GET ${ID}`],
  ],
  [
    'a command in a string',
    `cmd="curl -s -H 'X-aws-ec2-metadata-token: $T'"\neval $cmd "${URL}"`,
    [`2 token GET ${ID}`],
  ],
  [
    'an alias, as shells other than bash and interactive ones expand it',
    `alias imds='curl -s -H "X-aws-ec2-metadata-token: $T"'\nalias curl='curl -f'\nimds ${URL}\ncurl ${URL}`,
    [`3 token GET ${ID}`, `4 tokenless GET ${ID}`],
  ],
  ['an alias that a script of bash does not expand', `#!/bin/bash\nalias get='curl -s'\nget ${URL}`, []],
  [
    'an alias that it was told to expand',
    `#!/bin/bash\nshopt -s expand_aliases\nalias get='curl -s'\nget ${URL}`,
    [`4 tokenless GET ${ID}`],
  ],
  [
    'a name for another variable',
    `add() { local -n o=$1; o+=(-H "X-aws-ec2-metadata-token: $2"); }\nopts=(-s)\nadd opts abc\ncurl "\${opts[@]}" ${URL}\ndeclare -n u=X\nX=${URL}\ncurl "$u"`,
    [`4 token GET ${ID}`, `7 tokenless GET ${ID}`],
  ],
  [
    'a variable that was taken away',
    `U=http://example.com\nunset U\ncurl "\${U-${URL}}"\nopts=(-H "X-aws-ec2-metadata-token: abc")\nunset opts\ncurl "\${opts[@]}" ${URL}`,
    [`3 tokenless GET ${ID}`, `6 tokenless GET ${ID}`],
  ],
  ['a function that was taken away', `get() { curl "$1"; }\nunset -f get\nget ${URL}`, []],
  [
    'fields that something else than blanks separates',
    `L=http://example.com,${URL}\nIFS=, read -r a b <<< "$L"\ncurl "$b"\nIFS=,\nfor u in $L; do curl $u; done`,
    [`3 tokenless GET ${ID}`, `5 tokenless GET ${ID}`],
  ],
  ['bash -c sees exported variables only', `export U=${URL}\nbash -c 'curl "$U"'`, [`2 tokenless GET ${ID}`]],
  [
    'text that is sent to another machine',
    `ssh -o X=y admin@host 'curl ${URL}\n  curl -s ${URL}'`,
    [`1 tokenless GET ${ID}`, `2 tokenless GET ${ID}`],
  ],
  ['wrappers with options of their own', `sudo -u app timeout 5 env A=b curl ${URL}`, [`1 tokenless GET ${ID}`]],
  ['a container', `docker exec -it web sh -c "wget -qO- ${URL}"`, [`1 tokenless GET ${ID}`]],
  ['a wrapper that the script does not define', `retry 5 10 curl -s ${URL}`, [`1 tokenless GET ${ID}`]],
  [
    'a substitution in an unquoted here-document',
    `cat <<EOF >/etc/facts\nid=$(curl -s ${URL})\nEOF`,
    [`2 tokenless GET ${ID}`],
  ],
  [
    'a quoted here-document that becomes a script',
    `cat > /usr/local/bin/x.sh <<'EOF'\n#!/bin/sh\ncurl -s ${URL}\nEOF`,
    [`3 tokenless GET ${ID}`],
  ],
  [
    'an escaped substitution in an unquoted here-document',
    `cat > x.sh <<EOF\n#!/bin/sh\nID=\\$(curl -s ${URL})\nEOF`,
    [`3 tokenless GET ${ID}`],
  ],
  ['lines of a script in an echo', `echo -e "#!/bin/bash\\ncurl ${URL}" > /etc/rc.local`, [`1 tokenless GET ${ID}`]],
  ['backticks in backticks', `x=\`echo \\\`curl ${URL}\\\`\``, [`1 tokenless GET ${ID}`]],
  [
    'a loop over known words',
    `for p in instance-id ami-id; do\n  curl -s http://169.254.169.254/latest/meta-data/$p\ndone`,
    [`2 tokenless GET ${ID}`],
  ],
  ['an arm that is never taken', `V=2\nif [ "$V" = 1 ]; then curl ${URL}; fi`, []],
  ['a command after the end', `exit 0\ncurl ${URL}`, []],
  [
    'an input that is read line by line',
    `while read -r p; do curl "http://169.254.169.254/latest/$p"; done <<EOF\nmeta-data/instance-id\nEOF`,
    [`1 tokenless GET ${ID}`],
  ],
  [
    'words that a pipe hands to xargs',
    `echo instance-id | xargs -I{} curl http://169.254.169.254/latest/meta-data/{}`,
    [`1 tokenless GET ${ID}`],
  ],
  [
    'base64 that is decoded and run',
    `echo Y3VybCBodHRwOi8vMTY5LjI1NC4xNjkuMjU0L2xhdGVzdC9tZXRhLWRhdGEvaW5zdGFuY2UtaWQ= | base64 -d | bash`,
    [`1 tokenless GET ${ID}`],
  ],
  [
    'a header that a branch leaves out',
    `if [ -n "$V2" ]; then H="X-aws-ec2-metadata-token: $T"; fi\nif [ -n "$V2" ]; then curl -H "$H" ${URL}; fi`,
    [`2 token GET ${ID}`],
  ],
  [
    'arguments of a parsed option list',
    `run() {\n  while [ $# -gt 0 ]; do\n    case $1 in\n      --path) P=$2; shift 2 ;;\n      *) shift ;;\n    esac\n  done\n  curl http://169.254.169.254/latest/$P\n}\nrun --verbose --path meta-data/instance-id`,
    [`8 tokenless GET ${ID}`],
  ],
];

const SILENT: readonly (readonly [why: string, script: string])[] = [
  ['a block list', 'iptables -A OUTPUT -d 169.254.169.254 -j DROP'],
  ['proxies', 'export NO_PROXY=169.254.169.254\ncurl --noproxy 169.254.169.254 https://example.com'],
  ['an example in a message', `echo "try: curl ${URL}"\nprintf 'curl %s\\n' ${URL}`],
  ['a search', `grep -rn "curl ${URL}" .`],
  ['a hosts file', 'echo "169.254.169.254 metadata" >> /etc/hosts'],
  ['a constant alone', `URL=${URL}`],
  [
    'another cloud by its path',
    'curl -H Metadata:true http://169.254.169.254/metadata/instance?api-version=2021-02-01',
  ],
  ['help text', `usage() { cat <<EOF\n  curl ${URL}\nEOF\n}\nusage`],
];

describe('a script is evaluated', () => {
  it.each(CASES)('%s', (_, script, expected) => {
    expect(margin(script)).toEqual(expected);
  });

  it.each(SILENT)('no request: %s', (_, script) => {
    expect(margin(script).filter((note) => !note.includes('other-cloud'))).toEqual([]);
  });
});

describe('a URL of which one way is not known', () => {
  it('is listed each way, and the known one decides', () => {
    const script = `curl "\${IMDS_URL:-${URL}}"`;
    const [request] = analyseScript(script).program.requests;
    expect(request?.variants.map(({ url }) => render(url))).toEqual(['${IMDS_URL}', URL]);
    expect(margin(script)).toEqual([`1 tokenless GET ${ID}`]);
  });

  it('is no request of ours where none is known', () => {
    expect(margin(`# 169.254.169.254\ncurl "\${FEED_URL:-https://example.com}" "$OTHER"`)).toEqual([]);
  });
});

describe('files beside the script', () => {
  const files = new Map([
    [
      'lib/imds.sh',
      `imds_get() {\n  curl -s -H "X-aws-ec2-metadata-token: $TOKEN" "http://169.254.169.254/latest/meta-data/$1"\n}`,
    ],
    ['bin/lib.sh', 'BASE=http://169.254.169.254/latest'],
  ]);
  const context = { readFile: (path: string) => files.get(path) };

  it('a sourced file gives its constants', () => {
    expect(margin('. ./lib.sh\ncurl $BASE/meta-data/instance-id', { path: 'bin/run.sh' }, context)).toEqual([
      `2 tokenless GET ${ID}`,
    ]);
  });

  it("a folder that only a running shell knows is the script's own", () => {
    expect(
      margin('source "$(dirname "$0")/lib.sh"\ncurl $BASE/meta-data/instance-id', { path: 'bin/run.sh' }, context),
    ).toEqual([`2 tokenless GET ${ID}`]);
  });

  it('nothing above the tree is asked for', () => {
    const asked: string[] = [];
    margin(
      '. ../../../etc/passwd # 169.254.169.254\n',
      { path: 'bin/run.sh' },
      { readFile: (path) => (asked.push(path), undefined) },
    );
    expect(asked.filter((path) => path.startsWith('..') || path.startsWith('/'))).toEqual([]);
  });
});
