import { splitHoles, type Document } from 'imdsv2-core';
import { describe, expect, test } from 'vitest';
import { readConfiguration } from './configuration.testing.ts';

const instance = (argument: string): string => `resource "aws_instance" "web" {\n${argument}\n}\n`;
const CURL = 'curl -s http://169.254.169.254/latest/meta-data/';

/** The document's text with its holes as `<name>`. */
const shown = (document: Document | undefined): string | undefined =>
  document === undefined
    ? undefined
    : splitHoles(document.text, document)
        .map((part) => (typeof part === 'string' ? part : `<${part.hole.name}>`))
        .join('');

async function scriptsOf(
  files: Readonly<Record<string, string>>,
): Promise<{ texts: (string | undefined)[]; places: string[] }> {
  const { documents } = await readConfiguration(files);
  return {
    texts: documents.map(shown),
    // Where the call of each script stands in the files.
    places: documents.flatMap((document) => {
      const at = document.text.indexOf('curl');
      if (at === -1) return [];
      const place = document.map.at(at);
      return [`${place.path}: ${(files[place.path] ?? '').slice(place.offset, place.offset + 4)}`];
    }),
  };
}

describe('a boot script is found, and its characters where they are written', () => {
  test.each<[string, Record<string, string>, string, string]>([
    [
      'a heredoc',
      { 'main.tf': instance(`  user_data = <<EOT\n#!/bin/sh\n${CURL}\nEOT`) },
      `#!/bin/sh\n${CURL}\n`,
      'main.tf: curl',
    ],
    [
      'an indented heredoc',
      { 'main.tf': instance(`  user_data = <<-EOT\n    #!/bin/sh\n      ${CURL}\n    EOT`) },
      `#!/bin/sh\n  ${CURL}\n`,
      'main.tf: curl',
    ],
    [
      'a quoted string',
      { 'main.tf': instance(`  user_data = "#!/bin/sh\\n${CURL}\\n"`) },
      `#!/bin/sh\n${CURL}\n`,
      'main.tf: curl',
    ],
    [
      'base64encode',
      { 'main.tf': instance(`  user_data_base64 = base64encode("#!/bin/sh\\n${CURL}")`) },
      `#!/bin/sh\n${CURL}`,
      'main.tf: curl',
    ],
    [
      'base64gzip',
      { 'main.tf': instance(`  user_data_base64 = base64gzip("#!/bin/sh\\n${CURL}")`) },
      `#!/bin/sh\n${CURL}`,
      'main.tf: curl',
    ],
    [
      'file',
      { 'm/main.tf': instance('  user_data = file("${path.module}/boot.sh")'), 'm/boot.sh': `#!/bin/sh\n${CURL}\n` },
      `#!/bin/sh\n${CURL}\n`,
      'm/boot.sh: curl',
    ],
    [
      'filebase64',
      { 'main.tf': instance('  user_data_base64 = filebase64("boot.sh")'), 'boot.sh': `#!/bin/sh\n${CURL}\n` },
      `#!/bin/sh\n${CURL}\n`,
      'boot.sh: curl',
    ],
    [
      'templatefile',
      {
        'main.tf': `variable "r" {}\n${instance('  user_data = templatefile("boot.tpl", { region = var.r, port = 80 })')}`,
        'boot.tpl': `#!/bin/sh\n# \${port} \${region} $\${HOME}\n${CURL}\n`,
      },
      `#!/bin/sh\n# 80 <var.r> \${HOME}\n${CURL}\n`,
      'boot.tpl: curl',
    ],
    [
      'join of lines',
      { 'main.tf': instance(`  user_data = join("\\n", ["#!/bin/sh", "${CURL}"])`) },
      `#!/bin/sh\n${CURL}`,
      'main.tf: curl',
    ],
    [
      'join of files',
      {
        'main.tf': instance('  user_data = join("\\n", [file("a.sh"), file("b.sh")])'),
        'a.sh': '#!/bin/sh\n',
        'b.sh': CURL,
      },
      `#!/bin/sh\n\n${CURL}`,
      'b.sh: curl',
    ],
    [
      'format',
      { 'main.tf': instance(`  user_data = format("#!/bin/sh\\n%s\\n", "${CURL}")`) },
      `#!/bin/sh\n${CURL}\n`,
      'main.tf: curl',
    ],
    [
      'a local in another file',
      {
        'main.tf': instance('  user_data = local.boot'),
        'locals.tf': `locals {\n  boot = <<-EOT\n    #!/bin/sh\n    ${CURL}\n  EOT\n}\n`,
      },
      `#!/bin/sh\n${CURL}\n`,
      'locals.tf: curl',
    ],
    [
      'replace and trimspace',
      {
        'main.tf': instance('  user_data = trimspace(replace(file("boot.sh"), "HOST", "169.254.169.254"))'),
        'boot.sh': '#!/bin/sh\ncurl -s http://HOST/latest/meta-data/\n\n',
      },
      `#!/bin/sh\n${CURL}`,
      'boot.sh: curl',
    ],
    [
      'indent',
      { 'main.tf': instance(`  user_data = indent(2, "#!/bin/sh\\n${CURL}")`) },
      `#!/bin/sh\n  ${CURL}`,
      'main.tf: curl',
    ],
    [
      'a template of a data source',
      {
        'main.tf': `data "template_file" "boot" {\n  template = file("boot.tpl")\n  vars = { region = "eu" }\n}\n${instance('  user_data = data.template_file.boot.rendered')}`,
        'boot.tpl': `#!/bin/sh\n# \${region}\n${CURL}\n`,
      },
      `#!/bin/sh\n# eu\n${CURL}\n`,
      'boot.tpl: curl',
    ],
    [
      'cloud-config from yamlencode',
      { 'main.tf': instance(`  user_data = "#cloud-config\\n\${yamlencode({ runcmd = ["${CURL}"] })}"`) },
      `#cloud-config\n"runcmd":\n- "${CURL}"\n`,
      'main.tf: curl',
    ],
    [
      'cloud-config from jsonencode',
      { 'main.tf': instance(`  user_data = join("\\n", ["#cloud-config", jsonencode({ runcmd = ["${CURL}"] })])`) },
      `#cloud-config\n{"runcmd":["${CURL}"]}`,
      'main.tf: curl',
    ],
    [
      'a part of cloud-init',
      {
        'main.tf': `data "cloudinit_config" "c" {\n  gzip = true\n  part {\n    content_type = "text/x-shellscript"\n    content = "#!/bin/sh\\n${CURL}"\n  }\n}\n${instance('  user_data_base64 = data.cloudinit_config.c.rendered')}`,
      },
      `#!/bin/sh\n${CURL}`,
      'main.tf: curl',
    ],
    [
      'a part of cloud-init, one of as many as there are instances',
      {
        'main.tf': `variable "n" {}\ndata "cloudinit_config" "c" {\n  count = var.n\n  part {\n    content_type = "text/x-shellscript"\n    content = "#!/bin/sh\\n${CURL}"\n  }\n}\n${instance('  count = var.n\n  user_data_base64 = data.cloudinit_config.c[count.index].rendered')}`,
      },
      `#!/bin/sh\n${CURL}`,
      'main.tf: curl',
    ],
    [
      'a template of each',
      {
        'main.tf': `data "template_file" "t" {\n  for_each = toset(["a"])\n  template = "#!/bin/sh\\n${CURL} $\${name}"\n  vars = { name = each.key }\n}\n${instance('  user_data = data.template_file.t["a"].rendered')}`,
      },
      `#!/bin/sh\n${CURL} a`,
      'main.tf: curl',
    ],
    [
      'an argument of a module',
      {
        'm/main.tf': `variable "boot" {}\n${instance('  user_data = var.boot')}`,
        'main.tf': `module "m" {\n  source = "./m"\n  boot = "#!/bin/sh\\n${CURL}"\n}\n`,
      },
      `#!/bin/sh\n${CURL}`,
      'main.tf: curl',
    ],
    [
      'JSON',
      { 'main.tf.json': JSON.stringify({ resource: { aws_instance: { web: { user_data: `#!/bin/sh\n${CURL}` } } } }) },
      `#!/bin/sh\n${CURL}`,
      'main.tf.json: curl',
    ],
    [
      'CRLF',
      { 'main.tf': instance(`  user_data = <<EOT\r\n#!/bin/sh\r\n${CURL}\r\nEOT\r`) },
      `#!/bin/sh\r\n${CURL}\r\n`,
      'main.tf: curl',
    ],
  ])('%s', async (_name, files, text, place) => {
    const { texts, places } = await scriptsOf(files);
    expect(texts).toEqual([text]);
    expect(places).toEqual([place]);
  });

  test('base64 that stands in the file', async () => {
    const { texts } = await scriptsOf({
      'main.tf': instance(`  user_data_base64 = "${Buffer.from(`#!/bin/sh\n${CURL}\n`).toString('base64')}"`),
    });
    expect(texts).toEqual([`#!/bin/sh\n${CURL}\n`]);
  });

  test('one document for each arm of a condition that is not known', async () => {
    const { texts } = await scriptsOf({
      'main.tf': `variable "windows" {}\n${instance('  user_data = var.windows ? "<powershell>a</powershell>" : "#!/bin/sh\\nb"')}`,
    });
    expect(texts).toEqual(['<powershell>a</powershell>', '#!/bin/sh\nb']);
  });

  test('an arm that is not taken is not read', async () => {
    const { texts } = await scriptsOf({
      'main.tf': `variable "windows" {\n  default = false\n}\n${instance('  user_data = var.windows ? "<powershell>a</powershell>" : "#!/bin/sh\\nb"')}`,
    });
    expect(texts).toEqual(['#!/bin/sh\nb']);
  });

  test('directives of a template whose condition is not known', async () => {
    const { texts } = await scriptsOf({
      'main.tf': `variable "x" {}\n${instance('  user_data = templatefile("t.tpl", { x = var.x })')}`,
      't.tpl': 'a\n%{ if x ~}\nb\n%{ endif ~}\nc\n',
    });
    expect(texts).toEqual(['a\nb\nc\n', 'a\nc\n']);
  });
});

describe('what is known of it', () => {
  test.each([
    ['nothing is there', '', 'none'],
    ['null', '  user_data = null', 'none'],
    ['a variable without default', '  user_data = var.x', 'unknown'],
    ['a file outside the tree', '  user_data = file("../../../boot.sh")', 'unknown'],
    ['a script', '  user_data = "#!/bin/sh"', 'known'],
    ['a script with holes', '  user_data = "#!/bin/sh\\n${var.x}"', 'known'],
  ])('%s', async (_name, argument, state) => {
    const { launch } = await readConfiguration({ 'main.tf': `variable "x" {}\n${instance(argument)}` });
    expect(launch('aws_instance.web').userData.state).toBe(state);
  });

  test('it belongs to its launch; containers show', async () => {
    const { documents, launch } = await readConfiguration({
      'main.tf': instance('  user_data = "#!/bin/sh\\necho ECS_CLUSTER=a >> /etc/ecs/ecs.config"'),
    });
    expect(documents).toMatchObject([
      {
        language: 'user-data',
        runner: 'host',
        launches: [launch('aws_instance.web').id],
        role: 'user data of aws_instance.web',
      },
    ]);
    expect(launch('aws_instance.web').containers).toBeDefined();
  });

  test('provisioners are no boot scripts', async () => {
    const { documents } = await readConfiguration({
      'main.tf': instance(
        '  provisioner "local-exec" {\n    command = "curl a"\n  }\n  provisioner "remote-exec" {\n    inline = ["b", "c"]\n  }\n  provisioner "local-exec" {\n    command     = "d"\n    interpreter = ["pwsh", "-Command"]\n  }',
      ),
    });
    expect(
      documents.map((document) => [document.language, document.text, document.launches.length, document.runner]),
    ).toEqual([
      ['shell', 'curl a', 0, 'unknown'],
      ['user-data', 'b\nc', 0, 'host'],
      ['powershell', 'd', 0, 'unknown'],
    ]);
  });
});

describe('comments that ask for silence', () => {
  test.each([
    [
      'above a resource',
      '# imdsv2-ignore require-imdsv2 -- moved next week\nresource "aws_instance" "web" {\n}\n',
      /^resource[\s\S]*\}$/,
    ],
    [
      'above an argument',
      'resource "aws_instance" "web" {\n  // imdsv2-ignore no-imdsv1-request -- test bed\n  user_data = <<EOT\na\nEOT\n}\n',
      /^user_data = <<EOT\na\nEOT$/,
    ],
    [
      'above a nested block',
      'resource "aws_instance" "web" {\n  # imdsv2-ignore hop-limit -- reason\n  metadata_options {\n    http_tokens = "required"\n  }\n}\n',
      /^metadata_options[\s\S]*\}$/,
    ],
    [
      'on the line itself',
      'resource "aws_instance" "web" {\n  ami = "a" # imdsv2-ignore x -- reason\n}\n',
      /^ami = "a"$/,
    ],
  ])('%s', async (_name, source, covered) => {
    const { analysis, textAt } = await readConfiguration({ 'main.tf': source });
    expect(analysis.suppressions).toHaveLength(1);
    expect(textAt(analysis.suppressions[0]?.covers)).toMatch(covered);
  });
});

test.each([
  ['a line that nobody can read', '#!/bin/sh\n${var.more}\n', 'undecided'],
  ['with a default', '#!/bin/sh\n${var.known}\n', 'no-blocker-found'],
  ['a word of a command', '#!/bin/sh\necho ${var.more}\n', 'no-blocker-found'],
  ['a line of a file that is written', '#!/bin/sh\ncat > /x <<END\n${var.more}\nEND\n', 'no-blocker-found'],
])('what is not known of a script: %s', async (_, script, readiness) => {
  const { program, launch } = await readConfiguration({
    'main.tf': `variable "more" {}\nvariable "known" {\n  default = "true"\n}\n${instance(`  user_data = <<EOT\n${script}EOT`)}`,
  });
  expect(program.readinessOf(launch('aws_instance.web')).readiness).toBe(readiness);
});

test('data sources that refer to themselves are not known, and nothing else suffers', async () => {
  const { program, launch } = await readConfiguration({
    'main.tf': `data "template_file" "t" {\n  count = 2\n  template = data.template_file.t[0].rendered\n}\n${instance('  user_data = data.template_file.t[1].rendered')}`,
  });
  expect(program.readinessOf(launch('aws_instance.web')).readiness).toBe('undecided');
});
