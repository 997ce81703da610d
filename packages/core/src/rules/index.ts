export { RULES } from './registry.ts';
export * from './rule.ts';
