import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { directoryWith, runMain, scan } from './run-main.ts';

const DATA = 'http://169.254.169.254/latest/meta-data';
const TOKEN = 'http://169.254.169.254/latest/api/token';
const ASK = `IMDS_TOKEN=$(curl -sf --connect-timeout 2 -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 21600" ${TOKEN})`;
const SEND = '-H "X-aws-ec2-metadata-token: $IMDS_TOKEN"';
const PLAIN = `#!/bin/sh\nMAC=$(curl -s ${DATA}/mac)\n`;
const HAVE = `TOKEN=$(curl -sf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" ${TOKEN})`;
const MISSPELT = `#!/bin/sh\nset -e\n${HAVE}\ncurl -s -H "aws-ec2-metadata-token: $TOKEN" ${DATA}/mac\n`;

/** Repairs files in a directory of their own: what they then say, what is printed, and whether a second run changes anything. */
async function fixed(files: Readonly<Record<string, string>>, ...argv: readonly string[]) {
  const root = directoryWith(files);
  const ran = await runMain(['fix', '--unsafe', ...argv], { cwd: root });
  const read = (): Record<string, string> =>
    Object.fromEntries(Object.keys(files).map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  const texts = read();
  await runMain(['fix', '--unsafe', ...argv], { cwd: root });
  expect(read(), 'a second time').toEqual(texts);
  return { ...ran, root, texts };
}

describe('a script is repaired in what it stands in', () => {
  it.each<[host: string, path: string, before: string, after: string]>([
    [
      'a here-document of Terraform',
      'main.tf',
      `resource "aws_instance" "a" {\n  metadata_options {\n    http_tokens = "required"\n  }\n  user_data = <<-EOT\n    #!/bin/sh\n    X=\${var.x}; echo $\${X}\n    MAC=$(curl -s ${DATA}/mac)\n  EOT\n}\n`,
      `    ${ASK}\n    MAC=$(curl ${SEND} -s ${DATA}/mac)\n`,
    ],
    [
      'a template of Terraform',
      'user_data.sh.tpl',
      `#!/bin/sh\ncurl -s "$\${BASE}" ${DATA}/\${what}\n`,
      `${ASK}\ncurl ${SEND} -s "$\${BASE}" ${DATA}/\${what}\n`,
    ],
    [
      'Fn::Sub',
      'stack.yaml',
      `Resources:\n  A:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        MetadataOptions: {HttpTokens: required}\n        UserData:\n          Fn::Base64: !Sub |\n            #!/bin/sh\n            echo \${!HOME} \${AWS::Region}\n            curl -s ${DATA}/mac\n`,
      `            ${ASK}\n            curl ${SEND} -s ${DATA}/mac\n`,
    ],
    [
      'Fn::Join, line by line',
      'stack.json',
      JSON.stringify(
        {
          Resources: {
            A: {
              Type: 'AWS::EC2::Instance',
              Properties: {
                MetadataOptions: { HttpTokens: 'required' },
                UserData: { 'Fn::Base64': { 'Fn::Join': ['', ['#!/bin/sh\n', `curl -s ${DATA}/mac\n`]] } },
              },
            },
          },
        },
        undefined,
        2,
      ),
      `${JSON.stringify(`${ASK}\n`)},\n                `,
    ],
    [
      'a block of YAML',
      '.github/workflows/a.yml',
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          set +e\n          echo a\n          MAC=$(curl -s ${DATA}/mac)\n`,
      `          ${ASK}\n          MAC=$(curl ${SEND} -s ${DATA}/mac)\n`,
    ],
    [
      'a plain scalar of YAML',
      'node.yaml',
      `#cloud-config\nruncmd:\n  - curl -s ${DATA}/mac > /run/mac\n`,
      `  - IMDS_TOKEN=$(curl -sf --connect-timeout 2 -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds:21600" ${TOKEN}); curl -H "X-aws-ec2-metadata-token:$IMDS_TOKEN" -s ${DATA}/mac > /run/mac\n`,
    ],
    [
      'a string of JSON',
      'image.json',
      `{"builders": [{"type": "amazon-ebs", "metadata_options": {"http_tokens": "required"}}], "provisioners": [{"type": "shell", "inline": ["echo \\"a\\"", "curl -s ${DATA}/mac"]}]}\n`,
      `, ${JSON.stringify(ASK)}, ${JSON.stringify(`curl ${SEND} -s ${DATA}/mac`)}]`,
    ],
    [
      'base64',
      'cloud.yaml',
      `#cloud-config\nwrite_files:\n  - path: /opt/a.sh\n    encoding: b64\n    content: ${Buffer.from(PLAIN).toString('base64')}\n`,
      Buffer.from(PLAIN.replace('MAC=$(curl', `${ASK}\nMAC=$(curl ${SEND}`)).toString('base64'),
    ],
    [
      'a Dockerfile',
      'Dockerfile',
      `FROM x\nRUN curl -s ${DATA}/mac; \\\n    curl -s ${DATA}/ami-id\n`,
      `RUN ${ASK}; \\\n    curl ${SEND} -s ${DATA}/mac; \\\n    curl ${SEND} -s ${DATA}/ami-id\n`,
    ],
    [
      'a Makefile',
      'Makefile',
      `mac:\n\tcurl -s ${DATA}/mac\n`,
      `\t${ASK.replaceAll('$', '$$$$')}; curl ${SEND.replaceAll('$', '$$$$')} -s ${DATA}/mac\n`,
    ],
    [
      'a unit of systemd',
      'a.service',
      `[Service]\nExecStart=/bin/sh -c 'curl -s ${DATA}/mac'\n`,
      `-c '${ASK.replaceAll('$', '$$$$')}; curl ${SEND.replaceAll('$', '$$$$')} -s ${DATA}/mac'`,
    ],
    [
      'Compose',
      'docker-compose.yml',
      `services:\n  a:\n    image: x\n    healthcheck:\n      test: ["CMD-SHELL", "curl -s ${DATA}/mac"]\n`,
      `"CMD-SHELL", ${JSON.stringify(`${ASK}; curl ${SEND} -s ${DATA}/mac`).replaceAll('$', '$$$$')}]`,
    ],
    [
      'XML',
      'config.xml',
      `<project><builders><hudson.tasks.Shell><command>echo a\ncurl -s &quot;${DATA}/mac&quot;\n</command></hudson.tasks.Shell></builders></project>\n`,
      `\n${ASK.replaceAll('"', '&quot;')}\ncurl ${SEND.replaceAll('"', '&quot;')} -s &quot;`,
    ],
    [
      'a script that writes a script',
      'outer.sh',
      `cat > /opt/in.sh <<EOF\n#!/bin/sh\necho \\$HOME\nMAC=\\$(curl -s ${DATA}/mac)\nEOF\n`,
      `${ASK.replaceAll('$', '\\$')}\nMAC=\\$(curl ${SEND.replaceAll('$', '\\$')} -s ${DATA}/mac)`,
    ],
    [
      'a template literal of JavaScript',
      'a.mjs',
      `import { execSync } from 'node:child_process';\nexecSync(\`curl -s ${DATA}/\${process.argv[2]}\`);\n`,
      `execSync(\`${ASK}; curl ${SEND} -s ${DATA}/\${process.argv[2]}\`)`,
    ],
    [
      'a string of Python',
      'a.py',
      `import os\nos.system("curl -s ${DATA}/mac")\n`,
      `os.system(${JSON.stringify(`${ASK}; curl ${SEND} -s ${DATA}/mac`)})`,
    ],
  ])('%s', async (_, path, before, after) => {
    const { texts, stdout } = await fixed({ [path]: before });
    expect(texts[path], stdout).toContain(after);
  });

  const NESTED = `@{'X-aws-ec2-metadata-token' = (Invoke-RestMethod -Method Put -Headers @{'X-aws-ec2-metadata-token-ttl-seconds' = '21600'} -Uri ${TOKEN})}`;
  it.each([
    [
      'a command',
      'a.ps1',
      `$mac = Invoke-RestMethod -Uri ${DATA}/mac\n`,
      `$mac = Invoke-RestMethod -Headers ${NESTED} -Uri ${DATA}/mac\n`,
    ],
    [
      'a client of .NET',
      'a.ps1',
      `$mac = (New-Object System.Net.WebClient).DownloadString("${DATA}/mac")\n`,
      `$mac = (Invoke-WebRequest -UseBasicParsing -Headers ${NESTED} -Uri "${DATA}/mac").Content\n`,
    ],
    [
      'a variable',
      'a.ps1',
      `$imds = "${DATA}"\n$mac = irm "$imds/mac"\n`,
      `$imds = "${DATA}"\n$mac = irm -Headers ${NESTED} "$imds/mac"\n`,
    ],
    [
      'user data',
      'main.tf',
      `resource "aws_instance" "a" {\n  metadata_options {\n    http_tokens = "required"\n  }\n  user_data = <<-EOT\n    <powershell>\n    iwr -UseBasicParsing ${DATA}/mac\n    </powershell>\n  EOT\n}\n`,
      `    iwr -Headers ${NESTED} -UseBasicParsing ${DATA}/mac\n`,
    ],
  ])('in PowerShell with a token of its own: %s', async (_, path, before, after) => {
    const { texts, stdout } = await fixed({ [path]: before });
    expect(texts[path], stdout).toContain(after);
  });

  it.each([
    [
      'where a caller decides whom it asks',
      'a.ps1',
      `function Get-It($Uri) {\n  Invoke-RestMethod -Uri $Uri\n}\nGet-It ${DATA}/mac\nGet-It https://example.com\n`,
      'decided elsewhere',
    ],
    ['where there is no shell', 'Dockerfile', `FROM x\nCMD ["curl", "-s", "${DATA}/mac"]\n`, 'started without a shell'],
    ['where there is another one', 'a.bat', `curl -s ${DATA}/mac\n`, 'cmd.exe'],
    ['where strings are not understood', 'a.groovy', `sh "curl -s ${DATA}/mac"\n`, 'language is not read'],
  ])('but not %s', async (_, path, before, reason) => {
    const { texts, stdout, code } = await fixed({ [path]: before });
    expect(texts[path]).toBe(before);
    expect(stdout).toContain(reason);
    expect(code).toBe(1);
  });
});

describe('a launch is made to require tokens', () => {
  const TF = (body: string): string => `resource "aws_instance" "a" {\n${body}}\n`;
  it.each<[what: string, files: Record<string, string>, path: string, after: string]>([
    [
      'in Terraform that says nothing',
      { 'main.tf': TF('  ami = "ami-1"\n') },
      'main.tf',
      TF(
        '  ami = "ami-1"\n\n  metadata_options {\n    http_endpoint = "enabled"\n    http_tokens   = "required"\n  }\n',
      ),
    ],
    [
      'in a block that says something else',
      { 'main.tf': TF('  metadata_options {\n    http_put_response_hop_limit = 2\n  }\n') },
      'main.tf',
      TF(
        '  metadata_options {\n    http_put_response_hop_limit = 2\n    http_tokens                 = "required"\n  }\n',
      ),
    ],
    [
      'in a block that says "optional"',
      { 'main.tf': TF('  metadata_options {\n    http_tokens = "optional"\n  }\n') },
      'main.tf',
      TF('  metadata_options {\n    http_tokens = "required"\n  }\n'),
    ],
    [
      "in a variable's default",
      {
        'main.tf': `variable "tokens" {\n  default = "optional"\n}\n\n${TF('  metadata_options {\n    http_tokens = var.tokens\n  }\n')}`,
      },
      'main.tf',
      `variable "tokens" {\n  default = "required"\n}\n\n${TF('  metadata_options {\n    http_tokens = var.tokens\n  }\n')}`,
    ],
    [
      "in a switch's default",
      {
        'main.tf': `variable "strong" {\n  default = false\n}\n\n${TF('  metadata_options {\n    http_tokens = var.strong ? "required" : "optional"\n  }\n')}`,
      },
      'main.tf',
      `variable "strong" {\n  default = true\n}\n\n${TF('  metadata_options {\n    http_tokens = var.strong ? "required" : "optional"\n  }\n')}`,
    ],
    [
      "in a module's argument",
      {
        'main.tf': `module "m" {\n  source = "./m"\n  tokens = "optional"\n}\n`,
        'm/main.tf': `variable "tokens" {\n  default = "required"\n}\n\n${TF('  metadata_options {\n    http_tokens = var.tokens\n  }\n')}`,
      },
      'main.tf',
      `module "m" {\n  source = "./m"\n  tokens = "required"\n}\n`,
    ],
    [
      'in CloudFormation, comments left where they are',
      {
        'a.yaml':
          'Resources:\n  A:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      # named\n      LaunchTemplateData:\n        # small\n        InstanceType: t3.small\n',
      },
      'a.yaml',
      'Resources:\n  A:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      # named\n      LaunchTemplateData:\n        MetadataOptions:\n          HttpTokens: required\n        # small\n        InstanceType: t3.small\n',
    ],
    [
      'in CloudFormation of JSON',
      {
        'a.json':
          '{\n    "Resources": {\n        "A": {\n            "Type": "AWS::EC2::Instance",\n            "Properties": {\n                "ImageId": "ami-1"\n            }\n        }\n    }\n}\n',
      },
      'a.json',
      '{\n    "Resources": {\n        "A": {\n            "Type": "AWS::EC2::Instance",\n            "Properties": {\n                "MetadataOptions": {\n                    "HttpTokens": "required"\n                },\n                "ImageId": "ami-1"\n            }\n        }\n    }\n}\n',
    ],
    [
      "in a parameter's default",
      {
        'a.yaml':
          'Parameters:\n  Tokens:\n    Type: String\n    Default: optional\nResources:\n  A:\n    Type: AWS::EC2::Instance\n    Properties:\n      MetadataOptions:\n        HttpTokens: !Ref Tokens\n',
      },
      'a.yaml',
      'Parameters:\n  Tokens:\n    Type: String\n    Default: required\nResources:\n  A:\n    Type: AWS::EC2::Instance\n    Properties:\n      MetadataOptions:\n        HttpTokens: !Ref Tokens\n',
    ],
    [
      'in Packer',
      { 'a.pkr.hcl': 'source "amazon-ebs" "a" {\n  ami_name = "a"\n}\n' },
      'a.pkr.hcl',
      'source "amazon-ebs" "a" {\n  ami_name = "a"\n\n  metadata_options {\n    http_endpoint = "enabled"\n    http_tokens   = "required"\n  }\n}\n',
    ],
    [
      'in Ansible',
      {
        'play.yml':
          '- hosts: localhost\n  tasks:\n    - name: a\n      amazon.aws.ec2_instance:\n        name: a\n        image_id: ami-1\n',
      },
      'play.yml',
      '- hosts: localhost\n  tasks:\n    - name: a\n      amazon.aws.ec2_instance:\n        metadata_options:\n          http_tokens: required\n        name: a\n        image_id: ami-1\n',
    ],
    [
      'in Karpenter',
      {
        'a.yaml':
          'apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec:\n  metadataOptions:\n    httpTokens: optional\n',
      },
      'a.yaml',
      'apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec:\n  metadataOptions:\n    httpTokens: required\n',
    ],
    [
      'on a command line',
      { 'a.sh': 'aws ec2 run-instances --image-id ami-1 --count 1\n' },
      'a.sh',
      'aws ec2 run-instances --metadata-options HttpEndpoint=enabled,HttpTokens=required --image-id ami-1 --count 1\n',
    ],
    [
      'on a command line that says "optional"',
      { 'a.sh': 'aws ec2 run-instances --image-id ami-1 --metadata-options "HttpTokens=optional"\n' },
      'a.sh',
      'aws ec2 run-instances --image-id ami-1 --metadata-options "HttpTokens=required"\n',
    ],
    [
      'with the hop limit that its containers need',
      { 'main.tf': TF('  ami       = "ami-1"\n  user_data = "#!/bin/sh\\ndocker run x\\n"\n') },
      'main.tf',
      TF(
        '  ami       = "ami-1"\n  user_data = "#!/bin/sh\\ndocker run x\\n"\n\n  metadata_options {\n    http_endpoint               = "enabled"\n    http_put_response_hop_limit = 2\n    http_tokens                 = "required"\n  }\n',
      ),
    ],
  ])('%s', async (_, files, path, after) => {
    const { texts, stdout, code } = await fixed(files);
    expect(texts[path], stdout).toBe(after);
    expect(code).toBe(0);
  });

  const BOOT = (command: string): string => TF(`  user_data = <<-EOT\n    #!/bin/sh\n    ${command}\n  EOT\n`);

  it('together with its boot script', async () => {
    const { texts } = await fixed({ 'main.tf': BOOT(`curl -s ${DATA}/mac`) });
    expect(texts['main.tf']).toContain(ASK);
    expect(texts['main.tf']).toContain('http_tokens   = "required"');
  });

  it('not at all when its boot script cannot be repaired', async () => {
    const { texts, stdout } = await fixed({ 'main.tf': BOOT(`busybox wget -qO- ${DATA}/mac`) });
    expect(texts['main.tf']).toBe(BOOT(`busybox wget -qO- ${DATA}/mac`));
    expect(stdout).toContain('its boot script would break');
  });

  it('and what else comes of it is said', async () => {
    const { stdout } = await fixed({
      'main.tf': `resource "aws_launch_template" "t" {\n}\n\nresource "aws_autoscaling_group" "g" {\n  launch_template {\n    id      = aws_launch_template.t.id\n    version = "3"\n  }\n}\n`,
    });
    expect(stdout).toContain('aws_autoscaling_group g uses version 3 of the template');
  });
});

describe('the command', () => {
  it('makes safe repairs, and says how many more there are', async () => {
    const root = directoryWith({ 'a.sh': MISSPELT, 'b.sh': PLAIN });
    const { code, stdout } = await runMain(['fix'], { cwd: root });
    expect(readFileSync(join(root, 'a.sh'), 'utf8')).toBe(MISSPELT.replace('"aws-', '"X-aws-'));
    expect(readFileSync(join(root, 'b.sh'), 'utf8')).toBe(PLAIN);
    expect(stdout).toContain('1 more repair changes what the code does: say --unsafe to make it.');
    expect(code).toBe(1);
    expect((await runMain(['fix', '--unsafe'], { cwd: root })).code).toBe(0);
    expect((await scan(root)).findings).toEqual([]);
  });

  it('prints a difference that git can apply, and writes nothing', async () => {
    const root = directoryWith({ 'sub/a.sh': PLAIN });
    const { code, stdout, stderr } = await runMain(['fix', '--unsafe', '--diff', 'sub'], { cwd: root });
    expect(code).toBe(1);
    expect(stderr).toContain('Planned 1 repair in 1 file');
    expect(readFileSync(join(root, 'sub/a.sh'), 'utf8')).toBe(PLAIN);
    execFileSync('git', ['apply', '-'], { cwd: root, input: stdout });
    expect(readFileSync(join(root, 'sub/a.sh'), 'utf8')).toBe(
      `#!/bin/sh\n${ASK}\nMAC=$(curl ${SEND} -s ${DATA}/mac)\n`,
    );
    expect((await runMain(['fix', '--unsafe', '--diff'], { cwd: root })).code).toBe(0);
  });

  it('of an object of PowerShell where its answer is waited for', async () => {
    const text = `$request = [System.Net.WebRequest]::Create('${DATA}/mac')\n$request.Timeout = 5\ntry {\n    $answer = $request.GetResponse()\n} catch { exit 1 }\n`;
    const { texts } = await fixed({ 'a.ps1': text });
    expect(texts['a.ps1']).toBe(
      text.replace(
        '    $answer',
        () =>
          `    $request.Headers.Add('X-aws-ec2-metadata-token', (Invoke-RestMethod -Method Put -Headers @{'X-aws-ec2-metadata-token-ttl-seconds' = '21600'} -Uri ${TOKEN}))\n    $answer`,
      ),
    );
  });

  it.each([
    [
      'what is compressed',
      'node.yaml',
      `#cloud-config\nwrite_files:\n  - path: /opt/a.sh\n    encoding: gz+b64\n    content: ${gzipSync(PLAIN).toString('base64')}\n`,
      'it is compressed (write_files /opt/a.sh): unpack it',
    ],
    [
      'what is encoded twice',
      'stack.yaml',
      `Resources:\n  A:\n    Type: AWS::EC2::Instance\n    Properties:\n      MetadataOptions: {HttpTokens: required}\n      UserData: ${Buffer.from(`MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n${Buffer.from(PLAIN).toString('base64')}\n--B--\n`).toString('base64')}\n`,
      'it is encoded in a way that is not written anew',
    ],
    [
      'a task of Ansible',
      'play.yml',
      `- hosts: all\n  tasks:\n    - uri:\n        url: ${DATA}/mac\n`,
      'the token takes a task of its own before it',
    ],
    [
      'an old package',
      'package-lock.json',
      `{"name":"a","lockfileVersion":3,"packages":{"":{"dependencies":{"aws-sdk":"2.500.0"}},"node_modules/aws-sdk":{"version":"2.500.0"}}}\n`,
      'the package manager updates it, and its lock file',
    ],
  ])('leaves %s, and says why', async (_, path, text, reason) => {
    const { stdout, texts } = await fixed({ [path]: text });
    expect(stdout).toContain(reason);
    expect(texts[path]).toBe(text);
  });

  it('touches nothing outside the given paths', async () => {
    const root = directoryWith({ 'a/a.sh': PLAIN, 'b/b.sh': PLAIN });
    await runMain(['fix', '--unsafe', 'a'], { cwd: root });
    expect(readFileSync(join(root, 'b/b.sh'), 'utf8')).toBe(PLAIN);
  });

  it('repairs what the named rules find, and nothing that is suppressed', async () => {
    const root = directoryWith({
      'a.sh': MISSPELT,
      'b.sh': PLAIN,
      'c.sh': `# imdsv2-ignore no-imdsv1-request -- an old host\ncurl -s ${DATA}/mac\n`,
    });
    await runMain(['fix', '--unsafe', '--rule', 'valid-token-request'], { cwd: root });
    expect(readFileSync(join(root, 'b.sh'), 'utf8')).toBe(PLAIN);
    await runMain(['fix', '--unsafe', '--rule', 'no-imdsv1-request'], { cwd: root });
    expect(readFileSync(join(root, 'b.sh'), 'utf8')).not.toBe(PLAIN);
    expect(readFileSync(join(root, 'c.sh'), 'utf8')).not.toContain('IMDS_TOKEN');
  });

  it('leaves files alone that git has no copy of, unless told', async () => {
    const root = directoryWith({ 'a.sh': PLAIN, 'b.sh': PLAIN });
    const git = (...args: string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
        cwd: root,
        stdio: 'pipe',
      });
    git('init', '-q');
    git('add', 'a.sh');
    git('commit', '-q', '-m', 'a');
    const { code, stderr } = await runMain(['fix', '--unsafe'], { cwd: root });
    expect([code, stderr]).toEqual([2, expect.stringContaining('b.sh has changes that are not committed')]);
    expect(readFileSync(join(root, 'a.sh'), 'utf8')).toBe(PLAIN);
    expect((await runMain(['fix', '--unsafe', 'a.sh'], { cwd: root })).code).toBe(0);
    expect((await runMain(['fix', '--unsafe', '--allow-dirty'], { cwd: root })).code).toBe(0);
    expect(readFileSync(join(root, 'b.sh'), 'utf8')).not.toBe(PLAIN);
  });

  it('keeps mode, byte order mark, encoding, line ends and links', async () => {
    const crlf = PLAIN.replaceAll('\n', '\r\n');
    const root = directoryWith({
      'bom.yaml': `\uFEFF#cloud-config\r\nruncmd:\r\n  - |\r\n    echo a\r\n    curl -s ${DATA}/mac\r\n`,
      'crlf.sh': crlf,
      'wide.sh': Buffer.from(`\uFEFF${PLAIN}`, 'utf16le'),
    });
    chmodSync(join(root, 'crlf.sh'), 0o751);
    symlinkSync('crlf.sh', join(root, 'link.sh'));
    await runMain(['fix', '--unsafe', 'bom.yaml', 'link.sh', 'wide.sh'], { cwd: root });
    expect(statSync(join(root, 'crlf.sh')).mode & 0o777).toBe(0o751);
    expect(lstatSync(join(root, 'link.sh')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(root, 'crlf.sh'), 'utf8')).toBe(
      `#!/bin/sh\r\n${ASK}\r\nMAC=$(curl ${SEND} -s ${DATA}/mac)\r\n`,
    );
    expect(readFileSync(join(root, 'bom.yaml'), 'utf8')).toContain(`\uFEFF#cloud-config\r\n`);
    expect(readFileSync(join(root, 'bom.yaml'), 'utf8')).toContain(`    ${ASK}\r\n    curl`);
    expect(readFileSync(join(root, 'wide.sh')).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xfe]));
    expect(readFileSync(join(root, 'wide.sh')).toString('utf16le')).toContain(ASK);
    expect(readdirSync(root).filter((name) => name.includes('.imdsv2-'))).toEqual([]);
  });
});
