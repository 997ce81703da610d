import { known, type Evidence, type InvalidOption, type Location, type Setting } from 'imdsv2-core';
import { propertyOf } from '../evaluation/members.ts';
import { toText, unite, type Value, type Values } from '../evaluation/value.ts';
import type { Evaluator } from '../evaluation/evaluator.ts';
import type { Node } from '../syntax/module.ts';

/** What stands at a path of some properties. */
export interface Found {
  readonly values: Values;
  /** The innermost entry that was found on the way. */
  readonly location: Location | undefined;
}

/** Follows a path through properties: every alternative of every step. */
export function at(values: Values, path: readonly string[], evaluator: Evaluator, node: Node): Found {
  let current = values;
  let location: Location | undefined;
  for (const step of path) {
    for (const value of current) {
      if (value.kind !== 'object') continue;
      const entry = value.entries.findLast((one) => known(one.name) === step);
      if (entry !== undefined)
        location = { path: entry.evaluator.module.path, start: entry.node.range[0], end: entry.node.range[1] };
    }
    current = unite(
      current.flatMap((value) => (value.kind === 'primitive' ? [value] : propertyOf(value, step, evaluator, node))),
    );
  }
  return { values: current, location };
}

type One<T> = { readonly value: T } | 'unset' | { readonly why: string } | { readonly invalid: string };

/** One setting out of the alternatives of its values. */
export function settingOf<T extends string | number>(
  found: Found,
  read: (value: Value) => One<T>,
  invalid: InvalidOption[],
): Setting<T> {
  const place = found.location === undefined ? {} : { location: found.location };
  const read1 = found.values.map((value) => ({ one: read(value), isDefault: value.isDefault === true }));
  for (const { one } of read1)
    if (typeof one === 'object' && 'invalid' in one && found.location !== undefined)
      invalid.push({ message: one.invalid, location: found.location });
  const opens = read1.filter(({ one }) => typeof one === 'object' && ('why' in one || 'invalid' in one));
  const sets = read1.flatMap(({ one, isDefault }) =>
    typeof one === 'object' && 'value' in one ? [{ value: one.value, isDefault }] : [],
  );
  const hasUnset = read1.some(({ one }) => one === 'unset');
  const [first] = sets;
  const [open] = opens;
  const defaults = sets.filter((set) => set.isDefault);
  if (open !== undefined) {
    const [chosen] = defaults;
    // What a caller or the environment may pass is not known, but the default is.
    if (
      chosen !== undefined &&
      opens.length + defaults.length === read1.length &&
      defaults.every((set) => set.value === chosen.value)
    ) {
      const evidence: Evidence = {
        message: `Its default is ${String(chosen.value)}; another value may be passed.`,
        ...place,
      };
      return { state: 'set', value: chosen.value, decidedBy: 'variable-default', evidence: [evidence], ...place };
    }
    return {
      state: 'unknown',
      why: typeof open.one === 'object' && 'why' in open.one ? open.one.why : 'its value is not one that is understood',
      ...place,
    };
  }
  if (first === undefined) return { state: 'unset', ...place };
  if (sets.every((set) => set.value === first.value)) {
    if (!hasUnset) return { state: 'set', value: first.value, ...place };
    // Set on one branch, left out on the other.
    return first.value === 'required' || typeof first.value === 'number' || first.value === 'disabled'
      ? { state: 'unknown', why: 'it is set on one branch only', ...place }
      : { state: 'set', value: first.value, ...place };
  }
  return { state: 'unknown', why: 'it depends on a condition', ...place };
}

/** `'required'`, `HttpTokens.REQUIRED`, `ec2.LaunchTemplateHttpTokens.OPTIONAL`. */
export function readTokens(value: Value): One<'required' | 'optional'> {
  const word = wordOf(value);
  if (word === undefined) return open(value);
  if (word === 'unset') return 'unset';
  const lower = word.toLowerCase();
  if (lower === 'required' || lower === 'optional')
    return word === lower || word === word.toUpperCase() || value.kind === 'reference'
      ? { value: lower }
      : { invalid: `"${word}" is no value of HttpTokens: it takes "required" or "optional".` };
  return value.kind === 'reference'
    ? open(value)
    : { invalid: `"${word}" is no value of HttpTokens: it takes "required" or "optional".` };
}

export function readSwitch(value: Value): One<'enabled' | 'disabled'> {
  if (value.kind === 'primitive' && typeof value.value === 'boolean')
    return { value: value.value ? 'enabled' : 'disabled' };
  const word = wordOf(value);
  if (word === undefined) return open(value);
  if (word === 'unset') return 'unset';
  const lower = word.toLowerCase();
  if (lower === 'enabled' || lower === 'disabled') return { value: lower };
  return value.kind === 'reference'
    ? open(value)
    : { invalid: `"${word}" is no value of an endpoint: it takes "enabled" or "disabled".` };
}

/** A flag that requires tokens when it is on, and says nothing when it is off. */
export function readFlag(value: Value): One<'required' | 'optional'> {
  if (value.kind === 'primitive') return value.value === true ? { value: 'required' } : 'unset';
  return open(value);
}

/** `2` or `'2'`: version 2 is required. */
export function readMinimumVersion(value: Value): One<'required' | 'optional'> {
  if (value.kind === 'primitive' && (value.value === undefined || value.value === null)) return 'unset';
  const text =
    value.kind === 'primitive' ? String(value.value) : value.kind === 'string' ? known(value.text) : undefined;
  if (text === '2') return { value: 'required' };
  return text === '1' ? { value: 'optional' } : open(value);
}

export function readHopLimit(value: Value): One<number> {
  if (value.kind === 'primitive' && (value.value === undefined || value.value === null)) return 'unset';
  const number =
    value.kind === 'primitive'
      ? Number(value.value)
      : value.kind === 'string'
        ? Number(known(value.text) ?? 'x')
        : Number.NaN;
  if (Number.isNaN(number)) return open(value);
  if (!Number.isInteger(number) || number < 1 || number > 64)
    return { invalid: `A hop limit is 1 to 64; ${String(number)} is refused.` };
  return { value: number };
}

function wordOf(value: Value): string | undefined {
  if (value.kind === 'primitive')
    return value.value === undefined || value.value === null ? 'unset' : String(value.value);
  if (value.kind === 'string') return known(value.text);
  if (value.kind === 'reference' && value.root.kind !== 'made') {
    const last = value.path.at(-1);
    return last !== undefined && /^(required|optional|enabled|disabled)$/i.test(last) ? last : undefined;
  }
  return undefined;
}

function open(value: Value): { readonly why: string } {
  if (value.kind === 'unknown') return { why: `${value.name} is not known: ${value.why}` };
  const text = toText(value);
  const [piece] = text.pieces;
  return { why: piece?.kind === 'hole' ? `${piece.name} is not known: ${piece.why}` : 'it is computed' };
}
