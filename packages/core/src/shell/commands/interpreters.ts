import type { LanguageId } from '../../document/document.ts';
import { known, type Text } from '../../text/text.ts';
import { EITHER, together, type Exit } from '../exit.ts';
import { Layered } from '../layered.ts';
import { sourceOfText } from '../source.ts';
import { ARGUMENTS, fork, getVariable, INPUT, OUTPUT, type State } from '../state.ts';
import { NO_CHOICES, shellHole, textsOf, type Variable } from '../values.ts';
import { joinWords } from './builtins.ts';
import { writeUnknown, type CommandReader } from './dispatch.ts';
import { recogniseOneLiner } from './one-liners.ts';
import type { Invocation } from './simple-command.ts';

/** How the command line of an interpreter is read as far as its program. */
interface ProgramOptions {
  /** Options that are followed by the program. */
  readonly program: RegExp;
  /** Options that take another argument. */
  readonly withArgument: RegExp;
  /** Options that name a program which stands elsewhere: what follows belongs to it. */
  readonly elsewhere?: RegExp;
}

/** Source: `python3 --help`. */
const PYTHON: ProgramOptions = {
  program: /^-[bBdEhiIOPqsSuvVx]*c$/,
  withArgument: /^(?:-[bBdEhiIOPqsSuvVx]*[QWX]|--check-hash-based-pycs)$/,
  elsewhere: /^-[bBdEhiIOPqsSuvVx]*m/,
};

/** Source: `node --help`. */
const NODE: ProgramOptions = {
  program: /^(?:-e|-p|-pe|--eval|--print)$/,
  withArgument: /^(?:-r|-C|--require|--import|--loader|--experimental-loader|--conditions|--env-file|--title)$/,
};

/** Any casing, any beginning of a name. Source: `pwsh -Help`. */
const POWERSHELL: ProgramOptions = {
  program: /^-c(?:ommand)?$/i,
  withArgument: /^-(?:ex\w*|ep|v(?:ersion)?|w\w*|input\w*|output\w*|of|if|config\w*|psc\w*|settings\w*|custom\w*)$/i,
  elsewhere: /^-(?:f|file|e|ec|enc\w*)$/i,
};

/** Programs that run a text given as an argument, or as their input. */
export const INTERPRETERS: ReadonlyMap<string, CommandReader> = new Map<string, CommandReader>([
  ...['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'rbash'].map((name): [string, CommandReader] => [
    name,
    runShell,
  ]),
  ['python', language('python', PYTHON)],
  ['pypy', language('python', PYTHON)],
  ['node', language('javascript', NODE)],
  ['nodejs', language('javascript', NODE)],
  ['pwsh', language('powershell', POWERSHELL)],
  ['powershell', language('powershell', POWERSHELL)],
  ['powershell.exe', language('powershell', POWERSHELL)],
  ['perl', oneLiner('perl')],
  ['ruby', oneLiner('ruby')],
  ['php', oneLiner('php')],
  ['ssh', runSsh],
  ['su', runSu],
]);

/** `bash -c '…' name args`, `sh -e <<EOF`, `… | bash -s args`. */
function runShell(invocation: Invocation, state: State): Exit {
  const { words, source, pos, end } = invocation;
  let errexit = false;
  let pipefail = false;
  let index = 0;
  let isString = false;
  let readsInput = false;
  for (; index < words.length; index++) {
    const text = known(words[index]?.text ?? { pieces: [], choices: NO_CHOICES });
    if (text === undefined || !/^[-+]/.test(text) || text === '-') break;
    if (text === '--') {
      index += 1;
      break;
    }
    if (text.startsWith('--')) {
      if (text === '--rcfile' || text === '--init-file') index += 1;
      continue;
    }
    if (text.startsWith('-') && text.includes('e')) errexit = true;
    if (text.includes('s')) readsInput = true;
    if (text.includes('c')) isString = true;
    if (text.includes('o')) {
      index += 1;
      const option = known(words[index]?.text ?? { pieces: [], choices: NO_CHOICES });
      if (option === 'errexit') errexit = true;
      if (option === 'pipefail') pipefail = true;
    }
  }
  const script = isString ? words[index] : undefined;
  const operands = words.slice(isString ? index + 2 : readsInput ? index : index + 1);
  const inner = newProcess(state, errexit, pipefail);
  inner.variables = inner.variables.set(ARGUMENTS, argumentsOf(operands.map((word) => word.text)));
  const location = source.map.range(pos, end);
  const runBy = source.runBy ?? location;
  if (script !== undefined) return runInside(invocation, [script.text], inner, state, runBy);
  const input = getVariable(state, INPUT);
  if (input !== undefined && (readsInput || words[index] === undefined))
    return runInside(invocation, textsOf(input), inner, state, runBy);
  writeUnknown(invocation, state);
  return together(state, EITHER);
}

/** Runs texts in another process, and takes its output and status over. */
function runInside(
  invocation: Invocation,
  texts: readonly Text[],
  inner: State,
  state: State,
  runBy: ReturnType<Invocation['source']['map']['range']>,
): Exit {
  const { shell, source } = invocation;
  let exit: Exit = together(state, EITHER);
  for (const text of texts) {
    const { after, status } = shell.runSubshell(fork(inner), (own) =>
      shell.runSource(sourceOfText(text, runBy, source, runBy), own),
    );
    if (after !== undefined) shell.absorb(state, after, true);
    exit = together(state, status);
  }
  return exit;
}

/** The environment of a new process: exported variables only; flags of its own. */
function newProcess(state: State, errexit: boolean, pipefail: boolean): State {
  const inner = fork(state);
  let variables = new Layered<Variable>();
  for (const [name, variable] of state.variables.entries()) {
    if (name.startsWith('\0') || variable.isExported)
      variables = variables.set(name, getVariable(state, name) ?? variable);
  }
  return {
    ...inner,
    variables,
    refined: new Layered(),
    functions: state.functions.share(),
    errexit,
    pipefail,
    isSuspended: false,
    wouldAbort: false,
  };
}

/** Another machine: nothing of this environment. */
function elsewhere(state: State): State {
  const inner = fork(state);
  const output = state.variables.get(OUTPUT);
  let variables = new Layered<Variable>();
  if (output !== undefined) variables = variables.set(OUTPUT, output);
  return {
    ...inner,
    variables,
    refined: new Layered(),
    functions: new Layered(),
    errexit: false,
    pipefail: false,
    isSuspended: false,
    wouldAbort: false,
  };
}

function argumentsOf(texts: readonly Text[]): Variable {
  return { values: [{ elements: texts, choices: NO_CHOICES }], isArray: true, isExported: false };
}

/** `ssh host command`: the words are joined and read by a shell over there. */
function runSsh(invocation: Invocation, state: State): Exit {
  const { words, source, pos, end } = invocation;
  let index = 0;
  for (; index < words.length; index++) {
    const text = known(words[index]?.text ?? { pieces: [], choices: NO_CHOICES }) ?? '';
    if (!text.startsWith('-')) break;
    if (/^-[bcDEeFIiJLlmOopQRSWw]$/.test(text)) index += 1;
  }
  const command = words.slice(index + 1).map((word) => word.text);
  const location = source.map.range(pos, end);
  const runBy = source.runBy ?? location;
  const input = getVariable(state, INPUT);
  const first = command[0] === undefined ? undefined : known(command[0]);
  const readsInput =
    command.length === 0 ||
    /^(?:sudo )?(?:ba|da)?sh(?: -\w*s\w*| -s --.*)?$/.test(command.map((text) => known(text) ?? '?').join(' '));
  if (readsInput && input !== undefined) return runInside(invocation, textsOf(input), elsewhere(state), state, runBy);
  if (first === undefined && command.length === 0) return together(state, EITHER);
  return runInside(invocation, [joinWords(command)], elsewhere(state), state, runBy);
}

/** `su - user -c '…'`. */
function runSu(invocation: Invocation, state: State): Exit {
  const { words, source, pos, end } = invocation;
  const at = words.findIndex((word) => /^(?:-\w*c|--command)$/.test(known(word.text) ?? ''));
  const script = at === -1 ? undefined : words[at + 1];
  const location = source.map.range(pos, end);
  const input = getVariable(state, INPUT);
  if (script !== undefined)
    return runInside(invocation, [script.text], newProcess(state, false, false), state, source.runBy ?? location);
  if (input !== undefined)
    return runInside(invocation, textsOf(input), newProcess(state, false, false), state, source.runBy ?? location);
  return together(state, EITHER);
}

/** A program of another language, whose text is a document of its own. */
function language(id: LanguageId, options: ProgramOptions): CommandReader {
  return (invocation, state) => {
    const { shell, source, pos, end, name } = invocation;
    const location = source.map.range(pos, end);
    const given = programOf(invocation, options);
    const input = getVariable(state, INPUT);
    const texts = given !== 'input' ? given : input === undefined ? [] : textsOf(input);
    for (const text of texts) shell.embed(id, text, `program given to ${known(name.text) ?? id}`, location, source);
    writeUnknown(invocation, state);
    return together(state, EITHER);
  };
}

/** The program among the arguments; `input`: it is read from there. Words that are not known may be options. */
function programOf({ words }: Invocation, options: ProgramOptions): readonly Text[] | 'input' {
  let isKnown = true;
  for (let index = 0; index < words.length; index++) {
    const word = known(words[index]?.text ?? { pieces: [], choices: NO_CHOICES });
    isKnown &&= word !== undefined;
    if (word === undefined) continue;
    if (options.program.test(word)) return words.slice(index + 1, index + 2).map(({ text }) => text);
    if (options.elsewhere?.test(word) === true || (word !== '-' && !word.startsWith('-'))) return [];
    if (options.withArgument.test(word)) index += 1;
  }
  return isKnown ? 'input' : [];
}

/** A language without a front end: its program is only searched for requests. */
function oneLiner(id: 'perl' | 'ruby' | 'php'): CommandReader {
  return (invocation, state) => {
    const { shell, words, source, pos, end } = invocation;
    const location = source.map.range(pos, end);
    const at = words.findIndex((word) => /^-\w*[eEr]$/.test(known(word.text) ?? ''));
    const program = at === -1 ? undefined : words[at + 1];
    const input = getVariable(state, INPUT);
    const texts =
      program !== undefined
        ? [program.text]
        : input !== undefined && words.every((word) => (known(word.text) ?? 'x').startsWith('-'))
          ? textsOf(input)
          : [];
    const exits = texts.map((text) => recogniseOneLiner(shell, id, text, location, state));
    if (exits.length === 0)
      shell.write(state, [shellHole(`$(${id} …)`, 'it is the output of a program', { mayBeEmpty: true, location })]);
    return exits.at(-1) ?? together(state, EITHER);
  };
}
