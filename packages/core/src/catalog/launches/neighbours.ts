import type { LaunchType } from './launch-type.ts';

/** Formats besides Terraform, CloudFormation and code: Packer, Ansible, Karpenter and others. Source: facts/aws.md §3.3. */
export const NEIGHBOUR_LAUNCHES = [] as const satisfies readonly LaunchType[];
