import type { DocumentFrontEnd } from '../front-end.ts';
import { loadGrammar } from '../tree-sitter/grammar.ts';
import { analysePython } from './analyse.ts';
import { ModuleConstants } from './own-modules.ts';

/** Python files and programs in strings: which requests they make, with which headers. */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['python'],
  load: async () => {
    const parser = await loadGrammar('tree-sitter-python');
    const modules = new ModuleConstants(parser);
    return (document, context) => analysePython(document, parser, modules, context);
  },
};
