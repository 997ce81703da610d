import { mergeAnalyses, type Analysis, type Document, type Problem } from 'imdsv2-core';
import type { Aspects } from 'eslint-plugin-imdsv2/front-end';
import type { ProgramFrontEnd } from '../front-end.ts';
import { isEmbedded, pathOfEmbedded, placedIn } from './embedded.ts';

/** JavaScript and TypeScript, through the front end of the ESLint plug-in. The files of a session are one program: constants, functions and aspects of one count in the others. */
export const frontEnd: ProgramFrontEnd = {
  scope: 'program',
  languages: ['javascript'],
  load: async () => {
    const { appliedAspects, factsOfProgram, hasMarker, namesAspect } = await import('eslint-plugin-imdsv2/front-end');
    const { Parser } = await import('./parse.ts');
    const { Imports } = await import('./imports.ts');
    return (documents, context) => {
      const parser = new Parser();
      const imports = new Imports(context, parser, documents);
      const factsOf = factsOfProgram({ resolveImport: (specifier, from) => imports.resolve(specifier, from) });
      const applied = documents
        .filter(({ text }) => namesAspect(text))
        .flatMap((applier) => {
          const { file } = parser.parse(applier.path, applier.text);
          const resolveImport = (specifier: string, from: string) => imports.resolve(specifier, from);
          return (file === undefined ? [] : appliedAspects({ ...file, resolveImport })).map((one) => ({
            ...one,
            applier: applier.path,
          }));
        });
      /** The aspects that cover a file: those of its app, and those of a construct that it is made for. */
      const aspectsOf = ({ path }: Document): Aspects => {
        const uses = applied
          .filter(({ applier }) => applier !== path)
          .map(({ kind, scope, applier }) => ({
            kind,
            use:
              scope === 'unknown'
                ? imports.useOf(path, applier, applier) === 'none'
                  ? 'none'
                  : 'part'
                : imports.useOf(path, scope === 'app' ? applier : scope.path, applier),
          }));
        const covered = uses.filter(({ use }) => use === 'all').map(({ kind }) => kind);
        return {
          covered,
          maybeCovered: uses.filter(({ use }) => use === 'part').map(({ kind }) => kind),
          mayBeElsewhere: context.singleFile,
        };
      };
      return mergeAnalyses(
        documents.map((document): Analysis => {
          if (!hasMarker(document.text) && !imports.reachMarker(document, hasMarker))
            return { facts: [], documents: [], problems: [], suppressions: [] };
          const path = isEmbedded(document) ? pathOfEmbedded(document) : document.path;
          const { file, problem } = parser.parse(path, document.text);
          const problems: Problem[] =
            problem === undefined
              ? []
              : [
                  {
                    location: document.map.range(problem.at, problem.at),
                    reason: problem.reason,
                    extent: problem.extent,
                  },
                ];
          if (file === undefined) return { facts: [], documents: [], problems, suppressions: [] };
          const analysis = factsOf({
            ...file,
            isNeeded: true,
            document,
            aspects: aspectsOf(document),
            importers: () => imports.importersOf(document.path),
          });
          const placed = path === document.path ? analysis : placedIn(document, path, analysis);
          return { ...placed, problems: [...problems, ...placed.problems] };
        }),
      );
    };
  },
};
