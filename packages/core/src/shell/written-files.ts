import type { LanguageId } from '../document/document.ts';
import type { Location } from '../document/offset-map.ts';
import { knownPrefix, render, type Text } from '../text/text.ts';
import type { Evaluator } from './evaluator.ts';
import type { Source } from './source.ts';

/** A file that the script writes, with all that it wrote into it. */
export interface WrittenFile {
  readonly target: string;
  readonly content: Text;
  readonly source: Source;
  readonly location: Location;
}

/** Remembers a file that the script writes: programs among them are documents of their own. What is appended later takes the place of what was there before. */
export function noteWritten(
  shell: Evaluator,
  target: Text,
  contents: readonly Text[],
  source: Source,
  location: Location,
): void {
  if (!shell.recorder.isRecording) return;
  const name = render(target);
  for (const content of contents) {
    if (!content.pieces.some((piece) => piece.kind === 'literal' && piece.value.trim() !== '')) continue;
    const [first] = content.pieces;
    const files = shell.written.get(name) ?? [];
    const earlier = files.findIndex(
      (file) => file.content.pieces.length < content.pieces.length && file.content.pieces[0] === first,
    );
    const entry: WrittenFile = { target: name, content, source, location };
    if (earlier !== -1) files[earlier] = entry;
    else if (
      !files.some((file) => file.content.pieces.length === content.pieces.length && file.content.pieces[0] === first) &&
      files.length < 32
    )
      files.push(entry);
    shell.written.set(name, files);
  }
}

/** Hands the programs among the written files to the next analysis. */
export function embedWrittenFiles(shell: Evaluator): void {
  for (const files of shell.written.values()) {
    for (const { target, content, source, location } of files) {
      const language = languageOf(target, content);
      if (language !== undefined)
        shell.embed(
          language,
          content,
          `${target.includes('${') ? 'a file' : target} that the script writes`,
          location,
          source,
        );
    }
  }
}

const BY_NAME: readonly (readonly [RegExp, LanguageId])[] = [
  [/\.(?:sh|bash|zsh|ksh)$/, 'shell'],
  [/\.py$/, 'python'],
  [/\.(?:ps1|psm1)$/, 'powershell'],
  [/\.(?:bat|cmd)$/, 'batch'],
  [/\.(?:service|timer|socket|mount|path)$|\/systemd\/.*\.conf$/, 'systemd'],
  [/(?:^|\/)(?:crontab|cron\.d\/[^/]+|crontabs\/[^/]+)$|\.cron$/, 'crontab'],
  [
    /(?:^|\/)(?:rc\.local|\.bashrc|\.profile|\.bash_profile|\.zshrc|profile|bash\.bashrc)$|\/(?:profile\.d|init\.d|cron\.(?:hourly|daily|weekly|monthly)|rc\d\.d|per-boot|per-instance|per-once|network\/if-up\.d|dhclient-exit-hooks\.d)\/[^/]+$/,
    'shell',
  ],
  [/(?:^|\/)Dockerfile[^/]*$|\.dockerfile$/i, 'dockerfile'],
  [/(?:^|\/)(?:GNUm|[Mm])akefile$|\.mk$/, 'makefile'],
  [/\.(?:m?js|cjs)$/, 'javascript'],
  [/\.tf$/, 'terraform'],
  [/user[-_]?data/i, 'user-data'],
  [/\.ya?ml$/, 'yaml'],
  [/\.json$/, 'json'],
];

/** The language of a written file: its first line says it best, then its name, then whether it looks like a script. */
function languageOf(target: string, content: Text): LanguageId | undefined {
  const start = knownPrefix(content).trimStart();
  const shebang = /^#!\s*\S*?(?:\/env\s+(?:-\S+\s+)*)?(?:\S*\/)?([\w.-]+)/.exec(start)?.[1];
  if (shebang !== undefined) {
    if (/^(?:ba|da|z|k|a|mk)?sh$/.test(shebang)) return 'shell';
    if (shebang.startsWith('python')) return 'python';
    if (shebang === 'node' || shebang === 'nodejs') return 'javascript';
    if (shebang === 'pwsh') return 'powershell';
    return undefined;
  }
  if (start.startsWith('#cloud-config') || start.startsWith('Content-Type: multipart')) return 'user-data';
  const byName = BY_NAME.find(([pattern]) => pattern.test(target));
  if (byName !== undefined) return byName[1];
  const text = content.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : ' ')).join('');
  if (/^\[Unit\]|^\[Service\]/m.test(text)) return 'systemd';
  // A command at the start of a line, with a URL: a script of a name that says nothing.
  const folder = /\/s?bin\/[^/.]+$/.test(target);
  return folder || /^\s*(?:export\s+)?(?:[A-Za-z_]\w*=["']?(?:\$\(|`))?(?:sudo\s+)?(?:curl|wget)\s+.*\S/m.test(text)
    ? 'shell'
    : undefined;
}
