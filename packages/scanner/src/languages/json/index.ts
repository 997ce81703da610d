import { NOTHING, type Analysis, type Document } from 'imdsv2-core';
import { syntaxProblems } from '../embedded/problems.ts';
import { mayMatter } from '../embedded/relevance.ts';
import { documentsOf } from '../embedded/script.ts';
import { treeSuppressions } from '../embedded/suppressions.ts';
import type { Context, DocumentFrontEnd } from '../front-end.ts';
import { policiesIn } from '../policies/index.ts';
import { scriptsIn } from '../script-places/index.ts';
import { readJson } from '../structured/index.ts';

/** JSON that carries scripts: documents of Systems Manager, Ignition, task definitions, whatever else holds one. */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['json'],
  load: () => Promise.resolve((document, context) => (mayMatter(document) ? analyseJson(document, context) : NOTHING)),
};

export function analyseJson(document: Document, context: Context): Analysis {
  const tree = readJson(document);
  const found = tree.roots.map((root) => scriptsIn(root, document, context));
  return {
    facts: [...found.flatMap(({ facts }) => facts), ...tree.roots.flatMap((root) => policiesIn(root, document))],
    documents: documentsOf(
      document,
      found.flatMap(({ scripts }) => scripts),
    ),
    problems: syntaxProblems(document, tree),
    suppressions: treeSuppressions(document, tree),
  };
}
