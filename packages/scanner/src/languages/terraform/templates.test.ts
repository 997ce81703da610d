import { describe, expect, test } from 'vitest';
import { readConfiguration } from './configuration.testing.ts';

const template = (name: string, tokens: string, more = ''): string =>
  `resource "aws_launch_template" "${name}" {\n  name = "${name}-lt"\n${more}  metadata_options {\n    http_tokens = "${tokens}"\n  }\n}\n`;
const group = (inner: string): string => `resource "aws_autoscaling_group" "g" {\n${inner}\n}\n`;
const named = (version: string | undefined): string =>
  group(
    `  launch_template {\n    id = aws_launch_template.t.id\n${version === undefined ? '' : `    version = ${version}\n`}  }`,
  );

describe('a group and its template', () => {
  test.each([
    ['$Latest', named('"$Latest"'), '', 'optional', 'high'],
    ['latest_version', named('aws_launch_template.t.latest_version'), '', 'optional', 'high'],
    ['latest_version as a string', named('tostring(aws_launch_template.t.latest_version)'), '', 'optional', 'high'],
    ['$Default', named('"$Default"'), '', 'optional', 'medium'],
    ['default_version', named('aws_launch_template.t.default_version'), '', 'optional', 'medium'],
    ['no version', named(undefined), '', 'optional', 'medium'],
    [
      '$Default of a template that moves it',
      named('"$Default"'),
      '  update_default_version = true\n',
      'optional',
      'high',
    ],
    ['a number', named('"3"'), '', 'undecided', 'high'],
    [
      'by name',
      group('  launch_template {\n    name    = aws_launch_template.t.name\n    version = "$Latest"\n  }'),
      '',
      'optional',
      'high',
    ],
    [
      'by the name written again',
      group('  launch_template {\n    name    = "t-lt"\n    version = "$Latest"\n  }'),
      '',
      'optional',
      'high',
    ],
    [
      'mixed instances',
      group(
        '  mixed_instances_policy {\n    launch_template {\n      launch_template_specification {\n        launch_template_id = aws_launch_template.t.id\n        version = "$Latest"\n      }\n    }\n  }',
      ),
      '',
      'optional',
      'high',
    ],
    [
      'one of none or one',
      group('  launch_template {\n    id      = one(aws_launch_template.t[*].id)\n    version = "$Latest"\n  }'),
      '  count = 1\n',
      'optional',
      'high',
    ],
    [
      'through try, join and a list',
      group(
        '  launch_template {\n    id      = try(element(concat(aws_launch_template.t.*.id, [""]), 0), "")\n    version = join("", aws_launch_template.t.*.latest_version)\n  }',
      ),
      '  count = 1\n',
      'optional',
      'high',
    ],
    [
      'an id from outside',
      group('  launch_template {\n    id      = "lt-0123456789"\n    version = "$Latest"\n  }'),
      '',
      'undecided',
      'high',
    ],
  ])('%s', async (_name, source, more, verdict, confidence) => {
    const { judgement } = await readConfiguration({ 'main.tf': `${template('t', 'optional', more)}${source}` });
    expect(judgement('aws_autoscaling_group.g')).toMatchObject({ verdict, confidence });
  });

  test('is reported once, on the template', async () => {
    const { program } = await readConfiguration({ 'main.tf': `${template('t', 'optional')}${named('"$Latest"')}` });
    const [launchTemplate, autoscalingGroup] = program.launches;
    expect(program.templateOf(autoscalingGroup!)).toBe(launchTemplate);
    expect(program.consumersOf(launchTemplate!)).toEqual([autoscalingGroup]);
  });

  test('a second template in an override is a launch of its own', async () => {
    const { judgement } = await readConfiguration({
      'main.tf': `${template('t', 'required')}${template('weak', 'optional')}${group('  mixed_instances_policy {\n    launch_template {\n      launch_template_specification {\n        launch_template_id = aws_launch_template.t.id\n        version            = "$Latest"\n      }\n      override {\n        instance_type = "m5.large"\n        launch_template_specification {\n          launch_template_id = aws_launch_template.weak.id\n          version            = "$Latest"\n        }\n      }\n    }\n  }')}`,
    });
    expect(judgement('aws_autoscaling_group.g').verdict).toBe('required');
    expect(judgement('aws_autoscaling_group.g (override)').verdict).toBe('optional');
  });

  test('a launch configuration', async () => {
    const { judgement } = await readConfiguration({
      'main.tf': `resource "aws_launch_configuration" "c" {\n  name_prefix = "x"\n}\n${group('  launch_configuration = aws_launch_configuration.c.name')}`,
    });
    expect(judgement('aws_autoscaling_group.g').verdict).toBe('unset');
  });

  test('the template stands in a module', async () => {
    const { judgement } = await readConfiguration({
      'lt/main.tf': `${template('t', 'required')}output "id" {\n  value = aws_launch_template.t.id\n}\n`,
      'main.tf': `module "lt" {\n  source = "./lt"\n}\n${group('  launch_template {\n    id      = module.lt.id\n    version = "$Latest"\n  }')}`,
    });
    expect(judgement('aws_autoscaling_group.g').verdict).toBe('required');
  });

  test('a condition chooses between two templates', async () => {
    const { judgement } = await readConfiguration({
      'main.tf': `variable "x" {}\n${template('t', 'required')}${template('weak', 'optional')}${group('  launch_template {\n    id      = var.x ? aws_launch_template.t.id : aws_launch_template.weak.id\n    version = "$Latest"\n  }')}`,
    });
    expect(judgement('aws_autoscaling_group.g').verdict).toBe('undecided');
  });
});

describe('an instance with a template', () => {
  const instance = (inner: string): string =>
    `resource "aws_instance" "i" {\n  launch_template {\n    id      = aws_launch_template.t.id\n    version = "$Latest"\n  }\n${inner}}\n`;
  test.each([
    ['says nothing itself', 'required', '', 'required'],
    ['undoes it', 'required', '  metadata_options {\n    http_tokens = "optional"\n  }\n', 'optional'],
    ['does better', 'optional', '  metadata_options {\n    http_tokens = "required"\n  }\n', 'required'],
  ])('%s', async (_name, tokens, own, verdict) => {
    const { judgement } = await readConfiguration({ 'main.tf': `${template('t', tokens)}${instance(own)}` });
    expect(judgement('aws_instance.i').verdict).toBe(verdict);
  });
});

describe('other launches', () => {
  test.each([
    ['an EKS node group without a template', 'aws_eks_node_group', '', 'not-configurable'],
    ['a Lightsail instance', 'aws_lightsail_instance', '', 'not-configurable'],
    [
      'a notebook of version 2',
      'aws_sagemaker_notebook_instance',
      'instance_metadata_service_configuration {\n minimum_instance_metadata_service_version = "2"\n}',
      'required',
    ],
    [
      'a notebook that serves both',
      'aws_sagemaker_notebook_instance',
      'instance_metadata_service_configuration {\n minimum_instance_metadata_service_version = "1"\n}',
      'optional',
    ],
    [
      'an image builder',
      'aws_imagebuilder_infrastructure_configuration',
      'instance_metadata_options {\n http_tokens = "required"\n}',
      'required',
    ],
    [
      'Beanstalk without version 1',
      'aws_elastic_beanstalk_environment',
      'setting {\n namespace = "aws:autoscaling:launchconfiguration"\n name = "DisableIMDSv1"\n value = "true"\n}',
      'required',
    ],
    [
      'Beanstalk with version 1',
      'aws_elastic_beanstalk_environment',
      'setting {\n namespace = "aws:autoscaling:launchconfiguration"\n name = "DisableIMDSv1"\n value = false\n}',
      'optional',
    ],
    [
      'Beanstalk that says nothing',
      'aws_elastic_beanstalk_environment',
      'setting {\n namespace = "aws:autoscaling:asg"\n name = "MinSize"\n value = "1"\n}',
      'unset',
    ],
    [
      'an EMR security configuration',
      'aws_emr_security_configuration',
      'configuration = jsonencode({ InstanceMetadataServiceConfiguration = { MinimumInstanceMetadataServiceVersion = 2, HttpPutResponseHopLimit = 1 } })',
      'required',
    ],
    [
      'an EMR security configuration with the words of EC2',
      'aws_emr_security_configuration',
      'configuration = <<EOF\n{"InstanceMetadataServiceConfiguration": {"HttpTokens": "required"}}\nEOF\n',
      'unset',
    ],
    [
      'a spot request, whose block is ignored',
      'aws_spot_instance_request',
      'metadata_options {\n http_tokens = "required"\n}',
      'not-configurable',
    ],
    [
      'a spot fleet with specifications',
      'aws_spot_fleet_request',
      'launch_specification {\n ami = "ami-1"\n}',
      'not-configurable',
    ],
  ])('%s', async (_name, type, inner, verdict) => {
    const { judgement } = await readConfiguration({ 'main.tf': `resource "${type}" "x" {\n${inner}\n}\n` });
    expect(judgement(`${type}.x`).verdict).toBe(verdict);
  });

  test('a cluster takes what its security configuration says', async () => {
    const { judgement } = await readConfiguration({
      'main.tf':
        'resource "aws_emr_security_configuration" "s" {\n  configuration = jsonencode({ InstanceMetadataServiceConfiguration = { MinimumInstanceMetadataServiceVersion = 2 } })\n}\nresource "aws_emr_cluster" "c" {\n  security_configuration = aws_emr_security_configuration.s.name\n}\n',
    });
    expect(judgement('aws_emr_cluster.c').verdict).toBe('required');
  });

  test('a compute environment of Fargate launches no instances', async () => {
    const { program } = await readConfiguration({
      'main.tf':
        'resource "aws_batch_compute_environment" "b" {\n  compute_resources {\n    type = "FARGATE"\n  }\n}\n',
    });
    expect(program.launches).toEqual([]);
  });
});

describe('defaults', () => {
  const account = (more: string): string =>
    `resource "aws_ec2_instance_metadata_defaults" "d" {\n  http_tokens = "required"\n${more}}\n`;
  test('of the account decide what a launch of the same Region leaves open', async () => {
    const { judgement } = await readConfiguration({ 'main.tf': `${account('')}resource "aws_instance" "i" {}\n` });
    expect(judgement('aws_instance.i')).toMatchObject({ verdict: 'required', decidedBy: 'account' });
  });

  test('of another Region do not', async () => {
    const { judgement } = await readConfiguration({
      'main.tf': `${account('  provider = aws.west\n')}resource "aws_instance" "i" {}\nresource "aws_instance" "w" {\n  provider = aws.west\n}\n`,
    });
    expect(judgement('aws_instance.i').verdict).toBe('unset');
    expect(judgement('aws_instance.w').verdict).toBe('required');
  });

  test('of an image', async () => {
    const { judgement } = await readConfiguration({
      'main.tf':
        'resource "aws_ami" "a" {\n  imds_support = "v2.0"\n}\nresource "aws_instance" "i" {\n  ami = aws_ami.a.id\n}\ndata "aws_ami" "al" {\n  filter {\n    name   = "name"\n    values = ["al2023-ami-*"]\n  }\n}\nresource "aws_instance" "j" {\n  ami = data.aws_ami.al.id\n}\n',
    });
    expect(judgement('aws_instance.i')).toMatchObject({ verdict: 'required', decidedBy: 'ami' });
    expect(judgement('aws_instance.j')).toMatchObject({ verdict: 'unset', confidence: 'medium' });
  });
});

describe('options that are refused or ignored', () => {
  test.each([
    [
      'an unknown word',
      'aws_instance',
      'http_tokens = "yes"',
      'http_tokens is "yes"; AWS takes only "required" and "optional".',
    ],
    [
      'too many hops',
      'aws_instance',
      'http_put_response_hop_limit = 65',
      'http_put_response_hop_limit is 65; AWS takes 1 to 64.',
    ],
    [
      'no hops',
      'aws_launch_template',
      'http_put_response_hop_limit = 0',
      'http_put_response_hop_limit is 0; AWS takes 1 to 64.',
    ],
  ])('%s', async (_name, type, argument, message) => {
    const { launch } = await readConfiguration({
      'main.tf': `resource "${type}" "x" {\n  metadata_options {\n    ${argument}\n  }\n}\n`,
    });
    expect(launch(`${type}.x`).invalid).toMatchObject([{ message }]);
  });

  test('a block that the provider does not send', async () => {
    const { launch, textAt } = await readConfiguration({
      'main.tf':
        'resource "aws_spot_instance_request" "x" {\n  metadata_options {\n    http_tokens = "required"\n  }\n}\n',
    });
    expect(launch('aws_spot_instance_request.x').invalid).toHaveLength(1);
    expect(textAt(launch('aws_spot_instance_request.x').invalid?.[0]?.location)).toMatch(/^metadata_options/);
  });
});

describe('modules that cannot be read', () => {
  const call = (source: string, more: string): string => `module "m" {\n  source = "${source}"\n${more}}\n`;
  test.each([
    [
      'the newest of a major version',
      call('terraform-aws-modules/ec2-instance/aws', '  version = "~> 6.0"\n'),
      'required',
      'module-default',
    ],
    [
      'a version before the change',
      call('terraform-aws-modules/ec2-instance/aws', '  version = "5.7.1"\n'),
      'optional',
      'module-default',
    ],
    [
      'a tag in a Git address',
      call('git::https://github.com/terraform-aws-modules/terraform-aws-ec2-instance.git?ref=v5.0.0', ''),
      'optional',
      'module-default',
    ],
    [
      'a commit in a Git address',
      call('git::https://github.com/terraform-aws-modules/terraform-aws-ec2-instance.git?ref=0123456789abcdef', ''),
      'undecided',
      'unknown',
    ],
    [
      'what the caller passes',
      call(
        'terraform-aws-modules/ec2-instance/aws',
        '  version = "5.7.1"\n  metadata_options = { http_tokens = "required" }\n',
      ),
      'required',
      'self',
    ],
    [
      'a part of the options, filled in by the module',
      call(
        'terraform-aws-modules/autoscaling/aws',
        '  version = "~> 9.0"\n  metadata_options = { http_put_response_hop_limit = 2 }\n',
      ),
      'required',
      'module-default',
    ],
    [
      'a part of the options, not filled in',
      call(
        'terraform-aws-modules/autoscaling/aws',
        '  version = "~> 8.0"\n  metadata_options = { http_put_response_hop_limit = 2 }\n',
      ),
      'unset',
      'unknown',
    ],
    [
      'node groups, one of them weak',
      call(
        'terraform-aws-modules/eks/aws',
        '  version = "~> 20.0"\n  eks_managed_node_groups = { a = {}, b = { metadata_options = { http_tokens = "optional" } } }\n',
      ),
      'optional',
      'self',
    ],
    [
      'node groups that say nothing',
      call('terraform-aws-modules/eks/aws', '  version = "~> 20.0"\n  eks_managed_node_groups = { a = {} }\n'),
      'required',
      'module-default',
    ],
    [
      'a module of which nothing is known',
      call('example/thing/aws', '  metadata_options = { http_tokens = "optional" }\n'),
      'optional',
      'self',
    ],
  ])('%s', async (_name, source, verdict, decidedBy) => {
    const { judgement } = await readConfiguration({ 'main.tf': source });
    expect(judgement('module.m')).toMatchObject({ verdict, decidedBy });
  });

  test.each([
    ['without node groups', call('terraform-aws-modules/eks/aws', '')],
    ['of which nothing is known, and nothing is passed', call('example/thing/aws', '')],
  ])('%s: no launch', async (_name, source) => {
    const { program } = await readConfiguration({ 'main.tf': source });
    expect(program.launches).toEqual([]);
  });
});

test('hashicorp/awscc: properties as arguments, inside each other', async () => {
  const { judgement, documents } = await readConfiguration({
    'main.tf': `resource "awscc_ec2_launch_template" "web" {
  launch_template_data = {
    metadata_options = { http_tokens = "optional" }
    user_data        = base64encode("#!/bin/sh\\ncurl http://169.254.169.254/latest/meta-data/")
  }
}
resource "awscc_autoscaling_auto_scaling_group" "web" {
  launch_template = {
    launch_template_id = awscc_ec2_launch_template.web.launch_template_id
    version            = awscc_ec2_launch_template.web.latest_version_number
  }
}
resource "awscc_ec2_instance" "web" {
  metadata_options = { http_tokens = "required" }
}
resource "awscc_ec2_launch_template" "plain" {
  launch_template_data = { image_id = "ami-1" }
}
resource "awscc_eks_nodegroup" "plain" {}
`,
  });
  const verdicts = [
    'awscc_ec2_launch_template.web',
    'awscc_autoscaling_auto_scaling_group.web',
    'awscc_ec2_instance.web',
    'awscc_ec2_launch_template.plain',
    'awscc_eks_nodegroup.plain',
  ].map((address) => judgement(address).verdict);
  expect(verdicts).toEqual(['optional', 'optional', 'required', 'unset', 'not-configurable']);
  expect(documents.map(({ text }) => text)).toEqual(['#!/bin/sh\ncurl http://169.254.169.254/latest/meta-data/']);
});
