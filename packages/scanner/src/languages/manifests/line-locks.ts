import type { ManifestReader } from './named-package.ts';

/** `go.mod`: `require` lines, alone or in a block; what `replace` or `exclude` name is not required. */
export const readGoMod: ManifestReader = (text) => {
  // Blanked, so that offsets stay.
  const required = text
    .replaceAll(/\/\/[^\n]*/g, blank)
    .replaceAll(/^[ \t]*(?:replace|exclude|retract)\b[ \t]*(?:\([^)]*\)|[^\n]*)/gm, blank);
  return [...required.matchAll(/^[ \t]*(?:require[ \t]+)?([\w.-]+\.[a-z]+\/[^\s]+)[ \t]+v(\d[^\s]*)/gm)].map(
    ({ 0: whole, 1: name = '', 2: version = '', index }) => {
      const start = index + whole.indexOf(name);
      return { ecosystem: 'go', name, version, start, end: index + whole.length };
    },
  );
};

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

/** `Gemfile.lock`: four blanks, the name, the version in brackets. What a gem depends on has six blanks. */
export const readGemfileLock: ManifestReader = (text) =>
  [...text.matchAll(/^ {4}([\w.-]+) \((\d[^)]*)\)[ \t]*\r?$/gm)].map(
    ({ 0: whole, 1: name = '', 2: version = '', index }) => ({
      ecosystem: 'rubygems',
      name,
      version,
      start: index + 4,
      end: index + whole.trimEnd().length,
    }),
  );
