import { MappedTextBuilder, sliceMapped, type MappedText, type ShellHost } from 'imdsv2-core';
import type { Node } from '../structured/node.ts';
import { readCommand, shellFlags } from '../interpreters.ts';
import type { Script } from './script.ts';

/** Several pieces of one script as its lines. A separator stands where the piece before it ends. */
export function joinLines(pieces: readonly MappedText[]): MappedText {
  const builder = new MappedTextBuilder();
  let before: MappedText | undefined;
  for (const piece of pieces) {
    if (before !== undefined && !before.text.endsWith('\n')) builder.synthetic('\n', before, before.text.length);
    builder.append(piece);
    before = piece;
  }
  return builder.build();
}

/** Whether `$X` and `${X}` in words are put in by whoever starts the program (systemd, Compose, Kubernetes), or stand for themselves (Docker, cloud-init). */
export type References = 'literal' | 'expanded';

/** Words that a program is started with, written as the command line of a shell that gives it just these words. */
export function quoteWords(words: readonly MappedText[], references: References = 'literal'): MappedText {
  const builder = new MappedTextBuilder();
  words.forEach((word, index) => {
    if (index > 0) builder.synthetic(' ', word, 0);
    if (/^[\w@%+=:,./-]+$/.test(word.text)) {
      builder.append(word);
      return;
    }
    const isExpanded = references === 'expanded' && /\$[\w{]/.test(word.text);
    const quote = isExpanded ? '"' : "'";
    builder.synthetic(quote, word, 0);
    let from = 0;
    for (const match of word.text.matchAll(isExpanded ? /["`\\]|\$(?![\w{])/g : /'/g)) {
      builder
        .copy(word, from, match.index)
        .decoded(isExpanded ? `\\${match[0]}` : "'\\''", word, match.index, match.index + 1);
      from = match.index + 1;
    }
    builder.copy(word, from, word.text.length).synthetic(quote, word, word.text.length);
  });
  return builder.build();
}

/**
 * What a program with these words runs (an `exec` array: Docker, Kubernetes, cloud-init): the script itself where the words start a shell with
 * `-c`, else the words as one command line.
 */
export function scriptOfWords(
  words: readonly MappedText[],
  role: string,
  more: Pick<Script, 'runner' | 'holes'> & {
    readonly variables?: ShellHost['variables'];
    readonly references?: References;
  } = {},
): Script | undefined {
  const { variables, references, ...rest } = more;
  const host: ShellHost = variables === undefined ? {} : { variables };
  const script = shellScript(words);
  if (script !== undefined)
    return { language: script.language, text: script.text, role, shell: { ...script.shell, ...host }, ...rest };
  if (words.length === 0) return undefined;
  return { language: 'shell', text: quoteWords(words, references), role, shell: { ...host, isDirect: true }, ...rest };
}

/** The script among the words `bash -ec SCRIPT`, `/usr/bin/env sh -c SCRIPT`, `pwsh -Command SCRIPT`. */
function shellScript(
  words: readonly MappedText[],
): { language: 'shell' | 'powershell'; text: MappedText; shell: ShellHost } | undefined {
  let at = words.findIndex(
    (word, index) => index > 0 && (/^-[A-Za-z]*c$/.test(word.text) || /^-(?:command|c)$/i.test(word.text)),
  );
  const first = at === -1 ? -1 : words.findIndex((word) => readCommand(word.text)?.language !== undefined);
  const interpreter = first === -1 ? undefined : readCommand(words[first]?.text ?? '');
  // Wrappers (`tini --`, `env`, `sudo`) may stand before the shell, nothing but options behind it.
  if (
    first === -1 ||
    first > 4 ||
    words
      .slice(first + 1, at)
      .some(
        (word) => !/^[-+]/.test(word.text) && !/^(?:pipefail|errexit|nounset|bypass|unrestricted)$/i.test(word.text),
      )
  )
    return undefined;
  at++;
  const text = words[at];
  if (text === undefined) return undefined;
  if (interpreter?.language === 'powershell')
    return { language: 'powershell', text: words.length > at + 1 ? spaced(words.slice(at)) : text, shell: {} };
  if (interpreter?.language !== 'shell') return undefined;
  const flags = shellFlags(words.slice(first + 1, at).map((word) => word.text));
  return { language: 'shell', text, shell: { interpreter: interpreter.name, ...flags } };
}

function spaced(words: readonly MappedText[]): MappedText {
  const builder = new MappedTextBuilder();
  words.forEach((word, index) => {
    if (index > 0) builder.synthetic(' ', word, 0);
    builder.append(word);
  });
  return builder.build();
}

/** A copy of `text` in which every match of `pattern` is replaced; `replace` gives undefined to leave one as it is. */
export function replaceMapped(
  text: MappedText,
  pattern: RegExp,
  replace: (match: RegExpMatchArray) => string | undefined,
): MappedText {
  let from = 0;
  let builder: MappedTextBuilder | undefined;
  for (const match of text.text.matchAll(pattern)) {
    const value = replace(match);
    if (value === undefined) continue;
    builder ??= new MappedTextBuilder();
    builder.copy(text, from, match.index).decoded(value, text, match.index, match.index + match[0].length);
    from = match.index + match[0].length;
  }
  return builder === undefined ? text : builder.copy(text, from, text.text.length).build();
}

/** `text` without the blanks and line breaks around it. */
export function trimMapped(text: MappedText): MappedText {
  const start = text.text.length - text.text.trimStart().length;
  return sliceMapped(text, start, Math.max(start, text.text.trimEnd().length));
}

/**
 * A command in a list of commands. `- curl -H "A: b" …` without quotes is a map for YAML, and no tool runs it; what its author meant
 * is the line as written.
 */
export function commandText(host: MappedText, node: Node): MappedText | undefined {
  if (node.kind === 'scalar') return node.value === null ? undefined : node.mapped;
  if (node.kind !== 'map' || node.entries.length !== 1) return undefined;
  const key = node.entries[0]?.key;
  if (key?.kind !== 'scalar' || key.style !== 'plain' || !/\s/.test(key.text)) return undefined;
  return trimMapped(sliceMapped(host, node.start, node.end));
}
