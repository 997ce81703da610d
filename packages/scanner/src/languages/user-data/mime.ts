import { sliceMapped, type MappedText } from 'imdsv2-core';
import { decodeBase64, decodeQuotedPrintable } from './encodings.ts';

/** One part of a MIME message, decoded. */
export interface MimePart {
  /** In lower case, without parameters; `text/plain` when the part does not say it (RFC 2045 §5.2). */
  readonly type: string;
  /** Name of the attached file; empty if it has none. */
  readonly name: string;
  /** Undefined when its transfer encoding cannot be undone. */
  readonly content: MappedText | undefined;
}

/** The leaves of a MIME message, in order. Messages without a usable boundary are read at lines that look like one. */
export function mimeParts(message: MappedText, depth = 0): readonly MimePart[] {
  const { headers, body } = splitHeaders(message);
  const type = (headers.get('content-type') ?? 'text/plain').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type.startsWith('multipart/') && depth < 5) {
    const boundary = /boundary\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;]+))/i.exec(headers.get('content-type') ?? '');
    return splitAtBoundary(body, boundary?.[1] ?? boundary?.[2] ?? boundary?.[3]).flatMap((part) =>
      mimeParts(part, depth + 1),
    );
  }
  const disposition = /(?:file)?name\s*=\s*"?([^";]+)/i.exec(
    headers.get('content-disposition') ?? headers.get('content-type') ?? '',
  );
  return [
    { type, name: disposition?.[1]?.trim() ?? '', content: decode(body, headers.get('content-transfer-encoding')) },
  ];
}

function decode(body: MappedText, encoding = ''): MappedText | undefined {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return decodeBase64(body);
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    default:
      return body;
  }
}

/** Header fields (names in lower case, continuation lines joined) and what follows the blank line. */
function splitHeaders(message: MappedText): { headers: ReadonlyMap<string, string>; body: MappedText } {
  const { text } = message;
  const headers = new Map<string, string>();
  let at = /^\s*/.exec(text)?.[0].length ?? 0;
  let name = '';
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at, end).replace(/\r$/, '');
    const field = /^[ \t]*([A-Za-z][A-Za-z\d-]*):(.*)$/.exec(line);
    if (line.trim() === '') {
      // Indented templates leave blanks on the separating line.
      return { headers, body: sliceMapped(message, newline === -1 ? end : end + 1, text.length) };
    }
    if (/^[ \t]/.test(line) && name !== '' && !/^[ \t]*(?:Content-|MIME-)/i.test(line))
      headers.set(name, `${headers.get(name) ?? ''} ${line.trim()}`);
    else if (field !== null) headers.set((name = field[1]?.toLowerCase() ?? ''), field[2]?.trim() ?? '');
    else if (!(headers.size === 0 && line.startsWith('From '))) break;
    at = end + 1;
  }
  return { headers, body: sliceMapped(message, Math.min(at, text.length), text.length) };
}

function splitAtBoundary(body: MappedText, boundary: string | undefined): readonly MappedText[] {
  const { text } = body;
  // A boundary that the host language puts in is another placeholder at every place.
  const literal = boundary !== undefined && boundary !== '' && text.includes(`--${boundary}`);
  const pattern = literal
    ? new RegExp(`^[ \\t]*--${boundary.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(--)?[ \\t]*\\r?$`, 'gm')
    : /^[ \t]*--\S*?(--)?[ \t]*\r?\n(?=[ \t]*(?:Content-|MIME-)[\w-]+:)|^[ \t]*--\S+(--)[ \t]*\r?$/gim;
  const parts: MappedText[] = [];
  let from: number | undefined;
  for (const match of text.matchAll(pattern)) {
    if (from !== undefined) parts.push(sliceMapped(body, from, match.index));
    const closes = match[1] === '--' || match[2] === '--';
    const newline = text.indexOf('\n', match.index);
    from = closes || newline === -1 ? undefined : newline + 1;
    if (closes) break;
  }
  if (from !== undefined) parts.push(sliceMapped(body, from, text.length));
  return parts;
}
