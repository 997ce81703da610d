import type { Platform } from 'imdsv2-core';
import type { Origin } from '../clients/origin.ts';
import type { AspectKind } from '../input.ts';

/** How one construct or call says what it launches. Paths are property names of its arguments, outermost first. Sources: facts/aws.md §3.1, §3.2; facts/requests.md. */
export interface LaunchForm {
  readonly platform: Platform;
  /** Key of the core's launch table. */
  readonly resource: string;
  readonly role: 'instance' | 'template' | 'consumer';
  /** Which argument holds the properties. */
  readonly props: number;
  /** A switch that is either on or says nothing: `requireImdsv2`. */
  readonly flag?: readonly string[];
  /** `false`: the construct heeds the flag, but its types do not have it. */
  readonly isFlagTyped?: boolean;
  /** The option that takes `required` or `optional`. */
  readonly tokens?: readonly string[];
  readonly endpoint?: readonly string[];
  readonly hopLimit?: readonly string[];
  readonly ipv6?: readonly string[];
  /** A number instead: 2 means required. */
  readonly minimumVersion?: readonly string[];
  readonly userData?: readonly (readonly string[])[];
  /** Where it may name a template, and how: see `template-reference.ts`. */
  readonly templates?: readonly (readonly string[])[];
  /** Where a template says its own name. */
  readonly name?: readonly string[];
  /** The aspect that can require tokens of it. */
  readonly aspect?: AspectKind;
  /** CloudFormation's path of the tokens, for `addPropertyOverride`. */
  readonly override?: string;
  /** The launch's image, to tell AL2023. */
  readonly image?: readonly string[];
  /** Without a template named, nothing is launched here that could be judged. */
  readonly onlyWithTemplate?: boolean;
}

const METADATA = ['metadataOptions', 'httpTokens'] as const;
const L1_OPTIONS = {
  tokens: METADATA,
  endpoint: ['metadataOptions', 'httpEndpoint'],
  hopLimit: ['metadataOptions', 'httpPutResponseHopLimit'],
  ipv6: ['metadataOptions', 'httpProtocolIpv6'],
} as const;
const DATA_OPTIONS = {
  tokens: ['launchTemplateData', ...METADATA],
  endpoint: ['launchTemplateData', 'metadataOptions', 'httpEndpoint'],
  hopLimit: ['launchTemplateData', 'metadataOptions', 'httpPutResponseHopLimit'],
  ipv6: ['launchTemplateData', 'metadataOptions', 'httpProtocolIpv6'],
} as const;
const SDK_OPTIONS = {
  tokens: ['MetadataOptions', 'HttpTokens'],
  endpoint: ['MetadataOptions', 'HttpEndpoint'],
  hopLimit: ['MetadataOptions', 'HttpPutResponseHopLimit'],
  ipv6: ['MetadataOptions', 'HttpProtocolIpv6'],
} as const;
const SDK_DATA_OPTIONS = {
  tokens: ['LaunchTemplateData', 'MetadataOptions', 'HttpTokens'],
  endpoint: ['LaunchTemplateData', 'MetadataOptions', 'HttpEndpoint'],
  hopLimit: ['LaunchTemplateData', 'MetadataOptions', 'HttpPutResponseHopLimit'],
  ipv6: ['LaunchTemplateData', 'MetadataOptions', 'HttpProtocolIpv6'],
} as const;
const L2_OPTIONS = {
  flag: ['requireImdsv2'],
  tokens: ['httpTokens'],
  endpoint: ['httpEndpoint'],
  hopLimit: ['httpPutResponseHopLimit'],
  ipv6: ['httpProtocolIpv6'],
} as const;
const MIXED = [
  ['launchTemplate'],
  ['mixedInstancesPolicy', 'launchTemplate'],
  ['mixedInstancesPolicy', 'launchTemplate', 'launchTemplateSpecification'],
] as const;

type Forms = Readonly<Record<string, Omit<LaunchForm, 'platform' | 'resource'> & { readonly resource?: string }>>;

/** Constructs of the CDK, by service and class. */
const CDK: Forms = {
  'ec2.Instance': {
    role: 'instance',
    props: 2,
    ...L2_OPTIONS,
    userData: [['userData']],
    aspect: 'instance',
    override: 'MetadataOptions.HttpTokens',
    image: ['machineImage'],
  },
  'ec2.LaunchTemplate': {
    role: 'template',
    props: 2,
    ...L2_OPTIONS,
    userData: [['userData']],
    name: ['launchTemplateName'],
    aspect: 'launch-template',
    override: 'LaunchTemplateData.MetadataOptions.HttpTokens',
    image: ['machineImage'],
  },
  'ec2.BastionHostLinux': {
    role: 'instance',
    props: 2,
    flag: ['requireImdsv2'],
    aspect: 'instance',
    override: 'MetadataOptions.HttpTokens',
    image: ['machineImage'],
  },
  'ec2.NatInstanceProvider': { role: 'instance', props: 0, aspect: 'instance', image: ['machineImage'] },
  'ec2.NatInstanceProviderV2': {
    role: 'instance',
    props: 0,
    userData: [['userData']],
    aspect: 'instance',
    image: ['machineImage'],
  },
  'ec2.NatProvider.instance': { role: 'instance', props: 0, aspect: 'instance', image: ['machineImage'] },
  'ec2.NatProvider.instanceV2': {
    role: 'instance',
    props: 0,
    userData: [['userData']],
    aspect: 'instance',
    image: ['machineImage'],
  },
  'ec2.CfnInstance': {
    role: 'instance',
    props: 2,
    ...L1_OPTIONS,
    userData: [['userData']],
    templates: [['launchTemplate']],
    override: 'MetadataOptions.HttpTokens',
  },
  'ec2.CfnLaunchTemplate': {
    role: 'template',
    props: 2,
    ...DATA_OPTIONS,
    userData: [['launchTemplateData', 'userData']],
    name: ['launchTemplateName'],
    override: 'LaunchTemplateData.MetadataOptions.HttpTokens',
  },
  'ec2.CfnEC2Fleet': {
    role: 'consumer',
    props: 2,
    templates: [['launchTemplateConfigs', '0', 'launchTemplateSpecification']],
    onlyWithTemplate: true,
  },
  'ec2.CfnSpotFleet': {
    role: 'consumer',
    props: 2,
    templates: [['spotFleetRequestConfigData', 'launchTemplateConfigs', '0', 'launchTemplateSpecification']],
    onlyWithTemplate: true,
  },
  'autoscaling.AutoScalingGroup': {
    role: 'instance',
    props: 2,
    flag: ['requireImdsv2'],
    userData: [['userData']],
    templates: MIXED,
    aspect: 'auto-scaling-group',
    override: 'MetadataOptions.HttpTokens',
    image: ['machineImage'],
  },
  'autoscaling.CfnLaunchConfiguration': {
    role: 'template',
    props: 2,
    ...L1_OPTIONS,
    userData: [['userData']],
    name: ['launchConfigurationName'],
    override: 'MetadataOptions.HttpTokens',
  },
  'autoscaling.CfnAutoScalingGroup': {
    role: 'consumer',
    props: 2,
    templates: [...MIXED, ['launchConfigurationName']],
    onlyWithTemplate: true,
  },
  'eks.Nodegroup': { role: 'instance', props: 2, templates: [['launchTemplateSpec']] },
  'imagebuilder.CfnInfrastructureConfiguration': {
    role: 'instance',
    props: 2,
    tokens: ['instanceMetadataOptions', 'httpTokens'],
    hopLimit: ['instanceMetadataOptions', 'httpPutResponseHopLimit'],
    override: 'InstanceMetadataOptions.HttpTokens',
  },
  'sagemaker.CfnNotebookInstance': {
    role: 'instance',
    props: 2,
    minimumVersion: ['instanceMetadataServiceConfiguration', 'minimumInstanceMetadataServiceVersion'],
    override: 'InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion',
  },
  'appstream.CfnFleet': { role: 'instance', props: 2, flag: ['disableImdsv1'], override: 'DisableIMDSV1' },
  'appstream.CfnImageBuilder': { role: 'instance', props: 2, flag: ['disableImdsv1'], override: 'DisableIMDSV1' },
};

/** Methods of CDK constructs that launch, by the construct's class. They have no property for it: an aspect, or a group of one's own. */
const CDK_METHODS: Forms = {
  'ecs.Cluster.addCapacity': {
    role: 'instance',
    props: 1,
    flag: ['requireImdsv2'],
    isFlagTyped: false,
    aspect: 'auto-scaling-group',
  },
  'eks.Cluster.addAutoScalingGroupCapacity': {
    role: 'instance',
    props: 1,
    flag: ['requireImdsv2'],
    isFlagTyped: false,
    aspect: 'auto-scaling-group',
  },
  'eks.Cluster.addCapacity': {
    role: 'instance',
    props: 1,
    flag: ['requireImdsv2'],
    isFlagTyped: false,
    aspect: 'auto-scaling-group',
  },
  'eks.Cluster.addNodegroupCapacity': { role: 'instance', props: 1, templates: [['launchTemplateSpec']] },
  'eks.Cluster.addNodegroup': { role: 'instance', props: 1, templates: [['launchTemplateSpec']] },
};

const PULUMI: Forms = {
  'ec2.Instance': {
    role: 'instance',
    props: 1,
    ...L1_OPTIONS,
    userData: [['userData'], ['userDataBase64']],
    templates: [['launchTemplate']],
  },
  'ec2.LaunchTemplate': { role: 'template', props: 1, ...L1_OPTIONS, userData: [['userData']], name: ['name'] },
  'ec2.LaunchConfiguration': {
    role: 'template',
    props: 1,
    ...L1_OPTIONS,
    userData: [['userData'], ['userDataBase64']],
    name: ['name'],
  },
  'ec2.SpotInstanceRequest': {
    role: 'instance',
    props: 1,
    userData: [['userData'], ['userDataBase64']],
    templates: [['launchTemplate']],
  },
  'autoscaling.Group': {
    role: 'consumer',
    props: 1,
    templates: [...MIXED, ['launchConfiguration']],
    onlyWithTemplate: true,
  },
  'eks.NodeGroup': { role: 'instance', props: 1, templates: [['launchTemplate']] },
  'ec2.Fleet': {
    role: 'consumer',
    props: 1,
    templates: [['launchTemplateConfig', 'launchTemplateSpecification']],
    onlyWithTemplate: true,
  },
  'ec2.SpotFleetRequest': {
    role: 'consumer',
    props: 1,
    templates: [['launchTemplateConfigs', '0', 'launchTemplateSpecification']],
    onlyWithTemplate: true,
  },
  'imagebuilder.InfrastructureConfiguration': {
    role: 'instance',
    props: 1,
    tokens: ['instanceMetadataOptions', 'httpTokens'],
    hopLimit: ['instanceMetadataOptions', 'httpPutResponseHopLimit'],
  },
  'sagemaker.NotebookInstance': {
    role: 'instance',
    props: 1,
    minimumVersion: ['instanceMetadataServiceConfiguration', 'minimumInstanceMetadataServiceVersion'],
  },
};

/** `@pulumi/eks`: node groups whose image decides unless they are told. */
const PULUMI_EKS: Forms = {
  NodeGroup: { role: 'instance', props: 1, resource: 'eks.NodeGroup', ...L1_OPTIONS },
  NodeGroupV2: { role: 'instance', props: 1, resource: 'eks.NodeGroupV2', ...L1_OPTIONS },
  ManagedNodeGroup: {
    role: 'instance',
    props: 1,
    resource: 'eks.ManagedNodeGroup',
    flag: ['enableIMDSv2'],
    templates: [['launchTemplate']],
  },
  createManagedNodeGroup: {
    role: 'instance',
    props: 1,
    resource: 'eks.ManagedNodeGroup',
    flag: ['enableIMDSv2'],
    templates: [['launchTemplate']],
  },
};

const CDKTF: Forms = {
  'instance.Instance': {
    role: 'instance',
    props: 2,
    ...L1_OPTIONS,
    userData: [['userData'], ['userDataBase64']],
    templates: [['launchTemplate']],
  },
  'launch-template.LaunchTemplate': {
    role: 'template',
    props: 2,
    ...L1_OPTIONS,
    userData: [['userData']],
    name: ['name'],
  },
  'launch-configuration.LaunchConfiguration': {
    role: 'template',
    props: 2,
    ...L1_OPTIONS,
    userData: [['userData'], ['userDataBase64']],
    name: ['name'],
  },
  'autoscaling-group.AutoscalingGroup': {
    role: 'consumer',
    props: 2,
    templates: [...MIXED, ['launchConfiguration']],
    onlyWithTemplate: true,
  },
  'eks-node-group.EksNodeGroup': { role: 'instance', props: 2, templates: [['launchTemplate']] },
};

/** Operations of the AWS SDKs and of services that take the same parameters. */
const OPERATIONS: Forms = {
  RunInstances: {
    role: 'instance',
    props: 0,
    ...SDK_OPTIONS,
    userData: [['UserData']],
    templates: [['LaunchTemplate']],
  },
  CreateLaunchTemplate: {
    role: 'template',
    props: 0,
    ...SDK_DATA_OPTIONS,
    userData: [['LaunchTemplateData', 'UserData']],
    name: ['LaunchTemplateName'],
  },
  CreateLaunchTemplateVersion: {
    role: 'template',
    props: 0,
    ...SDK_DATA_OPTIONS,
    userData: [['LaunchTemplateData', 'UserData']],
  },
  CreateLaunchConfiguration: {
    role: 'template',
    props: 0,
    ...SDK_OPTIONS,
    userData: [['UserData']],
    name: ['LaunchConfigurationName'],
  },
  ModifyInstanceMetadataOptions: {
    role: 'instance',
    props: 0,
    tokens: ['HttpTokens'],
    endpoint: ['HttpEndpoint'],
    hopLimit: ['HttpPutResponseHopLimit'],
  },
  RequestSpotInstances: { role: 'instance', props: 0, userData: [['LaunchSpecification', 'UserData']] },
  RequestSpotFleet: {
    role: 'instance',
    props: 0,
    templates: [['SpotFleetRequestConfig', 'LaunchTemplateConfigs', '0', 'LaunchTemplateSpecification']],
  },
  CreateFleet: {
    role: 'consumer',
    props: 0,
    templates: [['LaunchTemplateConfigs', '0', 'LaunchTemplateSpecification']],
    onlyWithTemplate: true,
  },
};

/** Whether anything that launches has this name as its last: most calls of most files need no second look. */
export function isLaunchName(name: string): boolean {
  return (
    LAST_NAMES.has(name) ||
    LAST_NAMES.has(name.replace(/Command$/, '')) ||
    LAST_NAMES.has(name.charAt(0).toUpperCase() + name.slice(1))
  );
}

const LAST_NAMES: ReadonlySet<string> = new Set([
  ...[CDK, CDK_METHODS, PULUMI, PULUMI_EKS, CDKTF, OPERATIONS].flatMap((forms) =>
    Object.keys(forms).map((key) => key.split('.').at(-1) ?? ''),
  ),
  'CallAwsService',
  'AwsCustomResource',
  'InstanceMetadataDefaults',
  'ModifyInstanceMetadataDefaults',
]);

/** What a construct or call is, by where its name comes from; undefined: nothing that launches. */
export function launchFormOf(origin: Origin, isNew: boolean): LaunchForm | undefined {
  return cdkForm(origin) ?? pulumiForm(origin, isNew) ?? cdktfForm(origin) ?? sdkForm(origin, isNew);
}

/** `aws-ec2` of `aws-cdk-lib/aws-ec2`, `@aws-cdk/aws-ec2`, `aws-cdk-lib` + `aws_ec2`, as `ec2`; `custom-resources` as it is. */
export function cdkName(name: string, path: readonly string[]): readonly string[] | undefined {
  const service =
    /^(?:aws-cdk-lib|@aws-cdk|monocdk|monocdk-experiment)\/(?:lib\/)?(?:aws-([\w-]+?)|(custom-resources))(?:-alpha|-v2-alpha)?(?:\/.*)?$/.exec(
      name,
    );
  if (service !== null) return [service[1] ?? service[2] ?? '', ...path];
  const [first, ...rest] = path;
  if (!/^(aws-cdk-lib|monocdk|aws-cdk)$/.test(name)) return undefined;
  const member = /^aws_(\w+)$|^(custom_resources)$/.exec(first ?? '');
  return member === null ? undefined : [member[1] ?? member[2] ?? '', ...rest];
}

function cdkForm(origin: Origin): LaunchForm | undefined {
  const own = cdkName(origin.name, origin.path);
  if (origin.kind !== 'module') return undefined;
  if (origin.made.length === 0 && own !== undefined) return form('cdk', CDK, own.join('.'));
  // A method of something that was made: `new eks.Cluster(…).addCapacity(…)`.
  const maker = origin.made.length === 1 ? origin.made[0] : undefined;
  const cls = maker === undefined ? undefined : cdkName(origin.name, maker.path);
  if (cls === undefined || origin.path.length !== 1) return undefined;
  return form(
    'cdk',
    CDK_METHODS,
    [cls[0], (cls[1] ?? '').includes('Cluster') ? 'Cluster' : cls[1], ...origin.path].join('.'),
  );
}

function pulumiForm(origin: Origin, isNew: boolean): LaunchForm | undefined {
  if (origin.made.length > 0) return undefined;
  if (origin.name === '@pulumi/eks' || origin.name === '@pulumi/eks/nodegroup')
    return form('pulumi', PULUMI_EKS, origin.path.join('.'));
  if (!isNew) return undefined;
  if (origin.kind === 'global' && origin.name === 'aws') return form('sst', PULUMI, origin.path.join('.'));
  const name = /^@pulumi\/(?:aws|aws-native)(?:\/(.*))?$/.exec(origin.name);
  if (name === null) return undefined;
  const prefix = name[1] === undefined ? [] : [name[1].split('/')[0] ?? ''];
  if (origin.name.startsWith('@pulumi/aws-native') && [...prefix, ...origin.path].join('.') === 'ec2.LaunchTemplate')
    return form(
      'pulumi',
      {
        'ec2.LaunchTemplate': {
          role: 'template',
          props: 1,
          ...DATA_OPTIONS,
          userData: [['launchTemplateData', 'userData']],
          name: ['launchTemplateName'],
        },
      },
      'ec2.LaunchTemplate',
    );
  return form('pulumi', PULUMI, [...prefix, ...origin.path].join('.'));
}

function cdktfForm(origin: Origin): LaunchForm | undefined {
  if (origin.made.length > 0) return undefined;
  const match = /(?:^@cdktf\/provider-aws|providers\/aws)(?:\/lib)?(?:\/(.*))?$/.exec(origin.name);
  if (match === null) return undefined;
  const folder = match[1]?.replace(/\/index$/, '');
  const path = folder === undefined || folder === '' || folder === 'index' ? origin.path : [folder, ...origin.path];
  return (
    form(
      'cdktf',
      CDKTF,
      [(path[0] ?? '').replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase(), ...path.slice(1)].join('.'),
    ) ?? form('cdktf', CDKTF, CDKTF_V0[path.join('.')] ?? '')
  );
}

/** Before resources had folders of their own: `@cdktf/provider-aws/lib/ec2` and `.gen/providers/aws`. */
const CDKTF_V0: Readonly<Record<string, string>> = {
  'ec2.Instance': 'instance.Instance',
  'ec2.LaunchTemplate': 'launch-template.LaunchTemplate',
  Instance: 'instance.Instance',
  LaunchTemplate: 'launch-template.LaunchTemplate',
  LaunchConfiguration: 'launch-configuration.LaunchConfiguration',
  'autoscaling.LaunchConfiguration': 'launch-configuration.LaunchConfiguration',
  'vpc.Instance': 'instance.Instance',
};

const SDK_MODULE = /^(aws-sdk(\/.*)?|@aws-sdk\/(client-(ec2|auto-scaling)|lib-.*)(\/.*)?)$/;

function sdkForm(origin: Origin, isNew: boolean): LaunchForm | undefined {
  if (origin.kind !== 'module' || !SDK_MODULE.test(origin.name)) return undefined;
  const last = origin.path.at(-1);
  if (isNew && origin.made.length === 0)
    return last?.endsWith('Command') === true ? operationForm(last.slice(0, -'Command'.length)) : undefined;
  const maker = origin.made.at(-1);
  const service = maker === undefined ? undefined : (maker.path.at(-1) ?? origin.name.split('/').at(-1));
  if (
    service === undefined ||
    last === undefined ||
    !/^(EC2|EC2Client|AutoScaling|AutoScalingClient|ec2|autoscaling)$/.test(service)
  )
    return undefined;
  return operationForm(last);
}

/** The form of an API operation by its name, in any case of the first letter. */
export function operationForm(name: string): LaunchForm | undefined {
  return form('aws-sdk', OPERATIONS, name.charAt(0).toUpperCase() + name.slice(1));
}

function form(platform: Platform, forms: Forms, key: string): LaunchForm | undefined {
  const found = Object.hasOwn(forms, key) ? forms[key] : undefined;
  return found === undefined ? undefined : { platform, resource: key, ...found };
}
