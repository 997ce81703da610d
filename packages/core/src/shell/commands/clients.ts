import type { Location } from '../../document/offset-map.ts';
import type { RequestHeader } from '../../facts/request.ts';
import { clientOf } from '../../catalog/clients/index.ts';
import { known, mergeChoices, type Text } from '../../text/text.ts';
import { EITHER, together, withAssumptions, type Exit } from '../exit.ts';
import type { Argument } from '../expansion.ts';
import { writeFile } from '../redirections.ts';
import type { State } from '../state.ts';
import { shellHole, type Assumption, type Origin, type ShellLiteral } from '../values.ts';
import { readCurl } from './curl.ts';
import { readHttpie, readLwp, readPlain, readAria2, readTextBrowser } from './http-clients.ts';
import { runNetcat } from './sockets.ts';
import { readWget } from './wget.ts';
import type { Invocation } from './simple-command.ts';

/** What a command line asks a client to do: one entry per request. */
export interface Reading {
  readonly method: string | undefined;
  readonly url: Argument;
  readonly headers: readonly RequestHeader[];
  readonly unreadHeaders?: string | undefined;
  /** Where the answer goes; undefined: nowhere that is followed. */
  readonly answer: readonly ('stdout' | 'status-code' | Text)[];
}

export type ClientReader = (invocation: Invocation, state: State) => readonly Reading[];

export interface ClientCommand {
  /** Id of the client table. */
  readonly id: string;
  readonly read: ClientReader;
  /** Whether the name is a word that also stands for other things, as an argument of a command that is not known. */
  readonly isCommonWord: boolean;
  readonly run?: (invocation: Invocation, state: State) => Exit;
}

const command = (id: string, read: ClientReader, isCommonWord = false): ClientCommand => ({ id, read, isCommonWord });

/** Programs that send HTTP requests, by the name that they are called by. */
export const CLIENT_COMMANDS: ReadonlyMap<string, ClientCommand> = new Map<string, ClientCommand>([
  ['curl', command('curl', readCurl)],
  ['curl.exe', command('curl', readCurl)],
  ['wget', command('wget', readWget)],
  ['wget2', command('wget', readWget)],
  ['uclient-fetch', command('wget', readWget)],
  ['http', command('httpie', readHttpie, true)],
  ['https', command('httpie', readHttpie, true)],
  ['xh', command('httpie', readHttpie, true)],
  ['xhs', command('httpie', readHttpie, true)],
  ['aria2c', command('aria2c', readAria2)],
  ['axel', command('axel', readAria2)],
  ['GET', command('lwp-request', readLwp, true)],
  ['HEAD', command('lwp-request', readLwp, true)],
  ['POST', command('lwp-request', readLwp, true)],
  ['lwp-request', command('lwp-request', readLwp)],
  ['lwp-download', command('lwp-request', readLwp)],
  ['fetch', command('freebsd-fetch', readPlain, true)],
  ['ftp', command('freebsd-fetch', readPlain, true)],
  ['lynx', command('lynx', readTextBrowser)],
  ['links', command('links', readTextBrowser, true)],
  ['elinks', command('links', readTextBrowser)],
  ['w3m', command('w3m', readTextBrowser)],
  ['nc', { id: 'netcat', read: () => [], isCommonWord: false, run: runNetcat }],
  ['ncat', { id: 'netcat', read: () => [], isCommonWord: false, run: runNetcat }],
  ['netcat', { id: 'netcat', read: () => [], isCommonWord: false, run: runNetcat }],
  ['socat', { id: 'netcat', read: () => [], isCommonWord: false, run: runNetcat }],
  ['telnet', { id: 'netcat', read: () => [], isCommonWord: true, run: runNetcat }],
]);

/** Notes the requests that a command line sends, and what becomes of the answers. */
export function runClient(client: ClientCommand, invocation: Invocation, state: State): Exit {
  if (client.run !== undefined) return client.run(invocation, state);
  const { shell, source, choices } = invocation;
  const { dropsHeader } = clientOf(client.id);
  const origins: Origin[] = [];
  for (const reading of client.read(invocation, state)) {
    const location = placeOf(invocation, reading.url);
    const { method, url, headers, unreadHeaders } = reading;
    const origin = shell.recorder.send(
      { client: client.id, dropsHeader, location, method, url: url.text, headers, unreadHeaders },
      state,
      choices,
    );
    if (origin === undefined) continue;
    origins.push(origin);
    for (const target of reading.answer) {
      const hole = shellHole(`answer of ${client.id}`, 'it is the answer of a request', {
        mayBeEmpty: target !== 'status-code',
        location,
        origin,
      });
      if (target === 'stdout' || target === 'status-code')
        shell.write(state, [{ pieces: hole.pieces, choices: mergeChoices(hole.choices, choices) ?? hole.choices }]);
      else writeFile(shell, state, target, [hole], false, source, location);
    }
  }
  return together(state, statusOf(origins));
}

/** What the exit status of a client says about its requests. */
export function statusOf(origins: readonly Origin[]): ReturnType<typeof withAssumptions> {
  if (origins.length === 0) return EITHER;
  const without = origins.find(({ kind }) => kind !== 'other');
  const failed: Assumption = {
    origins: origins.map((origin) => [origin, 'failed']),
    ...(without === undefined
      ? {}
      : {
          withoutToken: {
            message:
              without.kind === 'token'
                ? 'This way is taken when the token request fails.'
                : 'This way is taken when the request with a token fails.',
            location: without.location,
          },
        }),
  };
  return withAssumptions(undefined, { origins: origins.map((origin) => [origin, 'ok']) }, failed);
}

/**
 * Where a request is shown: at the command; at the call, when its URL was an argument of the function that the command stands in; at the
 * command that runs a string, when the string is put together from elsewhere.
 */
function placeOf(invocation: Invocation, url: Argument): Location {
  const { source, pos, end } = invocation;
  const [first] = url.text.pieces;
  const passedIn = (first as ShellLiteral | undefined)?.passedIn;
  if (passedIn !== undefined && !source.runBy) return passedIn;
  const own = source.map.range(pos, end);
  const { runBy } = source;
  if (runBy === undefined) return own;
  if (own.path === runBy.path && own.start >= runBy.start && own.end <= runBy.end) return own;
  return isInOnePiece(invocation) ? own : (passedIn ?? runBy);
}

/** Whether the characters of a command stand in one place, escapes and quotes aside. */
function isInOnePiece({ source, pos, end }: Invocation): boolean {
  const { segments } = source.map.slice(pos, end);
  let last: number | undefined;
  const path = segments[0]?.path;
  for (const segment of segments) {
    if (segment.path !== path) return false;
    if (last !== undefined && (segment.outer < last || segment.outer - last > 12)) return false;
    last = segment.outer + segment.outerLength;
  }
  return true;
}

/** What stands for a header file or an option list that is not known. */
export function unreadFrom(text: Text): string {
  return `${known(text) ?? text.pieces.map((piece) => (piece.kind === 'hole' ? piece.name : piece.value)).join('')} is not known`;
}
