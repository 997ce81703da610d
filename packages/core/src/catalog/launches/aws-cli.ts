import type { LaunchType } from './launch-type.ts';

/** Where a command of the AWS CLI says something: an option, and the way into its value (`[]`: each element of a list). */
export interface CliPath {
  readonly option: string;
  readonly members?: readonly string[];
}

/** A command of the AWS CLI that launches instances, or makes the pattern that they are launched from. */
export interface AwsCliLaunch extends LaunchType {
  readonly platform: 'aws-cli' | 'ssm';
  readonly service: string;
  readonly operation: string;
  readonly role: 'instance' | 'template' | 'consumer';
  readonly tokens: readonly CliPath[];
  /** Values that require tokens, and those that do not, in lower case; anything else is refused by AWS. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly endpoint?: CliPath;
  readonly hopLimit?: CliPath;
  readonly ipv6?: CliPath;
  readonly userData?: readonly CliPath[];
  /** User data is written in base64 there. */
  readonly isUserDataEncoded?: boolean;
  readonly template?: readonly CliPath[];
  readonly name: readonly CliPath[];
  readonly image?: readonly CliPath[];
  /** The command changes what exists: saying nothing changes nothing, and is no finding. */
  readonly isChange?: boolean;
  /** What the service does when nothing is said, where that is certain. */
  readonly missing?: { readonly tokens: 'optional'; readonly message: string };
  readonly notConfigurable?: { readonly why: string; readonly advice?: string };
}

const METADATA: CliPath = { option: 'metadata-options', members: ['HttpTokens'] };
const RUN_REMEDY = 'Add --metadata-options "HttpTokens=required,HttpEndpoint=enabled".';
const SOURCE = 'facts/aws.md §3.3';
const ENUM = { required: ['required'], optional: ['optional'] } as const;

const templateData = (...members: readonly string[]): CliPath => ({ option: 'launch-template-data', members });

const launchTemplate = {
  platform: 'aws-cli',
  service: 'ec2',
  role: 'template',
  ...ENUM,
  tokens: [templateData('MetadataOptions', 'HttpTokens')],
  endpoint: templateData('MetadataOptions', 'HttpEndpoint'),
  hopLimit: templateData('MetadataOptions', 'HttpPutResponseHopLimit'),
  ipv6: templateData('MetadataOptions', 'HttpProtocolIpv6'),
  userData: [templateData('UserData')],
  isUserDataEncoded: true,
  image: [templateData('ImageId')],
  name: [{ option: 'launch-template-name' }, { option: 'launch-template-id' }],
  remedy: 'Add "MetadataOptions": {"HttpTokens": "required"} to --launch-template-data.',
  source: SOURCE,
} as const;

const appstream = {
  platform: 'aws-cli',
  service: 'appstream',
  role: 'instance',
  required: ['true'],
  optional: ['false'],
  tokens: [{ option: 'disable-imdsv1' }],
  name: [{ option: 'name' }],
  remedy: 'Add --disable-imdsv1.',
  source: SOURCE,
} as const;

const notebook = {
  platform: 'aws-cli',
  service: 'sagemaker',
  role: 'instance',
  required: ['2'],
  optional: ['1'],
  tokens: [{ option: 'instance-metadata-service-configuration', members: ['MinimumInstanceMetadataServiceVersion'] }],
  name: [{ option: 'notebook-instance-name' }],
  remedy: 'Add --instance-metadata-service-configuration MinimumInstanceMetadataServiceVersion=2.',
  source: SOURCE,
} as const;

const imageBuilder = {
  platform: 'aws-cli',
  service: 'imagebuilder',
  role: 'template',
  ...ENUM,
  tokens: [{ option: 'instance-metadata-options', members: ['httpTokens'] }],
  hopLimit: { option: 'instance-metadata-options', members: ['httpPutResponseHopLimit'] },
  name: [{ option: 'name' }, { option: 'infrastructure-configuration-arn' }],
  remedy: 'Add --instance-metadata-options httpTokens=required (with httpPutResponseHopLimit=2 for container images).',
  source: SOURCE,
} as const;

const beanstalk = {
  platform: 'aws-cli',
  service: 'elasticbeanstalk',
  role: 'instance',
  required: ['true'],
  optional: ['false'],
  tokens: [{ option: 'option-settings', members: ['[]', 'DisableIMDSv1'] }],
  name: [{ option: 'environment-name' }, { option: 'template-name' }],
  remedy: 'Add --option-settings Namespace=aws:autoscaling:launchconfiguration,OptionName=DisableIMDSv1,Value=true.',
  source: SOURCE,
} as const;

/** Commands of the AWS CLI that launch instances. Source: facts/aws.md §3.3 (service models of botocore 1.43). */
export const AWS_CLI_LAUNCHES = [
  {
    platform: 'aws-cli',
    resource: 'aws ec2 run-instances',
    service: 'ec2',
    operation: 'run-instances',
    role: 'instance',
    ...ENUM,
    tokens: [METADATA],
    endpoint: { option: 'metadata-options', members: ['HttpEndpoint'] },
    hopLimit: { option: 'metadata-options', members: ['HttpPutResponseHopLimit'] },
    ipv6: { option: 'metadata-options', members: ['HttpProtocolIpv6'] },
    userData: [{ option: 'user-data' }],
    template: [{ option: 'launch-template' }],
    image: [{ option: 'image-id' }],
    name: [],
    remedy: RUN_REMEDY,
    source: SOURCE,
  },
  { ...launchTemplate, resource: 'aws ec2 create-launch-template', operation: 'create-launch-template' },
  {
    ...launchTemplate,
    resource: 'aws ec2 create-launch-template-version',
    operation: 'create-launch-template-version',
  },
  {
    platform: 'aws-cli',
    resource: 'aws ec2 create-fleet',
    service: 'ec2',
    operation: 'create-fleet',
    role: 'consumer',
    ...ENUM,
    tokens: [
      { option: 'launch-template-configs', members: ['[]', 'Overrides', '[]', 'MetadataOptions', 'HttpTokens'] },
    ],
    template: [{ option: 'launch-template-configs', members: ['[]', 'LaunchTemplateSpecification'] }],
    name: [],
    remedy: 'Require tokens in the launch template, and leave the overrides alone.',
    source: SOURCE,
  },
  {
    platform: 'aws-cli',
    resource: 'aws ec2 request-spot-instances',
    service: 'ec2',
    operation: 'request-spot-instances',
    role: 'instance',
    ...ENUM,
    tokens: [],
    userData: [{ option: 'launch-specification', members: ['UserData'] }],
    isUserDataEncoded: true,
    image: [{ option: 'launch-specification', members: ['ImageId'] }],
    name: [],
    notConfigurable: {
      why: 'A spot request has no metadata options.',
      advice:
        'Use aws ec2 run-instances --instance-market-options MarketType=spot with --metadata-options HttpTokens=required, or a launch template.',
    },
    remedy: RUN_REMEDY,
    source: SOURCE,
  },
  {
    platform: 'aws-cli',
    resource: 'aws ec2 request-spot-fleet',
    service: 'ec2',
    operation: 'request-spot-fleet',
    role: 'instance',
    ...ENUM,
    tokens: [],
    template: [
      { option: 'spot-fleet-request-config', members: ['LaunchTemplateConfigs', '[]', 'LaunchTemplateSpecification'] },
    ],
    userData: [{ option: 'spot-fleet-request-config', members: ['LaunchSpecifications', '[]', 'UserData'] }],
    isUserDataEncoded: true,
    name: [],
    notConfigurable: {
      why: 'Launch specifications of a spot fleet have no metadata options.',
      advice: 'Use LaunchTemplateConfigs with a launch template that requires tokens.',
    },
    remedy: RUN_REMEDY,
    source: SOURCE,
  },
  {
    platform: 'aws-cli',
    resource: 'aws ec2 modify-instance-metadata-options',
    service: 'ec2',
    operation: 'modify-instance-metadata-options',
    role: 'instance',
    ...ENUM,
    tokens: [{ option: 'http-tokens' }],
    endpoint: { option: 'http-endpoint' },
    hopLimit: { option: 'http-put-response-hop-limit' },
    name: [{ option: 'instance-id' }],
    isChange: true,
    remedy: 'Use --http-tokens required.',
    source: SOURCE,
  },
  {
    platform: 'aws-cli',
    resource: 'aws autoscaling create-launch-configuration',
    service: 'autoscaling',
    operation: 'create-launch-configuration',
    role: 'template',
    ...ENUM,
    tokens: [METADATA],
    endpoint: { option: 'metadata-options', members: ['HttpEndpoint'] },
    hopLimit: { option: 'metadata-options', members: ['HttpPutResponseHopLimit'] },
    userData: [{ option: 'user-data' }],
    image: [{ option: 'image-id' }],
    name: [{ option: 'launch-configuration-name' }],
    remedy: RUN_REMEDY,
    source: SOURCE,
  },
  {
    platform: 'aws-cli',
    resource: 'aws autoscaling create-auto-scaling-group',
    service: 'autoscaling',
    operation: 'create-auto-scaling-group',
    role: 'consumer',
    ...ENUM,
    tokens: [],
    template: [
      { option: 'launch-template' },
      { option: 'launch-configuration-name' },
      { option: 'mixed-instances-policy', members: ['LaunchTemplate', 'LaunchTemplateSpecification'] },
    ],
    name: [{ option: 'auto-scaling-group-name' }],
    remedy: 'Require tokens in the launch template.',
    source: SOURCE,
  },
  {
    ...notebook,
    resource: 'aws sagemaker create-notebook-instance',
    operation: 'create-notebook-instance',
    missing: { tokens: 'optional', message: 'Notebook instances allow both versions when nothing is said.' },
  },
  {
    ...notebook,
    resource: 'aws sagemaker update-notebook-instance',
    operation: 'update-notebook-instance',
    isChange: true,
  },
  {
    ...imageBuilder,
    resource: 'aws imagebuilder create-infrastructure-configuration',
    operation: 'create-infrastructure-configuration',
  },
  {
    ...imageBuilder,
    resource: 'aws imagebuilder update-infrastructure-configuration',
    operation: 'update-infrastructure-configuration',
  },
  { ...appstream, resource: 'aws appstream create-fleet', operation: 'create-fleet' },
  { ...appstream, resource: 'aws appstream create-image-builder', operation: 'create-image-builder' },
  { ...appstream, resource: 'aws appstream create-app-block-builder', operation: 'create-app-block-builder' },
  { ...appstream, resource: 'aws appstream update-fleet', operation: 'update-fleet', isChange: true },
  {
    platform: 'aws-cli',
    resource: 'aws emr create-security-configuration',
    service: 'emr',
    operation: 'create-security-configuration',
    role: 'template',
    required: ['2'],
    optional: ['1'],
    tokens: [
      {
        option: 'security-configuration',
        members: ['InstanceMetadataServiceConfiguration', 'MinimumInstanceMetadataServiceVersion'],
      },
    ],
    hopLimit: {
      option: 'security-configuration',
      members: ['InstanceMetadataServiceConfiguration', 'HttpPutResponseHopLimit'],
    },
    name: [{ option: 'name' }],
    remedy:
      'Add "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": 2, "HttpPutResponseHopLimit": 1} to the security configuration.',
    source: SOURCE,
  },
  {
    platform: 'aws-cli',
    resource: 'aws emr create-cluster',
    service: 'emr',
    operation: 'create-cluster',
    role: 'instance',
    required: ['2'],
    optional: ['1'],
    tokens: [],
    template: [{ option: 'security-configuration' }],
    name: [{ option: 'name' }],
    remedy: 'Use --security-configuration with one whose InstanceMetadataServiceConfiguration asks for version 2.',
    source: SOURCE,
  },
  {
    platform: 'aws-cli',
    resource: 'aws lightsail create-instances',
    service: 'lightsail',
    operation: 'create-instances',
    role: 'instance',
    ...ENUM,
    tokens: [],
    userData: [{ option: 'user-data' }],
    name: [{ option: 'instance-names' }],
    notConfigurable: {
      why: 'Lightsail takes no metadata options when an instance is made; aws lightsail update-instance-metadata-options --http-tokens required sets them afterwards.',
    },
    remedy: 'Run aws lightsail update-instance-metadata-options --http-tokens required afterwards.',
    source: SOURCE,
  },
  {
    platform: 'aws-cli',
    resource: 'aws lightsail update-instance-metadata-options',
    service: 'lightsail',
    operation: 'update-instance-metadata-options',
    role: 'instance',
    ...ENUM,
    tokens: [{ option: 'http-tokens' }],
    endpoint: { option: 'http-endpoint' },
    hopLimit: { option: 'http-put-response-hop-limit' },
    name: [{ option: 'instance-name' }],
    isChange: true,
    remedy: 'Use --http-tokens required.',
    source: SOURCE,
  },
  { ...beanstalk, resource: 'aws elasticbeanstalk create-environment', operation: 'create-environment' },
  {
    ...beanstalk,
    resource: 'aws elasticbeanstalk create-configuration-template',
    operation: 'create-configuration-template',
  },
  {
    ...beanstalk,
    resource: 'aws elasticbeanstalk update-environment',
    operation: 'update-environment',
    isChange: true,
  },
  {
    platform: 'ssm',
    resource: 'AWSSupport-ConfigureEC2Metadata',
    service: 'ssm',
    operation: 'start-automation-execution',
    role: 'instance',
    ...ENUM,
    tokens: [{ option: 'parameters', members: ['EnforceIMDSv2'] }],
    hopLimit: { option: 'parameters', members: ['HttpPutResponseHopLimit'] },
    name: [{ option: 'parameters', members: ['InstanceId'] }],
    missing: { tokens: 'optional', message: 'The runbook sets tokens to optional unless EnforceIMDSv2 says required.' },
    remedy: 'Add EnforceIMDSv2=required to --parameters.',
    source: 'facts/aws.md §4.4',
  },
] as const satisfies readonly AwsCliLaunch[];
