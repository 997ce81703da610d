import { hasHole, splitHoles, type Document, type MappedText, type Piece } from 'imdsv2-core';
import { joinTexts, limit, NO_CHOICES, type Values } from './values.ts';

/** A known text as a value; placeholders of the host language in it become holes, or the values that the host knows for them. */
export function literalValues(mapped: MappedText, document: Document): Values {
  if (mapped.text === '') return [{ kind: 'text', pieces: [], choices: NO_CHOICES }];
  if (!hasHole(mapped.text))
    return [{ kind: 'text', pieces: [{ kind: 'literal', value: mapped.text, map: mapped.map }], choices: NO_CHOICES }];
  const parts: Values[] = [];
  let offset = 0;
  for (const part of splitHoles(mapped.text, document)) {
    if (typeof part === 'string') {
      const piece: Piece = { kind: 'literal', value: part, map: mapped.map.slice(offset, offset + part.length) };
      parts.push([{ kind: 'text', pieces: [piece], choices: NO_CHOICES }]);
      offset += part.length;
    } else {
      offset += 2;
      parts.push(
        part.values.length === 0
          ? [{ kind: 'text', pieces: [part.hole], choices: NO_CHOICES }]
          : limit(part.values.map((text) => ({ kind: 'text' as const, pieces: text.pieces, choices: text.choices }))),
      );
    }
  }
  return joinTexts(parts);
}
