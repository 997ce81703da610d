import type { DoubleQuotedChild, ParameterExpansionPart, Word, WordPart } from 'unbash';
import { splitHoles } from '../document/document.ts';
import { mergeChoices, type Choices, type Hole, type Text } from '../text/text.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import type { Evaluator } from './evaluator.ts';
import { applyOperation, lookUp, numericValue, separatorsOf, splitBlanks, type Expansion } from './parameters.ts';
import { unescapedMap, type Source } from './source.ts';
import type { State } from './state.ts';
import { append, NO_CHOICES, shellHole, type ShellHole, type ShellLiteral } from './values.ts';

/** One word of a command, after expansion. */
export interface Argument {
  readonly text: Text;
  /** The word that it comes from. */
  readonly source: Source;
  readonly pos: number;
  readonly end: number;
}

/** The words of a command, taken one way. */
export interface ArgumentList {
  readonly arguments: readonly Argument[];
  readonly choices: Choices;
}

/** The fields that one word expands to, taken one way. */
interface Fields {
  readonly fields: readonly Text[];
  readonly choices: Choices;
}

/** More ways than this to read one command line are not told apart. */
const MAX_WAYS = 32;

/** What a list of words expands to, each way that it can. */
export function expandWords(
  shell: Evaluator,
  source: Source,
  words: readonly Word[],
  state: State,
): readonly ArgumentList[] {
  const expanded = words.map((word) => ({ word, ways: expandWord(shell, source, word, state) }));
  let product = expanded.reduce((count, { ways }) => count * ways.length, 1);
  while (product > MAX_WAYS) {
    const widest = expanded.reduce((a, b) => (b.ways.length > a.ways.length ? b : a));
    product = Math.ceil(product / widest.ways.length);
    widest.ways = [
      {
        fields: [shellHole(widest.word.text, 'it has too many possible values', { mayBeEmpty: true })],
        choices: NO_CHOICES,
      },
    ];
  }
  let lists: ArgumentList[] = [{ arguments: [], choices: NO_CHOICES }];
  for (const { word, ways } of expanded) {
    const next: ArgumentList[] = [];
    for (const list of lists) {
      for (const way of ways) {
        const choices = mergeChoices(list.choices, way.choices);
        if (choices === undefined) continue;
        const more = way.fields.map((text): Argument => ({ text, source, pos: word.pos, end: word.end }));
        next.push({ arguments: [...list.arguments, ...more], choices });
      }
    }
    if (next.length > 0) lists = next;
  }
  return lists;
}

/** The fields of one word. `splitsLiterals`: unquoted blanks separate fields, as inside `${x:+…}`. */
export function expandWord(
  shell: Evaluator,
  source: Source,
  word: Word,
  state: State,
  splitsLiterals = false,
): readonly Fields[] {
  if (word.parts === undefined && !splitsLiterals) {
    // A placeholder of the host language that is a whole word may stand for several.
    return literalTexts(source, word.pos, word.end, word.value).map((text) => ({
      fields: [text.pieces.length === 1 ? standsForMany(text) : text],
      choices: text.choices,
    }));
  }
  const parts: readonly WordPart[] = word.parts ?? [
    { type: 'Literal', pos: word.pos, end: word.end, value: word.value, text: word.text },
  ];
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only?.type === 'BraceExpansion')
    return [
      { fields: braces(only.text).map((value) => placed(source, only.pos, only.end, value)), choices: NO_CHOICES },
    ];
  const brace = parts.findIndex((part) => part.type === 'BraceExpansion' && braces(part.text).length > 1);
  // More words than this are left as they are written.
  if (
    brace !== -1 &&
    parts.reduce((count, part) => count * (part.type === 'BraceExpansion' ? braces(part.text).length : 1), 1) <=
      MAX_WAYS
  )
    return expandBraces(shell, source, word, parts, brace, state, splitsLiterals);
  const collector = new FieldCollector(separatorsOf(state));
  for (const part of parts) {
    switch (part.type) {
      case 'SingleQuoted':
      case 'AnsiCQuoted': {
        const isPlain = part.type === 'SingleQuoted' || part.text.length === part.value.length + 3;
        const [pos, end] = isPlain ? [part.pos + part.text.indexOf("'") + 1, part.end - 1] : [part.pos, part.end];
        collector.addQuoted(literalTexts(source, pos, end, part.value));
        break;
      }
      case 'DoubleQuoted':
      case 'LocaleString':
        for (const child of part.parts) {
          const expansions = expandPart(shell, source, child, state, true);
          if (child.type === 'Literal') collector.addQuoted(expansions.map(onlyElement));
          else collector.addExpansions(expansions, true);
        }
        if (part.parts.length === 0) collector.addQuoted([{ pieces: [], choices: NO_CHOICES }]);
        break;
      case 'Literal':
        if (splitsLiterals)
          collector.addExpansions(literalTexts(source, part.pos, part.end, part.value).map(oneElement), false);
        else collector.addQuoted(literalTexts(source, part.pos, part.end, part.value));
        break;
      default:
        collector.addExpansions(expandPart(shell, source, part, state, false), false);
    }
  }
  return collector.ways();
}

/** `a{b,c}d` is several words before anything else is expanded. */
function expandBraces(
  shell: Evaluator,
  source: Source,
  word: Word,
  parts: readonly WordPart[],
  at: number,
  state: State,
  splitsLiterals: boolean,
): readonly Fields[] {
  const part = parts[at];
  let ways: readonly Fields[] = [{ fields: [], choices: NO_CHOICES }];
  for (const value of part === undefined ? [] : braces(part.text)) {
    const chosen = parts.map((each): WordPart =>
      each === part ? { type: 'Literal', pos: part.pos, end: part.end, value, text: value } : each,
    );
    const more = expandWord(shell, source, { ...word, parts: chosen }, state, splitsLiterals);
    const next = ways.flatMap((way) =>
      more.flatMap((other): Fields[] => {
        const choices = mergeChoices(way.choices, other.choices);
        return choices === undefined ? [] : [{ fields: [...way.fields, ...other.fields], choices }];
      }),
    );
    if (next.length > 0 && next.length <= MAX_WAYS) ways = next;
  }
  return ways;
}

/** The texts of a word where no field splitting takes place: an assignment, a here-document, a redirection's target. */
export function expandText(shell: Evaluator, source: Source, word: Word, state: State): readonly Text[] {
  if (word.parts === undefined) return literalTexts(source, word.pos, word.end, word.value);
  return expandParts(shell, source, word.parts, state);
}

/** The texts of several parts in a row, without field splitting. */
export function expandParts(
  shell: Evaluator,
  source: Source,
  parts: readonly WordPart[],
  state: State,
): readonly Text[] {
  let texts: readonly Text[] = [{ pieces: [], choices: NO_CHOICES }];
  for (const part of parts) {
    if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') {
      texts = combine(texts, expandParts(shell, source, part.parts, state));
      continue;
    }
    texts = combine(texts, expandPart(shell, source, part, state, true).map(joinElements));
  }
  return texts;
}

function combine(a: readonly Text[], b: readonly Text[]): readonly Text[] {
  const combined: Text[] = [];
  for (const left of a) {
    for (const right of b) {
      const both = append(left, right);
      if (both !== undefined) combined.push(both);
    }
  }
  if (combined.length === 0) return a;
  if (combined.length > MAX_WAYS) return [shellHole('…', 'it has too many possible values', { mayBeEmpty: true })];
  return combined;
}

function expandPart(
  shell: Evaluator,
  source: Source,
  part: WordPart | DoubleQuotedChild,
  state: State,
  isQuoted: boolean,
): readonly Expansion[] {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'Glob':
    case 'AnsiCQuoted':
      return literalTexts(source, part.pos, part.end, part.value).map(oneElement);
    case 'ExtendedGlob':
      return [oneElement(placed(source, part.pos, part.end, part.text))];
    case 'BraceExpansion':
      return [oneElement(placed(source, part.pos, part.end, part.text))];
    case 'DoubleQuoted':
    case 'LocaleString':
      return expandParts(shell, source, part.parts, state).map(oneElement);
    case 'SimpleExpansion':
      return lookUp(state, part.text.slice(1), source, part);
    case 'ParameterExpansion':
      return expandParameter(shell, source, part, state, isQuoted);
    case 'CommandExpansion':
      return shell.substitute(part, source, state).map(oneElement);
    case 'ProcessSubstitution':
      return [oneElement(shell.substituteProcess(part, source, state))];
    case 'ArithmeticExpansion': {
      const value =
        part.expression === undefined
          ? undefined
          : evaluateArithmetic(part.expression, (name) => numericValue(state, name));
      if (value !== undefined)
        return [oneElement({ pieces: [{ kind: 'literal', value: String(value) }], choices: NO_CHOICES })];
      return [
        oneElement(
          shellHole(part.text, 'it is calculated', {
            mayBeEmpty: false,
            location: source.map.range(part.pos, part.end),
          }),
        ),
      ];
    }
  }
}

function expandParameter(
  shell: Evaluator,
  source: Source,
  part: ParameterExpansionPart,
  state: State,
  isQuoted: boolean,
): readonly Expansion[] {
  const index = part.index?.value;
  const looked = lookUp(state, part.parameter, source, part, { index, prefix: part.prefix });
  if (part.operation === undefined) return looked;
  return applyOperation(looked, part, part.operation, {
    state,
    branch: () => shell.newBranch(),
    meaning: (branch, arm, evidence) => shell.meanings.set(`${branch}=${arm}`, evidence),
    operand: (word) =>
      expandWord(shell, source, word, state, !isQuoted).map(({ fields, choices }) => ({
        elements: fields,
        choices,
        isList: true,
      })),
    operandText: (word) => expandText(shell, source, word, state),
    where: source.map.range(part.pos, part.end),
  });
}

/** A run of source text as a value. Placeholders of the host language become holes, or the values that the host knows. */
export function literalTexts(source: Source, pos: number, end: number, value: string): readonly Text[] {
  if (source.holes.length === 0 || value === '') return [placed(source, pos, end, value)];
  const parts = splitHoles(value, source);
  if (parts.every((part) => typeof part === 'string')) return [placed(source, pos, end, value)];
  const mapped = unescapedMap(source, pos, Math.min(end, source.text.length), value);
  let texts: readonly Text[] = [{ pieces: [], choices: NO_CHOICES }];
  let offset = 0;
  for (const part of parts) {
    const length = typeof part === 'string' ? part.length : 2;
    const at = offset;
    if (typeof part === 'string')
      texts = combine(texts, [
        { pieces: [lazyLiteral(part, () => mapped.map.slice(at, at + length))], choices: NO_CHOICES },
      ]);
    else if (part.values.length > 0) texts = combine(texts, part.values);
    else
      texts = combine(texts, [
        { pieces: [{ location: mapped.map.range(at, at + length), ...part.hole }], choices: NO_CHOICES },
      ]);
    offset += length;
  }
  return texts;
}

/** A run of source text as a value, with its place worked out when somebody asks. */
function placed(source: Source, pos: number, end: number, value: string): Text {
  if (value === '') return { pieces: [], choices: NO_CHOICES };
  return {
    pieces: [lazyLiteral(value, () => unescapedMap(source, pos, Math.min(end, source.text.length), value).map)],
    choices: NO_CHOICES,
  };
}

function lazyLiteral(value: string, makeMap: () => NonNullable<ShellLiteral['map']>): ShellLiteral {
  return new PlacedLiteral(value, makeMap);
}

class PlacedLiteral {
  readonly kind = 'literal';
  readonly value: string;
  readonly #makeMap: () => NonNullable<ShellLiteral['map']>;
  #map: ShellLiteral['map'];

  constructor(value: string, makeMap: () => NonNullable<ShellLiteral['map']>) {
    this.value = value;
    this.#makeMap = makeMap;
  }

  get map(): NonNullable<ShellLiteral['map']> {
    return (this.#map ??= this.#makeMap());
  }
}

function oneElement(text: Text): Expansion {
  return { elements: [text], choices: text.choices, isList: false };
}

function onlyElement(expansion: Expansion): Text {
  return expansion.elements[0] ?? { pieces: [], choices: NO_CHOICES };
}

function joinElements(expansion: Expansion): Text {
  let joined: Text = { pieces: [], choices: expansion.choices };
  for (const [index, element] of expansion.elements.entries()) {
    if (index > 0) joined = append(joined, SPACE) ?? joined;
    joined = append(joined, element) ?? joined;
  }
  return joined;
}

const SPACE: Text = { pieces: [{ kind: 'literal', value: ' ' }], choices: NO_CHOICES };

/** Puts the fields of a word together, every way at once. */
class FieldCollector {
  #ways: { fields: Text[]; open: Text | undefined; choices: Choices }[] = [
    { fields: [], open: undefined, choices: NO_CHOICES },
  ];

  readonly #separators: string;

  constructor(separators: string) {
    this.#separators = separators;
  }

  /** Characters that are never split; even none of them make a field. */
  addQuoted(texts: readonly Text[]): void {
    this.#each(texts, (way, text) => {
      way.open = way.open === undefined ? text : (append(way.open, text) ?? way.open);
      return text.choices;
    });
  }

  addExpansions(expansions: readonly Expansion[], isQuoted: boolean): void {
    this.#each(expansions, (way, expansion) => {
      const elements = isQuoted || expansion.isList ? expansion.elements : expansion.elements.map(standsForMany);
      const chunks =
        isQuoted || expansion.isList
          ? elements.map((text) => ({ fields: [text], startsNew: false, endsField: false }))
          : elements.map((text) => splitBlanks(text, this.#separators));
      for (const [index, chunk] of chunks.entries()) {
        if ((index > 0 || chunk.startsNew) && way.open !== undefined) close(way);
        for (const [number, field] of chunk.fields.entries()) {
          if (number > 0 && way.open !== undefined) close(way);
          way.open = way.open === undefined ? field : (append(way.open, field) ?? way.open);
        }
        if (chunk.endsField && way.open !== undefined) close(way);
      }
      // "$@" with no elements makes no field; "$x" with an empty value makes an empty one.
      if (isQuoted && !expansion.isList && way.open === undefined) way.open = { pieces: [], choices: NO_CHOICES };
      return expansion.choices;
    });
  }

  ways(): readonly Fields[] {
    return this.#ways.map((way) => ({
      fields: way.open === undefined ? way.fields : [...way.fields, way.open],
      choices: way.choices,
    }));
  }

  #each<T>(
    alternatives: readonly T[],
    add: (way: { fields: Text[]; open: Text | undefined }, alternative: T) => Choices,
  ): void {
    const next: { fields: Text[]; open: Text | undefined; choices: Choices }[] = [];
    for (const way of this.#ways) {
      for (const alternative of alternatives.slice(0, MAX_WAYS)) {
        const grown = { fields: [...way.fields], open: way.open, choices: way.choices };
        const choices = mergeChoices(way.choices, add(grown, alternative));
        if (choices !== undefined) next.push({ ...grown, choices });
      }
    }
    if (next.length > 0 && next.length <= MAX_WAYS) this.#ways = next;
    else if (next.length > MAX_WAYS)
      this.#ways = [
        {
          fields: [],
          open: shellHole('…', 'it has too many possible values', { mayBeEmpty: true }),
          choices: NO_CHOICES,
        },
      ];
  }
}

function close(way: { fields: Text[]; open: Text | undefined }): void {
  if (way.open !== undefined) way.fields.push(way.open);
  way.open = undefined;
}

/** An unquoted hole may stand for several words, or for none. */
function standsForMany(text: Text): Text {
  if (!text.pieces.some((piece) => piece.kind === 'hole')) return text;
  return {
    pieces: text.pieces.map((piece) => (piece.kind === 'hole' ? withMany(piece) : piece)),
    choices: text.choices,
  };
}

/** `{a,b}` and `{1..3}`, one level of them. */
function braces(text: string): readonly string[] {
  const inner = text.slice(1, -1);
  const range = /^(-?\d{1,3})\.\.(-?\d{1,3})$/.exec(inner);
  if (range !== null) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    return Array.from({ length: Math.min(Math.abs(to - from) + 1, MAX_WAYS) }, (_, i) =>
      String(from + (to < from ? -i : i)),
    );
  }
  return /[{}$'"\\]/.test(inner) || !inner.includes(',') ? [text] : inner.split(',');
}

function withMany(hole: Hole): ShellHole {
  return { ...hole, isMany: true };
}
