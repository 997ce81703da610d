/**
 * The first placeholder of a script that is a line of its own and no part of a here-document: commands may stand there that nobody can read. Its offset;
 * undefined when there is none. `hasValues`: whether something is known of the placeholder at an offset.
 */
export function openLine(text: string, hasValues: (offset: number) => boolean): number | undefined {
  let delimiter: string | undefined;
  let offset = 0;
  for (const line of text.split('\n')) {
    if (delimiter !== undefined) {
      if (line.trim() === delimiter) delimiter = undefined;
    } else if (/^[ \t]*[\u{F0000}-\u{FFFFD}][ \t\r]*$/u.test(line)) {
      const at = offset + line.search(/\S/);
      if (!hasValues(at)) return at;
    } else {
      delimiter = /<<-?\s*["'\\]?([\w-]+)["']?(?!.*<<)/.exec(line)?.[1];
    }
    offset += line.length + 1;
  }
  return undefined;
}
