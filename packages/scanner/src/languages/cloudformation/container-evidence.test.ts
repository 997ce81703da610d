import { DEFAULT_OPTIONS, fileDocument, Program, RULES } from 'imdsv2-core';
import { expect, test } from 'vitest';
import { analyse } from './index.ts';

const TEMPLATE =
  'Resources:\n  Template:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        MetadataOptions: {HttpTokens: required, HttpPutResponseHopLimit: 2}\n';
const SPECIFICATION =
  'LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber}';
const GROUP = `  Group:\n    Type: AWS::AutoScaling::AutoScalingGroup\n    Properties:\n      ${SPECIFICATION}\n`;

/** A hop limit of 2 is more than programs on the machine need, and just what containers need. */
test.each([
  ['nothing says so', TEMPLATE + GROUP, 1],
  [
    'a node group starts from it',
    `${TEMPLATE}  Nodes:\n    Type: AWS::EKS::Nodegroup\n    Properties:\n      ${SPECIFICATION}\n`,
    0,
  ],
  [
    'a capacity provider of ECS uses its group',
    `${TEMPLATE}${GROUP}  Provider:\n    Type: AWS::ECS::CapacityProvider\n    Properties:\n      AutoScalingGroupProvider: {AutoScalingGroupArn: !Ref Group}\n`,
    0,
  ],
  [
    'a capacity provider of ECS uses another group',
    `${TEMPLATE}${GROUP}  Provider:\n    Type: AWS::ECS::CapacityProvider\n    Properties:\n      AutoScalingGroupProvider: {AutoScalingGroupArn: !Ref Other}\n`,
    1,
  ],
  [
    'a tag names its cluster',
    `${TEMPLATE}${GROUP}      Tags: [{Key: !Sub 'kubernetes.io/cluster/\${Name}', Value: owned, PropagateAtLaunch: true}]\n`,
    0,
  ],
  [
    'its boot script starts one',
    `${TEMPLATE}        UserData: {Fn::Base64: "#!/bin/sh\\ndocker run -d nginx\\n"}\n`,
    0,
  ],
])('containers in a launch: %s', (_, text, count) => {
  const { facts } = analyse([fileDocument('stack.yaml', text, 'cloudformation')], {
    readFile: () => undefined,
    listDirectory: () => [],
    singleFile: false,
    variableFiles: [],
  });
  const rule = RULES.find(({ id }) => id === 'hop-limit');
  expect(rule?.check(new Program(facts), DEFAULT_OPTIONS)).toHaveLength(count);
});
