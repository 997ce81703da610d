import type { Location } from '../../document/offset-map.ts';
import { known, knownPrefix, render, type Text } from '../../text/text.ts';
import type { Evaluator } from '../evaluator.ts';
import { EITHER, together, type Exit } from '../exit.ts';
import { descriptorVariable, getVariable, INPUT, setVariable, type State } from '../state.ts';
import { NO_CHOICES, scalar, shellHole, textsOf } from '../values.ts';
import { statusOf } from './clients.ts';
import { linesOf } from './curl.ts';
import { headerOf } from './headers.ts';
import { readOptions } from './options.ts';
import type { Invocation } from './simple-command.ts';

/** The address that `/dev/tcp/host/port` stands for, as a URL. `descriptor` names a variable that an earlier `exec 3<>…` set. */
export function socketUrl(state: State, descriptor: string | undefined, target: Text): Text | undefined {
  if (descriptor !== undefined) {
    const open = getVariable(state, descriptor);
    return open === undefined ? undefined : textsOf(open)[0];
  }
  return urlOfDevice(target);
}

/** `exec 3<>/dev/tcp/host/port`. */
export function openSocket(state: State, descriptor: string, target: Text): void {
  const url = urlOfDevice(target);
  if (url !== undefined) setVariable(state, descriptorVariable(descriptor), scalar([url]));
}

function urlOfDevice(target: Text): Text | undefined {
  const match = /^\/dev\/tcp\/([^/]+)\/([^/]+)$/.exec(render(target));
  if (match === null || !knownPrefix(target).startsWith('/dev/tcp/')) return undefined;
  const host = match[1] ?? '';
  if (host.includes('${')) return undefined;
  return { pieces: [{ kind: 'literal', value: `http://${host}` }], choices: NO_CHOICES };
}

/** Notes the HTTP request that is written to a connection, if it is one. */
export function sendThroughSocket(shell: Evaluator, base: Text, content: Text, location: Location, state: State): Exit {
  const [first, ...rest] = linesOf(content);
  const line = first === undefined ? null : /^(?<method>[A-Z]+) (?<path>\S+)/.exec(knownPrefix(first));
  const method =
    line?.groups?.['method'] ?? (content.pieces.some((piece) => piece.kind === 'hole') ? undefined : 'GET');
  const path = line?.groups?.['path'] ?? '/';
  const isCut =
    first !== undefined && line !== null && line[0].length === knownPrefix(first).length && first.pieces.length > 1;
  const url: Text = {
    pieces: [
      ...base.pieces,
      { kind: 'literal', value: path },
      ...(isCut ? shellHole('…', 'it is not known', {}).pieces : []),
    ],
    choices: content.choices,
  };
  const headers = rest.map((text) => headerOf(withoutReturn(text), location)).filter(({ hasColon }) => hasColon);
  const unread = first === undefined ? 'the request is not known' : undefined;
  const origin = shell.recorder.send(
    { client: 'netcat', dropsHeader: false, location, method, url, headers, unreadHeaders: unread },
    state,
    NO_CHOICES,
  );
  if (origin === undefined) return together(state, EITHER);
  shell.write(state, [shellHole('answer', 'it is the answer of a request', { mayBeEmpty: true, location, origin })]);
  return together(state, statusOf([origin]));
}

function withoutReturn(text: Text): Text {
  const last = text.pieces.at(-1);
  if (last?.kind !== 'literal' || !last.value.endsWith('\r')) return text;
  return {
    pieces: [...text.pieces.slice(0, -1), { kind: 'literal', value: last.value.slice(0, -1) }],
    choices: text.choices,
  };
}

/** `nc host port`, `socat - TCP:host:port`: the request is what comes in. A connection that sends nothing is no request. */
export function runNetcat(invocation: Invocation, state: State): Exit {
  const { shell, source, pos, end, words } = invocation;
  const operands = readOptions(words, {
    shortWithValue: 'eGgIiLlmMOPpqsTVWwXx',
    longWithValue: new Set(['idle-timeout', 'wait', 'source']),
  }).flatMap((item) => (item.kind === 'option' ? [] : [item.argument.text]));
  const isProbe = words.some((word) => /^-\w*z/.test(known(word.text) ?? ''));
  const address = operands
    .map((text) => /^TCP4?:([^:]+):(\d+)/i.exec(known(text) ?? ''))
    .find((match) => match !== null);
  const host = address?.[1] ?? known(operands[0] ?? { pieces: [], choices: NO_CHOICES });
  const input = getVariable(state, INPUT);
  if (host === undefined || input === undefined || isProbe) return together(state, EITHER);
  let exit: Exit = together(state, EITHER);
  for (const content of textsOf(input)) {
    exit = sendThroughSocket(
      shell,
      { pieces: [{ kind: 'literal', value: `http://${host}` }], choices: NO_CHOICES },
      content,
      source.map.range(pos, end),
      state,
    );
  }
  return exit;
}
