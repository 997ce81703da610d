import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';

/**
 * The directory that bounds what is read for a target: the git work tree that holds it; outside git the working directory if it
 * holds the target; else the target itself (its directory, for a file). Absolute paths in and out.
 */
export function boundaryOf(target: string, isDirectory: boolean, cwd: string): string {
  const start = isDirectory ? target : dirname(target);
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (at === dirname(at)) break;
  }
  return isInside(cwd, start) ? cwd : start;
}

/** Whether `path` is `directory` or lies below it. */
export function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
