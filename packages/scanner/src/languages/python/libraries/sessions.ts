import { knownSuffix } from 'imdsv2-core';
import { headerSets, NO_HEADERS, resolveUrl } from '../../scripting/requests.ts';
import { EMPTY_CELL, type Cell } from '../../scripting/state.ts';
import type { SyntaxNode } from '../../scripting/syntax.ts';
import { joinTexts, knownText, NULL, textOf, toText, type RefValue, type Values } from '../../scripting/values.ts';
import type { Arguments } from '../calls.ts';
import type { Interpreter } from '../interpreter.ts';
import { argument, sendBy } from './send.ts';
import { SESSION_METHODS } from './verbs.ts';

/** Classes whose objects send requests and keep headers or a base URL. `resolve`: how a request's URL is joined to the base. */
const CLASSES: ReadonlyMap<
  string,
  {
    readonly library: string;
    readonly base?: readonly string[];
    readonly host?: boolean;
    readonly headersPosition?: number;
  }
> = new Map([
  ['requests.Session', { library: 'requests' }],
  ['requests_futures.sessions.FuturesSession', { library: 'requests' }],
  ['requests_toolbelt.sessions.BaseUrlSession', { library: 'requests', base: ['base_url'] }],
  ['httpx.Client', { library: 'httpx', base: ['base_url'] }],
  ['httpx.AsyncClient', { library: 'httpx', base: ['base_url'] }],
  ['aiohttp.ClientSession', { library: 'aiohttp', base: ['base_url'] }],
  // PoolManager(num_pools=10, headers=None); HTTPConnectionPool(host, port=None, …, headers=None)
  ['urllib3.PoolManager', { library: 'urllib3', headersPosition: 1 }],
  ['urllib3.poolmanager.PoolManager', { library: 'urllib3', headersPosition: 1 }],
  ['urllib3.HTTPConnectionPool', { library: 'urllib3', host: true }],
  ['urllib3.connectionpool.HTTPConnectionPool', { library: 'urllib3', host: true }],
]);

/** Makes a session; undefined for other classes. */
export function makeSession(interpreter: Interpreter, path: string, args: Arguments): Values | undefined {
  const session = CLASSES.get(path);
  if (session === undefined) return undefined;
  const headers = argument(args, {
    names: ['headers'],
    ...(session.headersPosition === undefined ? {} : { position: session.headersPosition }),
  });
  const base =
    session.base === undefined
      ? undefined
      : (argument(args, { names: session.base }) ??
        (session.library === 'aiohttp' || path.includes('BaseUrl') ? args.positional[0] : undefined));
  const host = session.host === true ? hostUrl(args) : undefined;
  const own: Values =
    headers === undefined || headers.every((value) => value.kind === 'null')
      ? [interpreter.machine.allocate({ ...EMPTY_CELL, type: 'dictionary' })]
      : headers;
  const fields = new Map<string, Values>([['headers', own]]);
  if (base !== undefined) fields.set('base_url', base);
  if (host !== undefined) fields.set('<host>', host);
  return [interpreter.machine.allocate({ ...EMPTY_CELL, type: 'object', of: path, fields })];
}

function hostUrl(args: Arguments): Values {
  const host = argument(args, { position: 0, names: ['host'] }) ?? NULL;
  const port = argument(args, { position: 1, names: ['port'] });
  return joinTexts([
    textOf('http://'),
    host,
    ...(port === undefined || port.every((value) => value.kind === 'null') ? [] : [textOf(':'), port]),
  ]);
}

/** A method of a session; undefined when it is none that sends. */
export function callSession(
  interpreter: Interpreter,
  receiver: RefValue,
  cell: Cell,
  name: string,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  const session = CLASSES.get(cell.of);
  const entry = session === undefined ? undefined : SESSION_METHODS.get(session.library)?.get(name);
  if (session === undefined || entry === undefined) return undefined;
  const { state } = interpreter.machine;
  const base = state.field(receiver, 'base_url');
  const host = state.field(receiver, '<host>');
  const defaults = headerSets(state.field(receiver, 'headers'), state);
  const placed =
    host !== undefined
      ? placeUrl(args, entry.url, (url) => joinTexts([host, url]))
      : base === undefined
        ? args
        : placeUrl(args, entry.url, (url) => withBase(session.library, base, url));
  // Headers given to urllib3's `request` replace those of the pool; the others merge them.
  const replaced =
    session.library === 'urllib3' && argument(args, entry.headers)?.some((value) => value.kind !== 'null') === true;
  return sendBy(interpreter, entry, placed, node, replaced ? NO_HEADERS : defaults);
}

function withBase(library: string, base: Values, url: Values): Values {
  const text = knownText(url);
  if (library !== 'httpx' || (text !== undefined && /^https?:/i.test(text))) return resolveUrl(base, url);
  // httpx appends even an absolute path to the base, with one slash between.
  const slashes = [knownSuffixOf(base).endsWith('/'), text?.startsWith('/') === true].filter(Boolean).length;
  if (slashes === 2 && text !== undefined) return joinTexts([base, textOf(text.slice(1))]);
  return joinTexts(slashes === 1 ? [base, url] : [base, textOf('/'), url]);
}

function knownSuffixOf(values: Values): string {
  const [only] = values;
  return only === undefined ? '' : knownSuffix(toText(only));
}

function placeUrl(
  args: Arguments,
  parameter: { readonly position?: number; readonly names: readonly string[] },
  change: (url: Values) => Values,
): Arguments {
  const { position } = parameter;
  if (position !== undefined && args.positional[position] !== undefined) {
    return {
      ...args,
      positional: args.positional.map((values, index) => (index === position ? change(values) : values)),
    };
  }
  return {
    ...args,
    keywords: new Map(
      [...args.keywords].map(([name, values]) => [name, parameter.names.includes(name) ? change(values) : values]),
    ),
  };
}
