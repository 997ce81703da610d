import { known, type Text } from '../../text/text.ts';
import { EITHER, together, type Exit } from '../exit.ts';
import { getVariable, INPUT, type State } from '../state.ts';
import { NO_CHOICES, shellHole, textsOf } from '../values.ts';
import { commandAt } from './builtins.ts';
import { linesOf } from './curl.ts';
import { dispatch, type CommandReader } from './dispatch.ts';
import type { Invocation } from './simple-command.ts';

/** A program that runs the command which its words name. */
interface Wrapper {
  /** Options that take a value in the next word. */
  readonly withValue?: RegExp;
  /** Words before the command, besides options. */
  readonly operands?: number;
  /** `NAME=value` words may stand before the command. */
  readonly hasAssignments?: boolean;
}

const WRAPPER_TABLE: Readonly<Record<string, Wrapper>> = {
  sudo: { withValue: /^-[ugpChrtTUDR]$|^--(?:user|group|prompt|host|role|type|chdir)$/, hasAssignments: true },
  doas: { withValue: /^-[uC]$/ },
  env: { withValue: /^-[uCS]$|^--(?:unset|chdir)$/, hasAssignments: true },
  timeout: { withValue: /^-[ks]$|^--(?:kill-after|signal)$/, operands: 1 },
  gtimeout: { withValue: /^-[ks]$/, operands: 1 },
  nohup: {},
  nice: { withValue: /^-n$/ },
  ionice: { withValue: /^-[cnp]$/ },
  chrt: { withValue: /^-[TPD]$/, operands: 1 },
  stdbuf: { withValue: /^-[ioe]$/ },
  unbuffer: {},
  setsid: {},
  time: { withValue: /^-[fo]$/ },
  strace: { withValue: /^-[eopsEPSuaIOX]$/ },
  chronic: {},
  busybox: {},
  toybox: {},
  proxychains: { withValue: /^-f$/ },
  proxychains4: { withValue: /^-f$/ },
  torsocks: {},
  'cross-env': { hasAssignments: true },
  flock: { withValue: /^-[wE]$/, operands: 1 },
  chroot: { operands: 1 },
  'arch-chroot': { operands: 1 },
  'systemd-run': { withValue: /^-[pMtEuH]$|^--(?:unit|property|slice|uid|gid|setenv)$/ },
  'systemd-cat': { withValue: /^-[tp]$/ },
  runuser: { withValue: /^-[ugG]$/, operands: 0 },
  gosu: { operands: 1 },
  'su-exec': { operands: 1 },
  setpriv: {},
  unshare: {},
  nsenter: { withValue: /^-[tSG]$/ },
  'dumb-init': {},
  tini: {},
  ltrace: {},
  watch: { withValue: /^-[nd]$/ },
  'ip-netns-exec': {},
};

/** Commands that run other commands. */
export const WRAPPERS: ReadonlyMap<string, CommandReader> = new Map<string, CommandReader>([
  ...Object.entries(WRAPPER_TABLE).map(([name, wrapper]): [string, CommandReader] => [
    name,
    (invocation, state) => runWrapped(invocation, wrapper, state),
  ]),
  ['xargs', runXargs],
  ['docker', runContainer],
  ['podman', runContainer],
  ['nerdctl', runContainer],
  ['kubectl', runContainer],
  ['oc', runContainer],
  ['find', runFind],
  ['parallel', runXargs],
]);

function runWrapped(invocation: Invocation, wrapper: Wrapper, state: State): Exit {
  const { words } = invocation;
  let operands = wrapper.operands ?? 0;
  for (let i = 0; i < words.length; i++) {
    const text = known(words[i]?.text ?? { pieces: [], choices: NO_CHOICES });
    if (text !== undefined && /^-./.test(text)) {
      if (text === '--') return runAt(invocation, i + 1 + operands, state);
      if (wrapper.withValue?.test(text) === true) i += 1;
      continue;
    }
    if (wrapper.hasAssignments === true && text !== undefined && /^[A-Za-z_]\w*=/.test(text)) continue;
    if (operands > 0) {
      operands -= 1;
      continue;
    }
    return runAt(invocation, i, state);
  }
  return together(state, EITHER);
}

function runAt(invocation: Invocation, index: number, state: State): Exit {
  const inner = commandAt(invocation, index);
  return inner === undefined ? together(state, EITHER) : dispatch(inner, state, { skipsFunctions: true });
}

/** `xargs [-I{}] command`: lines of the input become words. */
function runXargs(invocation: Invocation, state: State): Exit {
  const { words } = invocation;
  let replaced: string | undefined;
  let index = 0;
  for (; index < words.length; index++) {
    const text = known(words[index]?.text ?? { pieces: [], choices: NO_CHOICES }) ?? '';
    if (!text.startsWith('-')) break;
    const attached = /^-[Ii](.+)$/.exec(text);
    if (attached !== null) replaced = attached[1];
    else if (text === '-I') {
      index += 1;
      replaced = known(words[index]?.text ?? { pieces: [], choices: NO_CHOICES });
    } else if (text === '-i') replaced = '{}';
    else if (/^-[aEeLlnPsdj]$/.test(text)) index += 1;
  }
  const inner = commandAt(invocation, index);
  if (inner === undefined) return together(state, EITHER);
  const input = getVariable(state, INPUT);
  const lines =
    input === undefined
      ? []
      : textsOf(input).flatMap((text) => (text.pieces.some((piece) => piece.kind === 'hole') ? [] : linesOf(text)));
  const given: readonly Text[] =
    lines.length > 0 ? lines.slice(0, 32) : [shellHole('input', 'it is read from the input', { mayBeEmpty: false })];
  const turns = replaced === undefined ? [undefined] : given;
  let exit: Exit = together(state, EITHER);
  for (const value of turns) {
    const replacedWords =
      value === undefined || replaced === undefined
        ? [...inner.words, ...given.map((text) => ({ ...inner.name, text }))]
        : inner.words.map((word) => ({ ...word, text: substituteIn(word.text, replaced, value) }));
    exit = dispatch({ ...inner, words: replacedWords }, state, { skipsFunctions: true });
  }
  return exit;
}

/** A text with each `mark` in it replaced. */
function substituteIn(text: Text, mark: string, value: Text): Text {
  const pieces: Text['pieces'][number][] = [];
  for (const piece of text.pieces) {
    if (piece.kind === 'hole' || !piece.value.includes(mark)) {
      pieces.push(piece);
      continue;
    }
    for (const [index, part] of piece.value.split(mark).entries()) {
      if (index > 0) pieces.push(...value.pieces);
      if (part !== '') pieces.push({ kind: 'literal', value: part });
    }
  }
  return { pieces, choices: text.choices };
}

/** `docker exec c command`, `docker run image command`, `kubectl exec pod -- command`. */
function runContainer(invocation: Invocation, state: State): Exit {
  const { words } = invocation;
  const texts = words.map((word) => known(word.text) ?? '');
  const verb = texts.findIndex((text) => text === 'exec' || text === 'run');
  if (verb === -1) return together(state, EITHER);
  const dashes = texts.indexOf('--', verb);
  if (dashes !== -1) return runAt(invocation, dashes + 1, state);
  let operands = 1;
  for (let i = verb + 1; i < words.length; i++) {
    const text = texts[i] ?? '';
    if (text.startsWith('-')) {
      if (CONTAINER_OPTIONS.test(text)) i += 1;
      continue;
    }
    if (operands === 0) return runAt(invocation, i, state);
    operands -= 1;
  }
  return together(state, EITHER);
}

const CONTAINER_OPTIONS =
  /^-[uewvpnclm]$|^--(?:user|env|workdir|volume|publish|name|network|net|entrypoint|env-file|mount|add-host|label|memory|cpus|hostname|restart|log-driver|log-opt|ulimit|cap-add|device|platform|gpus|pid|dns|container|namespace)$/;

/** `find … -exec command {} \;`. */
function runFind(invocation: Invocation, state: State): Exit {
  const at = invocation.words.findIndex((word) => /^-(?:exec|execdir|ok)$/.test(known(word.text) ?? ''));
  return at === -1 ? together(state, EITHER) : runAt(invocation, at + 1, state);
}
