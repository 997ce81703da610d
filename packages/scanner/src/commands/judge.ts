import { existsSync, realpathSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { reasonOf } from '../discover/walk.ts';
import { boundaryOf, isInside } from '../discover/work-tree.ts';
import { addStats, problemReports, Places } from '../report/build.ts';
import type { NotAnalysed, ReportStats } from '../report/report.ts';
import { Session, type Knowledge } from '../session/session.ts';
import type { Io } from './command.ts';
import type { JudgingOptions } from './options.ts';

/** One tree of the paths given, analysed. */
export interface JudgedTree {
  /** Absolute. */
  readonly root: string;
  /** What was asked for, relative to the root. */
  readonly paths: readonly string[];
  readonly session: Session;
  readonly knowledge: Knowledge;
  readonly places: Places;
}

/** What `scan` and `inventory` have in common: everything but what they print. */
export interface Judged {
  readonly trees: readonly JudgedTree[];
  readonly notAnalysed: readonly NotAnalysed[];
  readonly partlyAnalysed: readonly NotAnalysed[];
  readonly stats: ReportStats;
  /** Whether something that was asked for could not be judged: exit code 2. */
  readonly isIncomplete: boolean;
}

/** Analyses the trees that the paths belong to. */
export async function judge(options: JudgingOptions, io: Io): Promise<Judged> {
  const cwd = realpathSync(io.cwd);
  const { targets, missing } = findTargets(options.paths, cwd);
  const variableFiles = options.variableFiles.flatMap((path) => {
    const absolute = resolve(cwd, path);
    if (existsSync(absolute)) return [realpathSync(absolute)];
    missing.push({ path, reason: 'it does not exist' });
    return [];
  });
  const trees: JudgedTree[] = [];
  for (const [root, paths] of groupByRoot(targets, cwd)) {
    const session = new Session({
      root,
      includeGenerated: options.includeGenerated,
      ignore: options.ignore,
      prefilter: options.prefilter,
      singleFile: options.singleFile,
      variableFiles: variableFiles.filter((path) => isInside(root, path)).map((path) => slashed(relative(root, path))),
    });
    const knowledge = await session.analyse(paths);
    const places = new Places(knowledge.textOf, (path) => shownPath(cwd, resolve(root, path)));
    trees.push({ root, paths, session, knowledge, places });
  }
  const notAnalysed = [
    ...missing,
    ...trees.flatMap(({ knowledge, places }) => problemReports(knowledge.problems, 'whole', places)),
  ];
  const partlyAnalysed = trees.flatMap(({ knowledge, places }) => problemReports(knowledge.problems, 'part', places));
  const stats = addStats(trees.map(({ knowledge }) => knowledge.stats));
  for (const { path, reason } of notAnalysed) io.say(`imdsv2: ${path} was not analysed: ${reason}.`);
  for (const { path, reason } of partlyAnalysed) io.say(`imdsv2: ${path} was analysed in part: ${reason}.`);
  if (missing.length === 0 && stats.analysed === 0 && notAnalysed.length === 0)
    io.say(emptyMessage(options.paths, stats));
  return { trees, notAnalysed, partlyAnalysed, stats, isIncomplete: notAnalysed.length > 0 };
}

interface Target {
  /** Without links. */
  readonly path: string;
  readonly isDirectory: boolean;
}

function findTargets(
  paths: readonly string[],
  cwd: string,
): { readonly targets: readonly Target[]; readonly missing: NotAnalysed[] } {
  const targets: Target[] = [];
  const missing: NotAnalysed[] = [];
  for (const given of paths) {
    try {
      const path = realpathSync(resolve(cwd, given));
      const stats = statSync(path);
      if (stats.isFile() || stats.isDirectory()) targets.push({ path, isDirectory: stats.isDirectory() });
      else missing.push({ path: given, reason: 'it is neither a file nor a directory' });
    } catch (error) {
      missing.push({ path: given, reason: reasonOf(error) });
    }
  }
  return { targets, missing };
}

/** The paths of each tree, relative to its root. A tree inside another one that is read too is a tree of its own: it is another repository. */
function groupByRoot(targets: readonly Target[], cwd: string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { path, isDirectory } of targets) {
    const root = boundaryOf(path, isDirectory, cwd);
    groups.set(root, [...(groups.get(root) ?? []), slashed(relative(root, path))]);
  }
  return groups;
}

function shownPath(cwd: string, absolute: string): string {
  return slashed(relative(cwd, absolute)) || '.';
}

function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}

function emptyMessage(paths: readonly string[], { files, skipped }: ReportStats): string {
  const where = paths.map((path) => `"${path}"`).join(', ');
  if (files > 0)
    return `imdsv2: nothing in ${where} has to do with instance metadata or launches (${String(files)} files looked at).`;
  const hidden = skipped.ignored + skipped.generated;
  return `imdsv2: there is nothing to analyse in ${where}${hidden > 0 ? ` (${String(hidden)} entries are ignored or generated)` : ''}.`;
}
