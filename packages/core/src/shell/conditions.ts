import type { TestExpression, Word } from 'unbash';
import type { Evidence } from '../facts/evidence.ts';
import { known, type Text } from '../text/text.ts';
import { numberOf } from './arithmetic.ts';
import { variableIn, variableOf } from './control-flow.ts';
import type { Evaluator } from './evaluator.ts';
import { EITHER, split, splitCondition, together, withAssumptions, type Exit } from './exit.ts';
import { expandText, type Argument } from './expansion.ts';
import { numericValue } from './parameters.ts';
import { globToRegExp } from './patterns.ts';
import type { Source } from './source.ts';
import { emptinessIn, getVariable, type State } from './state.ts';
import { originOf, textsOf, type Assumption, type CommandStatus, type ShellHole } from './values.ts';

/** One side of a test: its values, and the variable that it is, if it is one. */
interface Operand {
  readonly texts: readonly Text[];
  readonly variable: string | undefined;
  readonly isQuoted: boolean;
  /** As it stands in the script. */
  readonly written?: string;
}

/** `[[ … ]]`. */
export function runTest(shell: Evaluator, expression: TestExpression, source: Source, state: State): Exit {
  switch (expression.type) {
    case 'TestGroup':
      return runTest(shell, expression.expression, source, state);
    case 'TestNot': {
      const { ok, failed } = splitCondition(runTest(shell, expression.operand, source, state), shell);
      return expression.negations.length % 2 === 1
        ? { kind: 'apart', ok: failed, failed: ok }
        : { kind: 'apart', ok, failed };
    }
    case 'TestLogical': {
      let current: Exit = together(state);
      const others: (State | undefined)[] = [];
      for (const [index, operand] of expression.operands.entries()) {
        if (index > 0) {
          const { ok, failed } = split(current);
          const next = expression.operator === '&&' ? ok : failed;
          others.push(expression.operator === '&&' ? failed : ok);
          if (next === undefined) {
            current = { kind: 'apart', ok: undefined, failed: undefined };
            break;
          }
          current = runTest(shell, operand, source, next);
        } else current = runTest(shell, operand, source, state);
      }
      const { ok, failed } = split(current);
      const joinedOthers = others.reduce<State | undefined>((a, b) => joinStates(shell, a, b), undefined);
      return expression.operator === '&&'
        ? { kind: 'apart', ok, failed: joinStates(shell, failed, joinedOthers) }
        : { kind: 'apart', ok: joinStates(shell, ok, joinedOthers), failed };
    }
    case 'TestUnary':
      return together(
        state,
        unary(expression.operator, operandOf(shell, expression.operand, source, state), source, state, expression),
      );
    case 'TestBinary':
      return together(
        state,
        binary(
          expression.operator,
          operandOf(shell, expression.left, source, state),
          operandOf(shell, expression.right, source, state),
          source,
          state,
          expression,
          true,
        ),
      );
  }
}

function joinStates(shell: Evaluator, a: State | undefined, b: State | undefined): State | undefined {
  return splitCondition({ kind: 'apart', ok: undefined, failed: a, tolerated: b }, shell).failed;
}

function operandOf(shell: Evaluator, word: Word, source: Source, state: State): Operand {
  return {
    texts: expandText(shell, source, word, state),
    variable: variableOf(word),
    isQuoted: /^["']/.test(word.text),
    written: word.text,
  };
}

/** `[ … ]` and `test …`: `ways` to read its words, without the brackets. They are looked at word by word. */
export function runTestCommand(ways: readonly (readonly Argument[])[], source: Source, state: State): CommandStatus {
  const [words = [], ...others] = ways;
  if (others.some((way) => way.length !== words.length)) return EITHER;
  const operands = words.map((word, index): Operand & { readonly word: string } => ({
    texts: [...new Set(ways.map((way) => way[index]?.text ?? word.text))],
    variable: variableIn(word.source.text.slice(word.pos, word.end)),
    isQuoted: true,
    written: word.source.text.slice(word.pos, word.end),
    word: known(word.text) ?? '',
  }));
  const place = words[0] ?? { pos: 0, end: 0 };
  return testOr(operands, source, state, place);
}

type TestWord = Operand & { readonly word: string };
interface Place {
  readonly pos: number;
  readonly end: number;
}

function testOr(words: readonly TestWord[], source: Source, state: State, place: Place): CommandStatus {
  const at = words.findIndex(({ word }, index) => word === '-o' && index > 0 && index < words.length - 1);
  if (at === -1) return testAnd(words, source, state, place);
  const left = testAnd(words.slice(0, at), source, state, place);
  const right = testOr(words.slice(at + 1), source, state, place);
  if (left.known === true || right.known === true) return { known: true };
  if (left.known === false) return right;
  if (right.known === false) return left;
  return withAssumptions(undefined, undefined, merged(left.failed, right.failed));
}

function testAnd(words: readonly TestWord[], source: Source, state: State, place: Place): CommandStatus {
  const at = words.findIndex(({ word }, index) => word === '-a' && index > 0 && index < words.length - 1);
  if (at === -1) return testOne(words, source, state, place);
  const left = testOne(words.slice(0, at), source, state, place);
  const right = testAnd(words.slice(at + 1), source, state, place);
  if (left.known === false || right.known === false) return { known: false };
  if (left.known === true) return right;
  if (right.known === true) return left;
  return withAssumptions(undefined, merged(left.ok, right.ok), undefined);
}

function merged(a: Assumption | undefined, b: Assumption | undefined): Assumption | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    ...a,
    ...b,
    origins: [...(a.origins ?? []), ...(b.origins ?? [])],
    emptiness: [...(a.emptiness ?? []), ...(b.emptiness ?? [])],
    equal: [...(a.equal ?? []), ...(b.equal ?? [])],
  };
}

function testOne(words: readonly TestWord[], source: Source, state: State, place: Place): CommandStatus {
  const [first, second, third] = words;
  if (first === undefined) return { known: false };
  if (first.word === '!' && words.length > 1) {
    const { known: isKnown, ok, failed } = testOne(words.slice(1), source, state, place);
    return withAssumptions(isKnown === undefined ? undefined : !isKnown, failed, ok);
  }
  if (second === undefined) return unary('-n', first, source, state, place);
  if (third === undefined)
    return /^-[a-zA-Z]$/.test(first.word) ? unary(first.word, second, source, state, place) : EITHER;
  return binary(second.word, first, third, source, state, place, false);
}

function unary(operator: string, operand: Operand, source: Source, state: State, place: Place): CommandStatus {
  if (operator !== '-n' && operator !== '-z') {
    if (operator === '-v' && operand.texts.length === 1) return EITHER;
    return EITHER;
  }
  const results = operand.texts.map((text) => emptinessIn(state, text));
  const [first = 'either'] = results;
  const only = results.every((result) => result === first) ? first : 'either';
  const isFull = (result: 'empty' | 'not-empty'): boolean => (operator === '-n') === (result === 'not-empty');
  const empty = emptinessAssumption(operand, 'empty', source, state, place);
  const full = emptinessAssumption(operand, 'not-empty', source, state, place);
  const [ok, failed] = operator === '-n' ? [full, empty] : [empty, full];
  return withAssumptions(
    only === 'either' ? undefined : isFull(only),
    withChoice(ok, operand, '-n', state, operator === '-n'),
    withChoice(failed, operand, '-n', state, operator !== '-n'),
  );
}

/** What follows when an operand is found to be empty, or not. */
function emptinessAssumption(
  operand: Operand,
  result: 'empty' | 'not-empty',
  source: Source,
  state: State,
  place: Place,
): Assumption {
  const origins = operand.texts.map(originOf).filter((origin) => origin !== undefined);
  const [origin] = origins;
  const known = operand.variable === undefined ? undefined : getVariable(state, operand.variable);
  const isVariable =
    operand.variable !== undefined &&
    !/^\d/.test(operand.variable) &&
    (known === undefined || textsOf(known).length >= 1);
  const missing: Evidence | undefined =
    result === 'empty' && origin !== undefined && origin.kind !== 'other'
      ? {
          message:
            origin.kind === 'token'
              ? 'This way is taken when there is no token.'
              : 'This way is taken when the request with a token gave nothing.',
          location: source.map.range(place.pos, place.end),
        }
      : undefined;
  return {
    ...(isVariable ? { emptiness: [[operand.variable, result]] } : {}),
    ...(!isVariable && origin !== undefined && operand.texts.length === 1
      ? { origins: [[origin, result === 'empty' ? 'failed' : 'ok']] }
      : {}),
    ...(missing === undefined ? {} : { withoutToken: missing }),
  };
}

/** The same test of the same value gives the same answer again: its answer is a choice that values can be bound to. */
function withChoice(
  assumption: Assumption,
  { variable }: Operand,
  test: string,
  state: State,
  answer: boolean,
): Assumption {
  if (variable === undefined || /^\d/.test(variable)) return assumption;
  return {
    ...assumption,
    choice: [`${variable}#${state.identities.of(state.variables.get(variable))} ${test}`, answer ? 'yes' : 'no'],
  };
}

const FLIPPED: ReadonlyMap<string, string> = new Map([
  ['-lt', '-gt'],
  ['-gt', '-lt'],
  ['-le', '-ge'],
  ['-ge', '-le'],
]);

function binary(
  operator: string,
  left: Operand,
  right: Operand,
  source: Source,
  state: State,
  place: Place,
  isPattern: boolean,
): CommandStatus {
  switch (operator) {
    case '=':
    case '==':
      return equality(left, right, source, state, place, isPattern);
    case '!=': {
      const { known: isKnown, ok, failed } = equality(left, right, source, state, place, isPattern);
      return withAssumptions(isKnown === undefined ? undefined : !isKnown, failed, ok);
    }
    case '=~': {
      const { variable } = left;
      const expression = regularExpression(right);
      const results =
        expression === undefined
          ? []
          : left.texts
              .map((text) => known(text))
              .map((text) => (text === undefined || text.length > 1000 ? undefined : expression.test(text)));
      const [first] = results;
      if (first !== undefined && results.every((result) => result === first)) return { known: first };
      const isDemanding = right.texts.every(
        (text) => /^\^?[\w-]/.test(known(text) ?? '') || (known(text) ?? '').includes('+'),
      );
      return variable !== undefined && isDemanding ? { ok: { emptiness: [[variable, 'not-empty']] } } : EITHER;
    }
    case '-eq':
    case '-ne':
    case '-lt':
    case '-le':
    case '-gt':
    case '-ge':
      return comparison(operator, left, right, source, state, place);
    default:
      return EITHER;
  }
}

/**
 * The right side of `=~`, where JavaScript reads it as bash does and in little time: characters, sets, anchors, and at most
 * two repetitions, none of them of a group.
 */
function regularExpression({ texts, written = '' }: Operand): RegExp | undefined {
  const [text] = texts;
  const pattern = texts.length === 1 && text !== undefined ? known(text) : undefined;
  // Quoted parts are plain text to bash; the value of a variable is not.
  const isPlain = /^\$\{?\w+\}?$/.test(written) || !/["'\\`]|\$./.test(written);
  if (pattern === undefined || !isPlain || pattern.length > 200) return undefined;
  if (
    !/^\^?(?:[\w\s/:@%,=~-]|\.|\[\^?[\w./:@-]+\]|[(|)]|[*+?](?![*+?]))*\$?$/.test(pattern) ||
    /\)[*+?]|[(|^][*+?]|^[*+?]/.test(pattern)
  )
    return undefined;
  if (pattern.replace(/[^*+?]/g, '').length > 2) return undefined;
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}

function equality(
  left: Operand,
  right: Operand,
  source: Source,
  state: State,
  place: Place,
  isPattern: boolean,
): CommandStatus {
  const [a, b] = [left.texts.map(known), right.texts.map(known)];
  const isGlob = isPattern && !right.isQuoted && b.some((text) => text !== undefined && /[*?[]/.test(text));
  if (a.every((text) => text !== undefined) && b.every((text) => text !== undefined)) {
    const results = a.flatMap((x) => b.map((y) => (isGlob ? (globToRegExp(y)?.test(x) ?? undefined) : x === y)));
    const [first] = results;
    if (first !== undefined && results.every((result) => result === first)) return { known: first };
  }
  // `[ "x$T" = "x" ]` asks whether T is empty.
  const asked = emptyQuestion(left, right) ?? emptyQuestion(right, left);
  if (asked !== undefined) return unary('-z', asked, source, state, place);
  const status = statusQuestion(left, right) ?? statusQuestion(right, left);
  if (status !== undefined) return status;
  const [value] = right.texts;
  const text = value === undefined || right.texts.length > 1 ? undefined : known(value);
  if (isGlob || text === undefined || value === undefined) return EITHER;
  const certain = left.texts.every((subject) => cannotEqual(subject, text));
  if (certain) return { known: false };
  if (left.variable !== undefined && !/^\d/.test(left.variable)) {
    const equal: Assumption = { equal: [[left.variable, { pieces: value.pieces, choices: value.choices }]] };
    return {
      ok: withChoice(equal, left, `= ${text}`, state, true),
      failed: withChoice({}, left, `= ${text}`, state, false),
    };
  }
  const origin = left.texts.length === 1 && left.texts[0] !== undefined ? originOf(left.texts[0]) : undefined;
  return origin !== undefined && text !== '' ? { ok: { origins: [[origin, 'ok']] } } : EITHER;
}

/** Whether the known ends of a text rule a value out. */
function cannotEqual(subject: Text, value: string): boolean {
  const [first] = subject.pieces;
  const last = subject.pieces.at(-1);
  if (first?.kind === 'literal' && !value.startsWith(first.value) && subject.pieces.length > 1) return true;
  return last?.kind === 'literal' && subject.pieces.length > 1 && !value.endsWith(last.value);
}

function emptyQuestion(subject: Operand, answer: Operand): Operand | undefined {
  const [expected, ...more] = answer.texts;
  const value = expected === undefined || more.length > 0 ? undefined : known(expected);
  if (subject.texts.length === 0 || value === undefined) return undefined;
  if (value === '') return subject;
  const rests = subject.texts.map((text) => restAfter(text, value));
  const texts = rests.filter((rest) => rest !== undefined);
  if (texts.length < rests.length || texts.every(({ pieces }) => pieces.length === 0)) return undefined;
  const written = subject.written?.replace(/^"(.*)"$/s, '$1') ?? '';
  const variable = written.startsWith(value) ? variableIn(written.slice(value.length)) : undefined;
  return { texts, variable, isQuoted: true };
}

/** What follows a literal that stands first; nothing else than a hole may. */
function restAfter({ pieces: [first, second, ...others], choices }: Text, value: string): Text | undefined {
  if (first?.kind !== 'literal' || first.value !== value || others.length > 0) return undefined;
  if (second === undefined) return { pieces: [], choices };
  return second.kind === 'hole' ? { pieces: [second], choices } : undefined;
}

/** `$?` against a number. */
function statusQuestion(subject: Operand, answer: Operand): CommandStatus | undefined {
  const [text] = subject.texts;
  const [piece] = text?.pieces ?? [];
  const status = piece?.kind === 'hole' ? (piece as ShellHole).statusOf : undefined;
  const value = answer.texts[0] === undefined ? undefined : numberOf(known(answer.texts[0]) ?? '');
  if (status === undefined || value === undefined) return undefined;
  if (value === 0) return status;
  return withAssumptions(status.known === true ? false : undefined, status.failed, undefined);
}

function comparison(
  operator: string,
  left: Operand,
  right: Operand,
  source: Source,
  state: State,
  place: Place,
): CommandStatus {
  const names = (name: string): number | undefined => numericValue(state, name);
  const number = (operand: Operand): number | undefined =>
    operand.texts.length === 1 && operand.texts[0] !== undefined
      ? numberOf(known(operand.texts[0]) ?? '', names)
      : undefined;
  const [a, b] = [number(left), number(right)];
  if (a !== undefined && b !== undefined) {
    const results: Record<string, boolean> = {
      '-eq': a === b,
      '-ne': a !== b,
      '-lt': a < b,
      '-le': a <= b,
      '-gt': a > b,
      '-ge': a >= b,
    };
    return { known: results[operator] ?? false };
  }
  if (a !== undefined && b === undefined)
    return comparison(FLIPPED.get(operator) ?? operator, right, left, source, state, place);
  const piece = left.texts[0]?.pieces[0];
  const hole = piece?.kind === 'hole' ? (piece as ShellHole) : undefined;
  if (hole?.statusOf !== undefined && b !== undefined) return statusComparison(operator, b, hole.statusOf);
  if (hole?.lengthOf !== undefined && b !== undefined)
    return lengthComparison(
      operator,
      b,
      { texts: texts(state, hole.lengthOf), variable: hole.lengthOf, isQuoted: true },
      source,
      state,
      place,
    );
  // A number that equals one that was asked for is no empty answer: `[ "$code" -eq 200 ]`.
  const origin = hole?.origin;
  if (origin !== undefined && b !== undefined) {
    if (operator === '-eq') return { ok: { origins: [[origin, 'ok']] } };
    if (operator === '-ne') return { failed: { origins: [[origin, 'ok']] } };
  }
  return EITHER;
}

function texts(state: State, name: string): readonly Text[] {
  const variable = getVariable(state, name);
  return variable === undefined ? [] : textsOf(variable);
}

function statusComparison(operator: string, value: number, status: CommandStatus): CommandStatus {
  const inverse = withAssumptions(status.known === undefined ? undefined : !status.known, status.failed, status.ok);
  if (value === 0) {
    if (operator === '-eq' || operator === '-le') return status;
    if (operator === '-ne' || operator === '-gt') return inverse;
  }
  if (operator === '-eq') return withAssumptions(status.known === true ? false : undefined, status.failed, undefined);
  if (operator === '-ge' && value === 1) return inverse;
  if (operator === '-lt' && value === 1) return status;
  return EITHER;
}

function lengthComparison(
  operator: string,
  value: number,
  operand: Operand,
  source: Source,
  state: State,
  place: Place,
): CommandStatus {
  if (operand.texts.length === 0) return EITHER;
  const isEmpty = unary('-z', operand, source, state, place);
  const isFull = unary('-n', operand, source, state, place);
  if ((operator === '-eq' && value === 0) || (operator === '-lt' && value === 1) || (operator === '-le' && value === 0))
    return isEmpty;
  if ((operator === '-ne' && value === 0) || (operator === '-gt' && value === 0) || (operator === '-ge' && value === 1))
    return isFull;
  // Any longer demand implies one character.
  if (operator === '-gt' || operator === '-ge' || operator === '-eq')
    return withAssumptions(undefined, isFull.ok, undefined);
  if (operator === '-lt' || operator === '-le') return withAssumptions(undefined, undefined, isFull.ok);
  return EITHER;
}
