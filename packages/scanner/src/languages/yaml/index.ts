import { NOTHING, type Analysis, type Document } from 'imdsv2-core';
import { hasMarker } from '../../discover/prefilter.ts';
import { syntaxProblems } from '../embedded/problems.ts';
import { documentsOf } from '../embedded/script.ts';
import { treeSuppressions } from '../embedded/suppressions.ts';
import type { Context, DocumentFrontEnd } from '../front-end.ts';
import { policiesIn } from '../policies/index.ts';
import { scriptsIn } from '../script-places/index.ts';
import { readYaml, type Tree } from '../structured/index.ts';
import { dialectOf } from '../template/dialect-of.ts';
import { readPlaceholders, withoutLonelyHoles } from '../template/placeholders.ts';

/** YAML that carries scripts: pipelines, playbooks, manifests, whatever else holds one. */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['yaml'],
  load: () =>
    Promise.resolve((file, context) => (file.depth > 0 || mayMatter(file.text) ? analyseYaml(file, context) : NOTHING)),
};

export function analyseYaml(file: Document, context: Context): Analysis {
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

/**
 * Whether anything can be found in a file. Files that others mention are read too, thousands of lines of definitions for Kubernetes among them: without a marker they matter
 * only when they take something over, by a placeholder or in a script that reads another one in.
 */
function mayMatter(text: string): boolean {
  return hasMarker(Buffer.from(text)) || /\{\{|(?:^|[\s;&|"'])(?:source|\.)[ \t]+[\w./$~"'-]/m.test(text);
}

/** YAML that does not parse is often a template (Helm, Jinja): then it is read as it is once rendered, if that parses better. */
function read(file: Document): { document: Document; tree: Tree } {
  const tree = readYaml(file);
  if (tree.problems.length === 0) return { document: file, tree };
  const dialect = dialectOf(file.text, ['erb', 'go', 'jinja', 'terraform', 'at']);
  if (dialect === undefined) return { document: file, tree };
  const rendered = { ...file, ...withoutLonelyHoles(readPlaceholders(file, file.holes, dialect)) };
  const other = readYaml(rendered);
  return other.problems.length < tree.problems.length ? { document: rendered, tree: other } : { document: file, tree };
}
