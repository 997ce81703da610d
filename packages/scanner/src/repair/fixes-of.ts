import type { Fix } from 'imdsv2-core';
import type { ReportedFinding } from '../policy/findings.ts';
import type { Session } from '../session/session.ts';
import { subjectsOf } from './blockers.ts';
import { repairAll } from './repair-all.ts';
import type { View } from './unit.ts';

/** The findings, each with the repair that `imdsv2 fix` would make of it, safe or not, in the files as they are. */
export async function fixesOf(
  findings: readonly ReportedFinding[],
  before: View,
  session: Session,
): Promise<readonly ReportedFinding[]> {
  const active = findings.filter(({ suppressed }) => suppressed === undefined);
  const { repairs } = await repairAll(session, before, active, false);
  const fixes = new Map<string, Fix>();
  for (const { subjects, title, safe, edits } of repairs)
    for (const subject of subjects) if (edits.length > 0) fixes.set(subject, { title, safe, edits });
  const { program } = before.knowledge;
  return findings.map((finding) => ({
    ...finding,
    fixes: [...new Set(subjectsOf(finding, program).flatMap((subject) => fixes.get(subject) ?? []))],
  }));
}
