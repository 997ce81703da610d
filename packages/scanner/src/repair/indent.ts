/** The text of the offset's line before it. */
export function lineBefore(file: string, offset: number): string {
  return file.slice(file.lastIndexOf('\n', offset - 1) + 1, offset);
}

/** The blanks that the offset's line begins with. */
export function indentAt(file: string, offset: number): string {
  return /^[ \t]*/.exec(file.slice(file.lastIndexOf('\n', offset - 1) + 1))?.[0] ?? '';
}
