import { parse } from 'unbash';
import type { Document } from '../document/document.ts';
import { NOTHING, type Analysis } from '../facts/analysis.ts';
import { Evaluator } from './evaluator.ts';
import { finish } from './library.ts';
import { hasMarker } from './markers.ts';
import { documentSource } from './source.ts';
import { initialState, setVariable } from './state.ts';
import { suppressionsOf } from './suppressions.ts';
import { scalar } from './values.ts';
import { embedWrittenFiles } from './written-files.ts';

/** What the shell front end may ask of the world. */
export interface ShellContext {
  /** The text of a file that the script reads in (`source ./lib.sh`); undefined when it is not in the tree. `path` as documents have it. */
  readonly readFile?: (path: string) => string | undefined;
}

/**
 * Evaluates a shell script far enough to say which requests it makes. Nothing is executed. Never throws for what a script says; what could
 * not be read is in `problems`.
 */
export function analyseShell(document: Document, context: ShellContext = {}): Analysis {
  if (document.text.trim() === '' || !hasMarker(document)) return NOTHING;
  const source = documentSource(document);
  const script = parse(document.text);
  const host = hostOf(document, script.shebang);
  const shell = new Evaluator(document, context, host.interpreter);
  shell.noteErrors(script, source);
  const state = initialState(shell.identities, host);
  for (const [name, values] of document.shell?.variables ?? []) setVariable(state, name, scalar(values, true));
  const frame = shell.pushFrame('script');
  const exit = shell.runStatements(script.commands, source, state);
  shell.frames.pop();
  finish(shell, script, source, exit, frame);
  embedWrittenFiles(shell);
  return {
    facts: [...shell.recorder.requests(), ...shell.launches.values(), ...shell.defaults.values()],
    documents: shell.documents,
    problems: shell.problems,
    suppressions: suppressionsOf(script, source),
  };
}

/** The interpreter and its flags, as the host or the first line say. */
function hostOf(
  document: Document,
  shebang: string | undefined,
): { readonly interpreter: string; readonly errexit: boolean; readonly pipefail: boolean } {
  const line = shebang ?? '';
  const words = line.replace(/^#!\s*/, '').split(/\s+/);
  const program =
    words
      .map((word) => word.slice(word.lastIndexOf('/') + 1))
      .find((word) => word !== 'env' && !word.startsWith('-')) ?? '';
  const flags = words.filter((word) => /^-[a-zA-Z]+$/.test(word)).join('');
  return {
    interpreter: document.shell?.interpreter ?? program,
    errexit: document.shell?.errexit ?? flags.includes('e'),
    pipefail: document.shell?.pipefail ?? line.includes('pipefail'),
  };
}
