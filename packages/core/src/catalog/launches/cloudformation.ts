import type { LaunchType } from './launch-type.ts';

/** Resource types of CloudFormation that launch instances. Source: facts/aws.md §1.1. */
export const CLOUDFORMATION_LAUNCHES = [
  { platform: 'cloudformation', resource: 'AWS::EC2::Instance', remedy: 'Set MetadataOptions: {HttpTokens: required}.', source: 'facts/aws.md §1.1' },
  { platform: 'cloudformation', resource: 'AWS::EC2::LaunchTemplate', remedy: 'Set MetadataOptions: {HttpTokens: required} in LaunchTemplateData.', source: 'facts/aws.md §1.1' },
  { platform: 'cloudformation', resource: 'AWS::AutoScaling::LaunchConfiguration', remedy: 'Set MetadataOptions: {HttpTokens: required}. The change replaces the launch configuration.', source: 'facts/aws.md §1.1' },
] as const satisfies readonly LaunchType[];
