import {
  MappedTextBuilder,
  NOTHING,
  sliceMapped,
  type Analysis,
  type Document,
  type MappedText,
  type ShellHost,
} from 'imdsv2-core';
import { joinLines } from '../embedded/command-line.ts';
import { documentsOf, type Script } from '../embedded/script.ts';
import { lineComments, suppressionsIn } from '../embedded/suppressions.ts';
import type { DocumentFrontEnd } from '../front-end.ts';
import { readCommand, shellFlags } from '../interpreters.ts';
import { expand, shellCalls, type MakeVariables } from './expansion.ts';
import { linesOf, type MakeLine } from './lines.ts';

/** Makefiles: recipes, `$(shell …)` and `!=` (gnu.org/software/make/manual). */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['makefile'],
  load: () => Promise.resolve(analyseMakefile),
};

export function analyseMakefile(document: Document): Analysis {
  const lines = linesOf(document);
  const variables = variablesOf(lines);
  const shell = shellOf(variables);
  const isOneShell = lines.some((line) => line.kind === 'rule' && /^\.ONESHELL\s*:/.test(line.text.text));
  const holes = [...document.holes];
  const scripts: Script[] = [];
  const statements: { start: number; end: number }[] = [];
  let target = '';
  let recipe: MappedText[] = [];
  const endRecipe = (): void => {
    if (recipe.length > 0) scripts.push({ ...shell, text: joinLines(recipe), role: `recipe of ${target}` });
    recipe = [];
  };
  for (const line of lines) {
    statements.push(line);
    for (const call of shellCalls(line.text)) {
      scripts.push({
        ...shell,
        text: expand(call, variables, holes, line.kind === 'recipe'),
        role:
          line.kind === 'recipe'
            ? `$(shell) in the recipe of ${target}`
            : `$(shell)${line.name === undefined ? '' : ` of ${line.name}`}`,
      });
    }
    if (line.kind === 'recipe') {
      const command = withoutPrefix(expand(line.text, variables, holes, true));
      if (isOneShell) recipe.push(command);
      else scripts.push({ ...shell, text: command, role: `recipe of ${target}` });
      continue;
    }
    endRecipe();
    if (line.kind === 'rule') target = line.name ?? '';
    if (line.kind === 'assignment' && line.operator === '!=' && line.value !== undefined)
      scripts.push({ ...shell, text: expand(line.value, variables, holes, false), role: `${line.name ?? ''} !=` });
  }
  endRecipe();
  return {
    ...NOTHING,
    documents: documentsOf({ ...document, holes }, scripts),
    suppressions: suppressionsIn(document, lineComments(document.text, /^#/), statements),
  };
}

/** Variables with one text for all the file; one that is set twice, or in a conditional, is not known. */
function variablesOf(lines: readonly MakeLine[]): MakeVariables {
  const variables = new Map<string, MappedText | undefined>();
  for (const line of lines) {
    if (line.kind !== 'assignment' || line.name === undefined || line.value === undefined || line.operator === '!=')
      continue;
    if (line.operator === '?=' && variables.has(line.name)) continue;
    const before = variables.get(line.name);
    if (line.operator === '+=') {
      if (before !== undefined)
        variables.set(
          line.name,
          new MappedTextBuilder().append(before).synthetic(' ', before, before.text.length).append(line.value).build(),
        );
      continue;
    }
    variables.set(line.name, variables.has(line.name) && before?.text !== line.value.text ? undefined : line.value);
  }
  return variables;
}

function shellOf(variables: MakeVariables): Pick<Script, 'language' | 'shell'> {
  const interpreter = readCommand(variables.get('SHELL')?.text ?? '/bin/sh');
  const flags = shellFlags((variables.get('.SHELLFLAGS')?.text ?? '-c').split(/\s+/));
  const shell: ShellHost = { interpreter: interpreter?.name ?? 'sh', ...flags };
  return { language: interpreter?.language ?? 'shell', shell };
}

/** `@`, `-` and `+` are for make, not for the shell. */
function withoutPrefix(command: MappedText): MappedText {
  const prefix = /^[\s@+-]*/.exec(command.text)?.[0].length ?? 0;
  return sliceMapped(command, prefix, command.text.length);
}
