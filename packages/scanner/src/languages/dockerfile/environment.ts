import { concatAll, hole, literal, splitHoles, type Alternatives, type Document, type Text } from 'imdsv2-core';

/** The value of an `ENV` or `ARG` with the variables of earlier instructions put in (`$X`, `${X}`, `${X:-default}`). */
export function environmentValue(
  value: string,
  variables: ReadonlyMap<string, Alternatives>,
  document: Document,
): Text {
  const parts: Alternatives[] = [];
  let from = 0;
  for (const match of value.matchAll(/\\\$|\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g)) {
    parts.push(...known(value.slice(from, match.index), document));
    from = match.index + match[0].length;
    const name = match[1] ?? match[2];
    if (name === undefined) parts.push([literal('$')]);
    else
      parts.push(
        variables.get(name) ??
          (match[3] === undefined
            ? [hole(`$${name}`, 'it is given when the image is built', { mayBeEmpty: true })]
            : [literal(match[3])]),
      );
  }
  parts.push(...known(value.slice(from), document));
  return concatAll(parts)[0] ?? literal('');
}

function known(value: string, document: Document): readonly Alternatives[] {
  return splitHoles(value, document).map((part) =>
    typeof part === 'string'
      ? [literal(part)]
      : part.values.length > 0
        ? part.values
        : [{ pieces: [part.hole], choices: new Map() }],
  );
}
