import { describe, expect, it } from 'vitest';
import type { Launch } from '../index.ts';
import { analyseScript } from '../../test/judge-script.ts';

/** Resource and verdict of each launch. */
function launches(script: string, files: Readonly<Record<string, string>> = {}): readonly string[] {
  const { program } = analyseScript(script, {}, { readFile: (path) => files[path] });
  return program.launches.map(
    (launch) => `${launch.resource.replace('aws ', '')}: ${program.launchJudgementOf(launch).verdict}`,
  );
}

describe('commands of the AWS CLI', () => {
  it.each([
    ['nothing is said', 'aws ec2 run-instances --image-id ami-1', 'ec2 run-instances: unset'],
    [
      'shorthand',
      'aws --region eu-west-1 ec2 run-instances --metadata-options "HttpTokens=required,HttpEndpoint=enabled"',
      'ec2 run-instances: required',
    ],
    ['an equals sign', 'aws ec2 run-instances --metadata-options=HttpTokens=optional', 'ec2 run-instances: optional'],
    ['JSON', `aws ec2 run-instances --metadata-options '{"HttpTokens": "required"}'`, 'ec2 run-instances: required'],
    [
      'a variable that is known',
      'MODE=required\naws ec2 run-instances --metadata-options HttpTokens=$MODE',
      'ec2 run-instances: required',
    ],
    [
      'a variable that is not',
      'aws ec2 run-instances --metadata-options HttpTokens=$MODE',
      'ec2 run-instances: undecided',
    ],
    [
      'options in an array',
      'A=(--image-id ami-1 --metadata-options HttpTokens=required)\naws ec2 run-instances "${A[@]}"',
      'ec2 run-instances: required',
    ],
    ['options that are not known', 'aws ec2 run-instances "$@"', 'ec2 run-instances: undecided'],
    [
      'the endpoint switched off',
      'aws ec2 run-instances --metadata-options HttpEndpoint=disabled',
      'ec2 run-instances: endpoint-disabled',
    ],
    [
      'a spot request has no place for it',
      `aws ec2 request-spot-instances --launch-specification '{"ImageId":"ami-1"}'`,
      'ec2 request-spot-instances: not-configurable',
    ],
    [
      'a launch configuration',
      'aws autoscaling create-launch-configuration --launch-configuration-name lc --metadata-options HttpTokens=optional',
      'autoscaling create-launch-configuration: optional',
    ],
    [
      'a notebook',
      'aws sagemaker create-notebook-instance --notebook-instance-name n --instance-metadata-service-configuration MinimumInstanceMetadataServiceVersion=2',
      'sagemaker create-notebook-instance: required',
    ],
    [
      'a notebook that says nothing',
      'aws sagemaker create-notebook-instance --notebook-instance-name n',
      'sagemaker create-notebook-instance: optional',
    ],
    ['a flag', 'aws appstream create-fleet --name f --no-disable-imdsv1', 'appstream create-fleet: optional'],
    [
      'an option setting',
      'aws elasticbeanstalk create-environment --option-settings Namespace=a,OptionName=b,Value=c Namespace=aws:autoscaling:launchconfiguration,OptionName=DisableIMDSv1,Value=true',
      'elasticbeanstalk create-environment: required',
    ],
    [
      'version 1 switched on again',
      'aws ec2 modify-instance-metadata-options --instance-id i --http-tokens optional',
      'ec2 modify-instance-metadata-options: optional',
    ],
    [
      'a runbook whose default is optional',
      'aws ssm start-automation-execution --document-name AWSSupport-ConfigureEC2Metadata --parameters InstanceId=i',
      'AWSSupport-ConfigureEC2Metadata: optional',
    ],
    [
      'the same, told otherwise',
      'aws ssm start-automation-execution --document-name AWSSupport-ConfigureEC2Metadata --parameters InstanceId=i,EnforceIMDSv2=required',
      'AWSSupport-ConfigureEC2Metadata: required',
    ],
  ])('%s', (_, script, expected) => {
    expect(launches(script)).toEqual([expected]);
  });

  it.each([
    [
      'a change that does not touch tokens',
      'aws ec2 modify-instance-metadata-options --instance-id i --http-put-response-hop-limit 2',
    ],
    ['a change for the better', 'aws ec2 modify-instance-metadata-options --instance-id i --http-tokens required'],
    ['another runbook', 'aws ssm start-automation-execution --document-name Other'],
    ['a message', 'echo aws ec2 run-instances --image-id ami-1'],
    ['a look', 'aws ec2 describe-instances'],
  ])('no launch: %s', (_, script) => {
    expect(launches(script)).toEqual([]);
  });

  it('a file beside the script', () => {
    expect(
      launches('aws ec2 create-launch-template --launch-template-name web --launch-template-data file://lt.json', {
        'lt.json': '{"MetadataOptions": {"HttpTokens": "required"}}',
      }),
    ).toEqual(['ec2 create-launch-template: required']);
  });

  it("a launch takes its template's word", () => {
    const script = `aws ec2 create-launch-template --launch-template-name web --launch-template-data '{"MetadataOptions":{"HttpTokens":"required"}}'\naws ec2 run-instances --launch-template 'LaunchTemplateName=web,Version=$Latest'`;
    expect(launches(script)).toEqual(['ec2 create-launch-template: required', 'ec2 run-instances: required']);
  });

  it("so it does where the script keeps the template's id", () => {
    const script = `LT=$(aws ec2 create-launch-template --launch-template-name web --launch-template-data '{"MetadataOptions":{"HttpTokens":"optional"}}' --query x)\naws ec2 run-instances --launch-template "LaunchTemplateId=$LT,Version=\\$Latest"`;
    expect(launches(script)).toEqual(['ec2 create-launch-template: optional', 'ec2 run-instances: optional']);
  });

  it('user data is handed on with the launch that runs it', () => {
    const script = `cat > boot.sh <<'EOF'\n#!/bin/bash\ncurl http://169.254.169.254/latest/meta-data/\nEOF\naws ec2 run-instances --user-data file://boot.sh --metadata-options HttpTokens=required`;
    const { program } = analyseScript(script);
    const [launch] = program.launches as readonly [Launch];
    expect(program.bootRequestsOf(launch)).toHaveLength(1);
    expect(program.readinessOf(launch).readiness).toBe('breaks');
  });

  it('a weak default of the account', () => {
    const { program } = analyseScript(
      'aws ec2 modify-instance-metadata-defaults --http-tokens optional --region eu-west-1',
    );
    expect(
      program.defaults.map(({ scope, tokens, region }) => [scope, tokens.state === 'set' ? tokens.value : '', region]),
    ).toEqual([['account', 'optional', 'eu-west-1']]);
  });
});
