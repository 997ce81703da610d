import { describe, expect, it } from 'vitest';
import { policyStatements, type PolicyValue } from '../../policies/index.ts';
import { hole, literal } from '../../text/text.ts';
import { judgePolicyStatement } from './judge.ts';

const EC2 = 'docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html';
const OPERATORS = 'docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html';
const KEYS = 'docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html';
const ACTIONS = 'docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html';
const AUTO_SCALING = 'docs.aws.amazon.com/autoscaling/ec2/userguide/control-access-using-iam.html';
const TRANSITION = 'docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-transition-to-version-2.html';

type Json = string | number | boolean | Json[] | { [key: string]: Json };

const INSTANCE = 'arn:aws:ec2:*:*:instance/*';
const TOKENS = { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } };

/** A deny of launches, with what a case is about in its place. */
function deny(condition: Json, more: Record<string, Json> = {}): Json {
  return { Effect: 'Deny', Action: 'ec2:RunInstances', Resource: INSTANCE, Condition: condition, ...more };
}

function allow(condition: Json, more: Record<string, Json> = {}): Json {
  return { ...(deny(condition) as Record<string, Json>), Effect: 'Allow', ...more };
}

/** What a statement must come to: what it enforces, or what the message must say, or nothing at all. */
interface Case {
  readonly what: string;
  readonly statement: Json;
  readonly page: string;
  readonly enforces?: string;
  readonly says?: RegExp;
}

const ENFORCES_TOKENS = 'no launch unless tokens are required';

/** The examples of AWS's own pages, one after the other. */
const DOCUMENTED: readonly Case[] = [
  { what: 'RequireImdsV2', statement: deny(TOKENS), enforces: ENFORCES_TOKENS, page: EC2 },
  {
    what: 'DenyIMDSv1HttpTokensModification',
    statement: {
      Effect: 'Deny',
      Action: 'ec2:ModifyInstanceMetadataOptions',
      Resource: INSTANCE,
      Condition: {
        StringNotEquals: { 'ec2:Attribute/HttpTokens': 'required' },
        Null: { 'ec2:Attribute/HttpTokens': false },
      },
    },
    enforces: 'no change of an instance back to optional tokens',
    page: EC2,
  },
  {
    what: 'MaxImdsHopLimit',
    statement: deny({ NumericGreaterThan: { 'ec2:MetadataHttpPutResponseHopLimit': '3' } }),
    enforces: 'no launch with a hop limit above 3',
    page: EC2,
  },
  {
    what: 'AllowOnlyImdsAdminsToModifySettings',
    statement: {
      Effect: 'Deny',
      Action: 'ec2:ModifyInstanceMetadataOptions',
      Resource: '*',
      Condition: { StringNotLike: { 'aws:PrincipalARN': 'arn:aws:iam::*:role/ec2-imds-admins' } },
    },
    page: EC2,
  },
  {
    what: 'RequireAllEc2RolesToUseV2',
    statement: {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { NumericLessThan: { 'ec2:RoleDelivery': '2.0' } },
    },
    enforces: 'credentials that version 1 delivered are refused',
    page: KEYS,
  },
  {
    what: 'Auto Scaling: no launch configuration without required tokens',
    statement: {
      Effect: 'Deny',
      Action: 'autoscaling:CreateLaunchConfiguration',
      Resource: '*',
      Condition: { StringNotEquals: { 'autoscaling:MetadataHttpTokens': 'required' } },
    },
    enforces: 'no launch configuration unless tokens are required',
    page: AUTO_SCALING,
  },
  {
    what: 'Auto Scaling: an allow of launch configurations with required tokens',
    statement: {
      Effect: 'Allow',
      Action: 'autoscaling:CreateLaunchConfiguration',
      Resource: '*',
      Condition: { StringEquals: { 'autoscaling:MetadataHttpTokens': 'required' } },
    },
    page: AUTO_SCALING,
  },
];

const SOUND: readonly Case[] = [
  {
    what: 'another partition',
    statement: deny(TOKENS, { Resource: 'arn:aws-us-gov:ec2:*:*:instance/*' }),
    enforces: ENFORCES_TOKENS,
    page: EC2,
  },
  {
    what: 'an exception for a role',
    statement: deny({ ...TOKENS, ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/breakglass' } }),
    enforces: ENFORCES_TOKENS,
    page: EC2,
  },
  {
    what: 'capitals do not matter to StringNotEqualsIgnoreCase',
    statement: deny({ StringNotEqualsIgnoreCase: { 'ec2:metadatahttptokens': 'Required' } }),
    enforces: ENFORCES_TOKENS,
    page: OPERATORS,
  },
  {
    what: 'a deny with IfExists denies what says nothing, as the plain one does',
    statement: deny({ StringNotEqualsIfExists: { 'ec2:MetadataHttpTokens': 'required' } }),
    enforces: ENFORCES_TOKENS,
    page: OPERATORS,
  },
  {
    what: 'a pattern for every call of EC2',
    statement: deny(TOKENS, { Action: ['ec2:Run*'] }),
    enforces: ENFORCES_TOKENS,
    page: EC2,
  },
  {
    what: 'a deny with IfExists of what says optional, or nothing',
    statement: deny({ StringEqualsIfExists: { 'ec2:MetadataHttpTokens': 'optional' } }),
    enforces: ENFORCES_TOKENS,
    page: OPERATORS,
  },
  {
    what: 'an allow of launches that require tokens',
    statement: allow({ StringEquals: { 'ec2:MetadataHttpTokens': 'required' } }),
    page: EC2,
  },
  {
    what: 'a hop limit as a number',
    statement: deny({ NumericGreaterThanEquals: { 'ec2:MetadataHttpPutResponseHopLimit': 3 } }),
    enforces: 'no launch with a hop limit above 2',
    page: EC2,
  },
  {
    what: 'the endpoint closed',
    statement: deny({ StringEquals: { 'ec2:MetadataHttpEndpoint': 'enabled' } }),
    enforces: 'no launch with the metadata endpoint',
    page: EC2,
  },
  {
    what: 'no change back to optional tokens, without Null',
    statement: {
      Effect: 'Deny',
      Action: 'ec2:ModifyInstanceMetadataOptions',
      Resource: '*',
      Condition: { StringEquals: { 'ec2:Attribute/HttpTokens': 'optional' } },
    },
    enforces: 'no change of an instance back to optional tokens',
    page: EC2,
  },
  {
    what: 'existing instances only: the key says what an instance has',
    statement: deny({ StringEquals: { 'ec2:MetadataHttpTokens': 'optional' } }, { Action: 'ec2:StartInstances' }),
    page: ACTIONS,
  },
  {
    what: 'the conditions that AWS gives for changes too',
    statement: deny(TOKENS, { Action: 'ec2:ModifyInstanceMetadataOptions' }),
    page: TRANSITION,
  },
  {
    what: 'nothing about metadata',
    statement: deny({ StringNotEquals: { 'aws:RequestedRegion': 'eu-central-1' } }),
    page: EC2,
  },
  {
    what: 'tags are another matter',
    statement: deny({ StringEquals: { 'ec2:InstanceMetadataTags': 'enabled' } }),
    page: ACTIONS,
  },
];

const MISLED: readonly Case[] = [
  {
    what: 'v2 is no value',
    statement: deny({ StringNotEquals: { 'ec2:MetadataHttpTokens': 'v2' } }),
    says: /never "v2".* denies all launches/,
    page: EC2,
  },
  {
    what: 'nor is 2.0',
    statement: deny({ StringEquals: { 'ec2:MetadataHttpTokens': ['1.0', '2.0'] } }),
    says: /never "1\.0".* denies nothing/,
    page: EC2,
  },
  {
    what: 'capitals matter',
    statement: deny({ StringNotEquals: { 'ec2:MetadataHttpTokens': 'Required' } }),
    says: /tells capitals apart/,
    page: OPERATORS,
  },
  {
    what: 'an operator for booleans',
    statement: deny({ Bool: { 'ec2:MetadataHttpTokens': 'false' } }),
    says: /compares true and false.* denies nothing/,
    page: OPERATORS,
  },
  {
    what: 'an operator for numbers',
    statement: deny({ NumericLessThan: { 'ec2:MetadataHttpTokens': '2' } }),
    says: /compares numbers/,
    page: OPERATORS,
  },
  {
    what: 'an operator that does not exist',
    statement: deny({ StringNotEqual: { 'ec2:MetadataHttpTokens': 'required' } }),
    says: /no condition operator/,
    page: OPERATORS,
  },
  {
    what: 'a key that does not exist, negated',
    statement: deny({ StringNotEquals: { 'ec2:MetadataHttpToken': 'required' } }),
    says: /no condition key.* holds for every call/,
    page: ACTIONS,
  },
  {
    what: 'a key that does not exist',
    statement: deny({ StringEquals: { 'ec2:HttpTokens': 'optional' } }),
    says: /no condition key.* never holds/,
    page: ACTIONS,
  },
  {
    what: 'all resources',
    statement: deny(TOKENS, { Resource: '*' }),
    says: /denies all launches, those that require tokens too/,
    page: ACTIONS,
  },
  {
    what: 'all resources of EC2',
    statement: deny(TOKENS, { Resource: 'arn:aws:ec2:*:*:*' }),
    says: /denies all launches/,
    page: ACTIONS,
  },
  {
    what: 'volumes beside instances',
    statement: deny(TOKENS, { Resource: [INSTANCE, 'arn:aws:ec2:*:*:volume/*'] }),
    says: /denies all launches/,
    page: ACTIONS,
  },
  {
    what: 'no instance among the resources',
    statement: deny(
      { StringEquals: { 'ec2:MetadataHttpTokens': 'optional' } },
      { Resource: 'arn:aws:ec2:*:*:launch-template/*' },
    ),
    says: /No resource here is an instance/,
    page: ACTIONS,
  },
  {
    what: 'an ARN without the name',
    statement: deny(TOKENS, { Resource: 'arn:aws:ec2:*:*:instance' }),
    says: /No resource here is an instance/,
    page: ACTIONS,
  },
  {
    what: 'an ARN that lost its stars',
    statement: deny(TOKENS, { Resource: 'arn:aws:ec2:::instance/' }),
    says: /No resource here is an instance/,
    page: ACTIONS,
  },
  {
    what: 'optional where required is meant',
    statement: deny({ StringNotEquals: { 'ec2:MetadataHttpTokens': 'optional' } }),
    says: /denies launches that require tokens, and lets those pass that say "optional"/,
    page: EC2,
  },
  {
    what: 'a positive operator with required',
    statement: deny({ StringEquals: { 'ec2:MetadataHttpTokens': 'required' } }),
    says: /denies launches that require tokens/,
    page: EC2,
  },
  {
    what: 'a negated list of both values',
    statement: deny({ 'ForAnyValue:StringNotEquals': { 'ec2:MetadataHttpTokens': ['required', 'optional'] } }),
    says: /denies nothing/,
    page: OPERATORS,
  },
  {
    what: 'what says optional only',
    statement: deny({ StringEquals: { 'ec2:MetadataHttpTokens': 'optional' } }),
    says: /those that say nothing about tokens bring no ec2:MetadataHttpTokens and pass/,
    page: OPERATORS,
  },
  {
    what: 'a missing key with ForAnyValue',
    statement: deny({ 'ForAnyValue:StringNotEquals': { 'ec2:MetadataHttpTokens': 'required' } }),
    says: /those that say nothing about tokens bring no/,
    page: OPERATORS,
  },
  {
    what: 'Null false lets what says nothing pass',
    statement: deny({ ...TOKENS, Null: { 'ec2:MetadataHttpTokens': 'false' } }),
    says: /those that say nothing about tokens/,
    page: OPERATORS,
  },
  {
    what: 'Null alone',
    statement: deny({ Null: { 'ec2:MetadataHttpTokens': 'true' } }),
    says: /lets those pass that say "optional"/,
    page: OPERATORS,
  },
  {
    what: 'Null takes a truth value',
    statement: deny({ Null: { 'ec2:MetadataHttpTokens': 'required' } }),
    says: /Null takes true or false/,
    page: OPERATORS,
  },
  {
    what: 'Allow where Deny is meant',
    statement: allow(TOKENS),
    says: /allows launches that say "optional".* belongs to a "Deny"/,
    page: EC2,
  },
  {
    what: 'an allow with IfExists',
    statement: allow({ StringEqualsIfExists: { 'ec2:MetadataHttpTokens': 'required' } }, { Resource: '*' }),
    says: /allows launches that say nothing about tokens too/,
    page: OPERATORS,
  },
  {
    what: 'an allow of a word that is never said',
    statement: allow({ StringEquals: { 'ec2:MetadataHttpTokens': 'v2' } }),
    says: /never "v2".* allows nothing/,
    page: EC2,
  },
  {
    what: 'RoleDelivery compared as a string',
    statement: {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringNotEquals: { 'ec2:RoleDelivery': '2.0' } },
    },
    says: /is a number, and StringNotEquals compares spelling.* or that no instance's role signs/,
    page: KEYS,
  },
  {
    what: 'RoleDelivery as a string, positively',
    statement: {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'ec2:RoleDelivery': '1.0' } },
    },
    says: /is a number/,
    page: KEYS,
  },
  {
    what: 'RoleDelivery with IfExists denies everybody else',
    statement: {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { NumericLessThanIfExists: { 'ec2:RoleDelivery': '2.0' } },
    },
    says: /requests that no instance's role signs too/,
    page: KEYS,
  },
  {
    what: 'RoleDelivery unequal denies everybody else',
    statement: {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { NumericNotEquals: { 'ec2:RoleDelivery': '2.0' } },
    },
    says: /requests that no instance's role signs too/,
    page: KEYS,
  },
  {
    what: 'RoleDelivery the wrong way round',
    statement: {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { NumericGreaterThanEquals: { 'ec2:RoleDelivery': '2.0' } },
    },
    says: /denies requests with an instance's credentials of version 2, and lets those pass/,
    page: KEYS,
  },
  {
    what: 'RoleDelivery allowed below version 2',
    statement: {
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { NumericLessThan: { 'ec2:RoleDelivery': '2.0' } },
    },
    says: /belongs to a "Deny"/,
    page: KEYS,
  },
  {
    what: 'RoleDelivery is v2',
    statement: {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { NumericLessThan: { 'ec2:RoleDelivery': 'v2' } },
    },
    says: /"v2" is no number/,
    page: KEYS,
  },
  {
    what: 'a hop limit the wrong way round',
    statement: deny({ NumericLessThan: { 'ec2:MetadataHttpPutResponseHopLimit': '3' } }),
    says: /denies launches with hop limit 1/,
    page: EC2,
  },
  {
    what: 'a hop limit that nothing exceeds',
    statement: deny({ NumericGreaterThan: { 'ec2:MetadataHttpPutResponseHopLimit': '64' } }),
    says: /No launches meet this condition/,
    page: EC2,
  },
  {
    what: 'a hop limit as a string',
    statement: deny({ StringNotEquals: { 'ec2:MetadataHttpPutResponseHopLimit': '1' } }),
    says: /is a number/,
    page: ACTIONS,
  },
  {
    what: 'a hop limit that is no number',
    statement: deny({ NumericGreaterThan: { 'ec2:MetadataHttpPutResponseHopLimit': 'two' } }),
    says: /"two" is no number/,
    page: ACTIONS,
  },
  {
    what: 'tokens and hop limit in one statement',
    statement: deny({ ...TOKENS, NumericGreaterThan: { 'ec2:MetadataHttpPutResponseHopLimit': '1' } }),
    says: /denies only launches that meet both/,
    page: OPERATORS,
  },
  {
    what: 'an endpoint that is off',
    statement: deny({ StringEquals: { 'ec2:MetadataHttpEndpoint': 'on' } }),
    says: /never "on"/,
    page: ACTIONS,
  },
  {
    what: 'templates bring no such key',
    statement: deny(TOKENS, { Action: 'ec2:CreateLaunchTemplate', Resource: '*' }),
    says: /does not bring ec2:MetadataHttpTokens.* denies all such calls/,
    page: ACTIONS,
  },
  {
    what: 'nor do launch configurations',
    statement: deny(TOKENS, { Action: 'autoscaling:CreateLaunchConfiguration', Resource: '*' }),
    says: /does not bring ec2:MetadataHttpTokens/,
    page: AUTO_SCALING,
  },
  {
    what: 'a call that does not exist',
    statement: deny(TOKENS, { Action: 'ec2:RunInstance' }),
    says: /There is no call ec2:RunInstance/,
    page: ACTIONS,
  },
  {
    what: 'Auto Scaling: what says optional only',
    statement: {
      Effect: 'Deny',
      Action: 'autoscaling:CreateLaunchConfiguration',
      Resource: '*',
      Condition: { StringEquals: { 'autoscaling:MetadataHttpTokens': 'optional' } },
    },
    says: /those that say nothing about tokens/,
    page: AUTO_SCALING,
  },
];

function judge(statement: Json): ReturnType<typeof judgePolicyStatement> | undefined {
  const statements = policyStatements(valueOf({ Version: '2012-10-17', Statement: statement }), CARRIER);
  const [first] = statements;
  return first === undefined ? undefined : judgePolicyStatement(first, statements);
}

const CARRIER = { platform: 'iam', resource: 'policy', name: '', instance: null } as const;
let place = 0;

/** JSON as a policy value; `${…}` are parts that are not known. */
function valueOf(json: Json): PolicyValue {
  const location = { path: 'policy.json', start: place++, end: place };
  if (Array.isArray(json)) return { kind: 'list', items: json.map(valueOf), location };
  if (typeof json === 'object')
    return {
      kind: 'map',
      entries: Object.entries(json).map(([key, value]) => ({ key, value: valueOf(value), location })),
      location,
    };
  const pieces = String(json)
    .split(/(\$\{[^}]*\})/)
    .flatMap((part) => (part.startsWith('${') ? hole(part, 'it is a parameter') : literal(part)).pieces);
  return { kind: 'text', text: { pieces, choices: new Map() }, location };
}

describe.each([
  ['as the documentation of AWS has it', DOCUMENTED],
  ['sound', SOUND],
  ['something else than it seems', MISLED],
])('a statement %s', (_, cases) => {
  it.each(cases)('$what ($page)', ({ statement, enforces, says }) => {
    const judgement = judge(statement);
    expect(judgement?.enforces ?? []).toEqual(enforces === undefined ? [] : [enforces]);
    if (says === undefined) expect(judgement?.problem).toBeUndefined();
    else expect(judgement?.problem?.message).toMatch(says);
  });
});

describe('statements of one document', () => {
  it('make up for each other', () => {
    const statements: Json = [
      deny({ StringEquals: { 'ec2:MetadataHttpTokens': 'optional' } }),
      deny({ Null: { 'ec2:MetadataHttpTokens': 'true' } }),
    ];
    const facts = policyStatements(valueOf({ Statement: statements }), CARRIER);
    expect(facts.map((fact) => judgePolicyStatement(fact, facts).problem)).toEqual([undefined, undefined]);
    expect(facts.map((fact) => judgePolicyStatement(fact).problem === undefined)).toEqual([false, false]);
  });
});

describe('what is not known', () => {
  it.each([
    ['a value', deny({ StringNotEquals: { 'ec2:MetadataHttpTokens': '${tokens}' } })],
    ['the resource', deny(TOKENS, { Resource: '${arn}' })],
    ['the kind of resource', deny(TOKENS, { Resource: 'arn:aws:ec2:*:*:${kind}/*' })],
    ['the call', deny(TOKENS, { Action: '${action}', Resource: '*' })],
    ['the effect', deny(TOKENS, { Effect: '${effect}', Resource: '*' })],
  ])('%s: nothing is said', (_, statement) => {
    expect(judge(statement)).toEqual({ enforces: [] });
  });

  it('does not matter for the partition', () => {
    expect(judge(deny(TOKENS, { Resource: 'arn:${AWS::Partition}:ec2:*:${account}:instance/*' }))?.enforces).toEqual([
      ENFORCES_TOKENS,
    ]);
  });
});

it('patterns with many stars take no time', () => {
  const pattern = `${'*a'.repeat(5_000)}b`;
  expect(judge(deny(TOKENS, { Action: ['ec2:RunInstances', pattern], Resource: INSTANCE }))?.problem).toBeUndefined();
});
