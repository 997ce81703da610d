import type { Analysis, Document } from 'imdsv2-core';
import { posix } from 'node:path';
import type { Context, ProgramFrontEnd } from '../front-end.ts';
import { parseHcl } from '../hcl/parse.ts';
import { parseJsonHcl } from '../hcl/json.ts';
import type { HclFile } from '../hcl/syntax.ts';
import { suppressionsOf } from '../terraform/suppressions.ts';
import { loadGrammar, type GrammarParser } from '../tree-sitter/grammar.ts';
import { readBuild } from './build.ts';
import { readLegacyTemplate } from './legacy-template.ts';
import { PackerScope } from './scope.ts';

/** Packer: directories of `.pkr.hcl` files as one configuration, older JSON templates each by itself. */
export const frontEnd: ProgramFrontEnd = {
  scope: 'program',
  languages: ['packer'],
  load: async () => {
    const parser = await loadGrammar('tree-sitter-terraform');
    return (documents, context) => analyse(documents, context, parser);
  },
};

function analyse(documents: readonly Document[], context: Context, parser: GrammarParser): Analysis {
  const analysis: {
    facts: Analysis['facts'][number][];
    documents: Document[];
    problems: Analysis['problems'][number][];
    suppressions: Analysis['suppressions'][number][];
  } = { facts: [], documents: [], problems: [], suppressions: [] };
  const texts = new Map(documents.map((document) => [posix.normalize(document.path), document.text]));
  const read = (path: string): string | undefined => texts.get(path) ?? context.readFile(path);
  const add = (found: Pick<Analysis, 'facts' | 'documents'>): void => {
    analysis.facts.push(...found.facts);
    analysis.documents.push(...found.documents);
  };
  for (const [path, text] of texts) if (isLegacy(path)) add(readLegacyTemplate(path, text, read));
  const directories = new Set([...texts.keys()].filter((path) => !isLegacy(path)).map((path) => posix.dirname(path)));
  for (const directory of directories) {
    const names = new Set([
      ...context.listDirectory(directory),
      ...[...texts.keys()].filter((path) => posix.dirname(path) === directory).map((path) => posix.basename(path)),
    ]);
    const files = [...names].sort().flatMap((name): HclFile[] => {
      if (!/\.pkr\.(?:hcl|json)$|\.auto\.pkrvars\.(?:hcl|json)$/.test(name) && !texts.has(posix.join(directory, name)))
        return [];
      if (name.includes('.pkrvars.') && !name.includes('.auto.pkrvars.')) return [];
      const path = posix.join(directory, name);
      const text = read(path);
      if (text === undefined || isLegacy(path)) return [];
      return [path.endsWith('.json') ? parseJsonHcl(parser, path, text) : parseHcl(parser, path, text)];
    });
    for (const file of files) {
      const [error] = file.errors;
      if (error !== undefined)
        analysis.problems.push({
          location: error,
          reason: 'There is a syntax error; the rest of the file was read.',
          extent: 'part',
        });
      if (texts.has(file.path)) analysis.suppressions.push(...suppressionsOf(file));
    }
    add(readBuild(files, new PackerScope(files, directory, parser, read, (path) => context.listDirectory(path))));
  }
  return analysis;
}

/** A template in the JSON of Packer 1.6 and before. */
function isLegacy(path: string): boolean {
  return path.endsWith('.json') && !/\.pkr(?:vars)?\.json$/.test(path);
}
