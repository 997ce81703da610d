import type { Document, Problem } from 'imdsv2-core';
import type { Tree } from '../structured/node.ts';

/** What could not be parsed of a tree, as problems of its file. */
export function syntaxProblems(document: Document, tree: Pick<Tree, 'problems'>): readonly Problem[] {
  return tree.problems.map(({ start, end, reason }) => ({
    location: document.map.range(start, end),
    reason,
    isSyntaxError: true,
    extent: 'part',
  }));
}
