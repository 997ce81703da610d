export * from './offset-map.ts';
export * from './inner-range.ts';
export * from './mapped-text.ts';
export * from './document.ts';
