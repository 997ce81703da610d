/** What the instance metadata service is, the facts that an analyser collects, and the rules that judge them. Pure: text in, values out. */
export * from './catalog/index.ts';
export * from './document/index.ts';
export * from './edits/index.ts';
export * from './facts/index.ts';
export * from './imds/index.ts';
export * from './policies/index.ts';
export * from './program/index.ts';
export * from './rules/index.ts';
export * from './text/index.ts';
export * from './verdicts/index.ts';
