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

/** A launch in YAML or JSON of a tool besides Terraform and CloudFormation. Paths are keys with dots between them, from the launch's own map; `[]` is a list's first item. */
export interface NeighbourLaunch extends LaunchType {
  /** `template`: instances are started from it elsewhere. */
  readonly role: 'instance' | 'template';
  /** Where the options stand as a block, so that an unset one can be said there. */
  readonly block?: string;
  /** The option, and which of its values mean what (lower case). Undefined: there is no place to say it. */
  readonly tokens?: {
    readonly path: string;
    readonly required: readonly string[];
    readonly optional: readonly string[];
  };
  readonly endpoint?: string;
  readonly hopLimit?: string;
  readonly ipv6?: string;
  /** What the tool does when nothing is said. Without it, the account and the image decide. */
  readonly missing?: { readonly tokens: 'required' | 'optional'; readonly why: string };
  /** What it does when the block is there, but not the option. */
  readonly missingInBlock?: { readonly tokens: 'required' | 'optional'; readonly why: string };
  readonly userData?: readonly string[];
  /** Reference to a launch template: then that one decides. */
  readonly template?: string;
  /** For launches without a place: what to do instead. */
  readonly advice?: string;
}

const SPELLING = { required: ['required'], optional: ['optional'] };
const EC2_ANSIBLE = 'github ansible-collections/amazon.aws@59c5d279 plugins/modules (facts/aws.md §3.3)';
const ANSIBLE_OPTIONS = {
  block: 'metadata_options',
  tokens: { path: 'metadata_options.http_tokens', ...SPELLING },
  endpoint: 'metadata_options.http_endpoint',
  hopLimit: 'metadata_options.http_put_response_hop_limit',
  ipv6: 'metadata_options.http_protocol_ipv6',
  missingInBlock: {
    tokens: 'optional',
    why: 'The module writes http_tokens: optional when metadata_options is there without it.',
  },
  userData: ['user_data', 'tower_callback'],
  remedy: 'Add metadata_options: {http_tokens: required} to the task.',
  source: EC2_ANSIBLE,
} as const;
const CAPA =
  'github kubernetes-sigs/cluster-api-provider-aws@2cf09d78 api/v1beta2/types.go, defaults.go (facts/aws.md §3.3)';
const CAPA_MISSING = { tokens: 'optional', why: 'The provider fills in httpTokens: optional and sends it.' } as const;
const CROSSPLANE = 'github crossplane-contrib/provider-aws@405d4d48 apis/ec2 (facts/aws.md §3.3)';
const UPBOUND = 'marketplace.upbound.io provider-aws-ec2: arguments of the Terraform resource in camel case';
const UPBOUND_OPTIONS = {
  block: 'spec.forProvider.metadataOptions',
  tokens: { path: 'spec.forProvider.metadataOptions.[].httpTokens', ...SPELLING },
  endpoint: 'spec.forProvider.metadataOptions.[].httpEndpoint',
  hopLimit: 'spec.forProvider.metadataOptions.[].httpPutResponseHopLimit',
  ipv6: 'spec.forProvider.metadataOptions.[].httpProtocolIpv6',
  userData: ['spec.forProvider.userData', 'spec.forProvider.userDataBase64'],
  remedy: 'Set spec.forProvider.metadataOptions: [{httpTokens: required}].',
  source: UPBOUND,
} as const;
const PULUMI_OPTIONS = {
  block: 'properties.metadataOptions',
  tokens: { path: 'properties.metadataOptions.httpTokens', ...SPELLING },
  endpoint: 'properties.metadataOptions.httpEndpoint',
  hopLimit: 'properties.metadataOptions.httpPutResponseHopLimit',
  ipv6: 'properties.metadataOptions.httpProtocolIpv6',
  userData: ['properties.userData', 'properties.userDataBase64'],
  remedy: 'Set metadataOptions: {httpEndpoint: enabled, httpTokens: required} in its properties.',
  source: 'facts/aws.md §3.2',
} as const;
const CLI_OPTIONS = {
  block: 'MetadataOptions',
  tokens: { path: 'MetadataOptions.HttpTokens', ...SPELLING },
  endpoint: 'MetadataOptions.HttpEndpoint',
  hopLimit: 'MetadataOptions.HttpPutResponseHopLimit',
  ipv6: 'MetadataOptions.HttpProtocolIpv6',
  userData: ['UserData'],
  remedy: 'Add "MetadataOptions": {"HttpEndpoint": "enabled", "HttpTokens": "required"}.',
  source: 'botocore 1.43.67 service models (facts/aws.md §3.3)',
} as const;

export const NEIGHBOURS: readonly NeighbourLaunch[] = [
  {
    platform: 'karpenter',
    resource: 'EC2NodeClass',
    role: 'template',
    block: 'spec.metadataOptions',
    tokens: { path: 'spec.metadataOptions.httpTokens', ...SPELLING },
    endpoint: 'spec.metadataOptions.httpEndpoint',
    hopLimit: 'spec.metadataOptions.httpPutResponseHopLimit',
    ipv6: 'spec.metadataOptions.httpProtocolIPv6',
    missing: { tokens: 'required', why: 'Karpenter requires tokens when metadataOptions says nothing.' },
    userData: ['spec.userData'],
    remedy: 'Set spec.metadataOptions.httpTokens: required, or leave it out.',
    source: 'github aws/karpenter-provider-aws@1d927085 pkg/apis/v1/ec2nodeclass.go (facts/aws.md §3.3)',
  },
  {
    platform: 'karpenter',
    resource: 'AWSNodeTemplate',
    role: 'template',
    block: 'spec.metadataOptions',
    marker: 'AWSNodeTemplate',
    tokens: { path: 'spec.metadataOptions.httpTokens', ...SPELLING },
    endpoint: 'spec.metadataOptions.httpEndpoint',
    hopLimit: 'spec.metadataOptions.httpPutResponseHopLimit',
    ipv6: 'spec.metadataOptions.httpProtocolIPv6',
    missing: { tokens: 'required', why: 'Karpenter requires tokens when metadataOptions says nothing.' },
    userData: ['spec.userData'],
    remedy: 'Set spec.metadataOptions.httpTokens: required, or leave it out.',
    source: 'karpenter.sh/v0.32/concepts/nodeclasses',
  },
  ...[
    ['AWSMachine', 'spec'],
    ['AWSMachineTemplate', 'spec.template.spec'],
  ].map(([resource = '', spec = '']): NeighbourLaunch => ({
    platform: 'cluster-api',
    resource,
    role: 'instance',
    block: `${spec}.instanceMetadataOptions`,
    tokens: { path: `${spec}.instanceMetadataOptions.httpTokens`, ...SPELLING },
    endpoint: `${spec}.instanceMetadataOptions.httpEndpoint`,
    hopLimit: `${spec}.instanceMetadataOptions.httpPutResponseHopLimit`,
    missing: CAPA_MISSING,
    missingInBlock: CAPA_MISSING,
    remedy: `Set ${spec}.instanceMetadataOptions.httpTokens: required (and httpPutResponseHopLimit: 2 where pods need it).`,
    source: CAPA,
  })),
  ...['AWSMachinePool', 'AWSManagedMachinePool'].map((resource): NeighbourLaunch => ({
    platform: 'cluster-api',
    resource,
    role: 'instance',
    block: 'spec.awsLaunchTemplate.instanceMetadataOptions',
    tokens: { path: 'spec.awsLaunchTemplate.instanceMetadataOptions.httpTokens', ...SPELLING },
    endpoint: 'spec.awsLaunchTemplate.instanceMetadataOptions.httpEndpoint',
    hopLimit: 'spec.awsLaunchTemplate.instanceMetadataOptions.httpPutResponseHopLimit',
    remedy: 'Set spec.awsLaunchTemplate.instanceMetadataOptions.httpTokens: required.',
    source:
      'github kubernetes-sigs/cluster-api-provider-aws@2cf09d78 exp/api, pkg/cloud/services/ec2/launchtemplate.go (facts/aws.md §3.3)',
  })),
  {
    platform: 'kops',
    resource: 'InstanceGroup',
    role: 'instance',
    marker: 'kops.k8s.io',
    block: 'spec.instanceMetadata',
    tokens: { path: 'spec.instanceMetadata.httpTokens', ...SPELLING },
    hopLimit: 'spec.instanceMetadata.httpPutResponseHopLimit',
    missing: { tokens: 'required', why: 'kops requires tokens when instanceMetadata says nothing.' },
    userData: ['spec.additionalUserData'],
    remedy: 'Set spec.instanceMetadata.httpTokens: required.',
    source: 'github kubernetes/kops@268927e2 docs/releases/1.22-NOTES.md (facts/aws.md §3.3)',
  },
  ...['nodeGroups', 'managedNodeGroups'].map((resource): NeighbourLaunch => ({
    platform: 'eksctl',
    resource,
    role: 'instance',
    marker: 'eksctl.io',
    tokens: { path: 'disableIMDSv1', required: ['true'], optional: ['false'] },
    missing: {
      tokens: 'required',
      why: 'eksctl disables version 1 when disableIMDSv1 says nothing (older releases did not).',
    },
    template: 'launchTemplate',
    userData: ['preBootstrapCommands', 'overrideBootstrapCommand'],
    remedy: 'Set disableIMDSv1: true, or leave it out.',
    source: 'github eksctl-io/eksctl@99984adb pkg/cfn/builder/nodegroup.go (facts/aws.md §3.3)',
  })),
  {
    platform: 'crossplane',
    resource: 'ec2.aws.crossplane.io LaunchTemplate',
    role: 'template',
    marker: 'ec2.aws.crossplane.io',
    block: 'spec.forProvider.launchTemplateData.metadataOptions',
    tokens: { path: 'spec.forProvider.launchTemplateData.metadataOptions.httpTokens', ...SPELLING },
    endpoint: 'spec.forProvider.launchTemplateData.metadataOptions.httpEndpoint',
    hopLimit: 'spec.forProvider.launchTemplateData.metadataOptions.httpPutResponseHopLimit',
    userData: ['spec.forProvider.launchTemplateData.userData'],
    remedy: 'Set spec.forProvider.launchTemplateData.metadataOptions.httpTokens: required.',
    source: CROSSPLANE,
  },
  {
    platform: 'crossplane',
    resource: 'ec2.aws.crossplane.io Instance',
    role: 'instance',
    marker: 'ec2.aws.crossplane.io',
    block: 'spec.forProvider.metadataOptions',
    tokens: { path: 'spec.forProvider.metadataOptions.httpTokens', ...SPELLING },
    endpoint: 'spec.forProvider.metadataOptions.httpEndpoint',
    hopLimit: 'spec.forProvider.metadataOptions.httpPutResponseHopLimit',
    userData: ['spec.forProvider.userData'],
    remedy: 'Set spec.forProvider.metadataOptions.httpTokens: required.',
    source: CROSSPLANE,
  },
  {
    platform: 'crossplane',
    resource: 'ec2.aws.upbound.io Instance',
    role: 'instance',
    marker: 'aws.upbound.io',
    ...UPBOUND_OPTIONS,
  },
  {
    platform: 'crossplane',
    resource: 'ec2.aws.upbound.io LaunchTemplate',
    role: 'template',
    marker: 'aws.upbound.io',
    ...UPBOUND_OPTIONS,
  },
  {
    platform: 'crossplane',
    resource: 'autoscaling.aws.upbound.io LaunchConfiguration',
    role: 'template',
    marker: 'aws.upbound.io',
    ...UPBOUND_OPTIONS,
  },
  {
    platform: 'parallelcluster',
    resource: 'cluster configuration',
    role: 'instance',
    marker: 'HeadNode',
    tokens: { path: 'Imds.ImdsSupport', required: ['v2.0'], optional: ['v1.0'] },
    missing: {
      tokens: 'required',
      why: 'ParallelCluster requires tokens from 3.7.0 on when Imds says nothing (3.3 to 3.6 did not).',
    },
    remedy: 'Set Imds: {ImdsSupport: v2.0}.',
    source: 'github aws/aws-parallelcluster@451cc532 cli/src/pcluster/config (facts/aws.md §3.3)',
  },
  {
    platform: 'parallelcluster',
    resource: 'build-image configuration',
    role: 'instance',
    tokens: { path: 'Build.Imds.ImdsSupport', required: ['v2.0'], optional: ['v1.0'] },
    marker: 'ImdsSupport',
    missing: { tokens: 'required', why: 'ParallelCluster requires tokens from 3.7.0 on when Build/Imds says nothing.' },
    remedy: 'Set Build: {Imds: {ImdsSupport: v2.0}}.',
    source: 'github aws/aws-parallelcluster@451cc532 cli/src/pcluster/config (facts/aws.md §3.3)',
  },
  ...[
    ['MachineSet', 'spec.template.spec.providerSpec.value'],
    ['ControlPlaneMachineSet', 'spec.template.machines_v1beta1_machine_openshift_io.spec.providerSpec.value'],
    ['Machine', 'spec.providerSpec.value'],
  ].map(([resource = '', value = '']): NeighbourLaunch => ({
    platform: 'openshift',
    resource,
    role: 'instance',
    marker: 'machine.openshift.io',
    block: `${value}.metadataServiceOptions`,
    tokens: { path: `${value}.metadataServiceOptions.authentication`, ...SPELLING },
    // A secret that the cluster holds.
    userData: [`${value}.userDataSecret`],
    remedy: `Set ${value}.metadataServiceOptions.authentication: Required.`,
    source: 'docs.openshift.com, machine management (facts/aws.md §3.3)',
  })),
  {
    platform: 'openshift',
    resource: 'install-config machine pool',
    role: 'instance',
    marker: 'baseDomain',
    block: 'platform.aws.metadataService',
    tokens: { path: 'platform.aws.metadataService.authentication', ...SPELLING },
    remedy: 'Set platform.aws.metadataService.authentication: Required.',
    source: 'docs.openshift.com, installing on AWS, installation configuration parameters',
  },
  {
    platform: 'elastic-beanstalk',
    resource: 'aws:autoscaling:launchconfiguration',
    role: 'instance',
    tokens: { path: 'DisableIMDSv1', required: ['true'], optional: ['false'] },
    marker: 'DisableIMDSv1',
    remedy: 'Set DisableIMDSv1: true in the namespace aws:autoscaling:launchconfiguration.',
    source: 'AWS documentation, command-options-general (facts/aws.md §3.3)',
  },
  {
    platform: 'ansible',
    resource: 'amazon.aws.ec2_instance',
    role: 'instance',
    marker: 'ec2_instance',
    template: 'launch_template',
    ...ANSIBLE_OPTIONS,
  },
  {
    platform: 'ansible',
    resource: 'amazon.aws.ec2_launch_template',
    role: 'template',
    marker: 'ec2_launch_template',
    ...ANSIBLE_OPTIONS,
  },
  {
    platform: 'ansible',
    resource: 'amazon.aws.ec2_spot_instance',
    role: 'instance',
    marker: 'ec2_spot_instance',
    userData: ['launch_specification.user_data'],
    advice: 'Spot requests have no metadata options: start spot instances from a launch template.',
    remedy: 'Start spot instances from a launch template that requires tokens.',
    source: EC2_ANSIBLE,
  },
  ...['autoscaling_launch_config', 'ec2_lc'].map((resource): NeighbourLaunch => ({
    platform: 'ansible',
    resource: `community.aws.${resource}`,
    role: 'template',
    marker: resource,
    userData: ['user_data'],
    advice: 'The module has no metadata options: use ec2_launch_template.',
    remedy: 'Use ec2_launch_template with metadata_options.',
    source: 'github ansible-collections/community.aws@97ec6915 (facts/aws.md §3.3)',
  })),
  {
    platform: 'pulumi',
    resource: 'aws:ec2:Instance',
    role: 'instance',
    template: 'properties.launchTemplate',
    ...PULUMI_OPTIONS,
  },
  { platform: 'pulumi', resource: 'aws:ec2:LaunchTemplate', role: 'template', ...PULUMI_OPTIONS },
  { platform: 'pulumi', resource: 'aws:ec2:LaunchConfiguration', role: 'template', ...PULUMI_OPTIONS },
  {
    platform: 'pulumi',
    resource: 'aws:ec2:SpotInstanceRequest',
    role: 'instance',
    template: 'properties.launchTemplate',
    userData: ['properties.userData', 'properties.userDataBase64'],
    advice: 'Spot requests have no metadata options: start spot instances from a launch template.',
    remedy: 'Start spot instances from a launch template that requires tokens.',
    source: 'facts/aws.md §3.2',
  },
  {
    platform: 'aws-cli',
    resource: 'input of run-instances',
    role: 'instance',
    marker: 'MinCount',
    template: 'LaunchTemplate',
    ...CLI_OPTIONS,
  },
  {
    platform: 'aws-cli',
    resource: 'input of create-launch-configuration',
    role: 'template',
    marker: 'LaunchConfigurationName',
    ...CLI_OPTIONS,
  },
  {
    platform: 'aws-cli',
    resource: 'input of create-launch-template',
    role: 'template',
    marker: 'LaunchTemplateData',
    ...CLI_OPTIONS,
  },
  {
    platform: 'ssm',
    resource: 'aws:runInstances',
    role: 'instance',
    ...CLI_OPTIONS,
    remedy: 'Set MetadataOptions: {HttpTokens: required} in the inputs of the step.',
    source: 'docs.aws.amazon.com/systems-manager, automation-action-runinstance (facts/aws.md §3.3)',
  },
];

/** Formats besides Terraform, CloudFormation and code: Packer, Ansible, Karpenter and others. Source: facts/aws.md §3.3. */
export const NEIGHBOUR_LAUNCHES: readonly LaunchType[] = [...PACKER_BUILDERS, ...NEIGHBOURS];
