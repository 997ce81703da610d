export * from './merge-requests.ts';
export * from './program.ts';
