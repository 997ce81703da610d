import { get, type Entry, type Node } from '../structured/index.ts';
import { namedEntries, wordOf, type Template } from './template.ts';
import type { Value } from './value.ts';
import type { Choice } from './world.ts';
import { intrinsicOf } from './intrinsic.ts';

/** A template as it is deployed: by itself, or as a nested stack with the parameters that its parent passes. */
export interface Scope {
  readonly template: Template;
  /** `null` for a stack of its own, else the way from the outermost template: `main.yaml WebStack`. */
  readonly instance: string | null;
  /** What the parent passes, by parameter: a node of the parent's scope. */
  readonly passed: ReadonlyMap<string, { readonly node: Node; readonly scope: Scope }>;
  /** Variables of the `Fn::ForEach` around, with the item of this round. */
  readonly loops: ReadonlyMap<string, Value>;
  /** Every resource by its logical id, those of loops and includes too. */
  readonly resources: Map<string, Resource>;
  /** Nested stacks by their logical id, for `GetAtt Stack.Outputs.X`. */
  readonly children: Map<string, Scope>;
  /** Values that the template compares each open name with, or looks it up by. */
  readonly compared: ReadonlyMap<string, Set<string>>;
  /** Parameters that count as open although they have a default: the resource that is looked at exists only with another value. */
  readonly opened: ReadonlySet<string>;
}

/** A resource, as it stands in its template. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly entry: Entry;
  readonly scope: Scope;
}

export function scopeOf(
  template: Template,
  instance: string | null = null,
  passed: Scope['passed'] = new Map(),
): Scope {
  return {
    template,
    instance,
    passed,
    loops: new Map(),
    resources: new Map(),
    children: new Map(),
    compared: comparedValues(template),
    opened: new Set(),
  };
}

/** A stack and the values of its parameters: what a nested stack compares a parameter with, its parent may be asked for. */
export function widen(scope: Scope): void {
  for (const [name, { node, scope: parent }] of scope.passed) {
    const constants = [...(scope.compared.get(name) ?? [])].filter((value) => !value.startsWith(OTHER));
    if (constants.length === 0) continue;
    const names = new Set<string>();
    mentions(node, names, new Set());
    for (const outer of names) {
      const known = parent.compared.get(outer);
      if (known === undefined) (parent.compared as Map<string, Set<string>>).set(outer, new Set(constants));
      else for (const constant of constants) known.add(constant);
    }
    widen(parent);
  }
}

/** Values of an open name: what it is compared with, and one that is named nowhere (its own, and those of the names that it is compared with). */
export function domainOf(scope: Scope, name: string, allowed: readonly string[]): readonly Choice[] {
  if (allowed.length > 0) return [...new Set(allowed)].map((value) => ({ kind: 'value', value }));
  const compared = [...(scope.compared.get(name) ?? [])];
  const values = compared
    .filter((value) => !value.startsWith(OTHER))
    .map((value): Choice => ({ kind: 'value', value }));
  const others = compared
    .filter((value) => value.startsWith(OTHER))
    .map((value): Choice => ({ kind: 'other', of: value.slice(OTHER.length) }));
  return [...values, ...others, ...(compared.includes(OTHER + name) ? [] : [{ kind: 'other', of: name } as const])];
}

const OTHER = '\0other:';

/** What every open name meets in `Fn::Equals` and as a key of `Fn::FindInMap`. Names that are compared with each other, however indirectly, share it. */
function comparedValues(template: Template): ReadonlyMap<string, Set<string>> {
  const compared = new Map<string, Set<string>>();
  const meet = (operands: readonly Node[], values: readonly string[] = []): void => {
    const names = new Set<string>();
    const met = new Set(values);
    for (const operand of operands) mentions(operand, names, met);
    for (const name of names) {
      const parameter = template.parameters.get(name);
      for (const allowed of parameter?.allowed ?? []) met.add(wordOf(allowed));
      if (parameter?.default?.kind === 'scalar') met.add(wordOf(parameter.default));
      // Two names of which nothing is known can be equal: then both have the value that one of them may have.
      if (names.size > 1) met.add(OTHER + name);
      for (const value of compared.get(name) ?? []) met.add(value);
    }
    const joined = new Set([...names].flatMap((name) => compared.get(name) ?? []));
    for (const [name, set] of compared) if (joined.has(set)) compared.set(name, met);
    for (const name of names) compared.set(name, met);
  };
  const visit = (node: Node): void => {
    const call = intrinsicOf(node);
    if (call?.name === 'Fn::Equals' && call.argument.kind === 'sequence') meet(call.argument.items);
    if (call?.name === 'Fn::FindInMap' && call.argument.kind === 'sequence') {
      const [map, first, second] = call.argument.items;
      const mapping = map?.kind === 'scalar' ? get(template.mappings, map.text) : undefined;
      if (first !== undefined)
        meet(
          [first],
          namedEntries(mapping).map(([key]) => key),
        );
      if (second !== undefined)
        meet(
          [second],
          namedEntries(mapping).flatMap(([, entry]) => namedEntries(entry).map(([key]) => key)),
        );
    }
    if (node.kind === 'sequence') node.items.forEach(visit);
    else if (node.kind === 'map') node.entries.forEach((entry) => visit(entry.value));
  };
  for (const condition of template.conditions.values()) visit(condition);
  if (template.mappings !== undefined) visit(template.resources);
  return compared;
}

/** Names that a node refers to, and the strings in it. */
function mentions(node: Node, names: Set<string>, constants: Set<string>): void {
  const call = intrinsicOf(node);
  if (call?.name === 'Ref' && call.argument.kind === 'scalar') names.add(call.argument.text);
  else if (call !== undefined && call.argument !== node) mentions(call.argument, names, constants);
  else if (node.kind === 'scalar') {
    if (node.tag === '!Sub')
      for (const match of node.text.matchAll(/\$\{([^!}.]+)\}/g)) names.add((match[1] ?? '').trim());
    else constants.add(wordOf(node));
  } else if (node.kind === 'sequence') for (const item of node.items) mentions(item, names, constants);
  else for (const { value } of node.entries) mentions(value, names, constants);
}

/** The parameters that a condition depends on. */
export function parametersOf(scope: Scope, condition: Node | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<Node>();
  const visit = (node: Node | undefined): void => {
    if (node === undefined || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'scalar') {
      if (scope.template.parameters.has(node.text)) names.add(node.text);
      visit(scope.template.conditions.get(node.text));
      for (const match of node.text.matchAll(/\$\{([^!}.]+)\}/g))
        if (scope.template.parameters.has(match[1] ?? '')) names.add(match[1] ?? '');
    } else if (node.kind === 'sequence') node.items.forEach(visit);
    else node.entries.forEach((entry) => visit(entry.value));
  };
  visit(condition);
  return names;
}

/**
 * The scope with every parameter open that decides a condition: in it, scripts come out in every way that somebody can ask for, and not only as the
 * defaults have it. Undefined when that makes no difference.
 */
export function withOpenConditions(scope: Scope): Scope | undefined {
  const opened = new Set([...scope.template.conditions.values()].flatMap((node) => [...parametersOf(scope, node)]));
  for (const name of scope.opened) opened.add(name);
  return opened.size === scope.opened.size ? undefined : { ...scope, opened };
}
