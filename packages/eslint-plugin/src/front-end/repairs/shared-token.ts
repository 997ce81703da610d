import type { Edit } from 'imdsv2-core';

/** A function of another file that gives a promise of a token. */
export interface SharedToken {
  readonly name: string;
  /** Edits by which the file comes to know it; none where it does. */
  readonly edits: readonly Edit[];
}
