import type { Location } from '../../document/offset-map.ts';
import type { RequestHeader } from '../../facts/request.ts';
import type { Text } from '../../text/text.ts';
import { cutLiteral, NO_CHOICES } from '../values.ts';

/** Reads `Name: value`. Without a colon in sight the whole text is the name. `keepsEmpty`: an empty value is sent as such. */
export function headerOf(text: Text, location: Location): RequestHeader & { readonly hasColon: boolean } {
  const name: Text['pieces'][number][] = [];
  for (const [index, piece] of text.pieces.entries()) {
    const colon = piece.kind === 'literal' ? piece.value.indexOf(':') : -1;
    if (piece.kind === 'hole' || colon === -1) {
      name.push(piece);
      continue;
    }
    if (colon > 0) name.push(cutLiteral(piece, 0, colon));
    const rest = colon + 1 < piece.value.length ? [cutLiteral(piece, colon + 1, piece.value.length)] : [];
    const value = withoutLeadingBlanks([...rest, ...text.pieces.slice(index + 1)]);
    return {
      name: { pieces: name, choices: text.choices },
      value: { pieces: value, choices: text.choices },
      location,
      place: 'headers',
      hasColon: true,
    };
  }
  return {
    name: { pieces: name, choices: text.choices },
    value: { pieces: [], choices: NO_CHOICES },
    location,
    place: 'headers',
    hasColon: false,
  };
}

/** Blanks around a header's value do not count. */
function withoutLeadingBlanks(pieces: readonly Text['pieces'][number][]): readonly Text['pieces'][number][] {
  const [first, ...rest] = pieces;
  if (first?.kind !== 'literal') return pieces;
  const trimmed = first.value.trimStart();
  if (trimmed === first.value) return pieces;
  return trimmed === ''
    ? withoutLeadingBlanks(rest)
    : [cutLiteral(first, first.value.length - trimmed.length, first.value.length), ...rest];
}
