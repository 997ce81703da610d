import { parseSuppression, type Location, type Suppression } from 'imdsv2-core';
import type { Body, HclFile } from '../hcl/syntax.ts';

/** Comments that ask for silence, each with the block or argument that begins on the next line (or on its own). */
export function suppressionsOf(file: HclFile): readonly Suppression[] {
  return file.comments.flatMap((comment): Suppression[] => {
    const read = parseSuppression(comment.text);
    if (read === undefined) return [];
    const lineStart = file.text.lastIndexOf('\n', comment.at.start - 1) + 1;
    const alone = file.text.slice(lineStart, comment.at.start).trim() === '';
    const start = alone ? nextLine(file.text, comment.at.end) : lineStart;
    const newline = file.text.indexOf('\n', start);
    const line: Location = { path: file.path, start, end: newline === -1 ? file.text.length : newline };
    return [
      {
        location: comment.at,
        rules: read.rules,
        reason: read.reason,
        covers: statementAt(file.body, line) ?? line,
        ...(read.error === undefined ? {} : { error: read.error }),
      },
    ];
  });
}

/** The first line after the comment that is neither blank nor a comment itself. */
function nextLine(text: string, from: number): number {
  let start = text.indexOf('\n', from) + 1;
  while (start > 0 && start < text.length) {
    const newline = text.indexOf('\n', start);
    const line = text.slice(start, newline === -1 ? text.length : newline).trim();
    if (line !== '' && !line.startsWith('#') && !line.startsWith('//')) return start;
    if (newline === -1) break;
    start = newline + 1;
  }
  return start <= 0 ? text.length : start;
}

/** The outermost block or argument that begins on a line. */
function statementAt(body: Body, line: Location): Location | undefined {
  const begins = (at: Location): boolean => at.path === line.path && at.start >= line.start && at.start <= line.end;
  for (const attribute of body.attributes.values()) if (begins(attribute.at)) return attribute.at;
  for (const block of body.blocks) {
    if (begins(block.at)) return block.at;
    if (block.at.start < line.start && line.start < block.at.end) return statementAt(block.body, line);
  }
  for (const attribute of body.attributes.values())
    if (attribute.at.start < line.start && line.start < attribute.at.end && attribute.value.kind === 'object') {
      const entry = attribute.value.entries.find((one) => begins(one.keyAt));
      if (entry !== undefined) return { ...entry.keyAt, end: entry.value.at.end };
    }
  return undefined;
}
