import { RULES, type Finding, type Suppression } from 'imdsv2-core';
import { nearest } from '../commands/nearest.ts';

/** The id under which suppressions themselves are reported: unused, misspelt, without a reason. */
export const SUPPRESSION_RULE = 'valid-suppression';

export interface Suppressed {
  readonly reason: string;
}

export interface JudgedFinding extends Finding {
  /** Undefined: nobody asked for silence. */
  readonly suppressed?: Suppressed;
}

/**
 * Marks the findings that a comment silences, and reports the comments that silence nothing.
 * `findings` must be those of every persona, or a comment about a strict rule would look unused.
 */
export function applySuppressions(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
): readonly JudgedFinding[] {
  const used = new Map<Suppression, Set<string>>();
  const wishes = onePerPlace(suppressions);
  const judged = findings.map((finding): JudgedFinding => {
    const covering = wishes.filter(
      (wish) => wish.error === undefined && wish.rules.includes(finding.ruleId) && covers(wish, finding),
    );
    const [first] = covering;
    if (first === undefined) return finding;
    for (const wish of covering) used.set(wish, (used.get(wish) ?? new Set()).add(finding.ruleId));
    return { ...finding, suppressed: { reason: first.reason } };
  });
  return [...judged, ...wishes.flatMap((wish) => complaints(wish, used.get(wish) ?? new Set()))];
}

function covers({ covers: { path, start, end } }: Suppression, { location }: Finding): boolean {
  return location.path === path && location.start >= start && location.start <= end;
}

/** A file may be read several times, its comments too. */
function onePerPlace(suppressions: readonly Suppression[]): readonly Suppression[] {
  const kept = new Map<string, Suppression>();
  for (const wish of suppressions) {
    const key = `${wish.location.path}:${String(wish.location.start)}`;
    const other = kept.get(key);
    // The wider reading holds: the host knows the whole statement.
    if (other === undefined || wish.covers.end - wish.covers.start > other.covers.end - other.covers.start)
      kept.set(key, wish);
  }
  return [...kept.values()];
}

function complaints(wish: Suppression, used: ReadonlySet<string>): readonly Finding[] {
  const about = (message: string, help: string): Finding => ({
    ruleId: SUPPRESSION_RULE,
    severity: 'warning',
    confidence: 'high',
    message,
    help,
    location: wish.location,
    subject: `suppression:${wish.location.path}:${String(wish.location.start)}`,
    evidence: [],
    fixes: [],
  });
  if (wish.error !== undefined)
    return [
      about(`This comment silences nothing: ${wish.error}`, 'Name the rule and the reason, or remove the comment.'),
    ];
  return wish.rules.flatMap((id) => {
    if (!RULE_IDS.includes(id)) {
      const near = nearest(id, RULE_IDS);
      return [
        about(`There is no rule "${id}" to silence.`, near === undefined ? 'Remove it.' : `Did you mean "${near}"?`),
      ];
    }
    return used.has(id)
      ? []
      : [about(`Nothing here is reported by "${id}", so this comment silences nothing.`, 'Remove it.')];
  });
}

const RULE_IDS: readonly string[] = RULES.map((rule) => rule.id);
