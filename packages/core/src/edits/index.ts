export * from './fix.ts';
