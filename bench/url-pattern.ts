import type { Text } from '../packages/core/src/text/text.ts';

/** Stands for a hole while a URL is parsed: no part of a URL gives it a meaning. */
const HOLE = 'h0le-';

/** What the path of a request to this URL can be, as a server sees it. A hole may be anything. */
export function pathPattern(url: Text): RegExp {
  const flat = flatten(url);
  if (flat.startsWith(HOLE)) return new RegExp(`${patternOf(flat.slice(HOLE.length))}$`);
  const withScheme = /^[a-z]+:\/\//i.test(flat) ? flat : `http://${flat}`;
  if (!URL.canParse(withScheme)) return /.*/;
  return new RegExp(`^${patternOf(new URL(withScheme).pathname)}$`);
}

/** What the URL can be as written. */
export function urlPattern(url: Text): RegExp {
  return new RegExp(`^${patternOf(flatten(url))}$`, 's');
}

function flatten(url: Text): string {
  return url.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : HOLE)).join('');
}

function patternOf(flat: string): string {
  return flat
    .split(HOLE)
    .map((part) => part.replace(/[^\w]/gu, '\\$&'))
    .join('.*');
}
