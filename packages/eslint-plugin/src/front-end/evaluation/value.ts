import {
  concatAll,
  hole,
  literal,
  MAX_ALTERNATIVES,
  mergeChoices,
  type Alternatives,
  type Choices,
  type Text,
} from 'imdsv2-core';
import type { FunctionNode, Node, Variable } from '../syntax/module.ts';
import type { Evaluator, Frame } from './evaluator.ts';

/** What an expression may come to. `choices` says on which branches it depends: values that took different arms never meet. */
export type Value =
  | StringValue
  | PrimitiveValue
  | UrlValue
  | ObjectValue
  | ArrayValue
  | FunctionValue
  | InstanceValue
  | ClassValue
  | ReferenceValue
  | UnknownValue;

/** The values that an expression may have. Never empty, at most `MAX_ALTERNATIVES`. */
export type Values = readonly Value[];

interface Base {
  readonly choices: Choices;
  /** Set where the value is what `??`, `||` or a parameter falls back to, because nothing else is known. */
  readonly isDefault?: boolean;
}

export interface StringValue extends Base {
  readonly kind: 'string';
  readonly text: Text;
}

export interface PrimitiveValue extends Base {
  readonly kind: 'primitive';
  readonly value: number | boolean | null | undefined;
}

/** A `URL`. */
export interface UrlValue extends Base {
  readonly kind: 'url';
  readonly text: Text;
}

export interface ObjectValue extends Base {
  readonly kind: 'object';
  /** Later entries override earlier ones of the same name. */
  readonly entries: readonly Entry[];
  /** Why there may be more entries than these. */
  readonly unread: readonly UnknownValue[];
  /** The expression that made it. */
  readonly node: Node;
  readonly evaluator: Evaluator;
}

export interface Entry {
  readonly name: Text;
  readonly values: () => Values;
  readonly node: Node;
  readonly evaluator: Evaluator;
}

export interface ArrayValue extends Base {
  readonly kind: 'array';
  readonly items: readonly Values[];
  readonly unread: readonly UnknownValue[];
}

export interface FunctionValue extends Base {
  readonly kind: 'function';
  readonly node: FunctionNode;
  readonly evaluator: Evaluator;
  readonly frame: Frame;
  /** What `this` is inside, where the function was taken from something. */
  readonly self?: Value;
}

/** An instance of a class of the program; `owner` is the class, or the function or object literal used like one. */
export interface InstanceValue extends Base {
  readonly kind: 'instance';
  readonly owner: Node;
  readonly evaluator: Evaluator;
  readonly frame: Frame;
}

export interface ClassValue extends Base {
  readonly kind: 'class';
  readonly owner: Node;
  readonly evaluator: Evaluator;
}

/** Something that a library or the platform provides. */
export interface ReferenceValue extends Base {
  readonly kind: 'reference';
  readonly root: ReferenceRoot;
  /** Members taken from the root; `default` is left out. */
  readonly path: readonly string[];
  /** The file of the program that the reference means as a whole (`import * as x`, `require`). */
  readonly file?: Evaluator;
  /** What the file assigns to members of it: `axios.defaults.baseURL = …`. */
  readonly overlay?: ObjectValue;
}

export type ReferenceRoot =
  | { readonly kind: 'module'; readonly name: string }
  | { readonly kind: 'global'; readonly name: string }
  /** What a call of something provided gives: `axios.create(…)`, `new HttpClient(…)`. */
  | {
      readonly kind: 'made';
      readonly by: ReferenceValue;
      readonly node: Node;
      readonly isNew: boolean;
      readonly args: readonly Values[];
      readonly evaluator: Evaluator;
    };

export interface UnknownValue extends Base {
  readonly kind: 'unknown';
  /** As written. */
  readonly name: string;
  /** A phrase that follows "because". */
  readonly why: string;
  readonly node: Node;
  /** The parameter that nothing is bound to, if that is why. */
  readonly parameter?: Parameter;
  readonly mayBeEmpty?: boolean;
}

export interface Parameter {
  readonly function: FunctionNode;
  readonly variable: Variable;
}

export const NO_CHOICES: Choices = new Map();

export function string(text: Text): StringValue {
  return { kind: 'string', text, choices: text.choices };
}

export function primitive(value: PrimitiveValue['value']): PrimitiveValue {
  return { kind: 'primitive', value, choices: NO_CHOICES };
}

export const UNDEFINED: PrimitiveValue = primitive(undefined);

/** The value, where also the given choices were taken; undefined when they contradict its own. */
export function within<V extends Value>(value: V, choices: Choices): V | undefined {
  if (choices.size === 0) return value;
  const merged = mergeChoices(value.choices, choices);
  return merged === undefined ? undefined : { ...value, choices: merged };
}

/** The alternatives that can occur together with the given choices. */
export function allWithin(values: Values, choices: Choices): Value[] {
  return values.flatMap((value) => within(value, choices) ?? []);
}

/** Values without repetition of the plainest kinds, cut at the most that is looked at. */
export function unite(...groups: readonly (readonly Value[])[]): Values {
  const all = groups.flat();
  const unique: Value[] = [];
  const seen = new Set<string>();
  for (const value of all) {
    if (value.kind === 'primitive' || value.kind === 'string') {
      const key = `${value.kind}${value.kind === 'primitive' ? String(value.value) : value.text.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : `\0${piece.name}`)).join('')}|${[...value.choices].join()}`;
      if (seen.has(key)) continue;
      seen.add(key);
    }
    unique.push(value);
    if (unique.length === MAX_ALTERNATIVES) break;
  }
  return unique;
}

/** Parameters that holes of texts stand for. */
const PARAMETERS = new WeakMap<object, Parameter>();

/** The parameter that a hole stands for, if that is what is not known. */
export function parameterOf(piece: object): Parameter | undefined {
  return PARAMETERS.get(piece);
}

/** The value as part of a string. */
export function toText(value: Value): Text {
  switch (value.kind) {
    case 'string':
    case 'url':
      return { pieces: value.text.pieces, choices: value.choices };
    case 'primitive':
      return { ...literal(String(value.value)), choices: value.choices };
    case 'array': {
      const texts = concatAll(
        value.items.flatMap((item, index) => (index === 0 ? [toTexts(item)] : [[literal(',')], toTexts(item)])),
      );
      return texts.length === 1 && texts[0] !== undefined && value.unread.length === 0
        ? { ...texts[0], choices: value.choices }
        : { ...hole('array', 'it is a list'), choices: value.choices };
    }
    case 'unknown': {
      const text = hole(value.name, value.why, value.mayBeEmpty === undefined ? {} : { mayBeEmpty: value.mayBeEmpty });
      const [piece] = text.pieces;
      if (piece !== undefined && value.parameter !== undefined) PARAMETERS.set(piece, value.parameter);
      return { ...text, choices: value.choices };
    }
    case 'reference':
      return { ...hole(nameOfReference(value), 'a library or the platform provides it'), choices: value.choices };
    default:
      return { ...hole(value.kind, 'it is no string'), choices: value.choices };
  }
}

export function toTexts(values: Values): Alternatives {
  return values.map(toText);
}

/** `axios.get`, `http.request`: for people. */
function nameOfReference(value: ReferenceValue): string {
  const root = value.root.kind === 'made' ? `${nameOfReference(value.root.by)}()` : value.root.name;
  return [root, ...value.path].join('.');
}

/** Whether a value counts as true in a condition; undefined: either. */
export function truthiness(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'primitive':
      return Boolean(value.value);
    case 'string':
      return value.text.pieces.length === 0
        ? false
        : value.text.pieces.some((piece) => piece.kind === 'literal' && piece.value !== '')
          ? true
          : undefined;
    case 'unknown':
      return undefined;
    case 'reference':
      // What another module or the platform holds under a name need not be there: `process.env.X`, `http.__request`.
      return value.path.length === 0 &&
        (value.root.kind === 'module' || (value.root.kind === 'made' && value.root.isNew))
        ? true
        : undefined;
    default:
      return true;
  }
}
