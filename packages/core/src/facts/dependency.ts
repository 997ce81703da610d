import type { Location } from '../document/offset-map.ts';
import type { Evidence } from './evidence.ts';

/** A version of an SDK or CLI that a manifest pins. */
export interface Dependency {
  readonly kind: 'dependency';
  readonly id: string;
  readonly location: Location;
  readonly ecosystem: string;
  readonly name: string;
  /** Resolved version, if a lockfile or an exact pin says it. */
  readonly version?: string;
  readonly range?: string;
  readonly evidence: readonly Evidence[];
}
