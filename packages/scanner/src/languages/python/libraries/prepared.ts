import { headerSets, joinHeaderSets, NO_HEADERS } from '../../scripting/requests.ts';
import { EMPTY_CELL, type Cell } from '../../scripting/state.ts';
import type { SyntaxNode } from '../../scripting/syntax.ts';
import { NULL, numberOf, textOf, unknown, type RefValue, type Values } from '../../scripting/values.ts';
import { setItem } from '../assignment.ts';
import { callValue, type Arguments } from '../calls.ts';
import type { Interpreter } from '../interpreter.ts';
import { argument, DROPS_NONE, KEEPS_NONE, send, type Parameter } from './send.ts';

/** Classes whose objects describe a request that something else sends. */
const CLASSES: ReadonlyMap<
  string,
  {
    readonly client: string;
    readonly url: Parameter;
    readonly method: Parameter;
    readonly headers: Parameter;
    readonly data?: Parameter;
  }
> = new Map([
  // Request(url, data=None, headers={}, origin_req_host=None, unverifiable=False, method=None)
  [
    'urllib.request.Request',
    {
      client: 'urllib',
      url: { position: 0, names: ['url', 'fullurl'] },
      data: { position: 1, names: ['data'] },
      headers: { position: 2, names: ['headers'] },
      method: { position: 5, names: ['method'] },
    },
  ],
  [
    'requests.Request',
    {
      client: 'requests',
      method: { position: 0, names: ['method'] },
      url: { position: 1, names: ['url'] },
      headers: { position: 2, names: ['headers'] },
    },
  ],
  [
    'httpx.Request',
    {
      client: 'httpx',
      method: { position: 0, names: ['method'] },
      url: { position: 1, names: ['url'] },
      headers: { names: ['headers'] },
    },
  ],
  // HTTPRequest(url, method='GET', headers=None, …)
  [
    'tornado.httpclient.HTTPRequest',
    {
      client: 'tornado',
      url: { position: 0, names: ['url'] },
      method: { position: 1, names: ['method'] },
      headers: { position: 2, names: ['headers'] },
    },
  ],
  [
    'botocore.awsrequest.AWSRequest',
    {
      client: 'botocore-session',
      method: { position: 0, names: ['method'] },
      url: { position: 1, names: ['url'] },
      headers: { position: 2, names: ['headers'] },
    },
  ],
]);

/** Functions and methods that send what is given to them first: a URL or a described request. */
const SENDERS = new Set(['urllib.request.urlopen', 'urllib.request.urlretrieve']);
const SENDING_METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  ['requests.Session', ['send']],
  ['httpx.Client', ['send']],
  ['httpx.AsyncClient', ['send']],
  ['urllib.request.OpenerDirector', ['open']],
  ['urllib.request.URLopener', ['open', 'retrieve']],
  ['tornado.httpclient.HTTPClient', ['fetch']],
  ['botocore.httpsession.URLLib3Session', ['send']],
]);

export function callPrepared(
  interpreter: Interpreter,
  path: string,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  const { machine } = interpreter;
  const described = CLASSES.get(path);
  if (described !== undefined) {
    const given = argument(args, described.headers);
    const headers: Values =
      given === undefined || given.every((value) => value.kind === 'null')
        ? [
            machine.allocate({
              ...EMPTY_CELL,
              type: 'dictionary',
              ...(args.open === undefined ? {} : { open: args.open }),
            }),
          ]
        : copied(interpreter, given);
    const data = described.data === undefined ? undefined : argument(args, described.data);
    const method =
      argument(args, described.method) ??
      textOf(data === undefined || data.every((value) => value.kind === 'null') ? 'GET' : 'POST');
    // The request stands where it is described: there its URL and headers are changed.
    const fields = new Map<string, Values>([
      ['<start>', numberOf(node.start)],
      ['<end>', numberOf(node.end)],
      ['url', argument(args, described.url) ?? unknown('url', args.open ?? 'it is not given')],
      ['method', method],
      ['headers', headers],
    ]);
    return [machine.allocate({ ...EMPTY_CELL, type: 'object', of: path, fields })];
  }
  if (SENDERS.has(path)) return sendFirst(interpreter, args, node, machine.state.get('urllib:opener')?.[0]);
  if (path === 'urllib.request.build_opener')
    return [machine.allocate({ ...EMPTY_CELL, type: 'object', of: 'urllib.request.OpenerDirector' })];
  if (path === 'urllib.request.install_opener') {
    const [opener] = args.positional;
    if (opener !== undefined) machine.state.set('urllib:opener', opener);
    return NULL;
  }
  if (
    SENDING_METHODS.has(path) ||
    /^tornado\.httpclient\.(?:Async)?HTTPClient$/.test(path) ||
    /^urllib\.request\.(?:Fancy)?URLopener$/.test(path)
  ) {
    const of = path.startsWith('tornado')
      ? 'tornado.httpclient.HTTPClient'
      : path.startsWith('urllib')
        ? 'urllib.request.URLopener'
        : path;
    return of === 'requests.Session' || of.startsWith('httpx')
      ? undefined
      : [machine.allocate({ ...EMPTY_CELL, type: 'object', of })];
  }
  return undefined;
}

/** Methods of described requests and of what sends them. */
export function callOnPrepared(
  interpreter: Interpreter,
  receiver: RefValue,
  cell: Cell,
  name: string,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  const { machine } = interpreter;
  if (CLASSES.has(cell.of)) {
    const headers = machine.state.field(receiver, 'headers')?.[0];
    if ((name === 'add_header' || name === 'add_unredirected_header') && headers?.kind === 'ref') {
      const key = argument(args, { position: 0, names: ['key'] });
      const value = argument(args, { position: 1, names: ['val'] });
      if (key !== undefined && value !== undefined) setItem(interpreter, headers, key, value, node);
      return NULL;
    }
    if (name === 'prepare') return [receiver];
    return undefined;
  }
  if (SENDING_METHODS.get(cell.of)?.includes(name) === true) return sendFirst(interpreter, args, node, receiver);
  if (cell.of === 'requests.Session' && name === 'prepare_request') return args.positional[0];
  return undefined;
}

/** The request that a call sends when it is given a URL or a described request first. */
function sendFirst(
  interpreter: Interpreter,
  args: Arguments,
  node: SyntaxNode,
  sender: Values[number] | undefined,
): Values {
  const { machine } = interpreter;
  const given =
    argument(args, { position: 0, names: ['url', 'fullurl', 'request'] }) ??
    unknown('url', args.open ?? 'it is not given');
  const of = sender?.kind === 'ref' ? machine.state.cellOf(sender)?.of : undefined;
  const defaults = sender?.kind === 'ref' ? openerHeaders(interpreter, sender) : NO_HEADERS;
  const results: Values[number][] = [];
  for (const value of given) {
    const cell = value.kind === 'ref' ? machine.state.cellOf(value) : undefined;
    const described = cell === undefined ? undefined : CLASSES.get(cell.of);
    if (value.kind !== 'ref' || described === undefined) {
      const data = argument(args, { position: 1, names: ['data'] });
      const client = of?.startsWith('tornado') === true ? 'tornado' : 'urllib';
      const method =
        args.keywords.get('method') ??
        textOf(data === undefined || data.every((one) => one.kind === 'null') ? 'GET' : 'POST');
      const own = headerSets(client === 'tornado' ? args.keywords.get('headers') : undefined, machine.state);
      results.push(
        ...send(interpreter, node, client, KEEPS_NONE, {
          url: [value],
          method,
          headers: joinHeaderSets(defaults, own),
        }),
      );
      continue;
    }
    const own = headerSets(machine.state.field(value, 'headers'), machine.state);
    const [start] = machine.state.field(value, '<start>') ?? [];
    const [end] = machine.state.field(value, '<end>') ?? [];
    const place =
      start?.kind === 'number' && end?.kind === 'number' ? { ...node, start: start.value, end: end.value } : node;
    results.push(
      ...send(interpreter, place, described.client, described.client === 'requests' ? DROPS_NONE : KEEPS_NONE, {
        url: guarded(machine.state.field(value, 'url') ?? NULL, value),
        method: methodOf(interpreter, value, node),
        headers: joinHeaderSets(defaults, own),
      }),
    );
  }
  return results;
}

/** `request.get_method = lambda: 'PUT'` was the way before `method` existed. */
function methodOf(interpreter: Interpreter, request: RefValue, node: SyntaxNode): Values {
  const [override] = interpreter.machine.state.field(request, 'get_method') ?? [];
  if (override?.kind === 'function')
    return callValue(interpreter, override, { positional: [], keywords: new Map() }, node);
  return interpreter.machine.state.field(request, 'method') ?? textOf('GET');
}

/** `opener.addheaders = [(name, value)]`; headers of a session. */
function openerHeaders(interpreter: Interpreter, sender: RefValue): ReturnType<typeof headerSets> {
  const { state } = interpreter.machine;
  const list = state.field(sender, 'addheaders')?.[0];
  const cell = list?.kind === 'ref' ? state.cellOf(list) : undefined;
  if (cell === undefined) return NO_HEADERS;
  return [
    {
      headers: cell.items.flatMap((item) => {
        const pair = item[0]?.kind === 'ref' ? state.cellOf(item[0]) : undefined;
        const [name, value] = pair?.items ?? [];
        return name === undefined || value === undefined ? [] : [{ name, value }];
      }),
      choices: new Map(),
      ...(cell.open === undefined ? {} : { unread: cell.open }),
    },
  ];
}

/** The dictionary of headers is the request's own from here on. */
function copied(interpreter: Interpreter, headers: Values): Values {
  const [only] = headers;
  const cells = only?.kind === 'ref' && headers.length === 1 ? interpreter.machine.state.cells(only) : [];
  const [cell] = cells;
  return cells.length === 1 && cell !== undefined ? [interpreter.machine.allocate(cell.cell)] : headers;
}

function guarded(values: Values, by: RefValue): Values {
  return by.choices.size === 0
    ? values
    : values.map((value) => ({ ...value, choices: new Map([...value.choices, ...by.choices]) }));
}
