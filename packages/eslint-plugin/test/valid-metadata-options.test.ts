import { runRule } from './rule-tester.ts';

const APP = `import { App, Stack } from 'aws-cdk-lib'; import * as ec2 from 'aws-cdk-lib/aws-ec2'; import * as autoscaling from 'aws-cdk-lib/aws-autoscaling'; const app = new App(); const stack = new Stack(app, 'S'); `;
const TEMPLATE = `const template = new ec2.LaunchTemplate(stack, 'T', { requireImdsv2: true }); `;

runRule(
  'valid-metadata-options',
  {
    valid: [
      { name: 'a flag alone', code: `${APP}new autoscaling.AutoScalingGroup(stack, 'G', { requireImdsv2: true });` },
      {
        name: 'a group that leaves it to its template',
        code: `${APP}${TEMPLATE}new autoscaling.AutoScalingGroup(stack, 'G', { launchTemplate: template });`,
      },
      {
        name: 'a flag that is off',
        code: `${APP}${TEMPLATE}new autoscaling.AutoScalingGroup(stack, 'G', { launchTemplate: template, requireImdsv2: false });`,
      },
      {
        name: 'a template that there may be',
        code: `${APP}export const make = (props) => new autoscaling.AutoScalingGroup(stack, 'G', { launchTemplate: props.template, requireImdsv2: true });`,
      },
      {
        name: 'an endpoint that is off',
        code: `import * as aws from '@pulumi/aws'; new aws.ec2.Instance('web', { metadataOptions: { httpEndpoint: 'disabled' } });`,
      },
    ],
    invalid: [
      {
        name: 'a flag beside a launch template',
        code: `${APP}${TEMPLATE}new autoscaling.AutoScalingGroup(stack, 'G', { launchTemplate: template, requireImdsv2: true });`,
        errors: [
          {
            messageId: 'foundWithHelp',
            data: {
              message: 'requireImdsv2 of a group that has a launch template makes synthesis fail.',
              help: 'Say requireImdsv2: true on the launch template instead.',
            },
          },
        ],
      },
      {
        name: 'a flag beside a mixed-instances policy',
        code: `${APP}${TEMPLATE}new autoscaling.AutoScalingGroup(stack, 'G', { mixedInstancesPolicy: { launchTemplate: template }, requireImdsv2: true });`,
        errors: 1,
      },
      {
        name: 'a flag and tokens',
        code: `${APP}new ec2.Instance(stack, 'I', { requireImdsv2: true, httpTokens: ec2.HttpTokens.REQUIRED });`,
        errors: 1,
      },
      {
        name: 'a word that is no value',
        code: `import * as aws from '@pulumi/aws'; new aws.ec2.Instance('web', { metadataOptions: { httpTokens: 'require', httpEndpoint: 'true', httpPutResponseHopLimit: 65 } });`,
        errors: 3,
      },
    ],
  },
  'typescript',
);
