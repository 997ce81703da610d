export * from './condition-keys.ts';
export * from './operators.ts';
