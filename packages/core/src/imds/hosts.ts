/** What answers at a host, as far as instance metadata is concerned. */
export type HostKind =
  /** EC2's IPv4 endpoint; other clouds answer at the same address. */
  | 'imds-ipv4'
  /** EC2's IPv6 endpoint, used by no other cloud. */
  | 'imds-ipv6'
  /** A DNS alias of the endpoint inside a VPC. */
  | 'imds-alias'
  /** Somebody else. */
  | 'other';

/** Spellings after WHATWG folding. Source: facts/aws.md §5.1. */
const IMDS_HOSTS: ReadonlyMap<string, HostKind> = new Map<string, HostKind>([
  ['169.254.169.254', 'imds-ipv4'],
  ['[::ffff:a9fe:a9fe]', 'imds-ipv4'],
  ['[fd00:ec2::254]', 'imds-ipv6'],
  ['instance-data', 'imds-alias'],
  ['instance-data.', 'imds-alias'],
  ['instance-data.ec2.internal', 'imds-alias'],
  ['instance-data.ec2.internal.', 'imds-alias'],
]);

export interface FoldedHost {
  readonly kind: HostKind;
  /** The host as WHATWG URL parsing folds it, in lower case. */
  readonly host: string;
  readonly port: string;
  /** Whether folding changed the spelling (`2852039166`, `0xA9FEA9FE`, `169。254。169。254`). */
  readonly respelt: boolean;
}

/**
 * Folds the authority part of a URL (`user:pw@host:port`) the way WHATWG URL parsing does, which is how `fetch`, curl and libc
 * come to the same address for dotted, integer, hexadecimal, octal, short, full-width and percent-encoded spellings.
 * Undefined for what is no valid authority.
 */
export function foldAuthority(authority: string): FoldedHost | undefined {
  // A zone identifier (`[fe80::1%25eth0]`) is refused by WHATWG and accepted by curl.
  const withoutZone = authority.replace(/%(?:25)?[\w.-]+\]/, ']');
  let url: URL;
  try {
    url = new URL(`http://${bracketIpv6(withoutZone)}/`);
  } catch {
    return undefined;
  }
  const host = url.hostname.toLowerCase();
  const kind = IMDS_HOSTS.get(host) ?? 'other';
  const written = authority.replace(/^.*@/, '').replace(/:\d*$/, '').toLowerCase();
  return { kind, host, port: url.port, respelt: written !== host };
}

/** An IPv6 address without brackets, as option objects (`{host: 'fd00:ec2::254'}`) have it. */
function bracketIpv6(authority: string): string {
  return /^[\da-f]*:[\da-f:]*:[\da-f:.]*$/i.test(authority) ? `[${authority}]` : authority;
}

/** Whether a bare host name (no port, no user) is EC2's endpoint in any spelling. */
export function isImdsHost(host: string): boolean {
  const folded = foldAuthority(host);
  return folded !== undefined && folded.kind !== 'other';
}
