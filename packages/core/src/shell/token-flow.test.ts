import { describe, expect, it } from 'vitest';
import { margin } from '../../test/judge-script.ts';

const PUT = 'curl -s -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token';
const PUT_F = PUT.replace('-s', '-sf');
const GET = 'curl -s -H "X-aws-ec2-metadata-token: $T" http://169.254.169.254/latest/meta-data/';
const V1 = 'curl -s http://169.254.169.254/latest/meta-data/';

/** The verdicts on the requests after the token request, in order. */
function after(script: string): readonly string[] {
  return margin(script)
    .map((note) => note.split(' ')[1] ?? '')
    .filter((verdict) => verdict !== 'token-request');
}

const CASES: readonly (readonly [why: string, script: string, verdicts: readonly string[]])[] = [
  ['nobody looks at the token', `T=$(${PUT})\n${GET}`, ['unchecked-token']],
  ['errexit stops at a failing assignment', `set -e\nT=$(${PUT_F})\n${GET}`, ['token']],
  ['errexit by its long name', `set -o errexit\nT=$(${PUT_F})\n${GET}`, ['token']],
  ['errexit in the first line', `#!/bin/bash -e\nT=$(${PUT_F})\n${GET}`, ['token']],
  ['errexit that is switched off again', `set -e\nset +e\nT=$(${PUT_F})\n${GET}`, ['unchecked-token']],
  ['local hides the failure from errexit', `set -e\nf() {\n local T=$(${PUT_F})\n ${GET}\n}\nf`, ['unchecked-token']],
  ['so does export', `set -e\nexport T=$(${PUT_F})\n${GET}`, ['unchecked-token']],
  ['local first, then an assignment', `set -e\nf() {\n local T\n T=$(${PUT_F})\n ${GET}\n}\nf`, ['token']],
  [
    'a substitution in an argument is not looked at',
    `set -e\ncurl -H "X-aws-ec2-metadata-token: $(${PUT_F})" http://169.254.169.254/latest/meta-data/`,
    ['unchecked-token'],
  ],
  ['a pipe hides the failure', `set -e\nT=$(${PUT_F} | tr -d '\\n')\n${GET}`, ['unchecked-token']],
  ['unless pipefail is set', `set -eo pipefail\nT=$(${PUT_F} | tr -d '\\n')\n${GET}`, ['token']],
  [
    'a function that is called in a condition runs without errexit',
    `set -e\nf() {\n T=$(${PUT_F})\n ${GET}\n}\nif f; then :; fi`,
    ['unchecked-token'],
  ],
  ['|| exit', `T=$(${PUT_F}) || exit 1\n${GET}`, ['token']],
  [
    '|| with a function that exits',
    `die() { echo "$1" >&2; exit 1; }\nT=$(${PUT_F}) || die "no token"\n${GET}`,
    ['token'],
  ],
  ['a test that ends the script', `T=$(${PUT})\n[ -n "$T" ] || exit 1\n${GET}`, ['token']],
  ['the same the other way round', `T=$(${PUT})\nif [[ -z $T ]]; then\n  echo none\n  exit 1\nfi\n${GET}`, ['token']],
  ['an x before both sides', `T=$(${PUT})\nif [ "x$T" = "x" ]; then exit 1; fi\n${GET}`, ['token']],
  [
    'a token of several tries, compared with nothing',
    `set -e\nfor i in 1 2; do\n T=$(${PUT_F}) && break\ndone\nif [ "$T" != "" ]; then ${GET}; fi\nif [ x"$T" != x ]; then ${GET}; fi`,
    ['token', 'token'],
  ],
  [
    'two token headers, one of them sure',
    `U=$(${PUT}) || U=\nT=$(${PUT_F}) || exit 1\n${GET.replace('curl', 'curl -H "X-aws-ec2-metadata-token: $U"')}`,
    ['token'],
  ],
  ['the number of characters', `T=$(${PUT})\nif [ \${#T} -eq 0 ]; then exit 1; fi\n${GET}`, ['token']],
  ['the status of the last command', `T=$(${PUT_F})\nif [ $? -ne 0 ]; then exit 1; fi\n${GET}`, ['token']],
  ['the status in a variable', `T=$(${PUT_F})\nrc=$?\nif [ "$rc" != 0 ]; then exit 1; fi\n${GET}`, ['token']],
  [': "${T:?}"', `T=$(${PUT})\n: "\${T:?no token}"\n${GET}`, ['token']],
  ['a test that only warns', `T=$(${PUT})\nif [ -z "$T" ]; then echo "no token" >&2; fi\n${GET}`, ['unchecked-token']],
  ['a loop that waits for the token', `while [ -z "$T" ]; do T=$(${PUT}); sleep 1; done\n${GET}`, ['token']],
  ['until it succeeds', `until T=$(${PUT_F}); do sleep 1; done\n${GET}`, ['token']],
  [
    'a loop that gives up without a word',
    `for i in 1 2 3; do T=$(${PUT_F}) && break; sleep 1; done\n${GET}`,
    ['unchecked-token'],
  ],
  [
    'a loop that gives up, and a test',
    `for i in 1 2 3; do T=$(${PUT_F}) && break; sleep 1; done\n[ "$T" ] || exit 1\n${GET}`,
    ['token'],
  ],
  ['the request only where there is a token', `T=$(${PUT})\nif [ -n "$T" ]; then\n ${GET}\nfi`, ['token']],
  ['a second try without one', `T=$(${PUT})\nif [ -n "$T" ]; then\n ${GET}\nelse\n ${V1}\nfi`, ['token', 'fallback']],
  ['a second try after the first one failed', `T=$(${PUT_F}) || exit 1\n${GET} || ${V1}`, ['token', 'fallback']],
  ['a handler that overrides errexit', `set -e\nT=$(${PUT_F} || true)\n${GET}`, ['fallback']],
  ['the same beside the assignment', `set -e\nT=$(${PUT_F}) || T=""\n${GET}`, ['fallback']],
  ['a handler that overrides nothing', `T=$(${PUT_F} || true)\n${GET}`, ['unchecked-token']],
  ['a handler, and a later test', `set -e\nT=$(${PUT_F} || true)\n[ -z "$T" ] && exit 1\n${GET}`, ['token']],
  [
    'headers chosen by the presence of the token',
    `T=$(${PUT})\ncurl \${T:+-H "X-aws-ec2-metadata-token: $T"} http://169.254.169.254/latest/meta-data/`,
    ['fallback'],
  ],
  [
    'the same in an array',
    `T=$(${PUT})\nH=()\nif [ -n "$T" ]; then H=(-H "X-aws-ec2-metadata-token: $T"); fi\ncurl "\${H[@]}" http://169.254.169.254/latest/meta-data/`,
    ['fallback'],
  ],
  [
    'a header without a value is not sent by curl',
    `H="X-aws-ec2-metadata-token: "\ncurl -H "$H" http://169.254.169.254/latest/meta-data/`,
    ['tokenless'],
  ],
  [
    'but by wget it is',
    `wget -qO- --header "X-aws-ec2-metadata-token: " http://169.254.169.254/latest/meta-data/`,
    ['token'],
  ],
  [
    'a misspelt header',
    `T=$(${PUT_F}) || exit 1\ncurl -H "aws-ec2-metadata-token: $T" http://169.254.169.254/latest/meta-data/`,
    ['tokenless'],
  ],
  ['a token that comes from elsewhere', GET, ['token']],
  ['a function that gives the token', `token() { ${PUT_F}; }\nset -e\nT=$(token)\n${GET}`, ['token']],
  [
    'a function that checks it',
    `token() {\n  local t\n  t=$(${PUT}) || return 1\n  [ -n "$t" ] || return 1\n  echo "$t"\n}\nT=$(token) || exit 1\n${GET}`,
    ['token'],
  ],
  [
    'bash does not pass errexit on to substitutions',
    `#!/bin/bash\nset -e\ntoken() {\n  local t\n  t=$(${PUT_F})\n  echo "$t"\n}\nT=$(token)\n${GET}`,
    ['unchecked-token'],
  ],
  [
    'a POSIX shell does',
    `#!/bin/dash\nset -e\ntoken() {\n  t=$(${PUT_F})\n  echo "$t"\n}\nT=$(token)\n${GET}`,
    ['token'],
  ],
  ['the token in a file', `${PUT_F} > /tmp/t || exit 1\nT=$(cat /tmp/t)\n${GET}`, ['token']],
  [
    'the status code of the answer',
    `C=$(curl -s -o /tmp/t -w '%{http_code}' -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token)\n[ "$C" = 200 ] || exit 1\nT=$(cat /tmp/t)\n${GET}`,
    ['token'],
  ],
  [
    'a helper that tries several times and gives up',
    `retry() {\n  local n=0\n  until "$@"; do\n    n=$((n+1))\n    [ $n -ge 5 ] && return 1\n    sleep 1\n  done\n}\nT=$(retry ${PUT_F})\n${GET}`,
    ['unchecked-token'],
  ],
  [
    'the same, and somebody looks',
    `retry() {\n  local n=0\n  until "$@"; do\n    n=$((n+1))\n    [ $n -ge 5 ] && return 1\n    sleep 1\n  done\n}\nT=$(retry ${PUT_F}) || exit 1\n${GET}`,
    ['token'],
  ],
  ['|| on the data request is no fallback', `T=$(${PUT_F}) || exit 1\n${GET} || echo unknown`, ['token']],
  [
    'one client after the other',
    `T=$(${PUT_F} || wget -qO- --method=PUT --header="X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token)\n[ -n "$T" ] || exit 1\n${GET}`,
    ['token'],
  ],
];

describe('where the token comes from', () => {
  it.each(CASES)('%s', (_, script, expected) => {
    expect(after(script)).toEqual(expected);
  });

  it('the host may start the script with errexit', () => {
    const script = `T=$(${PUT_F})\n${GET}`;
    expect(margin(script, { shell: { errexit: true } })[1]).toContain(' token ');
    expect(margin(script, { shell: { errexit: false } })[1]).toContain(' unchecked-token ');
  });
});
