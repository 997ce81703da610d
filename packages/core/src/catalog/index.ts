export * from './clients.ts';
export * from './launches.ts';
