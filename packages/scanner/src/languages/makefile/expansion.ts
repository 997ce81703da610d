import { holeCharacter, MappedTextBuilder, sliceMapped, type DocumentHole, type MappedText } from 'imdsv2-core';

/** Texts of variables; undefined for those that are not known. */
export type MakeVariables = ReadonlyMap<string, MappedText | undefined>;

/** Deeper than this no makefile refers from variable to variable; a cycle does. */
const MAX_DEPTH = 6;
/** Nor is any command longer than this (UTF-16 units); variables that double each other are. */
const MAX_LENGTH = 20_000;

/**
 * What make hands to the shell: `$$` is `$`, references to variables are their texts, everything else that make puts in is a hole (added to `holes`).
 * What a variable holds stands at the reference to it. `isRecipe`: a variable that holds several lines is several commands.
 */
export function expand(
  text: MappedText,
  variables: MakeVariables,
  holes: DocumentHole[],
  isRecipe: boolean,
  depth = 0,
): MappedText {
  const builder = new MappedTextBuilder();
  let from = 0;
  for (let at = text.text.indexOf('$'); at !== -1; at = text.text.indexOf('$', from)) {
    builder.copy(text, from, at);
    const reference = referenceAt(text.text, at);
    from = reference.end;
    if (reference.name === '$') {
      builder.decoded('$', text, at, from);
      continue;
    }
    const value = depth < MAX_DEPTH ? variables.get(reference.name) : undefined;
    if (value !== undefined && !/\$[({]shell\s/.test(value.text)) {
      const inner = expand(value, variables, holes, isRecipe, depth + 1);
      if (builder.length + inner.text.length <= MAX_LENGTH) {
        builder.decoded(inner.text, text, at, from);
        continue;
      }
    }
    holes.push({
      hole: {
        kind: 'hole',
        name: reference.name.length === 1 ? `$${reference.name}` : `$(${reference.name})`,
        why: 'make puts it in',
        location: text.map.range(at, from),
        mayBeEmpty: true,
      },
      values: [],
    });
    builder.decoded(holeCharacter(holes.length - 1), text, at, from);
  }
  return builder.copy(text, from, text.text.length).build();
}

/** The commands of the `$(shell …)` calls in a text, innermost included, make's escapes still in place. */
export function shellCalls(text: MappedText): readonly MappedText[] {
  const calls: MappedText[] = [];
  for (const match of text.text.matchAll(/(?<!\$)\$[({]shell[ \t]+/g)) {
    const { end } = referenceAt(text.text, match.index);
    calls.push(sliceMapped(text, match.index + match[0].length, Math.max(match.index + match[0].length, end - 1)));
  }
  return calls;
}

/** The reference whose `$` stands at `at`: what is between its brackets, or one character. */
function referenceAt(text: string, at: number): { name: string; end: number } {
  const open = text[at + 1];
  if (open !== '(' && open !== '{') return { name: open ?? '$', end: Math.min(at + 2, text.length) };
  const close = open === '(' ? ')' : '}';
  let depth = 0;
  for (let index = at + 1; index < text.length; index++) {
    if (text[index] === open) depth++;
    else if (text[index] === close && --depth === 0) return { name: text.slice(at + 2, index), end: index + 1 };
  }
  return { name: text.slice(at + 2), end: text.length };
}
