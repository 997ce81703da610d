import { EMPTY_CELL, type Cell } from '../../scripting/state.ts';
import { headerSetOf, headerSets } from '../../scripting/requests.ts';
import type { SyntaxNode } from '../../scripting/syntax.ts';
import { joinTexts, knownText, NULL, textOf, unknown, type RefValue, type Values } from '../../scripting/values.ts';
import type { Arguments } from '../calls.ts';
import type { Interpreter } from '../interpreter.ts';
import { argument, KEEPS_NONE, send } from './send.ts';

const CLASS = 'http.client.HTTPConnection';

/** `http.client` (`httplib`): a connection to a host, then requests by path. */
export function makeConnection(interpreter: Interpreter, path: string, args: Arguments): Values | undefined {
  if (path !== CLASS && path !== 'http.client.HTTPSConnection') return undefined;
  const host = argument(args, { position: 0, names: ['host'] }) ?? unknown('host', args.open ?? 'it is not given');
  const port = argument(args, { position: 1, names: ['port'] });
  const authority = joinTexts([
    textOf('http://'),
    host,
    ...(port === undefined || port.some((value) => value.kind !== 'number' && value.kind !== 'text')
      ? []
      : [textOf(':'), port]),
  ]);
  return [
    interpreter.machine.allocate({
      ...EMPTY_CELL,
      type: 'object',
      of: CLASS,
      fields: new Map([['<host>', authority]]),
    }),
  ];
}

export function callConnection(
  interpreter: Interpreter,
  receiver: RefValue,
  cell: Cell,
  name: string,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  if (cell.of !== CLASS) return undefined;
  const { state } = interpreter.machine;
  const host = state.field(receiver, '<host>') ?? unknown('host', 'it is not given');
  switch (name) {
    // request(method, url, body=None, headers={}, …)
    case 'request': {
      const url = argument(args, { position: 1, names: ['url'] }) ?? unknown('url', args.open ?? 'it is not given');
      const method =
        argument(args, { position: 0, names: ['method'] }) ?? unknown('method', args.open ?? 'it is not given');
      const headers = headerSets(argument(args, { position: 3, names: ['headers'] }), state);
      const response = send(interpreter, node, 'http-client', KEEPS_NONE, { url: urlOf(host, url), method, headers });
      state.setField(receiver, '<response>', response);
      return NULL;
    }
    case 'putrequest':
      state.setField(receiver, '<method>', argument(args, { position: 0, names: ['method'] }) ?? textOf('GET'));
      state.setField(receiver, '<url>', argument(args, { position: 1, names: ['url'] }) ?? textOf('/'));
      state.update(receiver, (before) => ({ ...before, entries: [] }));
      return NULL;
    case 'putheader': {
      const [key, value] = args.positional;
      if (key !== undefined && value !== undefined)
        state.update(receiver, (before) => ({
          ...before,
          entries: [...before.entries, { key, value, start: node.start, end: node.end }],
        }));
      return NULL;
    }
    case 'endheaders': {
      const headers = [headerSetOf(state.cellOf(receiver) ?? cell)];
      const response = send(interpreter, node, 'http-client', KEEPS_NONE, {
        url: urlOf(host, state.field(receiver, '<url>') ?? textOf('/')),
        method: state.field(receiver, '<method>') ?? textOf('GET'),
        headers,
      });
      state.setField(receiver, '<response>', response);
      return NULL;
    }
    case 'getresponse':
      return state.field(receiver, '<response>') ?? NULL;
    default:
      return undefined;
  }
}

/** A whole URL may be asked for too: then the connection is to a proxy. */
function urlOf(host: Values, url: Values): Values {
  const text = knownText(url);
  if (text !== undefined && /^https?:/i.test(text)) return url;
  return joinTexts([host, ...(text?.startsWith('/') === false ? [textOf('/')] : []), url]);
}
