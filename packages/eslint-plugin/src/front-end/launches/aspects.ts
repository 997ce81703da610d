import type { AspectKind, FrontEndInput } from '../input.ts';
import { isTestFile } from '../requests/expectations.ts';
import { View } from '../view.ts';
import { applicationsOf } from './file-aspects.ts';
import { ASPECT_NAMES } from './aspect-names.ts';

/** An aspect where it is applied. */
export interface AppliedAspect {
  readonly kind: AspectKind;
  /** `app`: all that the app makes. `unknown`: some of it. A path: what the class of a construct in that file makes. */
  readonly scope: 'app' | 'unknown' | { readonly path: string };
}

/** Whether a file applies, or may apply, one of the aspects that require tokens. */
export function namesAspect(text: string): boolean {
  return ASPECT_NAMES.some(([name]) => text.includes(name));
}

/** The aspects that a file applies, with what each covers. Tests apply theirs to constructs of their own. */
export function appliedAspects(input: FrontEndInput): readonly AppliedAspect[] {
  return isTestFile(input.path) || !namesAspect(input.text) ? [] : applicationsOf(new View(input).evaluatorOf(input));
}
