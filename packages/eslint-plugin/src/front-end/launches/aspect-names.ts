import type { AspectKind } from '../input.ts';

/** The constructs that each aspect of the CDK covers. Source: facts/requests.md, *TypeScript infrastructure code*. */
export const ASPECT_NAMES: readonly (readonly [string, AspectKind])[] = [
  ['InstanceRequireImdsv2Aspect', 'instance'],
  ['LaunchTemplateRequireImdsv2Aspect', 'launch-template'],
  ['AutoScalingGroupRequireImdsv2Aspect', 'auto-scaling-group'],
];
