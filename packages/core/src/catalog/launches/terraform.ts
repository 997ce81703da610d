import type { LaunchType } from './launch-type.ts';

/** Where a resource of hashicorp/aws says what about metadata. */
export interface TerraformLaunch extends LaunchType {
  readonly platform: 'terraform';
  readonly role: 'instance' | 'template' | 'consumer';
  readonly options?: TerraformOptions;
  /** Arguments with a boot script; `base64`: the value must be encoded. */
  readonly userData?: readonly { readonly argument: string; readonly base64: boolean }[];
  /** Where it names a launch template or configuration; the first that is there counts. */
  readonly templates?: readonly TerraformTemplate[];
  /** Argument that names the image. */
  readonly image?: string;
  /** Nowhere to require tokens: why, and what to do instead if there is something. Where `templates` is given, only without one. */
  readonly notConfigurable?: { readonly why: string; readonly advice?: string };
}

export type TerraformOptions =
  | {
      readonly kind: 'block';
      /** From the outside in, joined by dots. */
      readonly block: string;
      readonly tokens: string;
      /** What the argument holds: the words of EC2, or the lowest version that is served. */
      readonly values: 'tokens' | 'minimum-version';
      readonly endpoint?: string;
      readonly hopLimit?: string;
      readonly ipv6?: string;
      /** Set when the provider takes the block and does nothing with it. */
      readonly ignored?: string;
    }
  /** `setting { namespace = "aws:autoscaling:launchconfiguration", name = "DisableIMDSv1", value = "true" }` */
  | { readonly kind: 'beanstalk-setting' }
  /** JSON in an argument. */
  | {
      readonly kind: 'json';
      readonly argument: string;
      readonly path: readonly string[];
      readonly hopLimit: readonly string[];
    };

export interface TerraformTemplate {
  /** Blocks from the outside in; empty for an argument of the resource itself. */
  readonly blocks: readonly string[];
  readonly id?: string;
  readonly name?: string;
  readonly version?: string;
  /** An alternative beside the main one (an override): a launch of its own. */
  readonly override?: true;
}

const BLOCK =
  'Add a block metadata_options { http_endpoint = "enabled", http_tokens = "required" } (one argument per line).';
const THROUGH_TEMPLATE = 'Launch from an aws_launch_template that has metadata_options { http_tokens = "required" }.';
const SOURCE = 'facts/aws.md §2.1';

const METADATA_OPTIONS = {
  kind: 'block',
  block: 'metadata_options',
  tokens: 'http_tokens',
  values: 'tokens',
  endpoint: 'http_endpoint',
  hopLimit: 'http_put_response_hop_limit',
  ipv6: 'http_protocol_ipv6',
} as const satisfies TerraformOptions;

const INSTANCE_USER_DATA = [
  { argument: 'user_data', base64: false },
  { argument: 'user_data_base64', base64: true },
] as const;

/** A block that names a template by id or name, and its version. */
const LAUNCH_TEMPLATE = {
  blocks: ['launch_template'],
  id: 'id',
  name: 'name',
  version: 'version',
} as const satisfies TerraformTemplate;
const SPECIFICATION = { id: 'launch_template_id', name: 'launch_template_name', version: 'version' } as const;

const AWSCC_OPTIONS = { ...METADATA_OPTIONS, ipv6: 'http_protocol_ipv_6' } as const satisfies TerraformOptions;
const AWSCC_REMEDY = 'Add metadata_options = { http_endpoint = "enabled", http_tokens = "required" }.';
const THROUGH_AWSCC_TEMPLATE =
  'Launch from an awscc_ec2_launch_template whose launch_template_data has metadata_options = { http_tokens = "required" }.';
const AWSCC_SOURCE = 'facts/aws.md §2.2; registry.terraform.io/providers/hashicorp/awscc';

/** Resource types of hashicorp/aws that launch instances, or are the pattern they are launched from. */
export const TERRAFORM_LAUNCHES: readonly TerraformLaunch[] = [
  {
    platform: 'terraform',
    resource: 'aws_instance',
    role: 'instance',
    options: METADATA_OPTIONS,
    userData: INSTANCE_USER_DATA,
    templates: [LAUNCH_TEMPLATE],
    image: 'ami',
    remedy: BLOCK,
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_launch_template',
    role: 'template',
    options: METADATA_OPTIONS,
    userData: [{ argument: 'user_data', base64: true }],
    image: 'image_id',
    remedy: BLOCK,
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_launch_configuration',
    role: 'template',
    options: { ...METADATA_OPTIONS },
    userData: INSTANCE_USER_DATA,
    image: 'image_id',
    remedy: `${BLOCK} The change replaces the launch configuration; new accounts cannot have any, so a launch template is the better place.`,
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_spot_instance_request',
    role: 'instance',
    options: {
      ...METADATA_OPTIONS,
      ignored:
        'The provider takes metadata_options of aws_spot_instance_request and does not send it: the request for a spot instance has no such field.',
    },
    userData: INSTANCE_USER_DATA,
    image: 'ami',
    notConfigurable: {
      why: 'The API behind aws_spot_instance_request has no metadata options.',
      advice:
        'Use aws_instance with instance_market_options, or an aws_launch_template with a fleet or an Auto Scaling group.',
    },
    remedy: 'Use aws_instance with instance_market_options and metadata_options { http_tokens = "required" }.',
    source: 'facts/aws.md §2.2',
  },
  {
    platform: 'terraform',
    resource: 'aws_imagebuilder_infrastructure_configuration',
    role: 'instance',
    options: {
      kind: 'block',
      block: 'instance_metadata_options',
      tokens: 'http_tokens',
      values: 'tokens',
      hopLimit: 'http_put_response_hop_limit',
    },
    remedy:
      'Add a block instance_metadata_options { http_tokens = "required" }; building container images also needs http_put_response_hop_limit = 2.',
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_sagemaker_notebook_instance',
    role: 'instance',
    options: {
      kind: 'block',
      block: 'instance_metadata_service_configuration',
      tokens: 'minimum_instance_metadata_service_version',
      values: 'minimum-version',
    },
    remedy: 'Add a block instance_metadata_service_configuration { minimum_instance_metadata_service_version = "2" }.',
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_elastic_beanstalk_environment',
    role: 'instance',
    options: { kind: 'beanstalk-setting' },
    remedy:
      'Add setting { namespace = "aws:autoscaling:launchconfiguration", name = "DisableIMDSv1", value = "true" } (one argument per line).',
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_elastic_beanstalk_configuration_template',
    role: 'template',
    options: { kind: 'beanstalk-setting' },
    remedy:
      'Add setting { namespace = "aws:autoscaling:launchconfiguration", name = "DisableIMDSv1", value = "true" } (one argument per line).',
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_emr_security_configuration',
    role: 'template',
    options: {
      kind: 'json',
      argument: 'configuration',
      path: ['InstanceMetadataServiceConfiguration', 'MinimumInstanceMetadataServiceVersion'],
      hopLimit: ['InstanceMetadataServiceConfiguration', 'HttpPutResponseHopLimit'],
    },
    remedy:
      'Add InstanceMetadataServiceConfiguration = { MinimumInstanceMetadataServiceVersion = 2, HttpPutResponseHopLimit = 1 } to the configuration.',
    source: 'facts/aws.md §1.1',
  },
  {
    platform: 'terraform',
    resource: 'aws_emr_cluster',
    role: 'consumer',
    templates: [{ blocks: [], name: 'security_configuration' }],
    notConfigurable: {
      why: 'An EMR cluster takes its metadata options from a security configuration.',
      advice: 'Name an aws_emr_security_configuration that sets MinimumInstanceMetadataServiceVersion to 2.',
    },
    remedy: 'Name an aws_emr_security_configuration that sets MinimumInstanceMetadataServiceVersion to 2.',
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_autoscaling_group',
    role: 'consumer',
    templates: [
      LAUNCH_TEMPLATE,
      { blocks: ['mixed_instances_policy', 'launch_template', 'launch_template_specification'], ...SPECIFICATION },
      { blocks: [], name: 'launch_configuration' },
      {
        blocks: ['mixed_instances_policy', 'launch_template', 'override', 'launch_template_specification'],
        ...SPECIFICATION,
        override: true,
      },
    ],
    remedy: THROUGH_TEMPLATE,
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_eks_node_group',
    role: 'consumer',
    templates: [LAUNCH_TEMPLATE],
    notConfigurable: {
      why: 'Without a launch template, EKS makes one of its own, and its metadata options cannot be set.',
      advice: `${THROUGH_TEMPLATE} Name it in the block launch_template of the node group.`,
    },
    remedy: THROUGH_TEMPLATE,
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_batch_compute_environment',
    role: 'consumer',
    templates: [{ blocks: ['compute_resources', 'launch_template'], ...SPECIFICATION }],
    notConfigurable: {
      why: 'A compute environment has no metadata options of its own.',
      advice: `${THROUGH_TEMPLATE} Name it in compute_resources { launch_template { … } }.`,
    },
    remedy: THROUGH_TEMPLATE,
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_ec2_fleet',
    role: 'consumer',
    templates: [{ blocks: ['launch_template_config', 'launch_template_specification'], ...SPECIFICATION }],
    remedy: THROUGH_TEMPLATE,
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_spot_fleet_request',
    role: 'consumer',
    templates: [
      {
        blocks: ['launch_template_config', 'launch_template_specification'],
        id: 'id',
        name: 'name',
        version: 'version',
      },
    ],
    userData: [{ argument: 'launch_specification.user_data', base64: false }],
    notConfigurable: {
      why: 'A launch_specification of a spot fleet has no metadata options.',
      advice:
        'Replace launch_specification with launch_template_config, and require tokens in the aws_launch_template.',
    },
    remedy: THROUGH_TEMPLATE,
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'aws_gamelift_game_server_group',
    role: 'consumer',
    templates: [LAUNCH_TEMPLATE],
    remedy: THROUGH_TEMPLATE,
    source: SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'module',
    marker: 'terraform-aws-modules',
    role: 'instance',
    remedy:
      'Pass metadata_options = { http_endpoint = "enabled", http_tokens = "required" } to the module, or move to a version of it that requires tokens by default.',
    source: 'facts/aws.md §2.3',
  },
  {
    platform: 'terraform',
    resource: 'aws_lightsail_instance',
    role: 'instance',
    userData: [{ argument: 'user_data', base64: false }],
    notConfigurable: {
      why: 'The provider has no metadata options for Lightsail; only "aws lightsail update-instance-metadata-options" sets them, after the launch.',
    },
    remedy: 'Run "aws lightsail update-instance-metadata-options --http-tokens required" after the launch.',
    source: SOURCE,
  },
  ...(
    [
      'aws_appstream_fleet',
      'aws_appstream_image_builder',
      'aws_cloud9_environment_ec2',
      'aws_codebuild_fleet',
      'aws_gamelift_fleet',
    ] as const
  ).map((resource): TerraformLaunch => ({
    platform: 'terraform',
    resource,
    role: 'instance',
    notConfigurable: {
      why: `${resource} has no argument for metadata options; the image and the account's default decide.`,
    },
    remedy: "Set the account's default with aws_ec2_instance_metadata_defaults.",
    source: SOURCE,
  })),
  // hashicorp/awscc has the properties of CloudFormation in snake case, as arguments rather than blocks.
  {
    platform: 'terraform',
    resource: 'awscc_ec2_instance',
    role: 'instance',
    options: AWSCC_OPTIONS,
    userData: [{ argument: 'user_data', base64: true }],
    templates: [{ blocks: ['launch_template'], ...SPECIFICATION }],
    image: 'image_id',
    remedy: AWSCC_REMEDY,
    source: AWSCC_SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'awscc_ec2_launch_template',
    role: 'template',
    options: { ...AWSCC_OPTIONS, block: 'launch_template_data.metadata_options' },
    userData: [{ argument: 'launch_template_data.user_data', base64: true }],
    image: 'launch_template_data.image_id',
    remedy: `${AWSCC_REMEDY} It belongs into launch_template_data.`,
    source: AWSCC_SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'awscc_autoscaling_launch_configuration',
    role: 'template',
    options: AWSCC_OPTIONS,
    userData: [{ argument: 'user_data', base64: true }],
    image: 'image_id',
    remedy: AWSCC_REMEDY,
    source: AWSCC_SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'awscc_imagebuilder_infrastructure_configuration',
    role: 'instance',
    options: {
      kind: 'block',
      block: 'instance_metadata_options',
      tokens: 'http_tokens',
      values: 'tokens',
      hopLimit: 'http_put_response_hop_limit',
    },
    remedy: 'Add instance_metadata_options = { http_tokens = "required" }.',
    source: AWSCC_SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'awscc_autoscaling_auto_scaling_group',
    role: 'consumer',
    templates: [
      { blocks: ['launch_template'], ...SPECIFICATION },
      { blocks: ['mixed_instances_policy', 'launch_template', 'launch_template_specification'], ...SPECIFICATION },
      { blocks: [], name: 'launch_configuration_name' },
    ],
    remedy: THROUGH_AWSCC_TEMPLATE,
    source: AWSCC_SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'awscc_eks_nodegroup',
    role: 'consumer',
    templates: [LAUNCH_TEMPLATE],
    notConfigurable: {
      why: 'Without a launch template, EKS makes one of its own, and its metadata options cannot be set.',
      advice: `${THROUGH_AWSCC_TEMPLATE} Name it in launch_template of the node group.`,
    },
    remedy: THROUGH_AWSCC_TEMPLATE,
    source: AWSCC_SOURCE,
  },
  {
    platform: 'terraform',
    resource: 'awscc_batch_compute_environment',
    role: 'consumer',
    templates: [{ blocks: ['compute_resources', 'launch_template'], ...SPECIFICATION }],
    notConfigurable: {
      why: 'A compute environment has no metadata options of its own.',
      advice: `${THROUGH_AWSCC_TEMPLATE} Name it in compute_resources.`,
    },
    remedy: THROUGH_AWSCC_TEMPLATE,
    source: AWSCC_SOURCE,
  },
];
