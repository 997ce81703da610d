import { parse, type CompoundList } from 'unbash';
import { dropStart, known, knownPrefix, type Text } from '../../text/text.ts';
import { numberOf } from '../arithmetic.ts';
import { runTestCommand } from '../conditions.ts';
import { EITHER, FAILURE, NOWHERE, SUCCESS, together, type Exit } from '../exit.ts';
import { isMany, separatorsOf, splitBlanks } from '../parameters.ts';
import { sourceOfText } from '../source.ts';
import { ARGUMENTS, fork, getVariable, INPUT, setVariable, type State } from '../state.ts';
import {
  NO_CHOICES,
  originOf,
  scalar,
  shellHole,
  textsOf,
  type ShellHole,
  type Value,
  type Variable,
} from '../values.ts';
import { dispatch, writeUnknown, type CommandReader } from './dispatch.ts';
import type { Invocation } from './simple-command.ts';
import { readIn } from './scripts.ts';

/** Commands of the shell itself that change what comes after them. */
export const BUILTINS: ReadonlyMap<string, CommandReader> = new Map<string, CommandReader>([
  [':', succeed],
  ['true', succeed],
  ['/bin/true', succeed],
  ['false', (_, state) => together(state, FAILURE)],
  ['[', (invocation, state) => test({ ...invocation, words: invocation.words.slice(0, -1) }, state)],
  ['test', test],
  ['set', runSet],
  ['shopt', runShopt],
  ['shift', runShift],
  ['eval', runEval],
  ['source', readIn],
  ['.', readIn],
  ['exit', (invocation, state) => leave('exit', invocation, state)],
  ['return', (invocation, state) => leave('return', invocation, state)],
  ['break', (invocation, state) => jump('break', invocation, state)],
  ['continue', (invocation, state) => jump('continue', invocation, state)],
  ['read', runRead],
  ['mapfile', runMapfile],
  ['readarray', runMapfile],
  ['unset', runUnset],
  ['exec', runExec],
  ['command', runDirectly],
  ['builtin', runDirectly],
  ['trap', runTrap],
  ['let', succeedOrNot],
  ['getopts', runGetopts],
  ['wait', succeed],
  ['cd', succeedOrNot],
  ['alias', runAlias],
  ['umask', succeed],
  ['ulimit', succeed],
]);

function succeed(_: Invocation, state: State): Exit {
  return together(state, SUCCESS);
}

function succeedOrNot(_: Invocation, state: State): Exit {
  return together(state, EITHER);
}

function test({ source, words }: Invocation, state: State): Exit {
  return together(state, runTestCommand([words], source, state));
}

/** `set -euo pipefail`, `set +e`, `set -- a b`. */
function runSet({ words }: Invocation, state: State): Exit {
  for (let i = 0; i < words.length; i++) {
    const text = known(words[i]?.text ?? { pieces: [], choices: NO_CHOICES });
    if (text === '--' || text === '-' || text === undefined || !/^[-+]/.test(text)) {
      const rest = text === '--' || text === '-' ? words.slice(i + 1) : words.slice(i);
      setVariable(state, ARGUMENTS, {
        values: [{ elements: rest.map((word) => word.text), choices: NO_CHOICES }],
        isArray: true,
        isExported: false,
      });
      break;
    }
    const isOn = text.startsWith('-');
    if (text.slice(1).includes('e')) state.errexit = isOn;
    if (!text.includes('o')) continue;
    i += 1;
    const option = words[i] === undefined ? undefined : known(words[i]?.text ?? { pieces: [], choices: NO_CHOICES });
    if (option === 'errexit') state.errexit = isOn;
    if (option === 'pipefail') state.pipefail = isOn;
  }
  return together(state, SUCCESS);
}

function runShopt({ shell, words }: Invocation, state: State): Exit {
  const texts = words.map((word) => known(word.text));
  if (texts.includes('-s') && texts.includes('inherit_errexit')) shell.inheritsErrexit = true;
  if (texts.includes('-s') && texts.includes('expand_aliases')) shell.expandsAliases = true;
  return together(state, SUCCESS);
}

function runShift({ words }: Invocation, state: State): Exit {
  const count = words[0] === undefined ? 1 : numberOf(known(words[0].text) ?? '');
  const all = getVariable(state, ARGUMENTS);
  if (all === undefined) return together(state, SUCCESS);
  if (count === undefined || all.values.some((value) => value.elements.slice(0, count).some(isMany)))
    return together(state, EITHER);
  const values = all.values.map((value): Value => ({ ...value, elements: value.elements.slice(count) }));
  const enough = all.values.map((value) => value.elements.length >= count);
  setVariable(state, ARGUMENTS, { ...all, values });
  return together(state, enough.every(Boolean) ? SUCCESS : enough.some(Boolean) ? EITHER : FAILURE);
}

/** The words of `eval`, joined and read again. */
function runEval(invocation: Invocation, state: State): Exit {
  const text = joinWords(invocation.words.map((word) => word.text));
  return runText(invocation, text, state);
}

/** Runs a text as commands of this shell, or of one like it. */
function runText(invocation: Invocation, text: Text, state: State): Exit {
  const { shell, source, pos, end } = invocation;
  const location = source.map.range(pos, end);
  return shell.runSource(sourceOfText(text, location, source, source.runBy ?? location), state);
}

export function joinWords(texts: readonly Text[]): Text {
  const pieces: Text['pieces'][number][] = [];
  for (const [index, text] of texts.entries()) {
    if (index > 0) pieces.push({ kind: 'literal', value: ' ' });
    pieces.push(...text.pieces);
  }
  return { pieces: pieces.slice(0, MAX_PIECES), choices: NO_CHOICES };
}

/** Words in more pieces than this are cut off. */
const MAX_PIECES = 4000;

function leave(how: 'exit' | 'return', invocation: Invocation, state: State): Exit {
  const { shell, words } = invocation;
  const [word] = words;
  const code = word === undefined ? undefined : numberOf(known(word.text) ?? '');
  const piece = word?.text.pieces[0];
  const status = word === undefined ? state.status : piece?.kind === 'hole' ? (piece as ShellHole).statusOf : undefined;
  // In a template a placeholder around it may decide whether the script ends here.
  if (how === 'exit' && shell.hasBlocks && shell.frames.length === 1) return together(state, EITHER);
  return shell.leave(how, state, code === undefined ? status?.known : code === 0);
}

function jump(how: 'break' | 'continue', { shell, words }: Invocation, state: State): Exit {
  const levels = words[0] === undefined ? 1 : (numberOf(known(words[0].text) ?? '') ?? 1);
  if (!shell.frames.some(({ kind }) => kind === 'loop')) return together(state, SUCCESS);
  return shell.leave(how, state, true, levels);
}

/** `read a b`: the next line of the input, if it is known. */
function runRead({ words }: Invocation, state: State): Exit {
  const names: string[] = [];
  let isArray = false;
  for (let i = 0; i < words.length; i++) {
    const text = known(words[i]?.text ?? { pieces: [], choices: NO_CHOICES }) ?? '';
    if (/^-\w*[pdtnNuai]$/.test(text)) {
      if (text.endsWith('a')) isArray = true;
      else i += 1;
    } else if (!text.startsWith('-') && /^[A-Za-z_]\w*$/.test(text)) names.push(text);
  }
  if (names.length === 0) names.push('REPLY');
  const input = getVariable(state, INPUT);
  const texts = input === undefined ? [] : textsOf(input);
  const [only, ...others] = texts;
  const line = only === undefined || others.length > 0 ? undefined : takeLine(only);
  if (line === undefined) {
    const origin = texts.map(originOf).find((found) => found !== undefined);
    for (const name of names)
      setVariable(
        state,
        name,
        scalar([
          shellHole(`$${name}`, 'it is read from the input', {
            mayBeEmpty: true,
            ...(origin === undefined ? {} : { origin }),
          }),
        ]),
      );
    return together(state, EITHER);
  }
  setVariable(state, INPUT, scalar([line.rest]));
  const { fields } = splitBlanks(line.first, separatorsOf(state));
  if (isArray)
    setVariable(state, names[0] ?? 'REPLY', {
      values: [{ elements: fields, choices: NO_CHOICES }],
      isArray: true,
      isExported: false,
    });
  else {
    for (const [index, name] of names.entries()) {
      const isLast = index === names.length - 1;
      const text =
        names.length === 1
          ? line.first
          : isLast
            ? joinWords(fields.slice(index))
            : (fields[index] ?? { pieces: [], choices: NO_CHOICES });
      setVariable(state, name, scalar([text]));
    }
  }
  return together(state, line.isEnd ? FAILURE : SUCCESS);
}

/** The first line of a known text. `isEnd`: there is none left. */
function takeLine(text: Text): { readonly first: Text; readonly rest: Text; readonly isEnd: boolean } | undefined {
  if (text.pieces.some((piece) => piece.kind === 'hole')) return undefined;
  const first: Text['pieces'][number][] = [];
  for (const [index, piece] of text.pieces.entries()) {
    if (piece.kind === 'hole') return undefined;
    const at = piece.value.indexOf('\n');
    if (at === -1) {
      first.push(piece);
      continue;
    }
    const cut = (start: number, end: number): Text['pieces'][number][] =>
      start < end
        ? [
            {
              kind: 'literal',
              value: piece.value.slice(start, end),
              ...(piece.map === undefined ? {} : { map: piece.map.slice(start, end) }),
            },
          ]
        : [];
    return {
      first: { pieces: [...first, ...cut(0, at)], choices: text.choices },
      rest: { pieces: [...cut(at + 1, piece.value.length), ...text.pieces.slice(index + 1)], choices: text.choices },
      isEnd: false,
    };
  }
  return { first: { pieces: first, choices: text.choices }, rest: { pieces: [], choices: text.choices }, isEnd: true };
}

function runMapfile({ words }: Invocation, state: State): Exit {
  const name = known(words.at(-1)?.text ?? { pieces: [], choices: NO_CHOICES });
  const input = getVariable(state, INPUT);
  const texts = input === undefined ? [] : textsOf(input);
  const lines = texts.length === 1 && texts[0] !== undefined ? known(texts[0]) : undefined;
  const elements =
    lines === undefined
      ? [shellHole(`$${name ?? 'MAPFILE'}`, 'it is read from the input', { mayBeEmpty: true, isMany: true })]
      : lines
          .replace(/\n$/, '')
          .split('\n')
          .map((line): Text => ({
            pieces: line === '' ? [] : [{ kind: 'literal', value: line }],
            choices: NO_CHOICES,
          }));
  if (name !== undefined)
    setVariable(state, name, { values: [{ elements, choices: NO_CHOICES }], isArray: true, isExported: false });
  return together(state, SUCCESS);
}

function runUnset({ words }: Invocation, state: State): Exit {
  const isFunction = words.some((word) => known(word.text) === '-f');
  for (const word of words) {
    const name = known(word.text);
    if (name === undefined || !/^[A-Za-z_][\w:-]*$/.test(name)) continue;
    if (isFunction) state.functions = state.functions.set(name, []);
    else setVariable(state, name, NO_VARIABLE);
  }
  return together(state, SUCCESS);
}

/** What is left of a variable that was taken away: nothing, and it is not set either. */
const NO_VARIABLE: Variable = {
  values: [{ elements: [], choices: NO_CHOICES }],
  isArray: false,
  isExported: false,
};

/** `alias name='command'`: from then on a command of that name, with the words that follow it. */
function runAlias({ shell, source, words, pos, end }: Invocation, state: State): Exit {
  // A script of bash does without them, unless it asks for them.
  if (shell.interpreter === 'bash' && !shell.expandsAliases) return together(state, SUCCESS);
  for (const { text } of words) {
    const name = /^([\w:.-]+)=/.exec(knownPrefix(text))?.[1];
    if (name === undefined) continue;
    const command = dropStart(text, name.length + 1);
    const whole: Text = { pieces: [...command.pieces, WITH_WORDS], choices: command.choices };
    const place = source.map.range(pos, end);
    const inner = sourceOfText(whole, place, source);
    const body: CompoundList = {
      type: 'CompoundList',
      pos: 0,
      end: inner.text.length,
      commands: parse(inner.text).commands,
    };
    const written = { name, body, source: inner, pos, isAlias: true };
    const known = shell.definitions.find((other) => other.pos === pos && other.source.text === inner.text) ?? written;
    if (known === written) shell.definitions.push(known);
    state.functions = state.functions.set(name, [known]);
  }
  return together(state, SUCCESS);
}

const WITH_WORDS = { kind: 'literal', value: ' "$@"' } as const;

/** `exec cmd` ends the script with it; `exec > file` does not. */
function runExec(invocation: Invocation, state: State): Exit {
  const rest = skipOptions(invocation, 'a');
  if (rest === undefined) return together(state, SUCCESS);
  const exit = dispatch(rest, state, { skipsFunctions: true });
  for (const after of exit.kind === 'together' ? [exit.state] : [exit.ok, exit.failed])
    if (after !== undefined) invocation.shell.leave('exit', after, undefined);
  return NOWHERE;
}

function runDirectly(invocation: Invocation, state: State): Exit {
  const asks = invocation.words.some((word) => /^-[vV]$/.test(known(word.text) ?? ''));
  if (asks) {
    writeUnknown(invocation, state);
    return together(state, EITHER);
  }
  const rest = skipOptions(invocation, '');
  return rest === undefined ? together(state, SUCCESS) : dispatch(rest, state, { skipsFunctions: true });
}

/** The command that stands after a command's own options. */
function skipOptions(invocation: Invocation, withValue: string): Invocation | undefined {
  const { words } = invocation;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === undefined) break;
    const text = known(word.text) ?? '';
    if (text === '--') return commandAt(invocation, i + 1);
    if (!text.startsWith('-') || text === '-') return commandAt(invocation, i);
    if (withValue.includes(text.slice(-1)) && !text.startsWith('--')) i += 1;
  }
  return undefined;
}

/** The words from `index` on as a command of their own. */
export function commandAt(invocation: Invocation, index: number): Invocation | undefined {
  const name = invocation.words[index];
  return name === undefined
    ? undefined
    : {
        ...invocation,
        name,
        pos: name.source === invocation.source ? name.pos : invocation.pos,
        words: invocation.words.slice(index + 1),
      };
}

/** What a trap runs, runs at some time: it is read at once. */
function runTrap(invocation: Invocation, state: State): Exit {
  const { shell, words } = invocation;
  const [action] = words;
  const text = action === undefined ? undefined : known(action.text);
  if (action !== undefined && text !== undefined && text !== '' && text !== '-' && !text.startsWith('-')) {
    shell.runSubshell(fork(state), (inner) => runText(invocation, action.text, { ...inner, isSuspended: true }));
  }
  return together(state, SUCCESS);
}

function runGetopts({ words }: Invocation, state: State): Exit {
  const name = known(words[1]?.text ?? { pieces: [], choices: NO_CHOICES });
  if (name !== undefined && /^[A-Za-z_]\w*$/.test(name))
    setVariable(state, name, scalar([shellHole(`$${name}`, 'it is an option of the script', { mayBeEmpty: false })]));
  setVariable(state, 'OPTARG', scalar([shellHole('$OPTARG', 'it is an argument of the script', { mayBeEmpty: true })]));
  return together(state, EITHER);
}
