import {
  fileDocument,
  holeCharacter,
  literal,
  Program,
  type Document,
  type DocumentHole,
  type Launch,
} from 'imdsv2-core';
import { describe, expect, test } from 'vitest';
import type { Context } from '../front-end.ts';
import { analyse } from './index.ts';

const context = (files: Readonly<Record<string, string>> = {}): Context => ({
  readFile: (path) => files[path],
  listDirectory: () => [],
  singleFile: false,
  variableFiles: [],
});

function program(files: Readonly<Record<string, string>>): Program {
  const documents = Object.entries(files)
    .filter(([path]) => !path.endsWith('.txt'))
    .map(([path, text]) => fileDocument(path, text, 'cloudformation'));
  return new Program(analyse(documents, context(files)).facts);
}

/** `name: verdict by decidedBy` of every launch of a template. */
function verdicts(text: string, path = 'stack.yaml'): readonly string[] {
  const known = program({ [path]: text });
  return known.launches.map((launch) => describeLaunch(known, launch));
}

function describeLaunch(known: Program, launch: Launch): string {
  const { verdict, decidedBy } = known.launchJudgementOf(launch);
  return `${launch.instance === null ? '' : `${launch.instance}/`}${launch.name}: ${verdict} by ${decidedBy}`;
}

const instance = (options: string, rest = ''): string =>
  `${rest}Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      ImageId: ami-1\n${options
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')}\n`;

describe('one resource', () => {
  test.each([
    ['nothing said', 'InstanceType: t3.micro', 'unset by unknown'],
    ['required', 'MetadataOptions: {HttpTokens: required}', 'required by self'],
    ['optional', 'MetadataOptions: {HttpTokens: optional}', 'optional by self'],
    ['options without tokens', 'MetadataOptions: {HttpPutResponseHopLimit: 2}', 'unset by unknown'],
    ['endpoint off', 'MetadataOptions: {HttpEndpoint: disabled}', 'endpoint-disabled by self'],
    ['a word that AWS refuses', 'MetadataOptions: {HttpTokens: requierd}', 'undecided by unknown'],
    ['no value', 'MetadataOptions: !Ref AWS::NoValue', 'unset by unknown'],
    ['imported', 'MetadataOptions: {HttpTokens: !ImportValue Tokens}', 'undecided by unknown'],
    ['a placeholder of a template engine', "MetadataOptions: {HttpTokens: '{{ tokens }}'}", 'undecided by unknown'],
    ['a dynamic reference', "MetadataOptions: {HttpTokens: '{{resolve:ssm:tokens}}'}", 'undecided by unknown'],
    ['a macro', 'MetadataOptions: {Fn::Transform: {Name: Harden}}', 'undecided by unknown'],
    [
      'a macro beside what is said',
      'MetadataOptions: {HttpTokens: required, Fn::Transform: {Name: Harden}}',
      'required by self',
    ],
  ])('%s', (_, options, expected) => {
    expect(verdicts(instance(options))).toEqual([`Web: ${expected}`]);
  });

  test('starts at the line of its logical id and ends with the resource', () => {
    const text = `${instance('MetadataOptions: {HttpTokens: optional}')}\n  Other:\n    Type: AWS::SNS::Topic\n`;
    const [launch] = program({ 'a.yaml': text }).launches;
    expect(text.slice(launch!.location.start, launch!.location.end)).toMatch(/^Web:\n[^]*optional\}$/);
    expect(launch!.tokens.location).toMatchObject({
      start: text.indexOf('optional'),
      end: text.indexOf('optional') + 8,
    });
  });

  test('in JSON', () => {
    const text = JSON.stringify(
      {
        Resources: {
          Web: {
            Type: 'AWS::EC2::Instance',
            Metadata: { 'aws:cdk:path': 'App/Web/Resource' },
            Properties: { MetadataOptions: { HttpTokens: 'required' } },
          },
        },
      },
      null,
      1,
    );
    const [launch] = program({ 'a.json': text }).launches;
    expect(launch!.name).toBe('App/Web/Resource');
    expect(text.slice(launch!.location.start, launch!.location.start + 5)).toBe('"Web"');
    expect(verdicts(text)).toEqual(['App/Web/Resource: required by self']);
  });

  test('in a snapshot of Jest', () => {
    const text =
      '// Jest Snapshot v1, https://goo.gl/fbAQLP\n\nexports[`stack 1`] = `\nObject {\n  "Resources": Object {\n    "Web": Object {\n      "Properties": Object {\n        "UserData": "echo "a",\n  \\${b}\n",\n        "MetadataOptions": Object {\n          "HttpTokens": "optional",\n        },\n      },\n      "Type": "AWS::EC2::Instance",\n    },\n  },\n}\n`;\n';
    const [launch] = program({ 'a.snap': text }).launches;
    expect(text.slice(launch!.location.start, launch!.location.start + 5)).toBe('"Web"');
    expect(verdicts(text)).toEqual(['Web: optional by self']);
  });

  test('says which values AWS refuses', () => {
    const [launch] = program({
      'a.yaml': instance('MetadataOptions: {HttpTokens: Required, HttpPutResponseHopLimit: 65}'),
    }).launches;
    expect(launch!.invalid!.map(({ message }) => message)).toEqual([
      'HttpTokens takes "required" or "optional"; "Required" is refused.',
      'HttpPutResponseHopLimit takes a whole number from 1 to 64; "65" is refused.',
    ]);
  });
});

describe('values', () => {
  const parameter = (more: string): string => `Parameters:\n  Tokens:\n    Type: String\n${more}`;
  test.each([
    [
      'a default decides',
      parameter('    Default: required\n'),
      'MetadataOptions: {HttpTokens: !Ref Tokens}',
      'required by variable-default',
    ],
    [
      'a weak default decides',
      parameter('    Default: optional\n    AllowedValues: [optional, required]\n'),
      'MetadataOptions: {HttpTokens: !Ref Tokens}',
      'optional by variable-default',
    ],
    [
      'no default, nothing allowed',
      parameter(''),
      'MetadataOptions: {HttpTokens: !Ref Tokens}',
      'undecided by unknown',
    ],
    [
      'only one value allowed',
      parameter('    AllowedValues: [required]\n'),
      'MetadataOptions: {HttpTokens: !Ref Tokens}',
      'required by self',
    ],
    [
      'values of both kinds allowed',
      parameter('    AllowedValues: [required, optional]\n'),
      'MetadataOptions: {HttpTokens: !Ref Tokens}',
      'undecided by unknown',
    ],
    [
      'Sub',
      parameter('    Default: required\n'),
      'MetadataOptions: {HttpTokens: !Sub "${Tokens}"}',
      'required by variable-default',
    ],
    [
      'Sub with its own variables',
      '',
      'MetadataOptions: {HttpTokens: !Sub ["${A}d", {A: require}]}',
      'required by self',
    ],
    ['Join', '', 'MetadataOptions: {HttpTokens: !Join ["", [requi, red]]}', 'required by self'],
    [
      'Select of Split',
      '',
      'MetadataOptions: {HttpTokens: !Select [1, !Split [",", "optional,required"]]}',
      'required by self',
    ],
    [
      'Select of a list parameter',
      'Parameters:\n  L: {Type: CommaDelimitedList, Default: "optional, required"}\n',
      'MetadataOptions: {HttpTokens: !Select ["1", !Ref L]}',
      'required by self',
    ],
    [
      'a mapping',
      'Mappings:\n  M:\n    prod: {tokens: required}\n    test: {tokens: optional}\nParameters:\n  E: {Type: String, Default: prod}\n',
      'MetadataOptions: {HttpTokens: !FindInMap [M, !Ref E, tokens]}',
      'required by variable-default',
    ],
    [
      'a mapping by Region that says the same everywhere',
      'Mappings:\n  M:\n    us-east-1: {tokens: required}\n    eu-west-1: {tokens: required}\n',
      'MetadataOptions: {HttpTokens: !FindInMap [M, !Ref "AWS::Region", tokens]}',
      'required by self',
    ],
    [
      'a mapping by Region that differs',
      'Mappings:\n  M:\n    us-east-1: {tokens: required}\n    eu-west-1: {tokens: optional}\n',
      'MetadataOptions: {HttpTokens: !FindInMap [M, !Ref "AWS::Region", tokens]}',
      'undecided by unknown',
    ],
    [
      'a value from Parameter Store',
      'Parameters:\n  Tokens: {Type: "AWS::SSM::Parameter::Value<String>", Default: required}\n',
      'MetadataOptions: {HttpTokens: !Ref Tokens}',
      'undecided by unknown',
    ],
  ])('%s', (_, head, options, expected) => {
    expect(verdicts(instance(options, head))).toEqual([`Web: ${expected}`]);
  });
});

describe('conditions', () => {
  const head = (parameters: string, conditions: string): string =>
    `Parameters:\n${parameters}\nConditions:\n${conditions}\n`;
  const tokens = 'MetadataOptions: {HttpTokens: !If [Hard, required, optional]}';
  test.each([
    [
      'a boolean default equals the word',
      head('  P: {Type: String, Default: true}', '  Hard: !Equals [!Ref P, "true"]'),
      tokens,
      'required by variable-default',
    ],
    [
      'a default that chooses the weak arm',
      head('  P: {Type: String, Default: "false"}', '  Hard: !Equals [!Ref P, true]'),
      tokens,
      'optional by variable-default',
    ],
    ['no default', head('  P: {Type: String}', '  Hard: !Equals [!Ref P, "true"]'), tokens, 'undecided by unknown'],
    [
      'no default, both arms hard',
      head('  P: {Type: String}', '  Hard: !Equals [!Ref P, "true"]'),
      'MetadataOptions: {HttpTokens: !If [Hard, required, required]}',
      'required by self',
    ],
    [
      'around the whole options',
      head('  P: {Type: String, Default: a}', '  Hard: !Equals [!Ref P, a]'),
      'MetadataOptions: !If [Hard, {HttpTokens: required}, !Ref "AWS::NoValue"]',
      'required by variable-default',
    ],
    [
      'around the whole options, without default',
      head('  P: {Type: String}', '  Hard: !Equals [!Ref P, a]'),
      'MetadataOptions: !If [Hard, {HttpTokens: required}, !Ref "AWS::NoValue"]',
      'undecided by unknown',
    ],
    [
      'required or switched off',
      head('  P: {Type: String}', '  Hard: !Equals [!Ref P, a]'),
      'MetadataOptions: !If [Hard, {HttpTokens: required}, {HttpEndpoint: disabled}]',
      'required by self',
    ],
    [
      'weak in both',
      head('  P: {Type: String}', '  Hard: !Equals [!Ref P, a]'),
      'MetadataOptions: !If [Hard, {HttpTokens: optional}, !Ref "AWS::NoValue"]',
      'optional by self',
    ],
    [
      'a contradiction is no combination',
      head('  P: {Type: String}', '  A: !Equals [!Ref P, a]\n  Hard: !Not [!And [!Condition A, !Equals [!Ref P, b]]]'),
      tokens,
      'required by self',
    ],
    [
      'or of what cannot both fail',
      head('  P: {Type: String, AllowedValues: [a, b]}', '  Hard: !Or [!Equals [!Ref P, a], !Equals [!Ref P, b]]'),
      tokens,
      'required by self',
    ],
    [
      'by Region',
      head('  P: {Type: String}', '  Hard: !Equals [!Ref "AWS::Region", us-east-1]'),
      tokens,
      'undecided by unknown',
    ],
    [
      'the same condition twice stays together',
      head('  P: {Type: String}', '  Hard: !Equals [!Ref P, a]'),
      'MetadataOptions: {HttpTokens: !If [Hard, optional, required], HttpEndpoint: !If [Hard, disabled, enabled]}',
      'required by self',
    ],
  ])('%s', (_, headText, options, expected) => {
    expect(verdicts(instance(options, headText))).toEqual([`Web: ${expected}`]);
  });

  test('names the combination that allows version 1', () => {
    const known = program({
      'a.yaml': instance(
        tokens,
        head('  P: {Type: String}\n  Q: {Type: String}', '  Hard: !Or [!Equals [!Ref P, a], !Equals [!Ref Q, b]]'),
      ),
    });
    const { evidence } = known.launchJudgementOf(known.launches[0]!);
    expect(evidence.map(({ message }) => message).join()).toContain(
      'version 1 is allowed when P is something else and Q is something else',
    );
  });

  test('a resource that the defaults leave out is judged as it is when it is made', () => {
    const text =
      head('  Env: {Type: String, Default: test}', '  Prod: !Equals [!Ref Env, prod]\n  Hard: !Condition Prod') +
      instance(tokens).replace('Type: AWS::EC2::Instance', 'Condition: Prod\n    Type: AWS::EC2::Instance');
    expect(verdicts(text)).toEqual(['Web: required by self']);
  });
});

describe('templates', () => {
  const group = (specification: string, type = 'AWS::AutoScaling::AutoScalingGroup'): string =>
    `Resources:\n  Template:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateName: !Sub "\${AWS::StackName}-web"\n      LaunchTemplateData:\n        MetadataOptions: {HttpTokens: required}\n  Group:\n    Type: ${type}\n    Properties:\n      ${specification}\n`;
  test.each([
    [
      'by Ref, latest',
      'LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber}',
      'required by launch-template',
    ],
    [
      'by attribute',
      'LaunchTemplate: {LaunchTemplateId: !GetAtt Template.LaunchTemplateId, Version: $Latest}',
      'required by launch-template',
    ],
    [
      'by name',
      'LaunchTemplate: {LaunchTemplateName: !Sub "${AWS::StackName}-web", Version: $Latest}',
      'required by launch-template',
    ],
    [
      'mixed instances',
      'MixedInstancesPolicy: {LaunchTemplate: {LaunchTemplateSpecification: {LaunchTemplateId: !Ref Template, Version: $Latest}}}',
      'required by launch-template',
    ],
    ['a literal version', 'LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: "3"}', 'undecided by unknown'],
    [
      'a template that is elsewhere',
      'LaunchTemplate: {LaunchTemplateId: lt-123, Version: $Latest}',
      'undecided by unknown',
    ],
  ])('%s', (_, specification, expected) => {
    expect(verdicts(group(specification))).toEqual(['Template: required by self', `Group: ${expected}`]);
  });

  test('an override names a second template', () => {
    const text =
      group(
        'MixedInstancesPolicy: {LaunchTemplate: {LaunchTemplateSpecification: {LaunchTemplateId: !Ref Template, Version: $Latest}, Overrides: [{InstanceType: m5.large}, {LaunchTemplateSpecification: {LaunchTemplateId: !Ref Weak, Version: $Latest}}]}}',
      ) + '  Weak: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {}}}\n';
    expect(verdicts(text)).toEqual([
      'Template: required by self',
      'Group: required by launch-template',
      'Group: unset by unknown',
      'Weak: unset by unknown',
    ]);
  });

  test('a fleet override resets a hardened template', () => {
    const text = group(
      'LaunchTemplateConfigs: [{LaunchTemplateSpecification: {LaunchTemplateId: !Ref Template, Version: $Latest}, Overrides: [{MetadataOptions: {HttpTokens: optional}}, {InstanceType: m5.large}]}]',
      'AWS::EC2::EC2Fleet',
    );
    expect(verdicts(text)).toEqual([
      'Template: required by self',
      'Group: required by launch-template',
      'Group: optional by self',
    ]);
  });

  test('a launch specification of a Spot Fleet has no place to say it', () => {
    expect(
      verdicts(
        'Resources: {F: {Type: AWS::EC2::SpotFleet, Properties: {SpotFleetRequestConfigData: {LaunchSpecifications: [{ImageId: ami-1}]}}}}',
      ),
    ).toEqual(['F: not-configurable by unknown']);
  });

  test('an instance over its template, in both directions', () => {
    const text = (own: string, of: string): string =>
      `Resources:\n  T: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {MetadataOptions: {HttpTokens: ${of}}}}}\n  I: {Type: AWS::EC2::Instance, Properties: {LaunchTemplate: {LaunchTemplateId: !Ref T, Version: $Latest}, MetadataOptions: {HttpTokens: ${own}}}}\n`;
    expect(verdicts(text('optional', 'required'))).toEqual(['T: required by self', 'I: optional by self']);
    expect(verdicts(text('required', 'optional'))).toEqual(['T: optional by self', 'I: required by self']);
  });
});

describe('other types', () => {
  test.each([
    [
      'AWS::SageMaker::NotebookInstance',
      'InstanceMetadataServiceConfiguration: {MinimumInstanceMetadataServiceVersion: "2"}',
      'required by self',
    ],
    ['AWS::SageMaker::NotebookInstance', 'InstanceType: ml.t3.medium', 'optional by tool-default'],
    ['AWS::AppStream::Fleet', 'DisableIMDSV1: true', 'required by self'],
    ['AWS::AppStream::ImageBuilder', 'InstanceType: x', 'optional by tool-default'],
    [
      'AWS::ImageBuilder::InfrastructureConfiguration',
      'InstanceMetadataOptions: {HttpTokens: required}',
      'required by self',
    ],
    [
      'AWS::EMR::SecurityConfiguration',
      'SecurityConfiguration: {InstanceMetadataServiceConfiguration: {MinimumInstanceMetadataServiceVersion: 2}}',
      'required by self',
    ],
    [
      'AWS::ElasticBeanstalk::Environment',
      'OptionSettings: [{Namespace: "aws:autoscaling:launchconfiguration", OptionName: DisableIMDSv1, Value: true}]',
      'required by self',
    ],
    [
      'AWS::ElasticBeanstalk::Environment',
      'SolutionStackName: 64bit Amazon Linux 2023 v4.0.0 running Docker',
      'required by tool-default',
    ],
    [
      'AWS::WorkspacesInstances::WorkspaceInstance',
      'ManagedInstance: {MetadataOptions: {HttpTokens: required}}',
      'required by self',
    ],
    ['AWS::EKS::Nodegroup', 'ClusterName: x', 'not-configurable by unknown'],
    ['AWS::EKS::Nodegroup', 'LaunchTemplate: {Id: lt-1}', 'undecided by unknown'],
  ])('%s %s', (type, properties, expected) => {
    expect(verdicts(`Resources:\n  X:\n    Type: ${type}\n    Properties:\n      ${properties}\n`)).toEqual([
      `X: ${expected}`,
    ]);
  });

  test('a cluster takes its security configuration', () => {
    const text =
      'Resources:\n  S: {Type: AWS::EMR::SecurityConfiguration, Properties: {SecurityConfiguration: {InstanceMetadataServiceConfiguration: {MinimumInstanceMetadataServiceVersion: 2}}}}\n  C: {Type: AWS::EMR::Cluster, Properties: {SecurityConfiguration: !Ref S}}\n';
    expect(verdicts(text)).toEqual(['S: required by self', 'C: required by launch-template']);
  });

  test('HttpTokens means nothing in a security configuration', () => {
    const [launch] = program({
      'a.yaml':
        'Resources: {S: {Type: AWS::EMR::SecurityConfiguration, Properties: {SecurityConfiguration: {InstanceMetadataServiceConfiguration: {HttpTokens: required}}}}}',
    }).launches;
    expect(launch!.invalid).toHaveLength(1);
  });

  test('a declarative policy is a default of the organisation', () => {
    const policy = (value: string): string =>
      `Resources:\n  P:\n    Type: AWS::Organizations::Policy\n    Properties:\n      Type: DECLARATIVE_POLICY_EC2\n      Content: {ec2_attributes: {instance_metadata_defaults: {http_tokens: {"@@assign": ${value}}}}}\n`;
    expect(program({ 'a.yaml': policy('optional') }).defaults).toMatchObject([
      { scope: 'organisation', tokens: { state: 'set', value: 'optional' } },
    ]);
    expect(program({ 'a.yaml': policy('no-preference') }).defaults[0]!.invalid).toHaveLength(1);
  });

  test('a custom resource of CDK sets the account', () => {
    const create = JSON.stringify({
      service: 'EC2',
      action: 'modifyInstanceMetadataDefaults',
      parameters: { HttpTokens: 'required' },
    });
    expect(
      program({
        'a.json': JSON.stringify({ Resources: { D: { Type: 'Custom::AWS', Properties: { Create: create } } } }),
      }).defaults,
    ).toMatchObject([{ scope: 'account', tokens: { state: 'set', value: 'required' } }]);
  });

  test('automations', () => {
    const text =
      'Resources:\n  D:\n    Type: AWS::SSM::Document\n    Properties:\n      Content:\n        schemaVersion: "0.3"\n        mainSteps:\n          - {name: start, action: "aws:runInstances", inputs: {ImageId: ami-1, MetadataOptions: {HttpTokens: required}}}\n          - {name: harden, action: "aws:executeAutomation", inputs: {DocumentName: AWSSupport-ConfigureEC2Metadata, RuntimeParameters: {InstanceId: [i-1]}}}\n';
    expect(verdicts(text)).toEqual(['start: required by self', 'harden: optional by tool-default']);
  });
});

describe('several templates', () => {
  const child =
    'Parameters:\n  Tokens: {Type: String}\nResources:\n  Web: {Type: AWS::EC2::Instance, Properties: {MetadataOptions: {HttpTokens: !Ref Tokens}}}\n';
  const parent = (url: string, value: string): string =>
    `Resources:\n  Stack:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ${url}\n      Parameters: {Tokens: ${value}}\n`;

  test.each([
    ['a path', './child.yaml'],
    ['an upload', '!Sub "https://${Bucket}.s3.amazonaws.com/${Prefix}/child.yaml"'],
  ])('a nested stack by %s is judged with what its parent passes', (_, url) => {
    const known = program({ 'nested/main.yaml': parent(url, 'optional'), 'nested/child.yaml': child });
    expect(known.launches.map((launch) => describeLaunch(known, launch))).toEqual([
      'nested/main.yaml Stack/Web: optional by self',
    ]);
  });

  test('a template that its parent passes', () => {
    const known = program({
      'main.yaml':
        'Resources:\n  T: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {MetadataOptions: {HttpTokens: required}}}}\n  Stack: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Lt: !Ref T}}}\n',
      'child.yaml':
        'Parameters: {Lt: {Type: String}}\nResources:\n  G: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {LaunchTemplate: {LaunchTemplateId: !Ref Lt, Version: $Latest}}}\n',
    });
    expect(known.launches.map((launch) => describeLaunch(known, launch))).toEqual([
      'T: required by self',
      'main.yaml Stack/G: required by launch-template',
    ]);
  });

  test('an output of a nested stack', () => {
    const known = program({
      'main.yaml':
        'Resources:\n  Stack: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml}}\n  G: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {LaunchTemplate: {LaunchTemplateId: !GetAtt Stack.Outputs.Lt, Version: $Latest}}}\n',
      'child.yaml':
        'Resources:\n  T: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {MetadataOptions: {HttpTokens: required}}}}\nOutputs: {Lt: {Value: !Ref T}}\n',
    });
    expect(known.launches.map((launch) => describeLaunch(known, launch)).sort()).toEqual([
      'G: required by launch-template',
      'main.yaml Stack/T: required by self',
    ]);
  });

  test('an include of the tree', () => {
    const known = program({
      'main.yaml': instance(
        'MetadataOptions: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: options.txt}}}',
      ),
      'options.txt': 'HttpTokens: required\n',
    });
    expect(known.launches.map((launch) => describeLaunch(known, launch))).toEqual(['Web: required by self']);
  });

  test('a value that another stack exports', () => {
    const known = program({
      'a.yaml':
        'Resources:\n  T: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {MetadataOptions: {HttpTokens: required}}}}\nOutputs: {Lt: {Value: !Ref T, Export: {Name: base-template}}}\n',
      'b.yaml':
        'Resources:\n  G: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {LaunchTemplate: {LaunchTemplateId: !ImportValue base-template, Version: $Latest}}}\n',
    });
    expect(known.launches.map((launch) => describeLaunch(known, launch))).toEqual([
      'T: required by self',
      'G: required by launch-template',
    ]);
  });

  test('a stack that nests itself ends', () => {
    expect(program({ 'a.yaml': `${parent('a.yaml', 'x')}  Web: {Type: AWS::EC2::Instance}\n` }).launches).toHaveLength(
      1,
    );
  });

  test('a body of a stack set is handed on', () => {
    const body = 'Resources: {Web: {Type: AWS::EC2::Instance}}';
    const { documents } = analyse(
      [
        fileDocument(
          'a.json',
          JSON.stringify({
            Resources: { S: { Type: 'AWS::CloudFormation::StackSet', Properties: { TemplateBody: body } } },
          }),
          'cloudformation',
        ),
      ],
      context(),
    );
    expect(documents).toMatchObject([{ language: 'cloudformation', text: body }]);
  });
});

describe('dialects', () => {
  test('Fn::ForEach makes one launch per item', () => {
    const text =
      'Transform: AWS::LanguageExtensions\nMappings: {M: {A: {t: required}, B: {t: optional}}}\nResources:\n  Fn::ForEach::Hosts:\n    - Name\n    - [A, B]\n    - Host${Name}:\n        Type: AWS::EC2::Instance\n        Properties:\n          MetadataOptions: {HttpTokens: !FindInMap [M, !Ref Name, t]}\n';
    expect(verdicts(text)).toEqual(['HostA: required by self', 'HostB: optional by self']);
  });

  test('a template in a string of another language, with what its host puts in', () => {
    const body = (hole: DocumentHole): Document => ({
      ...fileDocument('main.tf', instance(`MetadataOptions: {HttpTokens: ${holeCharacter(0)}}`), 'cloudformation'),
      holes: [hole],
      depth: 1,
    });
    const judge = (values: DocumentHole['values']): string => {
      const hole = { kind: 'hole', name: 'var.tokens', why: 'it is a variable without a default' } as const;
      const known = new Program(analyse([body({ hole, values })], context()).facts);
      return describeLaunch(known, known.launches[0]!);
    };
    expect(judge([literal('required')])).toBe('Web: required by self');
    expect(judge([])).toBe('Web: undecided by unknown');
  });

  test('Serverless Framework', () => {
    const text =
      'service: x\nprovider: {name: aws}\nresources:\n  - Resources:\n      A: {Type: AWS::EC2::Instance, Properties: {MetadataOptions: {HttpTokens: optional}}}\n  - Resources:\n      B: {Type: AWS::EC2::Instance}\n';
    expect(verdicts(text)).toEqual(['A: optional by self', 'B: unset by unknown']);
  });

  test('a template with placeholders of Jinja', () => {
    const text = `{% if x %}\n${instance('MetadataOptions:\n  HttpTokens: optional')}{% endif %}\n`;
    expect(verdicts(text)).toEqual(['Web: optional by self']);
  });

  test('an image of Amazon Linux 2023 lowers the confidence', () => {
    const known = program({
      'a.yaml':
        'Parameters:\n  Ami: {Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}\nResources: {Web: {Type: AWS::EC2::Instance, Properties: {ImageId: !Ref Ami}}}\n',
    });
    expect(known.launchJudgementOf(known.launches[0]!)).toMatchObject({ verdict: 'unset', confidence: 'medium' });
  });
});

describe('suppressions', () => {
  test('comments cover the entry that follows, metadata its resource', () => {
    const text =
      'Resources:\n  # imdsv2-ignore require-imdsv2 -- legacy\n  A:\n    Type: AWS::EC2::Instance\n  B:\n    Type: AWS::EC2::Instance\n    Metadata: {imdsv2: {ignore: [{rule: require-imdsv2, reason: soon gone}, {rule: hop-limit}]}}\n';
    const { suppressions } = analyse([fileDocument('a.yaml', text, 'cloudformation')], context());
    expect(
      suppressions.map(({ rules, reason, error, covers }) => [
        rules.join(),
        reason,
        error !== undefined,
        text.slice(covers.start, covers.end).trim().slice(0, 2),
      ]),
    ).toEqual([
      ['require-imdsv2', 'legacy', false, 'A:'],
      ['require-imdsv2', 'soon gone', false, 'B:'],
      ['hop-limit', '', true, 'B:'],
    ]);
  });
});
