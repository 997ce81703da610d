/**
 * Who may import whom: core ← eslint-plugin ← scanner, and within them the walls that keep a subject in its room.
 * Read by the rule beside this file. A target is a path from the root of the repository for a relative import, and
 * the specifier as written for everything else.
 *
 * @typedef {object} Layer
 * @property {RegExp} files the importing file, from the root of the repository
 * @property {RegExp} [only] what these files may import; everything else is reported
 * @property {RegExp} [never] what these files may not import
 * @property {string} why told to whoever crosses the wall
 */

/** Syntax trees come from these; a report is made of values. */
const parsers =
  /^(unbash|yaml|web-tree-sitter|oxc-parser|jsonc-parser|dockerfile-ast|ts-morph|typescript|@typescript-eslint\/.*|imdsv2-core\/shell|eslint-plugin-imdsv2.*)$/;

/** @type {Layer[]} */
export const layers = [
  {
    files: /^packages\/core\/src\/(?!shell\/)/,
    only: /^packages\/core\/src\//,
    why: 'The core is text in, values out, and runs in a browser: it imports nothing but itself.',
  },
  {
    files: /^packages\/core\/src\/shell\//,
    only: /^(packages\/core\/src\/|unbash$)/,
    why: 'The shell front end is part of the core: beside the core itself it imports unbash alone.',
  },
  {
    files: /^packages\/core\/src\/rules\//,
    never: /^packages\/core\/src\/(shell\/|catalog\/[^/]+\/(?!index\.ts$))/,
    why: 'A rule knows no language: it asks the facts, the program and the catalogue as a whole.',
  },
  {
    files: /^packages\/eslint-plugin\/src\//,
    never: /^(packages\/(?!eslint-plugin\/)|imdsv2-scanner|oxc-parser$|ts-morph$|typescript$)/,
    why: 'The plug-in stands on the core alone, which it imports by its name.',
  },
  {
    files: /^packages\/(eslint-plugin|scanner)\/src\//,
    never: /^@typescript-eslint\/utils$/,
    why: 'The root of this package brings 340 kB and requires eslint when it loads: import a sub-path.',
  },
  {
    files: /^packages\/eslint-plugin\/src\/front-end\//,
    never:
      /^(eslint($|\/)|@eslint\/|@typescript-eslint\/utils\/(eslint-utils|ts-eslint|json-schema)|packages\/eslint-plugin\/src\/(rules|configs)\/|packages\/eslint-plugin\/src\/[^/]+$)/,
    why: 'The front end is ESTree in, facts out, and serves the scanner where there is no ESLint.',
  },
  {
    files: /^packages\/scanner\/src\//,
    never: /^(packages\/(?!scanner\/)|eslint-plugin-imdsv2$|eslint($|\/))/,
    why: 'The scanner imports the core and the front end of the plug-in by their names, and no ESLint.',
  },
  {
    files: /^packages\/scanner\/src\/report\//,
    never: new RegExp(`${parsers.source}|^packages/scanner/src/languages/`),
    why: 'A report is rendered from one plain value: it knows no parser and no language.',
  },
];
