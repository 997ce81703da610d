// @ts-check
/**
 * Terraform in three sizes, alone and with calls of a module (time and memory should grow as resources and calls do), and a CloudFormation template of 5 MB as JSON and as
 * YAML, beside what their parsers alone take: `node benches/infrastructure.js`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { PassThrough, Readable } from 'node:stream';
import { visit } from 'jsonc-parser';
import { parseAllDocuments } from 'yaml';
import { medianSeconds, say } from './measure.js';

const { main } = await import(new URL('../../packages/scanner/dist/index.js', import.meta.url).href);
const root = mkdtempSync(join(tmpdir(), 'imdsv2-bench-'));
try {
  for (const count of [500, 1000, 2000]) await measure(`terraform-${count}`, { 'main.tf': terraform(count) });
  for (const count of [250, 500, 1000])
    await measure(`terraform-modules-${count}`, {
      'main.tf': terraform(count) + calls(count / 20),
      'web/main.tf': webModule(),
    });
  const json = cloudFormationJson(9000);
  await measureParser('cloudformation-json, parser alone', json, () => visit(json, {}));
  await measure('cloudformation-json', { 'stack.json': json });
  const yaml = cloudFormationYaml(15_000);
  const customTags = [{ tag: '!Sub', resolve: String }];
  await measureParser('cloudformation-yaml, parser alone', yaml, () =>
    parseAllDocuments(yaml, { uniqueKeys: false, customTags, logLevel: 'silent', prettyErrors: false }),
  );
  await measure('cloudformation-yaml', { 'stack.yaml': yaml });
} finally {
  rmSync(root, { recursive: true });
}

/** @param {string} name @param {Record<string, string>} files */
async function measure(name, files) {
  const cwd = join(root, name);
  mkdirSync(cwd);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  const size = Object.values(files).reduce((sum, text) => sum + text.length, 0);
  const sink = () => new PassThrough().resume();
  const seconds = await medianSeconds('cpu', () =>
    main({
      argv: ['inventory', '--format', 'json'],
      cwd,
      env: {},
      stdin: Readable.from([]),
      stdout: sink(),
      stderr: sink(),
    }),
  );
  say(
    name,
    `${figures(size, seconds)}, ${Math.round(process.resourceUsage().maxRSS / 1024)} MB of memory at most so far`,
  );
}

/** @param {string} name @param {string} text @param {() => unknown} parse */
async function measureParser(name, text, parse) {
  say(name, figures(text.length, await medianSeconds('cpu', parse)));
}

/** @param {number} size @param {number} seconds */
function figures(size, seconds) {
  return `${(size / 1e6).toFixed(2)} MB in ${seconds.toFixed(2)} s, ${(size / 1e6 / seconds).toFixed(2)} MB/s`;
}

/** @param {number} count */
function terraform(count) {
  return Array.from(
    { length: count },
    (_, i) => `variable "tokens_${i}" {
  default = "required"
}

resource "aws_instance" "node_${i}" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"
  user_data     = <<-SCRIPT
    #!/bin/bash
    curl -s http://169.254.169.254/latest/meta-data/instance-id
  SCRIPT
  metadata_options {
    http_tokens = var.tokens_${i}
  }
}
`,
  ).join('\n');
}

/** A module with ten launches of its own, whose options hang on what its caller passes. */
function webModule() {
  return `variable "tokens" {
  type = string
}

${Array.from(
  { length: 10 },
  (_, i) => `resource "aws_launch_template" "part_${i}" {
  metadata_options {
    http_tokens = var.tokens
  }
  user_data = base64encode(templatefile("\${path.module}/boot.sh", { part = ${i} }))
}
`,
).join('\n')}`;
}

/** @param {number} count */
function calls(count) {
  return Array.from(
    { length: count },
    (_, i) => `
module "web_${i}" {
  source = "./web"
  tokens = "${i % 2 === 0 ? 'required' : 'optional'}"
}
`,
  ).join('');
}

/** @param {number} i */
function instance(i) {
  return {
    Type: 'AWS::EC2::Instance',
    Properties: {
      ImageId: 'ami-0123456789abcdef0',
      InstanceType: 't3.small',
      MetadataOptions: { HttpTokens: i % 2 === 0 ? 'required' : 'optional' },
      UserData: { 'Fn::Base64': { 'Fn::Sub': `#!/bin/bash\necho node ${i} of \${AWS::StackName}\n` } },
      Tags: [{ Key: 'Name', Value: `node-${i}` }],
    },
  };
}

/** @param {number} count */
function cloudFormationJson(count) {
  const Resources = Object.fromEntries(Array.from({ length: count }, (_, i) => [`Node${i}`, instance(i)]));
  return JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources }, undefined, 2);
}

/** @param {number} count */
function cloudFormationYaml(count) {
  const resources = Array.from(
    { length: count },
    (_, i) => `  Node${i}:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      InstanceType: t3.small
      MetadataOptions:
        HttpTokens: ${i % 2 === 0 ? 'required' : 'optional'}
      UserData:
        Fn::Base64: !Sub |
          #!/bin/bash
          echo node ${i} of \${AWS::StackName}
      Tags:
        - Key: Name
          Value: node-${i}
`,
  ).join('');
  return `AWSTemplateFormatVersion: '2010-09-09'\nResources:\n${resources}`;
}
