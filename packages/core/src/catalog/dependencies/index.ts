export * from './sdks.ts';
