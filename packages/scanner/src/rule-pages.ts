import { readFileSync } from 'node:fs';

/**
 * The page of a rule, as Markdown; undefined where there is none.
 *
 * The build copies `docs/rules` beside the bundle. This file stands directly in `src/` and bundles directly into `dist/`: the first place is
 * that of the bundle, the second that of the sources.
 */
export function rulePage(id: string): string | undefined {
  for (const folder of ['./rules/', '../../../docs/rules/']) {
    try {
      return readFileSync(new URL(`${folder}${id}.md`, import.meta.url), 'utf8');
    } catch {
      // The other place, then.
    }
  }
  return undefined;
}
