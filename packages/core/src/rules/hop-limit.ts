import type { Finding, Rule } from './rule.ts';

export const rule: Rule = {
  id: 'hop-limit',
  meta: { description: 'Enforce a hop limit no higher than the launch needs', severity: 'error', persona: 'strict' },
  check: (program, options) =>
    program.launches.flatMap((launch): Finding[] => {
      // Inherited limits are reported once, on the template.
      if (launch.hopLimit.state !== 'set') return [];
      const containers = program.containersOf(launch);
      const highest = containers === undefined ? options.hopLimit.host : options.hopLimit.containers;
      if (launch.hopLimit.value <= highest || launch.hopLimit.value > 64) return [];
      const context = containers === undefined ? 'on the machine itself' : 'in its containers';
      return [
        {
          ruleId: rule.id,
          severity: rule.meta.severity,
          confidence: containers === undefined ? 'medium' : 'high',
          message: `The hop limit of ${launch.resource} ${launch.name} is ${String(launch.hopLimit.value)}; programs ${context} need ${String(highest)}. Every further hop lets tokens travel further than they must.`,
          help: `Set the hop limit to ${String(highest)}, or raise the allowed maximum with --hop-limit.`,
          location: launch.hopLimit.location ?? launch.location,
          subject: launch.id,
          evidence:
            containers === undefined
              ? [{ message: 'Nothing here shows that containers run in this launch.' }]
              : [containers],
          fixes: [],
        },
      ];
    }),
};
