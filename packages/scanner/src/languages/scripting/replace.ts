import type { Piece } from 'imdsv2-core';
import { toText, type Value } from './values.ts';

/** The pieces of a text with what matches a pattern in its literals replaced; places of the rest are kept. */
export function replaceIn(
  value: Value | undefined,
  pattern: RegExp,
  replacement: (match: RegExpMatchArray) => readonly Piece[],
): readonly Piece[] {
  if (value === undefined) return [];
  const pieces: Piece[] = [];
  for (const piece of toText(value).pieces) {
    if (piece.kind === 'hole') {
      pieces.push(piece);
      continue;
    }
    const part = (from: number, to: number): void => {
      if (to <= from) return;
      const text = piece.value.slice(from, to);
      pieces.push(
        piece.map === undefined
          ? { kind: 'literal', value: text }
          : { kind: 'literal', value: text, map: piece.map.slice(from, to) },
      );
    };
    let from = 0;
    for (const match of piece.value.matchAll(pattern)) {
      part(from, match.index);
      pieces.push(...replacement(match));
      from = match.index + match[0].length;
    }
    part(from, piece.value.length);
  }
  return pieces;
}
