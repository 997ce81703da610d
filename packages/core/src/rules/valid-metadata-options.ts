import type { Finding, Rule } from './rule.ts';

export const rule: Rule = {
  id: 'valid-metadata-options',
  meta: {
    description: 'Enforce metadata options that AWS and the tool accept and heed',
    severity: 'error',
    persona: 'regular',
  },
  check: (program) =>
    // What is wrong in an organisation's policy is said by valid-imds-policy.
    [...program.launches, ...program.defaults.filter((fact) => fact.scope !== 'organisation')].flatMap((fact) =>
      (fact.invalid ?? []).map((option): Finding => ({
        ruleId: rule.id,
        severity: rule.meta.severity,
        confidence: 'high',
        message: option.message,
        help: option.help ?? 'Correct the option, or remove it.',
        location: option.location,
        subject: fact.id,
        evidence: [],
        fixes: [],
      })),
    ),
};
