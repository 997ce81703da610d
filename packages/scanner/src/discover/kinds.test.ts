import { describe, expect, test } from 'vitest';
import { languageOf, languageOfName } from './kinds.ts';

describe('a name decides', () => {
  test.each([
    ['boot.sh', 'shell'],
    ['.bashrc', 'shell'],
    ['Install-Agent.PS1', 'powershell'],
    ['modules/web/main.tf', 'terraform'],
    ['prod.auto.tfvars', 'terraform'],
    ['prod.tfvars.json', 'terraform'],
    ['main.tf.json', 'terraform'],
    ['ami.pkr.hcl', 'packer'],
    ['Dockerfile', 'dockerfile'],
    ['build/Dockerfile.web', 'dockerfile'],
    ['web.dockerfile', 'dockerfile'],
    ['GNUmakefile', 'makefile'],
    ['rules.mk', 'makefile'],
    ['drain.service', 'systemd'],
    ['sshd.service.d/override.conf', 'systemd'],
    ['etc/cron.d/drain', 'crontab'],
    ['src/index.mts', 'javascript'],
    ['boot.sh.tftpl', 'template'],
    ['boot.sh.j2', 'template'],
    ['.ebextensions/01-nodes.config', 'yaml'],
    ['user-data', 'user-data'],
    ['types.d.ts', 'none'],
    ['README.md', 'none'],
    ['COPYING', 'none'],
    ['LICENSE-APACHE', 'none'],
    ['changes', 'look'],
    ['main.go', 'text'],
    ['main.c', 'none'],
    ['logo.PNG', 'none'],
    ['20-puppet-client', 'look'],
    ['coreos.source', 'look'],
    ['app.config', 'look'],
    ['notes.txt', 'look'],
    ['strange.xyz', 'look'],
  ] as const)('%s is %s', (path, language) => {
    expect(languageOfName(path)).toBe(language);
  });
});

describe('the content decides', () => {
  test.each([
    ['a shebang', 'bin/imds', '#!/usr/bin/env bash\n', 'shell'],
    ['a shebang of another language', 'bin/tool', '#!/usr/bin/env ruby\nputs `curl x`\n', undefined],
    ['a shebang of Python', 'bin/tool', '#!/usr/bin/python3\n', 'python'],
    [
      'a script without one',
      '20-puppet-client',
      'apt-get update\ncurl -s http://169.254.169.254/latest/meta-data/\n',
      'shell',
    ],
    ['functions to be sourced', 'coreos.source', 'get_region() {\n  curl -s x\n}\n', 'shell'],
    ['cloud-config', 'init.txt', '#cloud-config\nruncmd:\n  - curl x\n', 'cloud-init'],
    ['cloud-config in a YAML file', 'init.yaml', '#cloud-config\nruncmd: []\n', 'cloud-init'],
    ['cloud-config below a Jinja line', 'init.cfg', '## template: jinja\n#cloud-config\nruncmd: []\n', 'cloud-init'],
    ['MIME parts', 'boot.txt', 'Content-Type: multipart/mixed; boundary="x"\nMIME-Version: 1.0\n', 'user-data'],
    ['user data of Windows', 'boot.txt', '<powershell>\nInvoke-RestMethod x\n</powershell>\n', 'user-data'],
    ['CloudFormation in YAML', 'stack.yml', 'Resources:\n  Web:\n    Type: AWS::EC2::Instance\n', 'cloudformation'],
    [
      'CloudFormation in JSON',
      'stack.json',
      '{"Resources": {"Web": {"Type": "AWS::EC2::Instance"}}}',
      'cloudformation',
    ],
    ['CloudFormation under any name', 'web.template', '{"AWSTemplateFormatVersion": "2010-09-09"}', 'cloudformation'],
    ['YAML that is nothing else', 'values.yaml', 'image: nginx\n', 'yaml'],
    ['a Packer template in JSON', 'ami.json', '{"builders": [{"type": "amazon-ebs"}]}', 'packer'],
    ['a unit file', 'drain.conf', '[Unit]\nDescription=x\n[Service]\nExecStart=/usr/bin/curl x\n', 'systemd'],
    ['prose', 'notes.txt', 'The address 169.254.169.254 is special.\nAsk for it with care.\n', undefined],
    ['nothing', 'empty', '', undefined],
  ] as const)('%s', (_name, path, text, language) => {
    expect(languageOf(path, text)).toBe(language);
  });
});
