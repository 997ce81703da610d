/** What the specifier of a module may leave out. */
const ENDINGS = [
  '',
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '/index.ts',
  '/index.tsx',
  '/index.js',
  '/index.mjs',
  '/index.cjs',
] as const;

/** The files that a specifier may mean, the likeliest first. `base`: the specifier's path as files have it. A `.js` may mean a `.ts`. */
export function moduleFiles(base: string): readonly string[] {
  const bare = base.replace(/\.[cm]?jsx?$/, '');
  const bases = bare === base ? [base] : [base, bare];
  return bases.flatMap((one) => ENDINGS.map((ending) => one + ending));
}
