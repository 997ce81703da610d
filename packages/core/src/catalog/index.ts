export * from './clients/index.ts';
export * from './launches/index.ts';
export * from './policies/index.ts';
