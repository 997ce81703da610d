import type { Client } from './client.ts';

const SEND = 'then send it in the header X-aws-ec2-metadata-token.';
const TTL = `'X-aws-ec2-metadata-token-ttl-seconds': '21600'`;
const TOKEN_URL = `'http://169.254.169.254/latest/api/token'`;

/** "Ask for a token first (…), then send it …". */
function remedy(tokenRequest: string): string {
  return `Ask for a token first (${tokenRequest}), ${SEND}`;
}

/** Libraries and SDKs of JavaScript and TypeScript. How their calls are read stands in the plug-in's front end. Source: facts/requests.md. */
export const JAVASCRIPT_CLIENTS = [
  {
    id: 'fetch',
    name: 'fetch',
    kind: 'library',
    dropsHeader: false,
    remedy: remedy(`fetch(${TOKEN_URL}, {method: 'PUT', headers: {${TTL}}})`),
  },
  {
    id: 'node-http',
    name: 'node:http',
    kind: 'library',
    dropsHeader: false,
    remedy: remedy(
      `http.request({host: '169.254.169.254', path: '/latest/api/token', method: 'PUT', headers: {${TTL}}})`,
    ),
  },
  {
    id: 'axios',
    name: 'axios',
    kind: 'library',
    dropsHeader: true,
    remedy: remedy(`axios.put(${TOKEN_URL}, null, {headers: {${TTL}}}): the configuration is the third argument`),
  },
  {
    id: 'undici',
    name: 'undici',
    kind: 'library',
    dropsHeader: true,
    remedy: remedy(`request(${TOKEN_URL}, {method: 'PUT', headers: {${TTL}}})`),
  },
  {
    id: 'got',
    name: 'got',
    kind: 'library',
    dropsHeader: true,
    remedy: remedy(`got.put(${TOKEN_URL}, {headers: {${TTL}}}).text()`),
  },
  {
    id: 'ky',
    name: 'ky',
    kind: 'library',
    dropsHeader: true,
    remedy: remedy(`ky.put(${TOKEN_URL}, {headers: {${TTL}}}).text()`),
  },
  {
    id: 'ofetch',
    name: 'ofetch',
    kind: 'library',
    dropsHeader: false,
    remedy: remedy(`ofetch(${TOKEN_URL}, {method: 'PUT', headers: {${TTL}}})`),
  },
  {
    id: 'superagent',
    name: 'superagent',
    kind: 'library',
    dropsHeader: false,
    remedy: remedy(`superagent.put(${TOKEN_URL}).set('X-aws-ec2-metadata-token-ttl-seconds', '21600')`),
  },
  {
    id: 'request',
    name: 'request',
    kind: 'library',
    dropsHeader: true,
    remedy: remedy(`request.put({url: ${TOKEN_URL}, headers: {${TTL}}}, callback)`),
  },
  {
    id: 'needle',
    name: 'needle',
    kind: 'library',
    dropsHeader: false,
    remedy: remedy(`needle('put', ${TOKEN_URL}, null, {headers: {${TTL}}})`),
  },
  {
    id: 'bent',
    name: 'bent',
    kind: 'library',
    dropsHeader: false,
    remedy: `Ask for a token first (bent('PUT', 'string', {${TTL}})(${TOKEN_URL})), then send it as the third argument of the call: {'X-aws-ec2-metadata-token': token}.`,
  },
  {
    id: 'phin',
    name: 'phin',
    kind: 'library',
    dropsHeader: false,
    remedy: remedy(`phin({url: ${TOKEN_URL}, method: 'PUT', headers: {${TTL}}})`),
  },
  {
    id: 'actions-http-client',
    name: '@actions/http-client',
    kind: 'library',
    dropsHeader: false,
    remedy: `Ask for a token first (client.put(${TOKEN_URL}, '', {${TTL}})), then send it as the headers argument: {'X-aws-ec2-metadata-token': token}.`,
  },
  {
    id: 'xmlhttprequest',
    name: 'XMLHttpRequest',
    kind: 'library',
    dropsHeader: false,
    remedy: remedy(`open('PUT', ${TOKEN_URL}) and setRequestHeader('X-aws-ec2-metadata-token-ttl-seconds', '21600')`),
  },
  {
    id: 'jquery',
    name: 'jQuery',
    kind: 'library',
    dropsHeader: true,
    remedy: remedy(`$.ajax({url: ${TOKEN_URL}, method: 'PUT', headers: {${TTL}}})`),
  },
  {
    id: 'angular-http',
    name: 'HttpClient',
    kind: 'library',
    dropsHeader: false,
    remedy: remedy(`http.put(${TOKEN_URL}, null, {headers: {${TTL}}, responseType: 'text'})`),
  },
  {
    id: 'gaxios',
    name: 'gaxios',
    kind: 'library',
    dropsHeader: false,
    remedy: remedy(`request({url: ${TOKEN_URL}, method: 'PUT', headers: {${TTL}}})`),
  },
  {
    // What it sends is followed no further than the arguments that it is called with.
    id: 'program-function',
    name: 'function of the program',
    kind: 'library',
    dropsHeader: false,
    remedy: remedy('a PUT of /latest/api/token'),
  },
  {
    id: 'smithy-imds',
    name: 'httpRequest',
    kind: 'library',
    dropsHeader: false,
    remedy: remedy(`httpRequest({...endpoint, path: '/latest/api/token', method: 'PUT', headers: {${TTL}}})`),
  },
  {
    id: 'aws-sdk-v2-metadata-service',
    name: 'AWS.MetadataService',
    kind: 'sdk',
    dropsHeader: false,
    remedy: `AWS.MetadataService#request sends no token by itself: get one (fetchMetadataToken) and pass {headers: {'X-aws-ec2-metadata-token': token}} as the second argument, or use MetadataService of @aws-sdk/ec2-metadata-service with ec2MetadataV1Disabled: true.`,
  },
  {
    id: 'aws-sdk-v2-internal',
    name: 'AWS.HttpRequest',
    kind: 'library',
    dropsHeader: false,
    remedy: remedy('a PUT of /latest/api/token'),
  },
  {
    id: 'aws-sdk-v2-ec2-credentials',
    name: 'AWS.EC2MetadataCredentials',
    kind: 'sdk',
    dropsHeader: false,
    remedy:
      'Set ec2MetadataV1Disabled: true (AWS SDK 2.1488.0 or newer), or set AWS_EC2_METADATA_V1_DISABLED=true where it runs.',
  },
  {
    id: 'aws-sdk-v3-instance-metadata',
    name: 'fromInstanceMetadata',
    kind: 'sdk',
    dropsHeader: false,
    remedy: 'Set ec2MetadataV1Disabled: true, or set AWS_EC2_METADATA_V1_DISABLED=true where it runs.',
  },
  {
    id: 'aws-sdk-v3-metadata-service',
    name: 'MetadataService',
    kind: 'sdk',
    dropsHeader: false,
    remedy: 'Make it with ec2MetadataV1Disabled: true, and without disableFetchToken.',
  },
  {
    id: 'version-1-package',
    name: 'package',
    kind: 'sdk',
    dropsHeader: false,
    remedy:
      'The package knows version 1 only: replace it with MetadataService of @aws-sdk/ec2-metadata-service (ec2MetadataV1Disabled: true), or ask the service yourself with a token.',
  },
] as const satisfies readonly Client[];
