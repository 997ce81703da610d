import { fileDocument, Program, type Analysis, type LaunchJudgement } from 'imdsv2-core';
import { describe, expect, test } from 'vitest';
import { frontEnd } from './index.ts';

async function read(
  files: Readonly<Record<string, string>>,
): Promise<{ analysis: Analysis; program: Program; judgement: (name: string) => LaunchJudgement }> {
  const documents = Object.keys(files)
    .filter((path) => /\.pkr|builders/.test(path))
    .map((path) => fileDocument(path, files[path] ?? '', 'packer'));
  const run = await frontEnd.load();
  const analysis = run(documents, {
    readFile: (path) => files[path],
    listDirectory: () => Object.keys(files),
    singleFile: false,
    variableFiles: [],
  });
  const program = new Program(analysis.facts);
  return {
    analysis,
    program,
    judgement: (name) => program.launchJudgementOf(program.launches.find((launch) => launch.name === name)!),
  };
}

const source = (inner: string, type = 'amazon-ebs'): string => `source "${type}" "web" {\n${inner}\n}\n`;

describe('a source', () => {
  test.each([
    ['says nothing, and Packer sends optional', source(''), 'optional', 'tool-default'],
    ['requires tokens', source('  metadata_options {\n    http_tokens = "required"\n  }'), 'required', 'self'],
    [
      'a block without tokens',
      source('  metadata_options {\n    http_endpoint = "enabled"\n  }'),
      'optional',
      'tool-default',
    ],
    [
      'the endpoint off, which sends nothing',
      source('  metadata_options {\n    http_endpoint = "disabled"\n    http_tokens   = "required"\n  }'),
      'unset',
      'unknown',
    ],
    [
      'a builder that does not pass it on',
      source('  metadata_options {\n    http_tokens = "required"\n  }', 'amazon-instance'),
      'unset',
      'unknown',
    ],
    [
      'dynamic over a map with a default',
      `variable "o" {\n  type = map(string)\n  default = { http_tokens = "required" }\n}\n${source('  dynamic "metadata_options" {\n    for_each = length(var.o) > 0 ? [var.o] : []\n    content {\n      http_tokens = try(metadata_options.value.http_tokens, null)\n    }\n  }')}`,
      'required',
      'variable-default',
    ],
  ])('%s', async (_name, text, verdict, decidedBy) => {
    const { judgement } = await read({ 'ami.pkr.hcl': text });
    expect(judgement('web')).toMatchObject({ verdict, decidedBy });
  });

  test('of another cloud, or one that launches nothing, is none', async () => {
    const { program } = await read({ 'ami.pkr.hcl': `${source('', 'googlecompute')}${source('', 'amazon-chroot')}` });
    expect(program.launches).toEqual([]);
  });

  test('imds_support says something about the image, nothing about the instance that builds it', async () => {
    const { program, judgement } = await read({ 'ami.pkr.hcl': source('  imds_support = "v2.0"') });
    expect(judgement('web').verdict).toBe('optional');
    expect(program.defaults).toMatchObject([{ scope: 'ami', tokens: { state: 'set', value: 'required' } }]);
  });

  test('variables of *.auto.pkrvars.hcl', async () => {
    const { judgement } = await read({
      'ami.pkr.hcl': `variable "t" {\n  default = "required"\n}\n${source('  metadata_options {\n    http_tokens = var.t\n  }')}`,
      'a.auto.pkrvars.hcl': 't = "optional"\n',
    });
    expect(judgement('web').verdict).toBe('optional');
  });
});

describe('scripts', () => {
  test('provisioners belong to the instance of their sources', async () => {
    const { analysis, program } = await read({
      'ami.pkr.hcl': `${source('  user_data = "#!/bin/sh\\nz"')}build {\n  sources = ["source.amazon-ebs.web"]\n  provisioner "shell" {\n    inline = ["a", "b"]\n  }\n  provisioner "shell" {\n    script = "setup.sh"\n  }\n  provisioner "shell-local" {\n    command = "c"\n  }\n  provisioner "powershell" {\n    scripts = ["setup.ps1"]\n  }\n}\n`,
      'setup.sh': '#!/bin/sh\nd\n',
      'setup.ps1': 'e\n',
    });
    const [launch] = program.launches;
    expect(
      analysis.documents.map((document) => [document.language, document.text, document.path, document.launches.length]),
    ).toEqual([
      ['user-data', '#!/bin/sh\nz', 'ami.pkr.hcl', 1],
      ['shell', 'a\nb', 'ami.pkr.hcl', 1],
      ['user-data', '#!/bin/sh\nd\n', 'setup.sh', 1],
      ['shell', 'c', 'ami.pkr.hcl', 0],
      ['powershell', 'e\n', 'setup.ps1', 1],
    ]);
    expect(analysis.documents[0]?.launches).toEqual([launch?.id]);
  });

  test('a source that stands in the build itself', async () => {
    const { analysis } = await read({
      'ami.pkr.hcl': `${source('')}build {\n  source "source.amazon-ebs.web" {\n    name = "x"\n  }\n  provisioner "shell" {\n    inline = ["a"]\n  }\n}\n`,
    });
    expect(analysis.documents[0]?.launches).toHaveLength(1);
  });
});

describe('a template in JSON', () => {
  const json = JSON.stringify(
    {
      variables: { tokens: 'required' },
      builders: [
        { type: 'amazon-ebs', name: 'a', metadata_options: { http_tokens: '{{user `tokens`}}' } },
        { type: 'amazon-ebs', name: 'b' },
      ],
      provisioners: [{ type: 'shell', inline: ['curl "http://169.254.169.254/latest/{{user `what`}}"', 'true'] }],
    },
    null,
    2,
  );

  test('builders, variables and provisioners', async () => {
    const { analysis, judgement } = await read({ 'builders.json': json });
    expect(judgement('a').verdict).toBe('required');
    expect(judgement('b').verdict).toBe('optional');
    const [document] = analysis.documents;
    expect(document?.holes).toHaveLength(1);
    expect(document?.launches).toHaveLength(2);
    const at = document?.map.at(document.text.indexOf('http'));
    expect(json.slice(at?.offset, (at?.offset ?? 0) + 11)).toBe('http://169.');
  });
});
