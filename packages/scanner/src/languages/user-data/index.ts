import {
  embeddedDocument,
  hasHole,
  NOTHING,
  sliceMapped,
  type Analysis,
  type Document,
  type LanguageId,
  type MappedText,
  type Problem,
  type ShellHost,
} from 'imdsv2-core';
import { looksLikeCloudConfig, looksLikeMime, scriptLanguageOf } from '../content.ts';
import type { DocumentFrontEnd } from '../front-end.ts';
import { interpreterOf } from '../interpreters.ts';
import { readPlaceholders } from '../template/placeholders.ts';
import { decodeBase64, looksLikeBase64 } from './encodings.ts';
import { mimeParts } from './mime.ts';
import { windowsScripts } from './windows.ts';

/** Decides what instance user data is, and hands on what it holds. */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['user-data'],
  load: () => Promise.resolve(analyseUserData),
};

/** User data is decided by its content alone, as cloud-init and EC2Launch do: an encoding, MIME parts, a first line, tags; else by the look of its lines. */
export function analyseUserData(document: Document): Analysis {
  return read(document, document, '', 0);
}

/** `type` is what a MIME header says; empty when nothing does. */
function read(document: Document, content: MappedText, type: string, level: number): Analysis {
  const { text } = content;
  if (level > 6 || text.trim() === '') return NOTHING;
  const kind = kindOf(text, type);
  switch (kind) {
    case 'base64': {
      const decoded = decodeBase64(content);
      return decoded === undefined ? NOTHING : read(document, decoded, '', level + 1);
    }
    case 'mime':
      return readMime(document, content, level);
    case 'archive':
    case 'cloud-init':
      return hold(document, 'cloud-init', content, 'cloud-config');
    case 'jinja':
      return readJinja(document, content, level);
    case 'boothook':
      return hold(
        document,
        'shell',
        content,
        'cloud-boothook',
        interpreterOf(text.replace(/^\s*#cloud-boothook[^\n]*\n/, ''))?.shell,
      );
    case 'windows':
      return readWindows(document, content);
    case 'include':
      return partly(document, content, `it fetches its scripts from ${firstUrl(text)}`);
    case 'script':
      return readScript(document, content, 'script');
    case 'placeholders':
      // Of a whole user data its launch says so.
      return level === 0 ? NOTHING : partly(document, content, 'a part of it is put together elsewhere');
    case undefined:
      return NOTHING;
  }
}

type Kind =
  | 'base64'
  | 'mime'
  | 'archive'
  | 'cloud-init'
  | 'jinja'
  | 'boothook'
  | 'windows'
  | 'include'
  | 'script'
  | 'placeholders';

/** MIME types of cloud-init (its documentation, *User data formats*) and of node bootstrap tools. */
const TYPES: Readonly<Record<string, Kind>> = {
  'text/x-shellscript': 'script',
  'text/x-shellscript-per-boot': 'script',
  'text/x-shellscript-per-instance': 'script',
  'text/x-shellscript-per-once': 'script',
  'text/x-sh': 'script',
  'application/x-sh': 'script',
  'text/cloud-config': 'cloud-init',
  'text/cloud-config-archive': 'archive',
  'text/cloud-config-jsonp': 'cloud-init',
  'text/cloud-boothook': 'boothook',
  'text/x-include-url': 'include',
  'text/x-include-once-url': 'include',
  'text/jinja2': 'jinja',
};

function kindOf(text: string, type: string): Kind | undefined {
  const start = text.trimStart();
  const said = TYPES[type];
  // cloud-init believes the first line of a part more than `text/plain`.
  if (said !== undefined && !(said === 'script' && looksLikeCloudConfig(start))) return said;
  if (looksLikeMime(start)) return 'mime';
  if (start.startsWith('#!')) return 'script';
  if (looksLikeCloudConfig(start)) return cloudInitKind(start);
  const windows = windowsScripts(text);
  if (windows.length > 0) return 'windows';
  const rest = withoutHoles(text);
  if (rest.trim() === '') return 'placeholders';
  if (looksLikeBase64(text)) return 'base64';
  // What stands behind placeholders that hold the beginning (a common header, a list of exports).
  if (rest !== text && rest.trimStart() !== start) return kindOf(rest, type);
  if (/^(?:version: *1\.\d+ *$|tasks:)/m.test(start) && /^\s*-? *task: /m.test(start)) return 'cloud-init';
  if (/^(?:(?:runcmd|bootcmd|write_files|packages|users):)/m.test(start)) return 'cloud-init';
  return 'script';
}

function cloudInitKind(start: string): Kind {
  if (/^#cloud-boothook/i.test(start)) return 'boothook';
  if (/^#include/i.test(start)) return 'include';
  if (/^## *template/i.test(start)) return 'jinja';
  return /^#upstart-job|^#part-handler/i.test(start) ? 'script' : 'cloud-init';
}

function readMime(document: Document, content: MappedText, level: number): Analysis {
  const analyses = mimeParts(content).map((part) =>
    part.content === undefined
      ? partly(
          document,
          content,
          `the encoding of its part ${part.name === '' ? part.type : part.name} cannot be undone`,
        )
      : read(document, part.content, part.type, level + 1),
  );
  return {
    facts: [],
    documents: analyses.flatMap((analysis) => analysis.documents),
    problems: analyses.flatMap((analysis) => analysis.problems),
    suppressions: [],
  };
}

function readJinja(document: Document, content: MappedText, level: number): Analysis {
  const line = /^\s*## *template[^\n]*(?:\n|$)/i.exec(content.text)?.[0].length ?? 0;
  const rendered = readPlaceholders(sliceMapped(content, line, content.text.length), document.holes, 'jinja');
  return read({ ...document, holes: rendered.holes }, rendered, '', level + 1);
}

function readWindows(document: Document, content: MappedText): Analysis {
  const documents = windowsScripts(content.text).map(({ language, start, end }) =>
    embed(document, language, sliceMapped(content, start, end), language === 'batch' ? '<script>' : '<powershell>'),
  );
  return { ...NOTHING, documents };
}

function readScript(document: Document, content: MappedText, name: string): Analysis {
  const interpreter = interpreterOf(withoutHoles(content.text));
  if (interpreter !== undefined) {
    if (interpreter.language === undefined)
      return partly(document, content, `scripts of ${interpreter.name} are not read`);
    return hold(document, interpreter.language, content, name, interpreter.shell);
  }
  const language = scriptLanguageOf(withoutHoles(content.text));
  // Without a first line cloud-init does not run it; whoever wrote it meant it to.
  return hold(document, language === undefined || language === 'user-data' ? 'shell' : language, content, name);
}

function hold(
  document: Document,
  language: LanguageId,
  content: MappedText,
  name: string,
  shell?: ShellHost,
): Analysis {
  return { ...NOTHING, documents: [embed(document, language, content, name, shell)] };
}

function embed(
  document: Document,
  language: LanguageId,
  content: MappedText,
  name: string,
  shell?: ShellHost,
): Document {
  const inner = embeddedDocument(document, language, content, roleOf(document, name), {
    runner: document.runner === 'unknown' ? 'host' : document.runner,
    ...(language === 'shell' ? { shell: { ...document.shell, ...(shell ?? { interpreter: 'sh' }) } } : {}),
  });
  return inner;
}

function roleOf(document: Document, name: string): string {
  if (document.role === '') return name === 'script' ? 'user data' : `${name} of user data`;
  return name === 'script' ? document.role : `${name} in ${document.role}`;
}

function partly(document: Document, content: MappedText, reason: string): Analysis {
  const problem: Problem = {
    location: content.map.range(0, content.text.length),
    reason: `${document.role === '' ? 'user data' : document.role}: ${reason}`,
    extent: 'part',
  };
  return { ...NOTHING, problems: [problem] };
}

/** The text without placeholders; lines that were nothing else go with them. */
function withoutHoles(text: string): string {
  return hasHole(text)
    ? text.replace(/^[ \t]*(?:[\u{F0000}-\u{FFFFD}][ \t]*)+(?:\r?\n|$)/gmu, '').replace(/[\u{F0000}-\u{FFFFD}]/gu, '')
    : text;
}

function firstUrl(text: string): string {
  return /\w+:\/\/[^\s"']+/.exec(text)?.[0] ?? 'elsewhere';
}
