import { DEFAULT_OPTIONS, RULES } from 'imdsv2-core';
import { expect, test } from 'vitest';
import { readConfiguration } from './configuration.testing.ts';

const OPTIONS = 'metadata_options {\n    http_tokens = "required"\n    http_put_response_hop_limit = 2\n  }';
const TEMPLATE = `resource "aws_launch_template" "nodes" {\n  ${OPTIONS}\n}\n`;
const GROUP = (more = ''): string =>
  `resource "aws_autoscaling_group" "nodes" {\n  launch_template {\n    id = aws_launch_template.nodes.id\n    version = "$Latest"\n  }\n${more}}\n`;

/** A hop limit of 2 is more than programs on the machine need, and just what containers need. */
test.each([
  ['nothing says so', TEMPLATE + GROUP(), 1],
  [
    'a node group starts from it',
    `${TEMPLATE}resource "aws_eks_node_group" "web" {\n  launch_template {\n    id = aws_launch_template.nodes.id\n    version = aws_launch_template.nodes.latest_version\n  }\n}\n`,
    0,
  ],
  [
    'a capacity provider of ECS uses its group',
    `${TEMPLATE}${GROUP()}resource "aws_ecs_capacity_provider" "web" {\n  auto_scaling_group_provider {\n    auto_scaling_group_arn = aws_autoscaling_group.nodes.arn\n  }\n}\n`,
    0,
  ],
  [
    'a tag names its cluster',
    TEMPLATE +
      GROUP(
        '  tag {\n    key = "kubernetes.io/cluster/web"\n    value = "owned"\n    propagate_at_launch = true\n  }\n',
      ),
    0,
  ],
  [
    'its boot script starts one',
    `resource "aws_instance" "web" {\n  ${OPTIONS}\n  user_data = "#!/bin/sh\\ndocker run -d nginx\\n"\n}\n`,
    0,
  ],
])('containers in a launch: %s', async (_, text, count) => {
  const { program } = await readConfiguration({ 'main.tf': text });
  const rule = RULES.find(({ id }) => id === 'hop-limit');
  expect(rule?.check(program, DEFAULT_OPTIONS)).toHaveLength(count);
});
