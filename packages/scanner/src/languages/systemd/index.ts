import {
  literal,
  MappedTextBuilder,
  NOTHING,
  type Alternatives,
  type Analysis,
  type Document,
  type MappedText,
} from 'imdsv2-core';
import { documentsOf, type Script } from '../embedded/script.ts';
import { lineComments, suppressionsIn } from '../embedded/suppressions.ts';
import type { DocumentFrontEnd } from '../front-end.ts';
import { serviceScript } from './command.ts';

/** systemd units: the commands of their `Exec…=` lines (systemd.service(5), *Command lines*). */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['systemd'],
  load: () => Promise.resolve(analyseUnit),
};

export function analyseUnit(document: Document): Analysis {
  const settings = settingsOf(document);
  const variables = new Map<string, Alternatives>();
  for (const { name, value } of settings)
    if (name === 'Environment') for (const [key, text] of assignments(value.text)) variables.set(key, [literal(text)]);
  const unit = unitName(document);
  const scripts = settings.flatMap(({ name, value }): readonly Script[] => {
    if (!/^Exec(?:Start|StartPre|StartPost|Stop|StopPost|Reload|Condition)$/.test(name)) return [];
    return serviceScript(value, variables).map((script) => ({
      ...script,
      role: `${name}${unit === '' ? '' : ` of ${unit}`}`,
    }));
  });
  const comments = lineComments(document.text, /^[#;]/);
  return {
    ...NOTHING,
    documents: documentsOf({ ...document, runner: document.runner === 'unknown' ? 'host' : document.runner }, scripts),
    suppressions: suppressionsIn(document, comments, settings),
  };
}

/** Sticky: tried at one place only. */
const COMMENT_LINE = /[ \t]*[#;][^\n]*\n/y;

interface UnitSetting {
  readonly name: string;
  /** Continued lines joined as the manual says: the backslash and the line break are one blank. */
  readonly value: MappedText;
  readonly start: number;
  readonly end: number;
}

function settingsOf(document: Document): readonly UnitSetting[] {
  const { text } = document;
  const settings: UnitSetting[] = [];
  const pattern = /^[ \t]*([A-Za-z][\w-]*)[ \t]*=[ \t]*/gm;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const builder = new MappedTextBuilder();
    let at = pattern.lastIndex;
    for (;;) {
      const newline = text.indexOf('\n', at);
      const end = newline === -1 ? text.length : newline;
      const line = text.slice(at, end).replace(/\r$/, '');
      const continues = line.endsWith('\\') && newline !== -1;
      builder.copy(document, at, at + line.length - (continues ? 1 : 0));
      at = end + 1;
      if (!continues) break;
      builder.decoded(' ', document, end - 1, end + 1);
      // Comments may stand between continued lines.
      for (COMMENT_LINE.lastIndex = at; COMMENT_LINE.test(text);) at = COMMENT_LINE.lastIndex;
    }
    settings.push({ name: match[1] ?? '', value: builder.build(), start: match.index, end: Math.min(at, text.length) });
    pattern.lastIndex = Math.min(at, text.length);
    if (at >= text.length) break;
  }
  return settings;
}

/** `Environment="A=1" B=2`. */
function assignments(value: string): readonly (readonly [string, string])[] {
  return [...value.matchAll(/"([A-Za-z_]\w*)=((?:[^"\\]|\\.)*)"|'([A-Za-z_]\w*)=([^']*)'|([A-Za-z_]\w*)=(\S*)/g)].map(
    (match) => [match[1] ?? match[3] ?? match[5] ?? '', match[2] ?? match[4] ?? match[6] ?? ''],
  );
}

function unitName(document: Document): string {
  const file = document.path.slice(document.path.lastIndexOf('/') + 1);
  return document.depth === 0 ? file : '';
}
