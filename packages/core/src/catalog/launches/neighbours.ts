import type { LaunchType } from './launch-type.ts';

/** A builder of Packer that launches an instance to make an image on. */
export interface PackerBuilder extends LaunchType {
  readonly platform: 'packer';
  /** Whether its metadata options reach EC2; what is left out is then sent as enabled, optional and 1. */
  readonly sendsOptions: boolean;
}

const PACKER =
  'github hashicorp/packer-plugin-amazon@5028903a builder/common/run_config.go, step_run_source_instance.go (facts/aws.md §3.3)';
const PACKER_REMEDY =
  'Add a block metadata_options { http_endpoint = "enabled", http_tokens = "required", http_put_response_hop_limit = 1 } (one argument per line).';

export const PACKER_BUILDERS: readonly PackerBuilder[] = [
  { platform: 'packer', resource: 'amazon-ebs', sendsOptions: true, remedy: PACKER_REMEDY, source: PACKER },
  { platform: 'packer', resource: 'amazon-ebssurrogate', sendsOptions: true, remedy: PACKER_REMEDY, source: PACKER },
  { platform: 'packer', resource: 'amazon-ebsvolume', sendsOptions: true, remedy: PACKER_REMEDY, source: PACKER },
  {
    platform: 'packer',
    resource: 'amazon-instance',
    sendsOptions: false,
    remedy: 'Build with amazon-ebs: amazon-instance does not pass metadata options on.',
    source: PACKER,
  },
];

/** Formats besides Terraform, CloudFormation and code: Packer, Ansible, Karpenter and others. Source: facts/aws.md §3.3. */
export const NEIGHBOUR_LAUNCHES: readonly LaunchType[] = [...PACKER_BUILDERS];
