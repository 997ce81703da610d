import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { fileDocument, Program } from 'imdsv2-core';
import { expect, test } from 'vitest';
import type { Context } from '../front-end.ts';
import { frontEnd } from './index.ts';

/**
 * What the analyser says about programs is held against what Python does with them. `requests` is a stand-in that writes down what would be
 * sent (None headers left out, as the real one does), `urlopen` one that refuses None; nothing leaves the process.
 */
const python = spawnSync('python3', ['--version']).status === 0;
if (!python) console.warn('python3 is not on this machine: the comparison with it is skipped.');

const PROGRAMS = 400;

test.skipIf(!python)(
  `${String(PROGRAMS)} programs send what was said of them`,
  async () => {
    const analyse = await frontEnd.load();
    const programs = fc.sample(program(), { numRuns: PROGRAMS, seed: 20_261_122 });
    const runs = execute(programs);
    let decided = 0;
    programs.forEach((text, index) => {
      const { facts } = analyse(fileDocument('program.py', text, 'python'), CONTEXT);
      const requests = new Program(facts).requests;
      const joined = new Program(facts);
      const sent = (runs[index] ?? []).flat();
      for (const path of new Set(sent.map((request) => request.path))) {
        const ways = sent.filter((request) => request.path === path);
        const found = requests.filter((request) => joined.judgementOf(request)?.path === `/latest/${path}`);
        expect(found.length, `${path} is not known of:\n${text}`).toBeGreaterThan(0);
        const verdicts = found.map((request) => joined.judgementOf(request)?.verdict);
        if (path === 'api/token') {
          expect(verdicts, text).toContain('token-request');
          continue;
        }
        const chosen = /or None|if token(?: else|:)/.test(text.slice(text.indexOf('token = ')));
        // Headers chosen by the token's presence are a decision to do without, also where there is no way to lack it.
        const expected = ways.some((request) => !request.token)
          ? ['tokenless', 'fallback']
          : ['token', ...(chosen ? ['fallback'] : [])];
        decided += 1;
        expect(
          verdicts.some((verdict) => verdict !== undefined && expected.includes(verdict)),
          `${path} is ${verdicts.join()}, not ${expected.join(' or ')}:\n${text}`,
        ).toBe(true);
      }
    });
    expect(decided).toBeGreaterThan(PROGRAMS / 2);
  },
  180_000,
);

const CONTEXT: Context = {
  readFile: () => undefined,
  listDirectory: () => [],
  singleFile: true,
  variableFiles: [],
};

interface Sent {
  readonly path: string;
  readonly token: boolean;
}

/** Each program's requests, in three worlds: tokens are given; the connection is refused; an error page comes back. */
function execute(programs: readonly string[]): readonly (readonly (readonly Sent[])[])[] {
  const ran = spawnSync('python3', ['-c', RUNNER], {
    input: JSON.stringify(programs),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  expect(ran.status, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout) as readonly (readonly (readonly Sent[])[])[];
}

const RUNNER = `
import json, sys, types, urllib.request

world, log = "", []
TOKEN = "x-aws-ec2-metadata-token"

class RequestException(Exception):
    pass

class Response:
    def __init__(self, status, text):
        self.status_code, self.text, self.ok = status, text, status < 400
    def raise_for_status(self):
        if self.status_code >= 400:
            raise RequestException(str(self.status_code))
    def read(self):
        return self.text.encode()

def send(method, url, headers):
    names = {name.lower() for name, value in (headers or {}).items() if value is not None}
    path = url.split("/latest/")[1]
    log.append({"path": path, "token": TOKEN in names})
    if path == "api/token":
        if world == "refused":
            raise RequestException("refused")
        return Response(403, "Forbidden") if world == "error-page" else Response(200, "TOKEN")
    return Response(200, "data")

class Session:
    def __init__(self):
        self.headers = {}
    def get(self, url, headers=None):
        return send("GET", url, {**self.headers, **(headers or {})})

def urlopen(request):
    if isinstance(request, str):
        return send("GET", request, {})
    headers = dict(request.header_items())
    if any(value is None for value in headers.values()):
        raise TypeError("expected string")
    return send(request.get_method(), request.full_url, headers)

stub = types.ModuleType("requests")
stub.get = lambda url, headers=None: send("GET", url, headers)
stub.put = lambda url, headers=None: send("PUT", url, headers)
stub.Session = Session
stub.RequestException = RequestException
sys.modules["requests"] = stub
urllib.request.urlopen = urlopen

results = []
for program in json.load(sys.stdin):
    runs = []
    for world in ("given", "refused", "error-page"):
        log = []
        try:
            exec(compile(program, "program", "exec"), {"__name__": "__main__"})
        except (Exception, SystemExit):
            pass
        runs.append(log)
    results.append(runs)
print(json.dumps(results))
`;

/** Programs of the kind that people write: a way to get a token, a way to look at it, a way to send it. */
function program(): fc.Arbitrary<string> {
  const body = fc.constantFrom(
    'return requests.put(BASE + "/api/token", headers={TTL: "60"}).text',
    'r = requests.put(f"{BASE}/api/token", headers={TTL: "60"})\nr.raise_for_status()\nreturn r.text',
    'r = requests.put(BASE + "/api/token", headers={TTL: "60"})\nif r.status_code == 200:\n    return r.text\nreturn None',
    'r = requests.put(BASE + "/api/token", headers={TTL: "60"})\nif not r.ok:\n    raise RuntimeError("no token")\nreturn r.text',
  );
  const wrapped = fc
    .tuple(body, fc.constantFrom(undefined, 'return None', 'raise', 'pass', 'sys.exit(1)'))
    .map(([inner, handler]) =>
      handler === undefined ? inner : `try:\n${indent(inner)}\nexcept Exception:\n    ${handler}`,
    );
  const taken = fc.constantFrom(
    'token = get_token()',
    'token = None\ntry:\n    token = get_token()\nexcept Exception:\n    pass',
    'try:\n    token = get_token()\nexcept Exception:\n    token = None',
    'for attempt in range(2):\n    try:\n        token = get_token()\n        break\n    except Exception:\n        token = None',
    'token = get_token() or None',
  );
  const looked = fc.constantFrom(
    '',
    'if not token:\n    sys.exit(1)',
    'if token is None:\n    raise RuntimeError("no token")',
    'assert True',
    'if token is not None:\n    token = token.strip()',
  );
  const used = fc.constantFrom(
    'requests.get(BASE + "/meta-data/inline", headers={HEADER: token})',
    'requests.get(BASE + "/meta-data/chosen", headers={HEADER: token} if token else {})',
    'headers = {}\nif token:\n    headers[HEADER] = token\nrequests.get(BASE + "/meta-data/stepwise", headers=headers)',
    'session = requests.Session()\nsession.headers.update({HEADER: token})\nsession.get(BASE + "/meta-data/session")',
    'if token:\n    requests.get(BASE + "/meta-data/with", headers={HEADER: token})\nelse:\n    requests.get(BASE + "/meta-data/without")',
    'urllib.request.urlopen(urllib.request.Request(BASE + "/meta-data/urllib", headers={HEADER: token}))',
    'def fetch(path, value=None):\n    headers = {"Accept": "*/*"}\n    if value is not None:\n        headers[HEADER] = value\n    return requests.get(f"{BASE}/meta-data/{path}", headers=headers)\nfetch("wrapper", token)',
    'try:\n    requests.get(BASE + "/meta-data/tried", headers={HEADER: token})\nexcept Exception:\n    requests.get(BASE + "/meta-data/caught")',
    'headers = {**({HEADER: token} if token else {}), "Accept": "*/*"}\nrequests.get(BASE + "/meta-data/spread", headers=headers)',
    'options = dict(headers=None)\nif token:\n    options["headers"] = {HEADER: token}\nrequests.get(BASE + "/meta-data/options", **options)',
    'requests.get(BASE + "/meta-data/plain")',
  );
  return fc
    .tuple(wrapped, taken, looked, used)
    .map(([get, take, look, use]) =>
      [
        'import sys\nimport urllib.request\n\nimport requests\n\nBASE = "http://169.254.169.254/latest"',
        'HEADER = "X-aws-ec2-metadata-token"\nTTL = HEADER + "-ttl-seconds"\n',
        `def get_token():\n${indent(get)}\n`,
        take,
        look,
        use,
        '',
      ].join('\n'),
    );
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
