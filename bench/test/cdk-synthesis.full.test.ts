import { App, Aspects, Stack, Tags } from 'aws-cdk-lib';
import * as appstream from 'aws-cdk-lib/aws-appstream';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import * as workspaces from 'aws-cdk-lib/aws-workspacesinstances';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inventory } from '../../packages/scanner/test/run-main.ts';

/**
 * What the constructs of aws-cdk-lib really synthesise, judged as a `cdk.out` is: each launch by the path that CDK gives it. What each construct is
 * known to do: facts/aws.md §3.1.
 */
type Build = (stack: Stack) => void;

const TEMPLATE_FLAG = '@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig';

async function judged(build: Build, context: Readonly<Record<string, boolean>> = {}) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'imdsv2-cdk-')));
  try {
    const app = new App({
      outdir: join(folder, 'cdk.out'),
      context: { 'aws:cdk:enable-path-metadata': true, ...context },
      analyticsReporting: false,
    });
    build(new Stack(app, 'S', { env: { account: '123456789012', region: 'eu-west-1' } }));
    app.synth();
    const { launches, defaults, notAnalysed, partlyAnalysed } = await inventory(folder, '--include-generated');
    expect([...notAnalysed, ...partlyAnalysed]).toEqual([]);
    return { launches, defaults };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `path: verdict by decidedBy` of every launch, the parts that CDK adds to every path left out. */
async function verdicts(build: Build, context: Readonly<Record<string, boolean>> = {}): Promise<readonly string[]> {
  const { launches } = await judged(build, context);
  return launches
    .map(
      ({ name, verdict, decidedBy }) =>
        `${name.replace(/^S\//, '').replace(/\/Resource$/, '')}: ${verdict} by ${decidedBy}`,
    )
    .sort();
}

const image = (): ec2.IMachineImage => ec2.MachineImage.genericLinux({ 'eu-west-1': 'ami-0123456789abcdef0' });
const instanceType = new ec2.InstanceType('t3.micro');
// The library is not written for exact optional properties.
const vpc = (stack: Stack): ec2.IVpc => new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, natGateways: 0 }) as unknown as ec2.IVpc;
const instance = (stack: Stack, more: Partial<ec2.InstanceProps> = {}): ec2.Instance =>
  new ec2.Instance(stack, 'Web', { vpc: vpc(stack), instanceType, machineImage: image(), ...more });
const group = (stack: Stack, more: Partial<autoscaling.AutoScalingGroupProps> = {}): autoscaling.AutoScalingGroup =>
  new autoscaling.AutoScalingGroup(stack, 'Group', {
    vpc: vpc(stack),
    ...(more.launchTemplate === undefined && more.mixedInstancesPolicy === undefined
      ? { instanceType, machineImage: image() }
      : {}),
    ...more,
  });
const template = (stack: Stack, more: ec2.LaunchTemplateProps = {}): ec2.LaunchTemplate =>
  new ec2.LaunchTemplate(stack, 'Template', { machineImage: image(), instanceType, ...more });

describe('instances', () => {
  test.each<[string, Build, readonly string[]]>([
    ['nothing said', (stack) => instance(stack), ['Web: unset by unknown']],
    [
      'requireImdsv2 makes a template',
      (stack) => instance(stack, { requireImdsv2: true }),
      ['Web/LaunchTemplate: required by self', 'Web: required by launch-template'],
    ],
    [
      'httpTokens required',
      (stack) => instance(stack, { httpTokens: ec2.HttpTokens.REQUIRED }),
      ['Web: required by self'],
    ],
    [
      'httpTokens optional',
      (stack) => instance(stack, { httpTokens: ec2.HttpTokens.OPTIONAL }),
      ['Web: optional by self'],
    ],
    [
      'an aspect on the stack',
      (stack) => {
        instance(stack);
        Aspects.of(stack).add(new ec2.InstanceRequireImdsv2Aspect());
      },
      ['Web/LaunchTemplate: required by self', 'Web: required by launch-template'],
    ],
    [
      'an aspect does not undo what the instance says',
      (stack) => {
        instance(stack, { httpTokens: ec2.HttpTokens.OPTIONAL });
        Aspects.of(stack).add(new ec2.InstanceRequireImdsv2Aspect());
      },
      ['Web/LaunchTemplate: required by self', 'Web: optional by self'],
    ],
    [
      'an aspect passes an L1 by',
      (stack) => {
        new ec2.CfnInstance(stack, 'Raw', { imageId: 'ami-1' });
        Aspects.of(stack).add(new ec2.InstanceRequireImdsv2Aspect());
      },
      ['Raw: unset by unknown'],
    ],
    [
      'a bastion host',
      (stack) => new ec2.BastionHostLinux(stack, 'Bastion', { vpc: vpc(stack), machineImage: image() }),
      ['Bastion/Resource: unset by unknown'],
    ],
    [
      'a bastion host that requires tokens',
      (stack) =>
        new ec2.BastionHostLinux(stack, 'Bastion', { vpc: vpc(stack), machineImage: image(), requireImdsv2: true }),
      ['Bastion/Resource/LaunchTemplate: required by self', 'Bastion/Resource: required by launch-template'],
    ],
    [
      'a NAT instance',
      (stack) =>
        new ec2.Vpc(stack, 'Vpc', {
          maxAzs: 1,
          natGatewayProvider: ec2.NatProvider.instanceV2({ instanceType, machineImage: image() }),
        }),
      ['Vpc/PublicSubnet1/NatInstance: unset by unknown'],
    ],
  ])('%s', async (_, build, expected) => {
    expect(await verdicts(build)).toEqual([...expected].sort());
  });
});

describe('templates and groups', () => {
  test.each<[string, Build, readonly string[], Readonly<Record<string, boolean>>?]>([
    ['a template that says nothing', (stack) => template(stack), ['Template: unset by unknown']],
    [
      'a template that requires tokens',
      (stack) => template(stack, { requireImdsv2: true }),
      ['Template: required by self'],
    ],
    [
      'a template with httpTokens',
      (stack) => template(stack, { httpTokens: ec2.LaunchTemplateHttpTokens.OPTIONAL }),
      ['Template: optional by self'],
    ],
    [
      'an aspect on templates',
      (stack) => {
        template(stack);
        Aspects.of(stack).add(new ec2.LaunchTemplateRequireImdsv2Aspect());
      },
      ['Template: required by self'],
    ],
    [
      'a group with a launch configuration',
      (stack) => group(stack),
      ['Group/ASG: unset by unknown', 'Group/LaunchConfig: unset by unknown'],
      { [TEMPLATE_FLAG]: false },
    ],
    [
      'a group with a launch configuration that requires tokens',
      (stack) => group(stack, { requireImdsv2: true }),
      ['Group/ASG: required by launch-template', 'Group/LaunchConfig: required by self'],
      { [TEMPLATE_FLAG]: false },
    ],
    [
      'a group with a template',
      (stack) => group(stack, { requireImdsv2: true }),
      ['Group/ASG: required by launch-template', 'Group/LaunchTemplate: required by self'],
      { [TEMPLATE_FLAG]: true },
    ],
    [
      'an aspect on groups',
      (stack) => {
        group(stack);
        Aspects.of(stack).add(new autoscaling.AutoScalingGroupRequireImdsv2Aspect());
      },
      ['Group/ASG: required by launch-template', 'Group/LaunchTemplate: required by self'],
      { [TEMPLATE_FLAG]: true },
    ],
    [
      'a group with a template of its own',
      (stack) => group(stack, { launchTemplate: template(stack, { requireImdsv2: true }) }),
      ['Group/ASG: required by launch-template', 'Template: required by self'],
    ],
    [
      'a mixed group with a weaker template for one type',
      (stack) =>
        group(stack, {
          mixedInstancesPolicy: {
            launchTemplate: template(stack, { requireImdsv2: true }),
            launchTemplateOverrides: [
              { instanceType, launchTemplate: new ec2.LaunchTemplate(stack, 'Weak', { machineImage: image() }) },
            ],
          },
        }),
      [
        'Group/ASG: required by launch-template',
        'Group/ASG: unset by unknown',
        'Template: required by self',
        'Weak: unset by unknown',
      ],
    ],
    [
      'capacity of an ECS cluster',
      (stack) =>
        new ecs.Cluster(stack, 'Cluster', { vpc: vpc(stack) }).addCapacity('Hosts', {
          instanceType,
          machineImage: ecs.EcsOptimizedImage.amazonLinux2(),
        }),
      ['Cluster/Hosts/ASG: unset by unknown', 'Cluster/Hosts/LaunchTemplate: unset by unknown'],
      { [TEMPLATE_FLAG]: true },
    ],
    [
      'a node group without a template',
      (stack) => new eks.Nodegroup(stack, 'Nodes', { cluster: cluster(stack) }),
      ['Nodes: not-configurable by unknown'],
    ],
    [
      'a node group with a template',
      (stack) => {
        const launchTemplate = template(stack, { requireImdsv2: true });
        new eks.Nodegroup(stack, 'Nodes', {
          cluster: cluster(stack),
          launchTemplateSpec: {
            id: launchTemplate.launchTemplateId ?? '',
            version: launchTemplate.latestVersionNumber,
          },
        });
      },
      ['Nodes: required by launch-template', 'Template: required by self'],
    ],
    [
      'a compute environment without a template',
      (stack) => new batch.ManagedEc2EcsComputeEnvironment(stack, 'Batch', { vpc: vpc(stack) }),
      ['Batch: not-configurable by unknown'],
    ],
    [
      'a compute environment with a template',
      (stack) =>
        new batch.ManagedEc2EcsComputeEnvironment(stack, 'Batch', {
          vpc: vpc(stack),
          launchTemplate: template(stack, { requireImdsv2: true }),
        }),
      ['Batch: required by launch-template', 'Template: required by self'],
    ],
  ])('%s', async (_, build, expected, context = {}) => {
    expect(await verdicts(build, context)).toEqual([...expected].sort());
  });
});

const cluster = (stack: Stack): eks.ICluster =>
  eks.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'web', vpc: vpc(stack) });

describe('L1 constructs', () => {
  test.each<[string, Build, string]>([
    [
      'CfnInstance',
      (stack) => new ec2.CfnInstance(stack, 'X', { metadataOptions: { httpTokens: 'required' } }),
      'required by self',
    ],
    [
      'CfnInstance, overridden',
      (stack) => {
        new ec2.CfnInstance(stack, 'X').addPropertyOverride('MetadataOptions.HttpTokens', 'required');
      },
      'required by self',
    ],
    [
      'CfnLaunchTemplate',
      (stack) =>
        new ec2.CfnLaunchTemplate(stack, 'X', {
          launchTemplateData: { metadataOptions: { httpTokens: 'required' } },
        }),
      'required by self',
    ],
    [
      'CfnLaunchConfiguration',
      (stack) =>
        new autoscaling.CfnLaunchConfiguration(stack, 'X', {
          imageId: 'ami-1',
          instanceType: 't3.micro',
          metadataOptions: { httpTokens: 'required' },
        }),
      'required by self',
    ],
    [
      'CfnInfrastructureConfiguration',
      (stack) =>
        new imagebuilder.CfnInfrastructureConfiguration(stack, 'X', {
          name: 'x',
          instanceProfileName: 'p',
          instanceMetadataOptions: { httpTokens: 'required' },
        }),
      'required by self',
    ],
    [
      'CfnNotebookInstance',
      (stack) =>
        new sagemaker.CfnNotebookInstance(stack, 'X', {
          instanceType: 'ml.t3.medium',
          roleArn: 'r',
          instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: '2' },
        }),
      'required by self',
    ],
    [
      'CfnWorkspaceInstance',
      (stack) =>
        new workspaces.CfnWorkspaceInstance(stack, 'X', {
          managedInstance: { imageId: 'ami-1', instanceType: 't3.micro', metadataOptions: { httpTokens: 'required' } },
        }),
      'required by self',
    ],
    [
      'CfnFleet',
      (stack) =>
        new appstream.CfnFleet(stack, 'X', {
          instanceType: 's',
          name: 'x',
          disableImdsv1: true,
        }),
      'required by self',
    ],
    [
      'CfnImageBuilder',
      (stack) => new appstream.CfnImageBuilder(stack, 'X', { instanceType: 's', name: 'x', disableImdsv1: false }),
      'optional by self',
    ],
  ])('%s', async (_, build, expected) => {
    expect(await verdicts(build)).toEqual([`X: ${expected}`]);
  });

  test('CfnEC2Fleet: an override resets the template', async () => {
    const found = await verdicts((stack) => {
      const hard = template(stack, { requireImdsv2: true });
      new ec2.CfnEC2Fleet(stack, 'Fleet', {
        type: 'instant',
        targetCapacitySpecification: { totalTargetCapacity: 1 },
        launchTemplateConfigs: [
          {
            launchTemplateSpecification: {
              version: hard.latestVersionNumber,
              ...(hard.launchTemplateId === undefined ? {} : { launchTemplateId: hard.launchTemplateId }),
            },
            overrides: [
              {
                metadataOptions: { httpTokens: 'optional' },
              },
            ],
          },
        ],
      });
    });
    expect(found).toEqual([
      'Fleet: optional by self',
      'Fleet: required by launch-template',
      'Template: required by self',
    ]);
  });
});

test('a custom resource sets the default of the account, which decides for what says nothing', async () => {
  const { launches, defaults } = await judged((stack) => {
    new AwsCustomResource(stack, 'AccountDefault', {
      onUpdate: {
        service: 'EC2',
        action: 'modifyInstanceMetadataDefaults',
        parameters: { HttpTokens: 'required' },
        physicalResourceId: PhysicalResourceId.of('default'),
      },
      policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: AwsCustomResourcePolicy.ANY_RESOURCE }),
      installLatestAwsSdk: false,
    });
    instance(stack);
    Tags.of(stack).add('team', 'web');
  });
  expect(defaults.map(({ name }) => name)).toEqual([expect.stringContaining('AccountDefault')]);
  expect(launches.map(({ verdict, decidedBy }) => `${verdict} by ${decidedBy}`)).toEqual(['required by account']);
});
