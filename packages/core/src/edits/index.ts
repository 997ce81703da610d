export * from './apply.ts';
export * from './compose.ts';
export * from './fix.ts';
export * from './plan.ts';
