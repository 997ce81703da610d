import type { ArithmeticFor, Case, For, If, Select, While, Word } from 'unbash';
import type { Location } from '../document/offset-map.ts';
import { known, type Text } from '../text/text.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { LIMITS, type Evaluator } from './evaluator.ts';
import { EITHER, joinAll, NOWHERE, proceed, SUCCESS, together, type Exit } from './exit.ts';
import { expandText, expandWords } from './expansion.ts';
import { isMany, lookUp, numericValue } from './parameters.ts';
import { globToRegExp } from './patterns.ts';
import type { Source } from './source.ts';
import { assume, fork, OUTPUT, setVariable, type State } from './state.ts';
import {
  haveSameValues,
  NO_CHOICES,
  originOf,
  scalar,
  shellHole,
  textsOf,
  withChoices,
  type Assumption,
} from './values.ts';

export function runIf(shell: Evaluator, node: If, source: Source, state: State): Exit {
  const clauses = [{ clause: node.clause, then: node.then }, ...node.elif];
  const ends: (State | undefined)[] = [];
  let left: State | undefined = state;
  for (const { clause, then } of clauses) {
    if (left === undefined) break;
    const { ok, failed }: { ok: State | undefined; failed: State | undefined } = shell.runCondition(left, (inner) =>
      shell.runList(clause, source, inner),
    );
    if (ok !== undefined) ends.push(endOf(shell, shell.runList(then, source, ok)));
    left = failed;
  }
  if (left !== undefined)
    ends.push(node.else === undefined ? left : endOf(shell, shell.runList(node.else, source, left)));
  return joined(shell, ends);
}

function endOf(shell: Evaluator, exit: Exit): State | undefined {
  const { state, aborted } = proceed(exit, shell);
  if (aborted !== undefined) shell.leave('exit', aborted, false);
  return state;
}

function joined(shell: Evaluator, ends: readonly (State | undefined)[]): Exit {
  const state = joinAll(ends, shell);
  return state === undefined ? NOWHERE : together(state, state.status ?? EITHER);
}

/** A loop whose condition is decided runs as often as it says; any other runs once, and ends because its condition did. */
export function runWhile(shell: Evaluator, node: While, source: Source, state: State): Exit {
  const frame = shell.pushFrame('loop');
  const ends: (State | undefined)[] = [];
  let here: State | undefined = state;
  let turnsLeft: number | undefined;
  for (let turn = 0; here !== undefined; turn++) {
    // The condition may do something too: `while read`.
    const before: State['variables'] = here.variables.share();
    const condition = shell.runCondition(here, (inner) => shell.runList(node.clause, source, inner));
    const goesOn: State | undefined = node.kind === 'while' ? condition.ok : condition.failed;
    const stops = node.kind === 'while' ? condition.failed : condition.ok;
    if (stops !== undefined) ends.push(stops);
    if (goesOn === undefined) break;
    if (turnsLeft === 0 || shell.isExhausted(source, node.pos)) {
      if (ends.length + frame.ok.length === 0) ends.push(goesOn);
      break;
    }
    if (turnsLeft !== undefined) turnsLeft -= 1;
    frame.continued.length = 0;
    const end = endOf(shell, shell.runList(node.body, source, goesOn));
    here = joinAll([end, ...frame.continued], shell);
    if (turnsLeft !== undefined) continue;
    if (stops !== undefined && here !== undefined) turnsLeft = widenCounters(before, here) ? 1 : 0;
    else if (here === undefined || changesNothing(before, here.variables) || turn >= LIMITS.turns) turnsLeft = 0;
    // An endless loop that a turn may have ended: what the first turns set is seen by one more.
    else if (frame.ok.length > 0) turnsLeft = 1;
  }
  shell.frames.pop();
  return joined(shell, [...ends, ...frame.ok]);
}

/** Whether a turn left everything as it was, so that the next one does what it did. What is written out is not read again. */
function changesNothing(before: State['variables'], after: State['variables']): boolean {
  for (const [name, old, now] of before.differences(after))
    if (name !== OUTPUT && (old === undefined || now === undefined || !haveSameValues(old, now))) return false;
  return true;
}

/** Numbers that a turn has changed may be any after several. Whether there are any. */
function widenCounters(before: State['variables'], after: State): boolean {
  let hasCounters = false;
  for (const [name, old, now] of [...before.differences(after.variables)]) {
    if (name.startsWith('\0') || old === undefined || now === undefined) continue;
    if (![...textsOf(old), ...textsOf(now)].every((text) => /^-?\d+$/.test(known(text) ?? ''))) continue;
    setVariable(after, name, scalar([shellHole(`$${name}`, 'it counts', { mayBeEmpty: false })]));
    hasCounters = true;
  }
  return hasCounters;
}

export function runFor(shell: Evaluator, node: For | Select, source: Source, state: State): Exit {
  const name = node.name.value;
  const values = valuesOf(shell, node, source, state);
  if (values.length === 0) return together(state, SUCCESS);
  const frame = shell.pushFrame('loop');
  let here: State | undefined = state;
  for (const value of values) {
    if (here === undefined || shell.isExhausted(source, node.pos)) break;
    setVariable(here, name, scalar([value]));
    frame.continued.length = 0;
    const end: State | undefined = endOf(shell, shell.runList(node.body, source, here));
    here = joinAll([end, ...frame.continued], shell);
  }
  shell.frames.pop();
  return joined(shell, [here, ...frame.ok]);
}

/** The values that a loop's variable takes; a list that is not known counts as one value that is not known. */
function valuesOf(shell: Evaluator, node: For | Select, source: Source, state: State): readonly Text[] {
  const location = source.map.range(node.name.pos, node.name.end);
  const lists =
    node.wordlist === undefined
      ? lookUp(state, '@', source, node.name).map(({ elements, choices }) =>
          elements.map((element) => withChoices(element, choices)),
        )
      : expandWords(shell, source, node.wordlist, state).map((list) =>
          list.arguments.map((argument) => withChoices(argument.text, list.choices)),
        );
  const values: Text[] = [];
  for (const list of lists) {
    for (const value of list) {
      if (values.length >= LIMITS.turns) break;
      values.push(
        isMany(value)
          ? {
              pieces: value.pieces.map((piece) => ({
                ...piece,
                name: `$${node.name.value}`,
                isMany: false,
                mayBeEmpty: false,
                location,
              })),
              choices: value.choices,
            }
          : value,
      );
    }
  }
  return values;
}

export function runArithmeticFor(shell: Evaluator, node: ArithmeticFor, source: Source, state: State): Exit {
  const frame = shell.pushFrame('loop');
  const text = source.text;
  for (const part of [node.initialize]) {
    const match = part === undefined ? null : /^\s*([A-Za-z_]\w*)\s*=\s*(.+)$/s.exec(text.slice(part.pos, part.end));
    if (match?.[1] !== undefined)
      setVariable(state, match[1], scalar([shellHole(`$${match[1]}`, 'it counts', { mayBeEmpty: false })]));
  }
  const test = node.test === undefined ? undefined : evaluateArithmetic(node.test, (name) => numericValue(state, name));
  const end = test === 0 ? state : endOf(shell, shell.runList(node.body, source, state));
  shell.frames.pop();
  return joined(shell, [end, ...frame.continued, ...frame.ok]);
}

export function runCase(shell: Evaluator, node: Case, source: Source, state: State): Exit {
  const subjects = expandText(shell, source, node.word, state);
  const name = variableOf(node.word);
  const ends: (State | undefined)[] = [];
  let isComplete = false;
  /** Of an arm that ends in `;&`: the next one is run as well, whatever its pattern. */
  let fallsThrough: State | undefined;
  let left = state;
  for (const item of node.items) {
    const matches = item.pattern.map((pattern) => matchPattern(shell, source, pattern, subjects, state));
    const isReached = !isComplete && !matches.every((match) => match === 'no');
    const assumed = isReached
      ? assume(fork(left), assumptionOf(item.pattern, name, subjects, source.map.range(item.pos, item.pos)))
      : undefined;
    const start = joinAll([fallsThrough, assumed], shell);
    fallsThrough = undefined;
    if (start !== undefined) {
      const end = endOf(shell, shell.runList(item.body, source, start));
      if (item.terminator === ';&') fallsThrough = end;
      else ends.push(end);
    }
    // After `;;&` the other patterns are tried as well.
    if (isReached && matches.includes('yes') && item.terminator !== ';;&') isComplete = true;
    if (isComplete && fallsThrough === undefined) break;
    const isEmptyOnly =
      item.pattern.length === 1 &&
      item.pattern[0]?.value === '' &&
      item.pattern[0].parts?.some((part) => part.type !== 'SingleQuoted' && part.type !== 'DoubleQuoted') !== true;
    if (isReached && !isComplete && isEmptyOnly && name !== undefined)
      left = assume(fork(left), { emptiness: [[name, 'not-empty']] }) ?? left;
  }
  ends.push(fallsThrough);
  if (!isComplete) ends.push(left);
  return joined(shell, ends);
}

/** Whether a pattern matches every alternative, none, or perhaps. */
function matchPattern(
  shell: Evaluator,
  source: Source,
  pattern: Word,
  subjects: readonly Text[],
  state: State,
): 'yes' | 'no' | 'maybe' {
  if (pattern.text === '*') return 'yes';
  const glob = pattern.parts === undefined ? undefined : expandText(shell, source, pattern, state).map(known);
  const value = glob === undefined ? pattern.value : glob.length === 1 ? glob[0] : undefined;
  if (value === undefined) return 'maybe';
  const isQuoted =
    pattern.parts?.every((part) => part.type === 'SingleQuoted' || part.type === 'DoubleQuoted') ?? false;
  const expression = isQuoted ? undefined : globToRegExp(value);
  const results = subjects.map((subject) => {
    const text = known(subject);
    if (text === undefined) return 'maybe';
    return (expression === undefined ? text === value : expression.test(text)) ? 'yes' : 'no';
  });
  const [first = 'maybe'] = results;
  return results.every((result) => result === first) ? first : 'maybe';
}

/** What is known of `$x` in the arm of `case $x in` whose only pattern is a plain string. */
function assumptionOf(
  patterns: readonly Word[],
  name: string | undefined,
  subjects: readonly Text[],
  location: Location,
): Assumption | undefined {
  const [only, ...others] = patterns;
  if (name === undefined || only === undefined || others.length > 0 || /[*?[\\$`(]/.test(only.text)) return undefined;
  if (only.value === '') {
    const isToken = subjects.some((subject) => originOf(subject)?.kind === 'token');
    return {
      emptiness: [[name, 'empty']],
      ...(isToken ? { withoutToken: { message: 'This way is taken when there is no token.', location } } : {}),
    };
  }
  return { equal: [[name, { pieces: [{ kind: 'literal', value: only.value }], choices: NO_CHOICES }]] };
}

/** The variable that a word consists of: `$x`, `"$x"`, `"${x}"`. */
export function variableOf(word: Word): string | undefined {
  return variableIn(word.text);
}

/** The variable that a written word consists of. */
export function variableIn(text: string): string | undefined {
  const match = /^"?\$(?:\{([A-Za-z_]\w*|\d)(?::?-)?\}|([A-Za-z_]\w*|\d))"?$/.exec(text);
  return match?.[1] ?? match?.[2];
}
