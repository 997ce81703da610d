import { remedyOf } from '../catalog/launches/index.ts';
import type { Launch } from '../facts/launch.ts';
import type { LaunchJudgement } from '../verdicts/launch.ts';
import type { Finding, Rule } from './rule.ts';

export const rule: Rule = {
  id: 'require-imdsv2',
  meta: {
    description: 'Require session tokens wherever instances are launched',
    severity: 'error',
    persona: 'regular',
  },
  check: (program) => [
    ...program.launches.flatMap((launch): Finding[] => {
      // A launch that only refers to a template is judged once, on the template.
      if (launch.tokens.state === 'unset' && program.templateOf(launch) !== undefined) return [];
      const judgement = program.launchJudgementOf(launch);
      const message = messageOf(launch, judgement);
      if (message === undefined) return [];
      const isAdvice = judgement.verdict === 'not-configurable';
      return [
        {
          ruleId: rule.id,
          severity: isAdvice ? 'warning' : 'error',
          confidence: judgement.confidence,
          message,
          help: helpOf(launch, judgement),
          location: judgement.decisive.location ?? launch.location,
          subject: launch.id,
          evidence: judgement.evidence,
          fixes: [],
        },
      ];
    }),
    ...program.defaults.flatMap((fact): Finding[] => {
      if (fact.tokens.state !== 'set' || fact.tokens.value !== 'optional') return [];
      return [
        {
          ruleId: rule.id,
          severity: 'error',
          confidence: 'high',
          message: `${fact.resource} ${fact.name} makes version 1 of the instance metadata service the default: every launch that says nothing of its own allows it.`,
          help: 'Set the default to "required".',
          location: fact.tokens.location ?? fact.location,
          subject: fact.id,
          evidence: fact.evidence,
          fixes: [],
        },
      ];
    }),
  ],
};

function helpOf(launch: Launch, judgement: LaunchJudgement): string {
  if (judgement.verdict === 'not-configurable') return launch.notConfigurable?.advice ?? '';
  // Something is said already: it is to be changed where it stands, not added.
  if (judgement.verdict === 'optional' && judgement.decidedBy !== 'tool-default') return 'Require tokens here.';
  return remedyOf(launch);
}

function messageOf(launch: Launch, judgement: LaunchJudgement): string | undefined {
  const what = `${launch.resource} ${launch.name}`.trim();
  switch (judgement.verdict) {
    case 'optional':
      return judgement.decidedBy === 'tool-default'
        ? `${what} allows version 1 of the instance metadata service: its tool sends "optional" when nothing is said.`
        : `${what} allows version 1 of the instance metadata service: session tokens are optional.`;
    case 'unset':
      return `${what} does not say that session tokens are required: the account's default and the image decide, and without either version 1 is allowed.`;
    case 'not-configurable':
      return launch.notConfigurable?.advice === undefined
        ? undefined
        : `${what} has no place to require session tokens.`;
    default:
      return undefined;
  }
}
