import { NOTHING, type Analysis, type Document } from 'imdsv2-core';
import { documentsOf } from '../embedded/script.ts';
import { treeSuppressions } from '../embedded/suppressions.ts';
import type { DocumentFrontEnd } from '../front-end.ts';
import { readYaml } from '../structured/yaml.ts';
import { readPlaceholders } from '../template/placeholders.ts';
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
  const document = rendered(file);
  if (/^\s*#cloud-boothook/i.test(document.text))
    return { ...NOTHING, documents: documentsOf(document, [{ language: 'user-data', text: document, role: '' }]) };
  const tree = readYaml(document);
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

/** Files with placeholders of a template engine in them are as common as plain ones. */
function rendered(document: Document): Document {
  const dialect = dialectOf(document.text, ['jinja', 'terraform']);
  return dialect === undefined ? document : { ...document, ...readPlaceholders(document, document.holes, dialect) };
}
