import { type Evidence, type RequestVariant } from 'imdsv2-core';
import { headerSets, joinHeaderSets, NO_HEADERS, type HeaderHabits, type HeaderSet } from '../../scripting/requests.ts';
import type { SyntaxNode } from '../../scripting/syntax.ts';
import { NO_CHOICES, textOf, unknown, type Values } from '../../scripting/values.ts';
import type { Arguments } from '../calls.ts';
import { sourceOf, type Interpreter } from '../interpreter.ts';

/** Where a function takes something: at which position (from 0), by which names. */
export interface Parameter {
  readonly position?: number;
  readonly names: readonly string[];
}

/** How a function of a library sends a request. */
export interface RequestFunction {
  /** Id of the client table. */
  readonly client: string;
  /** The method itself, or where it is given. */
  readonly method: string | Parameter;
  /** What the method is when it is not given. */
  readonly otherwise?: string;
  readonly url: Parameter;
  readonly headers: Parameter;
  readonly habits: HeaderHabits;
}

/** requests leaves headers out whose value is None: `merge_setting` in its sessions.py. */
export const DROPS_NONE: HeaderHabits = { dropsNull: true };
/** The others raise an error for None. */
export const KEEPS_NONE: HeaderHabits = { dropsNull: false };

/** The value of a parameter; undefined when it is not given. */
export function argument(args: Arguments, parameter: Parameter): Values | undefined {
  const given = parameter.position === undefined ? undefined : args.positional[parameter.position];
  if (given !== undefined) return given;
  for (const name of parameter.names) {
    const values = args.keywords.get(name);
    if (values !== undefined) return values;
  }
  return undefined;
}

export interface Sent {
  readonly url: Values;
  readonly method: Values;
  readonly headers: readonly HeaderSet[];
}

/** Notes a request of a call, and gives what it returns. */
export function send(
  interpreter: Interpreter,
  node: SyntaxNode,
  client: string,
  habits: HeaderHabits,
  sent: Sent,
  more: { readonly sdk?: RequestVariant['sdk']; readonly evidence?: readonly Evidence[] } = {},
): Values {
  const token = interpreter.machine.request({ start: node.start, end: node.end, client, ...sent, habits, ...more });
  const source = sourceOf(interpreter, node).replace(/\s+/g, ' ');
  return [
    {
      kind: 'response',
      name: source.length > 60 ? `${source.slice(0, 57)}…` : source,
      token,
      mayBeEmpty: false,
      choices: NO_CHOICES,
    },
  ];
}

/** Reads a call by its table entry and notes it. `base`: what stands before the URL; `defaults`: headers that the client sends anyway. */
export function sendBy(
  interpreter: Interpreter,
  entry: RequestFunction,
  args: Arguments,
  node: SyntaxNode,
  defaults: readonly HeaderSet[] = NO_HEADERS,
): Values {
  const url = argument(args, entry.url) ?? unknown('url', args.open ?? 'it is not given');
  const method =
    typeof entry.method === 'string'
      ? textOf(entry.method)
      : (argument(args, entry.method) ??
        (args.open === undefined ? textOf(entry.otherwise ?? 'GET') : unknown('method', args.open)));
  const given = argument(args, entry.headers);
  const own =
    given === undefined && args.open !== undefined
      ? [{ headers: [], choices: NO_CHOICES, unread: args.open }]
      : headerSets(given, interpreter.machine.state);
  return send(interpreter, node, entry.client, entry.habits, { url, method, headers: joinHeaderSets(defaults, own) });
}
