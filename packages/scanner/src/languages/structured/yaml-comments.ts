import type { Comment, Scalar } from './node.ts';

/** The comments of a YAML text: a `#` at the start of a line or behind a blank that stands in no scalar. `scalars` are all of the text's, in order. */
export function commentsBetween(text: string, scalars: readonly Scalar[]): readonly Comment[] {
  const comments: Comment[] = [];
  const ranges = scalars
    .map((scalar) => ({ start: contentStart(text, scalar), end: scalar.end }))
    .sort((a, b) => a.start - b.start);
  let next = 0;
  for (const match of text.matchAll(/(?:^|[ \t])(#[^\r\n]*)/gm)) {
    const body = match[1] ?? '';
    const start = match.index + match[0].length - body.length;
    while (next < ranges.length && (ranges[next]?.end ?? 0) <= start) next++;
    const range = ranges[next];
    if (range !== undefined && range.start <= start) continue;
    comments.push({ start, end: start + body.length, text: body });
  }
  return comments;
}

/** Where a scalar's characters begin: a comment may stand behind the header of a block scalar. */
function contentStart(text: string, scalar: Scalar): number {
  if (scalar.style !== 'literal' && scalar.style !== 'folded') return scalar.start;
  const newline = text.indexOf('\n', scalar.start);
  return newline === -1 ? scalar.end : newline + 1;
}
