import { known, knownPrefix } from '../../text/text.ts';
import { together, EITHER, SUCCESS, FAILURE, type Exit } from '../exit.ts';
import { callFunctions } from './calls.ts';
import { getVariable, INPUT, type State } from '../state.ts';
import { originOf, shellHole, textsOf } from '../values.ts';
import { contentOf } from '../redirections.ts';
import type { Argument } from '../expansion.ts';
import type { FunctionDefinition } from '../functions.ts';
import { BUILTINS } from './builtins.ts';
import { CLIENT_COMMANDS, runClient } from './clients.ts';
import { INTERPRETERS } from './interpreters.ts';
import { OUTPUTS } from './output.ts';
import type { Invocation } from './simple-command.ts';
import { TOOLS } from './metadata-tools.ts';
import { WRAPPERS } from './wrappers.ts';
import { AWS_COMMANDS } from './aws.ts';

/** How one command is understood. */
export type CommandReader = (invocation: Invocation, state: State) => Exit;

/** Commands that only look at their words: a client's name among them is not run. */
const LOOKERS = new Set([
  'which',
  'type',
  'hash',
  'whereis',
  'man',
  'apt',
  'apt-get',
  'yum',
  'dnf',
  'apk',
  'zypper',
  'brew',
  'pip',
  'pip3',
  'npm',
  'grep',
  'egrep',
  'fgrep',
  'sed',
  'awk',
  'gawk',
  'rm',
  'cp',
  'mv',
  'ln',
  'chmod',
  'chown',
  'install',
  'pacman',
  'snap',
  'dpkg',
  'rpm',
  'logger',
  'iptables',
  'ip6tables',
  'nft',
  'ufw',
  'find',
  'ls',
  'test',
  'pgrep',
  'pkill',
  'killall',
  'basename',
  'dirname',
  'jq',
  'yq',
  'git',
  'ip',
  'ping',
  'host',
  'dig',
  'nslookup',
  'log',
  'info',
  'warn',
  'error',
  'die',
  'fail',
  'usage',
]);

/** Runs the command that the words name. */
export function dispatch(
  invocation: Invocation,
  state: State,
  options: { readonly skipsFunctions?: boolean } = {},
): Exit {
  const { shell, name } = invocation;
  const written = known(name.text);
  if (written === undefined) return runUnknown(invocation, state);
  const functions = options.skipsFunctions === true ? [] : functionsOf(shell, written, state);
  if (functions.length > 0) return callFunctions(functions, invocation, state);
  const command = baseName(written);
  const reader = readerOf(written);
  if (reader !== undefined) return reader(invocation, state);
  const client = CLIENT_COMMANDS.get(command);
  if (client !== undefined) return runClient(client, invocation, state);
  if (!LOOKERS.has(command)) {
    const inner = clientAmong(invocation);
    if (inner !== undefined) return dispatch(inner, state, { skipsFunctions: true });
  }
  writeUnknown(invocation, state);
  shell.substituted = undefined;
  return together(state, QUIET.get(command) ?? EITHER);
}

function functionsOf(shell: Invocation['shell'], name: string, state: State): readonly FunctionDefinition[] {
  const functions = state.functions.get(name) ?? [];
  return functions.some(({ isAlias }) => isAlias === true)
    ? functions.filter((definition) => definition.isAlias !== true || !shell.active.includes(definition))
    : functions;
}

function readerOf(written: string): CommandReader | undefined {
  const command = baseName(written);
  const interpreter = /^(?:python|pypy|ruby|perl|node)[\d.]+$/.test(command) ? command.replace(/[\d.]+$/, '') : command;
  return (
    BUILTINS.get(written) ??
    OUTPUTS.get(command) ??
    WRAPPERS.get(command) ??
    INTERPRETERS.get(interpreter) ??
    TOOLS.get(command) ??
    AWS_COMMANDS.get(command)
  );
}

function baseName(written: string): string {
  return written.slice(written.lastIndexOf('/') + 1);
}

/** Whether a command of this name is followed, and not only taken note of. */
export function isUnderstood(written: string, state: State): boolean {
  return (
    state.functions.get(written) !== undefined ||
    readerOf(written) !== undefined ||
    CLIENT_COMMANDS.has(baseName(written))
  );
}

/** Whether a word is the name of a client that is hardly anything else. */
export function namesClient(word: Argument): boolean {
  const text = known(word.text);
  return text !== undefined && CLIENT_COMMANDS.get(baseName(text))?.isCommonWord === false;
}

const QUIET = new Map([
  ['sleep', SUCCESS],
  ['false', FAILURE],
]);

/** A command of a name that is not known: `$RUN …`, `{{ wrapper }} curl …`. */
function runUnknown(invocation: Invocation, state: State): Exit {
  const inner = clientAmong(invocation);
  if (inner !== undefined) return dispatch(inner, state, { skipsFunctions: true });
  writeUnknown(invocation, state);
  return together(state);
}

/** The client that a command which is not known would run, or what runs it: `retry 5 curl …`, `with_log eval $cmd`, `try sh -c 'curl …'`. */
function clientAmong(invocation: Invocation): Invocation | undefined {
  const { words } = invocation;
  const last = words.findLastIndex((word) => CLIENT_WORD.test(known(word.text) ?? knownPrefix(word.text)));
  if (last === -1) return undefined;
  const at = words.findIndex(
    (word, index) => index <= last && (namesClient(word) || (RUNNERS.has(known(word.text) ?? '') && index < last)),
  );
  const name = words[at];
  if (name === undefined) return undefined;
  return {
    ...invocation,
    name,
    pos: name.source === invocation.source ? name.pos : invocation.pos,
    words: words.slice(at + 1),
  };
}

const CLIENT_WORD = /\b(?:curl|wget|aria2c|lwp-request|nc|ncat)\b/;

/** Commands that run what follows them, as words of a command that is not known. */
const RUNNERS = new Set(['eval', 'sudo', 'sh', 'bash', 'env', 'timeout', 'command', 'exec', 'nohup']);

/** The output of a command that is not followed: made from its input, or from the file that it reads. */
export function writeUnknown({ shell, source, pos, end, name, words }: Invocation, state: State): void {
  const location = source.map.range(pos, end);
  const input = getVariable(state, INPUT);
  const fromInput =
    input === undefined
      ? undefined
      : textsOf(input)
          .map(originOf)
          .find((origin) => origin !== undefined);
  const file = words.at(-1);
  const fromFile =
    fromInput !== undefined || file === undefined
      ? undefined
      : contentOf(state, file.text)
          .map(originOf)
          .find((origin) => origin !== undefined);
  const origin = fromInput ?? fromFile;
  shell.write(state, [
    shellHole(`$(${known(name.text) ?? '…'} …)`, 'it is the output of a command', {
      mayBeEmpty: true,
      location,
      ...(origin === undefined ? {} : { origin }),
    }),
  ]);
}
