import { analyseShell } from 'imdsv2-core/shell';
import type { DocumentFrontEnd } from '../front-end.ts';

/** Shell scripts: the core's own analysis. */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['shell'],
  load: () => Promise.resolve((document, context) => analyseShell(document, { readFile: context.readFile })),
};
