import { factId, OffsetMap, type Analysis, type Document, type Fact, type Location } from 'imdsv2-core';

/** Whether a document stands in another file: a function's inline code in a template, a heredoc. */
export function isEmbedded({ map, text, path }: Document): boolean {
  const [first] = map.segments;
  return (
    first !== undefined &&
    (map.segments.length > 1 || first.outer !== 0 || first.outerLength !== text.length || first.path !== path)
  );
}

/** A path that no file has, so that the scripts of one file are told apart; imports are looked up as from the file. */
export function pathOfEmbedded({ path, map }: Document): string {
  return `${path}#${String(map.at(0).offset)}`;
}

/** What was found in an embedded script that was read under `path`, at the places where it stands in the outermost file. */
export function placedIn(document: Document, path: string, analysis: Analysis): Analysis {
  const id = new RegExp(
    String.raw`^(\w[\w-]*):${path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}:(\d+)(.*)$`,
    's',
  );
  const place = ({ start, end }: Location): Location => document.map.range(start, end);
  const move = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const [, kind, start, rest = ''] = id.exec(value) ?? [];
      return kind === undefined
        ? value
        : factId(kind as Fact['kind'], document.map.range(Number(start), Number(start))) + rest;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (value === document) return value;
    if (value instanceof OffsetMap) return moveMap(value, path, document.map);
    if (Array.isArray(value)) return value.map(move);
    if (value instanceof Map) return new Map([...value].map(([key, entry]) => [key, move(entry)] as const));
    if (value instanceof Set) return new Set([...value].map(move));
    if (isLocation(value) && value.path === path) return place(value);
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, move(entry)]));
  };
  return move(analysis) as Analysis;
}

function moveMap(map: OffsetMap, path: string, outer: OffsetMap): OffsetMap {
  return new OffsetMap(
    map.segments.flatMap((segment) =>
      segment.path === path ? new OffsetMap([segment]).through(outer).segments : [segment],
    ),
  );
}

function isLocation(value: object): value is Location {
  return 'path' in value && 'start' in value && 'end' in value;
}
