import type { ReportedFinding } from '../policy/findings.ts';
import type { Knowledge, Session } from '../session/session.ts';
import { blockersOf } from './blockers.ts';
import { launchUnits } from './launch-units.ts';
import { repairTree, type TreeRepairs } from './repair-tree.ts';
import { scriptUnits } from './script-units.ts';
import type { Refused, View } from './unit.ts';

/** Repairs what findings speak of, in memory. Requests first: a launch may only require tokens when its own scripts ask for them. */
export async function repairAll(
  session: Session,
  before: View,
  findings: readonly ReportedFinding[],
  isSafeOnly: boolean,
): Promise<TreeRepairs> {
  const { program } = before.knowledge;
  const subjects = new Set(findings.map(({ subject }) => subject));
  for (const finding of findings) {
    for (const { id, location } of blockersOf(finding, program) ?? [])
      if (before.knowledge.isSelected(location.path)) subjects.add(id);
  }
  const isWanted = (safe: boolean): boolean => safe || !isSafeOnly;
  const scripts = await scriptUnits(before, subjects, isWanted);
  const requests = withRefused(await repairTree(session, before, scripts.units), scripts.refused);
  if (isSafeOnly) return inCode(session, before, subjects, requests, isWanted);
  const repaired = new Set(requests.repairs.flatMap((repair) => repair.subjects));
  const toRequire = new Set(findings.filter(({ ruleId }) => ruleId === 'require-imdsv2').map(({ subject }) => subject));
  const launches = launchUnits(before, toRequire, repaired);
  const made = withRefused(await repairTree(session, before, launches.units, requests), launches.refused);
  return inCode(session, before, subjects, made, isWanted);
}

/** Repairs of JavaScript come last: they are made of what their files then say. */
async function inCode(
  session: Session,
  before: View,
  subjects: ReadonlySet<string>,
  made: TreeRepairs,
  isWanted: (safe: boolean) => boolean,
): Promise<TreeRepairs> {
  const isThere = before.knowledge.files.some(
    ({ path, language }) => language === 'javascript' && [...subjects].some((subject) => subject.includes(path)),
  );
  if (!isThere) return made;
  const { repairJavaScript } = await import('./javascript.ts');
  return repairJavaScript(session, before, subjects, made, isWanted);
}

function withRefused(repairs: TreeRepairs, refused: readonly Refused[]): TreeRepairs {
  return { ...repairs, refused: [...refused, ...repairs.refused] };
}

/** The tree as it was found: what a session says about texts holds until it is asked again. */
export function viewOf(knowledge: Knowledge): View {
  const texts = new Map<string, string>();
  for (const { path } of [
    ...knowledge.files,
    ...knowledge.analysis.documents.flatMap(({ map }) => map.segments),
    ...knowledge.analysis.facts.map(({ location }) => location),
  ])
    if (!texts.has(path)) texts.set(path, knowledge.textOf(path));
  const textOf = (path: string): string => texts.get(path) ?? '';
  return { knowledge: { ...knowledge, textOf }, textOf };
}
