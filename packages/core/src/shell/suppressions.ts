import { forEachChild, type ParsedScript, type SyntaxNode } from 'unbash';
import type { Suppression } from '../facts/analysis.ts';
import { parseSuppression } from '../facts/suppression.ts';
import type { Source } from './source.ts';

interface Range {
  readonly pos: number;
  readonly end: number;
}

/**
 * The wishes to keep quiet in a script's comments. The parser keeps no comments: a `#` that begins a word and lies in no node begins one. A wish
 * covers the statement that starts next, with its here-documents.
 */
export function suppressionsOf(script: ParsedScript, source: Source): readonly Suppression[] {
  if (!source.text.includes('imdsv2-ignore')) return [];
  const words: Range[] = [];
  const statements: Range[] = [];
  collect(script, words, statements, 0);
  statements.sort((a, b) => a.pos - b.pos || b.end - a.end);
  const found: Suppression[] = [];
  for (const match of source.text.matchAll(/(?<=^|[\s;&|()])#.*imdsv2-ignore.*$/gm)) {
    const pos = match.index;
    const end = pos + match[0].length;
    if (words.some((word) => word.pos <= pos && pos < word.end)) continue;
    const comment = parseSuppression(match[0]);
    if (comment === undefined) continue;
    const next = statements.find((statement) => statement.pos >= end);
    const covers = next ?? { pos: end, end };
    found.push({
      location: source.map.range(pos, end),
      rules: comment.rules,
      reason: comment.reason,
      covers: source.map.range(covers.pos, covers.end),
      ...(comment.error === undefined ? {} : { error: comment.error }),
    });
  }
  return found;
}

function collect(node: SyntaxNode, words: Range[], statements: Range[], depth: number): number {
  if (depth > 400) return node.end;
  let { end } = node;
  if (node.type === 'HereDoc') {
    words.push(node.body);
    end = Math.max(end, node.body.end);
  }
  if (node.type === 'Word') {
    words.push(node);
    // Comments inside substitutions belong to the command around them.
    return end;
  }
  forEachChild(node, (child) => {
    end = Math.max(end, collect(child, words, statements, depth + 1));
  });
  if (node.type === 'Statement') statements.push({ pos: node.pos, end });
  return end;
}
