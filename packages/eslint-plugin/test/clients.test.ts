import { runRule } from './rule-tester.ts';

const URL = `'http://169.254.169.254/latest/meta-data/instance-id'`;
const TOKEN = `{ 'X-aws-ec2-metadata-token': token }`;

/** Each client without a token and with one: by its own way of taking headers. */
const CLIENTS: readonly (readonly [name: string, without: string, withToken: string])[] = [
  [
    'node-fetch',
    `import fetch from 'node-fetch'; fetch(${URL});`,
    `import fetch from 'node-fetch'; fetch(${URL}, { headers: ${TOKEN} });`,
  ],
  [
    'undici request',
    `import { request } from 'undici'; request(${URL});`,
    `import { request } from 'undici'; request(${URL}, { headers: ${TOKEN} });`,
  ],
  [
    'undici Pool',
    `import { Pool } from 'undici'; new Pool('http://169.254.169.254').request({ path: '/latest/meta-data/', method: 'GET' });`,
    `import { Pool } from 'undici'; new Pool('http://169.254.169.254').request({ path: '/latest/meta-data/', method: 'GET', headers: ${TOKEN} });`,
  ],
  [
    'https',
    `const https = require('node:https'); https.get({ hostname: '169.254.169.254', path: '/latest/meta-data/' }, done);`,
    `const https = require('node:https'); https.get({ hostname: '169.254.169.254', path: '/latest/meta-data/', headers: ${TOKEN} }, done);`,
  ],
  [
    'merged options',
    `const http = require('http'); const url = require('url'); http.request(Object.assign(url.parse(${URL}), { method: 'HEAD' }));`,
    `const http = require('http'); const url = require('url'); http.request(Object.assign(url.parse(${URL}), { headers: ${TOKEN} }));`,
  ],
  [
    'axios.request',
    `import axios from 'axios'; axios.request({ baseURL: 'http://169.254.169.254', url: '/latest/meta-data/' });`,
    `import axios from 'axios'; axios.request({ baseURL: 'http://169.254.169.254', url: '/latest/meta-data/', headers: ${TOKEN} });`,
  ],
  [
    'axios defaults',
    `import axios from 'axios'; axios.defaults.baseURL = 'http://169.254.169.254'; axios.get('/latest/meta-data/');`,
    `import axios from 'axios'; axios.defaults.baseURL = 'http://169.254.169.254'; axios.defaults.headers.common['X-aws-ec2-metadata-token'] = token; axios.get('/latest/meta-data/');`,
  ],
  [
    'gaxios',
    `import { Gaxios } from 'gaxios'; const http = new Gaxios(); http.request({ url: ${URL}, retry: true });`,
    `import { Gaxios } from 'gaxios'; const http = new Gaxios(); http.request({ url: ${URL}, headers: ${TOKEN} });`,
  ],
  [
    'got',
    `import got from 'got'; got(${URL}).text();`,
    `import got from 'got'; got(${URL}, { headers: ${TOKEN} }).text();`,
  ],
  [
    'got.extend',
    `import got from 'got'; const imds = got.extend({ prefixUrl: 'http://169.254.169.254/latest' }); imds.get('meta-data/instance-id');`,
    `import got from 'got'; const imds = got.extend({ prefixUrl: 'http://169.254.169.254/latest', headers: ${TOKEN} }); imds.get('meta-data/instance-id');`,
  ],
  ['ky', `import ky from 'ky'; ky.get(${URL});`, `import ky from 'ky'; ky.get(${URL}, { headers: ${TOKEN} });`],
  [
    'superagent',
    `import superagent from 'superagent'; superagent.get(${URL}).end(done);`,
    `import superagent from 'superagent'; superagent.get(${URL}).set('X-aws-ec2-metadata-token', token).end(done);`,
  ],
  [
    'request',
    `const request = require('request'); request({ uri: ${URL} }, done);`,
    `const request = require('request'); request({ uri: ${URL}, headers: ${TOKEN} }, done);`,
  ],
  [
    'request.defaults',
    `const request = require('request').defaults({ baseUrl: 'http://169.254.169.254' }); request.get('/latest/meta-data/', done);`,
    `const request = require('request').defaults({ baseUrl: 'http://169.254.169.254', headers: ${TOKEN} }); request.get('/latest/meta-data/', done);`,
  ],
  [
    'needle',
    `const needle = require('needle'); needle.get(${URL}, done);`,
    `const needle = require('needle'); needle.get(${URL}, { headers: ${TOKEN} }, done);`,
  ],
  [
    'bent',
    `const bent = require('bent'); bent('string')(${URL});`,
    `const bent = require('bent'); bent('string')(${URL}, undefined, ${TOKEN});`,
  ],
  [
    'phin',
    `const p = require('phin'); p({ url: ${URL} });`,
    `const p = require('phin'); p({ url: ${URL}, headers: ${TOKEN} });`,
  ],
  [
    '@actions/http-client',
    `import { HttpClient } from '@actions/http-client'; const http = new HttpClient('x'); http.get(${URL});`,
    `import { HttpClient } from '@actions/http-client'; const http = new HttpClient('x'); http.get(${URL}, ${TOKEN});`,
  ],
  [
    'XMLHttpRequest',
    `const xhr = new XMLHttpRequest(); xhr.open('GET', ${URL}); xhr.send();`,
    `const xhr = new XMLHttpRequest(); xhr.open('GET', ${URL}); xhr.setRequestHeader('X-aws-ec2-metadata-token', token); xhr.send();`,
  ],
  ['jQuery', `$.ajax({ url: ${URL} });`, `$.ajax({ url: ${URL}, headers: ${TOKEN} });`],
  [
    'a promisified function',
    `const { promisify } = require('util'); const request = promisify(require('request')); request(${URL});`,
    `const { promisify } = require('util'); const request = promisify(require('request')); request({ url: ${URL}, headers: ${TOKEN} });`,
  ],
  [
    'curl',
    `import { execSync } from 'node:child_process'; execSync("curl -s http://169.254.169.254/latest/meta-data/");`,
    `import { execSync } from 'node:child_process'; execSync("curl -s -H 'X-aws-ec2-metadata-token: abc' http://169.254.169.254/latest/meta-data/");`,
  ],
  [
    'spawn',
    `import { spawn } from 'child_process'; spawn('curl', ['-s', ${URL}]);`,
    `import { spawn } from 'child_process'; spawn('curl', ['-s', '-H', 'X-aws-ec2-metadata-token: abc', ${URL}]);`,
  ],
  [
    'zx',
    `import { $ } from 'zx'; await $\`curl -s http://169.254.169.254/latest/meta-data/\`;`,
    `import { $ } from 'zx'; await $\`curl -s -H 'X-aws-ec2-metadata-token: abc' http://169.254.169.254/latest/meta-data/\`;`,
  ],
];

runRule('no-imdsv1-request', {
  valid: CLIENTS.map(([name, , code]) => ({ name, code })),
  invalid: CLIENTS.map(([name, code]) => ({ name, code, errors: 1 })),
});

runRule(
  'no-imdsv1-request',
  {
    valid: [
      {
        name: 'Angular with the header',
        code: `import { HttpClient } from '@angular/common/http'; class Imds { constructor(private http: HttpClient) {} id(token: string) { return this.http.get(${URL}, { headers: ${TOKEN} }); } }`,
      },
    ],
    invalid: [
      {
        name: 'Angular',
        code: `import { HttpClient } from '@angular/common/http'; class Imds { constructor(private http: HttpClient) {} id() { return this.http.get(${URL}); } }`,
        errors: 1,
      },
      {
        name: 'an enumeration',
        code: `enum Endpoint { Base = 'http://169.254.169.254', Path = '/latest/meta-data/' } fetch(Endpoint.Base + Endpoint.Path);`,
        errors: 1,
      },
      {
        name: 'a default of the constructor',
        code: `class Imds { private readonly base: string; constructor(base = 'http://169.254.169.254') { this.base = base; } id() { return fetch(\`\${this.base}/latest/meta-data/instance-id\`); } }`,
        errors: 1,
      },
    ],
  },
  'typescript',
);
