export * from './clouds.ts';
export * from './headers.ts';
export * from './hosts.ts';
export * from './target.ts';
