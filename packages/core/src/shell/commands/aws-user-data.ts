import { OffsetMap } from '../../document/offset-map.ts';
import { known, knownPrefix, knownSuffix, render, type Text } from '../../text/text.ts';
import type { Evaluator } from '../evaluator.ts';
import { fileVariable, getVariable, type State } from '../state.ts';
import { NO_CHOICES, textsOf } from '../values.ts';
import type { CliCall } from './aws.ts';

/** The text that an option holds or names (`file://…`, `fileb://…`). Undefined when it is not known. `isText`: the option itself may be the text. */
export function readBootScript(call: CliCall, value: Text, isText = false): Text | undefined {
  const scheme = /^fileb?:\/\//.exec(knownPrefix(value))?.[0];
  if (isText && scheme === undefined)
    return value.pieces.some((piece) => piece.kind === 'literal' && piece.value.trim() !== '') ? value : undefined;
  const file = scheme === undefined ? value : cut(value, scheme.length);
  return fileText(call.invocation.shell, file, call.state);
}

/** The text of a file that the script wrote, or that lies in the tree. */
export function fileText(shell: Evaluator, file: Text, state: State): Text | undefined {
  const written = getVariable(state, fileVariable(render(file)));
  if (written !== undefined) return textsOf(written)[0];
  return fileOfTree(shell, file);
}

function cut(text: Text, length: number): Text {
  const [first, ...rest] = text.pieces;
  if (first?.kind !== 'literal') return text;
  return {
    pieces: first.value.length > length ? [{ kind: 'literal', value: first.value.slice(length) }, ...rest] : rest,
    choices: text.choices,
  };
}

/** A file of the tree: as it is written, beside the script, or beside it after an unknown folder. */
function fileOfTree(shell: Evaluator, file: Text): Text | undefined {
  const { readFile } = shell.context;
  const { path: script } = shell.document;
  const folder = script.includes('/') ? script.slice(0, script.lastIndexOf('/') + 1) : '';
  const whole = known(file);
  const relative = (whole ?? knownSuffix(file)).replace(/^\.?\/+/, '');
  if (readFile === undefined || relative === '' || relative.includes('..') || whole?.startsWith('/') === true)
    return undefined;
  for (const path of new Set([`${folder}${relative}`, relative])) {
    const text = readFile(path);
    if (text !== undefined)
      return {
        pieces: [{ kind: 'literal', value: text, map: OffsetMap.identity(path, text.length) }],
        choices: NO_CHOICES,
      };
  }
  return undefined;
}
