import { holeCharacter, type Document, type DocumentHole } from '../document/document.ts';
import { MappedTextBuilder, type MappedText } from '../document/mapped-text.ts';
import { OffsetMap, type Location } from '../document/offset-map.ts';
import { type Text } from '../text/text.ts';

/** A text that is parsed as shell: a document, or a string that a script hands to `eval`. Nodes hold offsets in `text`. */
export interface Source extends MappedText {
  readonly holes: readonly DocumentHole[];
  /** The command that runs this string, when it is one: what it makes that stands elsewhere is shown there. */
  readonly runBy?: Location;
}

export function documentSource(document: Document): Source {
  return { text: document.text, map: document.map, holes: document.holes };
}

/** A value as a text of its own: known characters keep their places, holes become placeholders. */
export function sourceOfText(text: Text, at: Location | undefined, host: Source, runBy?: Location): Source {
  const { mapped, holes } = mapText(text, at, host);
  return { ...mapped, holes, ...(runBy === undefined ? {} : { runBy }) };
}

export interface MappedWithHoles {
  readonly mapped: MappedText;
  readonly holes: readonly DocumentHole[];
}

/** The characters of a value with their places; those that stand nowhere are placed at `at`. */
export function mapText(text: Text, at: Location | undefined, host: Source): MappedWithHoles {
  const builder = new MappedTextBuilder();
  const holes: DocumentHole[] = [];
  const place = at ?? host.map.range(0, 0);
  for (const piece of text.pieces) {
    if (piece.kind === 'literal') {
      if (piece.map === undefined) builder.append(oneRun(place, piece.value));
      else builder.append({ text: piece.value, map: piece.map });
    } else {
      const character = holeCharacter(holes.length);
      holes.push({ hole: piece, values: [] });
      const location = piece.location ?? place;
      builder.append(oneRun(location, character));
    }
  }
  return { mapped: builder.build(), holes };
}

/** A text that stands for one place as a whole. */
function oneRun(place: Location, text: string): MappedText {
  return {
    text,
    map: new OffsetMap([
      { inner: 0, length: text.length, path: place.path, outer: place.start, outerLength: place.end - place.start },
    ]),
  };
}

/**
 * Where the characters of `decoded` come from in `host.text[start..end]`, for the shell's own escapes: a backslash before a character stands
 * for it, and one before a line break for nothing.
 */
export function unescapedMap(host: MappedText, start: number, end: number, decoded: string): MappedText {
  const raw = host.text.slice(start, end);
  const builder = new MappedTextBuilder();
  if (raw === decoded) return builder.copy(host, start, end).build();
  let from = 0;
  let read = 0;
  for (let written = 0; written < decoded.length;) {
    const next = raw[read + 1];
    if (raw[read] === '\\' && next === '\n' && decoded[written] !== '\\') {
      builder.copy(host, start + from, start + read);
      read += 2;
      from = read;
    } else if (raw[read] === '\\' && next === decoded[written]) {
      builder.copy(host, start + from, start + read);
      builder.decoded(decoded[written] ?? '', host, start + read, start + read + 2);
      read += 2;
      from = read;
      written += 1;
    } else if (raw[read] === decoded[written]) {
      read += 1;
      written += 1;
    } else {
      // Not an escape that is known here: the whole run stands for the whole value.
      return new MappedTextBuilder().decoded(decoded, host, start, end).build();
    }
  }
  return builder.copy(host, start + from, start + read).build();
}
