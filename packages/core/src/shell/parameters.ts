import type { ParameterExpansionPart, ParameterOperation, Word } from 'unbash';
import type { Location } from '../document/offset-map.ts';
import type { Evidence } from '../facts/evidence.ts';
import { known, knownPrefix, mergeChoices, type Choices, type Text } from '../text/text.ts';
import { numberOf } from './arithmetic.ts';
import { escape, globSource, isCostly } from './patterns.ts';
import type { Source } from './source.ts';
import { ARGUMENTS, assume, emptinessIn, getVariable, setVariable, type State } from './state.ts';
import {
  cutLiteral,
  NO_CHOICES,
  originOf,
  scalar,
  shellHole,
  withChoices,
  type ShellHole,
  type ShellLiteral,
} from './values.ts';

/** What an expansion stands for, taken one way. */
export interface Expansion {
  readonly elements: readonly Text[];
  readonly choices: Choices;
  /** The elements are words of their own (`"$@"`). */
  readonly isList: boolean;
}

interface Place {
  readonly pos: number;
  readonly end: number;
}

interface How {
  readonly index?: string | undefined;
  readonly prefix?: '!' | '#' | undefined;
}

/** What `$name`, `${name[index]}`, `${#name}`, `${!name}` stand for. */
export function lookUp(
  state: State,
  name: string,
  source: Source,
  place: Place,
  { index, prefix }: How = {},
): readonly Expansion[] {
  if (prefix === '#') return lengthOf(state, name, index);
  if (prefix === '!') return indirect(state, name, index, source, place);
  const location = source.map.range(place.pos, place.end);
  if (/^\d+$/.test(name))
    return name === '0'
      ? one(shellHole('$0', 'it is the name of the script', { mayBeEmpty: false, location }))
      : argument(state, Number(name), location);
  switch (name) {
    case '@':
    case '*':
      return allArguments(state, name, location);
    case '#':
      return lengthOf(state, ARGUMENTS, '@');
    case '?':
      return one(
        shellHole('$?', 'it is the exit status of a command', {
          mayBeEmpty: false,
          location,
          ...(state.status === undefined ? {} : { statusOf: state.status }),
        }),
      );
    case '$':
    case '!':
    case '-':
    case '_':
      return one(shellHole(`$${name}`, 'only a running shell knows it', { location }));
  }
  const variable = getVariable(state, name);
  if (variable === undefined) {
    const isList = index === '@' || index === '*';
    return [
      {
        elements: [
          shellHole(`$${name}`, 'it is not set in this script', {
            mayBeEmpty: true,
            location,
            ...(isList ? { isMany: true } : {}),
          }),
        ],
        choices: NO_CHOICES,
        isList,
      },
    ];
  }
  return variable.values.map(({ elements, keys, choices }): Expansion => {
    if (index === '@' || index === '*') return { elements, choices, isList: index === '@' };
    if (index === undefined) return { elements: [elements[0] ?? EMPTY_TEXT], choices, isList: false };
    const number =
      keys === undefined
        ? numberOf(index, (of) => numericValue(state, of))
        : keys.indexOf(index.replace(/^["']|["']$/g, ''));
    if (number !== undefined && number >= 0)
      return { elements: [elements[number] ?? EMPTY_TEXT], choices, isList: false };
    if (number === -1 && keys === undefined)
      return { elements: [elements.at(-1) ?? EMPTY_TEXT], choices, isList: false };
    return {
      elements: [shellHole(`\${${name}[${index}]}`, 'its index is not known', { location, mayBeEmpty: true })],
      choices,
      isList: false,
    };
  });
}

const EMPTY_TEXT: Text = { pieces: [], choices: NO_CHOICES };

function one(text: Text): readonly Expansion[] {
  return [{ elements: [text], choices: text.choices, isList: false }];
}

function argument(state: State, number: number, location: Location): readonly Expansion[] {
  const all = getVariable(state, ARGUMENTS);
  if (all === undefined)
    return one(shellHole(`$${String(number)}`, 'it is an argument', { mayBeEmpty: true, location }));
  return all.values.map(({ elements, choices }) => {
    // An element that stands for several words hides which one is meant.
    const before = elements.slice(0, number).find((element) => isMany(element));
    const text =
      before === undefined
        ? (elements[number - 1] ?? EMPTY_TEXT)
        : shellHole(`$${String(number)}`, 'it is an argument', { mayBeEmpty: true, location });
    return { elements: [text], choices, isList: false };
  });
}

function allArguments(state: State, name: '@' | '*', location: Location): readonly Expansion[] {
  const all = getVariable(state, ARGUMENTS);
  if (all === undefined) {
    return [
      {
        elements: [shellHole(`$${name}`, 'these are the arguments', { mayBeEmpty: true, location, isMany: true })],
        choices: NO_CHOICES,
        isList: name === '@',
      },
    ];
  }
  return all.values.map(({ elements, choices }) => ({ elements, choices, isList: name === '@' }));
}

/** Whether a word may stand for several, or for none. */
export function isMany(text: Text): boolean {
  return text.pieces.length === 1 && text.pieces[0]?.kind === 'hole' && (text.pieces[0] as ShellHole).isMany === true;
}

function lengthOf(state: State, name: string, index: string | undefined): readonly Expansion[] {
  const variable = getVariable(state, name);
  const shownName = name === ARGUMENTS ? '$#' : `\${#${name}}`;
  if (variable === undefined)
    return one(shellHole(shownName, 'it is not known', { mayBeEmpty: false, lengthOf: name }));
  return variable.values.map(({ elements, choices }): Expansion => {
    const isList = index === '@' || index === '*';
    const text = isList ? undefined : known(elements[0] ?? EMPTY_TEXT);
    const length = isList ? (elements.some(isMany) ? undefined : elements.length) : text?.length;
    if (length !== undefined)
      return {
        elements: [{ pieces: [{ kind: 'literal', value: String(length) }], choices: NO_CHOICES }],
        choices,
        isList: false,
      };
    return {
      elements: [shellHole(shownName, 'it is not known', { mayBeEmpty: false, lengthOf: name })],
      choices,
      isList: false,
    };
  });
}

function indirect(
  state: State,
  name: string,
  index: string | undefined,
  source: Source,
  place: Place,
): readonly Expansion[] {
  const variable = getVariable(state, name);
  if ((index === '@' || index === '*') && variable !== undefined) {
    return variable.values.map(({ elements, keys, choices }) => ({
      elements: (keys ?? elements.map((_, i) => String(i))).map((key): Text => ({
        pieces: [{ kind: 'literal', value: key }],
        choices: NO_CHOICES,
      })),
      choices,
      isList: true,
    }));
  }
  return lookUp(state, name, source, place).flatMap((expansion) => {
    const target = known(expansion.elements[0] ?? EMPTY_TEXT);
    if (target === undefined || !/^[A-Za-z_]\w*$/.test(target))
      return one(shellHole(`\${!${name}}`, 'the name of the variable is not known', { mayBeEmpty: true }));
    return lookUp(state, target, source, place).map((found) => ({
      ...found,
      choices: mergeChoices(found.choices, expansion.choices) ?? found.choices,
    }));
  });
}

/** The number that a variable holds, if it is known. */
export function numericValue(state: State, name: string): number | undefined {
  const variable = /^\d+$/.test(name) ? undefined : getVariable(state, name);
  const [only, ...others] = variable?.values ?? [];
  if (only === undefined || others.length > 0) return undefined;
  const text = known(only.elements[0] ?? EMPTY_TEXT);
  return text === undefined ? undefined : numberOf(text === '' ? '0' : text);
}

/** What an operation of `${…}` needs besides the value. */
interface Surroundings {
  readonly state: State;
  readonly branch: () => string;
  readonly meaning: (branch: string, arm: string, evidence: Evidence) => void;
  readonly operand: (word: Word) => readonly Expansion[];
  readonly operandText: (word: Word) => readonly Text[];
  readonly where: Location;
}

/** The value of `${name<operation>}`. */
export function applyOperation(
  looked: readonly Expansion[],
  part: ParameterExpansionPart,
  operation: ParameterOperation,
  around: Surroundings,
): readonly Expansion[] {
  if (operation.type === 'Default') return applyDefault(looked, part.parameter, operation, around);
  return looked.flatMap((expansion): readonly Expansion[] => {
    const variants = operationsOn(operation, around);
    return variants.map((change) => ({
      elements: expansion.elements.map((element) => change(element) ?? derived(element, part.text, around.where)),
      choices: expansion.choices,
      isList: expansion.isList,
    }));
  });
}

/** A value that is made from another one in a way that is not followed. */
function derived(from: Text, name: string, location: Location): Text {
  const origin = originOf(from);
  return withChoices(
    shellHole(name, 'it is made from a value that is not known', {
      mayBeEmpty: true,
      location,
      ...(origin === undefined ? {} : { origin }),
    }),
    from.choices,
  );
}

type Change = (text: Text) => Text | undefined;

function operationsOn(
  operation: Exclude<ParameterOperation, { type: 'Default' }>,
  around: Surroundings,
): readonly Change[] {
  switch (operation.type) {
    case 'Remove':
      return around.operandText(operation.operand).map(
        (pattern): Change =>
          (text) =>
            remove(text, known(pattern), operation.operator),
      );
    case 'Replace':
      return around.operandText(operation.pattern).flatMap((pattern) =>
        around.operandText(operation.replacement).map(
          (replacement): Change =>
            (text) =>
              replace(text, known(pattern), known(replacement), operation.operator),
        ),
      );
    case 'Slice':
      return around.operandText(operation.offset).flatMap((offset) =>
        (operation.length === undefined ? [undefined] : around.operandText(operation.length)).map(
          (length): Change =>
            (text) =>
              slice(text, offset, length, around.state),
        ),
      );
    case 'CaseModification':
      return [(text) => modifyCase(text, operation.operator)];
    case 'Transform':
      return [(text) => (/^[QEPAa]$/.test(operation.operand.value) ? text : undefined)];
    case 'Names':
    case 'Unknown':
      return [() => undefined];
  }
}

function applyDefault(
  looked: readonly Expansion[],
  name: string,
  operation: Extract<ParameterOperation, { type: 'Default' }>,
  around: Surroundings,
): readonly Expansion[] {
  const { state } = around;
  const kind = operation.operator.replace(':', '');
  const results: Expansion[] = [];
  // Without the colon only an unset variable counts; a hole may be either, a set and empty one is kept.
  const isStrict = operation.operator.startsWith(':');
  for (const expansion of looked) {
    const [first = EMPTY_TEXT] = expansion.elements;
    const isNothing = expansion.elements.length === 0;
    const is = isNothing
      ? 'empty'
      : expansion.isList && expansion.elements.length > 0 && !expansion.elements.every(isMany)
        ? 'not-empty'
        : emptinessIn(state, first);
    const counts = is === 'empty' && !isStrict && !isNothing && isSet(state, name) ? 'not-empty' : is;
    const present = {
      ...expansion,
      elements: counts === 'either' ? expansion.elements.map(notEmpty) : expansion.elements,
    };
    switch (kind) {
      case '-':
      case '=': {
        if (counts !== 'empty') results.push(present);
        if (counts === 'not-empty') break;
        const defaults = around.operand(operation.operand).flatMap((value) => withMerged(value, expansion.choices));
        results.push(...defaults);
        if (kind === '=' && counts === 'empty' && looked.length === 1)
          setVariable(state, name, scalar(defaults.map((value) => value.elements[0] ?? EMPTY_TEXT)));
        break;
      }
      case '?':
        assume(state, { emptiness: [[name, 'not-empty']] });
        results.push({ ...expansion, elements: expansion.elements.map(notEmpty) });
        break;
      default: {
        // `+`: the operand where the variable has a value, else nothing.
        const nothing: Expansion = { elements: [], choices: expansion.choices, isList: true };
        if (counts === 'empty') results.push(nothing);
        else {
          const operands = around.operand(operation.operand).flatMap((value) => withMerged(value, expansion.choices));
          if (counts === 'not-empty') results.push(...operands);
          else {
            const branch = around.branch();
            const origin = originOf(first);
            if (origin?.kind === 'token')
              around.meaning(branch, 'empty', {
                message: `Headers are left out when \${${name}} is empty: the request then goes without a token.`,
                location: around.where,
              });
            const withArm = (value: Expansion, arm: string): Expansion => ({
              ...value,
              choices: new Map([...value.choices, [branch, arm]]),
            });
            results.push(
              ...operands.map((value) =>
                withArm({ ...value, elements: value.elements.map((element) => assumePresent(element, first)) }, 'set'),
              ),
              withArm(nothing, 'empty'),
            );
          }
        }
      }
    }
  }
  return results.length === 0 ? [{ elements: [EMPTY_TEXT], choices: NO_CHOICES, isList: false }] : results;
}

/** Whether the script has given the variable a value, and not taken it away again. */
function isSet(state: State, name: string): boolean {
  return getVariable(state, name)?.values.some(({ elements }) => elements.length > 0) ?? false;
}

function withMerged(value: Expansion, choices: Choices): readonly Expansion[] {
  const merged = mergeChoices(value.choices, choices);
  return merged === undefined ? [] : [{ ...value, choices: merged }];
}

function notEmpty(text: Text): Text {
  if (text.pieces.length !== 1) return text;
  return {
    pieces: text.pieces.map((piece) => (piece.kind === 'hole' ? { ...piece, mayBeEmpty: false } : piece)),
    choices: text.choices,
  };
}

/** Inside `${T:+… $T …}` the value of T is not empty. */
function assumePresent(element: Text, tested: Text): Text {
  const holes = new Set(tested.pieces.filter((piece) => piece.kind === 'hole').map((piece) => piece.name));
  return {
    pieces: element.pieces.map((piece) =>
      piece.kind === 'hole' && holes.has(piece.name) ? { ...piece, mayBeEmpty: false } : piece,
    ),
    choices: element.choices,
  };
}

function remove(text: Text, pattern: string | undefined, operator: '#' | '##' | '%' | '%%'): Text | undefined {
  if (pattern === undefined) return undefined;
  const isPrefix = operator.startsWith('#');
  const isPlain = !/[*?[\\]/.test(pattern);
  const value = known(text);
  if (value === undefined) {
    const edge = isPrefix ? text.pieces[0] : text.pieces.at(-1);
    if (!isPlain || edge?.kind !== 'literal' || edge.value.length < pattern.length) return undefined;
    const matches = isPrefix ? edge.value.startsWith(pattern) : edge.value.endsWith(pattern);
    if (!matches) return text;
    const cut = isPrefix
      ? cutLiteral(edge, pattern.length, edge.value.length)
      : cutLiteral(edge, 0, edge.value.length - pattern.length);
    return {
      pieces: isPrefix ? [cut, ...text.pieces.slice(1)] : [...text.pieces.slice(0, -1), cut],
      choices: text.choices,
    };
  }
  const source = globSource(pattern, operator === '#' || operator === '%' ? '.*?' : '.*');
  if (source === undefined || isCostly(pattern, value)) return undefined;
  if (isPrefix) {
    const match = new RegExp(`^(?:${source})`, 's').exec(value);
    return match === null ? text : dropCharacters(text, match[0].length, value.length);
  }
  // The shortest suffix starts last, the longest first.
  const starts = Array.from({ length: value.length + 1 }, (_, i) => (operator === '%' ? value.length - i : i));
  const whole = new RegExp(`^(?:${source})$`, 's');
  if (value.length > 4096) return undefined;
  const start = starts.find((at) => whole.test(value.slice(at)));
  return start === undefined ? text : dropCharacters(text, 0, start);
}

/** Characters `start..end` of a text without holes, places kept. */
function dropCharacters(text: Text, start: number, end: number): Text {
  const pieces: Text['pieces'][number][] = [];
  let offset = 0;
  for (const piece of text.pieces) {
    if (piece.kind !== 'literal') continue;
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, piece.value.length);
    if (from < to) pieces.push(from === 0 && to === piece.value.length ? piece : cutLiteral(piece, from, to));
    offset += piece.value.length;
  }
  return { pieces, choices: text.choices };
}

function replace(
  text: Text,
  pattern: string | undefined,
  replacement: string | undefined,
  operator: '/' | '//' | '/#' | '/%',
): Text | undefined {
  if (pattern === undefined || replacement === undefined) return undefined;
  if (pattern === '') return text;
  const source = globSource(pattern) ?? escape(pattern);
  const anchored = operator === '/#' ? `^(?:${source})` : operator === '/%' ? `(?:${source})$` : source;
  const expression = new RegExp(anchored, operator === '//' ? 'gs' : 's');
  const value = known(text);
  if (value === undefined) {
    if (/[*?[]/.test(pattern)) return undefined;
    if (
      !expression.test(knownPrefix(text)) &&
      text.pieces.every((piece) => piece.kind === 'hole' || !piece.value.includes(pattern))
    )
      return text;
    return undefined;
  }
  if (isCostly(pattern, value)) return undefined;
  const replaced = value.replace(expression, () => replacement);
  return replaced === value
    ? text
    : { pieces: replaced === '' ? [] : [{ kind: 'literal', value: replaced }], choices: text.choices };
}

function slice(text: Text, offset: Text, length: Text | undefined, state: State): Text | undefined {
  const names = (name: string): number | undefined => numericValue(state, name);
  const start = numberOf(known(offset) ?? '?', names);
  const count = length === undefined ? undefined : numberOf(known(length) === '' ? '0' : (known(length) ?? '?'), names);
  const value = known(text);
  if (value === undefined || start === undefined || (length !== undefined && count === undefined)) return undefined;
  const from = start < 0 ? Math.max(value.length + start, 0) : Math.min(start, value.length);
  const to =
    count === undefined ? value.length : count < 0 ? value.length + count : Math.min(from + count, value.length);
  return dropCharacters(text, from, Math.max(from, to));
}

function modifyCase(text: Text, operator: string): Text | undefined {
  const change = operator.startsWith('^')
    ? (value: string) => value.toUpperCase()
    : (value: string) => value.toLowerCase();
  const isAll = operator.length === 2;
  if (text.pieces.some((piece) => piece.kind === 'hole')) return undefined;
  const value = known(text) ?? '';
  const changed = isAll ? change(value) : change(value.charAt(0)) + value.slice(1);
  return {
    pieces: changed === '' ? [] : [{ kind: 'literal', value: changed } satisfies ShellLiteral],
    choices: text.choices,
  };
}

/** What separates the fields of an unquoted value here; blanks where the script says nothing, or nothing that is known. */
export function separatorsOf(state: State): string {
  const [value, ...others] = getVariable(state, 'IFS')?.values ?? [];
  const separators = value?.elements[0] === undefined || others.length > 0 ? undefined : known(value.elements[0]);
  return separators ?? BLANKS;
}

const BLANKS = ' \t\n';

/** An unquoted value as fields: `separators` separate them. */
export function splitBlanks(
  text: Text,
  separators: string = BLANKS,
): {
  readonly fields: readonly Text[];
  readonly startsNew: boolean;
  readonly endsField: boolean;
} {
  const fields: Text[] = [];
  let open: Text['pieces'][number][] | undefined;
  let startsNew = false;
  let isFirst = true;
  let endsField = false;
  for (const piece of text.pieces) {
    if (piece.kind === 'hole' || !Array.from(separators).some((separator) => piece.value.includes(separator))) {
      if (piece.kind === 'hole' || piece.value !== '' || (piece as ShellLiteral).failed !== undefined) {
        if (piece.kind === 'literal' && piece.value === '') continue;
        (open ??= []).push(piece);
        endsField = false;
      }
      isFirst = false;
      continue;
    }
    for (const match of piece.value.matchAll(runsOf(separators))) {
      if (separators.includes(match[0].charAt(0))) {
        if (isFirst) startsNew = true;
        if (open !== undefined) fields.push({ pieces: open, choices: NO_CHOICES });
        open = undefined;
        endsField = true;
      } else {
        (open ??= []).push(cutLiteral(piece, match.index, match.index + match[0].length));
        endsField = false;
      }
      isFirst = false;
    }
  }
  if (open !== undefined) fields.push({ pieces: open, choices: NO_CHOICES });
  return { fields, startsNew, endsField };
}

function runsOf(separators: string): RegExp {
  if (separators === BLANKS) return /[ \t\n]+|[^ \t\n]+/g;
  const set = separators.replace(/[\\\]^-]/g, '\\$&');
  return new RegExp(`[${set}]+|[^${set}]+`, 'g');
}
