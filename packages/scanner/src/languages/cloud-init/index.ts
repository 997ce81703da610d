import { hasHole, NOTHING, type Analysis, type Document } from 'imdsv2-core';
import { documentsOf } from '../embedded/script.ts';
import { treeSuppressions } from '../embedded/suppressions.ts';
import type { DocumentFrontEnd } from '../front-end.ts';
import { readYaml, type Tree } from '../structured/index.ts';
import { readPlaceholders, withoutLonelyHoles } from '../template/placeholders.ts';
import { dialectOf } from '../template/dialect-of.ts';
import { syntaxProblems } from '../embedded/problems.ts';
import { phoneHome } from './phone-home.ts';
import { scriptsOfConfig } from './scripts.ts';

/** Cloud-config, the YAML of cloud-init: everything in it that runs. */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['cloud-init'],
  load: () => Promise.resolve(analyseCloudConfig),
};

export function analyseCloudConfig(file: Document): Analysis {
  const whole = rendered(file);
  if (/^\s*#cloud-boothook/i.test(whole.text))
    return { ...NOTHING, documents: documentsOf(whole, [{ language: 'user-data', text: whole, role: '' }]) };
  const { document, tree } = read(whole);
  return {
    facts: tree.roots.flatMap((root) => phoneHome(document, root)),
    documents: documentsOf(
      { ...document, runner: document.runner === 'unknown' ? 'host' : document.runner },
      tree.roots.flatMap((root) => scriptsOfConfig(root, document)),
    ),
    problems: syntaxProblems(document, tree),
    suppressions: treeSuppressions(document, tree),
  };
}

/** What stands alone on a line of a template is mostly a branch or a loop, which leaves no line: it is read without, where it does not parse with. */
function read(document: Document): { document: Document; tree: Tree } {
  const tree = readYaml(document);
  if (tree.problems.length === 0 || !hasHole(document.text)) return { document, tree };
  const other = { ...document, ...withoutLonelyHoles(document) };
  const otherTree = readYaml(other);
  return otherTree.problems.length > tree.problems.length ? { document, tree } : { document: other, tree: otherTree };
}

/** Files with placeholders of a template engine in them are as common as plain ones. */
function rendered(document: Document): Document {
  const dialect = dialectOf(document.text, ['jinja', 'terraform']);
  return dialect === undefined ? document : { ...document, ...readPlaceholders(document, document.holes, dialect) };
}
