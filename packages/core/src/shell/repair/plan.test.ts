import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../edits/apply.ts';
import { analyseScript } from '../../../test/judge-script.ts';
import { fileDocument, type Document } from '../../document/document.ts';
import { planShell } from './plan.ts';

const PUT =
  'curl -sf --connect-timeout 2 -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 21600" http://169.254.169.254/latest/api/token';
const ASK = `IMDS_TOKEN=$(${PUT})`;
const SEND = '-H "X-aws-ec2-metadata-token: $IMDS_TOKEN"';
const DATA = 'http://169.254.169.254/latest/meta-data';

function plan(text: string, more: Partial<Document> = {}) {
  const { program } = analyseScript(text, more);
  const subjects = program.requests.map((request) => ({ request, judgement: program.judgementOf(request)! }));
  const wanted = subjects.filter(({ judgement }) =>
    ['tokenless', 'fallback', 'bad-token-request'].includes(judgement.verdict),
  );
  const document = { ...fileDocument('script.sh', text, 'shell' as const), ...more };
  return planShell(document, wanted, subjects);
}

/** The script with all repairs; what is left is said in its place. */
function repaired(text: string, more: Partial<Document> = {}): string {
  const { repairs, refusals } = plan(text, more);
  if (refusals.length > 0) return refusals.map(({ reason }) => reason).join('\n');
  const result = applyEdits(
    text,
    repairs.flatMap(({ edits }) => edits),
  );
  expect(plan(result, more), 'a second time').toEqual({ repairs: [], refusals: [] });
  return result;
}

describe('a token is asked for', () => {
  it.each<[why: string, before: string, after: string]>([
    [
      'once, before its first use',
      `A=$(curl -s ${DATA}/mac)\nB=$(curl -s ${DATA}/ami-id)\n`,
      `${ASK}\nA=$(curl ${SEND} -s ${DATA}/mac)\nB=$(curl ${SEND} -s ${DATA}/ami-id)\n`,
    ],
    [
      'inside the condition',
      `if is_ec2; then\n  curl -s ${DATA}/mac\nfi\n`,
      `if is_ec2; then\n  ${ASK}\n  curl ${SEND} -s ${DATA}/mac\nfi\n`,
    ],
    [
      'inside the function',
      `mac() {\n\tcurl -s ${DATA}/mac\n}\nmac\n`,
      `mac() {\n\t${ASK}\n\tcurl ${SEND} -s ${DATA}/mac\n}\nmac\n`,
    ],
    [
      'where only an earlier command lets it run',
      `is_ec2 && curl -s ${DATA}/mac\n`,
      `is_ec2 && ${ASK} && curl ${SEND} -s ${DATA}/mac\n`,
    ],
    [
      'where an earlier command failed',
      `is_local || curl -s ${DATA}/mac\n`,
      `is_local || { ${ASK} && curl ${SEND} -s ${DATA}/mac; }\n`,
    ],
    [
      'anew in every turn of an endless loop',
      `while true; do\n  curl -s ${DATA}/mac\n  sleep 5\ndone\n`,
      `while true; do\n  ${ASK}\n  curl ${SEND} -s ${DATA}/mac\n  sleep 5\ndone\n`,
    ],
    [
      'anew in every try',
      `until curl -sf ${DATA}/mac; do sleep 1; done\n`,
      `until ${ASK}; curl ${SEND} -sf ${DATA}/mac; do sleep 1; done\n`,
    ],
    [
      'anew in every try that is counted',
      `for i in 1 2 3; do curl -sf ${DATA}/mac && break; sleep 1; done\n`,
      `for i in 1 2 3; do ${ASK}; curl ${SEND} -sf ${DATA}/mac && break; sleep 1; done\n`,
    ],
    [
      'before a loop over words',
      `for p in mac ami-id; do\n  curl -s ${DATA}/$p\ndone\n`,
      `${ASK}\nfor p in mac ami-id; do\n  curl ${SEND} -s ${DATA}/$p\ndone\n`,
    ],
    [
      'so that nothing ends that went on before',
      `set -e\necho "$(curl -s ${DATA}/mac)"\n`,
      `set -e\n${ASK} || IMDS_TOKEN=unavailable\necho "$(curl ${SEND} -s ${DATA}/mac)"\n`,
    ],
    [
      'so that what ended before ends',
      `set -e\nMAC=$(curl -s ${DATA}/mac)\n`,
      `set -e\n${ASK}\nMAC=$(curl ${SEND} -s ${DATA}/mac)\n`,
    ],
    [
      'before the command of a here-document',
      `cat <<EOF\n$(curl -s ${DATA}/mac)\nEOF\n`,
      `${ASK}\ncat <<EOF\n$(curl ${SEND} -s ${DATA}/mac)\nEOF\n`,
    ],
    [
      'in a continued line',
      `set -x; \\\n\tcurl -s ${DATA}/mac; \\\n\ttrue\n`,
      `set -x; \\\n\t${ASK}; \\\n\tcurl ${SEND} -s ${DATA}/mac; \\\n\ttrue\n`,
    ],
  ])('%s', (_, before, after) => {
    expect(repaired(before)).toBe(after);
  });

  it.each(['set -e', 'set -eu', 'set -euo pipefail', 'set -u -e', 'set -x; set -o errexit', 'set -uo errexit'])(
    'so that nothing ends under %s',
    (flags) => {
      expect(repaired(`${flags}\nexport MAC=$(curl -s ${DATA}/mac)\n`)).toContain('|| IMDS_TOKEN=unavailable\n');
    },
  );

  it('with the options of the request', () => {
    expect(repaired(`curl -sSm3 --retry 5 -x "$PROXY" ${DATA}/mac 2>/dev/null\n`)).toContain(
      'IMDS_TOKEN=$(curl -sSf -m 3 --retry 5 -x "$PROXY" -X PUT',
    );
    expect(repaired(`curl --silent --max-time 3 ${DATA}/mac\n`)).toContain(
      'IMDS_TOKEN=$(curl --silent --fail --max-time 3 --request PUT --header "X-aws-ec2-metadata-token-ttl-seconds: 21600" http',
    );
    expect(repaired(`wget -q -T 3 -t1 -O- ${DATA}/mac\n`)).toBe(
      `IMDS_TOKEN=$(wget -qO- -T 3 -t 1 --method=PUT --header="X-aws-ec2-metadata-token-ttl-seconds: 21600" http://169.254.169.254/latest/api/token)\nwget --header="X-aws-ec2-metadata-token: $IMDS_TOKEN" -q -T 3 -t1 -O- ${DATA}/mac\n`,
    );
  });

  it('at the endpoint that is asked', () => {
    expect(repaired("curl -gs 'http://[fd00:ec2::254]/latest/meta-data/mac'\n")).toContain(
      '"http://[fd00:ec2::254]/latest/api/token")',
    );
  });

  it('in a variable of its own', () => {
    expect(repaired(`echo "$IMDS_TOKEN"\ncurl -s ${DATA}/mac\n`)).toContain('IMDS_TOKEN_2=$(');
  });
});

describe('in a string that a command runs, it is asked for there', () => {
  it.each([
    ['quotes', `bash -c 'curl -s ${DATA}/mac'\n`, `bash -c '${ASK}; curl ${SEND} -s ${DATA}/mac'\n`],
    [
      'quotes with escapes',
      `sudo su - bob -c "\n  X=\\$(curl -s ${DATA}/mac)\n  echo \\"\\$X\\" $HOME\n"\n`,
      `sudo su - bob -c "\n  ${escaped(ASK)}\n  X=\\$(curl ${escaped(SEND)} -s ${DATA}/mac)\n  echo \\"\\$X\\" $HOME\n"\n`,
    ],
    ['eval', `eval "curl -s ${DATA}/mac"\n`, `eval "${escaped(`${ASK}; curl ${SEND}`)} -s ${DATA}/mac"\n`],
    [
      'eval under errexit',
      `set -e\neval 'echo "$(curl -s ${DATA}/mac)"'\n`,
      `set -e\neval '${ASK} || IMDS_TOKEN=unavailable; echo "$(curl ${SEND} -s ${DATA}/mac)"'\n`,
    ],
    ['trap', `trap 'curl -s ${DATA}/mac' EXIT\n`, `trap '${ASK}; curl ${SEND} -s ${DATA}/mac' EXIT\n`],
    [
      'input that nothing is expanded in',
      `ssh host <<'EOF'\n  curl -s ${DATA}/mac\nEOF\n`,
      `ssh host <<'EOF'\n  ${ASK}\n  curl ${SEND} -s ${DATA}/mac\nEOF\n`,
    ],
    [
      'input that something is expanded in',
      `ssh host <<EOF\ncurl -s ${DATA}/mac\nEOF\n`,
      `ssh host <<EOF\n${ASK.replaceAll('$', '\\$')}\ncurl ${SEND.replaceAll('$', '\\$')} -s ${DATA}/mac\nEOF\n`,
    ],
    [
      'a string in a string',
      `ssh host "bash -c 'curl -s ${DATA}/mac'"\n`,
      `ssh host "bash -c '${escaped(`${ASK}; curl ${SEND}`)} -s ${DATA}/mac'"\n`,
    ],
    [
      'backticks with escapes',
      `export A=\`curl -s ${DATA}/mac | awk -F\\" '{print $4}'\`\n`,
      `${ASK}\nexport A=\`curl ${SEND} -s ${DATA}/mac | awk -F\\" '{print $4}'\`\n`,
    ],
  ])('%s', (_, before, after) => {
    expect(repaired(before)).toBe(after);
  });

  function escaped(text: string): string {
    return text.replace(/["$]/g, String.raw`\$&`);
  }
});

describe('a token that is there', () => {
  const HAVE = `TOKEN=$(curl -sf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token)\n`;

  it('is used', () => {
    expect(repaired(`${HAVE}curl -s ${DATA}/mac\n`)).toBe(
      `${HAVE}curl -H "X-aws-ec2-metadata-token: $TOKEN" -s ${DATA}/mac\n`,
    );
  });

  it('is not used where it may not be', () => {
    expect(repaired(`if x; then\n  ${HAVE}fi\ncurl -s ${DATA}/mac\n`)).toContain(`fi\n${ASK}\ncurl ${SEND}`);
    expect(
      repaired(
        `${HAVE}if [ -n "$TOKEN" ]; then echo yes; fi; if [ -z "$TOKEN" ] && x; then\n  curl -s ${DATA}/mac\nfi\n`,
      ),
    ).not.toContain('-H "X-aws-ec2-metadata-token: $TOKEN"');
    expect(repaired(`(${HAVE.trim()})\ncurl -s ${DATA}/mac\n`)).toContain(`)\n${ASK}\ncurl ${SEND}`);
    expect(repaired(`${HAVE}while sleep 1; do curl -s ${DATA}/mac; done\n`)).toContain(`do ${ASK}; curl ${SEND}`);
  });

  it('is sent under its right name, which is safe', () => {
    const { repairs } = plan(`${HAVE}curl -s -H "aws-ec2-metadata-token: $TOKEN" ${DATA}/mac\n`);
    expect(repairs).toMatchObject([{ safe: true, edits: [{ text: 'X-aws-ec2-metadata-token' }] }]);
  });
});

describe('a token request', () => {
  const URL = 'http://169.254.169.254/latest/api/token';

  it.each([
    [
      'a life that is too long',
      `curl -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 99999" ${URL}`,
      `curl -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 21600" ${URL}`,
      true,
    ],
    [
      'a misspelt header',
      `curl -X PUT -H "X-aws-ec2-metadata-token-ttl: 60" ${URL}`,
      `curl -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" ${URL}`,
      true,
    ],
    [
      'GET',
      `curl -H "X-aws-ec2-metadata-token-ttl-seconds: 60" ${URL}`,
      `curl -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" ${URL}`,
      false,
    ],
    ['no life', `curl -X PUT ${URL}`, `curl -H "X-aws-ec2-metadata-token-ttl-seconds: 21600" -X PUT ${URL}`, false],
    [
      'a dated path',
      `curl -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/2021-03-23/api/token`,
      `curl -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" ${URL}`,
      false,
    ],
  ])('with %s is corrected', (_, before, after, safe) => {
    expect(repaired(before)).toBe(after);
    expect(plan(before).repairs.map((repair) => repair.safe)).toEqual([safe]);
  });
});

describe('going on without a token', () => {
  const HAVE = `TOKEN=$(curl -sf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token)`;
  const WITH = `curl -sf -H "X-aws-ec2-metadata-token: $TOKEN" ${DATA}/mac`;

  it.each([
    ['a second try', `${HAVE}\n${WITH} || curl -sf ${DATA}/mac\n`, `${HAVE}\n${WITH}\n`],
    [
      'a branch',
      `${HAVE}\nif [ -n "$TOKEN" ]; then\n  ${WITH}\nelse\n  curl -sf ${DATA}/mac\nfi\n`,
      `${HAVE}\nif [ -n "$TOKEN" ]; then\n  ${WITH}\nelse\n  { echo "The instance metadata service gave no session token." >&2; false; }\nfi\n`,
    ],
    ['a hidden failure', `set -e\n${HAVE} || true\n${WITH}\n`, `set -e\n${HAVE}\n${WITH}\n`],
    [
      'a header that is sent when there is one',
      `${HAVE}\ncurl -s \${TOKEN:+-H "X-aws-ec2-metadata-token: $TOKEN"} ${DATA}/mac\n`,
      `${HAVE}\ncurl -s -H "X-aws-ec2-metadata-token: $TOKEN" ${DATA}/mac\n`,
    ],
  ])('ends: %s', (_, before, after) => {
    expect(repaired(before)).toBe(after);
  });
});

describe('what is left as it is', () => {
  it.each([
    [
      'other hosts',
      `get() { curl -s "$1"; }\nget ${DATA}/mac\nget https://example.com/\n`,
      /which host it asks is decided by its caller/,
    ],
    ['several hosts', `curl -s ${DATA}/mac https://example.com/\n`, /asks other hosts, too/],
    ['other machines', `ssh host curl -s ${DATA}/mac\n`, /string|another machine/],
    ['texts that are run', `CMD="curl -s ${DATA}/mac"\neval "$CMD"\n`, /a string that another|put together elsewhere/],
    ['clients that cannot send a PUT', `busybox wget -qO- ${DATA}/mac\n`, /busybox/],
  ])('is %s', (_, text, reason) => {
    expect(repaired(text)).toMatch(reason);
  });

  it('is not a function that asks the service alone', () => {
    expect(repaired(`get() { curl -s "$1"; }\nget ${DATA}/mac\nget ${DATA}/ami-id\n`)).toContain(
      `{ ${ASK}; curl ${SEND}`,
    );
  });
});
