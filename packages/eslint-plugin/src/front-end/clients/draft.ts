import { known, literal, type Alternatives, type Choices, type Text } from 'imdsv2-core';
import type { Evaluator } from '../evaluation/evaluator.ts';
import { propertyOf } from '../evaluation/members.ts';
import {
  NO_CHOICES,
  string,
  toTexts,
  unite,
  type Entry,
  type ObjectValue,
  type Parameter,
  type UnknownValue,
  type Value,
  type Values,
} from '../evaluation/value.ts';
import type { Call, Node } from '../syntax/module.ts';
import { Kind } from '../syntax/kind.ts';

/** One call of a client, as far as its arguments say what it sends. */
export interface Draft {
  /** Id of the client table. */
  readonly client: string;
  readonly node: Node;
  readonly evaluator: Evaluator;
  readonly url: Alternatives;
  /** The method; undefined in the list: not known. */
  readonly methods: readonly Method[];
  readonly headers: readonly HeaderSet[];
  readonly sdk?: 'version-1' | 'version-2-then-1' | 'version-2';
  /** Where the description of the request starts, if it is written ahead of the call. */
  readonly from?: Node;
  readonly notes?: readonly string[];
}

export interface Method {
  readonly name: string | undefined;
  readonly parameter?: Parameter;
  readonly choices: Choices;
}

/** The headers of one way to get there. */
export interface HeaderSet {
  readonly headers: readonly Header[];
  readonly unread: readonly UnknownValue[];
  readonly choices: Choices;
}

export interface Header {
  readonly name: Text;
  readonly values: Values;
  readonly node: Node;
  readonly evaluator: Evaluator;
  readonly place: 'headers' | 'body';
}

/** A call of a client with its arguments evaluated. */
export interface ClientCall {
  readonly node: Call;
  readonly args: readonly Values[];
  readonly evaluator: Evaluator;
}

export const NO_HEADERS: readonly HeaderSet[] = [{ headers: [], unread: [], choices: NO_CHOICES }];

export function fixedMethod(name: string): readonly Method[] {
  return [{ name: name.toUpperCase(), choices: NO_CHOICES }];
}

/** Methods out of an option; `fallback` where it is left out. */
export function methodsOf(values: Values | undefined, fallback: string): readonly Method[] {
  if (values === undefined) return fixedMethod(fallback);
  return values.map((value): Method => {
    if (value.kind === 'string') return { name: known(value.text)?.toUpperCase(), choices: value.choices };
    if (value.kind === 'primitive') return { name: fallback.toUpperCase(), choices: value.choices };
    return {
      name: undefined,
      choices: value.choices,
      ...(value.kind === 'unknown' && value.parameter !== undefined ? { parameter: value.parameter } : {}),
    };
  });
}

/** An option of an options object: undefined where it is left out for certain. */
export function option(
  options: Value | undefined,
  evaluator: Evaluator,
  ...names: readonly string[]
): Values | undefined {
  if (options === undefined) return undefined;
  for (const name of names) {
    if (options.kind === 'object' && !options.entries.some((entry) => known(entry.name) === name)) continue;
    if (
      options.kind !== 'object' &&
      options.kind !== 'url' &&
      options.kind !== 'unknown' &&
      options.kind !== 'instance'
    )
      continue;
    const values = propertyOf(options, name, evaluator, 'node' in options ? options.node : evaluator.module.ast);
    if (values.every((value) => value.kind === 'primitive' && (value.value === undefined || value.value === null)))
      continue;
    return values;
  }
  return undefined;
}

/** Header sets out of the value of a `headers` option: objects, `Headers`, `Map`, lists of pairs. */
export function headersOf(values: Values | undefined, place: Header['place'] = 'headers'): readonly HeaderSet[] {
  if (values === undefined) return NO_HEADERS;
  return values.map((value): HeaderSet => ({ ...headersOfValue(value, place), choices: value.choices }));
}

function headersOfValue(
  value: Value,
  place: Header['place'],
): { readonly headers: readonly Header[]; readonly unread: readonly UnknownValue[] } {
  switch (value.kind) {
    case 'object':
      return {
        headers: effective(value).map((entry) => ({
          name: entry.name,
          values: entry.values(),
          node: entry.node,
          evaluator: entry.evaluator,
          place,
        })),
        unread: value.unread,
      };
    case 'array':
      return { headers: value.items.flatMap((item) => pairHeader(item, place)), unread: value.unread };
    case 'reference': {
      if (value.root.kind !== 'made') return { headers: [], unread: [open(value)] };
      // `new Headers({…})`, `new HttpHeaders({…})`, and what is `.set` on them.
      const { by, args } = value.root;
      const name = by.path.at(-1) ?? (by.root.kind === 'made' ? '' : by.root.name);
      if (/^(set|append)$/.test(name) && by.root.kind === 'made') {
        const before = headersOfValue({ ...by, path: [] }, place);
        const [key, content] = args;
        const header =
          key?.[0] === undefined || content === undefined
            ? []
            : [
                {
                  name: toTexts(key)[0] ?? literal(''),
                  values: content,
                  node: value.root.node,
                  evaluator: value.root.evaluator,
                  place,
                },
              ];
        return { headers: [...before.headers, ...header], unread: before.unread };
      }
      if (!/Headers$|^Map$/.test(name)) return { headers: [], unread: [open(value)] };
      const given = args[0]?.[0];
      const base = given === undefined ? { headers: [], unread: [] } : headersOfValue(given, place);
      const more =
        value.overlay === undefined
          ? []
          : effective(value.overlay).map((entry) => ({
              name: entry.name,
              values: entry.values(),
              node: entry.node,
              evaluator: entry.evaluator,
              place,
            }));
      return { headers: [...base.headers, ...more], unread: base.unread };
    }
    case 'unknown':
      return { headers: [], unread: [value] };
    case 'instance':
      return { headers: [], unread: [value.evaluator.unknown(value.owner, 'an object of the program holds them')] };
    default:
      return { headers: [], unread: [] };
  }
}

function open(value: Extract<Value, { kind: 'reference' }>): UnknownValue {
  const { evaluator, node } = value.root.kind === 'made' ? value.root : { evaluator: undefined, node: undefined };
  if (evaluator !== undefined) return evaluator.unknown(node, 'a function gives them');
  return {
    kind: 'unknown',
    name: value.path.join('.'),
    why: 'another module holds them',
    node: NOWHERE,
    choices: value.choices,
  };
}

const NOWHERE = { type: Kind.Program, range: [0, 0] } as unknown as Node;

function pairHeader(item: Values, place: Header['place']): Header[] {
  return item.flatMap((pair): Header[] => {
    if (pair.kind !== 'array') return [];
    const [name, content] = pair.items;
    const text = name === undefined ? undefined : toTexts(name)[0];
    const [holder] = content ?? [];
    if (text === undefined || content === undefined || holder === undefined) return [];
    return [{ name: text, values: content, node: NOWHERE, evaluator: undefined as unknown as Evaluator, place }];
  });
}

/** The entries that count: of equal names the last, and none that is certainly undefined. */
function effective(object: ObjectValue): readonly Entry[] {
  const last = new Map<string, Entry>();
  const unnamed: Entry[] = [];
  for (const entry of object.entries) {
    const name = known(entry.name);
    if (name === undefined) unnamed.push(entry);
    else last.set(name, entry);
  }
  return [...last.values(), ...unnamed];
}

/** Header sets one after the other: instance defaults, then those of the call. */
export function combine(first: readonly HeaderSet[], second: readonly HeaderSet[]): readonly HeaderSet[] {
  return first.flatMap((a) =>
    second.flatMap((b): HeaderSet[] => {
      const choices = mergeOf(a.choices, b.choices);
      return choices === undefined
        ? []
        : [{ headers: [...a.headers, ...b.headers], unread: [...a.unread, ...b.unread], choices }];
    }),
  );
}

function mergeOf(a: Choices, b: Choices): Choices | undefined {
  const merged = new Map(a);
  for (const [branch, arm] of b) {
    const taken = merged.get(branch);
    if (taken !== undefined && taken !== arm) return undefined;
    merged.set(branch, arm);
  }
  return merged;
}

/** A URL after the base URL of an instance, unless it is absolute. */
export function withBase(bases: Values | undefined, urls: Values): Values {
  if (bases === undefined) return urls;
  return unite(
    urls.flatMap((url) => {
      const [text] = toTexts([url]);
      if (text === undefined) return [];
      const first = text.pieces[0];
      if (first?.kind === 'literal' && /^[a-z][a-z\d+.-]*:\/\//i.test(first.value)) return [url];
      return toTexts(bases).flatMap((base) => {
        const choices = mergeOf(base.choices, text.choices);
        if (choices === undefined) return [];
        const isSlashed = (first?.kind === 'literal' && first.value.startsWith('/')) || text.pieces.length === 0;
        const last = base.pieces.at(-1);
        const endsInSlash = last?.kind === 'literal' && last.value.endsWith('/');
        const joint = isSlashed || endsInSlash ? [] : [{ kind: 'literal', value: '/' } as const];
        const head =
          isSlashed && endsInSlash && last.value.length > 0
            ? [...base.pieces.slice(0, -1), { kind: 'literal', value: last.value.slice(0, -1) } as const]
            : base.pieces;
        return [string({ pieces: [...head, ...joint, ...text.pieces], choices })];
      });
    }),
  );
}
