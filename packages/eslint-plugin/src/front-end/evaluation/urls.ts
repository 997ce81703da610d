import { hole, knownPrefix, literal, type Piece, type Text } from 'imdsv2-core';
import type { Node } from '../syntax/module.ts';
import type { Evaluator } from './evaluator.ts';
import { parameterOf, string, type UrlValue, type Value } from './value.ts';

/** Where the authority and the path of a URL text start and end, over its pieces. */
interface UrlParts {
  readonly scheme: Text;
  readonly authority: Text;
  readonly path: Text;
}

/** Takes a URL apart at the first `/` after its authority, which may contain holes. */
function split(url: Text): UrlParts | undefined {
  const scheme = /^[a-z][a-z\d+.-]*:\/\//i.exec(knownPrefix(url))?.[0];
  const pieces: Piece[] = [...url.pieces];
  let start = 0;
  if (scheme !== undefined) start = scheme.length;
  const authority: Piece[] = [];
  const path: Piece[] = [];
  let offset = 0;
  for (const piece of pieces) {
    if (path.length > 0) {
      path.push(piece);
      continue;
    }
    if (piece.kind === 'hole') {
      authority.push(piece);
      continue;
    }
    const from = Math.max(0, start - offset);
    offset += piece.value.length;
    if (from >= piece.value.length) continue;
    const rest = piece.value.slice(from);
    const slash = rest.search(/[/?#]/);
    if (slash === -1) {
      authority.push({ kind: 'literal', value: rest });
      continue;
    }
    if (slash > 0) authority.push({ kind: 'literal', value: rest.slice(0, slash) });
    path.push({ kind: 'literal', value: rest.slice(slash) });
  }
  if (authority.length === 0) return undefined;
  const { choices } = url;
  return {
    scheme: { ...literal(scheme ?? ''), choices },
    authority: { pieces: authority, choices },
    path: { pieces: path, choices },
  };
}

/** What a member of a `URL` (or of the result of `url.parse`) is. */
export function urlMember(value: UrlValue, name: string, evaluator: Evaluator, node: Node): Value {
  const parts = split(value.text);
  const parameter = value.text.pieces.map((piece) => parameterOf(piece)).find((one) => one !== undefined);
  const unknown = (): Value => ({
    ...evaluator.unknown(node, 'the URL is not known far enough', {
      mayBeEmpty: true,
      ...(parameter === undefined ? {} : { parameter }),
    }),
    choices: value.choices,
  });
  if (name === 'href') return { kind: 'string', text: value.text, choices: value.choices };
  if (parts === undefined) return unknown();
  const text = ((): Text | undefined => {
    switch (name) {
      case 'origin':
        return { pieces: [...parts.scheme.pieces, ...parts.authority.pieces], choices: value.choices };
      case 'host':
        return parts.authority;
      case 'hostname':
        return withoutPort(parts.authority);
      case 'port':
        return literal('');
      case 'protocol':
        return parts.scheme.pieces.length === 0 ? undefined : literal(knownPrefix(parts.scheme).replace('//', ''));
      case 'path':
      case 'pathname':
        // A URL that is not known at all has a path that is not known either.
        if (parts.path.pieces.length === 0 && parts.scheme.pieces.length === 0) return undefined;
        return parts.path.pieces.length === 0
          ? literal('/')
          : name === 'pathname'
            ? withoutQuery(parts.path)
            : parts.path;
      case 'search':
      case 'hash':
        return literal('');
      default:
        return undefined;
    }
  })();
  return text === undefined ? unknown() : { ...string(text), choices: value.choices };
}

function withoutPort(authority: Text): Text {
  const last = authority.pieces.at(-1);
  if (last?.kind !== 'literal') return authority;
  const value = last.value.replace(/:\d*$/, '');
  return { pieces: [...authority.pieces.slice(0, -1), { kind: 'literal', value }], choices: authority.choices };
}

function withoutQuery(path: Text): Text {
  const pieces: Piece[] = [];
  for (const piece of path.pieces) {
    if (piece.kind === 'hole') {
      pieces.push(piece);
      continue;
    }
    const end = piece.value.search(/[?#]/);
    pieces.push({ kind: 'literal', value: end === -1 ? piece.value : piece.value.slice(0, end) });
    if (end !== -1) break;
  }
  return { pieces, choices: path.choices };
}

/** `new URL(reference, base)`. */
export function resolveUrl(reference: Text, base: Text | undefined): Text {
  const start = knownPrefix(reference);
  if (base === undefined || /^[a-z][a-z\d+.-]*:/i.test(start)) return normalise(reference);
  const parts = split(base);
  if (parts === undefined) return hole('URL', 'its base is not known');
  const origin = [...parts.scheme.pieces, ...parts.authority.pieces];
  const choices = reference.choices;
  if (start.startsWith('//'))
    return {
      pieces: [
        ...parts.scheme.pieces.map((piece): Piece =>
          piece.kind === 'literal' ? { kind: 'literal', value: piece.value.replace('//', '') } : piece,
        ),
        ...reference.pieces,
      ],
      choices,
    };
  if (start.startsWith('/')) return { pieces: [...origin, ...reference.pieces], choices };
  if (start === '' && reference.pieces.length > 0)
    return { pieces: [...origin, { kind: 'literal', value: '/' }, ...reference.pieces], choices };
  const directory =
    parts.path.pieces.length === 0 ? [{ kind: 'literal', value: '/' } as const] : upToLastSlash(parts.path.pieces);
  return { pieces: [...origin, ...directory, ...reference.pieces], choices };
}

/** A URL without path ends in a slash once it is a `URL`. */
function normalise(url: Text): Text {
  const parts = split(url);
  return parts?.path.pieces.length === 0 && url.pieces.every((piece) => piece.kind === 'literal')
    ? { pieces: [...url.pieces, { kind: 'literal', value: '/' }], choices: url.choices }
    : url;
}

function upToLastSlash(pieces: readonly Piece[]): Piece[] {
  for (let index = pieces.length - 1; index >= 0; index -= 1) {
    const piece = pieces[index];
    if (piece?.kind !== 'literal') continue;
    const slash = piece.value.lastIndexOf('/');
    if (slash !== -1) return [...pieces.slice(0, index), { kind: 'literal', value: piece.value.slice(0, slash + 1) }];
  }
  return [{ kind: 'literal', value: '/' }];
}
