import { parseSuppression, type Document, type Suppression } from 'imdsv2-core';
import type { SyntaxNode } from './syntax.ts';

/** Wishes in comments. A comment that has its line to itself speaks for the next line that is none; one at the end of a line, for that line. */
export function commentSuppressions(document: Document, comments: readonly SyntaxNode[]): readonly Suppression[] {
  return comments.flatMap((comment): Suppression[] => {
    const parsed = parseSuppression(document.text.slice(comment.start, comment.end).replace(/#>\s*$/, ''));
    if (parsed === undefined) return [];
    const [start, end] = coveredLine(document.text, comment);
    return [
      {
        location: document.map.range(comment.start, comment.end),
        rules: parsed.rules,
        reason: parsed.reason,
        covers: document.map.range(start, end),
        ...(parsed.error === undefined ? {} : { error: parsed.error }),
      },
    ];
  });
}

function coveredLine(text: string, comment: SyntaxNode): readonly [number, number] {
  const lineStart = text.lastIndexOf('\n', comment.start - 1) + 1;
  if (text.slice(lineStart, comment.start).trim() !== '') return [lineStart, comment.start];
  let start = endOfLine(text, comment.end) + 1;
  while (start < text.length && /^\s*(?:#.*)?$/.test(text.slice(start, endOfLine(text, start))))
    start = endOfLine(text, start) + 1;
  return [Math.min(start, text.length), endOfLine(text, start)];
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
