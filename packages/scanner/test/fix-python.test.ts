import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryWith, runMain } from './run-main.ts';

const DATA = 'http://169.254.169.254/latest/meta-data';
const TOKEN = 'http://169.254.169.254/latest/api/token';
const TTL = `{"X-aws-ec2-metadata-token-ttl-seconds": "21600"}`;

async function fixed(text: string) {
  const root = directoryWith({ 'a.py': text });
  const { stdout } = await runMain(['fix', '--unsafe'], { cwd: root });
  const after = readFileSync(join(root, 'a.py'), 'utf8');
  await runMain(['fix', '--unsafe'], { cwd: root });
  expect(readFileSync(join(root, 'a.py'), 'utf8'), 'a second time').toBe(after);
  return { after, stdout };
}

describe('a request of Python asks for a token inside its headers', () => {
  it.each<[what: string, before: string, after: string]>([
    [
      'requests, within its time',
      `import requests\nprint(requests.get("${DATA}/mac", timeout=2).text)\n`,
      `import requests\nprint(requests.get("${DATA}/mac", timeout=2, headers={"X-aws-ec2-metadata-token": requests.put("${TOKEN}", headers=${TTL}, timeout=2).text}).text)\n`,
    ],
    [
      'a session, beside other headers',
      `import requests\ns = requests.Session()\ns.get("${DATA}/mac", headers={"A": "b"})\n`,
      `import requests\ns = requests.Session()\ns.get("${DATA}/mac", headers={"X-aws-ec2-metadata-token": s.put("${TOKEN}", headers=${TTL}).text, "A": "b"})\n`,
    ],
    [
      'aiohttp',
      `import aiohttp\nasync def mac():\n    async with aiohttp.ClientSession() as s:\n        async with s.get("${DATA}/mac") as r:\n            return await r.text()\n`,
      `import aiohttp\nasync def mac():\n    async with aiohttp.ClientSession() as s:\n        async with s.get("${DATA}/mac", headers={"X-aws-ec2-metadata-token": await (await s.put("${TOKEN}", headers=${TTL})).text()}) as r:\n            return await r.text()\n`,
    ],
    [
      'urllib, with what is missing imported',
      `from urllib.request import urlopen\nprint(urlopen("${DATA}/mac", timeout=1).read())\n`,
      `from urllib.request import Request, urlopen\nprint(urlopen(Request("${DATA}/mac", headers={"X-aws-ec2-metadata-token": urlopen(Request("${TOKEN}", headers=${TTL}, method="PUT"), timeout=1).read().decode()}), timeout=1).read())\n`,
    ],
  ])('%s', async (_, before, after) => {
    expect((await fixed(before)).after).toBe(after);
  });

  it.each([
    ['Python 2', `import urllib2\nurllib2.urlopen("${DATA}/mac")\n`, 'the urllib2 of Python 2 sends no PUT'],
    [
      'a URL of the caller',
      `import requests\ndef get(url):\n    return requests.get(url)\nget("${DATA}/mac")\n`,
      'which host it asks is decided by its caller',
    ],
    [
      'headers of elsewhere',
      `import requests\nH = {"A": "b"}\nrequests.get("${DATA}/mac", headers=H)\n`,
      'its headers are made elsewhere',
    ],
    [
      'a function that can only get',
      `from requests import get\nget("${DATA}/mac")\n`,
      'the function that it calls can only get',
    ],
    [
      'a connection',
      `import http.client\nc = http.client.HTTPConnection("169.254.169.254")\nc.request("GET", "/latest/meta-data/mac")\n`,
      'requests of http-client are not repaired in Python',
    ],
  ])('and is left alone: %s', async (_, before, reason) => {
    const { after, stdout } = await fixed(before);
    expect(after).toBe(before);
    expect(stdout).toContain(reason);
  });
});
