import { isAtLeast, RULES, type Confidence, type Finding, type RuleMeta, type Severity } from 'imdsv2-core';

/** Who reads the report, and so what it says. See DESIGN, *Rules*. */
export type Persona = 'regular' | 'strict' | 'auditor';

export const PERSONAS: readonly Persona[] = ['regular', 'strict', 'auditor'];

/** The least confidence that a persona is told about. */
const LEAST: Readonly<Record<Persona, Confidence>> = { regular: 'medium', strict: 'medium', auditor: 'low' };

export type RuleLevel = 'off' | Severity;

export const RULE_LEVELS: readonly RuleLevel[] = ['off', 'warning', 'error'];

export interface Choice {
  readonly persona: Persona;
  /** What the user set, by rule id. A rule that is set is told to every persona. */
  readonly levels: ReadonlyMap<string, RuleLevel>;
}

/** The finding as the reader wants it; undefined when they do not. */
export function choose<T extends Pick<Finding, 'ruleId' | 'severity' | 'confidence'>>(
  finding: T,
  { persona, levels }: Choice,
): T | undefined {
  const level = levels.get(finding.ruleId);
  if (level === 'off') return undefined;
  if (level === undefined && !isForPersona(finding.ruleId, persona)) return undefined;
  if (!isAtLeast(finding.confidence, LEAST[persona])) return undefined;
  return level === undefined ? finding : { ...finding, severity: level };
}

function isForPersona(ruleId: string, persona: Persona): boolean {
  return persona !== 'regular' || META.get(ruleId)?.persona !== 'strict';
}

const META: ReadonlyMap<string, RuleMeta> = new Map(RULES.map((rule) => [rule.id, rule.meta]));
