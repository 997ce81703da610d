import { describe, expect, test } from 'vitest';
import { readConfiguration } from './configuration.testing.ts';
import { areBelow, boundsOf, intersect } from './version-constraint.ts';

const provider = (version: string): string =>
  `terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "${version}" }\n  }\n}\n`;
const template = (options: string): string =>
  `resource "aws_launch_template" "web" {\n  metadata_options {\n${options}\n  }\n}\n`;
const REQUIRED = 'http_tokens = "required"';
const ENABLED = 'http_endpoint = "enabled"';

describe('old versions of the provider send less of a launch template than it says', () => {
  test.each([
    ['~> 4.50.0', `    ${REQUIRED}`, 'unset', 'drops'],
    ['< 4.61', `    ${REQUIRED}\n    http_put_response_hop_limit = 2`, 'unset', 'drops'],
    ['~> 3.74', `    ${REQUIRED}`, 'required', 'is refused'],
    ['~> 4.50.0', `    ${ENABLED}\n    ${REQUIRED}`, 'required', undefined],
    // init takes the newest: 4.67.
    ['~> 4.50', `    ${REQUIRED}`, 'required', undefined],
    ['~> 4.0', `    ${ENABLED}`, 'optional', undefined],
    ['>= 4.0', `    ${ENABLED}`, 'unset', undefined],
    ['~> 5.0', `    ${ENABLED}`, 'unset', undefined],
    ['~> 5.0', `    ${REQUIRED}`, 'required', undefined],
  ])('%s: %s', async (version, options, verdict, complaint) => {
    const { judgement, launch } = await readConfiguration({ 'main.tf': provider(version) + template(options) });
    expect(judgement('aws_launch_template.web').verdict).toBe(verdict);
    const messages = (launch('aws_launch_template.web').invalid ?? []).map(({ message }) => message);
    expect(messages).toEqual(complaint === undefined ? [] : [expect.stringContaining(complaint)]);
  });

  test('the lock file knows better than the constraint', async () => {
    const lock = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "4.22.0"\n}\n';
    const files = { 'main.tf': provider('>= 4.0') + template(`    ${REQUIRED}`) };
    expect((await readConfiguration(files)).judgement('aws_launch_template.web').verdict).toBe('required');
    expect(
      (await readConfiguration({ ...files, '.terraform.lock.hcl': lock })).judgement('aws_launch_template.web').verdict,
    ).toBe('unset');
  });

  test('the constraint of whoever calls the module counts', async () => {
    const { judgement } = await readConfiguration({
      'main.tf': `${provider('4.20.0')}module "web" {\n  source = "./web"\n}\n`,
      'web/main.tf': provider('>= 3.0') + template(`    ${REQUIRED}`),
    });
    expect(judgement('aws_launch_template.web').verdict).toBe('unset');
  });
});

test.each([
  ['~> 4.5', '5.0.0', true],
  ['~> 4.5.1', '4.6.0', true],
  ['~> 4.5', '4.61.0', false],
  ['>= 3.0, < 4.0', '4.0.0', true],
  ['<= 4.60.9', '4.61.0', true],
  ['<= 4.61.0', '4.61.0', false],
  ['4.1.0', '4.1.1', true],
  ['>= 4.0', '99.0.0', false],
])('%s is below %s: %s', (constraint, version, below) => {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const bounds = boundsOf(constraint);
  expect(bounds === undefined ? undefined : areBelow(bounds, [major, minor, patch])).toBe(below);
});

test('of two constraints both count', () => {
  const [one, two] = ['>= 3.0, < 5.0', '~> 4.9'].map((constraint) => boundsOf(constraint));
  expect(one === undefined || two === undefined ? undefined : intersect(one, two)).toEqual({
    least: [4, 9, 0],
    before: [5, 0, 0],
    upTo: undefined,
  });
});
