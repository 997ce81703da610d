import type { Text } from '../text/text.ts';
import { cloudOfHost, cloudOfPath, distinctiveCloudOfPath } from './clouds.ts';
import { foldAuthority } from './hosts.ts';

/** What a URL points to, as far as instance metadata is concerned. */
export interface Target {
  readonly service:
    /** EC2's metadata service for certain. */
    | 'imds'
    /** EC2's address or alias, with a path that is not known or says nothing (`/`). */
    | 'imds-address'
    /** A host that is not known, with a path that only IMDS has. */
    | 'imds-path'
    /** This machine itself, with a path that IMDS has: a mock or a proxy, for those who speak to it as to IMDS. */
    | 'stand-in'
    /** Another cloud's metadata service. */
    | 'other-cloud'
    /** The host is not known and the path says nothing: anything. */
    | 'unknown'
    /** Something else. */
    | 'other';
  /** What the path asks for. */
  readonly resource: 'token' | 'metadata' | 'root' | 'unknown';
  /** Name of the other cloud. */
  readonly cloud?: string;
  /** Whether the request goes to the IPv6 endpoint, which is off unless `HttpProtocolIpv6` is enabled. */
  readonly ipv6: boolean;
  /** The URL as folded, holes as `*`: for people. */
  readonly shown: string;
  /** Set when the host was spelt in an unusual way: how it reads folded. */
  readonly foldedFrom?: string;
  /** The path is a token path with a date in place of `latest`, which the service answers with 403. */
  readonly datedTokenPath: boolean;
}

/** Stands for a hole while a URL is taken apart: a character that no part of a URL gives a meaning to. */
const HOLE = '\u{FFFC}';
const NO_TARGET: Target = { service: 'other', resource: 'unknown', ipv6: false, shown: '', datedTokenPath: false };

/** Date versions of the API and `latest`; instance metadata of EC2 has them as first path segment. */
const VERSION = /^(?:latest|1\.0|20\d\d-\d\d-\d\d)$/;
const CATEGORIES = new Set(['meta-data', 'dynamic', 'user-data', 'api']);

/**
 * Reads a URL the way HTTP clients do. `url` may lack the scheme (curl, wget) and may hold holes anywhere.
 * Never throws.
 */
export function targetOf(url: Text): Target {
  const flat = url.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : HOLE)).join('');
  const split = splitUrl(flat);
  if (split === undefined) return NO_TARGET;
  const { authority, path } = afterKnownHost(split);
  const segments = pathSegments(path);
  const resource = resourceOf(segments, authority, path);
  const shown = `${authority}${path}`.replaceAll(HOLE, '*');
  const dated = isDatedTokenPath(segments);
  const base = { resource, shown, datedTokenPath: dated };

  const host = hostOf(authority);
  if (host === undefined) {
    if (!canBeImdsHost(authority) || isNamedOtherwise(url, authority))
      return { ...base, service: 'other', ipv6: false };
    // The host is a hole: only the path can tell.
    if (isImdsPath(segments)) return { ...base, service: 'imds-path', ipv6: false };
    const cloud = distinctiveCloudOfPath(segments);
    if (cloud !== undefined) return { ...base, service: 'other-cloud', cloud: cloud.name, ipv6: false };
    return { ...base, service: 'unknown', ipv6: false };
  }
  const folded = foldAuthority(host);
  if (folded === undefined) return { ...base, service: 'other', ipv6: false };
  const ownCloud = cloudOfHost(folded.host);
  if (ownCloud !== undefined) return { ...base, service: 'other-cloud', cloud: ownCloud.name, ipv6: false };
  if (folded.kind === 'other') {
    const isStandIn = LOOPBACK.test(folded.host) && isImdsPath(segments);
    return { ...base, service: isStandIn ? 'stand-in' : 'other', ipv6: false };
  }
  const ipv6 = folded.kind === 'imds-ipv6';
  const respelling = folded.respelt ? { foldedFrom: `${authority.replaceAll(HOLE, '*')} is ${folded.host}` } : {};
  if (isImdsPath(segments)) return { ...base, ...respelling, service: 'imds', ipv6 };
  const pathCloud = cloudOfPath(segments);
  if (pathCloud !== undefined) return { ...base, ...respelling, service: 'other-cloud', cloud: pathCloud.name, ipv6 };
  // The service listens on port 80: who asks the address at another one, for nothing of the service's, means somebody else.
  if (folded.port !== '') return { ...base, service: 'other', ipv6: false };
  return { ...base, ...respelling, service: 'imds-address', ipv6 };
}

const LOOPBACK = /^(?:localhost\.?|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/;

interface SplitUrl {
  readonly authority: string;
  /** With a leading slash, `?` or `#`, or a hole that stands right after the host; or empty. */
  readonly path: string;
}

/** Undefined for what no client would send over HTTP. */
function splitUrl(flat: string): SplitUrl | undefined {
  // Tabs and newlines inside, blanks around: dropped by every parser. `\` counts as `/` after http:.
  const text = flat.replace(/[\t\r\n]/g, '').trim();
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  const hasScheme = scheme !== undefined && (/^[a-z][a-z\d+.-]*:[/\\]/i.test(text) || /^https?:/i.test(text));
  let rest: string;
  if (hasScheme) {
    if (!['http', 'https', 'ftp', 'tcp'].includes(scheme)) return undefined;
    rest = text
      .slice(scheme.length + 1)
      .replaceAll('\\', '/')
      .replace(/^\/*/, '');
  } else if (text.startsWith(`${HOLE}://`)) {
    rest = text.slice(HOLE.length + 3);
  } else {
    rest = text.replace(/^\/\//, '');
  }
  const end = rest.search(/[/?#\\]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const path = end === -1 ? '' : rest.slice(end);
  if (authority === '') return undefined;
  return { authority, path };
}

/** A hole right after a host that is whole (`169.254.169.254$PATH`) is the beginning of the path. */
function afterKnownHost(split: SplitUrl): SplitUrl {
  const hole = split.authority.indexOf(HOLE);
  if (hole <= 0) return split;
  const host = split.authority.slice(0, hole);
  const kind = foldAuthority(host)?.kind;
  if (kind === undefined || kind === 'other') return split;
  return { authority: host, path: split.authority.slice(hole) + split.path };
}

/** The authority with a hole as port or user dropped; undefined when the host itself is not known. */
function hostOf(authority: string): string | undefined {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const withoutPort = host.replace(/:\u{FFFC}+$/u, '');
  return withoutPort.includes(HOLE) ? undefined : withoutPort;
}

/** Whether a host that is known in part (`10.0.0.$LAST`, `$NAME.example.com`) can be one of the usual spellings. */
function canBeImdsHost(authority: string): boolean {
  const host = authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .toLowerCase();
  const pattern = new RegExp(
    `^${host
      .split(HOLE)
      .map((part) => part.replace(/[^\w]/g, '\\$&'))
      .join('.*')}$`,
  );
  // `${BASE}latest/meta-data/`: the hole may hold the slash as well.
  return host.startsWith(HOLE) && !host.includes('.', host.lastIndexOf(HOLE))
    ? true
    : USUAL_HOSTS.some((usual) => pattern.test(usual));
}

const USUAL_HOSTS = ['169.254.169.254', '[fd00:ec2::254]', 'instance-data', 'instance-data.ec2.internal'];

/** Decoded, empty ones removed, dots resolved, query and fragment dropped. */
function pathSegments(path: string): readonly string[] {
  const plain = path.replace(/[?#].*$/s, '');
  const segments: string[] = [];
  for (const raw of plain.split(/[/\\]+/)) {
    const segment = decode(raw);
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(segment);
  }
  return segments;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** `latest/meta-data`, a dated version, or the categories alone when the version is in a hole before them. */
function isImdsPath(segments: readonly string[]): boolean {
  const [first = '', second = ''] = segments;
  if (/^latest$|^20\d\d-\d\d-\d\d$/.test(first))
    return second === '' || CATEGORIES.has(second) || second.startsWith(HOLE) || isCategoryStart(second);
  if (first === '1.0' && CATEGORIES.has(second)) return second !== 'meta-data';
  if (first.startsWith(HOLE))
    return (
      segments
        .slice(0, 3)
        .some((segment) => segment === 'meta-data' || segment === 'user-data' || segment === 'dynamic') ||
      isTokenPath(segments)
    );
  return (
    first === 'meta-data' ||
    first === 'user-data' ||
    (first === 'api' && second === 'token') ||
    (first === 'dynamic' && second === 'instance-identity')
  );
}

/** `meta-data${SUFFIX}` and the like. */
function isCategoryStart(segment: string): boolean {
  const start = segment.split(HOLE)[0] ?? '';
  return (
    segment.includes(HOLE) &&
    [...CATEGORIES].some((category) => start.startsWith(category) || category.startsWith(start))
  );
}

function isTokenPath(segments: readonly string[]): boolean {
  const index = segments.indexOf('api');
  return index !== -1 && index <= 2 && segments[index + 1] === 'token' && segments.length === index + 2;
}

function isDatedTokenPath(segments: readonly string[]): boolean {
  return isTokenPath(segments) && /^20\d\d-\d\d-\d\d$|^1\.0$/.test(segments[0] ?? '');
}

function resourceOf(segments: readonly string[], authority: string, path: string): Target['resource'] {
  if (isTokenPath(segments)) return 'token';
  if (segments.some((segment) => CATEGORIES.has(segment) && segment !== 'api')) return 'metadata';
  if (segments.length === 0) return authority.includes(HOLE) || path.includes(HOLE) ? 'unknown' : 'root';
  const [first = '', second] = segments;
  if (VERSION.test(first) && second === undefined) return 'root';
  return segments.some((segment) => segment.includes(HOLE)) ? 'unknown' : 'metadata';
}

/** A host whose name says that it is another one: Kubernetes puts the addresses of its services into `…_SERVICE_HOST`, and mocks call themselves so. */
function isNamedOtherwise(url: Text, authority: string): boolean {
  const count = authority.split(HOLE).length - 1;
  return url.pieces
    .filter((piece) => piece.kind === 'hole')
    .slice(0, count)
    .some((piece) => /_SERVICE_HOST\b|mock/i.test(piece.name));
}
