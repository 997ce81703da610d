import { describe, expect, it } from 'vitest';
import { foldAuthority } from './hosts.ts';

/** Spellings and what they fold to; measured with WHATWG URL parsing, curl and getaddrinfo. */
const IPV4 = [
  '169.254.169.254',
  '169.254.169.254.',
  '169.254.169.254:80',
  '2852039166',
  '0xA9FEA9FE',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '0251.0376.0251.0376.',
  '0xA9.0xFE.0xA9.0xFE',
  '0xa9.254.0251.0xfe',
  '169.254.43518',
  '169.16689662',
  '0xa9.0xfea9fe',
  '025177524776',
  '169.254.0xa9fe',
  '00000251.00000376.000251.0000376',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[0:0:0:0:0:ffff:a9fe:a9fe]',
  'user:pw@169.254.169.254',
  'example.com@169.254.169.254',
  '１６９.２５４.１６９.２５４',
  '169。254。169。254',
  '①⑥⑨.②⑤④.①⑥⑨.②⑤④',
  '%31%36%39.254.169.254',
  '169%2e254%2e169%2e254',
];
const IPV6 = [
  '[fd00:ec2::254]',
  '[fd00:0ec2:0000:0000:0000:0000:0000:0254]',
  '[fd00:ec2:0:0:0:0:0:254]',
  '[FD00:EC2::254]',
  '[fd00:ec2::0.0.2.84]',
  '[fd00:ec2::254%25eth0]',
  'fd00:ec2::254',
];
const ALIASES = ['instance-data', 'instance-data.', 'INSTANCE-DATA.EC2.INTERNAL', 'instance-data:8773'];
const OTHERS = [
  '169.254.169.0254',
  '[fd00:ec2::fe]',
  '[::169.254.169.254]',
  '[64:ff9b::a9fe:a9fe]',
  '169.254.169.254@example.com',
  '169.254.169.123',
  '169.254.169.253',
  '169.254.170.2',
  '169.254.170.23',
  '[fd00:ec2::23]',
  '[fd00:ec2::123]',
  '[fe80::a9fe:a9fe%25eth0]',
  'example.com',
  'instance-data.example.com',
];
const INVALID = ['425.510.425.510', '4294967296.2852039166', '7147006462', '', 'a b'];

describe('foldAuthority', () => {
  it.each(IPV4)('takes %s for the IPv4 endpoint', (authority) => {
    expect(foldAuthority(authority)?.kind).toBe('imds-ipv4');
  });
  it.each(IPV6)('takes %s for the IPv6 endpoint', (authority) => {
    expect(foldAuthority(authority)?.kind).toBe('imds-ipv6');
  });
  it.each(ALIASES)('takes %s for the alias', (authority) => {
    expect(foldAuthority(authority)?.kind).toBe('imds-alias');
  });
  it.each(OTHERS)('takes %s for somebody else', (authority) => {
    expect(foldAuthority(authority)?.kind).toBe('other');
  });
  it.each(INVALID)('refuses "%s" without throwing', (authority) => {
    expect(foldAuthority(authority)).toBeUndefined();
  });
  it('says when a spelling hides the address', () => {
    expect(foldAuthority('2852039166')?.respelt).toBe(true);
    expect(foldAuthority('169.254.169.254:80')?.respelt).toBe(false);
  });
});
