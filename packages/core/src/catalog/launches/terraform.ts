import type { LaunchType } from './launch-type.ts';

const BLOCK = 'Add a block metadata_options { http_endpoint = "enabled", http_tokens = "required" } (one argument per line).';

/** Resource types of hashicorp/aws that launch instances. Source: facts/aws.md §2.1. */
export const TERRAFORM_LAUNCHES = [
  { platform: 'terraform', resource: 'aws_instance', remedy: BLOCK, source: 'facts/aws.md §2.1' },
  { platform: 'terraform', resource: 'aws_launch_template', remedy: BLOCK, source: 'facts/aws.md §2.1' },
  { platform: 'terraform', resource: 'aws_launch_configuration', remedy: BLOCK, source: 'facts/aws.md §2.1' },
] as const satisfies readonly LaunchType[];
