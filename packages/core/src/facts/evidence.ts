import type { Location } from '../document/offset-map.ts';

/** One reason for a judgement, with its place if it has one: how a URL was folded, where a header is missing, which default decided. */
export interface Evidence {
  readonly message: string;
  readonly location?: Location;
}

/** `high`: decided from the text. `medium`: one stated assumption. `low`: a hint. */
export type Confidence = 'high' | 'medium' | 'low';

const ORDER: readonly Confidence[] = ['low', 'medium', 'high'];

/** The lower of the two. */
export function lower(a: Confidence, b: Confidence): Confidence {
  return ORDER.indexOf(a) < ORDER.indexOf(b) ? a : b;
}

/** Whether `confidence` is `least` or more. */
export function isAtLeast(confidence: Confidence, least: Confidence): boolean {
  return ORDER.indexOf(confidence) >= ORDER.indexOf(least);
}
