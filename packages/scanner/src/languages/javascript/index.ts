import { mergeAnalyses, type Analysis, type Problem } from 'imdsv2-core';
import type { ProgramFrontEnd } from '../front-end.ts';

/** JavaScript and TypeScript, through the front end of the ESLint plug-in. The files of a session are one program: constants, functions and aspects of one count in the others. */
export const frontEnd: ProgramFrontEnd = {
  scope: 'program',
  languages: ['javascript'],
  load: async () => {
    const { collectFacts, hasMarker, knownAspects } = await import('eslint-plugin-imdsv2/front-end');
    const { Parser } = await import('./parse.ts');
    const { Imports } = await import('./imports.ts');
    return (documents, context) => {
      const parser = new Parser();
      const imports = new Imports(context, parser, documents);
      const aspects = knownAspects(
        documents.filter(({ text }) => /RequireImdsv2Aspect/.test(text)).flatMap((document) => {
          const parsed = parser.parse(document.path, document.text);
          return parsed.file === undefined ? [] : [parsed.file];
        }),
        !context.singleFile,
      );
      return mergeAnalyses(
        documents.map((document): Analysis => {
          if (!hasMarker(document.text) && !imports.reachMarker(document, hasMarker)) return { facts: [], documents: [], problems: [], suppressions: [] };
          const { file, problem } = parser.parse(document.path, document.text);
          const problems: Problem[] = problem === undefined ? [] : [{ location: document.map.range(problem.at, problem.at), reason: problem.reason, extent: problem.extent }];
          if (file === undefined) return { facts: [], documents: [], problems, suppressions: [] };
          const analysis = collectFacts({ ...file, isNeeded: true, document, resolveImport: (specifier, from) => imports.resolve(specifier, from), aspects });
          return { ...analysis, problems: [...problems, ...analysis.problems] };
        }),
      );
    };
  },
};

