import type { LanguageId, MappedText } from 'imdsv2-core';
import { looksLikeUserData, scriptLanguageOf } from '../content.ts';
import type { Script } from '../embedded/script.ts';
import { interpreterOf } from '../interpreters.ts';

/** Elements and attributes whose text runs: by their own name, or by the name of the element around them. */
const PLACES: readonly { readonly match: RegExp; readonly language: LanguageId }[] = [
  // Jenkins: build steps and plug-ins (config.xml).
  { match: /(?:^|\/)hudson\.tasks\.Shell\/command$|SSH\w*\/(?:execCommand|command)$/, language: 'shell' },
  { match: /(?:^|\/)hudson\.tasks\.BatchFile\/command$/, language: 'batch' },
  { match: /PowerShell\/command$/, language: 'powershell' },
  { match: /\/(?:userData|user-data|initScript)$/i, language: 'user-data' },
  // Scheduled tasks of Windows, Ant's exec, launch daemons, and what names itself.
  {
    match:
      /\/(?:Exec\/Arguments|exec\/@command|command|commands|script|shellScript|execCommand|cmd|shell|@command|@script|@cmd)$/i,
    language: 'shell',
  },
];

const PROSE = /\/(?:description|summary|documentation|comment|message|p|li|code|pre|title|text)$/i;

/** The script that an element's or attribute's text is; none when it is none. `path`: names from the root, attributes with `@`. */
export function scriptInXml(path: readonly string[], text: MappedText): readonly Script[] {
  const value = text.text;
  if (value.trim().length < 12) return [];
  const place = `/${path.join('/')}`;
  const role = path.at(-1)?.replace('@', '') ?? '';
  const interpreter = interpreterOf(value);
  if (interpreter !== undefined)
    return interpreter.language === undefined
      ? []
      : [
          {
            language: interpreter.language,
            text,
            role,
            ...(interpreter.shell === undefined ? {} : { shell: interpreter.shell }),
          },
        ];
  if (looksLikeUserData(value)) return [{ language: 'user-data', text, role }];
  const known = PLACES.find(({ match }) => match.test(place));
  if (known !== undefined) {
    // Groovy pipelines and other languages stand under the same names.
    const content = known.language === 'shell' ? scriptLanguageOf(value) : known.language;
    if (known.language === 'shell' && content === undefined && !/\b(?:curl|wget|sh|bash)\s/.test(value)) return [];
    // Jenkins runs shell steps with `sh -xe`.
    return [
      {
        language: content ?? 'shell',
        text,
        role,
        ...(place.includes('hudson.tasks.Shell') ? { shell: { interpreter: 'sh', errexit: true } } : {}),
      },
    ];
  }
  if (PROSE.test(place) || !value.includes('\n')) return [];
  const language = scriptLanguageOf(value);
  return language === undefined ? [] : [{ language, text, role }];
}
