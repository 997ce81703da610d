import type { Location } from '../document/offset-map.ts';
import type { Text } from '../text/text.ts';

/** A policy document, or a part of one, as whichever language it is written in gives it: JSON with parts that may not be known. */
export type PolicyValue =
  | { readonly kind: 'map'; readonly entries: readonly PolicyEntry[]; readonly location: Location }
  | { readonly kind: 'list'; readonly items: readonly PolicyValue[]; readonly location: Location }
  /** A string, number or boolean. */
  | { readonly kind: 'text'; readonly text: Text; readonly location: Location }
  | { readonly kind: 'unknown'; readonly why: string; readonly location: Location };

export interface PolicyEntry {
  readonly key: string;
  readonly value: PolicyValue;
  /** From the key to the end of the value. */
  readonly location: Location;
}

/** The value of the first of the given keys that a map has. Capitals are not told apart, as IAM does not. */
export function element(value: PolicyValue | undefined, ...keys: readonly string[]): PolicyValue | undefined {
  if (value?.kind !== 'map') return undefined;
  const names = keys.map((key) => key.toLowerCase());
  return value.entries.find((entry) => names.includes(entry.key.toLowerCase()))?.value;
}

/** One value, or the items of a list of them. */
export function itemsOf(value: PolicyValue | undefined): readonly PolicyValue[] {
  if (value === undefined) return [];
  return value.kind === 'list' ? value.items : [value];
}
