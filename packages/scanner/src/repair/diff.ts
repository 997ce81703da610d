import { createTwoFilesPatch } from 'diff';

/** A unified diff of one file, as `git diff` and `patch -p1` have it. `before` is undefined for a file that is to be made. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  const from = before === undefined ? '/dev/null' : `a/${path}`;
  const patch = createTwoFilesPatch(from, `b/${path}`, before ?? '', after, undefined, undefined, { context: 3 });
  return patch.replace(/^=+\n/, '').replace(/^(--- |\+\+\+ )(.*)\t$/gm, '$1$2');
}
