import { NOTHING, type Analysis, type Document } from 'imdsv2-core';
import { syntaxProblems } from '../embedded/problems.ts';
import { mayMatter } from '../embedded/relevance.ts';
import { documentsOf } from '../embedded/script.ts';
import { treeSuppressions } from '../embedded/suppressions.ts';
import type { Context, DocumentFrontEnd } from '../front-end.ts';
import { policiesIn } from '../policies/index.ts';
import { scriptsIn } from '../script-places/index.ts';
import { readJson, type Tree } from '../structured/index.ts';
import { dialectOf } from '../template/dialect-of.ts';
import { readPlaceholders } from '../template/placeholders.ts';

/** JSON that carries scripts: documents of Systems Manager, Ignition, task definitions, whatever else holds one. */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['json'],
  load: () => Promise.resolve((document, context) => (mayMatter(document) ? analyseJson(document, context) : NOTHING)),
};

export function analyseJson(file: Document, context: Context): Analysis {
  const { document, tree } = read(file);
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

/** JSON that does not parse is often a template (`"cpu": ${cpu}`): then it is read as it is once rendered, if that parses better. */
function read(file: Document): { document: Document; tree: Tree } {
  const tree = readJson(file);
  const dialect =
    tree.problems.length === 0 ? undefined : dialectOf(file.text, ['erb', 'go', 'jinja', 'terraform', 'at']);
  if (dialect === undefined) return { document: file, tree };
  const rendered = { ...file, ...readPlaceholders(file, file.holes, dialect) };
  const other = readJson(rendered);
  return other.problems.length < tree.problems.length ? { document: rendered, tree: other } : { document: file, tree };
}
