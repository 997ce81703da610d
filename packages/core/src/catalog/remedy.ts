import type { Launch } from '../facts/launch.ts';
import { GENERAL_REMEDY, type LaunchType } from './launches.ts';
import { LAUNCH_TYPES } from './launch-types.ts';

const BY_KEY: ReadonlyMap<string, LaunchType> = new Map(LAUNCH_TYPES.map((type) => [`${type.platform} ${type.resource}`, type]));

/** What to do about a launch that allows version 1, from its catalogue entry. */
export function remedyOf(launch: Pick<Launch, 'platform' | 'resource'>): string {
  return BY_KEY.get(`${launch.platform} ${launch.resource}`)?.remedy ?? GENERAL_REMEDY;
}
