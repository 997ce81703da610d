import { fileDocument, Program } from 'imdsv2-core';
import { describe, expect, test } from 'vitest';
import { readConfiguration } from './configuration.testing.ts';
import { frontEnd } from './index.ts';

const plan = {
  format_version: '1.2',
  planned_values: {
    root_module: {
      resources: [
        {
          address: 'aws_instance.silent',
          mode: 'managed',
          type: 'aws_instance',
          name: 'silent',
          values: { ami: 'ami-1' },
        },
        {
          address: 'aws_instance.open',
          mode: 'managed',
          type: 'aws_instance',
          name: 'open',
          values: { metadata_options: [{ http_endpoint: 'enabled' }] },
        },
        {
          address: 'aws_instance.weak',
          mode: 'managed',
          type: 'aws_instance',
          name: 'weak',
          values: {
            metadata_options: [{ http_tokens: 'optional' }],
            user_data: '#!/bin/sh\ncurl http://169.254.169.254/latest/meta-data/',
          },
        },
        {
          address: 'aws_launch_template.t',
          mode: 'managed',
          type: 'aws_launch_template',
          name: 't',
          values: { name: 't', metadata_options: [{ http_tokens: 'required' }] },
        },
        {
          address: 'aws_autoscaling_group.g',
          mode: 'managed',
          type: 'aws_autoscaling_group',
          name: 'g',
          values: { launch_template: [{ version: '$Latest' }] },
        },
      ],
      child_modules: [
        {
          address: 'module.m["a"]',
          resources: [
            {
              address: 'module.m["a"].aws_instance.i[0]',
              mode: 'managed',
              type: 'aws_instance',
              name: 'i',
              values: { metadata_options: [{ http_tokens: 'required' }] },
            },
          ],
        },
      ],
    },
  },
  resource_changes: [
    { address: 'aws_instance.silent', change: { after_unknown: { metadata_options: true } } },
    { address: 'aws_instance.open', change: { after_unknown: { metadata_options: [{ http_tokens: true }] } } },
    { address: 'aws_autoscaling_group.g', change: { after_unknown: { launch_template: [{ id: true }] } } },
  ],
  configuration: {
    root_module: {
      resources: [
        {
          address: 'aws_instance.open',
          expressions: { metadata_options: [{ http_tokens: { references: ['random_shuffle.x.result'] } }] },
        },
        {
          address: 'aws_autoscaling_group.g',
          expressions: {
            launch_template: [
              {
                id: { references: ['aws_launch_template.t.id', 'aws_launch_template.t'] },
                version: { constant_value: '$Latest' },
              },
            ],
          },
        },
      ],
    },
  },
};

describe('a plan', () => {
  test('is judged by what a run will do', async () => {
    const text = JSON.stringify(plan, null, 2);
    const run = await frontEnd.load();
    const analysis = run([fileDocument('plan.json', text, 'terraform')], {
      readFile: () => undefined,
      listDirectory: () => [],
      singleFile: false,
      variableFiles: [],
    });
    const program = new Program(analysis.facts);
    expect(
      program.launches.map((launch) => [launch.instance, launch.name, program.launchJudgementOf(launch).verdict]),
    ).toEqual([
      [null, 'silent', 'unset'],
      [null, 'open', 'undecided'],
      [null, 'weak', 'optional'],
      [null, 't', 'required'],
      [null, 'g', 'required'],
      ['module.m["a"]', 'i[0]', 'required'],
    ]);
    const [script] = analysis.documents;
    expect(text.slice(script?.map.at(script.text.indexOf('curl')).offset).startsWith('curl')).toBe(true);
  });
});

describe('Terragrunt', () => {
  test('gives inputs to a module of the tree, one launch for each call', async () => {
    const { judgement } = await readConfiguration({
      'modules/web/main.tf':
        'variable "tokens" {\n  default = "optional"\n}\nresource "aws_instance" "web" {\n  metadata_options {\n    http_tokens = var.tokens\n  }\n}\n',
      'live/a/terragrunt.hcl':
        'terraform {\n  source = "../../modules//web"\n}\ninputs = {\n  tokens = "required"\n}\n',
      'live/b/terragrunt.hcl': 'terraform {\n  source = "../../modules//web"\n}\n',
    });
    expect(judgement('aws_instance.web', 'live/a/terragrunt.hcl').verdict).toBe('required');
    expect(judgement('aws_instance.web', 'live/b/terragrunt.hcl').verdict).toBe('optional');
  });

  test('inputs may name locals of the file; what only Terragrunt knows stays open', async () => {
    const { judgement } = await readConfiguration({
      'modules/web/main.tf':
        'variable "tokens" {\n  type = string\n}\nresource "aws_instance" "web" {\n  metadata_options {\n    http_tokens = var.tokens\n  }\n}\n',
      'live/a/terragrunt.hcl':
        'terraform {\n  source = "../../modules/web"\n}\nlocals {\n  tokens = "required"\n}\ninputs = {\n  tokens = local.tokens\n}\n',
      'live/b/terragrunt.hcl':
        'terraform {\n  source = "../../modules/web"\n}\ninputs = {\n  tokens = dependency.account.outputs.tokens\n}\n',
    });
    expect(judgement('aws_instance.web', 'live/a/terragrunt.hcl').verdict).toBe('required');
    expect(judgement('aws_instance.web', 'live/b/terragrunt.hcl').verdict).toBe('undecided');
  });

  test('a script for a module that is elsewhere is read', async () => {
    const { documents } = await readConfiguration({
      'live/a/terragrunt.hcl':
        'terraform {\n  source = "git::https://example.com/modules.git//web"\n}\ninputs = {\n  user_data = <<-EOT\n    #!/bin/sh\n    curl http://169.254.169.254/latest/meta-data/mac\n  EOT\n}\n',
    });
    expect(documents.map(({ language, text }) => [language, text])).toEqual([
      ['json', expect.stringContaining('curl http://169.254.169.254/latest/meta-data/mac')],
    ]);
  });
});
