import { createHash } from 'node:crypto';
import {
  DEFAULT_OPTIONS,
  RULES,
  type Finding,
  type Location,
  type Program,
  type RuleOptions,
  type Suppression,
} from 'imdsv2-core';
import { choose, type Choice } from './personas.ts';
import { applySuppressions, type JudgedFinding } from './suppressions.ts';

/** What is asked of the policy. */
export interface PolicyOptions extends Choice {
  readonly rules?: RuleOptions;
}

/** A finding as it is reported. */
export interface ReportedFinding extends JudgedFinding {
  /** Equal for the same finding in the next version of the file, also when its lines have moved. */
  readonly fingerprint: string;
}

/**
 * The findings of a program as a reader is told them: judged by every rule, one per place and fact, silenced where a comment asks for it,
 * chosen by persona, sorted by place. `isSelected` says which files are reported on.
 */
export function findingsOf(
  program: Program,
  suppressions: readonly Suppression[],
  options: PolicyOptions,
  isSelected: (path: string) => boolean,
  textOf: (path: string) => string,
): readonly ReportedFinding[] {
  const all = RULES.flatMap((rule) => rule.check(program, options.rules ?? DEFAULT_OPTIONS));
  const judged = applySuppressions(onePerSubject(all, program), suppressions);
  const chosen = judged.flatMap((finding) =>
    isSelected(finding.location.path) ? (choose(finding, options) ?? []) : [],
  );
  return withFingerprints([...chosen].sort(byPlace), textOf);
}

/** A module that is called several times is reported once: the calls become evidence. */
function onePerSubject(findings: readonly Finding[], program: Program): readonly Finding[] {
  const kept = new Map<string, Finding>();
  for (const finding of findings) {
    const launch = program.launchById(finding.subject);
    const subject = launch === undefined ? finding.subject : keyOf(launch.location);
    const key = `${finding.ruleId} ${keyOf(finding.location)} ${subject}`;
    const twin = kept.get(key);
    if (twin === undefined) {
      kept.set(key, finding);
      continue;
    }
    const better = rank(finding) > rank(twin) ? finding : twin;
    const evidence = [...twin.evidence, ...finding.evidence].filter(
      (one, index, every) => every.findIndex((other) => sameEvidence(one, other)) === index,
    );
    const instance = launch?.instance;
    const message = instance === null || instance === undefined ? undefined : `The same holds for ${instance}.`;
    kept.set(key, { ...better, evidence: message === undefined ? evidence : [...evidence, { message }] });
  }
  return [...kept.values()];
}

function rank({ severity, confidence }: Finding): number {
  return (severity === 'error' ? 10 : 0) + ['low', 'medium', 'high'].indexOf(confidence);
}

function sameEvidence(a: Finding['evidence'][number], b: Finding['evidence'][number]): boolean {
  return (
    a.message === b.message &&
    (a.location === undefined
      ? b.location === undefined
      : b.location !== undefined && keyOf(a.location) === keyOf(b.location))
  );
}

function keyOf({ path, start, end }: Location): string {
  return `${path}:${String(start)}:${String(end)}`;
}

function byPlace(a: Finding, b: Finding): number {
  return (
    compare(a.location.path, b.location.path) ||
    a.location.start - b.location.start ||
    compare(a.ruleId, b.ruleId) ||
    compare(a.subject, b.subject)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function withFingerprints(
  findings: readonly JudgedFinding[],
  textOf: (path: string) => string,
): readonly ReportedFinding[] {
  const seen = new Map<string, number>();
  return findings.map((finding): ReportedFinding => {
    const { path, start, end } = finding.location;
    const [line = ''] = textOf(path).slice(start, end).trimStart().split('\n', 1);
    const key = [finding.ruleId, path, line.trim().replace(/\s+/g, ' ')].join('\0');
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return {
      ...finding,
      fingerprint: createHash('sha256')
        .update(`${key}\0${String(nth)}`)
        .digest('hex')
        .slice(0, 32),
    };
  });
}
