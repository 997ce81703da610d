import { describe, expect, it } from 'vitest';
import { concatAll, hole, literal, type Text } from '../text/text.ts';
import { targetOf } from './target.ts';

/** `{x}` in a case is a hole. */
function url(spec: string): Text {
  const parts = spec.split(/(\{\w+\})/).filter((part) => part !== '');
  const [text] = concatAll(
    parts.map((part) => [part.startsWith('{') ? hole(part.slice(1, -1), 'of the test') : literal(part)]),
  );
  if (text === undefined) throw new Error('no text');
  return text;
}

type Case = readonly [url: string, service: string, resource: string, cloud?: string];

const CASES: readonly Case[] = [
  ['http://169.254.169.254/latest/meta-data/instance-id', 'imds', 'metadata'],
  ['169.254.169.254/latest/meta-data', 'imds', 'metadata'],
  ['HTTP://169.254.169.254/latest/meta-data/', 'imds', 'metadata'],
  ['http:169.254.169.254/latest/user-data', 'imds', 'metadata'],
  ['http:\\\\169.254.169.254\\latest\\meta-data', 'imds', 'metadata'],
  ['http://169.254.169.254/2016-09-02/dynamic/instance-identity/document', 'imds', 'metadata'],
  ['http://169.254.169.254//latest//meta-data//', 'imds', 'metadata'],
  ['http://169.254.169.254/latest/x/../meta-data/', 'imds', 'metadata'],
  ['http://169.254.169.254/%6catest/meta-data/', 'imds', 'metadata'],
  ['http://169.254.169.254/latest/api/token', 'imds', 'token'],
  ['http://[fd00:ec2::254]/latest/api/token', 'imds', 'token'],
  ['http://169.254.169.254/latest/', 'imds', 'root'],
  ['http://169.254.169.254', 'imds-address', 'root'],
  ['http://169.254.169.254/', 'imds-address', 'root'],
  ['http://169.254.169.254/{path}', 'imds-address', 'unknown'],
  ['http://169.254.169.254:80/', 'imds-address', 'root'],
  ['http://169.254.169.254:12456/', 'other', 'root'],
  ['http://169.254.169.254:8080/latest/meta-data/', 'imds', 'metadata'],
  ['http://169.254.169.254:{port}/latest/meta-data/', 'imds', 'metadata'],
  ['http://instance-data/latest/meta-data/', 'imds', 'metadata'],
  ['http://localhost:1338/latest/meta-data/placement', 'stand-in', 'metadata'],
  ['http://[::1]/latest/api/token', 'stand-in', 'token'],
  ['http://127.0.0.1/health', 'other', 'metadata'],
  ['http://{host}/latest/meta-data/placement', 'imds-path', 'metadata'],
  ['{base}/latest/api/token', 'imds-path', 'token'],
  ['{base}/meta-data/instance-id', 'imds-path', 'metadata'],
  ['http://{host}/{version}/meta-data/ami-id', 'imds-path', 'metadata'],
  ['{url}', 'unknown', 'unknown'],
  ['http://{host}/v1/things', 'unknown', 'metadata'],
  ['http://169.254.169.254{path}', 'imds-address', 'unknown'],
  ['{scheme}://169.254.169.254/latest/meta-data/', 'imds', 'metadata'],
  ['{base}latest/meta-data/', 'imds-path', 'metadata'],
  ['http://{host}/computeMetadata/v1/', 'other-cloud', 'metadata', 'Google Cloud'],
  ['http://10.0.0.{last}/latest/meta-data/', 'other', 'metadata'],
  ['http://{name}.example.com/latest/meta-data/', 'other', 'metadata'],
  ['http://169.254.{rest}/latest/meta-data/', 'imds-path', 'metadata'],
  ['http://example.com/latest/meta-data/', 'other', 'metadata'],
  ['file:///etc/passwd', 'other', 'unknown'],
  ['http://169.254.169.254/computeMetadata/v1/instance/id', 'other-cloud', 'metadata', 'Google Cloud'],
  ['http://169.254.169.254/metadata/instance?api-version=2021-02-01', 'other-cloud', 'metadata', 'Azure'],
  ['http://169.254.169.254/metadata/v1/id', 'other-cloud', 'metadata', 'DigitalOcean'],
  ['http://169.254.169.254/opc/v2/instance/', 'other-cloud', 'metadata', 'Oracle Cloud'],
  ['http://169.254.169.254/openstack/latest/meta_data.json', 'other-cloud', 'metadata', 'OpenStack'],
  ['http://169.254.169.254/hetzner/v1/metadata', 'other-cloud', 'metadata', 'Hetzner'],
  ['http://metadata.google.internal/computeMetadata/v1/', 'other-cloud', 'metadata', 'Google Cloud'],
  ['http://100.100.100.200/latest/meta-data/', 'other-cloud', 'metadata', 'Alibaba Cloud'],
  ['http://{METADATA_MOCK_SERVICE_HOST}:{PORT}/latest/meta-data/', 'other', 'metadata'],
  ['http://{HOST}/latest/meta-data/{MOCK}', 'imds-path', 'metadata'],
];

describe('targetOf', () => {
  it.each(CASES.map((row) => ({ row, name: row[0] })))('$name', ({ row: [spec, service, resource, cloud] }) => {
    expect(targetOf(url(spec))).toMatchObject({ service, resource, ...(cloud === undefined ? {} : { cloud }) });
  });
  it('sees a dated token path, which gives no token', () => {
    expect(targetOf(url('http://169.254.169.254/2021-03-23/api/token'))).toMatchObject({
      resource: 'token',
      datedTokenPath: true,
    });
  });
  it('tells the IPv6 endpoint', () => {
    expect(targetOf(url('http://[fd00:ec2::254]/latest/meta-data/')).ipv6).toBe(true);
  });
});
