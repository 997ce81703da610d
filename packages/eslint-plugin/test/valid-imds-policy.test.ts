import { runRule } from './rule-tester.ts';

const IAM = `import * as iam from 'aws-cdk-lib/aws-iam'; `;
const TOKENS = `conditions: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } }`;

runRule(
  'valid-imds-policy',
  {
    valid: [
      {
        name: 'a deny of launches without required tokens',
        code: `${IAM}new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['ec2:RunInstances'], resources: ['arn:aws:ec2:*:*:instance/*'], ${TOKENS} });`,
      },
      {
        name: 'resources that are not known',
        code: `${IAM}export const deny = (resources: string[]) => new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['ec2:RunInstances'], resources, ${TOKENS} });`,
      },
      {
        name: 'conditions that are spread',
        code: `${IAM}export const deny = (more: object) => new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['ec2:RunInstances'], resources: ['*'], conditions: { ...more, StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } } });`,
      },
      {
        name: 'nothing about metadata',
        code: `${IAM}new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['ec2:RunInstances'], resources: ['*'], conditions: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } } });`,
      },
    ],
    invalid: [
      {
        name: 'all resources',
        code: `${IAM}new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['ec2:RunInstances'], resources: ['*'], ${TOKENS} });`,
        errors: [{ messageId: 'foundWithHelp', column: 127 }],
      },
      {
        name: 'an allow, since nothing else is said',
        code: `${IAM}new iam.PolicyStatement({ actions: ['ec2:RunInstances'], resources: ['arn:aws:ec2:*:*:instance/*'], ${TOKENS} });`,
        errors: [{ messageId: 'foundWithHelp' }],
      },
      {
        name: 'a document of Pulumi',
        code: `import * as aws from '@pulumi/aws'; aws.iam.getPolicyDocument({ statements: [{ effect: 'Deny', actions: ['*'], resources: ['*'], conditions: [{ test: 'StringNotEquals', variable: 'ec2:RoleDelivery', values: ['2.0'] }] }] });`,
        errors: [{ messageId: 'foundWithHelp' }],
      },
      {
        name: 'an object that is written as JSON',
        code: `export const policy = JSON.stringify({ Statement: [{ Effect: 'Deny', Action: 'ec2:RunInstances', Resource: 'arn:aws:ec2:*:*:instance/*', Condition: { Bool: { 'ec2:MetadataHttpTokens': false } } }] });`,
        errors: [{ messageId: 'foundWithHelp' }],
      },
    ],
  },
  'typescript',
);
