import { mergeAnalyses, type Analysis, type Document, type Problem } from 'imdsv2-core';
import type { Aspects } from 'eslint-plugin-imdsv2/front-end';
import type { ProgramFrontEnd } from '../front-end.ts';
import { isEmbedded, pathOfEmbedded, placedIn } from './embedded.ts';

/** JavaScript and TypeScript, through the front end of the ESLint plug-in. The files of a session are one program: constants, functions and aspects of one count in the others. */
export const frontEnd: ProgramFrontEnd = {
  scope: 'program',
  languages: ['javascript'],
  load: async () => {
    const { factsOfProgram, hasMarker, knownAspects, namesAspect } = await import('eslint-plugin-imdsv2/front-end');
    const { Parser } = await import('./parse.ts');
    const { Imports } = await import('./imports.ts');
    return (documents, context) => {
      const parser = new Parser();
      const imports = new Imports(context, parser, documents);
      const factsOf = factsOfProgram({ resolveImport: (specifier, from) => imports.resolve(specifier, from) });
      const appliers = documents.filter(({ text }) => namesAspect(text));
      /** The aspects of the apps that a file is part of: an app is what one file and its importers lead to. */
      const aspectsOf = ({ path }: Document): Aspects =>
        knownAspects(
          appliers.filter((applier) => applier.path !== path && imports.appOf(applier.path).has(path)),
          !context.singleFile,
        );
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
          const analysis = factsOf({ ...file, isNeeded: true, document, aspects: aspectsOf(document) });
          const placed = path === document.path ? analysis : placedIn(document, path, analysis);
          return { ...placed, problems: [...problems, ...placed.problems] };
        }),
      );
    };
  },
};
