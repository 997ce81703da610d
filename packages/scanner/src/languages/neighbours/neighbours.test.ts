import { fileDocument, Program } from 'imdsv2-core';
import { expect, test } from 'vitest';
import { analyseJson } from '../json/index.ts';
import { analyseYaml } from '../yaml/index.ts';

/** The launches of a file: `resource name: verdict by whom, hop limit, user data`. */
function launches(path: string, text: string): readonly string[] {
  const language = path.endsWith('.json') ? 'json' : 'yaml';
  const context = { readFile: () => undefined, listDirectory: () => [], singleFile: true, variableFiles: [] };
  const analysis = (language === 'json' ? analyseJson : analyseYaml)(fileDocument(path, text, language), context);
  const program = new Program(analysis.facts);
  return program.launches.map((launch) => {
    const { verdict, decidedBy, hopLimit } = program.launchJudgementOf(launch);
    const boot = analysis.documents.filter((document) => document.launches.includes(launch.id)).length;
    return `${launch.resource} ${launch.name}: ${verdict} by ${decidedBy}${hopLimit === null ? '' : `, hop limit ${String(hopLimit)}`}${launch.userData.state === 'none' ? '' : `, ${String(boot)} boot script ${launch.userData.state}`}`;
  });
}

const manifest = (apiVersion: string, kind: string, spec: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: n }\nspec: ${spec}\n`;

test('Karpenter: required unless said otherwise', () => {
  expect(launches('a.yaml', manifest('karpenter.k8s.aws/v1', 'EC2NodeClass', '{ role: x }'))).toEqual([
    'EC2NodeClass n: required by tool-default',
  ]);
  expect(
    launches(
      'a.yaml',
      manifest(
        'karpenter.k8s.aws/v1',
        'EC2NodeClass',
        "{ metadataOptions: { httpTokens: optional, httpPutResponseHopLimit: 2 }, userData: '#!/bin/sh' }",
      ),
    ),
  ).toEqual(['EC2NodeClass n: optional by self, hop limit 2, 1 boot script known']);
  expect(
    launches(
      'a.yaml',
      manifest('karpenter.k8s.aws/v1', 'EC2NodeClass', "{ metadataOptions: { httpTokens: '{{ .Values.x }}' } }"),
    ),
  ).toEqual(['EC2NodeClass n: undecided by unknown']);
});

test('Cluster API: optional is sent when nothing is said, except for machine pools', () => {
  const group = 'infrastructure.cluster.x-k8s.io/v1beta2';
  expect(
    launches('a.yaml', manifest(group, 'AWSMachineTemplate', '{ template: { spec: { instanceType: m5.large } } }')),
  ).toEqual(['AWSMachineTemplate n: optional by tool-default']);
  expect(
    launches(
      'a.yaml',
      manifest(
        group,
        'AWSMachineTemplate',
        '{ template: { spec: { instanceMetadataOptions: { httpTokens: required, httpPutResponseHopLimit: 2 } } } }',
      ),
    ),
  ).toEqual(['AWSMachineTemplate n: required by self, hop limit 2']);
  expect(launches('a.yaml', manifest(group, 'AWSMachinePool', '{ awsLaunchTemplate: {} }'))).toEqual([
    'AWSMachinePool n: unset by unknown',
  ]);
});

test('kops, eksctl, OpenShift, Crossplane', () => {
  expect(launches('a.yaml', manifest('kops.k8s.io/v1alpha2', 'InstanceGroup', '{ role: Node }'))).toEqual([
    'InstanceGroup n: required by tool-default',
  ]);
  expect(
    launches(
      'a.yaml',
      manifest('kops.k8s.io/v1alpha2', 'InstanceGroup', '{ instanceMetadata: { httpTokens: optional } }'),
    ),
  ).toEqual(['InstanceGroup n: optional by self']);
  expect(
    launches(
      'a.yaml',
      'apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nnodeGroups:\n  - { name: a, disableIMDSv1: false }\n  - { name: b, disablePodIMDS: true }\nmanagedNodeGroups:\n  - { name: c }\n  - { name: d, launchTemplate: { id: lt-1 } }\n',
    ),
  ).toEqual([
    'nodeGroups a: optional by self, hop limit 2',
    'nodeGroups b: required by self, hop limit 1',
    'managedNodeGroups c: required by tool-default, hop limit 2',
    'managedNodeGroups d: undecided by unknown',
  ]);
  expect(
    launches(
      'a.yaml',
      manifest(
        'machine.openshift.io/v1beta1',
        'MachineSet',
        '{ template: { spec: { providerSpec: { value: { kind: AWSMachineProviderConfig, metadataServiceOptions: { authentication: Required } } } } } }',
      ),
    ),
  ).toEqual(['MachineSet n: required by self']);
  expect(
    launches(
      'a.yaml',
      manifest(
        'machine.openshift.io/v1beta1',
        'MachineSet',
        '{ template: { spec: { providerSpec: { value: { kind: GCPMachineProviderSpec } } } } }',
      ),
    ),
  ).toEqual([]);
  expect(
    launches(
      'a.yaml',
      manifest(
        'ec2.aws.upbound.io/v1beta1',
        'Instance',
        '{ forProvider: { metadataOptions: [ { httpTokens: required } ] } }',
      ),
    ),
  ).toEqual(['ec2.aws.upbound.io Instance n: required by self']);
});

test('ParallelCluster, Elastic Beanstalk, Pulumi YAML', () => {
  expect(launches('c.yaml', 'Imds: { ImdsSupport: v1.0 }\nHeadNode: {}\nScheduling: {}\n')).toEqual([
    'cluster configuration : optional by self',
  ]);
  expect(
    launches(
      '.ebextensions/a.config',
      'option_settings:\n  aws:autoscaling:launchconfiguration: { DisableIMDSv1: false }\n',
    ),
  ).toEqual(['aws:autoscaling:launchconfiguration : optional by self']);
  expect(
    launches(
      '.ebextensions/a.config',
      'option_settings:\n  - { namespace: aws:autoscaling:launchconfiguration, option_name: DisableIMDSv1, value: "true" }\n',
    ),
  ).toEqual(['aws:autoscaling:launchconfiguration : required by self']);
  expect(
    launches(
      '.ebextensions/a.config',
      'option_settings:\n  - { namespace: aws:autoscaling:launchconfiguration, option_name: InstanceType, value: t3.small }\n',
    ),
  ).toEqual([]);
  expect(
    launches(
      'Pulumi.yaml',
      'runtime: yaml\nresources:\n  web: { type: aws:ec2:Instance, properties: { ami: x } }\n  t: { type: "aws:ec2/launchTemplate:LaunchTemplate", properties: { metadataOptions: { httpTokens: required } } }\n  b: { type: aws:s3:Bucket }\n',
    ),
  ).toEqual(['aws:ec2:Instance web: unset by unknown', 'aws:ec2:LaunchTemplate t: required by self']);
});

test('Ansible: launches, changes that are none, a block without tokens, modules with no place', () => {
  const text = `- hosts: all
  vars: { tokens: required }
  tasks:
    - amazon.aws.ec2_instance: { name: a, image_id: ami-1 }
    - ec2_instance: { name: b, image: { id: ami-1 }, metadata_options: { http_endpoint: enabled } }
    - ec2_instance: { name: c, image_id: ami-1, metadata_options: { http_tokens: '{{ tokens }}' } }
    - ec2_instance: { name: d, state: absent, image_id: ami-1 }
    - ec2_instance: { name: e, state: running }
    - ec2_instance: { name: f, launch_template: { name: lt, version: latest } }
    - ec2_launch_template: { template_name: lt, metadata_options: { http_tokens: required } }
    - community.aws.ec2_lc: { name: g, image_id: ami-1, user_data: '#!/bin/sh' }
`;
  expect(launches('site.yml', text)).toEqual([
    'amazon.aws.ec2_instance a: unset by unknown',
    'amazon.aws.ec2_instance b: optional by tool-default',
    'amazon.aws.ec2_instance c: required by self',
    'amazon.aws.ec2_instance f: required by launch-template',
    'amazon.aws.ec2_launch_template lt: required by self',
    'community.aws.ec2_lc g: not-configurable by unknown, 1 boot script known',
  ]);
});

test('inputs of the AWS CLI', () => {
  const data = Buffer.from('#!/bin/sh\ncurl http://169.254.169.254/\n').toString('base64');
  expect(launches('run.json', `{"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, "UserData": "${data}"}`)).toEqual([
    'input of run-instances : unset by unknown, 1 boot script known',
  ]);
  expect(
    launches(
      'lt.json',
      '{"LaunchTemplateName": "x", "LaunchTemplateData": {"MetadataOptions": {"HttpTokens": "optional"}}}',
    ),
  ).toEqual(['input of create-launch-template x: optional by self']);
  expect(launches('other.json', '{"ImageId": "x"}')).toEqual([]);
});
