import { createTwoFilesPatch } from 'diff';

/** A unified diff of one file, as `git diff` and `patch -p1` have it. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, { context: 3 });
  return patch.replace(/^=+\n/, '').replace(/^(--- |\+\+\+ )(.*)\t$/gm, '$1$2');
}
