import { NOTHING } from 'imdsv2-core';
import { mayMatter } from '../embedded/relevance.ts';
import type { DocumentFrontEnd } from '../front-end.ts';
import { loadGrammar } from '../tree-sitter/grammar.ts';
import { analysePowerShell } from './analyse.ts';

/** PowerShell scripts, modules and commands: which requests they make, with which headers, and what they launch. */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['powershell'],
  load: async () => {
    const parser = await loadGrammar('tree-sitter-powershell');
    return (document) => (mayMatter(document) ? analysePowerShell(document, parser) : NOTHING);
  },
};
