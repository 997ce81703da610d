import type { Launch } from '../../facts/launch.ts';
import type { LaunchType } from './launch-type.ts';

/**
 * A resource type of CloudFormation that launches instances, or holds what they are launched with. Paths are keys below `Properties`, joined by
 * dots; `[]` stands for each item of a list.
 */
export interface CloudFormationLaunch extends LaunchType {
  readonly platform: 'cloudformation';
  readonly role: Launch['role'];
  /** Where the type describes launches. The first that is there stands for the whole resource. */
  readonly places: readonly LaunchPlace[];
}

export interface LaunchPlace {
  /** Path of the place; empty for the properties themselves. */
  readonly at: string;
  /** `always`: what stands there is a launch. Else only when the place sets metadata options or names a template of its own. */
  readonly when: 'always' | 'own-options' | 'own-template';
  readonly options?: MetadataSwitch;
  /** References to templates, the first that is there counts. Relative to the place; `^` in front: to the item around it. */
  readonly templates?: readonly TemplatePath[];
  readonly userData?: string;
  readonly image?: string;
  /** Why nothing can be said at the place; with templates: when it names none. */
  readonly notConfigurable?: { readonly why: string; readonly advice?: string };
  /** What the service does when nothing is said. */
  readonly standard?: { readonly tokens: 'required' | 'optional'; readonly why: string };
  /** The place is no launch of EC2 instances when a key has such a value. */
  readonly unless?: { readonly path: string; readonly matches: RegExp };
}

export type TemplatePath =
  /** A map with an id or a name, and a version. `version`: what no version means. */
  | { readonly path: string; readonly kind: 'specification'; readonly version: 'default' | 'latest' }
  /** The id or name itself. */
  | { readonly path: string; readonly kind: 'reference' };

/** How a type spells the switch. */
export type MetadataSwitch =
  /** A map with `HttpTokens`, `HttpEndpoint`, `HttpPutResponseHopLimit`, `HttpProtocolIpv6`, as far as the type has them. */
  | { readonly kind: 'options'; readonly path: string; readonly endpoint: boolean }
  /** A map with `MinimumInstanceMetadataServiceVersion`, "1" or "2", and perhaps a hop limit. */
  | { readonly kind: 'minimum-version'; readonly path: string }
  /** A boolean that switches version 1 off. */
  | { readonly kind: 'disable'; readonly path: string }
  /** An item of a list of `Namespace`, `OptionName`, `Value` that switches version 1 off. */
  | { readonly kind: 'option-setting'; readonly path: string; readonly namespace: string; readonly name: string };

const SOURCE = 'facts/aws.md §1.1';
const NO_SWITCH = 'facts/aws.md §1.2';
const OPTIONS = 'Set MetadataOptions: {HttpTokens: required}.';
const ON_TEMPLATE = 'Set MetadataOptions: {HttpTokens: required} in the launch template that it names.';
const NAME_A_TEMPLATE = 'Name a launch template that requires session tokens.';

const specification = (path: string, version: 'default' | 'latest' = 'default'): TemplatePath => ({
  path,
  kind: 'specification',
  version,
});
const reference = (path: string): TemplatePath => ({ path, kind: 'reference' });

/** Resource types of CloudFormation that launch instances. */
export const CLOUDFORMATION_LAUNCHES: readonly CloudFormationLaunch[] = [
  {
    platform: 'cloudformation',
    resource: 'AWS::EC2::Instance',
    role: 'instance',
    remedy: OPTIONS,
    source: SOURCE,
    places: [
      {
        at: '',
        when: 'always',
        options: { kind: 'options', path: 'MetadataOptions', endpoint: true },
        templates: [specification('LaunchTemplate')],
        userData: 'UserData',
        image: 'ImageId',
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::EC2::LaunchTemplate',
    role: 'template',
    remedy: 'Set MetadataOptions: {HttpTokens: required} in LaunchTemplateData.',
    source: SOURCE,
    places: [
      {
        at: 'LaunchTemplateData',
        when: 'always',
        options: { kind: 'options', path: 'MetadataOptions', endpoint: true },
        userData: 'UserData',
        image: 'ImageId',
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::AutoScaling::LaunchConfiguration',
    role: 'template',
    source: SOURCE,
    remedy: 'Set MetadataOptions: {HttpTokens: required}. The change replaces the launch configuration.',
    places: [
      {
        at: '',
        when: 'always',
        options: { kind: 'options', path: 'MetadataOptions', endpoint: true },
        userData: 'UserData',
        image: 'ImageId',
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::AutoScaling::AutoScalingGroup',
    role: 'consumer',
    remedy: ON_TEMPLATE,
    source: NO_SWITCH,
    places: [
      {
        at: '',
        when: 'always',
        templates: [
          specification('LaunchTemplate'),
          specification('MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification'),
          reference('LaunchConfigurationName'),
        ],
        notConfigurable: {
          why: 'An Auto Scaling group without a launch template copies the options of the instance that it names.',
        },
      },
      {
        at: 'MixedInstancesPolicy.LaunchTemplate.Overrides[]',
        when: 'own-template',
        templates: [specification('LaunchTemplateSpecification')],
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::EC2::EC2Fleet',
    role: 'consumer',
    remedy:
      'Set MetadataOptions: {HttpTokens: required} in the launch template, and in every override that sets MetadataOptions.',
    source: SOURCE,
    places: [
      {
        at: 'LaunchTemplateConfigs[]',
        when: 'always',
        templates: [specification('LaunchTemplateSpecification')],
        userData: 'LaunchTemplateSpecification.LaunchTemplateSpecificationUserData',
      },
      {
        at: 'LaunchTemplateConfigs[].Overrides[]',
        when: 'own-options',
        options: { kind: 'options', path: 'MetadataOptions', endpoint: true },
        templates: [specification('^LaunchTemplateSpecification')],
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::EC2::SpotFleet',
    role: 'consumer',
    remedy: ON_TEMPLATE,
    source: NO_SWITCH,
    places: [
      {
        at: 'SpotFleetRequestConfigData.LaunchTemplateConfigs[]',
        when: 'always',
        templates: [specification('LaunchTemplateSpecification')],
      },
      {
        at: 'SpotFleetRequestConfigData.LaunchSpecifications[]',
        when: 'always',
        userData: 'UserData',
        image: 'ImageId',
        notConfigurable: {
          why: 'The launch specification of a Spot Fleet has no metadata options.',
          advice: 'Move it to LaunchTemplateConfigs, with a launch template that requires session tokens.',
        },
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::ImageBuilder::InfrastructureConfiguration',
    role: 'instance',
    source: SOURCE,
    remedy:
      'Set InstanceMetadataOptions: {HttpTokens: required}; building container images then needs HttpPutResponseHopLimit: 2.',
    places: [
      { at: '', when: 'always', options: { kind: 'options', path: 'InstanceMetadataOptions', endpoint: false } },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::SageMaker::NotebookInstance',
    role: 'instance',
    source: SOURCE,
    remedy: 'Set InstanceMetadataServiceConfiguration: {MinimumInstanceMetadataServiceVersion: "2"}.',
    places: [
      {
        at: '',
        when: 'always',
        options: { kind: 'minimum-version', path: 'InstanceMetadataServiceConfiguration' },
        standard: {
          tokens: 'optional',
          why: 'A notebook instance without MinimumInstanceMetadataServiceVersion accepts both versions.',
        },
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::EMR::SecurityConfiguration',
    role: 'template',
    source: SOURCE,
    remedy:
      'Set InstanceMetadataServiceConfiguration: {MinimumInstanceMetadataServiceVersion: 2} in SecurityConfiguration.',
    places: [
      {
        at: 'SecurityConfiguration',
        when: 'always',
        options: { kind: 'minimum-version', path: 'InstanceMetadataServiceConfiguration' },
        standard: {
          tokens: 'optional',
          why: 'A security configuration without InstanceMetadataServiceConfiguration leaves both versions on.',
        },
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::EMR::Cluster',
    role: 'consumer',
    source: NO_SWITCH,
    remedy: 'Set MinimumInstanceMetadataServiceVersion: 2 in the security configuration that it names.',
    places: [
      {
        at: '',
        when: 'always',
        templates: [reference('SecurityConfiguration')],
        notConfigurable: {
          why: 'Only a security configuration can require session tokens for a cluster, and this one names none.',
        },
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::ElasticBeanstalk::Environment',
    role: 'instance',
    source: SOURCE,
    remedy:
      'Add the option DisableIMDSv1 of aws:autoscaling:launchconfiguration with the value true to OptionSettings.',
    places: [
      {
        at: '',
        when: 'always',
        options: {
          kind: 'option-setting',
          path: 'OptionSettings',
          namespace: 'aws:autoscaling:launchconfiguration',
          name: 'DisableIMDSv1',
        },
        templates: [reference('TemplateName')],
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::ElasticBeanstalk::ConfigurationTemplate',
    role: 'template',
    source: SOURCE,
    remedy:
      'Add the option DisableIMDSv1 of aws:autoscaling:launchconfiguration with the value true to OptionSettings.',
    places: [
      {
        at: '',
        when: 'always',
        options: {
          kind: 'option-setting',
          path: 'OptionSettings',
          namespace: 'aws:autoscaling:launchconfiguration',
          name: 'DisableIMDSv1',
        },
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::AppStream::Fleet',
    role: 'instance',
    remedy: 'Set DisableIMDSV1: true; the image must be of January 2024 or later.',
    source: SOURCE,
    places: [
      {
        at: '',
        when: 'always',
        options: { kind: 'disable', path: 'DisableIMDSV1' },
        unless: { path: 'FleetType', matches: /^ELASTIC$/ },
        standard: { tokens: 'optional', why: 'A fleet without DisableIMDSV1 leaves version 1 on.' },
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::AppStream::ImageBuilder',
    role: 'instance',
    remedy: 'Set DisableIMDSV1: true; the image must be of January 2024 or later.',
    source: SOURCE,
    places: [
      {
        at: '',
        when: 'always',
        options: { kind: 'disable', path: 'DisableIMDSV1' },
        standard: { tokens: 'optional', why: 'An image builder without DisableIMDSV1 leaves version 1 on.' },
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::WorkspacesInstances::WorkspaceInstance',
    role: 'instance',
    remedy: 'Set MetadataOptions: {HttpTokens: required} in ManagedInstance.',
    source: SOURCE,
    places: [
      {
        at: 'ManagedInstance',
        when: 'always',
        options: { kind: 'options', path: 'MetadataOptions', endpoint: true },
        userData: 'UserData',
        image: 'ImageId',
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::EKS::Nodegroup',
    role: 'consumer',
    remedy: ON_TEMPLATE,
    source: NO_SWITCH,
    places: [
      {
        at: '',
        when: 'always',
        templates: [specification('LaunchTemplate')],
        notConfigurable: { why: 'A node group without a launch template gets one that EKS makes.' },
      },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::Batch::ComputeEnvironment',
    role: 'consumer',
    remedy: ON_TEMPLATE,
    source: NO_SWITCH,
    places: [
      {
        at: 'ComputeResources',
        when: 'always',
        templates: [specification('LaunchTemplate')],
        unless: { path: 'Type', matches: /FARGATE/i },
        image: 'ImageId',
        notConfigurable: { why: 'A compute environment without a launch template gets one that AWS Batch makes.' },
      },
      { at: 'ComputeResources.LaunchTemplate.Overrides[]', when: 'own-template', templates: [specification('')] },
    ],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::GameLift::GameServerGroup',
    role: 'consumer',
    remedy: ON_TEMPLATE,
    source: NO_SWITCH,
    places: [{ at: '', when: 'always', templates: [specification('LaunchTemplate')] }],
  },
  {
    platform: 'cloudformation',
    resource: 'AWS::PCS::ComputeNodeGroup',
    role: 'consumer',
    remedy: ON_TEMPLATE,
    source: NO_SWITCH,
    places: [{ at: '', when: 'always', templates: [specification('CustomLaunchTemplate')] }],
  },
  ...(
    [
      ['AWS::AppStream::AppBlockBuilder', 'The type has no metadata options, although the API has.'],
      ['AWS::BedrockAgentCore::CapacityProvider', 'The launch parameters have no metadata options.'],
      ['AWS::Cloud9::EnvironmentEC2', 'The image and the account decide; the type has no metadata options.'],
      ['AWS::CodeBuild::Fleet', 'AWS CodeBuild launches the instances; the type has no metadata options.'],
      ['AWS::Deadline::Fleet', 'AWS Deadline Cloud launches the instances; the type has no metadata options.'],
      ['AWS::GameLift::Fleet', 'Amazon GameLift launches the instances; the type has no metadata options.'],
      ['AWS::Lightsail::Instance', 'Only the API can change the options, once the instance is there.'],
      ['AWS::OpsWorks::Instance', 'The image and the account decide; the type has no metadata options.'],
    ] as const
  ).map(([resource, why]): CloudFormationLaunch => ({
    platform: 'cloudformation',
    resource,
    role: 'instance',
    remedy: NAME_A_TEMPLATE,
    source: NO_SWITCH,
    places: [
      {
        at: '',
        when: 'always',
        notConfigurable: { why },
        ...(resource === 'AWS::Lightsail::Instance' ? { userData: 'UserData' } : {}),
      },
    ],
  })),
];
