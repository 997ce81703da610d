import { NOTHING, type Analysis, type Document, type LanguageId } from 'imdsv2-core';
import { languageOf, languageOfName } from '../../discover/kinds.ts';
import { looksLikeUserData, scriptLanguageOf } from '../content.ts';
import { documentsOf } from '../embedded/script.ts';
import type { DocumentFrontEnd } from '../front-end.ts';
import { interpreterOf } from '../interpreters.ts';
import { definesTexts, definitionsIn } from './definitions.ts';
import { dialectOf } from './dialect-of.ts';
import type { DialectName } from './dialects.ts';
import { readPlaceholders } from './placeholders.ts';

/** Files with the placeholders of a template engine: read as what they are once rendered. */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['template'],
  load: () => Promise.resolve(analyseTemplate),
};

export function analyseTemplate(document: Document): Analysis {
  const { innerPath, dialects } = nameOf(document.path);
  // The name decides where it names one dialect; else the signs of the text, and Terraform's `${…}` at last.
  const dialect =
    dialects.length === 1
      ? dialects[0]
      : dialects.includes('go') && definesTexts(document.text)
        ? 'go'
        : (dialectOf(document.text, dialects) ?? (dialects.includes('terraform') ? 'terraform' : undefined));
  const texts = dialect === 'go' ? definitionsIn(document) : [document];
  const documents = texts.flatMap((text) => {
    const rendered =
      dialect === undefined ? document : { ...document, ...readPlaceholders(text, document.holes, dialect) };
    // The file's name speaks of the file, not of one of several texts in it.
    const language =
      (texts.length > 1 ? scriptLanguageOf(rendered.text.trimStart()) : undefined) ??
      innerLanguage(innerPath, rendered.text);
    if (language === undefined) return [];
    const shell = language === 'shell' ? interpreterOf(rendered.text.trimStart())?.shell : undefined;
    return documentsOf(rendered, [{ language, text: rendered, role: '', ...(shell === undefined ? {} : { shell }) }]);
  });
  return { ...NOTHING, documents };
}

/** Suffixes that say "this is a template", with the dialects that files of that name are written in, the likeliest first. */
const SUFFIXES: Readonly<Record<string, readonly DialectName[]>> = {
  tftpl: ['terraform'],
  tpl: ['terraform', 'go', 'jinja'],
  tmpl: ['go', 'terraform', 'jinja'],
  tmplt: ['go', 'terraform', 'jinja'],
  gotmpl: ['go'],
  gtpl: ['go'],
  j2: ['jinja'],
  jinja: ['jinja'],
  jinja2: ['jinja'],
  erb: ['erb'],
  epp: ['erb'],
  ejs: ['erb'],
  hbs: ['mustache'],
  mustache: ['mustache'],
  in: ['at'],
  template: ['erb', 'go', 'jinja', 'terraform', 'at'],
};

/** For files whose name does not say that they are templates. */
const ANY: readonly DialectName[] = ['erb', 'terraform', 'go', 'jinja', 'at'];

/** A template's path without the suffixes that make it one. */
function nameOf(path: string): { innerPath: string; dialects: readonly DialectName[] } {
  let innerPath = path;
  let dialects: readonly DialectName[] | undefined;
  for (;;) {
    const suffix = /\.([A-Za-z\d]+)$/.exec(innerPath)?.[1]?.toLowerCase() ?? '';
    const own = SUFFIXES[suffix];
    if (own === undefined) return { innerPath, dialects: dialects ?? ANY };
    dialects ??= own;
    innerPath = innerPath.slice(0, -suffix.length - 1);
  }
}

/** `user_data.sh.tpl` is a shell script, `cloud_config.tpl` what its content says; a Terraform file's name says nothing about `.tpl`. */
function innerLanguage(path: string, text: string): LanguageId | undefined {
  if (looksLikeUserData(text)) return 'user-data';
  const interpreter = interpreterOf(text);
  if (interpreter !== undefined) return interpreter.language;
  const byName = languageOfName(path);
  if (byName !== 'look' && byName !== 'none') {
    const language = languageOf(path, text);
    return language === 'template' ? scriptLanguageOf(text) : language;
  }
  if (/user[-_]?data|cloud[-_]?(?:init|config)|bootstrap/i.test(path.slice(path.lastIndexOf('/') + 1)))
    return 'user-data';
  const language = scriptLanguageOf(text) ?? languageOf(path, text);
  return language === 'template' ? undefined : language;
}
