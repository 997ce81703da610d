import { NOTHING } from 'imdsv2-core';
import { hasMarker } from '../../discover/prefilter.ts';
import type { DocumentFrontEnd } from '../front-end.ts';
import { loadGrammar } from '../tree-sitter/grammar.ts';
import { analysePowerShell } from './analyse.ts';

/** PowerShell scripts, modules and commands: which requests they make, with which headers, and what they launch. */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['powershell'],
  load: async () => {
    const parser = await loadGrammar('tree-sitter-powershell');
    // Files were asked before they were read; of what stands inside others most has nothing to do with metadata.
    return (document) =>
      document.depth === 0 || hasMarker(Buffer.from(document.text)) ? analysePowerShell(document, parser) : NOTHING;
  },
};
