import { describe, expect, test } from 'vitest';
import { readConfiguration } from './configuration.testing.ts';

const block = (inner: string): string => `resource "aws_instance" "web" {\n  ami = "ami-1"\n${inner}\n}\n`;
const options = (tokens: string): string => block(`  metadata_options {\n    http_tokens = ${tokens}\n  }`);

describe('an instance', () => {
  test.each([
    ['tokens required', options('"required"'), 'required', 'self'],
    ['tokens optional', options('"optional"'), 'optional', 'self'],
    ['no block', block(''), 'unset', 'unknown'],
    ['a block without tokens', block('  metadata_options {\n    http_endpoint = "enabled"\n  }'), 'unset', 'unknown'],
    ['null is not set', options('null'), 'unset', 'unknown'],
    [
      'the endpoint off',
      block('  metadata_options {\n    http_endpoint = "disabled"\n  }'),
      'endpoint-disabled',
      'self',
    ],
    [
      'an attribute instead of a block',
      block('  metadata_options = [{ http_tokens = "required" }]'),
      'required',
      'self',
    ],
    [
      'interpolation of 0.11',
      `variable "t" {\n  default = "optional"\n}\n${options('"${var.t}"')}`,
      'optional',
      'variable-default',
    ],
    [
      'the default of a variable',
      `variable "t" {\n  default = "required"\n}\n${options('var.t')}`,
      'required',
      'variable-default',
    ],
    [
      'a condition over a default',
      `variable "v2" {\n  type = bool\n  default = true\n}\n${options('var.v2 ? "required" : "optional"')}`,
      'required',
      'variable-default',
    ],
    [
      'the word "required" in the arm that is not taken',
      `variable "v2" {\n  default = false\n}\n${options('var.v2 ? "required" : "optional"')}`,
      'optional',
      'variable-default',
    ],
    ['a variable without default', `variable "t" {}\n${options('var.t')}`, 'undecided', 'unknown'],
    [
      'both arms of an unknown condition say the same',
      `variable "x" {}\n${options('var.x ? "required" : "required"')}`,
      'required',
      'self',
    ],
    [
      'the arms of an unknown condition differ',
      `variable "x" {}\n${options('var.x ? "required" : "optional"')}`,
      'undecided',
      'unknown',
    ],
    [
      'no arm of an unknown condition is good',
      `variable "x" {}\n${options('var.x ? "optional" : null')}`,
      'optional',
      'self',
    ],
    [
      'through locals',
      `locals {\n  a = { options = { tokens = "required" } }\n  b = local.a.options\n}\n${options('local.b.tokens')}`,
      'required',
      'self',
    ],
    [
      'lookup, coalesce and try',
      `variable "o" {\n  default = {}\n}\n${options('coalesce(try(var.o.tokens, null), lookup(var.o, "http_tokens", "required"))')}`,
      'required',
      'variable-default',
    ],
    [
      'dynamic over a list that is not empty',
      block(
        '  dynamic "metadata_options" {\n    for_each = [1]\n    content {\n      http_tokens = "required"\n    }\n  }',
      ),
      'required',
      'self',
    ],
    [
      'dynamic over nothing',
      block(
        '  dynamic "metadata_options" {\n    for_each = []\n    content {\n      http_tokens = "required"\n    }\n  }',
      ),
      'unset',
      'unknown',
    ],
    [
      'dynamic whose iterator has a name, without quotes',
      block(
        '  dynamic metadata_options {\n    for_each = [{ t = "required" }]\n    iterator = mo\n    content {\n      http_tokens = mo.value.t\n    }\n  }',
      ),
      'required',
      'self',
    ],
    [
      'dynamic over what is not known',
      `variable "o" {}\n${block('  dynamic "metadata_options" {\n    for_each = var.o\n    content {\n      http_tokens = "required"\n    }\n  }')}`,
      'undecided',
      'unknown',
    ],
    [
      'dynamic over what is not known, weak either way',
      `variable "o" {}\n${block('  dynamic "metadata_options" {\n    for_each = var.o\n    content {\n      http_tokens = "optional"\n    }\n  }')}`,
      'optional',
      'self',
    ],
    [
      'two dynamic blocks of which one is there',
      `variable "a" {\n  default = true\n}\n${block('  dynamic "metadata_options" {\n    for_each = var.a ? [1] : []\n    content {\n      http_tokens = "required"\n    }\n  }\n  dynamic "metadata_options" {\n    for_each = var.a ? [] : [1]\n    content {\n      http_tokens = "optional"\n    }\n  }')}`,
      'required',
      'variable-default',
    ],
    [
      'optional() with a default, an object that is empty',
      `variable "o" {\n  type = object({ http_tokens = optional(string, "required") })\n  default = {}\n}\n${options('var.o.http_tokens')}`,
      'required',
      'variable-default',
    ],
    [
      'optional() with a default, an object that must be given',
      `variable "o" {\n  type = object({ http_tokens = optional(string, "required") })\n}\n${options('var.o.http_tokens')}`,
      'required',
      'variable-default',
    ],
    [
      'keys of for_each of which one is weak',
      'resource "aws_instance" "web" {\n  for_each = { a = "required", b = "optional" }\n  metadata_options {\n    http_tokens = each.value\n  }\n}\n',
      'optional',
      'self',
    ],
    [
      'none of them now',
      'resource "aws_instance" "web" {\n  count = 0\n  metadata_options {\n    http_tokens = "optional"\n  }\n}\n',
      'optional',
      'self',
    ],
  ])('%s', async (_name, source, verdict, decidedBy) => {
    const { judgement } = await readConfiguration({ 'main.tf': source });
    expect(judgement('aws_instance.web')).toMatchObject({ verdict, decidedBy });
  });

  test('stands at its header; what decides is where it is written', async () => {
    const { launch, judgement, textAt } = await readConfiguration({
      'a/main.tf': options('local.t'),
      'a/locals.tf': 'locals {\n  t = "optional" # not "required"\n}\n',
    });
    expect(textAt(launch('aws_instance.web').location)).toMatch(/^resource "aws_instance" "web" \{[\s\S]*\}$/);
    const { decisive } = judgement('aws_instance.web');
    expect(decisive.location?.path).toBe('a/locals.tf');
    expect(textAt(decisive.location)).toBe('"optional"');
  });

  test('a comment is no resource', async () => {
    const { program } = await readConfiguration({
      'main.tf': `/*\n${options('"optional"')}*/\n# resource "aws_instance" "x" {}\n`,
    });
    expect(program.launches).toEqual([]);
  });

  test('a syntax error costs the block that has it', async () => {
    const { analysis, program } = await readConfiguration({
      'main.tf': `resource "aws_instance" "broken" {\n  ami = "unclosed\n}\n\n${options('"required"')}<<<<<<< HEAD\n${options('"optional"').replace('web', 'other')}`,
    });
    expect(program.launches.map((launch) => launch.name)).toContain('web');
    expect(program.launches.map((launch) => launch.name)).toContain('other');
    expect(analysis.problems).toMatchObject([{ extent: 'part' }]);
  });
});

describe('modules', () => {
  const web =
    'variable "tokens" {\n  default = "optional"\n}\nresource "aws_instance" "web" {\n  metadata_options {\n    http_tokens = var.tokens\n  }\n}\n';

  test('one launch per call path, each with its arguments', async () => {
    const { judgement, program } = await readConfiguration({
      'modules/web/main.tf': web,
      'live/main.tf':
        'module "a" {\n  source = "../modules/web"\n  tokens = "required"\n}\nmodule "b" {\n  source = "../modules/web"\n}\nmodule "c" {\n  source   = "../modules/web"\n  for_each = toset(["x"])\n  tokens   = each.key == "x" ? "required" : "optional"\n}\n',
    });
    expect(program.launches.map((launch) => launch.instance)).toEqual(['module.a', 'module.b', 'module.c["x"]']);
    expect(judgement('aws_instance.web', 'module.a')).toMatchObject({ verdict: 'required', decidedBy: 'self' });
    expect(judgement('aws_instance.web', 'module.b')).toMatchObject({
      verdict: 'optional',
      decidedBy: 'module-default',
    });
    expect(judgement('aws_instance.web', 'module.c["x"]')).toMatchObject({ verdict: 'required' });
  });

  test('two roots that call one module are two launches', async () => {
    const { program } = await readConfiguration({
      'm/main.tf': web,
      'a/main.tf': 'module "m" {\n  source = "../m"\n}\n',
      'b/main.tf': 'module "m" {\n  source = "../m"\n  tokens = "required"\n}\n',
    });
    expect(program.launches.map((launch) => program.launchJudgementOf(launch).verdict)).toEqual([
      'optional',
      'required',
    ]);
  });

  test('a module that nothing calls is judged with its own defaults', async () => {
    const { judgement } = await readConfiguration({ 'm/main.tf': web });
    expect(judgement('aws_instance.web', null).verdict).toBe('optional');
  });

  test('a module that is called no times is judged with its own defaults', async () => {
    const { judgement } = await readConfiguration({
      'm/main.tf': web,
      'a/main.tf': 'module "m" {\n  source = "../m"\n  count = 0\n}\n',
    });
    expect(judgement('aws_instance.web', null).verdict).toBe('optional');
  });

  test('null takes the default where null is refused', async () => {
    const { judgement } = await readConfiguration({
      'm/main.tf': web.replace('default = "optional"', 'default  = "required"\n  nullable = false'),
      'main.tf': 'module "m" {\n  source = "./m"\n  tokens = null\n}\n',
    });
    expect(judgement('aws_instance.web', 'module.m').verdict).toBe('required');
  });

  test('modules that call each other in a circle end', async () => {
    const { program } = await readConfiguration({
      'a/main.tf': 'module "b" {\n  source = "../b"\n}\n',
      'b/main.tf': `module "a" {\n  source = "../a"\n}\n${web}`,
    });
    expect(program.launches.length).toBeGreaterThan(0);
  });

  test('outputs, nested calls, values of several modules', async () => {
    const { judgement } = await readConfiguration({
      'inner/main.tf': web,
      'outer/main.tf': 'variable "t" {}\nmodule "inner" {\n  source = "../inner"\n  tokens = var.t\n}\n',
      'settings/main.tf': 'output "tokens" {\n  value = { web = "required" }\n}\n',
      'main.tf':
        'module "settings" {\n  source = "./settings"\n}\nmodule "outer" {\n  source = "./outer"\n  t = module.settings.tokens["web"]\n}\n',
    });
    expect(judgement('aws_instance.web', 'module.outer.module.inner').verdict).toBe('required');
  });

  test('modules that terraform init fetched', async () => {
    const { judgement } = await readConfiguration({
      'main.tf': 'module "far" {\n  source = "example/web/aws"\n  tokens = "required"\n}\n',
      '.terraform/modules/modules.json':
        '{"Modules":[{"Key":"","Dir":"."},{"Key":"far","Dir":".terraform/modules/far"}]}',
      '.terraform/modules/far/main.tf': web,
    });
    expect(judgement('aws_instance.web', 'module.far').verdict).toBe('required');
  });
});

describe('variables of a root', () => {
  const files = { 'main.tf': `variable "t" {\n  default = "required"\n}\n${options('var.t')}` };

  test('terraform.tfvars before the default, *.auto.tfvars before both', async () => {
    const one = await readConfiguration({ ...files, 'terraform.tfvars': 't = "optional"\n' });
    expect(one.judgement('aws_instance.web').verdict).toBe('optional');
    expect(one.textAt(one.judgement('aws_instance.web').decisive.location)).toBe('"optional"');
    const two = await readConfiguration({
      ...files,
      'terraform.tfvars': 't = "optional"\n',
      'a.auto.tfvars.json': '{"t": "required"}',
    });
    expect(two.judgement('aws_instance.web').verdict).toBe('required');
  });

  test('files named on the command line before all', async () => {
    const { judgement } = await readConfiguration(
      { ...files, 'a.auto.tfvars': 't = "required"\n', 'env/dev.tfvars': 't = "optional"\n' },
      { variableFiles: ['env/dev.tfvars'] },
    );
    expect(judgement('aws_instance.web').verdict).toBe('optional');
  });

  test('tfvars set only what the configuration passes on', async () => {
    const { judgement } = await readConfiguration({
      'main.tf': `variable "other" {}\n${options('"optional"')}`,
      'terraform.tfvars': 'other = "required"\n',
    });
    expect(judgement('aws_instance.web').verdict).toBe('optional');
  });
});

describe('other ways to write it', () => {
  test('an override file', async () => {
    const { judgement } = await readConfiguration({
      'main.tf': options('"optional"'),
      'web_override.tf': options('"required"'),
    });
    expect(judgement('aws_instance.web').verdict).toBe('required');
  });

  test('JSON', async () => {
    const source = JSON.stringify(
      {
        variable: { t: { default: 'required' } },
        resource: { aws_instance: { web: { metadata_options: { http_tokens: '${var.t}' } } } },
      },
      null,
      2,
    );
    const { judgement, launch, textAt } = await readConfiguration({ 'main.tf.json': source });
    expect(judgement('aws_instance.web').verdict).toBe('required');
    expect(textAt(launch('aws_instance.web').location)).toMatch(/^"web": \{/);
  });

  test('OpenTofu, whose file stands for the one of Terraform', async () => {
    const { judgement } = await readConfiguration({
      'main.tf': options('"optional"'),
      'main.tofu': options('"required"'),
    });
    expect(judgement('aws_instance.web').verdict).toBe('required');
  });
});

test('what one call switches off counts only where no call switches it on', async () => {
  const module =
    'variable "create" {\n  default = true\n}\nvariable "tokens" {}\nresource "aws_instance" "web" {\n  count = var.create ? 1 : 0\n  metadata_options {\n    http_tokens = var.tokens\n  }\n}\n';
  const off = 'module "off" {\n  source = "./m"\n  create = false\n  tokens = "optional"\n}\n';
  const both = await readConfiguration({
    'm/main.tf': module,
    'main.tf': `${off}module "on" {\n  source = "./m"\n  tokens = "required"\n}\n`,
  });
  expect(both.program.launches.map((launch) => launch.instance)).toEqual(['module.on']);
  const alone = await readConfiguration({ 'm/main.tf': module, 'main.tf': off });
  expect(alone.judgement('aws_instance.web').verdict).toBe('optional');
});

test('keys beyond what is looked at are told', async () => {
  const read = async (tokens: string): Promise<readonly string[]> => {
    const { analysis } = await readConfiguration({
      'main.tf': `resource "aws_instance" "web" {\n  for_each = toset([for i in range(130) : tostring(i)])\n  metadata_options {\n    http_tokens = ${tokens}\n  }\n}\n`,
    });
    return analysis.problems.map(({ reason }) => reason);
  };
  expect(await read('each.key == "120" ? "optional" : "required"')).toEqual([
    'It has many keys; 30 of them were not read.',
  ]);
  // Nothing differs.
  expect(await read('"required"')).toEqual([]);
});
