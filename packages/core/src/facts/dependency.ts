import type { Ecosystem } from '../catalog/dependencies/sdks.ts';
import type { Location } from '../document/offset-map.ts';
import type { Evidence } from './evidence.ts';

/** An SDK or command of AWS that a manifest, lockfile or script names. */
export interface Dependency {
  readonly kind: 'dependency';
  readonly id: string;
  readonly location: Location;
  readonly ecosystem: Ecosystem;
  /** Id of the SDK table. */
  readonly sdk: string;
  /** The package. */
  readonly name: string;
  /** Resolved version, if a lockfile or an exact pin says it. */
  readonly version?: string;
  readonly range?: string;
  /** Whether its version, or every version of its range, is one that asks with a token. */
  readonly speaksVersionTwo: Reached;
  /** Whether the fallback to version 1 can be switched off in its version. */
  readonly hasSwitch: Reached;
  readonly evidence: readonly Evidence[];
}

/** `no`: every version that is meant is older. `unknown`: some are, or AWS does not say. */
export type Reached = 'yes' | 'no' | 'unknown';

/** A place that switches the SDKs' fallback to version 1 off, or on again: `AWS_EC2_METADATA_V1_DISABLED`. */
export interface FallbackSwitch {
  readonly kind: 'fallback-switch';
  readonly id: string;
  readonly location: Location;
  /** What is set: the variable, or the key of a profile. */
  readonly name: string;
  readonly isOff: boolean;
}
