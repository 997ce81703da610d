import type { Finding, Rule } from './rule.ts';

export const rule: Rule = {
  id: 'no-broken-user-data',
  meta: {
    description: 'Disallow boot scripts that fail under the metadata options of their own launch',
    severity: 'error',
    persona: 'regular',
  },
  check: (program) =>
    program.launches.flatMap((launch): Finding[] => {
      // A launch that only refers to a template is judged once, on the template.
      if (
        launch.tokens.state === 'unset' &&
        launch.endpoint.state === 'unset' &&
        launch.userData.state === 'none' &&
        program.templateOf(launch) !== undefined
      )
        return [];
      const judgement = program.launchJudgementOf(launch);
      if (judgement.verdict !== 'required' && judgement.verdict !== 'endpoint-disabled') return [];
      const { readiness, evidence } = program.readinessOf(launch);
      if (readiness !== 'breaks') return [];
      const why =
        judgement.verdict === 'required' ? 'session tokens are required' : 'the metadata service is switched off';
      return [
        {
          ruleId: rule.id,
          severity: rule.meta.severity,
          confidence: judgement.confidence,
          message: `The boot script of ${launch.resource} ${launch.name} fails: ${why}, and the script asks the metadata service in a way that is refused.`,
          help: 'Repair the requests named below, or the launch never comes up as it should.',
          location: launch.userData.location ?? launch.location,
          subject: launch.id,
          evidence,
          fixes: [],
        },
      ];
    }),
};
