import { describe, expect, it } from 'vitest';
import { analyseScript, margin } from '../../test/judge-script.ts';

const U = 'http://169.254.169.254/latest/meta-data/';
const PUT = 'http://169.254.169.254/latest/api/token';
const TTL = 'X-aws-ec2-metadata-token-ttl-seconds: 21600';
const TOKEN = 'X-aws-ec2-metadata-token: abc';

/** A command line, and what it sends: verdict and method. */
const LINES: readonly (readonly [line: string, ...sent: string[]])[] = [
  [`curl ${U}`, 'tokenless GET'],
  [`/usr/bin/curl -s 169.254.169.254/latest/meta-data/`, 'tokenless GET'],
  [`curl -sSX PUT -H "${TTL}" ${PUT}`, 'token-request PUT'],
  [`curl -XPUT --header="${TTL}" ${PUT}`, 'token-request PUT'],
  [`curl --request PUT -sH "${TTL}" --url ${PUT}`, 'token-request PUT'],
  [`curl -T - -H "${TTL}" ${PUT} </dev/null`, 'token-request PUT'],
  [`curl --noproxy '*' -sS -X PUT "${PUT}" -H '${TTL}'`, 'token-request PUT'],
  [`curl ${PUT}`, 'bad-token-request GET'],
  [`curl -X PUT ${PUT}`, 'bad-token-request PUT'],
  [`curl -X PUT -d '' -H '${TTL}' ${PUT}`, 'token-request PUT'],
  [`curl -d x -H '${TTL}' ${PUT}`, 'bad-token-request POST'],
  [`curl -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 30000' ${PUT}`, 'bad-token-request PUT'],
  [`curl -X PUT -H 'X-Forwarded-For: 1.2.3.4' -H '${TTL}' ${PUT}`, 'bad-token-request PUT'],
  [`curl -I ${U}`, 'tokenless HEAD'],
  [`curl -G -d a=b ${U}`, 'tokenless GET'],
  [`curl -H '${TOKEN}' ${U}`, 'token GET'],
  [`curl -H'${TOKEN}' ${U}`, 'token GET'],
  [`curl -fsSLH '${TOKEN}' ${U}`, 'token GET'],
  [`curl -H 'X-aws-ec2-metadata-token;' ${U}`, 'token GET'],
  [`curl -H 'x-AWS-ec2-metadata-token:abc' ${U}`, 'token GET'],
  [`curl -H 'X-aws-metadata-token: abc' ${U}`, 'tokenless GET'],
  [`curl -A '${TOKEN}' ${U}`, 'tokenless GET'],
  [`curl -o -H '${U}'`, 'tokenless GET'],
  [`curl -H @- ${U} <<< '${TOKEN}'`, 'token GET'],
  [`echo '${TOKEN}' > h\ncurl -H @h ${U}`, 'token GET'],
  [`curl -H @unknown ${U}`, 'undecided GET'],
  [`curl -K - <<< 'url = "${U}"'`, 'tokenless GET'],
  [`curl -H '${TOKEN}' ${U} --next ${U}`, 'tokenless GET'],
  [`curl $OPTS ${U}`, 'undecided GET'],
  [`curl -x http://169.254.169.254:80 http://example.com`],
  [`wget -qO- ${U}`, 'tokenless GET'],
  [`wget -q -O - --method=PUT --header "${TTL}" ${PUT}`, 'token-request PUT'],
  [`wget --method PUT --header="${TTL}" -O - ${PUT}`, 'token-request PUT'],
  [`wget --header='${TOKEN}' ${U} -O /tmp/x`, 'token GET'],
  [`wget --spider ${U}`, 'tokenless HEAD'],
  [`wget -i - <<< '${U}'`, 'tokenless GET'],
  [`busybox wget -q -O - ${U}`, 'tokenless GET'],
  [`http --ignore-stdin PUT ${PUT} X-aws-ec2-metadata-token-ttl-seconds:60`, 'token-request PUT'],
  [`http ${U}`, 'tokenless GET'],
  [`xh get ${U}`],
  [`http ${U} X-aws-ec2-metadata-token:abc`, 'token GET'],
  [`aria2c --header='${TOKEN}' ${U}`, 'token GET'],
  [`GET ${U}`, 'tokenless GET'],
  [`GET -H '${TOKEN}' ${U}`, 'token GET'],
  [`fetch -qo - ${U}`, 'tokenless GET'],
  [`lynx -source ${U}`, 'tokenless GET'],
  [`w3m -dump_source ${U}`, 'tokenless GET'],
  [`printf 'GET /latest/meta-data/ HTTP/1.0\\r\\n\\r\\n' | nc 169.254.169.254 80`, 'tokenless GET'],
  [`nc -z 169.254.169.254 80`],
  [
    `exec 3<>/dev/tcp/169.254.169.254/80\nprintf 'GET /latest/meta-data/ HTTP/1.0\\r\\n${TOKEN}\\r\\n\\r\\n' >&3`,
    'token GET',
  ],
  [`perl -MLWP::Simple -e 'getprint "${U}"'`, 'tokenless GET'],
  [`ruby -ropen-uri -e 'puts URI.open("${U}", "X-aws-ec2-metadata-token" => t).read'`, 'token GET'],
  [`ruby -rnet/http -e 'puts Net::HTTP.get(URI("${U}"))'`, 'tokenless GET'],
  [`ec2-metadata --instance-id`, 'undecided GET'],
  [`yum install -y amazon-ec2-utils-1.3\nec2-metadata --instance-id`, 'tokenless GET'],
  [`ec2-metadata --help`],
];

describe('command lines', () => {
  it.each(LINES)('%s', (line, ...sent) => {
    expect(margin(line).map((note) => note.split(' ').slice(1, 3).join(' '))).toEqual(sent);
  });
});

describe('programs of other languages', () => {
  it.each([
    ['python', `python3 -c 'import urllib.request; print(urllib.request.urlopen("${U}").read())'`],
    ['python', `python - <<'EOF'\nprint("169.254.169.254")\nEOF`],
    ['javascript', `node -e 'fetch("${U}")'`],
    ['powershell', `pwsh -Command 'Invoke-RestMethod ${U}'`],
    ['powershell', `powershell.exe -NoProfile -ExecutionPolicy Bypass -command 'Invoke-RestMethod ${U}'`],
    ['python', `python -W ignore -uc 'import requests; requests.get("${U}")'`],
    ['javascript', `node -r ./setup.js --input-type=module -e 'fetch("${U}")'`],
    ['python', `echo 'print("169.254.169.254")' | python3 -u`],
    ['systemd', `cat > /etc/systemd/system/x.service <<'EOF'\n[Service]\nExecStart=/usr/bin/curl ${U}\nEOF`],
    ['crontab', `echo '* * * * * root curl ${U}' | sudo tee /etc/cron.d/x`],
    ['user-data', `cat > boot.yaml <<EOF\n#cloud-config\nruncmd:\n  - curl ${U}\nEOF`],
  ])('%s is handed on', (language, script) => {
    const { analysis } = analyseScript(script);
    expect(analysis.documents.map((document) => document.language)).toEqual([language]);
    expect(analysis.facts).toEqual([]);
  });
});

describe('what is handed to a program is not the program', () => {
  it.each([
    `python /opt/setup.py -n -r eu-west-1 -c /etc/agent.conf # ${U}`,
    `curl -s ${U} | python -mjson.tool`,
    `curl -s ${U} | python3 -m json.tool`,
    `node server.js -e '${U}'`,
    `pwsh -File boot.ps1 -c '${U}'`,
    `curl -s ${U} | python3 parse.py`,
  ])('%s', (script) => {
    expect(analyseScript(script).analysis.documents).toEqual([]);
  });
});

describe('places', () => {
  it('every character of a handed-on program is where it came from', () => {
    const script = `V=x\ncat > a.sh <<EOF\n#!/bin/sh\nA=$V\ncurl "${U}\\$1"\nEOF\n`;
    const { analysis } = analyseScript(script);
    const [document] = analysis.documents;
    expect(document?.text).toBe(`#!/bin/sh\nA=x\ncurl "${U}$1"\n`);
    const at = document?.text.indexOf('curl') ?? -1;
    expect(document?.map.at(at).offset).toBe(script.indexOf('curl "'));
    expect(document?.map.at(document.text.indexOf('$1')).offset).toBe(script.indexOf('\\$1'));
  });

  it('a request starts at its command word', () => {
    const script = `ID=$(sudo -E curl -s \\\n  ${U})`;
    const { program } = analyseScript(script);
    expect(script.slice(program.requests[0]?.location.start, program.requests[0]?.location.end)).toBe(
      `curl -s \\\n  ${U}`,
    );
  });
});
