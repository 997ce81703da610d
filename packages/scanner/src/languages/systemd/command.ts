import { MappedTextBuilder, sliceMapped, type Alternatives, type MappedText } from 'imdsv2-core';
import { replaceMapped, scriptOfWords } from '../embedded/command-line.ts';
import type { Script } from '../embedded/script.ts';

/**
 * What an `Exec…=` value runs. systemd starts programs without a shell: it splits words and quotes by itself, `%%` is `%`, `$$` is `$`, `${X}` is put in
 * as one word, `$X` split. Where the program is a shell with `-c`, the script after it is what counts.
 */
export function serviceScript(
  value: MappedText,
  variables: ReadonlyMap<string, Alternatives>,
): readonly Omit<Script, 'role'>[] {
  const prefix = /^\s*[-@:+!|]*\s*/.exec(value.text)?.[0].length ?? 0;
  return splitCommands(words(sliceMapped(value, prefix, value.text.length))).flatMap(
    (command) => scriptOfWords(command.map(unescape), '', { variables, references: 'expanded' }) ?? [],
  );
}

/** `%%` and `$$`; other specifiers (`%i`, `%n`) stay as they are. */
function unescape(word: MappedText): MappedText {
  return replaceMapped(word, /%%|\$\$/g, ([escape]) => escape[0]);
}

/** A `;` that is a word by itself begins another command line (only with Type=oneshot). */
function splitCommands(all: readonly MappedText[]): readonly (readonly MappedText[])[] {
  const commands: MappedText[][] = [[]];
  for (const word of all) {
    if (word.text === ';') commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands.filter((command) => command.length > 0);
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
};

/** Splits at blanks; quotes of either kind group, backslash escapes are C's (systemd.syntax(7), *Quoting*). */
function words(line: MappedText): readonly MappedText[] {
  const { text } = line;
  const found: MappedText[] = [];
  let builder: MappedTextBuilder | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\' && at + 1 < text.length) {
      const length = /^\\(?:x[\da-f]{2}|[0-7]{3}|u[\da-f]{4})/i.exec(text.slice(at, at + 6))?.[0].length ?? 2;
      const escape = text.slice(at + 1, at + length);
      const value =
        length > 2
          ? String.fromCharCode(
              /^[xu]/i.test(escape) ? Number.parseInt(escape.slice(1), 16) : Number.parseInt(escape, 8),
            )
          : (ESCAPES[escape] ?? (/["'\\ ]/.test(escape) ? escape : `\\${escape}`));
      (builder ??= new MappedTextBuilder()).decoded(value, line, at, at + length);
      at += length - 1;
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else builder?.copy(line, at, at + 1);
    } else if (character === '"' || character === "'") {
      quote = character;
      builder ??= new MappedTextBuilder();
    } else if (/\s/.test(character)) {
      if (builder !== undefined) found.push(builder.build());
      builder = undefined;
    } else {
      (builder ??= new MappedTextBuilder()).copy(line, at, at + 1);
    }
  }
  if (builder !== undefined) found.push(builder.build());
  return found;
}
