export * from './launch.ts';
export * from './readiness.ts';
export * from './request.ts';
export * from './policy/judge.ts';
