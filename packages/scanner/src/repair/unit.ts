import type { Edit } from 'imdsv2-core';
import type { Knowledge } from '../session/session.ts';

/** Files before and after a repair. */
export interface View {
  readonly knowledge: Knowledge;
  readonly textOf: (path: string) => string;
}

/** One way to write repairs, and how to see whether it came out right. */
export interface Attempt {
  readonly repairs: readonly UnitRepair[];
  readonly edits: readonly Edit[];
  /** Why the files, read again, are not what they should be; undefined: they are. `repaired`: subjects of the repairs that are made already. */
  readonly check: (after: View, repaired: ReadonlySet<string>) => string | undefined;
}

/** What one repair does. */
export interface UnitRepair {
  /** Ids of the requests and launches that it repairs. */
  readonly subjects: readonly string[];
  readonly title: string;
  readonly safe: boolean;
  /** Its part of an attempt's edits, where that can be told; all of them when left out. */
  readonly edits?: readonly Edit[];
  /** What else comes of it, for people: sentences. */
  readonly notes?: readonly string[];
}

/** A subject that is left as it is, and why. */
export interface Refused {
  readonly subject: string;
  readonly reason: string;
}

/** Repairs that are tried together: attempts are made until one comes out right, or none is left. The answer to an attempt is what was wrong with it. */
export interface Unit {
  /** Files that it changes. */
  readonly paths: ReadonlySet<string>;
  /** Gives the refusals when it is done. */
  readonly run: () => Generator<Attempt, readonly Refused[], string | undefined>;
}
