import type { Document, Fact } from 'imdsv2-core';
import type { Context } from '../front-end.ts';
import type { Script } from '../embedded/script.ts';
import type { Node, Scalar } from '../structured/node.ts';
import { NEIGHBOUR_FORMATS } from '../neighbours/formats.ts';
import { ANSIBLE_FORMAT } from './ansible.ts';
import { AWS_FORMATS } from './aws.ts';
import { CI_FORMATS } from './ci.ts';
import { CONTAINER_FORMATS } from './containers.ts';
import { findScripts } from './find.ts';
import type { Findings, Format } from './format.ts';
import { genericScripts } from './generic.ts';

/** Every format whose scripts stand in known places. All that recognise a root are asked: a workflow may look like two of them. */
const FORMATS: readonly Format[] = [
  {
    name: 'OpenAPI description, JSON schema or rule of a linter',
    source: 'spec.openapis.org; json-schema.org; semgrep.dev/docs/writing-rules/rule-syntax',
    detect: (root) =>
      ['openapi', 'swagger', '$schema'].some(
        (key) =>
          has(root, key) &&
          (has(root, 'paths') || has(root, 'definitions') || has(root, 'components') || has(root, 'properties')),
      ) || isLinterRules(root),
    places: [],
    isProse: true,
  },
  ...NEIGHBOUR_FORMATS,
  ...CONTAINER_FORMATS,
  ...AWS_FORMATS,
  ...CI_FORMATS,
  ANSIBLE_FORMAT,
];

/** What runs in the YAML or JSON of one root, by place or by content. */
export function scriptsIn(root: Node, document: Document, context: Context): Findings {
  const formats = FORMATS.filter((format) => format.detect(root, document));
  if (formats.some((format) => format.isProse === true)) return { scripts: [], facts: [] };
  const used = new Set<Scalar>();
  const scripts: Script[] = [];
  const facts: Fact[] = [];
  for (const format of formats) {
    const found = findScripts(root, document, context, format, used);
    scripts.push(...found.scripts);
    facts.push(...found.facts);
  }
  return { scripts: [...scripts, ...genericScripts(root, used)], facts };
}

function has(root: Node, key: string): boolean {
  return root.kind === 'map' && root.entries.some((entry) => entry.key.kind === 'scalar' && entry.key.text === key);
}

/** Rules of Semgrep and the like hold patterns of code, not code. */
function isLinterRules(root: Node): boolean {
  if (root.kind !== 'map') return false;
  const rules = root.entries.find(({ key }) => key.kind === 'scalar' && key.text === 'rules')?.value;
  return (
    rules?.kind === 'sequence' &&
    rules.items.some(
      (rule) =>
        has(rule, 'id') &&
        (has(rule, 'pattern') ||
          has(rule, 'patterns') ||
          has(rule, 'pattern-regex') ||
          has(rule, 'pattern-either') ||
          has(rule, 'message')),
    )
  );
}
