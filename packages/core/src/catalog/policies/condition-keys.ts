/**
 * The condition keys about instance metadata: what they compare, and which calls bring them
 * (docs.aws.amazon.com/service-authorization: list_amazonec2, list_amazonec2autoscaling; IAM User Guide, reference_policies_condition-keys).
 */
export interface ConditionKey {
  readonly key: string;
  readonly type: 'string' | 'number';
  /** Every value that it can have. */
  readonly values: readonly string[];
  /** The value, or values, that a policy is there for. A deny that meets these too stops everything. */
  readonly wanted: readonly string[];
  /** Calls that bring the key. A key that a call does not bring counts as missing. */
  readonly actions: readonly string[];
  /** The only resource of the call that brings the key; undefined: all of them, or the call as such. */
  readonly resource?: 'instance';
  /** What the calls are: "launches" in "it denies all launches". */
  readonly calls: string;
  /** "that say optional": what a call with the value does. */
  readonly saying: (value: string) => string;
  /** "that say nothing": what a call without the key does. */
  readonly silent: string;
  /** Whether a call without the key is one that a deny should meet too. */
  readonly isSilenceUnwanted: boolean;
  /** What a deny that does its work enforces, for the inventory. */
  readonly enforces: (denied: readonly string[]) => string;
  /** The statement that does it, as the documentation of AWS writes it. */
  readonly example: string;
  readonly source: string;
}

const HOPS: readonly string[] = Array.from({ length: 64 }, (_, index) => String(index + 1));
const LAUNCH = '"Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*:*:instance/*"';
const EC2_EXAMPLES =
  'docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-instance-metadata';
const AUTO_SCALING =
  'docs.aws.amazon.com/autoscaling/ec2/userguide/control-access-using-iam.html#policy-auto-scaling-condition-keys';

const tokens = {
  type: 'string',
  values: ['required', 'optional'],
  wanted: ['required'],
  saying: (value: string) => (value === 'required' ? 'that require tokens' : 'that say "optional"'),
  silent: 'that say nothing about tokens',
  isSilenceUnwanted: true,
} as const;

const endpoint = {
  type: 'string',
  values: ['enabled', 'disabled'],
  wanted: [],
  saying: (value: string) => `with the endpoint ${value}`,
  silent: 'that say nothing about the endpoint',
  isSilenceUnwanted: false,
  enforces: (denied: readonly string[]) =>
    denied.includes('enabled') ? 'no launch with the metadata endpoint' : 'no launch without the metadata endpoint',
} as const;

const hopLimit = {
  type: 'number',
  values: HOPS,
  wanted: ['1'],
  saying: (value: string) => `with hop limit ${value}`,
  silent: 'that say nothing about the hop limit',
  isSilenceUnwanted: false,
  enforces: (denied: readonly string[]) =>
    `no launch with a hop limit above ${String(Math.min(...denied.map(Number)) - 1)}`,
} as const;

/** The attributes that one call changes; it brings the keys of those that it names only. */
const modification = {
  actions: ['ec2:ModifyInstanceMetadataOptions'],
  calls: 'changes of metadata options',
  source: EC2_EXAMPLES,
} as const;

export const CONDITION_KEYS: readonly ConditionKey[] = [
  {
    key: 'ec2:MetadataHttpTokens',
    ...tokens,
    actions: ['ec2:RunInstances'],
    resource: 'instance',
    calls: 'launches',
    enforces: () => 'no launch unless tokens are required',
    example: `{${LAUNCH}, "Condition": {"StringNotEquals": {"ec2:MetadataHttpTokens": "required"}}}`,
    source: EC2_EXAMPLES,
  },
  {
    key: 'ec2:MetadataHttpEndpoint',
    ...endpoint,
    actions: ['ec2:RunInstances'],
    resource: 'instance',
    calls: 'launches',
    example: `{${LAUNCH}, "Condition": {"StringEquals": {"ec2:MetadataHttpEndpoint": "enabled"}}}`,
    source: EC2_EXAMPLES,
  },
  {
    key: 'ec2:MetadataHttpPutResponseHopLimit',
    ...hopLimit,
    actions: ['ec2:RunInstances'],
    resource: 'instance',
    calls: 'launches',
    example: `{${LAUNCH}, "Condition": {"NumericGreaterThan": {"ec2:MetadataHttpPutResponseHopLimit": "2"}}}`,
    source: EC2_EXAMPLES,
  },
  {
    key: 'ec2:RoleDelivery',
    type: 'number',
    values: ['2.0', '1.0'],
    wanted: ['2.0'],
    actions: ['*'],
    calls: 'requests',
    saying: (value) => `with an instance's credentials of version ${value.slice(0, 1)}`,
    silent: "that no instance's role signs",
    isSilenceUnwanted: false,
    enforces: () => 'credentials that version 1 delivered are refused',
    example:
      '{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"NumericLessThan": {"ec2:RoleDelivery": "2.0"}}}',
    source:
      'docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-ec2-role-delivery',
  },
  {
    key: 'ec2:Attribute/HttpTokens',
    ...tokens,
    ...modification,
    silent: 'that leave HttpTokens alone',
    isSilenceUnwanted: false,
    enforces: () => 'no change of an instance back to optional tokens',
    example:
      '{"Effect": "Deny", "Action": "ec2:ModifyInstanceMetadataOptions", "Resource": "arn:aws:ec2:*:*:instance/*", "Condition": {"StringNotEquals": {"ec2:Attribute/HttpTokens": "required"}, "Null": {"ec2:Attribute/HttpTokens": false}}}',
  },
  {
    key: 'ec2:Attribute/HttpEndpoint',
    ...endpoint,
    ...modification,
    silent: 'that leave HttpEndpoint alone',
    enforces: (denied) =>
      denied.includes('enabled') ? 'no change that opens the metadata endpoint' : 'no change that closes the endpoint',
    example:
      '{"Effect": "Deny", "Action": "ec2:ModifyInstanceMetadataOptions", "Resource": "arn:aws:ec2:*:*:instance/*", "Condition": {"StringEquals": {"ec2:Attribute/HttpEndpoint": "enabled"}}}',
  },
  {
    key: 'ec2:Attribute/HttpPutResponseHopLimit',
    ...hopLimit,
    ...modification,
    silent: 'that leave the hop limit alone',
    enforces: (denied) => `no change to a hop limit above ${String(Math.min(...denied.map(Number)) - 1)}`,
    example:
      '{"Effect": "Deny", "Action": "ec2:ModifyInstanceMetadataOptions", "Resource": "arn:aws:ec2:*:*:instance/*", "Condition": {"NumericGreaterThan": {"ec2:Attribute/HttpPutResponseHopLimit": "2"}}}',
  },
  {
    key: 'autoscaling:MetadataHttpTokens',
    ...tokens,
    actions: ['autoscaling:CreateLaunchConfiguration'],
    calls: 'launch configurations',
    enforces: () => 'no launch configuration unless tokens are required',
    example:
      '{"Effect": "Deny", "Action": "autoscaling:CreateLaunchConfiguration", "Resource": "*", "Condition": {"StringNotEquals": {"autoscaling:MetadataHttpTokens": "required"}}}',
    source: AUTO_SCALING,
  },
  {
    key: 'autoscaling:MetadataHttpEndpoint',
    ...endpoint,
    actions: ['autoscaling:CreateLaunchConfiguration'],
    calls: 'launch configurations',
    example:
      '{"Effect": "Deny", "Action": "autoscaling:CreateLaunchConfiguration", "Resource": "*", "Condition": {"StringEquals": {"autoscaling:MetadataHttpEndpoint": "enabled"}}}',
    source: AUTO_SCALING,
  },
  {
    key: 'autoscaling:MetadataHttpPutResponseHopLimit',
    ...hopLimit,
    actions: ['autoscaling:CreateLaunchConfiguration'],
    calls: 'launch configurations',
    example:
      '{"Effect": "Deny", "Action": "autoscaling:CreateLaunchConfiguration", "Resource": "*", "Condition": {"NumericGreaterThan": {"autoscaling:MetadataHttpPutResponseHopLimit": "2"}}}',
    source: AUTO_SCALING,
  },
];

/** Keys that exist beside those, so that they are not taken for misspelt ones. */
const OTHER_KEYS: readonly RegExp[] = [/^ec2:InstanceMetadataTags$/i, /^ec2:Attribute(?:\/.*)?$/i];

/** The key as AWS spells it; keys are compared without regard to case. */
export function conditionKey(written: string): ConditionKey | undefined {
  return CONDITION_KEYS.find(({ key }) => key.toLowerCase() === written.toLowerCase());
}

/** Whether a condition is about instance metadata, or means to be. */
export function isMetadataKey(written: string): boolean {
  if (conditionKey(written) !== undefined) return true;
  if (OTHER_KEYS.some((other) => other.test(written))) return false;
  return /^(?:ec2|autoscaling|aws|imds):.*(?:metadata|http-?tokens|http-?endpoint|hop-?limit|role-?delivery|imds)/i.test(
    written,
  );
}

/** Calls that launch, or describe launches, and bring no key of metadata options. */
export const ACTIONS_WITHOUT_KEYS: ReadonlySet<string> = new Set([
  'ec2:createlaunchtemplate',
  'ec2:createlaunchtemplateversion',
  'ec2:modifylaunchtemplate',
  'autoscaling:createautoscalinggroup',
  'autoscaling:updateautoscalinggroup',
]);
