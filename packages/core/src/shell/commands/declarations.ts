import type { Assignment, Word } from 'unbash';
import { known } from '../../text/text.ts';
import type { Evaluator } from '../evaluator.ts';
import { SUCCESS, together, type Exit } from '../exit.ts';
import { expandText, expandWords } from '../expansion.ts';
import type { Source } from '../source.ts';
import { getVariable, referenceVariable, setVariable, type State } from '../state.ts';
import { scalar, type Value } from '../values.ts';
import { assign, exportVariable } from './simple-command.ts';

/** Commands whose arguments are assignments. They succeed even where a substitution in them failed. */
export const DECLARATIONS: ReadonlySet<string> = new Set(['local', 'export', 'readonly', 'declare', 'typeset']);

export function declare(
  shell: Evaluator,
  command: string,
  words: readonly (Word | Assignment)[],
  source: Source,
  state: State,
): Exit {
  const options = words
    .filter((word): word is Word => word.type === 'Word' && word.value.startsWith('-'))
    .map((word) => word.value)
    .join('');
  const frame = shell.frames.findLast(({ kind }) => kind === 'function');
  const isLocal =
    command === 'local' ||
    ((command === 'declare' || command === 'typeset') && frame !== undefined && !options.includes('g'));
  const isExport = (command === 'export' && !options.includes('n')) || options.includes('x');
  for (const word of words) {
    if (word.type === 'Assignment' && options.includes('n') && command !== 'export') {
      const reference = referenceVariable(word.name);
      if (isLocal && frame !== undefined && !frame.hidden.has(reference))
        frame.hidden.set(reference, state.variables.get(reference));
      if (word.value.type === 'Word') {
        const targets = expandText(shell, source, word.value, state);
        state.identities.hasReferences = true;
        setVariable(state, reference, scalar(targets));
      }
      continue;
    }
    if (word.type === 'Assignment') {
      const before = state.variables.get(word.name);
      if (isLocal && frame !== undefined && !frame.hidden.has(word.name)) frame.hidden.set(word.name, before);
      if (isLocal && word.append !== true) hide(state, word.name, options);
      assign(shell, word, source, state);
      if (isExport) exportVariable(state, word.name);
      continue;
    }
    if (word.value.startsWith('-')) continue;
    for (const list of expandWords(shell, source, [word], state)) {
      for (const argument of list.arguments) {
        const name = known(argument.text);
        if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) continue;
        if (isLocal) {
          if (frame !== undefined && !frame.hidden.has(name)) frame.hidden.set(name, state.variables.get(name));
          setVariable(state, name, emptyVariable(options));
        } else if (getVariable(state, name) === undefined && command !== 'export' && command !== 'readonly')
          setVariable(state, name, emptyVariable(options));
        if (isExport) exportVariable(state, name);
      }
    }
  }
  shell.recorder.flush();
  return together(state, SUCCESS);
}

/** The value of a local variable is read before it hides the outer one: `local x=$x`. Only its array nature is forgotten here. */
function hide(state: State, name: string, options: string): void {
  const before = getVariable(state, name);
  if (before?.isArray === true && !/[aA]/.test(options)) setVariable(state, name, { ...before, isArray: false });
  else if (before === undefined && options.includes('A')) setVariable(state, name, emptyVariable(options));
}

function emptyVariable(options: string): ReturnType<typeof scalar> {
  const isArray = /[aA]/.test(options);
  const nothing: Value = {
    elements: isArray ? [] : [{ pieces: [], choices: new Map() }],
    ...(options.includes('A') ? { keys: [] } : {}),
    choices: new Map(),
  };
  return { values: [nothing], isArray, isExported: false };
}
