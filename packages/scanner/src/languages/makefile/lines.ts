import { MappedTextBuilder, sliceMapped, type Document, type MappedText } from 'imdsv2-core';

/** A logical line of a makefile. Offsets are those of the document's text. */
export interface MakeLine {
  readonly kind: 'recipe' | 'assignment' | 'rule' | 'other';
  /** Without the recipe's tab. In recipes continued lines keep backslash and line break, as the shell gets them; elsewhere they are one blank. */
  readonly text: MappedText;
  /** The variable or the targets. */
  readonly name?: string;
  readonly operator?: string;
  readonly value?: MappedText;
  readonly start: number;
  readonly end: number;
}

const ASSIGNMENT = /^\s*(?:(?:export|override|private)\s+)*([^\s:#=!?+]+)\s*(:{0,3}=|\?=|\+=|!=)[ \t]*/;

export function linesOf(document: Document): readonly MakeLine[] {
  const { text } = document;
  const lines: MakeLine[] = [];
  let inRule = false;
  let prefix = '\t';
  for (let start = 0; start < text.length;) {
    const isRecipe = inRule && text.startsWith(prefix, start);
    const define = isRecipe
      ? null
      : /^[ \t]*(?:override\s+|export\s+)?define\s+(\S+)[^\n]*\n/.exec(text.slice(start, start + 500));
    if (define !== null) {
      const bodyStart = start + define[0].length;
      const close = /^[ \t]*endef\b[^\n]*(?:\n|$)/m.exec(text.slice(bodyStart));
      const bodyEnd = close === null ? text.length : bodyStart + close.index;
      const value = sliceMapped(document, bodyStart, Math.max(bodyStart, bodyEnd - 1));
      lines.push({ kind: 'assignment', text: value, name: define[1] ?? '', operator: '=', value, start, end: bodyEnd });
      start = bodyEnd + (close?.[0].length ?? 0);
      continue;
    }
    const { mapped, end } = logicalLine(document, isRecipe ? start + prefix.length : start, isRecipe, prefix);
    const line = isRecipe ? { kind: 'recipe' as const, text: mapped, start, end } : classify(mapped, start, end);
    if (line.kind !== 'other' || mapped.text.trim() !== '') lines.push(line);
    if (line.kind === 'rule') {
      inRule = true;
      const inline = inlineRecipe(mapped);
      if (inline !== undefined) lines.push({ kind: 'recipe', text: inline, start, end });
    } else if (line.kind === 'assignment') {
      inRule = false;
      if (line.name === '.RECIPEPREFIX')
        prefix = line.value === undefined || line.value.text === '' ? '\t' : line.value.text.charAt(0);
    }
    start = end + 1;
  }
  return lines;
}

function classify(text: MappedText, start: number, end: number): MakeLine {
  const plain = text.text.replace(/(?:^|\s)#.*$/s, '');
  const assignment = ASSIGNMENT.exec(plain);
  if (assignment !== null)
    return {
      kind: 'assignment',
      text,
      name: assignment[1] ?? '',
      operator: assignment[2] ?? '=',
      value: sliceMapped(text, assignment[0].length, Math.max(assignment[0].length, plain.trimEnd().length)),
      start,
      end,
    };
  // Target-specific variables (`web: PORT = 80`) are assignments to one target; their value is not known elsewhere.
  const rule = /^([^\t#=][^#=]*?)\s*::?(?!=)/.exec(plain);
  if (rule !== null) return { kind: 'rule', text, name: rule[1]?.trim() ?? '', start, end };
  return { kind: 'other', text, start, end };
}

/** `target: prerequisites ; command`. */
function inlineRecipe(text: MappedText): MappedText | undefined {
  const match = /^[^#:]*::?[^;#="']*;\s*/.exec(text.text);
  return match === null ? undefined : sliceMapped(text, match[0].length, text.text.length);
}

function logicalLine(
  document: Document,
  from: number,
  isRecipe: boolean,
  prefix: string,
): { mapped: MappedText; end: number } {
  const { text } = document;
  const builder = new MappedTextBuilder();
  for (let at = from; ;) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at, end).replace(/\r$/, '');
    const isContinued = newline !== -1 && (/(\\+)$/.exec(line)?.[1]?.length ?? 0) % 2 === 1;
    if (!isContinued) return { mapped: builder.copy(document, at, at + line.length).build(), end };
    builder.copy(document, at, at + line.length - 1);
    let next = end + 1;
    if (isRecipe) {
      builder.copy(document, at + line.length - 1, at + line.length).copy(document, end, end + 1);
      if (text.startsWith(prefix, next)) next += prefix.length;
    } else {
      while (text[next] === ' ' || text[next] === '\t') next++;
      builder.decoded(' ', document, at + line.length - 1, next);
    }
    at = next;
  }
}
