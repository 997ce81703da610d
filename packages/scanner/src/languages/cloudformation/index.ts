import { mergeAnalyses, type Analysis, type Document, type Fact } from 'imdsv2-core';
import { syntaxProblems } from '../embedded/problems.ts';
import type { Context, ProgramFrontEnd } from '../front-end.ts';
import { carriedScripts } from './carriers.ts';
import { defaultsOf } from './defaults.ts';
import { launchesOf } from './launches.ts';
import { policiesOf } from './policies.ts';
import type { Scope } from './scope.ts';
import { automationLaunches } from './ssm-automation.ts';
import { Stacks } from './stacks.ts';
import { suppressionsOf } from './suppressions.ts';
import { readStructured, templatesOf } from './template.ts';

/** CloudFormation templates, together: nested stacks, exports and names join them. */
export const frontEnd: ProgramFrontEnd = {
  scope: 'program',
  languages: ['cloudformation'],
  load: () => Promise.resolve(analyse),
};

export function analyse(files: readonly Document[], context: Context): Analysis {
  const read = files.flatMap(readStructured);
  const templates = read.flatMap(({ document, tree }) => templatesOf(document, tree));
  const stacks = new Stacks(templates, context);
  return mergeAnalyses([
    {
      facts: [],
      documents: [],
      problems: read.flatMap(({ document, tree }) => syntaxProblems(document, tree)),
      suppressions: templates.flatMap(suppressionsOf),
    },
    ...stacks.scopes.map((scope) => analyseStack(scope, stacks, context)),
  ]);
}

function analyseStack(scope: Scope, stacks: Stacks, context: Context): Analysis {
  const facts: Fact[] = [];
  const documents: Document[] = [];
  for (const resource of scope.resources.values()) {
    const found = launchesOf(resource, stacks);
    facts.push(
      ...found.launches,
      ...automationLaunches(resource, stacks),
      ...defaultsOf(resource, stacks),
      ...policiesOf(resource, stacks),
    );
    documents.push(
      ...found.documents,
      ...carriedScripts(
        resource,
        found.launches.map((launch) => launch.id),
        stacks,
        context,
      ),
    );
  }
  return { facts, documents, problems: [], suppressions: [] };
}
