import { Linter } from 'eslint';
import * as parser from '@typescript-eslint/parser';
import { describe, expect, it } from 'vitest';
import plugin from '../src/index.ts';

/** The text after the first suggestion of the first problem; undefined: nothing is suggested. */
function repaired(text: string, file = 'a.ts'): string | undefined {
  const messages = new Linter().verify(
    text,
    [
      { files: ['**'], languageOptions: { parser } },
      plugin.configs.all,
      { rules: { 'imdsv2/require-imdsv2': ['error', { assumeAspects: 'none' }] } },
    ],
    { filename: file },
  );
  const fix = messages.flatMap((message) => message.suggestions ?? [])[0]?.fix;
  return fix === undefined ? undefined : text.slice(0, fix.range[0]) + fix.text + text.slice(fix.range[1]);
}

const EC2 = `import * as ec2 from 'aws-cdk-lib/aws-ec2';\n`;

describe('launches', () => {
  it('keep their other properties, each on a line of its own', () => {
    const text = `${EC2}new ec2.Instance(this, 'I', {\n  vpc,\n  instanceType,\n});`;
    expect(repaired(text)).toBe(
      `${EC2}new ec2.Instance(this, 'I', {\n  vpc,\n  instanceType,\n  requireImdsv2: true,\n});`,
    );
  });
  it.each([
    ["new ec2.LaunchTemplate(this, 'T');", "new ec2.LaunchTemplate(this, 'T', { requireImdsv2: true });"],
    [
      "const base = { vpc }; new ec2.Instance(this, 'I', base);",
      "const base = { vpc }; new ec2.Instance(this, 'I', { ...base, requireImdsv2: true });",
    ],
    [
      "new ec2.Instance(this, 'I', { vpc, requireImdsv2: false });",
      "new ec2.Instance(this, 'I', { vpc, requireImdsv2: true });",
    ],
    [
      "new ec2.LaunchTemplate(this, 'T', { httpTokens: ec2.LaunchTemplateHttpTokens.OPTIONAL });",
      "new ec2.LaunchTemplate(this, 'T', { httpTokens: ec2.LaunchTemplateHttpTokens.REQUIRED });",
    ],
    [
      "new ec2.CfnInstance(this, 'I', {});",
      `new ec2.CfnInstance(this, 'I', { metadataOptions: { httpTokens: 'required' } });`,
    ],
    [
      "new ec2.CfnLaunchTemplate(this, 'T', { launchTemplateData: { metadataOptions: { httpTokens: 'optional' } } });",
      "new ec2.CfnLaunchTemplate(this, 'T', { launchTemplateData: { metadataOptions: { httpTokens: 'required' } } });",
    ],
    [
      "new ec2.CfnLaunchTemplate(this, 'T', { launchTemplateData: { imageId } });",
      "new ec2.CfnLaunchTemplate(this, 'T', { launchTemplateData: { imageId, metadataOptions: { httpTokens: 'required' } } });",
    ],
  ])('%s', (before, after) => {
    expect(repaired(EC2 + before)).toBe(EC2 + after);
  });

  it('get an aspect where they have no property', () => {
    const text = `${EC2}class S extends Stack {\n  constructor(scope) {\n    const provider = new ec2.NatInstanceProviderV2({ instanceType });\n  }\n}`;
    expect(repaired(text)).toBe(
      `import { Aspects } from 'aws-cdk-lib';\n${EC2}class S extends Stack {\n  constructor(scope) {\n    const provider = new ec2.NatInstanceProviderV2({ instanceType });\n    Aspects.of(this).add(new ec2.InstanceRequireImdsv2Aspect());\n  }\n}`,
    );
  });

  it('of Pulumi and of the SDKs', () => {
    expect(repaired(`import * as aws from '@pulumi/aws';\nnew aws.ec2.Instance('web', { ami });`)).toBe(
      `import * as aws from '@pulumi/aws';\nnew aws.ec2.Instance('web', { ami, metadataOptions: { httpTokens: 'required' } });`,
    );
    expect(
      repaired(
        `import { RunInstancesCommand } from '@aws-sdk/client-ec2';\nnew RunInstancesCommand({ ImageId, MinCount: 1 });`,
      ),
    ).toBe(
      `import { RunInstancesCommand } from '@aws-sdk/client-ec2';\nnew RunInstancesCommand({ ImageId, MinCount: 1, MetadataOptions: { HttpTokens: 'required' } });`,
    );
  });
});

describe('the request for a token', () => {
  const DATA = `'http://169.254.169.254/latest/meta-data/mac'`;
  const PUT = `'http://169.254.169.254/latest/api/token'`;
  const TTL = `headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '21600' }`;
  const SENT = `headers: { 'X-aws-ec2-metadata-token': token }`;

  it('ends when that for the data does', () => {
    expect(
      repaired(
        `import axios from 'axios';\nasync function mac(source) {\n  return axios.get(${DATA}, { timeout: 500, cancelToken: source });\n}`,
      ),
    ).toBe(
      `import axios from 'axios';\nasync function mac(source) {\n  const token = await axios.put(${PUT}, null, { ${TTL}, timeout: 500, cancelToken: source }).then((response) => response.data);\n  return axios.get(${DATA}, { timeout: 500, cancelToken: source, ${SENT} });\n}`,
    );
  });

  it('fails as that for the data does: a callback without a name is called by it', () => {
    const data = `request(${DATA}, (error, response, body) => { done(error, body); });`;
    const after = repaired(`const request = require('request');\n${data}\n`, 'a.js');
    expect(after).toContain(
      `(tokenError, tokenResponse, token) => {\n  request(${DATA}, { headers: { 'X-aws-ec2-metadata-token': tokenError ? 'unavailable' : token } }, (error, response, body)`,
    );
  });

  it('has the handler of errors that the request has, once', () => {
    const after = repaired(
      `const http = require('http');\nhttp.get(${DATA}, (response) => response.resume()).on('error', (error) => {\n  console.error(error);\n  process.exitCode = 1;\n});\n`,
      'a.js',
    );
    expect(after).toContain(`const onRequestError = (error) => {\n  console.error(error);\n`);
    expect(after?.match(/on\('error', onRequestError\)/g)).toHaveLength(2);
  });
});

describe('fallbacks', () => {
  const DATA = `'http://169.254.169.254/latest/meta-data/mac'`;
  const SENT = `{ 'X-aws-ec2-metadata-token': token }`;
  it.each([
    [`token ? ${SENT} : {}`, SENT],
    [`!token ? undefined : ${SENT}`, SENT],
    [`token !== null ? ${SENT} : {}`, SENT],
    [`{ ...(token && ${SENT}), Accept: '*/*' }`, `{ 'X-aws-ec2-metadata-token': token, Accept: '*/*' }`],
  ])('%s', (before, after) => {
    const code = (headers: string): string => `async (token) => fetch(${DATA}, { headers: ${headers} });`;
    expect(repaired(code(before))).toBe(code(after));
  });

  it('that are a statement', () => {
    const code = (statement: string): string =>
      `async (token) => { const headers = {}; ${statement} return fetch(${DATA}, { headers }); };`;
    const assignment = `headers['X-aws-ec2-metadata-token'] = token;`;
    expect(repaired(code(`if (token) { ${assignment} }`))).toBe(code(assignment));
  });

  it.each([
    ['decided by something else', `async (token, v2) => fetch(${DATA}, { headers: v2 ? ${SENT} : {} });`],
    [
      'of a client that drops empty headers',
      `import axios from 'axios'; async (token) => axios.get(${DATA}, { headers: token ? ${SENT} : {} });`,
    ],
    ['with other headers', `async (token) => fetch(${DATA}, { headers: token ? { ...${SENT}, a: 'b' } : {} });`],
  ])('but not those %s', (_, code) => {
    expect(repaired(code)).toBeUndefined();
  });
});

describe('second tries', () => {
  const DATA = `'http://169.254.169.254/latest/meta-data/mac'`;
  const first = `await fetch(${DATA}, { headers: { 'X-aws-ec2-metadata-token': token } })`;
  it.each([
    [
      'in a handler',
      `async (token) => { try { return ${first}; } catch (e) { log(e); return fetch(${DATA}); } };`,
      `async (token) => { try { return ${first}; } catch (e) { log(e); throw e; } };`,
    ],
    [
      'in a handler that names nothing',
      `async (token) => { try { return ${first}; } catch { return fetch(${DATA}); } };`,
      `async (token) => { try { return ${first}; } catch (error) { throw error; } };`,
    ],
    [
      'that a promise is given',
      `(token) => fetch(${DATA}, { headers: { 'X-aws-ec2-metadata-token': token } }).catch(() => fetch(${DATA}));`,
      `(token) => fetch(${DATA}, { headers: { 'X-aws-ec2-metadata-token': token } });`,
    ],
    [
      'where there is no token',
      `async (token) => { if (!token) { return fetch(${DATA}); } return ${first}; };`,
      `async (token) => { if (!token) { throw new Error('The metadata service gave no session token.'); } return ${first}; };`,
    ],
  ])('%s are taken away', (_, before, after) => {
    expect(repaired(before)).toBe(after);
  });

  it('stay where more would go with them', () => {
    expect(
      repaired(
        `async (token) => { try { return ${first}; } catch (e) { const answer = await fetch(${DATA}); return answer.text(); } };`,
      ),
    ).toBeUndefined();
  });
});

describe('requests', () => {
  it('of a wrapper are repaired inside it, for all callers', () => {
    const text = (before: string, headers: string): string =>
      `async function get(path) {\n  ${before}return fetch('http://169.254.169.254' + path${headers});\n}\nget('/latest/meta-data/a');\nget('/latest/meta-data/b');`;
    expect(repaired(text('', ''))).toBe(
      text(
        `const token = await fetch('http://169.254.169.254/latest/api/token', { method: 'PUT', headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '21600' } }).then((response) => response.text());\n  `,
        `, { headers: { 'X-aws-ec2-metadata-token': token } }`,
      ),
    );
  });

  it('of a wrapper that others use for other hosts are left alone', () => {
    expect(
      repaired(
        `async function get(url) { return fetch(url); }\nget('http://169.254.169.254/latest/meta-data/a');\nget('https://example.com/');`,
      ),
    ).toBeUndefined();
  });

  it('reuse the token that another request sends, where it is in reach', () => {
    const text = (headers: string): string =>
      `async function read() {\n  const token = await get();\n  await fetch('http://169.254.169.254/latest/meta-data/mac', { headers: { 'X-aws-ec2-metadata-token': token } });\n  return fetch('http://169.254.169.254/latest/meta-data/hostname'${headers});\n}`;
    expect(repaired(text(''))).toBe(text(`, { headers: { 'X-aws-ec2-metadata-token': token } }`));
  });

  it('call the method that asks for tokens', () => {
    const text = (before: string, headers: string): string =>
      `class Imds {\n  async token() {\n    const answer = await fetch('http://169.254.169.254/latest/api/token', { method: 'PUT', headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' } });\n    return answer.text();\n  }\n  async mac() {\n    ${before}return fetch('http://169.254.169.254/latest/meta-data/mac'${headers});\n  }\n}`;
    expect(repaired(text('', ''))).toBe(
      text('const imdsToken = await this.token();\n    ', `, { headers: { 'X-aws-ec2-metadata-token': imdsToken } }`),
    );
  });

  it('of Angular lead from one observable to the other', () => {
    const text = `import { HttpClient } from '@angular/common/http';\nclass S {\n  constructor(private http: HttpClient) {}\n  id() { return this.http.get('http://169.254.169.254/latest/meta-data/instance-id'); }\n}`;
    expect(repaired(text)).toContain(
      `this.http.put('http://169.254.169.254/latest/api/token', null, { headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '21600' }, responseType: 'text' }).pipe(switchMap((token) => this.http.get('http://169.254.169.254/latest/meta-data/instance-id', { headers: { 'X-aws-ec2-metadata-token': token } })))`,
    );
  });

  it('of SDKs lose version 1', () => {
    expect(
      repaired(
        `import { fromInstanceMetadata } from '@aws-sdk/credential-providers';\nfromInstanceMetadata({ timeout: 1 });`,
      ),
    ).toBe(
      `import { fromInstanceMetadata } from '@aws-sdk/credential-providers';\nfromInstanceMetadata({ timeout: 1, ec2MetadataV1Disabled: true });`,
    );
    expect(
      repaired(
        `import { MetadataService } from '@aws-sdk/ec2-metadata-service';\nconst service = new MetadataService();\nservice.request('/latest/meta-data/mac', {});`,
      ),
    ).toBe(
      `import { MetadataService } from '@aws-sdk/ec2-metadata-service';\nconst service = new MetadataService({ ec2MetadataV1Disabled: true });\nservice.request('/latest/meta-data/mac', {});`,
    );
  });

  it.each([
    ['options that are not known', `fetch('http://169.254.169.254/latest/meta-data/mac', { headers: make() });`],
    [
      'a request whose result is kept and used otherwise',
      `import http from 'http';\nconst r = wrap(http.get('http://169.254.169.254/'));`,
    ],
  ])('are left alone with %s', (_name, text) => {
    expect(repaired(text)).toBeUndefined();
  });

  it('is found again by nothing after it was repaired', () => {
    const text = `import http from 'http';\nexport function id(done) {\n  http.get('http://169.254.169.254/latest/meta-data/instance-id', done).on('error', done);\n}`;
    const once = repaired(text);
    expect(once).not.toBe(undefined);
    expect(repaired(once ?? '')).toBe(undefined);
  });
});
