import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { IgnoreRules } from './gitignore.ts';
import { isGeneratedDirectory, isGeneratedFile, isRepositoryDirectory } from './generated.ts';

export interface WalkOptions {
  /** Absolute path of the tree. */
  readonly root: string;
  readonly includeGenerated: boolean;
  /** Patterns of `--ignore`, as lines of an ignore file at the root. */
  readonly ignore: readonly string[];
  /** Paths (relative to the root, with `/`) that are read whatever the rules say: those named on the command line. */
  readonly named: ReadonlySet<string>;
}

export interface Walk {
  /** Files, relative to the root, with `/`, sorted. */
  readonly files: readonly string[];
  /** Entries left out. A directory stands for all that is in it. */
  readonly leftOut: readonly LeftOut[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

export interface LeftOut {
  readonly path: string;
  readonly why: 'ignored' | 'generated' | 'links';
}

/**
 * The files of a tree that a scan looks at. Links are not followed: what they lead to is in the tree, and read there, or is not, and then not ours to read.
 * Reads `.gitignore` of every directory, `.git/info/exclude` and `.imdsv2ignore`; not the user's own ignore file, so that everybody sees the same.
 */
export function walk(options: WalkOptions): Walk {
  const files: string[] = [];
  const leftOut: LeftOut[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const ignoredHere = new IgnoreRules(options.ignore.join('\n'));
  const namedAndAbove = withParents(options.named);
  visit('', baseLevels(options), false);
  return { files: files.sort(), leftOut, unreadable };

  function visit(directory: string, levels: readonly Level[], excluded: boolean): void {
    let entries: Dirent[];
    try {
      entries = readdirSync(`${options.root}/${directory}`, { withFileTypes: true });
    } catch (error) {
      unreadable.push({ path: directory === '' ? '.' : directory, reason: reasonOf(error) });
      return;
    }
    const inner = [...levels, ...ownLevels(options.root, directory, entries)];
    for (const entry of entries) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      const isDirectory = entry.isDirectory();
      if (entry.isSymbolicLink()) {
        leftOut.push({ path, why: 'links' });
        continue;
      }
      if (!isDirectory && !entry.isFile()) continue;
      if (isDirectory && isRepositoryDirectory(entry.name)) continue;
      const isNamed = options.named.has(path);
      const out = isNamed ? undefined : excluded ? 'ignored' : whyLeftOut(path, entry.name, isDirectory, inner);
      if (out === undefined) {
        if (isDirectory) visit(path, inner, false);
        else files.push(path);
        continue;
      }
      if (!excluded) leftOut.push({ path, why: out });
      if (isDirectory && namedAndAbove.has(path)) visit(path, inner, true);
    }
  }

  function whyLeftOut(
    path: string,
    name: string,
    isDirectory: boolean,
    levels: readonly Level[],
  ): 'ignored' | 'generated' | undefined {
    if (ignoredHere.verdict(path, isDirectory) ?? isIgnored(path, isDirectory, levels)) return 'ignored';
    if (options.includeGenerated) return undefined;
    return (isDirectory ? isGeneratedDirectory(name) : isGeneratedFile(name)) ? 'generated' : undefined;
  }
}

/** The rules of one ignore file and where it stands. */
interface Level {
  /** Relative to the root, with a `/` at the end unless it is the root. */
  readonly base: string;
  readonly rules: IgnoreRules;
}

/** The ignore file deepest in the tree that says something decides. */
function isIgnored(path: string, isDirectory: boolean, levels: readonly Level[]): boolean {
  for (let index = levels.length - 1; index >= 0; index--) {
    const level = levels[index];
    const verdict = level?.rules.verdict(path.slice(level.base.length), isDirectory);
    if (verdict !== undefined) return verdict;
  }
  return false;
}

function baseLevels(options: WalkOptions): readonly Level[] {
  const exclude = readRules(`${options.root}/.git/info/exclude`);
  return exclude === undefined ? [] : [{ base: '', rules: exclude }];
}

function ownLevels(root: string, directory: string, entries: readonly Dirent[]): readonly Level[] {
  const base = directory === '' ? '' : `${directory}/`;
  return IGNORE_FILES.flatMap((name): Level[] => {
    if (!entries.some((entry) => entry.name === name && entry.isFile())) return [];
    const rules = readRules(`${root}/${base}${name}`);
    return rules === undefined ? [] : [{ base, rules }];
  });
}

/** The later one has the last word. */
const IGNORE_FILES = ['.gitignore', '.imdsv2ignore'] as const;

function readRules(path: string): IgnoreRules | undefined {
  try {
    const rules = new IgnoreRules(readFileSync(path, 'utf8'));
    return rules.isEmpty ? undefined : rules;
  } catch {
    return undefined;
  }
}

function withParents(paths: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set<string>();
  for (const path of paths) {
    for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) all.add(path.slice(0, at));
  }
  return all;
}

/** A system error for people: what is wrong, without the call that met it. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS.get(code) ?? (error instanceof Error ? error.message : String(error));
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'it does not exist'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['EACCES', 'permission is denied'],
  ['EPERM', 'permission is denied'],
  ['ELOOP', 'its symbolic links run in a circle'],
  ['EISDIR', 'it is a directory'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['EMFILE', 'too many files are open'],
  ['EIO', 'the disk reports an error'],
]);
