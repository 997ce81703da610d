import type { Program, Request } from 'imdsv2-core';
import type { ReportedFinding } from '../policy/findings.ts';

/** The requests that break at boot, of a finding that says so; undefined for any other finding. */
export function blockersOf({ ruleId, subject }: ReportedFinding, program: Program): readonly Request[] | undefined {
  const launch = ruleId === 'no-broken-user-data' ? program.launchById(subject) : undefined;
  return launch === undefined ? undefined : program.readinessOf(launch).blockers;
}

/** Ids of what has to be repaired so that a finding is no more: its subject, or all that breaks at boot. */
export function subjectsOf(finding: ReportedFinding, program: Program): readonly string[] {
  return blockersOf(finding, program)?.map(({ id }) => id) ?? [finding.subject];
}
