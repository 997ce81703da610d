import type { Document, Problem } from 'imdsv2-core';
import { nodesOf, type SyntaxNode } from './syntax.ts';

/** What of a document the parser did not understand: one problem, at the first place. The rest was read. */
export function syntaxProblems(
  document: Document,
  parsed: { readonly root: SyntaxNode; readonly broken: boolean; readonly tooDeep: boolean },
): readonly Problem[] {
  const problems: Problem[] = [];
  if (parsed.broken) {
    const [first] = nodesOf(parsed.root, 'ERROR');
    const start = first?.start ?? 0;
    problems.push({
      location: document.map.range(start, Math.max(start + 1, Math.min(first?.end ?? start, document.text.length))),
      reason: 'a syntax error',
      isSyntaxError: true,
      extent: 'part',
    });
  }
  if (parsed.tooDeep)
    problems.push({
      location: document.map.range(0, document.text.length),
      reason: 'it is nested too deeply',
      extent: 'part',
    });
  return problems;
}
