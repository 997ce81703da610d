import { describe, expect, it } from 'vitest';
import type { Request, RequestHeader, RequestVariant } from '../facts/request.ts';
import { EMPTY, hole, literal } from '../text/text.ts';
import { judgeRequest } from './request.ts';

const DATA = 'http://169.254.169.254/latest/meta-data/instance-id';
const TOKEN = 'http://169.254.169.254/latest/api/token';
const place = { path: 'a.sh', start: 0, end: 4 };

function request(...variants: Partial<RequestVariant>[]): Request {
  return {
    kind: 'request',
    id: 'request:a.sh:0',
    location: place,
    client: 'curl',
    launches: [],
    runner: 'unknown',
    role: '',
    variants: variants.map((variant) => ({ method: 'GET', url: literal(DATA), headers: [], evidence: [], ...variant })),
  };
}

function header(name: string, value = 'x', where: RequestHeader['place'] = 'headers'): RequestHeader {
  return { name: literal(name), value: value === '' ? EMPTY : literal(value), place: where };
}

const ttl = (value: string): RequestHeader => header('x-aws-ec2-metadata-token-ttl-seconds', value);
const why = { message: 'the token request may have failed' };

describe('judgeRequest', () => {
  it.each<[string, string | undefined, Partial<RequestVariant>[]]>([
    ['no header', 'tokenless', [{}]],
    ['the token header in any case', 'token', [{ headers: [header('x-AWS-ec2-METADATA-token')] }]],
    ['a misspelt header', 'tokenless', [{ headers: [header('aws-ec2-metadata-token')] }]],
    ['another misspelt header', 'tokenless', [{ headers: [header('X-aws-metadata-token')] }]],
    ['headers in the body', 'tokenless', [{ headers: [header('X-aws-ec2-metadata-token', 'x', 'body')] }]],
    [
      'a header whose name is not known',
      'undecided',
      [{ headers: [{ name: hole('NAME', 'it is a parameter'), value: literal('x'), place: 'headers' }] }],
    ],
    [
      'a header whose name begins as another one does',
      'tokenless',
      [{ headers: [{ name: literal('Accept'), value: literal('x'), place: 'headers' }] }],
    ],
    ['headers that could not be read', 'undecided', [{ unreadHeaders: 'they come from a file' }]],
    [
      'an empty value, dropped by the client',
      'tokenless',
      [{ headers: [header('X-aws-ec2-metadata-token', '')], token: { values: [EMPTY], dropsHeader: true } }],
    ],
    [
      'an empty value, sent by the client',
      'token',
      [{ headers: [header('X-aws-ec2-metadata-token', '')], token: { values: [EMPTY], dropsHeader: false } }],
    ],
    [
      'a value that may be empty',
      'unchecked-token',
      [
        {
          headers: [{ ...header('X-aws-ec2-metadata-token'), value: hole('T', 'x') }],
          token: { values: [], dropsHeader: true, mayBeEmpty: why },
        },
      ],
    ],
    [
      'a swallowed failure',
      'fallback',
      [
        {
          headers: [{ ...header('X-aws-ec2-metadata-token'), value: hole('T', 'x') }],
          token: { values: [], dropsHeader: true, swallowed: why },
        },
      ],
    ],
    ['a second try without a token', 'fallback', [{ fallback: why }]],
    ['a branch with a token and one without', 'tokenless', [{ headers: [header('X-aws-ec2-metadata-token')] }, {}]],
    ['a token request', 'token-request', [{ url: literal(TOKEN), method: 'PUT', headers: [ttl('21600')] }]],
    ['the lowest life', 'token-request', [{ url: literal(TOKEN), method: 'PUT', headers: [ttl(' 1 ')] }]],
    ['a life of nothing', 'bad-token-request', [{ url: literal(TOKEN), method: 'PUT', headers: [ttl('0')] }]],
    ['too long a life', 'bad-token-request', [{ url: literal(TOKEN), method: 'PUT', headers: [ttl('21601')] }]],
    ['GET of the token path', 'bad-token-request', [{ url: literal(TOKEN), headers: [ttl('60')] }]],
    ['no life given', 'bad-token-request', [{ url: literal(TOKEN), method: 'PUT' }]],
    [
      'a life in the body',
      'bad-token-request',
      [{ url: literal(TOKEN), method: 'PUT', headers: [header('X-aws-ec2-metadata-token-ttl-seconds', '60', 'body')] }],
    ],
    [
      'a forwarded request',
      'bad-token-request',
      [{ url: literal(TOKEN), method: 'PUT', headers: [ttl('60'), header('X-Forwarded-For', '10.0.0.1')] }],
    ],
    [
      'a dated token path',
      'bad-token-request',
      [{ url: literal('http://169.254.169.254/2021-03-23/api/token'), method: 'PUT', headers: [ttl('60')] }],
    ],
    ['a method that is not known', 'undecided', [{ url: literal(TOKEN), method: undefined, headers: [ttl('60')] }]],
    ['another cloud by path', 'other-cloud', [{ url: literal('http://169.254.169.254/computeMetadata/v1/') }]],
    [
      'another cloud by header',
      'other-cloud',
      [{ url: literal('http://169.254.169.254/'), headers: [header('Metadata-Flavor', 'Google')] }],
    ],
    [
      'another cloud in one branch',
      'token',
      [
        { url: literal('http://169.254.169.254/computeMetadata/v1/') },
        { headers: [header('X-aws-ec2-metadata-token')] },
      ],
    ],
    ['another host', undefined, [{ url: literal('http://example.com/latest/meta-data/') }]],
    ['a mock on this machine', undefined, [{ url: literal('http://localhost:1338/latest/meta-data/') }]],
    [
      'a mock on this machine that is asked with a token',
      'token',
      [{ url: literal('http://localhost:1338/latest/meta-data/'), headers: [header('X-aws-ec2-metadata-token')] }],
    ],
    [
      'a mock on this machine that is asked for a token',
      'token-request',
      [{ url: literal('http://127.0.0.1:1338/latest/api/token'), method: 'PUT', headers: [ttl('60')] }],
    ],
    ['an unknown URL', undefined, [{ url: hole('URL', 'it is a parameter') }]],
    [
      'an unknown URL with a header that everybody has',
      undefined,
      [
        {
          url: hole('URL', 'it is a parameter'),
          headers: [{ name: literal('Authorization'), value: hole('A', 'it is a secret'), place: 'headers' }],
        },
      ],
    ],
    [
      'an unknown URL with the header of another cloud',
      'other-cloud',
      [{ url: hole('URL', 'it is a parameter'), headers: [header('Authorization', 'Bearer Oracle')] }],
    ],
    [
      'an unknown URL with our header',
      'token',
      [{ url: hole('URL', 'it is a parameter'), headers: [header('X-aws-ec2-metadata-token')] }],
    ],
  ])('%s', (_case, verdict, variants) => {
    expect(judgeRequest(request(...variants))?.verdict).toBe(verdict);
  });

  it('is of medium confidence for a bare address and for an unknown host', () => {
    expect(judgeRequest(request({ url: literal('http://169.254.169.254/') }))?.confidence).toBe('medium');
    expect(judgeRequest(request({ url: literal(DATA) }))?.confidence).toBe('high');
  });
});
