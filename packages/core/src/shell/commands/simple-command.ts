import type { Assignment, Command, Word } from 'unbash';
import { known, mergeChoices, type Choices, type Text } from '../../text/text.ts';
import type { Evaluator } from '../evaluator.ts';
import { EITHER, joinAll, NOWHERE, proceed, SUCCESS, together, type Exit } from '../exit.ts';
import { expandText, expandWord, expandWords, type Argument, type ArgumentList } from '../expansion.ts';
import { numberOf } from '../arithmetic.ts';
import { runTestCommand } from '../conditions.ts';
import { numericValue } from '../parameters.ts';
import { withRedirections } from '../redirections.ts';
import type { Source } from '../source.ts';
import { DISCARDED, fork, getVariable, OUTPUT, setVariable, type State } from '../state.ts';
import { append, bounded, NO_CHOICES, scalar, shellHole, withChoices, type Value, type Variable } from '../values.ts';
import { DECLARATIONS, declare } from './declarations.ts';
import { dispatch, isUnderstood, namesClient } from './dispatch.ts';

/** A command of a script while it is run: what its grammar may need. */
export interface Invocation {
  readonly shell: Evaluator;
  readonly source: Source;
  /** The whole command in its source. */
  readonly pos: number;
  readonly end: number;
  /** The words after the command's name. */
  readonly words: readonly Argument[];
  /** The word that names the command. */
  readonly name: Argument;
  readonly choices: Choices;
}

/** Runs assignments, redirections and the command of `A=b cmd x > y`. */
export function runSimpleCommand(shell: Evaluator, node: Command, source: Source, state: State): Exit {
  shell.steps += 1;
  shell.visited.add(node);
  const redirections = node.redirects;
  if (redirections.length === 0) return runWords(shell, node, source, state);
  // `exec 3<>…` and `cmd > file` alike.
  return withRedirections(shell, redirections, source, state, (inner) => runWords(shell, node, source, inner));
}

function runWords(shell: Evaluator, node: Command, source: Source, state: State): Exit {
  const assignments = node.prefix.filter((part): part is Assignment => part.type === 'Assignment');
  if (node.name === undefined) return runAssignments(shell, assignments, source, state);
  const name = node.name.value;
  if (DECLARATIONS.has(name) && node.name.parts === undefined) return declare(shell, name, node.args, source, state);
  const before = assignments.map(({ name: variable }) => [variable, state.variables.get(variable)] as const);
  for (const assignment of assignments) {
    assign(shell, assignment, source, state);
    exportVariable(state, assignment.name);
  }
  const words = [node.name, ...node.args.map(asWord)];
  const exit = runExpanded(shell, node, words, source, state);
  if (before.length === 0) return exit;
  for (const after of exit.kind === 'together' ? [exit.state] : [exit.ok, exit.failed, exit.tolerated]) {
    if (after === undefined) continue;
    for (const [variable, value] of before)
      setVariable(
        after,
        variable,
        value ?? scalar([shellHole(`$${variable}`, 'it is not set in this script', { mayBeEmpty: true })]),
      );
  }
  return exit;
}

/** An argument like `a=b` is a word to everybody but `export` and its kin. */
function asWord(argument: Word | Assignment): Word {
  if (argument.type === 'Word') return argument;
  const { value } = argument;
  const head = `${argument.name}${argument.append === true ? '+' : ''}=`;
  if (value.type === 'ArrayValue')
    return { type: 'Word', text: argument.text, value: argument.text, pos: argument.pos, end: argument.end };
  const start = argument.end - value.text.length;
  const literal = { type: 'Literal', pos: argument.pos, end: start, value: head, text: head } as const;
  const tail = value.parts ?? [
    { type: 'Literal', pos: value.pos, end: value.end, value: value.value, text: value.text } as const,
  ];
  return {
    type: 'Word',
    text: argument.text,
    value: `${head}${value.value}`,
    pos: argument.pos,
    end: argument.end,
    parts: [literal, ...tail],
  };
}

function runExpanded(shell: Evaluator, node: Command, words: readonly Word[], source: Source, state: State): Exit {
  const lists = expandWords(shell, source, words, state).filter(
    (list) => mergeChoices(list.choices, state.choices) !== undefined,
  );
  const [only] = lists;
  if (only === undefined) return together(state);
  if (lists.length === 1) {
    const exit = runList(shell, node, only, source, state);
    shell.recorder.flush();
    return exit;
  }
  const test = testWays(lists, state);
  if (test !== undefined) return together(state, runTestCommand(test, source, state));
  const ends: (State | undefined)[] = [];
  for (const list of worthTelling(lists, state)) {
    const inner = fork(state);
    inner.choices = mergeChoices(list.choices, inner.choices) ?? inner.choices;
    const exit = runList(shell, node, list, source, inner);
    const { state: after, aborted } = proceed(exit, shell);
    if (aborted !== undefined) shell.leave('exit', aborted, false);
    if (after !== undefined) after.choices = state.choices;
    ends.push(after);
  }
  shell.recorder.flush();
  const joined = joinAll(ends, shell);
  return joined === undefined ? NOWHERE : together(joined, joined.status ?? EITHER);
}

/** The words of `[ … ]` or `test …`, each way. */
function testWays(lists: readonly ArgumentList[], state: State): readonly (readonly Argument[])[] | undefined {
  const names = new Set(lists.map(({ arguments: [name] }) => (name === undefined ? '' : known(name.text))));
  const [name] = names;
  if (names.size !== 1 || (name !== '[' && name !== 'test') || state.functions.get(name) !== undefined)
    return undefined;
  return lists.map((list) => list.arguments.slice(1, name === '[' ? -1 : undefined));
}

/** The ways to read a command line that lead to different things: of a command that only prints, and of one that is not known, one is enough. */
function worthTelling(lists: readonly ArgumentList[], state: State): readonly ArgumentList[] {
  const names = new Set(lists.map(({ arguments: [name] }) => (name === undefined ? '' : known(name.text))));
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) return lists;
  const output = state.variables.get(OUTPUT);
  const isHeard = output !== undefined && output !== DISCARDED;
  if (!isHeard && (name === 'echo' || name === 'printf') && state.functions.get(name) === undefined)
    return lists.slice(0, 1);
  if (isUnderstood(name, state) || lists.some((list) => list.arguments.some(namesClient))) return lists;
  return lists.slice(0, 1);
}

function runList(shell: Evaluator, node: Command, list: ArgumentList, source: Source, state: State): Exit {
  const [name, ...words] = list.arguments;
  if (name === undefined) return together(state, SUCCESS);
  return dispatch(
    { shell, source, pos: node.name?.pos ?? node.pos, end: endOfWords(node), name, words, choices: list.choices },
    state,
  );
}

function endOfWords(node: Command): number {
  return Math.max(node.end, ...node.suffix.map((part) => part.end));
}

/** `A=b C=d` without a command: their failure is that of the last substitution in them. */
function runAssignments(shell: Evaluator, assignments: readonly Assignment[], source: Source, state: State): Exit {
  shell.substituted = undefined;
  for (const assignment of assignments) {
    shell.isAssigning = true;
    assign(shell, assignment, source, state);
    shell.isAssigning = false;
  }
  const status = shell.substituted as Evaluator['substituted'];
  shell.substituted = undefined;
  shell.recorder.flush();
  return together(state, assignments.length === 0 ? SUCCESS : (status ?? SUCCESS));
}

/** Gives a variable its value. */
export function assign(shell: Evaluator, assignment: Assignment, source: Source, state: State): void {
  const { name, value, index } = assignment;
  const before = getVariable(state, name);
  const isExported = before?.isExported ?? false;
  if (value.type === 'ArrayValue') {
    const added = arrayValues(shell, value.elements, source, state);
    const values = assignment.append === true && before !== undefined ? product(before.values, added) : added;
    setVariable(state, name, { values: bounded(values), isArray: true, isExported });
    return;
  }
  const texts = expandText(shell, source, value, state);
  if (index !== undefined) {
    setVariable(state, name, withElement(before, indexOf(shell, index, source, state, before), texts));
    return;
  }
  if (assignment.append !== true) {
    setVariable(
      state,
      name,
      before?.isArray === true
        ? { values: texts.map((text) => ({ elements: [text], choices: text.choices })), isArray: true, isExported }
        : scalar(texts, isExported),
    );
    return;
  }
  const old = before?.values ?? [
    { elements: [shellHole(`$${name}`, 'it is not set in this script', { mayBeEmpty: true })], choices: NO_CHOICES },
  ];
  const values = old.flatMap((each) =>
    texts.flatMap((text): Value[] => {
      const choices = mergeChoices(each.choices, text.choices);
      const [first = { pieces: [], choices: NO_CHOICES }, ...rest] = each.elements;
      const both = append(first, text);
      return choices === undefined || both === undefined ? [] : [{ ...each, elements: [both, ...rest], choices }];
    }),
  );
  setVariable(state, name, {
    values: bounded(values.length === 0 ? old : values),
    isArray: before?.isArray ?? false,
    isExported,
  });
}

function arrayValues(shell: Evaluator, elements: readonly Word[], source: Source, state: State): readonly Value[] {
  const isKeyed = elements.length > 0 && elements.every((element) => /^\[[^\]]+\]=/.test(element.text));
  if (!isKeyed)
    return expandWords(shell, source, elements, state).map((list) => ({
      elements: list.arguments.map(({ text }) => text),
      choices: list.choices,
    }));
  const keys = elements.map((element) => /^\[["']?([^\]"']+)["']?\]=/.exec(element.text)?.[1] ?? '');
  const texts = elements.map((element): Text => {
    const [first] = expandWord(shell, source, element, state);
    const text = first?.fields[0] ?? { pieces: [], choices: NO_CHOICES };
    return cutKey(text);
  });
  return [{ elements: texts, keys, choices: NO_CHOICES }];
}

/** `[key]=value` without the key. */
function cutKey(text: Text): Text {
  const pieces: Text['pieces'][number][] = [];
  let isKey = true;
  for (const piece of text.pieces) {
    if (!isKey) pieces.push(piece);
    else if (piece.kind === 'literal' && piece.value.includes(']=')) {
      isKey = false;
      const start = piece.value.indexOf(']=') + 2;
      if (start < piece.value.length)
        pieces.push({
          kind: 'literal',
          value: piece.value.slice(start),
          ...(piece.map === undefined ? {} : { map: piece.map.slice(start, piece.value.length) }),
        });
    }
  }
  return { pieces, choices: text.choices };
}

/** Elements of an array beyond these are not followed. */
const MAX_ELEMENTS = 1000;

function product(left: readonly Value[], right: readonly Value[]): readonly Value[] {
  const values = left.flatMap((a) =>
    right.flatMap((b): Value[] => {
      const choices = mergeChoices(a.choices, b.choices);
      if (choices === undefined) return [];
      const keys = a.keys !== undefined && b.keys !== undefined ? { keys: [...a.keys, ...b.keys] } : {};
      return [{ elements: [...a.elements, ...b.elements].slice(0, MAX_ELEMENTS), ...keys, choices }];
    }),
  );
  return values.length === 0 ? left : values;
}

function indexOf(
  shell: Evaluator,
  index: Word,
  source: Source,
  state: State,
  before: Variable | undefined,
): string | undefined {
  const texts = expandText(shell, source, index, state);
  const text = texts.length === 1 && texts[0] !== undefined ? known(texts[0]) : undefined;
  if (text === undefined) return undefined;
  const number = numberOf(text, (name) => numericValue(state, name));
  return before?.values[0]?.keys === undefined && number !== undefined ? String(number) : text;
}

function withElement(before: Variable | undefined, index: string | undefined, texts: readonly Text[]): Variable {
  const values = (before?.values ?? [{ elements: [], choices: NO_CHOICES }]).flatMap((value): Value[] =>
    texts.map((text) => {
      if (index === undefined) return { ...value, elements: [...value.elements, text] };
      const isKeyed = value.keys !== undefined || !/^\d+$/.test(index);
      const elements = [...value.elements];
      if (isKeyed) {
        const keys = [...(value.keys ?? elements.map((_, i) => String(i)))];
        const at = keys.indexOf(index);
        if (at === -1) return { ...value, elements: [...elements, text], keys: [...keys, index] };
        elements[at] = text;
        return { ...value, elements, keys };
      }
      const at = Math.min(Number(index), elements.length);
      elements[at] = text;
      return { ...value, elements };
    }),
  );
  return {
    values: bounded(
      values.map((value) => ({
        ...value,
        choices: value.elements.reduce(
          (choices, element) => mergeChoices(choices, withChoices(element, value.choices).choices) ?? choices,
          value.choices,
        ),
      })),
    ),
    isArray: true,
    isExported: before?.isExported ?? false,
  };
}

export function exportVariable(state: State, name: string): void {
  const variable = getVariable(state, name);
  if (variable !== undefined && !variable.isExported) setVariable(state, name, { ...variable, isExported: true });
}
