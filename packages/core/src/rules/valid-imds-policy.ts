import type { Default, Launch } from '../facts/launch.ts';
import type { Program } from '../program/program.ts';
import type { Finding, Rule } from './rule.ts';

export const rule: Rule = {
  id: 'valid-imds-policy',
  meta: {
    description: 'Enforce policies on metadata options that do what they seem to',
    severity: 'warning',
    persona: 'regular',
  },
  check: (program) =>
    onePerPlace([
      ...program.policyStatements.flatMap((statement): Finding[] => {
        const { problem } = program.policyJudgementOf(statement);
        return problem === undefined ? [] : [finding(problem, statement.id, problem.confidence, statement.evidence)];
      }),
      ...program.defaults
        .filter((fact) => fact.scope === 'organisation')
        .flatMap((fact) =>
          (fact.invalid ?? []).map((option) =>
            finding({ help: 'Correct the policy.', ...option }, fact.id, 'high', []),
          ),
        ),
      ...program.defaults.flatMap((fact) => defeated(fact, program)),
    ]),
};

/** A document that several modules use, or that is read as a file and as a configuration's, is reported once. */
function onePerPlace(findings: readonly Finding[]): readonly Finding[] {
  const key = ({ message, location: { path, start } }: Finding): string => `${path}:${String(start)}:${message}`;
  return [...new Map(findings.map((one) => [key(one), one])).values()];
}

function finding(
  what: Pick<Finding, 'message' | 'help' | 'location'>,
  subject: string,
  confidence: Finding['confidence'],
  evidence: Finding['evidence'],
): Finding {
  const { message, help, location } = what;
  return {
    ruleId: rule.id,
    severity: rule.meta.severity,
    confidence,
    message,
    help,
    location,
    subject,
    evidence,
    fixes: [],
  };
}

/** A default that requires tokens, beside launches that say `optional` themselves: they have the last word unless the requirement is enforced. */
function defeated(fact: Default, program: Program): readonly Finding[] {
  if (fact.scope === 'ami' || fact.scope === 'policy') return [];
  if (fact.tokens.state !== 'set' || fact.tokens.value !== 'required' || fact.isEnforced === true) return [];
  const launches = program.launches.filter((launch) => saysOptional(launch) && program.isDefaultFor(fact, launch));
  if (launches.length === 0) return [];
  const [launch] = launches;
  const who =
    launches.length === 1 && launch !== undefined
      ? `${launch.resource} ${launch.name}`.trim()
      : `${String(launches.length)} launches here`;
  return [
    finding(
      {
        message: `${`${fact.resource} ${fact.name}`.trim()} requires tokens of launches that say nothing; ${who} ${launches.length === 1 ? 'says' : 'say'} "optional" and so ${launches.length === 1 ? 'allows' : 'allow'} version 1 all the same.`,
        help:
          fact.scope === 'organisation'
            ? 'Add "http_tokens_enforced": {"@@assign": "enabled"}, or take the options from the launches.'
            : 'Enforce it (aws ec2 modify-instance-metadata-defaults --http-tokens-enforced enabled), or take the options from the launches.',
        location: fact.tokens.location ?? fact.location,
      },
      fact.id,
      'medium',
      launches.map((one) => ({
        message: `${one.resource} ${one.name} says "optional".`,
        location: one.tokens.location ?? one.location,
      })),
    ),
  ];
}

function saysOptional({ tokens, endpoint }: Launch): boolean {
  const isClosed = endpoint.state === 'set' && endpoint.value === 'disabled';
  return tokens.state === 'set' && tokens.value === 'optional' && !isClosed;
}
