import { OffsetMap } from '../../document/offset-map.ts';
import { known, render, type Literal, type Text } from '../../text/text.ts';
import { SUCCESS, together, EITHER, type Exit } from '../exit.ts';
import { contentOf, writeFile } from '../redirections.ts';
import { fileVariable, getVariable, INPUT, setVariable, type State } from '../state.ts';
import { append, cutLiteral, NO_CHOICES, originOf, scalar, shellHole, textsOf } from '../values.ts';
import { fileText } from './aws-user-data.ts';
import { joinWords } from './builtins.ts';
import type { CommandReader } from './dispatch.ts';
import { writeUnknown } from './dispatch.ts';
import type { Invocation } from './simple-command.ts';

/** Commands whose output can be told from their words and their input. */
export const OUTPUTS: ReadonlyMap<string, CommandReader> = new Map<string, CommandReader>([
  ['echo', runEcho],
  ['printf', runPrintf],
  ['cat', runCat],
  ['tee', runTee],
  ['base64', runBase64],
  ['dirname', runDirname],
  ...['head', 'tail', 'tr', 'sort', 'uniq', 'xargs-echo', 'tac', 'rev', 'fold', 'sponge', 'iconv', 'dos2unix'].map(
    (name): [string, CommandReader] => [name, runFilter],
  ),
]);

function runEcho({ shell, words }: Invocation, state: State): Exit {
  let first = 0;
  let endsLine = true;
  let decodes = shell.interpreter === 'dash';
  for (; first < words.length; first++) {
    const text = known(words[first]?.text ?? NOTHING);
    if (text === undefined || !/^-[neE]+$/.test(text)) break;
    if (text.includes('n')) endsLine = false;
    if (text.includes('e')) decodes = true;
    if (text.includes('E')) decodes = false;
  }
  const joined = joinWords(words.slice(first).map((word) => word.text));
  const text = decodes ? decodeEscapes(joined) : joined;
  shell.write(state, [endsLine ? (append(text, LINE_BREAK) ?? text) : text]);
  return together(state, SUCCESS);
}

const NOTHING: Text = { pieces: [], choices: NO_CHOICES };
const LINE_BREAK: Text = { pieces: [{ kind: 'literal', value: '\n' }], choices: NO_CHOICES };

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
  ['a', ''],
  ['b', '\b'],
  ['e', '\u001b'],
  ['f', '\f'],
  ['v', '\v'],
  ['"', '"'],
  ["'", "'"],
]);

/** Undoes the escapes of `echo -e` and of the format of `printf`; each decoded character stands where its escape does. */
function decodeEscapes(text: Text): Text {
  return {
    pieces: text.pieces.flatMap((piece): readonly Text['pieces'][number][] =>
      piece.kind === 'hole' ? [piece] : decodeLiteral(piece),
    ),
    choices: text.choices,
  };
}

function decodeLiteral(piece: Literal): readonly Literal[] {
  if (!piece.value.includes('\\')) return [piece];
  const pieces: Literal[] = [];
  let from = 0;
  for (const match of piece.value.matchAll(/\\(?:x([\da-fA-F]{1,2})|0([0-7]{1,3})|u([\da-fA-F]{4})|(.))/gs)) {
    const code = match[1] ?? match[3];
    const decoded =
      code !== undefined
        ? String.fromCodePoint(parseInt(code, 16))
        : match[2] !== undefined
          ? String.fromCodePoint(parseInt(match[2], 8))
          : ESCAPES.get(match[4] ?? '');
    if (decoded === undefined) continue;
    if (match.index > from) pieces.push(cutLiteral(piece, from, match.index));
    from = match.index + match[0].length;
    if (decoded !== '') pieces.push(standingFor(decoded, piece, match.index, from));
  }
  if (from < piece.value.length) pieces.push(cutLiteral(piece, from, piece.value.length));
  return pieces;
}

/** `value`, placed where characters `start..end` of a literal stand. */
function standingFor(value: string, piece: Literal, start: number, end: number): Literal {
  if (piece.map === undefined) return { kind: 'literal', value };
  const place = piece.map.range(start, end);
  return {
    kind: 'literal',
    value,
    map: new OffsetMap([
      { inner: 0, length: value.length, path: place.path, outer: place.start, outerLength: place.end - place.start },
    ]),
  };
}

function runPrintf({ shell, words }: Invocation, state: State): Exit {
  const rest = [...words];
  if (known(rest[0]?.text ?? NOTHING) === '--') rest.shift();
  const isVariable = known(rest[0]?.text ?? NOTHING) === '-v';
  const variable = isVariable ? known(rest[1]?.text ?? NOTHING) : undefined;
  if (isVariable) rest.splice(0, 2);
  const format = rest.shift();
  if (format === undefined) return together(state, SUCCESS);
  const values = rest.map((word) => word.text);
  let text: Text = NOTHING;
  let used = 0;
  do {
    const before = used;
    for (const piece of format.text.pieces) {
      if (piece.kind === 'hole') {
        text = append(text, { pieces: [piece], choices: NO_CHOICES }) ?? text;
        continue;
      }
      let from = 0;
      const add = (literals: readonly Literal[]): void => {
        text = append(text, { pieces: literals, choices: NO_CHOICES }) ?? text;
      };
      for (const match of piece.value.matchAll(/%(?:%|[-+ #0]*(?:\*|\d+)?(?:\.\d+)?([a-zA-Z]))/g)) {
        if (match.index > from) add(decodeLiteral(cutLiteral(piece, from, match.index)));
        from = match.index + match[0].length;
        if (match[1] === undefined) add([{ kind: 'literal', value: '%' }]);
        else {
          const value = values[used] ?? NOTHING;
          used += 1;
          text = append(text, match[1] === 'b' ? decodeEscapes(value) : value) ?? text;
        }
      }
      if (from < piece.value.length) add(decodeLiteral(cutLiteral(piece, from, piece.value.length)));
    }
    if (used === before) break;
  } while (used < values.length);
  if (variable !== undefined && /^[A-Za-z_]\w*$/.test(variable)) setVariable(state, variable, scalar([text]));
  else if (!isVariable) shell.write(state, [text]);
  return together(state, SUCCESS);
}

function runCat(invocation: Invocation, state: State): Exit {
  const { shell, words } = invocation;
  const files = words.filter((word) => !(known(word.text) ?? '').startsWith('-') || known(word.text) === '-');
  if (files.length === 0) {
    const input = getVariable(state, INPUT);
    if (input !== undefined) shell.write(state, textsOf(input));
    else writeUnknown(invocation, state);
    return together(state, SUCCESS);
  }
  for (const file of files) {
    const input = known(file.text) === '-' ? getVariable(state, INPUT) : undefined;
    const isWritten = getVariable(state, fileVariable(render(file.text))) !== undefined;
    const text = input === undefined && !isWritten ? fileText(shell, file.text, state) : undefined;
    shell.write(
      state,
      input !== undefined ? textsOf(input) : text !== undefined ? [text] : contentOf(state, file.text),
    );
  }
  return together(state, EITHER);
}

function runTee({ shell, source, pos, end, words }: Invocation, state: State): Exit {
  const input = getVariable(state, INPUT);
  const contents = input === undefined ? [] : textsOf(input);
  const appends = words.some((word) => /^(?:-a|--append)$/.test(known(word.text) ?? ''));
  for (const word of words) {
    if ((known(word.text) ?? '').startsWith('-')) continue;
    if (contents.length > 0) writeFile(shell, state, word.text, contents, appends, source, source.map.range(pos, end));
  }
  shell.write(state, contents);
  return together(state, SUCCESS);
}

function runBase64(invocation: Invocation, state: State): Exit {
  const { shell, words } = invocation;
  const input = getVariable(state, INPUT);
  const text = input === undefined ? undefined : textsOf(input)[0];
  const value = text === undefined ? undefined : known(text);
  const encoded = encodedText(invocation, text, state);
  const decodes = words.some((word) => /^(?:-d|-D|--decode|-di)$/.test(known(word.text) ?? ''));
  if (!decodes && encoded !== undefined) {
    shell.write(state, [shellHole('$(base64 …)', 'it is encoded', { mayBeEmpty: false, encodes: encoded })]);
    return together(state, SUCCESS);
  }
  if (!decodes || value === undefined) {
    writeUnknown(invocation, state);
    return together(state, EITHER);
  }
  try {
    const bytes = Uint8Array.from(atob(value.replace(/\s/g, '')), (character) => character.charCodeAt(0));
    shell.write(state, [
      { pieces: [{ kind: 'literal', value: new TextDecoder().decode(bytes) }], choices: NO_CHOICES },
    ]);
  } catch {
    writeUnknown(invocation, state);
  }
  return together(state, EITHER);
}

/** What `base64` encodes: its input, or the file that it names. */
function encodedText({ shell, words }: Invocation, input: Text | undefined, state: State): Text | undefined {
  if (input?.pieces.some((piece) => piece.kind === 'literal' && piece.value.trim() !== '') === true) return input;
  const file = words.find((word) => !/^-|^\d+$/.test(known(word.text) ?? 'file'));
  return file === undefined ? undefined : fileText(shell, file.text, state);
}

/** `$(dirname "$0")` and the like: a folder that only a running shell knows, with the name of what it is the folder of. */
function runDirname({ shell, source, pos, end, words }: Invocation, state: State): Exit {
  const value = words[0] === undefined ? undefined : known(words[0].text);
  const text: Text =
    value === undefined
      ? shellHole('$(dirname …)', 'only a running shell knows it', {
          mayBeEmpty: false,
          location: source.map.range(pos, end),
        })
      : {
          pieces: [{ kind: 'literal', value: value.includes('/') ? value.replace(/\/+[^/]*\/*$/, '') || '/' : '.' }],
          choices: NO_CHOICES,
        };
  shell.write(state, [append(text, LINE_BREAK) ?? text]);
  return together(state, SUCCESS);
}

/** What passes through a filter stays the answer of the same request. */
function runFilter(invocation: Invocation, state: State): Exit {
  const input = getVariable(state, INPUT);
  const texts = input === undefined ? [] : textsOf(input);
  const isPlainAnswer = texts.length > 0 && texts.every((text) => originOf(text) !== undefined);
  if (isPlainAnswer) invocation.shell.write(state, texts);
  else writeUnknown(invocation, state);
  return together(state, SUCCESS);
}
