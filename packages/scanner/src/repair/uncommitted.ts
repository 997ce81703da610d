import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Those of the given files (relative to the work tree's root) that git has no copy of as they are: changed or not added. None outside git. Nothing that the
 * repository configures is run.
 */
export function uncommitted(root: string, paths: readonly string[]): readonly string[] {
  if (paths.length === 0 || !existsSync(join(root, '.git'))) return [];
  const { status, stdout, error } = spawnSync(
    'git',
    [
      ...['--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--literal-pathspecs'],
      ...[
        'status',
        '--porcelain',
        '-z',
        '--ignored',
        '--untracked-files=all',
        '--ignore-submodules=all',
        '--',
        ...paths,
      ],
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  // Without an answer nothing is known to be safe.
  if (error !== undefined || status !== 0) return paths;
  const entries = stdout.split('\0').filter((entry) => entry !== '');
  const named = new Set(entries.map((entry) => entry.slice(3)));
  return paths.filter((path) => named.has(path));
}
