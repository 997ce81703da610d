import { parseSuppression, type Document, type Suppression } from 'imdsv2-core';
import type { Node, Tree } from '../structured/node.ts';

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The suppressions among the comments of a text, each for the statement that starts on the next line which is neither blank nor a comment.
 * All offsets are those of `document.text`.
 */
export function suppressionsIn(
  document: Document,
  comments: readonly Span[],
  statements: readonly Span[],
): readonly Suppression[] {
  return comments.flatMap((comment): Suppression[] => {
    const read = parseSuppression(document.text.slice(comment.start, comment.end));
    if (read === undefined) return [];
    const covers = coveredBy(document.text, comment, comments, statements);
    return [
      {
        location: document.map.range(comment.start, comment.end),
        covers: document.map.range(covers.start, covers.end),
        ...read,
      },
    ];
  });
}

function coveredBy(text: string, comment: Span, comments: readonly Span[], statements: readonly Span[]): Span {
  let line = lineAfter(text, comment.end);
  while (
    line.start < text.length &&
    (text.slice(line.start, line.end).trim() === '' ||
      comments.some((other) => isOnLine(other, line) && text.slice(line.start, other.start).trim() === ''))
  ) {
    line = lineAfter(text, line.start);
  }
  let covered: Span = line;
  for (const statement of statements) {
    if (isOnLine(statement, line) && statement.end > covered.end) covered = { start: line.start, end: statement.end };
  }
  return covered;
}

function isOnLine(span: Span, line: Span): boolean {
  return span.start >= line.start && span.start < line.end;
}

function lineAfter(text: string, offset: number): Span {
  const newline = text.indexOf('\n', offset);
  const start = newline === -1 ? text.length : newline + 1;
  const end = text.indexOf('\n', start);
  return { start, end: end === -1 ? text.length : end };
}

/** Comments that take a whole line, by the signs that begin them. */
export function lineComments(text: string, sign: RegExp): readonly Span[] {
  const comments: Span[] = [];
  if (!text.includes('imdsv2-ignore')) return comments;
  for (const match of text.matchAll(/^[ \t]*([^\s][^\n]*)$/gm)) {
    const start = match.index + match[0].length - (match[1]?.length ?? 0);
    if (sign.test(match[1] ?? '')) comments.push({ start, end: match.index + match[0].length });
  }
  return comments;
}

/** The suppressions of a YAML or JSON tree: a statement is an entry or an item. */
export function treeSuppressions(document: Document, tree: Tree): readonly Suppression[] {
  if (!document.text.includes('imdsv2-ignore')) return [];
  const statements: Span[] = [];
  const visit = (node: Node): void => {
    if (node.kind === 'sequence') {
      for (const item of node.items) {
        statements.push(item);
        visit(item);
      }
    }
    if (node.kind === 'map') {
      for (const { key, value } of node.entries) {
        statements.push({ start: key.start, end: Math.max(key.end, value.end) });
        visit(value);
      }
    }
  };
  for (const root of tree.roots) visit(root);
  return suppressionsIn(document, tree.comments, statements);
}
