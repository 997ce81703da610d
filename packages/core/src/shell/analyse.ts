import type { Document } from '../document/document.ts';
import { NOTHING, type Analysis } from '../facts/analysis.ts';

/** What the shell front end may ask of the world. */
export interface ShellContext {
  /** The text of a file that the script reads in (`source ./lib.sh`); undefined when it is not in the tree. `path` as documents have it. */
  readonly readFile?: (path: string) => string | undefined;
}

/** Evaluates a shell script far enough to say which requests it makes. */
export function analyseShell(document: Document, context: ShellContext = {}): Analysis {
  void document;
  void context;
  return NOTHING;
}
