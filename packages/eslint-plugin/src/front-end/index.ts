/** JavaScript and TypeScript to facts: an ESTree in, values out. Knows no ESLint. */
export { collectFacts, factsOfProgram, type Effort } from './collect-facts.ts';
export { appliedAspects, namesAspect, type AppliedAspect } from './launches/aspects.ts';
export { hasMarker } from './markers.ts';
export { REPAIRED_RULES, repairsOf, tokenHelperOf, type Repair } from './repairs/repairs-of.ts';
export type { SharedToken } from './repairs/shared-token.ts';
export type { AspectKind, Aspects, FrontEndInput, ParsedFile, Resolution } from './input.ts';
