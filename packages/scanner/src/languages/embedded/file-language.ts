import type { LanguageId } from 'imdsv2-core';
import { languageOfName } from '../../discover/kinds.ts';
import { looksLikeUserData, scriptLanguageOf } from '../content.ts';
import { interpreterOf } from '../interpreters.ts';

/**
 * The language of a file that a configuration tool writes: by first line, by name, else by the look of its content. `path` is where it is
 * written to. Undefined: no script, as far as anyone can tell.
 */
export function languageOfWrittenFile(path: string, content: string): LanguageId | undefined {
  const interpreter = interpreterOf(content);
  if (interpreter !== undefined) return interpreter.language;
  if (/(?:^|\/)etc\/(?:cron\.d\/|crontab$)|(?:^|\/)var\/spool\/cron\//.test(path)) return 'crontab';
  if (
    /(?:^|\/)etc\/(?:profile(?:\.d\/|$)|default\/|sysconfig\/|init\.d\/|rc\.local$|cron\.(?:hourly|daily|weekly|monthly)\/)|\/cloud\/scripts\/|(?:^|\/)s?bin\/[\w.-]+$/.test(
      path,
    )
  ) {
    return scriptLanguageOf(content);
  }
  const byName = languageOfName(path);
  if (byName === 'none') return undefined;
  if (byName !== 'look' && byName !== 'template')
    return SCRIPTS.has(byName) || CARRIERS.has(byName) ? byName : undefined;
  if (looksLikeUserData(content)) return 'user-data';
  const plain = content.trim();
  // Environment files are all assignments: nothing runs in them.
  if (plain.split('\n').every((line) => /^\s*(?:#|$|[A-Za-z_]\w*=[^$`]*$)/.test(line))) return undefined;
  return scriptLanguageOf(content);
}

const SCRIPTS: ReadonlySet<LanguageId> = new Set(['shell', 'powershell', 'batch', 'python', 'javascript']);
const CARRIERS: ReadonlySet<LanguageId> = new Set([
  'systemd',
  'crontab',
  'cloud-init',
  'user-data',
  'makefile',
  'dockerfile',
  'yaml',
  'json',
  'xml',
]);
