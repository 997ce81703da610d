import { dropStart, knownPrefix, type Text } from '../../text/text.ts';
import type { Argument } from '../expansion.ts';
import { isMany } from '../parameters.ts';

/** How a program reads its options. */
export interface OptionGrammar {
  /** Short options that take a value, as characters. */
  readonly shortWithValue: string;
  /** Long options (without dashes) that take a value. */
  readonly longWithValue: ReadonlySet<string>;
  /** Long options without a value that are the beginning of one that takes a value: they are complete as they are. */
  readonly longFlags?: ReadonlySet<string>;
  /** Long names of short options. */
  readonly names?: ReadonlyMap<string, string>;
  /** Options end at the first operand: what follows is another command. */
  readonly stopsAtOperand?: boolean;
  /** Long options may start with one dash (`-url`), as X11 programs have them. */
  readonly isSingleDashLong?: boolean;
}

export type Item =
  | { readonly kind: 'option'; readonly name: string; readonly value: Text | undefined; readonly argument: Argument }
  | { readonly kind: 'operand'; readonly argument: Argument }
  /** A word that may be any number of options and operands. */
  | { readonly kind: 'unknown'; readonly argument: Argument };

/** Reads the words after a command's name. Options come under their long name if they have one. */
export function readOptions(words: readonly Argument[], grammar: OptionGrammar): readonly Item[] {
  const items: Item[] = [];
  let areOver = false;
  for (let i = 0; i < words.length; i++) {
    const argument = words[i];
    if (argument === undefined) break;
    const text = knownPrefix(argument.text);
    if (areOver || !text.startsWith('-') || text === '-') {
      if (!areOver && isMany(argument.text)) items.push({ kind: 'unknown', argument });
      else {
        items.push({ kind: 'operand', argument });
        if (grammar.stopsAtOperand === true) areOver = true;
      }
      continue;
    }
    if (text === '--' && argument.text.pieces.length === 1) {
      areOver = true;
      continue;
    }
    const isLong = text.startsWith('--') || (grammar.isSingleDashLong === true && text.length > 2);
    if (isLong) i += readLong(words, i, argument, text, grammar, items);
    else i += readShort(words, i, argument, text, grammar, items);
  }
  return items;
}

function readLong(
  words: readonly Argument[],
  at: number,
  argument: Argument,
  text: string,
  grammar: OptionGrammar,
  items: Item[],
): number {
  const dashes = text.startsWith('--') ? 2 : 1;
  const equals = text.indexOf('=');
  const written = text.slice(dashes, equals === -1 ? undefined : equals);
  const name = completed(written, grammar);
  if (equals !== -1) {
    items.push({ kind: 'option', name, value: dropStart(argument.text, equals + 1), argument });
    return 0;
  }
  if (!grammar.longWithValue.has(name)) {
    items.push({ kind: 'option', name, value: undefined, argument });
    return 0;
  }
  items.push({ kind: 'option', name, value: words[at + 1]?.text, argument });
  return 1;
}

/** Programs take a long option's beginning for the option where only one starts like it. */
function completed(written: string, grammar: OptionGrammar): string {
  if (grammar.longWithValue.has(written) || grammar.longFlags?.has(written) === true || written.length < 4)
    return written;
  const candidates = [...grammar.longWithValue].filter((name) => name.startsWith(written));
  return candidates.length === 1 ? (candidates[0] ?? written) : written;
}

function readShort(
  words: readonly Argument[],
  at: number,
  argument: Argument,
  text: string,
  grammar: OptionGrammar,
  items: Item[],
): number {
  for (let i = 1; i < text.length; i++) {
    const letter = text.charAt(i);
    const name = grammar.names?.get(letter) ?? letter;
    if (!grammar.shortWithValue.includes(letter)) {
      items.push({ kind: 'option', name, value: undefined, argument });
      continue;
    }
    const rest = dropStart(argument.text, i + 1);
    const hasRest = i + 1 < text.length || rest.pieces.some((piece) => piece.kind === 'hole');
    items.push({ kind: 'option', name, value: hasRest ? rest : words[at + 1]?.text, argument });
    return hasRest ? 0 : 1;
  }
  return 0;
}
