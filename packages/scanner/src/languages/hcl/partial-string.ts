import { holeCharacter, MappedTextBuilder, OffsetMap, type MappedText } from 'imdsv2-core';
import type { StringPiece, StringValue, UnknownValue } from './value.ts';

/** A string in which every unknown part stands as one placeholder character (`holeCharacter`), so that it can be searched and cut. */
export interface PartialString {
  readonly mapped: MappedText;
  readonly holes: readonly UnknownValue[];
}

/** `holes` already in use (by strings that will be joined with this one) keep their numbers. */
export function toPartial(value: StringValue, holes: readonly UnknownValue[] = []): PartialString {
  const builder = new MappedTextBuilder();
  const all = [...holes];
  let last = value.at;
  for (const piece of value.pieces) {
    if (piece.kind === 'hole') {
      const place = piece.value.at ?? last;
      builder.append({
        text: holeCharacter(all.length),
        map: pointMap(place?.path ?? '', place?.start ?? 0, 2, (place?.end ?? 0) - (place?.start ?? 0)),
      });
      all.push(piece.value);
    } else if (piece.map !== undefined) {
      builder.append({ text: piece.value, map: piece.map });
      last = piece.map.range(0, piece.value.length);
    } else {
      builder.append({ text: piece.value, map: pointMap(last?.path ?? '', last?.start ?? 0, piece.value.length, 0) });
    }
  }
  return { mapped: builder.build(), holes: all };
}

function pointMap(path: string, outer: number, length: number, outerLength: number): OffsetMap {
  // A run of equal length would read as copied.
  return new OffsetMap([{ inner: 0, length, path, outer, outerLength: outerLength === length ? 0 : outerLength }]);
}

/** The string that a partial one stands for. */
export function fromPartial({ mapped, holes }: PartialString, at: StringValue['at']): StringValue {
  const pieces: StringPiece[] = [];
  let from = 0;
  const literal = (until: number): void => {
    if (until > from)
      pieces.push({ kind: 'literal', value: mapped.text.slice(from, until), map: mapped.map.slice(from, until) });
  };
  for (const match of mapped.text.matchAll(/[\u{F0000}-\u{FFFFD}]/gu)) {
    const hole = holes[(match[0].codePointAt(0) ?? 0) - 0xf0000];
    if (hole === undefined) continue;
    literal(match.index);
    pieces.push({ kind: 'hole', value: hole });
    from = match.index + match[0].length;
  }
  literal(mapped.text.length);
  return { kind: 'string', pieces, ...(at === undefined ? {} : { at }) };
}

/** The string with its text changed by `change`, which copies what it keeps. */
export function rewrite(
  value: StringValue,
  change: (mapped: MappedText, builder: MappedTextBuilder) => void,
): StringValue {
  const partial = toPartial(value);
  const builder = new MappedTextBuilder();
  change(partial.mapped, builder);
  return {
    ...fromPartial({ mapped: builder.build(), holes: partial.holes }, value.at),
    ...(value.trail === undefined ? {} : { trail: value.trail }),
  };
}
