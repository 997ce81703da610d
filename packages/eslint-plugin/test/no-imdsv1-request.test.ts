import { runRule } from './rule-tester.ts';

const TOKEN = `{ 'X-aws-ec2-metadata-token': token }`;

runRule('no-imdsv1-request', {
  valid: [
    { name: 'a token is sent', code: `fetch('http://169.254.169.254/latest/meta-data/', { headers: ${TOKEN} });` },
    {
      name: 'the name of the header is a constant in another case',
      code: `const NAME = 'x-aws-ec2-Metadata-Token'; fetch('http://169.254.169.254/latest/meta-data/', { headers: { [NAME]: token } });`,
    },
    {
      name: 'headers by Headers and set',
      code: `const headers = new Headers(); headers.set('X-aws-ec2-metadata-token', token); fetch('http://169.254.169.254/latest/meta-data/', { headers });`,
    },
    {
      name: 'a list of pairs',
      code: `fetch('http://169.254.169.254/latest/meta-data/', { headers: [['X-aws-ec2-metadata-token', token]] });`,
    },
    {
      name: 'another cloud',
      code: `fetch('http://169.254.169.254/metadata/instance?api-version=2021-02-01', { headers: { Metadata: 'true' } });`,
    },
    {
      name: 'a local function of that name',
      code: `function fetch(url) { return url; } fetch('http://169.254.169.254/latest/meta-data/');`,
    },
    {
      name: 'a method of something unknown',
      code: `client.fetch('http://169.254.169.254/latest/meta-data/'); cache.get('http://169.254.169.254/latest/meta-data/');`,
    },
    {
      name: 'a mock',
      code: `import nock from 'nock'; nock('http://169.254.169.254').get('/latest/meta-data/').reply(200);`,
    },
    {
      name: 'a block list',
      code: `const BLOCKED = ['169.254.169.254', 'metadata.google.internal']; export const isBlocked = (host) => BLOCKED.includes(host);`,
    },
    {
      name: 'a test of an SSRF guard',
      code: `import { safeFetch } from './safe.js'; it('refuses', async () => { await expect(safeFetch('http://169.254.169.254/latest/meta-data/')).rejects.toThrow(); });`,
    },
    {
      name: 'a test that wants a request to fail',
      filename: 'test/guard.test.js',
      code: `import axios from 'axios'; it('refuses', async () => { await expect(fetch('http://169.254.169.254/latest/meta-data/', { dispatcher })).rejects.toThrow(); await assert.rejects(() => axios.get('http://169.254.169.254/', { httpAgent })); });`,
    },
    {
      name: 'a test that fails where a request does not',
      filename: 'test/guard.test.js',
      code: `it('refuses', async () => { for (const url of ['http://169.254.169.254', 'http://10.0.0.1']) { try { await fetch(url, { agent }); throw new ReferenceError('should not be called'); } catch (error) { if (error instanceof ReferenceError) assert.fail(error); } } });`,
    },
    {
      name: 'a command that is only shown',
      code: `console.log('try: curl http://169.254.169.254/latest/meta-data/'); const help = 'curl http://169.254.169.254/latest/meta-data/';`,
    },
    {
      name: 'options of a parameter in a file that knows the header',
      code: `const http = require('http'); exports.role = (options, done) => { options.host = '169.254.169.254'; options.path = '/latest/meta-data/'; http.get(options, done); }; exports.NAME = 'X-aws-ec2-metadata-token';`,
    },
    {
      name: 'commands with a token, one per argument',
      code: `export const prepare = (userData) => { userData.addCommands('TOKEN=$(curl -sf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token)', 'curl -H "X-aws-ec2-metadata-token: $TOKEN" http://169.254.169.254/latest/meta-data/instance-id'); };`,
    },
    { name: 'another port of the address', code: `fetch('http://169.254.169.254:9000/health');` },
    {
      name: 'axios puts the configuration third',
      code: `import axios from 'axios'; axios.put('http://169.254.169.254/latest/api/token', null, { headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' } });`,
    },
    {
      name: 'options from elsewhere are not guessed at',
      code: `import axios from 'axios'; export const get = (options) => axios.get('http://169.254.169.254/latest/meta-data/', options);`,
    },
    {
      name: 'node:http with the header added later',
      code: `import http from 'node:http'; const options = { host: '169.254.169.254', path: '/latest/meta-data/' }; options.headers = ${TOKEN}; http.get(options, done);`,
    },
    {
      name: 'a request that is only made',
      code: `const request = new Request('http://169.254.169.254/latest/meta-data/'); keep(request);`,
    },
    {
      name: 'an instance with the header',
      code: `import axios from 'axios'; const imds = axios.create({ baseURL: 'http://169.254.169.254', headers: ${TOKEN} }); imds.get('/latest/meta-data/');`,
    },
  ],
  invalid: [
    {
      name: 'the literal',
      code: `fetch('http://169.254.169.254/latest/meta-data/')`,
      errors: [{ messageId: 'foundWithHelp', line: 1, column: 1, endColumn: 50 }],
    },
    {
      name: 'a global object is named',
      code: `globalThis.fetch('http://169.254.169.254/latest/meta-data/');`,
      errors: 1,
    },
    {
      name: 'a constant far above',
      code: `const BASE = 'http://169.254.169.254/latest';\n\nasync function id() {\n  return fetch(\`\${BASE}/meta-data/instance-id\`);\n}`,
      errors: [{ messageId: 'foundWithHelp', line: 4, column: 10 }],
    },
    {
      name: 'a concatenation',
      code: `const host = '169.254.169.254'; fetch('http://' + host + '/latest/meta-data/');`,
      errors: 1,
    },
    {
      name: 'new URL',
      code: `const url = new URL('/latest/meta-data/', 'http://169.254.169.254'); fetch(url);`,
      errors: 1,
    },
    {
      name: 'the default of an environment variable',
      code: `const base = process.env.IMDS ?? 'http://169.254.169.254'; fetch(base + '/latest/meta-data/');`,
      errors: 1,
    },
    {
      name: 'a misspelt header',
      code: `fetch('http://169.254.169.254/latest/meta-data/', { headers: { 'X-aws-metadata-token': token } });`,
      errors: 1,
    },
    { name: 'another spelling of the host', code: `fetch('http://2852039166/latest/meta-data/');`, errors: 1 },
    {
      name: 'a Request that is sent',
      code: `fetch(new Request('http://169.254.169.254/latest/meta-data/'));`,
      errors: 1,
    },
    {
      name: 'node:http by options',
      code: `const http = require('http'); const options = { path: '/latest/meta-data/' }; options.hostname = '169.254.169.254'; http.request(options, done).end();`,
      errors: [{ messageId: 'foundWithHelp', column: 117 }],
    },
    {
      name: 'node:http by URL and options',
      code: `import { get } from 'node:http'; get('http://169.254.169.254/latest/meta-data/', { timeout: 5 }, done);`,
      errors: 1,
    },
    {
      name: 'axios by configuration',
      code: `import axios from 'axios'; axios({ url: 'http://169.254.169.254/latest/meta-data/', timeout: 5 });`,
      errors: 1,
    },
    {
      name: 'compiled output',
      code: `const axios_1 = __importDefault(require('axios')); (0, axios_1.default)('http://169.254.169.254/latest/meta-data/');`,
      errors: 1,
    },
    {
      name: 'an instance',
      code: `import axios from 'axios'; const imds = axios.create({ baseURL: 'http://169.254.169.254/latest' }); imds.get('meta-data/instance-id');`,
      errors: 1,
    },
    {
      name: 'a wrapper, judged at its calls',
      code: `function get(path, headers) { return fetch('http://169.254.169.254' + path, { headers }); }\nget('/latest/meta-data/a', ${TOKEN});\nget('/latest/meta-data/b');`,
      errors: [{ messageId: 'foundWithHelp', line: 3 }],
    },
    {
      name: 'a class field',
      code: `class Imds { base = 'http://169.254.169.254'; id() { return fetch(this.base + '/latest/meta-data/instance-id'); } }`,
      errors: 1,
    },
    {
      name: 'a path that stands in for the one of the callers is no request of its own',
      code: `const http = require('http');\nfunction get(path, done) { path = path || '/'; http.get('http://169.254.169.254' + path, done); }\nget('/latest/meta-data/a', done);\nget('/latest/meta-data/b', done);`,
      errors: [
        { messageId: 'foundWithHelp', line: 3 },
        { messageId: 'foundWithHelp', line: 4 },
      ],
    },
    {
      name: 'options of a parameter, filled in here and never given a header',
      code: `const http = require('http');\nexports.role = function (options, done) {\n  options.host = '169.254.169.254';\n  options.path = '/latest/meta-data/iam/security-credentials/';\n  http.get(options, done);\n};`,
      errors: [{ messageId: 'foundWithHelp', line: 5 }],
    },
    {
      name: 'commands that are handed to user data made elsewhere',
      code: `export const prepare = (userData) => { userData.addCommands('yum update -y', 'curl -s http://169.254.169.254/latest/meta-data/instance-id'); };`,
      errors: 1,
    },
    {
      name: 'a line of a script, made by a function',
      code: `const debug = (line) => (process.env.DEBUG ? line : null);\nconst lines = ['#!/bin/bash', debug('echo "$(curl -s http://169.254.169.254/latest/meta-data/ami-id)"'), 'exit'].filter(Boolean);\nmodule.exports = lines.join('\\n');`,
      errors: [{ messageId: 'foundWithHelp', line: 2 }],
    },
    { name: 'the IPv6 endpoint', code: `fetch('http://[fd00:ec2::254]/latest/meta-data/');`, errors: 1 },
  ],
});
