export * from './analysis.ts';
export * from './dependency.ts';
export * from './evidence.ts';
export * from './launch.ts';
export * from './policy.ts';
export * from './request.ts';
export * from './setting.ts';
export * from './suppression.ts';
