import { runRule } from './rule-tester.ts';

const APP = `import { App, Stack, Aspects } from 'aws-cdk-lib'; import * as ec2 from 'aws-cdk-lib/aws-ec2'; const app = new App(); const stack = new Stack(app, 'S'); `;

runRule(
  'require-imdsv2',
  {
    valid: [
      { name: 'required', code: `${APP}new ec2.Instance(stack, 'I', { requireImdsv2: true });` },
      {
        name: 'by tokens',
        code: `${APP}new ec2.LaunchTemplate(stack, 'T', { httpTokens: ec2.LaunchTemplateHttpTokens.REQUIRED });`,
      },
      {
        name: 'an aspect in the file',
        code: `${APP}new ec2.Instance(stack, 'I', {}); Aspects.of(app).add(new ec2.InstanceRequireImdsv2Aspect());`,
      },
      {
        name: 'an aspect elsewhere may cover it',
        code: `import * as ec2 from 'aws-cdk-lib/aws-ec2'; class S extends Stack { constructor(scope: Construct) { super(scope, 'S'); new ec2.Instance(this, 'I', {}); } }`,
      },
      {
        name: 'an escape hatch',
        code: `${APP}const i = new ec2.Instance(stack, 'I', {}); (i.node.defaultChild as ec2.CfnInstance).addPropertyOverride('MetadataOptions.HttpTokens', 'required');`,
      },
      {
        name: 'a template assigned later',
        code: `${APP}const t = new ec2.LaunchTemplate(stack, 'T', { requireImdsv2: true }); const i = new ec2.Instance(stack, 'I', {}); i.instance.launchTemplate = { launchTemplateId: t.launchTemplateId, version: t.latestVersionNumber };`,
      },
      {
        name: 'a template by name',
        code: `${APP}new ec2.CfnLaunchTemplate(stack, 'T', { launchTemplateName: 'web', launchTemplateData: { metadataOptions: { httpTokens: 'required' } } }); new ec2.CfnInstance(stack, 'I', { launchTemplate: { launchTemplateName: 'web', version: '$Latest' } });`,
      },
      {
        name: 'properties from elsewhere',
        code: `${APP}export const make = (props: ec2.InstanceProps) => new ec2.Instance(stack, 'I', { ...props });`,
      },
      {
        name: 'another library',
        code: `import { Instance } from 'chalk'; import * as rds from 'aws-cdk-lib/aws-rds'; new Instance({}); new rds.DatabaseInstance(stack, 'D', {});`,
      },
      {
        name: 'a class that extends a construct and requires tokens',
        code: `${APP}class Hardened extends ec2.Instance { constructor(scope: Construct, props: ec2.InstanceProps) { super(scope, 'I', { ...props, requireImdsv2: true }); } }`,
      },
      {
        name: 'Pulumi',
        code: `import * as aws from '@pulumi/aws'; new aws.ec2.Instance('i', { metadataOptions: { httpTokens: 'required' } });`,
      },
      {
        name: 'the SDK',
        code: `import { RunInstancesCommand } from '@aws-sdk/client-ec2'; new RunInstancesCommand({ MinCount: 1, MetadataOptions: { HttpTokens: 'required' } });`,
      },
      {
        name: 'an option that is not touched',
        code: `import { ModifyInstanceMetadataOptionsCommand } from '@aws-sdk/client-ec2'; new ModifyInstanceMetadataOptionsCommand({ InstanceId: 'i', HttpPutResponseHopLimit: 2 });`,
      },
      {
        name: 'switched off',
        code: `import * as aws from '@pulumi/aws'; new aws.ec2.Instance('i', { metadataOptions: { httpEndpoint: 'disabled' } });`,
      },
    ],
    invalid: [
      {
        name: 'a class that extends a construct',
        code: `${APP}class Weak extends ec2.Instance { constructor(scope: Construct) { super(scope, 'I', { vpc, requireImdsv2: false }); } }`,
        errors: 1,
      },
      { name: 'nothing is said', code: `${APP}new ec2.Instance(stack, 'I', { vpc });`, errors: 1 },
      {
        name: 'version 1 of the CDK',
        code: `import * as ec2 from '@aws-cdk/aws-ec2'; import { App } from '@aws-cdk/core'; const app = new App(); new ec2.BastionHostLinux(app, 'B', { vpc });`,
        errors: 1,
      },
      {
        name: 'by a member of the whole library',
        code: `import * as cdk from 'aws-cdk-lib'; new cdk.aws_ec2.CfnInstance(stack, 'I', { imageId: 'ami-1' });`,
        errors: 1,
      },
      {
        name: 'an aspect does not reach L1',
        code: `${APP}new ec2.CfnInstance(stack, 'I', {}); Aspects.of(app).add(new ec2.InstanceRequireImdsv2Aspect());`,
        errors: 1,
      },
      {
        name: 'an aspect on another stack',
        code: `${APP}const other = new Stack(app, 'O'); new ec2.Instance(stack, 'I', {}); Aspects.of(other).add(new ec2.InstanceRequireImdsv2Aspect());`,
        errors: 1,
      },
      {
        name: 'optional',
        code: `${APP}new ec2.CfnLaunchTemplate(stack, 'T', { launchTemplateData: { metadataOptions: { httpTokens: 'optional' } } });`,
        errors: 1,
      },
      {
        name: 'without the option, where aspects are ruled out',
        code: `import * as ec2 from 'aws-cdk-lib/aws-ec2'; export const make = (scope: Construct) => new ec2.Instance(scope, 'I', {});`,
        options: [{ assumeAspects: 'none' }],
        errors: 1,
      },
      {
        name: 'capacity of a cluster',
        code: `${APP}import * as ecs from 'aws-cdk-lib/aws-ecs'; const cluster = new ecs.Cluster(stack, 'C', { vpc }); cluster.addCapacity('A', { instanceType });`,
        errors: 1,
      },
      {
        name: 'Pulumi',
        code: `import * as aws from '@pulumi/aws'; new aws.ec2.LaunchTemplate('t', { imageId });`,
        errors: 1,
      },
      {
        name: 'cdktf',
        code: `import { Instance } from '@cdktf/provider-aws/lib/instance'; new Instance(this, 'i', { ami: 'ami-1' });`,
        errors: 1,
      },
      {
        name: 'the SDK v2',
        code: `const AWS = require('aws-sdk'); new AWS.EC2().runInstances({ MinCount: 1, MaxCount: 1 }, done);`,
        errors: 1,
      },
      {
        name: 'the SDK v3',
        code: `import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2'; new EC2Client({}).send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1 }));`,
        errors: 1,
      },
      {
        name: 'cdktf, with bindings of the project',
        code: `import { Instance } from './.gen/providers/aws/instance'; new Instance(this, 'i', { ami: 'ami-1' });`,
        errors: 1,
      },
      {
        name: 'SST, with nothing imported',
        filename: 'sst.config.ts',
        code: `export default $config({ async run() { new aws.ec2.Instance('web', { ami: 'ami-1' }); } });`,
        errors: 1,
      },
      {
        name: 'a custom resource that calls the API',
        code: `${APP}import { AwsCustomResource } from 'aws-cdk-lib/custom-resources'; new AwsCustomResource(stack, 'R', { onCreate: { service: 'EC2', action: 'runInstances', parameters: { MinCount: 1, MaxCount: 1 } } });`,
        errors: 1,
      },
      {
        name: 'a custom resource that makes a version of a template on each update',
        code: `${APP}import * as cr from 'aws-cdk-lib/custom-resources'; new cr.AwsCustomResource(stack, 'R', { onUpdate: { service: '@aws-sdk/client-ec2', action: 'CreateLaunchTemplateVersionCommand', parameters: { LaunchTemplateName: 'web', LaunchTemplateData: { MetadataOptions: { HttpTokens: 'optional' } } } } });`,
        errors: 1,
      },
      {
        name: 'a step of a state machine',
        code: `${APP}import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks'; new tasks.CallAwsService(stack, 'R', { service: 'ec2', action: 'runInstances', parameters: { MinCount: 1 } });`,
        errors: 1,
      },
    ],
  },
  'typescript',
);

runRule(
  'no-broken-user-data',
  {
    valid: [
      {
        name: 'the script sends a token',
        code: `${APP}const data = ec2.UserData.forLinux(); data.addCommands('T=$(curl -sf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token)', 'curl -sf -H "X-aws-ec2-metadata-token: $T" http://169.254.169.254/latest/meta-data/'); new ec2.Instance(stack, 'I', { requireImdsv2: true, userData: data });`,
      },
    ],
    invalid: [
      {
        name: 'the script does not',
        code: `${APP}const i = new ec2.Instance(stack, 'I', { requireImdsv2: true }); i.addUserData('curl -s http://169.254.169.254/latest/meta-data/');`,
        errors: 1,
      },
    ],
  },
  'typescript',
);
