/** One replacement in a text: UTF-16 offsets, end exclusive. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits in the order in which they are applied: by place; insertions at one place in the order given. */
export function inOrder<T extends TextEdit>(edits: readonly T[]): readonly T[] {
  return edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.index - b.index)
    .map(({ edit }) => edit);
}

/** Whether two of the edits touch the same characters. Insertions at one place do not. */
export function hasOverlap(edits: readonly TextEdit[]): boolean {
  let end = 0;
  for (const edit of inOrder(edits)) {
    if (edit.start < end) return true;
    end = Math.max(end, edit.end);
  }
  return false;
}

/** The text with all edits made. Throws when they overlap: which of them should win is for the caller to say. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  if (hasOverlap(edits)) throw new Error('Edits overlap.');
  let result = '';
  let from = 0;
  for (const edit of inOrder(edits)) {
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from);
}
