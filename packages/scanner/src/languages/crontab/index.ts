import { literal, NOTHING, sliceMapped, type Alternatives, type Analysis, type Document } from 'imdsv2-core';
import { replaceMapped } from '../embedded/command-line.ts';
import { documentsOf, type Script } from '../embedded/script.ts';
import { lineComments, suppressionsIn } from '../embedded/suppressions.ts';
import type { DocumentFrontEnd } from '../front-end.ts';
import { readCommand } from '../interpreters.ts';

/** Tables of cron: one command of the shell per line (crontab(5)). */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['crontab'],
  load: () => Promise.resolve(analyseCrontab),
};

const SCHEDULE =
  /^[ \t]*(?:@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly|every\S*)|(?:[\d*/,\-a-zA-Z~\u{F0000}-\u{FFFFD}]+[ \t]+){4}[\d*/,\-a-zA-Z~\u{F0000}-\u{FFFFD}]+)[ \t]+/u;

export function analyseCrontab(document: Document): Analysis {
  const { text } = document;
  const variables = new Map<string, Alternatives>();
  const scripts: Script[] = [];
  const statements: { start: number; end: number }[] = [];
  let interpreter = 'sh';
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end).replace(/\r$/, '');
    const assignment = /^[ \t]*([A-Za-z_]\w*)[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|(.*?))[ \t]*$/.exec(line);
    const schedule = SCHEDULE.exec(line);
    if (assignment !== null && schedule === null) {
      const value = assignment[2] ?? assignment[3] ?? assignment[4] ?? '';
      if (assignment[1] === 'SHELL') interpreter = readCommand(value)?.name ?? 'sh';
      else variables.set(assignment[1] ?? '', [literal(value)]);
    } else if (schedule !== null && !/^[ \t]*#/.test(line)) {
      statements.push({ start, end });
      const isSystem = isSystemTable(document);
      const user = isSystem ? (/^[\w.-]+[ \t]+/.exec(line.slice(schedule[0].length))?.[0].length ?? 0) : 0;
      const from = start + schedule[0].length + user;
      const command = sliceMapped(document, from, start + line.length);
      // A plain % ends the command (the rest is its input); \% is a percent sign.
      const stop = /(?<!\\)%/.exec(command.text);
      const whole = stop === null ? command : sliceMapped(command, 0, stop.index);
      scripts.push({
        language: 'shell',
        text: replaceMapped(whole, /\\%/g, () => '%'),
        role: 'cron job',
        shell: { interpreter, ...(variables.size === 0 ? {} : { variables: new Map(variables) }) },
      });
    }
    start = end + 1;
  }
  return {
    ...NOTHING,
    documents: documentsOf({ ...document, runner: document.runner === 'unknown' ? 'host' : document.runner }, scripts),
    suppressions: suppressionsIn(document, lineComments(text, /^#/), statements),
  };
}

/** Tables in /etc name the user before the command. When the place does not say it, a first word that is a common user does. */
function isSystemTable(document: Document): boolean {
  if (/(?:^|\/)(?:etc\/)?cron(?:tab$|\.d\/)/.test(document.path) || /cron\.d|etc\/crontab/.test(document.role))
    return true;
  return /^[^#\n]*[ \t](?:root|ec2-user|ubuntu|nobody|admin|centos|www-data)[ \t]+\S/m.test(document.text);
}
