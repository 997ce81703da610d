import type { LanguageId } from 'imdsv2-core';

/** A script between tags: UTF-16 offsets of its content in the text. */
export interface WindowsScript {
  readonly language: LanguageId & ('powershell' | 'batch');
  readonly start: number;
  readonly end: number;
}

/** The scripts that EC2Launch and EC2Config find in user data: `<powershell>` and `<script>` (run by `cmd.exe`), in any casing, the last one perhaps not closed. */
export function windowsScripts(text: string): readonly WindowsScript[] {
  const scripts: WindowsScript[] = [];
  for (const match of text.matchAll(/<(powershell|script)>([^]*?)(?:<\/\1>|$(?![^]))/gi)) {
    const start = match.index + match[0].indexOf('>') + 1;
    const closed = match[0].toLowerCase().endsWith(`</${match[1]?.toLowerCase() ?? ''}>`);
    // A tag in the middle of a line that nothing closes is prose or a grep pattern.
    if (!closed && !/(?:^|\n)\s*$/.test(text.slice(0, match.index))) continue;
    scripts.push({
      language: match[1]?.toLowerCase() === 'script' ? 'batch' : 'powershell',
      start,
      end: start + (match[2]?.length ?? 0),
    });
  }
  return scripts;
}
