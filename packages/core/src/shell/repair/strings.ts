import { forEachChild, type Command, type HereDoc, type ParsedScript, type SyntaxNode, type Word } from 'unbash';
import { embeddedDocument, MAX_DEPTH, type Document } from '../../document/document.ts';
import { MappedTextBuilder, type MappedText } from '../../document/mapped-text.ts';
import { OffsetMap } from '../../document/offset-map.ts';
import type { TextEdit } from '../../edits/apply.ts';

/** A script that a command of another script is given as a string, or as its input: `bash -c '…'`, `ssh host <<EOF`. */
export interface StringScript {
  readonly document: Document;
  /** The edit, made in the string's own text, as an edit of the script around it. */
  readonly outwards: (edit: TextEdit) => TextEdit;
}

/** How characters are written in a string of each kind. */
interface Quoting {
  /** Characters that a backslash stands before. */
  readonly escaped: string;
  /** What a single quote is written as. */
  readonly quote?: string;
  /** Whether a backslash has a meaning, and what it may stand before. */
  readonly escapes: string;
}

/** Source: POSIX Shell Command Language §2.2 *Quoting* and §2.7.4 *Here-Document*. */
const QUOTINGS = {
  single: { escaped: '', quote: String.raw`'\''`, escapes: '' },
  double: { escaped: '\\"$`', escapes: '\\"$`' },
  document: { escaped: '\\$`', escapes: '\\$`' },
  plain: { escaped: '', escapes: '' },
} as const satisfies Readonly<Record<string, Quoting>>;

/** Programs that run a string among their arguments, or their input, as a script. */
const RUNNERS = /^(?:ba|da|a|z|k|mk)?sh$|^(?:eval|su|runuser|ssh|trap|watch)$/;
const SHELLS = /^(?:ba|da|a|z|k|mk)?sh$/;

/** The strings of a script that its commands run. */
export function stringScripts(script: ParsedScript, document: Document, isErrexit: boolean): readonly StringScript[] {
  if (document.depth >= MAX_DEPTH) return [];
  const found: StringScript[] = [];
  let depth = 0;
  const walk = (node: SyntaxNode): void => {
    if (depth > 400) return;
    if (node.type === 'Command') found.push(...stringsOf(node, document, isErrexit));
    depth++;
    forEachChild(node, walk);
    depth--;
  };
  walk(script);
  return found;
}

function stringsOf(command: Command, document: Document, isErrexit: boolean): readonly StringScript[] {
  const words = [command.name, ...command.args].filter((word): word is Word => word?.type === 'Word');
  const at = words.findIndex(({ value }) => RUNNERS.test(value.slice(value.lastIndexOf('/') + 1)));
  const runner = words[at]?.value.replace(/^.*\//, '');
  if (runner === undefined) return [];
  const options = words.slice(at + 1);
  const ends = SHELLS.test(runner)
    ? options.some(({ value }) => /^-\w*e\w*$/.test(value))
    : (runner === 'eval' || runner === 'trap') && isErrexit;
  const shell = { ...(SHELLS.test(runner) ? { interpreter: runner } : {}), errexit: ends };
  const strings = options.flatMap((word) => quotedScript(word, document));
  const inputs = command.suffix.flatMap((part) => (part.type === 'HereDoc' ? inputScript(part, document) : []));
  return [...strings, ...inputs].map(({ mapped, quoting }) => scriptOf(document, mapped, quoting, shell));
}

interface Quoted {
  /** Its map leads into the script around it. */
  readonly mapped: MappedText;
  readonly quoting: Quoting;
}

function quotedScript({ parts, pos, end }: Word, { text }: Document): readonly Quoted[] {
  const [part, another] = parts ?? [];
  if (part === undefined || another !== undefined || part.pos !== pos || part.end !== end) return [];
  const quoting =
    part.type === 'SingleQuoted' ? QUOTINGS.single : part.type === 'DoubleQuoted' ? QUOTINGS.double : undefined;
  return quoting === undefined ? [] : [{ mapped: decoded(text, pos + 1, end - 1, quoting), quoting }];
}

function inputScript({ body, delimiter }: HereDoc, { text }: Document): readonly Quoted[] {
  if (delimiter === undefined) return [];
  const quoting = delimiter.quoted ? QUOTINGS.plain : QUOTINGS.document;
  return [{ mapped: decoded(text, body.pos, body.end, quoting), quoting }];
}

/** The text between two places with its escapes undone. */
function decoded(text: string, start: number, end: number, { escapes }: Quoting): MappedText {
  const host = { text, map: OffsetMap.identity('', text.length) };
  const builder = new MappedTextBuilder();
  let from = start;
  for (let at = start; at < end - 1; at++) {
    const next = text.charAt(at + 1);
    if (text.charAt(at) !== '\\' || escapes === '') continue;
    if (!escapes.includes(next) && next !== '\n') continue;
    builder.copy(host, from, at);
    if (next !== '\n') builder.decoded(next, host, at, at + 2);
    from = at + 2;
    at++;
  }
  return builder.copy(host, from, end).build();
}

function scriptOf(host: Document, mapped: MappedText, quoting: Quoting, shell: Document['shell']): StringScript {
  const inner = { text: mapped.text, map: mapped.map.through(host.map) };
  return {
    document: embeddedDocument(host, 'shell', inner, host.role, shell === undefined ? {} : { shell }),
    outwards: ({ start, end, text }) => {
      // What is added behind a character stands with it: escapes are as long as two.
      const from = start === mapped.text.length ? mapped.map.range(start - 1, start).end : mapped.map.at(start).offset;
      const to = end === start ? from : mapped.map.range(start, end).end;
      return { start: from, end: to, text: written(text, quoting) };
    },
  };
}

function written(text: string, { escaped, quote }: Quoting): string {
  return text.replace(/[\\"$`']/g, (character) =>
    escaped.includes(character) ? `\\${character}` : character === "'" ? (quote ?? character) : character,
  );
}
