import type { CalledModule, ModuleInstance } from './instance.ts';
import type { FoundLaunches } from './launches.ts';

/** Launches of a module that cannot be read, from what is known of it. */
export function remoteLaunches(_called: CalledModule, _instance: ModuleInstance): FoundLaunches {
  return { launches: [], documents: [] };
}
