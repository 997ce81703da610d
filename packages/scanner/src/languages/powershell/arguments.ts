import { mergeChoices } from 'imdsv2-core';
import { childOf, type SyntaxNode } from '../scripting/syntax.ts';
import { knownText, limit, NULL, type Values } from '../scripting/values.ts';
import { evaluate } from './expressions.ts';
import { readVariable, sourceOf, type Interpreter } from './interpreter.ts';
import { bareValues } from './strings.ts';

/** One word of a command, as written. */
export interface Word {
  /** The name after the dash, as written, for a parameter (`-Uri`, `-Uri:`). */
  readonly parameter?: string;
  /** Whether the value is glued to the parameter with a colon. */
  readonly glued?: boolean;
  readonly values: Values;
  /** A dictionary or list that is spread over the parameters (`@options`). */
  readonly splatted?: boolean;
  readonly start: number;
  readonly end: number;
}

/** The words of a command, evaluated in order. Redirections are not among them. */
export function readWords(interpreter: Interpreter, command: SyntaxNode): readonly Word[] {
  const elements = childOf(command, 'command_elements');
  const words: Word[] = [];
  let group: SyntaxNode[] = [];
  let glued = false;
  const finish = (): void => {
    const [first] = group;
    if (first !== undefined) words.push(readWord(interpreter, group, glued));
    group = [];
  };
  for (const child of elements?.children ?? []) {
    if (child.type === 'redirection' || child.type === 'comment') continue;
    if (child.type === 'command_argument_sep') {
      finish();
      glued = sourceOf(interpreter, child).trim() === ':';
      if (!glued && child.end === child.start) glued = false;
      continue;
    }
    group.push(child);
    if (child.type === 'stop_parsing') break;
  }
  finish();
  return words;
}

function readWord(interpreter: Interpreter, group: readonly SyntaxNode[], glued: boolean): Word {
  const [first] = group;
  const last = group.at(-1);
  const start = first?.start ?? 0;
  const spanned = interpreter.document.text.slice(start, last?.end ?? start);
  // A word that the parser lost track in ends with its line.
  const lineEnd = group.length > 1 || first?.type === 'ERROR' ? spanned.search(/[\r\n]/) : -1;
  const end = start + (lineEnd === -1 ? spanned.length : lineEnd);
  const more = glued ? { glued } : {};
  const source = interpreter.document.text.slice(start, end);
  // The grammar knows the plain dash only.
  const parameter =
    group.length === 1 && !/^["'$@({]/.test(source)
      ? /^[-\u2013\u2014\u2015]{1,2}([A-Za-z_?][^\s:]*):?$/.exec(source)?.[1]
      : undefined;
  if (parameter !== undefined && !glued) return { parameter, values: NULL, start, end };
  if (group.length === 1 && first !== undefined) {
    if (first.type === 'variable' && source.startsWith('@'))
      return { values: readVariable(interpreter, `$${source.slice(1)}`), splatted: true, start, end, ...more };
    if (first.type === 'generic_token' || first.type === 'ERROR' || first.type === 'command_parameter')
      return { values: bare(interpreter, start, end), start, end, ...more };
    return { values: evaluate(interpreter, first), start, end, ...more };
  }
  return { values: bare(interpreter, start, end), start, end, ...more };
}

function bare(interpreter: Interpreter, start: number, end: number): Values {
  return bareValues(interpreter.document, start, end, (name) => readVariable(interpreter, name));
}

/** What a cmdlet or function takes. Names in any case; a name may be cut short as long as it is the only one that begins so. */
export interface Signature {
  /** Parameters with a value, in the order of their positions where they have one. */
  readonly parameters: readonly string[];
  readonly switches?: readonly string[];
  /** Names of the parameters that values without a name go to, in order. */
  readonly positions?: readonly string[];
  readonly aliases?: Readonly<Record<string, string>>;
}

export interface Bound {
  /** By the signature's name in lower case. */
  readonly values: ReadonlyMap<string, Values>;
  readonly places: ReadonlyMap<string, { readonly start: number; readonly end: number }>;
  /** Values that no parameter was left for. */
  readonly rest: readonly Values[];
  /** Parameters that the signature does not have. */
  readonly strangers: readonly string[];
  /** Why there may be more. */
  readonly open?: string;
}

/** Puts words to the parameters they belong to. */
export function bind(interpreter: Interpreter, words: readonly Word[], signature: Signature): Bound {
  const values = new Map<string, Values>();
  const places = new Map<string, { readonly start: number; readonly end: number }>();
  const loose: Word[] = [];
  const strangers: string[] = [];
  let open: string | undefined;
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    if (word === undefined) break;
    if (word.splatted === true) {
      open = spread(interpreter, word, signature, values, loose) ?? open;
      continue;
    }
    if (word.parameter === undefined) {
      loose.push(word);
      continue;
    }
    const found = parameterOf(word.parameter, signature);
    const next = words[i + 1];
    const takesNext = next !== undefined && next.parameter === undefined && next.splatted !== true;
    if (found === undefined) {
      strangers.push(word.parameter);
      if (takesNext && next.glued === true) i += 1;
      continue;
    }
    if (found.isSwitch) {
      values.set(
        found.name,
        takesNext && next.glued === true ? next.values : [{ kind: 'boolean', value: true, choices: new Map() }],
      );
      if (takesNext && next.glued === true) i += 1;
    } else if (takesNext) {
      values.set(found.name, next.values);
      i += 1;
    }
    places.set(found.name, { start: word.start, end: takesNext ? next.end : word.end });
  }
  const positions = (signature.positions ?? []).map((name) => name.toLowerCase()).filter((name) => !values.has(name));
  const rest: Values[] = [];
  loose.forEach((word, index) => {
    const name = positions[index];
    if (name === undefined) rest.push(word.values);
    else {
      values.set(name, word.values);
      places.set(name, { start: word.start, end: word.end });
    }
  });
  return { values, places, rest, strangers, ...(open === undefined ? {} : { open }) };
}

/** The parameter that a name stands for, cut short or not. */
function parameterOf(
  written: string,
  signature: Signature,
): { readonly name: string; readonly isSwitch: boolean } | undefined {
  const name = written.toLowerCase();
  const alias = signature.aliases?.[name]?.toLowerCase();
  const switches = (signature.switches ?? []).map((other) => other.toLowerCase());
  const all = [...signature.parameters.map((other) => other.toLowerCase()), ...switches];
  const found = all.find((other) => other === (alias ?? name)) ?? all.find((other) => other.startsWith(name));
  return found === undefined ? undefined : { name: found, isSwitch: switches.includes(found) };
}

/** Gives the entries of a dictionary to parameters, and the items of a list to positions. Returns why there may be more. */
function spread(
  interpreter: Interpreter,
  word: Word,
  signature: Signature,
  values: Map<string, Values>,
  loose: Word[],
): string | undefined {
  const name = sourceOf(interpreter, word);
  const cells = word.values.flatMap((value) =>
    value.kind === 'ref'
      ? interpreter.machine.state
          .cells(value)
          .map(({ cell, choices }) => ({ cell, choices: mergeChoices(choices, value.choices) ?? choices }))
      : [],
  );
  if (cells.length === 0 || word.values.some((value) => value.kind !== 'ref')) return `"${name}" is spread into it`;
  for (const { cell } of cells.slice(0, 1)) {
    for (const item of cell.items) loose.push({ values: item, start: word.start, end: word.end });
  }
  const keys = new Set(cells.flatMap(({ cell }) => cell.entries.flatMap((entry) => knownText(entry.key) ?? [])));
  for (const key of keys) {
    const found = parameterOf(key, signature);
    if (found === undefined || values.has(found.name)) continue;
    values.set(
      found.name,
      limit(
        cells.flatMap(({ cell, choices }): Values => {
          const entry = cell.entries.findLast(
            (candidate) => knownText(candidate.key)?.toLowerCase() === key.toLowerCase(),
          );
          return (entry?.value ?? NULL).map((value) => ({
            ...value,
            choices: mergeChoices(value.choices, choices) ?? value.choices,
          }));
        }),
      ),
    );
  }
  const unclear = cells.find(
    ({ cell }) => cell.open !== undefined || cell.entries.some((entry) => knownText(entry.key) === undefined),
  );
  return unclear === undefined ? undefined : `"${name}" is spread into it, and not all of that is known`;
}
