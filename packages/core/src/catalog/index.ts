export * from './clients/index.ts';
export * from './dependencies/index.ts';
export * from './launches/index.ts';
export * from './policies/index.ts';
