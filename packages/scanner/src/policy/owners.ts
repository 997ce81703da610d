import { IgnoreRules } from '../discover/gitignore.ts';

/** Where GitHub and GitLab look for the file, the first that is there counts. */
export const OWNER_FILES: readonly string[] = [
  '.github/CODEOWNERS',
  'CODEOWNERS',
  'docs/CODEOWNERS',
  '.gitlab/CODEOWNERS',
];

/**
 * Who owns a path, by a CODEOWNERS file: the last line whose pattern matches says it, and may say nobody.
 * Source: docs.github.com, *About code owners*; sections of GitLab (`[Team] @owner`) give their owners to lines without any.
 */
export function ownersIn(text: string): (path: string) => readonly string[] {
  let standard: readonly string[] = [];
  const lines: { readonly rules: IgnoreRules; readonly owners: readonly string[] }[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/(?:^|\s)#.*$/, '').trim();
    if (line === '') continue;
    const section = /^\^?\[[^\]]+\](?:\[\d+\])?\s*(.*)$/.exec(line);
    if (section !== null) {
      standard = words(section[1] ?? '');
      continue;
    }
    const [pattern = '', ...owners] = line.split(/(?<!\\)\s+/);
    lines.push({ rules: new IgnoreRules(pattern), owners: owners.length > 0 ? owners : standard });
  }
  return (path) => lines.findLast(({ rules }) => covers(rules, path))?.owners ?? [];
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** A pattern covers what it names and all that lies below. */
function covers(rules: IgnoreRules, path: string): boolean {
  const parts = path.split('/');
  return parts.some(
    (_, index) => rules.verdict(parts.slice(0, index + 1).join('/'), index < parts.length - 1) === true,
  );
}
