export * from './offset-map.ts';
export * from './mapped-text.ts';
export * from './document.ts';
