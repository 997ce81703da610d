import { mergeAnalyses, type Analysis, type Document, type Fact } from 'imdsv2-core';
import type { Context, ProgramFrontEnd } from '../front-end.ts';
import { textOf, get } from '../structured/index.ts';
import { launchesOf } from './launches.ts';
import { rootScope, type Scope } from './scope.ts';
import { readStructured, templatesOf } from './template.ts';

/** CloudFormation templates, together: nested stacks and exports join them. */
export const frontEnd: ProgramFrontEnd = {
  scope: 'program',
  languages: ['cloudformation'],
  load: () => Promise.resolve(analyse),
};

export function analyse(documents: readonly Document[], _context: Context): Analysis {
  return mergeAnalyses(documents.map((document) => analyseDocument(document)));
}

function analyseDocument(file: Document): Analysis {
  return mergeAnalyses(
    readStructured(file).map(({ document, tree }) => {
      const problems = tree.problems.map(({ start, end, reason }) => ({ location: document.map.range(start, end), reason, extent: 'part' as const }));
      const analyses = templatesOf(document, tree).map((template) => analyseScope(rootScope(template)));
      return mergeAnalyses([{ facts: [], documents: [], problems, suppressions: [] }, ...analyses]);
    }),
  );
}

function analyseScope(scope: Scope): Analysis {
  const facts: Fact[] = [];
  const documents: Document[] = [];
  for (const entry of scope.template.resources.entries) {
    if (entry.key.kind !== 'scalar') continue;
    const type = textOf(get(entry.value, 'Type'));
    if (type === undefined) continue;
    const found = launchesOf({ id: entry.key.text, type, entry, scope }, {});
    facts.push(...found.launches);
    documents.push(...found.documents);
  }
  return { facts, documents, problems: [], suppressions: [] };
}
