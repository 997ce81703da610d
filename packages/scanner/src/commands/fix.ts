import { join } from 'node:path';
import { findingsOf, type ReportedFinding } from '../policy/findings.ts';
import { subjectsOf } from '../repair/blockers.ts';
import { unifiedDiff } from '../repair/diff.ts';
import { repairAll, viewOf } from '../repair/repair-all.ts';
import type { TreeRepairs } from '../repair/repair-tree.ts';
import type { View } from '../repair/unit.ts';
import { uncommitted } from '../repair/uncommitted.ts';
import { writeNewText, writeText } from '../repair/write-file.ts';
import { findingReports, Places } from '../report/build.ts';
import type { ExitCode } from '../invocation.ts';
import type { Io } from './command.ts';
import { SUPPRESSION_RULE } from '../policy/suppressions.ts';
import { judge, type JudgedTree } from './judge.ts';
import { judgingOptions, type JudgingOptions, type ParsedArguments } from './options.ts';
import { fails } from './scan.ts';

/**
 * Repairs what is found. Without `--unsafe` only corrections that change nothing else; with `--diff` nothing is written. Exit code 0: nothing at or above the
 * threshold is left (`--diff`: there is no difference), 1: something is, 2: something could not be analysed or written.
 */
export async function fix(args: ParsedArguments, io: Io): Promise<ExitCode> {
  const options = judgingOptions(args, 'fix');
  const isUnsafe = args.values['unsafe'] === true;
  const isDiff = args.values['diff'] === true;
  const judged = await judge(options, io);
  const plans: TreePlan[] = [];
  for (const tree of judged.trees) plans.push(await planTree(tree, options, isUnsafe));
  if (isDiff) {
    const diffs = plans.flatMap((plan) => diffsOf(plan));
    if (diffs.length > 0) await io.out(diffs.join(''));
    for (const line of remarks(plans, isUnsafe, false)) io.say(line);
    return judged.isIncomplete ? 2 : diffs.length > 0 ? 1 : 0;
  }
  if (args.values['allow-dirty'] !== true) {
    const dirty = plans.flatMap(({ tree, made }) =>
      uncommitted(tree.root, [...made.texts.keys()]).map((path) => tree.places.path(path)),
    );
    if (dirty.length > 0) {
      for (const path of dirty) io.say(`imdsv2: ${path} has changes that are not committed.`);
      io.say('imdsv2: Nothing was changed. Commit them first, or say --allow-dirty.');
      return 2;
    }
  }
  const failed = plans.flatMap((plan) => writeTree(plan));
  for (const { path, reason } of failed) io.say(`imdsv2: ${path} was not changed: ${reason}.`);
  await io.out([...remarks(plans, isUnsafe, true), ''].join('\n'));
  if (judged.isIncomplete || failed.length > 0) return 2;
  const left = plans.flatMap(({ tree, findings, made }) => {
    return findingReports(
      findings.filter((finding) => !isRepaired(finding, made, tree)),
      tree.places,
    );
  });
  return fails({ findings: left }, options.failOn) ? 1 : 0;
}

/** Whether a finding is no more: its subject is repaired, or all that broke at boot is. */
function isRepaired(finding: ReportedFinding, made: TreeRepairs, { knowledge }: JudgedTree): boolean {
  const { ruleId } = finding;
  // Another rule's finding of the same launch stays.
  if (ruleId !== 'no-broken-user-data' && ruleId in LEFT) return false;
  const repaired = new Set(made.repairs.flatMap(({ subjects }) => subjects));
  return subjectsOf(finding, knowledge.program).every((subject) => repaired.has(subject));
}

interface TreePlan {
  readonly tree: JudgedTree;
  readonly before: View;
  readonly findings: readonly ReportedFinding[];
  /** What is changed. */
  readonly made: TreeRepairs;
  /** What would be changed with `--unsafe`. */
  readonly possible: TreeRepairs;
}

async function planTree(judged: JudgedTree, options: JudgingOptions, isUnsafe: boolean): Promise<TreePlan> {
  const { session, knowledge } = judged;
  const { program, analysis, isSelected } = knowledge;
  const findings = findingsOf(program, analysis.suppressions, options, isSelected, knowledge.textOf);
  const before = viewOf(knowledge);
  const tree = { ...judged, places: new Places(before.textOf, (path) => judged.places.path(path)) };
  const active = findings.filter(({ suppressed }) => suppressed === undefined);
  const possible = await repairAll(session, before, active, false);
  if (isUnsafe || possible.repairs.every(({ safe }) => safe))
    return { tree, before, findings, made: possible, possible };
  const safe = new Set(possible.repairs.filter((repair) => repair.safe).flatMap((repair) => repair.subjects));
  const made = await repairAll(
    session,
    before,
    active.filter(({ subject }) => safe.has(subject)),
    true,
  );
  return { tree, before, findings, made, possible };
}

function diffsOf({ tree, before, made }: TreePlan): readonly string[] {
  return [...made.texts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([path, text]) => text !== before.textOf(path))
    .map(([path, text]) =>
      unifiedDiff(tree.places.path(path), isThere(before, path) ? before.textOf(path) : undefined, text),
    );
}

/** Whether a file was read; one that was not is made. */
function isThere({ knowledge }: View, path: string): boolean {
  return knowledge.files.some((file) => file.path === path);
}

function writeTree({ tree, before, made }: TreePlan): readonly { readonly path: string; readonly reason: string }[] {
  return [...made.texts].flatMap(([path, text]) => {
    try {
      if (isThere(before, path)) writeText(join(tree.root, path), before.textOf(path), text);
      else writeNewText(join(tree.root, path), text);
      return [];
    } catch (error) {
      return [{ path: tree.places.path(path), reason: error instanceof Error ? error.message : String(error) }];
    }
  });
}

/** Why findings of rules that nothing repairs are left. */
const LEFT: Readonly<Record<string, string>> = {
  'no-broken-user-data': 'what breaks in its boot script could not be repaired',
  'no-unchecked-token': 'what is to be done without a token is for its authors to say',
  'valid-metadata-options': 'which value was meant is for its authors to say',
  'hop-limit': 'how many hops its software needs is for its authors to say',
  'imdsv2-capable-sdk': 'the package manager updates it, and its lock file',
  'valid-imds-policy': 'what the policy is for is for its authors to say',
  [SUPPRESSION_RULE]: 'whether the comment is still wanted is for its authors to say',
};

/** What was done, what was not and why. */
function remarks(plans: readonly TreePlan[], isUnsafe: boolean, isWritten: boolean): readonly string[] {
  const done = plans.flatMap(({ tree, made }) =>
    made.repairs.flatMap(({ paths, title, subjects, notes = [] }) => [
      `${paths.map((path) => tree.places.path(path)).join(', ')}: ${title}${subjects.length > 1 ? ` (${String(subjects.length)} places)` : ''}.`,
      ...notes.map((note) => `  ${note}`),
    ]),
  );
  const refused = plans.flatMap(({ tree, possible, findings }) => {
    const reasons = new Map(possible.refused.map(({ subject, reason }) => [subject, reason]));
    const told = new Set<string>();
    return findings.flatMap((finding) => {
      const { ruleId, subject, location, suppressed } = finding;
      const key = ruleId in LEFT ? `${ruleId} ${subject}` : subject;
      if (suppressed !== undefined || told.has(key) || isRepaired(finding, possible, tree)) return [];
      told.add(key);
      const reason = reasons.get(subject) ?? LEFT[ruleId] ?? 'there is no repair for it';
      const { path, range } = tree.places.place(location);
      return [`${path}:${String(range.start.line)}: left as it is: ${reason}.`];
    });
  });
  const count = plans.reduce((sum, { made }) => sum + made.repairs.length, 0);
  const files = plans.reduce((sum, { made }) => sum + made.texts.size, 0);
  const unsafe = isUnsafe
    ? 0
    : plans.reduce((sum, { possible }) => sum + possible.repairs.filter(({ safe }) => !safe).length, 0);
  return [
    ...(isWritten ? done : []),
    ...refused,
    `${isWritten ? 'Made' : 'Planned'} ${counted(count, 'repair')} in ${counted(files, 'file')}; ${String(refused.length)} left as they are.`,
    ...(unsafe > 0
      ? [
          `${counted(unsafe, 'more repair')} ${unsafe === 1 ? 'changes' : 'change'} what the code does: say --unsafe to make ${unsafe === 1 ? 'it' : 'them'}.`,
        ]
      : []),
  ];
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}
