import { MappedTextBuilder, NOTHING, type Analysis, type Document, type MappedText } from 'imdsv2-core';
import { documentsOf, type Script } from '../embedded/script.ts';
import { suppressionsIn } from '../embedded/suppressions.ts';
import type { DocumentFrontEnd } from '../front-end.ts';
import { scriptInXml } from './places.ts';

/** XML that carries scripts: jobs of Jenkins, build files of Ant and Maven, whatever else holds one. */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['xml'],
  load: () => Promise.resolve(analyseXml),
};

/** A comment, CDATA, a tag, or what stands between tags. */
const TOKENS =
  /<!--[^]*?(?:-->|$)|<!\[CDATA\[([^]*?)(?:\]\]>|$)|<(\/?)([\w:.-]+)((?:[^<>"']|"[^"]*"|'[^']*')*)>|<[?!][^>]*>/g;

export function analyseXml(document: Document): Analysis {
  const { text } = document;
  const scripts: Script[] = [];
  const comments: { start: number; end: number }[] = [];
  const statements: { start: number; end: number }[] = [];
  const open: { name: string; start: number; content: MappedTextBuilder }[] = [];
  let from = 0;
  const characters = (to: number): void => {
    const top = open.at(-1);
    if (top !== undefined) decodeEntities(document, from, to, top.content);
  };
  const close = (end: number): void => {
    const element = open.pop();
    if (element === undefined) return;
    statements.push({ start: element.start, end });
    const path = [...open.map(({ name }) => name), element.name];
    scripts.push(...scriptInXml(path, element.content.build()));
  };
  for (const match of text.matchAll(TOKENS)) {
    const end = match.index + match[0].length;
    const [whole, data, slash, name = '', attributes = ''] = match;
    characters(match.index);
    from = end;
    if (whole.startsWith('<!--')) comments.push({ start: match.index, end });
    else if (data !== undefined)
      open
        .at(-1)
        ?.content.copy(document, match.index + '<![CDATA['.length, match.index + '<![CDATA['.length + data.length);
    else if (slash === '/') {
      // Elements that were never closed end with their parent.
      if (open.some((element) => element.name === name)) while (open.at(-1)?.name !== name) close(match.index);
      close(end);
    } else if (slash === '') {
      const start = match.index + 1 + name.length;
      for (const attribute of attributes.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
        const value = attribute[2] ?? attribute[3] ?? '';
        const valueStart = start + attribute.index + attribute[0].length - 1 - value.length;
        const builder = new MappedTextBuilder();
        decodeEntities(document, valueStart, valueStart + value.length, builder);
        scripts.push(
          ...scriptInXml([...open.map((element) => element.name), name, `@${attribute[1] ?? ''}`], builder.build()),
        );
      }
      open.push({ name, start: match.index, content: new MappedTextBuilder() });
      if (attributes.trimEnd().endsWith('/')) close(end);
    }
  }
  return {
    ...NOTHING,
    documents: documentsOf(document, scripts),
    suppressions: suppressionsIn(document, comments, statements),
  };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Copies `start..end` with character references decoded (XML 1.0 §4.1, §4.6). */
function decodeEntities(host: MappedText, start: number, end: number, builder: MappedTextBuilder): void {
  let from = start;
  for (const match of host.text.slice(start, end).matchAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi)) {
    const code =
      match[1] !== undefined ? Number(match[1]) : match[2] !== undefined ? Number.parseInt(match[2], 16) : undefined;
    const value =
      code === undefined ? ENTITIES[match[3] ?? ''] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
    if (value === undefined) continue;
    const at = start + match.index;
    builder.copy(host, from, at).decoded(value, host, at, at + match[0].length);
    from = at + match[0].length;
  }
  builder.copy(host, from, end);
}
