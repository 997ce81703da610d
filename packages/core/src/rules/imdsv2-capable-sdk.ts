import { SDKS } from '../catalog/dependencies/index.ts';
import type { Dependency } from '../facts/dependency.ts';
import type { Finding, Rule } from './rule.ts';

export const rule: Rule = {
  id: 'imdsv2-capable-sdk',
  meta: {
    description: 'Require versions of SDKs and of the AWS CLI that speak version 2 of the instance metadata service',
    severity: 'warning',
    persona: 'regular',
  },
  check: (program) =>
    program.dependencies.flatMap((dependency): Finding[] => {
      const sdk = SDKS.find(({ id }) => id === dependency.sdk);
      if (sdk === undefined || dependency.speaksVersionTwo !== 'no') return [];
      return [
        {
          ruleId: rule.id,
          severity: rule.meta.severity,
          confidence: 'high',
          message: `${nameOf(dependency)} is too old for version 2 of the instance metadata service: the ${sdk.name} asks with a token from ${sdk.versionTwoSince} on. Where tokens are required it finds no credentials.`,
          help: `Update it to ${sdk.versionTwoSince} or later.`,
          location: dependency.location,
          subject: dependency.id,
          evidence: dependency.evidence,
          fixes: [],
        },
      ];
    }),
};

function nameOf({ name, version, range }: Dependency): string {
  if (version !== undefined) return `${name} ${version}`;
  return range === undefined ? name : `${name} ${range}`;
}
