import {
  holeCharacter,
  literal,
  MappedTextBuilder,
  NOTHING,
  sliceMapped,
  type Analysis,
  type Document,
  type DocumentHole,
  type MappedText,
} from 'imdsv2-core';
import { joinLines, quoteWords } from '../embedded/command-line.ts';
import { documentsOf, type Script } from '../embedded/script.ts';
import { lineComments, suppressionsIn } from '../embedded/suppressions.ts';
import type { DocumentFrontEnd } from '../front-end.ts';

/**
 * Batch files of `cmd.exe`, as far as their requests go: the commands that send some are handed on as command lines with cmd's quoting undone
 * (learn.microsoft.com/windows-server/administration/windows-commands/cmd). Nothing else of the language is read.
 */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['batch'],
  load: () => Promise.resolve(analyseBatch),
};

export function analyseBatch(document: Document): Analysis {
  const variables = new Map<string, string>();
  const holes: DocumentHole[] = [...document.holes];
  const commands: MappedText[] = [];
  const scripts: Script[] = [];
  for (const line of logicalLines(document)) {
    const set = /^\s*@?set\s+"?([A-Za-z_]\w*)=(.*?)"?\s*$/i.exec(line.text);
    if (set !== null && !(set[2] ?? '').includes('%')) variables.set((set[1] ?? '').toUpperCase(), set[2] ?? '');
    for (const match of line.text.matchAll(COMMAND)) {
      const end = commandEnd(line.text, match.index + match[0].length, match[1] ?? '');
      const start = match.index + (match[1]?.length ?? 0);
      const words = splitWords(withVariables(sliceMapped(line, start, end), variables, holes));
      const powershell = /^(?:powershell|pwsh)/i.test(match[2] ?? '') ? powershellScript(words) : undefined;
      if (powershell !== undefined)
        scripts.push({ language: 'powershell', text: powershell, role: 'powershell command' });
      else commands.push(quoteWords(words));
    }
  }
  if (commands.length > 0) scripts.push({ language: 'shell', text: joinLines(commands), role: 'commands', shell: {} });
  const comments = lineComments(document.text, /^(?:@?rem\b|::)/i);
  return {
    ...NOTHING,
    documents: documentsOf({ ...document, holes }, scripts),
    suppressions: suppressionsIn(document, comments, []),
  };
}

/** A program at the place of a command: at the start, behind an operator, in `for /f … in ('…')`. */
const COMMAND =
  /((?:^|[&|(]|\bdo\b|\belse\b|\bcall\b|\bin\s*\(\s*['`]|\bif\s+(?:\/i\s+)?(?:not\s+)?(?:(?:exist|defined|errorlevel)\s+\S+|\S+\s*(?:==|\s(?:equ|neq|lss|leq|gtr|geq)\s)\s*\S+)\s)\s*@?\s*"?(?:[A-Za-z]:)?(?:[\\/]?(?:[\w .%()-]+[\\/]))*)(curl|wget|powershell|pwsh|aws)(?:\.exe)?"?(?=\s)/gi;

/** Where the command ends: at an operator outside quotes, or at the quote that a `for /f` put around it. */
function commandEnd(text: string, from: number, before: string): number {
  const around = /in\s*\(\s*(['`])/i.exec(before)?.[1];
  let isQuoted = false;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '^' && !isQuoted) at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (around === undefined ? /[&|)]/.test(character ?? '') : character === around)) return at;
  }
  return text.length;
}

/** Lines, those that end in `^` joined with the next. */
function logicalLines(document: Document): readonly MappedText[] {
  const { text } = document;
  const lines: MappedText[] = [];
  let builder = new MappedTextBuilder();
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end).replace(/\r$/, '');
    const isComment = builder.length === 0 && /^\s*(?:@?rem\b|::)/i.test(line);
    const isContinued = !isComment && line.endsWith('^');
    if (!isComment) builder.copy(document, start, start + line.length - (isContinued ? 1 : 0));
    if (!isContinued) {
      lines.push(builder.build());
      builder = new MappedTextBuilder();
    }
    start = end + 1;
  }
  return builder.length > 0 ? [...lines, builder.build()] : lines;
}

/** `%NAME%`, `!NAME!` and `%%i` as holes, with the value that the file sets. */
function withVariables(text: MappedText, variables: ReadonlyMap<string, string>, holes: DocumentHole[]): MappedText {
  const builder = new MappedTextBuilder();
  let from = 0;
  for (const match of text.text.matchAll(/%%~?\w*[A-Za-z]|%~?\d|%([A-Za-z_]\w*)(?::[^%]*)?%|!([A-Za-z_]\w*)!/g)) {
    builder.copy(text, from, match.index);
    from = match.index + match[0].length;
    const value = variables.get((match[1] ?? match[2] ?? '').toUpperCase());
    holes.push({
      hole: {
        kind: 'hole',
        name: match[0],
        why: 'it is a variable of cmd.exe',
        location: text.map.range(match.index, from),
        mayBeEmpty: true,
      },
      values: value === undefined ? [] : [literal(value)],
    });
    builder.decoded(holeCharacter(holes.length - 1), text, match.index, from);
  }
  return builder.copy(text, from, text.text.length).build();
}

/** Words as programs of Windows split their command line: only `"` quotes, `\"` is a quote, `^` outside quotes makes the next character plain. */
function splitWords(line: MappedText): readonly MappedText[] {
  const { text } = line;
  const words: MappedText[] = [];
  let builder: MappedTextBuilder | undefined;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\' && text[at + 1] === '"') {
      (builder ??= new MappedTextBuilder()).decoded('"', line, at, at + 2);
      at++;
    } else if (character === '"') {
      isQuoted = !isQuoted;
      builder ??= new MappedTextBuilder();
    } else if (character === '^' && !isQuoted) {
      at++;
      (builder ??= new MappedTextBuilder()).copy(line, at, Math.min(at + 1, text.length));
    } else if (/\s/.test(character) && !isQuoted) {
      if (builder !== undefined) words.push(builder.build());
      builder = undefined;
    } else {
      (builder ??= new MappedTextBuilder()).copy(line, at, at + 1);
    }
  }
  if (builder !== undefined) words.push(builder.build());
  return words;
}

/** What follows `-Command` (or the options): PowerShell reads the rest of the line as its script. */
function powershellScript(words: readonly MappedText[]): MappedText | undefined {
  const named = words.findIndex((word, index) => index > 0 && /^[-/](?:c|command)$/i.test(word.text));
  if (words.some((word) => /^[-/](?:f|file|e|enc|encodedcommand)$/i.test(word.text))) return undefined;
  let first = named === -1 ? 1 : named + 1;
  while (named === -1 && /^[-/]/.test(words[first]?.text ?? ''))
    first += /^[-/](?:ep|executionpolicy|version|inputformat|outputformat|windowstyle|w)$/i.test(
      words[first]?.text ?? '',
    )
      ? 2
      : 1;
  const rest = words.slice(first);
  if (rest.length === 0) return undefined;
  const builder = new MappedTextBuilder();
  rest.forEach((word, index) => {
    if (index > 0) builder.synthetic(' ', word, 0);
    builder.append(word);
  });
  return builder.build();
}
