import { factId, literal, splitHoles, type Document, type Piece, type Request, type Text } from 'imdsv2-core';
import { get, type Node, type Scalar } from '../structured/node.ts';

/** `phone_home` of a cloud-config posts data about the instance to a URL (docs.cloud-init.io, *Phone Home*). It sends no token. */
export function phoneHome(document: Document, root: Node): readonly Request[] {
  const url = get(get(root, 'phone_home'), 'url');
  if (url?.kind !== 'scalar') return [];
  const location = document.map.range(url.start, url.end);
  return [
    {
      kind: 'request',
      id: factId('request', location),
      location,
      client: 'cloud-init-phone-home',
      variants: [{ method: 'POST', url: textOfScalar(document, url), headers: [], evidence: [] }],
      launches: document.launches,
      runner: 'host',
      role: document.role === '' ? 'phone_home' : `phone_home in ${document.role}`,
    },
  ];
}

/** A scalar's text with its document's placeholders as holes. */
function textOfScalar(document: Document, scalar: Scalar): Text {
  const pieces = splitHoles(scalar.text, document).flatMap((part): readonly Piece[] =>
    typeof part === 'string'
      ? literal(part).pieces
      : part.values.length === 1
        ? (part.values[0]?.pieces ?? [])
        : [part.hole],
  );
  return { pieces, choices: new Map() };
}
