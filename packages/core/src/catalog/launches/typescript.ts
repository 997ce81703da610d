import type { Platform } from '../../facts/launch.ts';
import type { LaunchType } from './launch-type.ts';

const CDK = 'facts/aws.md §3.1';
const PULUMI = 'facts/aws.md §3.2';
const API = 'facts/aws.md §4.2';
const OPTIONS = `Set metadataOptions: { httpTokens: 'required' }.`;
const FLAG = 'Set requireImdsv2: true. An instance that is changed so gets a launch template, which replaces it.';
const ASPECT = 'It has no property for it: apply Aspects.of(scope).add(new ec2.InstanceRequireImdsv2Aspect()).';
const GROUP_ASPECT =
  'It has no property for it: apply Aspects.of(scope).add(new autoscaling.AutoScalingGroupRequireImdsv2Aspect()), or give the cluster a group of your own with requireImdsv2: true.';
const NODE_GROUP = `Give the node group a launch template that says httpTokens: 'required'.`;

/** Constructs and calls of TypeScript infrastructure code: CDK, cdktf, Pulumi, SST, AWS SDK. How they are read stands in the plug-in's front end. */
export const TYPESCRIPT_LAUNCHES: readonly LaunchType[] = [
  ...types('cdk', CDK, {
    'ec2.Instance': FLAG,
    'ec2.LaunchTemplate': 'Set requireImdsv2: true.',
    'ec2.BastionHostLinux': 'Set requireImdsv2: true.',
    'ec2.NatInstanceProvider': ASPECT,
    'ec2.NatInstanceProviderV2': ASPECT,
    'ec2.NatProvider.instance': ASPECT,
    'ec2.NatProvider.instanceV2': ASPECT,
    'ec2.CfnInstance': OPTIONS,
    'ec2.CfnLaunchTemplate': `Set launchTemplateData.metadataOptions: { httpTokens: 'required' }.`,
    'autoscaling.AutoScalingGroup':
      'Set requireImdsv2: true, or say it in the launch template that the group uses: both together fail.',
    'autoscaling.CfnLaunchConfiguration': OPTIONS,
    'ecs.Cluster.addCapacity': GROUP_ASPECT,
    'eks.Cluster.addCapacity': GROUP_ASPECT,
    'eks.Cluster.addAutoScalingGroupCapacity': GROUP_ASPECT,
    'eks.Cluster.addNodegroupCapacity': NODE_GROUP,
    'eks.Cluster.addNodegroup': NODE_GROUP,
    'eks.Nodegroup': NODE_GROUP,
    'imagebuilder.CfnInfrastructureConfiguration': `Set instanceMetadataOptions: { httpTokens: 'required' }.`,
    'sagemaker.CfnNotebookInstance': `Set instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: '2' }.`,
    'appstream.CfnFleet': 'Set disableImdsv1: true.',
    'appstream.CfnImageBuilder': 'Set disableImdsv1: true.',
    RunInstances: `Set MetadataOptions: { HttpTokens: 'required' } in the parameters.`,
  }),
  ...types('cdktf', PULUMI, {
    'instance.Instance': OPTIONS,
    'launch-template.LaunchTemplate': OPTIONS,
    'launch-configuration.LaunchConfiguration': OPTIONS,
    'eks-node-group.EksNodeGroup': NODE_GROUP,
  }),
  ...(['pulumi', 'sst'] as const).flatMap((platform) =>
    types(platform, PULUMI, {
      'ec2.Instance': OPTIONS,
      'ec2.LaunchTemplate': OPTIONS,
      'ec2.LaunchConfiguration': OPTIONS,
      'ec2.SpotInstanceRequest': `Start the instance from a launch template that says httpTokens: 'required': the option of its own is ignored.`,
      'eks.NodeGroup': NODE_GROUP,
      'eks.NodeGroupV2': OPTIONS,
      'eks.ManagedNodeGroup': 'Set enableIMDSv2: true.',
      'imagebuilder.InfrastructureConfiguration': `Set instanceMetadataOptions: { httpTokens: 'required' }.`,
      'sagemaker.NotebookInstance': `Set instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: '2' }.`,
    }),
  ),
  ...types('aws-sdk', API, {
    RunInstances: `Set MetadataOptions: { HttpTokens: 'required' }.`,
    CreateLaunchTemplate: `Set LaunchTemplateData.MetadataOptions: { HttpTokens: 'required' }.`,
    CreateLaunchTemplateVersion: `Set LaunchTemplateData.MetadataOptions: { HttpTokens: 'required' }.`,
    CreateLaunchConfiguration: `Set MetadataOptions: { HttpTokens: 'required' }, or use a launch template.`,
    ModifyInstanceMetadataOptions: `Set HttpTokens: 'required'.`,
    RequestSpotInstances:
      'Its launch specification has no place for metadata options: use RunInstances with InstanceMarketOptions, or a launch template.',
    RequestSpotFleet: 'Its launch specifications have no place for metadata options: use launch templates.',
  }),
];

function types(platform: Platform, source: string, remedies: Readonly<Record<string, string>>): readonly LaunchType[] {
  return Object.entries(remedies).map(([resource, remedy]) => ({ platform, resource, remedy, source }));
}
