import { literal, OffsetMap, type Alternatives, type Location, type MappedText } from 'imdsv2-core';
import type { Node } from '../structured/index.ts';
import type { Scope } from './scope.ts';
import type { Variable } from './world.ts';

/** What a node of a template amounts to in one world. */
export type Value =
  | TextValue
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly location: Location }
  /** Entries are evaluated when asked for. */
  | {
      readonly kind: 'map';
      readonly node: Extract<Node, { kind: 'map' }>;
      readonly scope: Scope;
      readonly location: Location;
    }
  /** `AWS::NoValue`, or nothing at all. */
  | { readonly kind: 'none'; readonly location: Location }
  | { readonly kind: 'unknown'; readonly name: string; readonly why: string; readonly location: Location };

/** A string: literal characters with their places, and references in between. */
export interface TextValue {
  readonly kind: 'text';
  readonly parts: readonly Part[];
  readonly location: Location;
}

export type Part = MappedText | Reference;

/** A part whose characters are decided elsewhere. */
export interface Reference {
  /** As people know it: `Environment`, `AWS::Region`, `Template.LatestVersionNumber`. */
  readonly name: string;
  readonly why: string;
  readonly location: Location;
  /** A parameter, with the scope that it is looked up in. */
  readonly parameter?: { readonly name: string; readonly scope: Scope };
  readonly variable?: Variable;
  /** A resource of the stack, by its logical id; `attribute` undefined for a plain `Ref`. */
  readonly resource?: { readonly scope: Scope; readonly id: string; readonly attribute?: string };
  /** Values that the template itself knows: a default, the allowed values. */
  readonly values: Alternatives;
}

export function isReference(part: Part): part is Reference {
  return !('text' in part);
}

export function textValue(mapped: MappedText, location: Location): TextValue {
  return { kind: 'text', parts: [mapped], location };
}

export function referenceValue(reference: Reference): TextValue {
  return { kind: 'text', parts: [reference], location: reference.location };
}

/** The parts of a value that is put into a string. */
export function partsOf(value: Value): readonly Part[] {
  switch (value.kind) {
    case 'text':
      return value.parts;
    case 'none':
      return [];
    case 'unknown':
      return [{ name: value.name, why: value.why, location: value.location, values: [] }];
    default:
      return [{ name: '…', why: 'it is no string', location: value.location, values: [] }];
  }
}

/** Characters that stand nowhere in the file (a delimiter of `Fn::Join`), placed at the end of what precedes them. */
export function placedAfter(text: string, before: Location): MappedText {
  return {
    text,
    map: new OffsetMap([{ inner: 0, length: text.length, path: before.path, outer: before.end, outerLength: 0 }]),
  };
}

export function endOf(parts: readonly Part[], otherwise: Location): Location {
  const last = parts.at(-1);
  if (last === undefined) return otherwise;
  if (isReference(last)) return last.location;
  const { path, offset } = last.map.at(last.text.length);
  return { path, start: offset, end: offset };
}

/** For people and for comparing names: literals as they are, references as `${name}`. */
export function render(text: TextValue): string {
  return text.parts.map((part) => (isReference(part) ? `\${${part.name}}` : part.text)).join('');
}

export function literals(value: string): Alternatives {
  return [literal(value)];
}
