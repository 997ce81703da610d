import type { Platform } from '../../facts/launch.ts';

/** What a resource type can say about metadata, per platform. Each platform's table stands in its own file of this folder. */
export interface LaunchType {
  readonly platform: Platform;
  /** As the platform spells it. */
  readonly resource: string;
  /** What to write and where, for `require-imdsv2`: sentences. */
  readonly remedy: string;
  readonly source: string;
  /** A word that every file with such a launch holds, where the resource's own name is too common to look for. */
  readonly marker?: string;
}

/** Until a platform's table says it better. */
export const GENERAL_REMEDY = 'Require session tokens: set HTTP tokens to "required" in the metadata options.';
