import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Linter } from 'eslint';
import plugin from 'eslint-plugin-imdsv2';
import { beforeAll, describe, expect, it } from 'vitest';

const BENCH = fileURLToPath(new URL('..', import.meta.url));

/** Constructs as people write them, each in a stack with a VPC. */
const CONSTRUCTS: Readonly<Record<string, string>> = {
  'ec2.Instance': "new ec2.Instance(this, 'I', { vpc, instanceType, machineImage });",
  'ec2.Instance with more said': `new ec2.Instance(this, 'I', {
      vpc,
      instanceType,
      machineImage,
      requireImdsv2: false,
    });`,
  'ec2.Instance with options made ahead': `const options = { vpc, instanceType, machineImage };
    new ec2.Instance(this, 'I', options);`,
  'ec2.LaunchTemplate': "new ec2.LaunchTemplate(this, 'T', { instanceType, machineImage });",
  'ec2.LaunchTemplate without options': "new ec2.LaunchTemplate(this, 'T');",
  'ec2.BastionHostLinux': "new ec2.BastionHostLinux(this, 'B', { vpc });",
  'autoscaling.AutoScalingGroup': "new autoscaling.AutoScalingGroup(this, 'G', { vpc, instanceType, machineImage });",
  'ec2.CfnInstance': "new ec2.CfnInstance(this, 'I', { imageId: 'ami-12345678', instanceType: 't3.micro' });",
  'ec2.CfnLaunchTemplate':
    "new ec2.CfnLaunchTemplate(this, 'T', { launchTemplateData: { metadataOptions: { httpTokens: 'optional' } } });",
  'autoscaling.CfnLaunchConfiguration':
    "new autoscaling.CfnLaunchConfiguration(this, 'C', { imageId: 'ami-12345678', instanceType: 't3.micro' });",
  'ec2.NatProvider.instanceV2': `const natGatewayProvider = ec2.NatProvider.instanceV2({ instanceType });
    new ec2.Vpc(this, 'N', { natGatewayProvider });`,
  'ecs.Cluster.addCapacity': `const cluster = new ecs.Cluster(this, 'E', { vpc });
    cluster.addCapacity('C', { instanceType });`,
};

describe('what CDK makes of a construct after the suggestion', () => {
  let before: readonly Synthesis[];
  let after: readonly Synthesis[];

  beforeAll(() => {
    const programs = Object.values(CONSTRUCTS).map(programWith);
    const found = synthesise([...programs, ...programs.map(repaired)]);
    before = found.slice(0, programs.length);
    after = found.slice(programs.length);
  }, 300_000);

  it.each(Object.keys(CONSTRUCTS).map((name, index) => [name, index] as const))('%s', (_name, index) => {
    expect(before[index]).not.toContain('required');
    expect(new Set(after[index])).toEqual(new Set(['required']));
  });
});

/** The values of every `HttpTokens` in a template. */
type Synthesis = readonly string[];

function programWith(construct: string): string {
  return `import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';

class Service extends Stack {
  constructor(scope, id) {
    super(scope, id);
    const vpc = new ec2.Vpc(this, 'V', { natGateways: 0 });
    const instanceType = new ec2.InstanceType('t3.micro');
    const machineImage = ec2.MachineImage.genericLinux({ 'us-east-1': 'ami-12345678' });
    ${construct}
  }
}

const service = new Service(new App(), 'Service', { env: { region: 'us-east-1' } });
console.log(JSON.stringify(Template.fromStack(service).toJSON()));
`;
}

/** What programs synthesise, one after the other in one process: the library takes long to load. */
function synthesise(programs: readonly string[]): readonly Synthesis[] {
  const folder = mkdtempSync(join(BENCH, 'node_modules', '.cdk-'));
  try {
    const files = programs.map((program, index) => {
      const file = join(folder, `${String(index)}.mjs`);
      writeFileSync(file, program);
      return file;
    });
    const all = files.map((file) => `await import(${JSON.stringify(pathToFileURL(file).href)});`).join('\n');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', all], {
      cwd: BENCH,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(stderr);
    const templates = stdout.trimEnd().split('\n');
    return templates.map((template) => [...template.matchAll(/"HttpTokens":"(\w+)"/g)].map(([, value = '']) => value));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The program with the first suggestion of its first problem applied. */
function repaired(text: string): string {
  const messages = new Linter().verify(text, [plugin.configs.recommended], { filename: 'app.js' });
  const fix = messages.flatMap((message) => message.suggestions ?? [])[0]?.fix;
  if (fix === undefined) throw new Error(`Nothing is suggested: ${JSON.stringify(messages)}`);
  return text.slice(0, fix.range[0]) + fix.text + text.slice(fix.range[1]);
}
