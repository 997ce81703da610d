import type { TSESTree } from '@typescript-eslint/types';
import {
  isMisspeltHeader,
  isTtlHeader,
  isValidTtl,
  known,
  TOKEN_HEADER,
  TTL_HEADER,
  type Edit,
  type RequestHeader,
} from 'imdsv2-core';
import { nameOfMember, unwrap, type Node } from '../syntax/module.ts';
import { optionsOfHttp } from './callbacks.ts';
import { setInArgument } from './objects.ts';
import { insert, quoted, replace, type Site } from './site.ts';
import { Kind } from '../syntax/kind.ts';

/** Something about a request's headers that is wrong where it stands. */
export interface Correction {
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** A header that is misspelt, in the wrong argument, or has a value that is refused. */
export function correctHeaders(site: Site, kind: 'token' | 'token-request'): Correction | undefined {
  const headers = site.request.variants.flatMap((variant) => variant.headers);
  return (
    misplaced(site, headers) ??
    misspelt(site, headers, kind) ??
    badLife(site, headers) ??
    wrongMethod(site, kind) ??
    missing(site, headers, kind)
  );
}

/** `axios.put(url, {headers})`: the configuration is the third argument. */
function misplaced({ call, module, request }: Site, headers: readonly RequestHeader[]): Correction | undefined {
  const [, second] = call.arguments;
  if (
    !headers.some((header) => header.place === 'body') ||
    second === undefined ||
    request.client !== 'axios' ||
    call.arguments.length !== 2
  )
    return undefined;
  return {
    title: 'Pass the configuration as the third argument, after the body',
    edits: [insert(module, second.range[0], 'null, ')],
  };
}

function misspelt(
  site: Site,
  headers: readonly RequestHeader[],
  kind: 'token' | 'token-request',
): Correction | undefined {
  const wrong = headers.find((header) => isMisspeltHeader(known(header.name) ?? ''));
  const key = wrong === undefined ? undefined : keyOf(site, wrong);
  if (key === undefined) return undefined;
  const name = kind === 'token' ? TOKEN_HEADER : TTL_HEADER;
  return { title: `Spell the header ${name}`, edits: [replace(site.module, key, quoted(site.module, name))] };
}

/** A life that the service refuses. */
function badLife(site: Site, headers: readonly RequestHeader[]): Correction | undefined {
  const header = headers.find(
    (one) =>
      isTtlHeader(known(one.name) ?? '') && known(one.value) !== undefined && !isValidTtl(known(one.value) ?? ''),
  );
  const value = header === undefined ? undefined : valueOf(site, header);
  if (value?.type !== Kind.Literal) return undefined;
  return {
    title: 'Let the token live 21600 seconds, the longest that is allowed',
    edits: [replace(site.module, value, quoted(site.module, '21600'))],
  };
}

/** A token is asked for with PUT. */
function wrongMethod(site: Site, kind: 'token' | 'token-request'): Correction | undefined {
  const { call, module, evaluator, request } = site;
  if (kind !== 'token-request' || request.variants.every((variant) => variant.method === 'PUT')) return undefined;
  const callee = unwrap(call.callee);
  const title = 'Ask for the token with PUT';
  if (
    request.client !== 'node-http' &&
    callee.type === Kind.MemberExpression &&
    /^(get|head|post|delete|patch)$/.test(nameOfMember(callee) ?? '')
  ) {
    // What takes a body has its options one argument further on.
    const shift = /^(get|head|delete)$/.test(nameOfMember(callee) ?? '') && BODY_FIRST.has(request.client);
    const [first] = call.arguments;
    return {
      title,
      edits: [
        replace(module, callee.property, 'put'),
        ...(shift && first !== undefined ? [insert(module, first.range[1], ', null')] : []),
      ],
    };
  }
  const edits = setInArgument(evaluator, call, optionsOf(site), { path: ['method'], value: quoted(module, 'PUT') });
  return edits === undefined ? undefined : { title, edits };
}

const BODY_FIRST: ReadonlySet<string> = new Set(['axios', 'needle', 'angular-http', 'actions-http-client']);

/** Clients whose headers are not an option of the call. */
const NO_OPTIONS: ReadonlySet<string> = new Set([
  'bent',
  'actions-http-client',
  'xmlhttprequest',
  'needle',
  'jquery',
  'aws-sdk-v2-internal',
]);

/** Which argument is the options of a token request. */
function optionsOf(site: Site): number {
  switch (site.request.client) {
    case 'axios':
    case 'angular-http':
      return 2;
    case 'node-http':
      return optionsOfHttp(site);
    case 'request':
    case 'phin':
    case 'smithy-imds':
      return 0;
    default:
      return 1;
  }
}

function missing(
  site: Site,
  headers: readonly RequestHeader[],
  kind: 'token' | 'token-request',
): Correction | undefined {
  const { call, evaluator, module, request } = site;
  const isSent = headers.some((header) => isTtlHeader(known(header.name) ?? ''));
  if (kind !== 'token-request' || isSent || NO_OPTIONS.has(request.client)) return undefined;
  const value = quoted(module, '21600');
  const title = `Send the header ${TTL_HEADER}`;
  if (request.client === 'superagent')
    return { title, edits: [insert(module, call.range[1], `.set(${quoted(module, TTL_HEADER)}, ${value})`)] };
  const edits = setInArgument(evaluator, call, optionsOf(site), { path: ['headers', TTL_HEADER], value });
  return edits === undefined ? undefined : { title, edits };
}

/** The name of a header where it is written. */
function keyOf(site: Site, header: RequestHeader): Node | undefined {
  const entry = entryOf(site, header);
  const key = entry?.type === Kind.Property ? entry.key : entry?.arguments[0];
  return key?.type === Kind.Literal ||
    (key?.type === Kind.Identifier && entry?.type === Kind.Property && !entry.computed && !entry.shorthand)
    ? key
    : undefined;
}

function valueOf(site: Site, header: RequestHeader): Node | undefined {
  const entry = entryOf(site, header);
  return entry?.type === Kind.Property ? entry.value : entry?.arguments[1];
}

/** The property, or the call of `.set(name, value)`, that a header stands in. */
function entryOf(
  { module }: Site,
  { location }: RequestHeader,
): TSESTree.Property | TSESTree.CallExpression | undefined {
  if (location?.path !== module.path) return undefined;
  return module
    .nodesAt(location.start, location.end)
    .find((node) => node.type === Kind.Property || node.type === Kind.CallExpression);
}
