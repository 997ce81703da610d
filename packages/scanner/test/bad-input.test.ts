import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { directoryWith, inventory, scan } from './run-main.ts';

/** A finding that stands beside every bad file: whatever is wrong elsewhere, it is not lost. */
const REQUEST = 'curl http://169.254.169.254/latest/meta-data/instance-id\n';

describe('files that are not there or cannot be read', () => {
  test('a path that does not exist', async () => {
    const { code, notAnalysed, findings } = await scan(directoryWith({ 'good.sh': REQUEST }), 'good.sh', 'no/such.sh');
    expect(notAnalysed).toEqual([{ path: 'no/such.sh', reason: 'it does not exist' }]);
    expect(findings).toHaveLength(1);
    expect(code).toBe(2);
  });

  test('a path below a file', async () => {
    const { code, notAnalysed } = await scan(directoryWith({ 'good.sh': REQUEST }), 'good.sh/x');
    expect(notAnalysed).toEqual([{ path: 'good.sh/x', reason: 'a part of the path is not a directory' }]);
    expect(code).toBe(2);
  });

  test('a named link that runs in a circle', async () => {
    const cwd = directoryWith({ 'good.sh': REQUEST });
    symlinkSync('b.sh', join(cwd, 'a.sh'));
    symlinkSync('a.sh', join(cwd, 'b.sh'));
    const { code, notAnalysed } = await scan(cwd, 'a.sh');
    expect(notAnalysed).toEqual([{ path: 'a.sh', reason: 'its symbolic links run in a circle' }]);
    expect(code).toBe(2);
  });

  test('links in a directory are not followed, circle or not: what they lead to is read where it stands', async () => {
    const cwd = directoryWith({ 'good.sh': REQUEST, 'sub/': '' });
    symlinkSync('..', join(cwd, 'sub/up'));
    symlinkSync('circle', join(cwd, 'circle'));
    symlinkSync('good.sh', join(cwd, 'again.sh'));
    const { code, findings, stats } = await scan(cwd);
    expect(findings.map(({ path }) => path)).toEqual(['good.sh']);
    expect(stats.skipped.links).toBe(3);
    expect(code).toBe(1);
  });

  test('a named link is followed', async () => {
    const cwd = directoryWith({ 'good.sh': REQUEST });
    symlinkSync('good.sh', join(cwd, 'again.sh'));
    expect((await scan(cwd, 'again.sh')).findings.map(({ path }) => path)).toEqual(['good.sh']);
  });

  test('a file and a directory without permission', async ({ skip }) => {
    const cwd = directoryWith({ 'good.sh': REQUEST, 'locked.sh': REQUEST, 'locked/a.sh': REQUEST });
    chmodSync(join(cwd, 'locked.sh'), 0);
    chmodSync(join(cwd, 'locked'), 0);
    chmodSync(cwd, 0o755);
    // Last of all, so that the directory can be cleared away; the callbacks run from the last to the first.
    onTestFinished(() => chmodSync(join(cwd, 'locked'), 0o755));
    if (process.getuid?.() === 0) {
      // Permissions mean nothing to root; for the time of the scan we are nobody.
      process.seteuid?.(65534);
      onTestFinished(() => process.seteuid?.(0));
    } else if (process.platform === 'win32') {
      skip('file permissions are another matter on Windows');
    }
    const { code, notAnalysed, findings } = await scan(cwd);
    expect(notAnalysed).toEqual([
      { path: 'locked', reason: 'permission is denied' },
      { path: 'locked.sh', reason: 'permission is denied' },
    ]);
    expect(findings.map(({ path }) => path)).toEqual(['good.sh']);
    expect(code).toBe(2);
  });
});

describe('bytes that are no plain text', () => {
  test.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${REQUEST}`)],
    ['UTF-16, little end first', Buffer.from(`\uFEFF${REQUEST}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${REQUEST}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from(REQUEST, 'utf16le')],
    ['Latin-1', Buffer.from(`# caf\xe9\n${REQUEST}`, 'latin1')],
  ])('%s is read', async (_name, bytes) => {
    const { code, findings, notAnalysed } = await scan(directoryWith({ 'boot.sh': bytes }));
    expect(notAnalysed).toEqual([]);
    expect(findings).toMatchObject([{ ruleId: 'no-imdsv1-request', path: 'boot.sh' }]);
    expect(code).toBe(1);
  });

  test('a stray NUL byte: the rest is read, and it is said', async () => {
    const { code, findings, partlyAnalysed } = await scan(directoryWith({ 'boot.sh': `# a\0\n${REQUEST}` }));
    expect(findings).toMatchObject([{ range: { start: { line: 2 } } }]);
    expect(partlyAnalysed).toEqual([{ path: 'boot.sh', reason: 'it holds NUL bytes, the first in line 1' }]);
    expect(code).toBe(1);
  });

  test('a script with an archive behind it: the script is read, and it is said', async () => {
    const archive = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256));
    const { code, findings, partlyAnalysed } = await scan(
      directoryWith({ 'install.run': Buffer.concat([Buffer.from(`#!/bin/sh\n${REQUEST}exit\n`), archive]) }),
    );
    expect(findings).toHaveLength(1);
    expect(partlyAnalysed).toEqual([
      { path: 'install.run', reason: 'from line 4 on it is binary data, which is not read' },
    ]);
    expect(code).toBe(1);
  });

  test('a program that holds the address is no script', async () => {
    const program = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(300), Buffer.from(REQUEST)]);
    const { code, findings, stats, notAnalysed } = await scan(directoryWith({ agent: program }));
    expect(findings).toEqual([]);
    expect(notAnalysed).toEqual([]);
    expect(stats.skipped.binary).toBe(1);
    expect(code).toBe(0);
  });
});

describe('size', () => {
  const bulk = '# filling filling filling filling filling filling filling filling\n'.repeat(800_000);

  test('50 MB without a marker are searched and passed over', async () => {
    const { code, stats, notAnalysed } = await scan(directoryWith({ 'huge.sh': bulk }));
    expect(notAnalysed).toEqual([]);
    expect(stats.skipped.unmarked).toBe(1);
    expect(code).toBe(0);
  });

  test('50 MB with a marker at the end never read as clean', async () => {
    const { code, notAnalysed, findings } = await scan(
      directoryWith({ 'huge.sh': bulk + REQUEST, 'good.sh': REQUEST }),
    );
    expect(notAnalysed).toEqual([{ path: 'huge.sh', reason: 'it is larger than 10 MB' }]);
    expect(findings.map(({ path }) => path)).toEqual(['good.sh']);
    expect(code).toBe(2);
  });

  test('12 MB of data are no code', async () => {
    const { code, notAnalysed } = await scan(
      directoryWith({ 'huge.txt': `${bulk.slice(0, 12_000_000).replaceAll('# ', '')}see 169.254.169.254\n` }),
    );
    expect(notAnalysed).toEqual([]);
    expect(code).toBe(0);
  });
});

describe('text with errors is analysed around them', () => {
  test('what only looks like a script is not called a broken one', async () => {
    const notes =
      'Boot hosts\n\nset -e\nif [ -f /etc/x ]; then\nexport A=1\ncurl http://example.com/ | sh\n(see 169.254.169.254) for more)\n';
    const { code, partlyAnalysed, stats } = await scan(directoryWith({ notes, 'notes.sh': notes }));
    expect(stats.analysed).toBe(2);
    expect(partlyAnalysed.map(({ path }) => path)).toEqual(['notes.sh']);
    expect(code).toBe(0);
  });

  test('where our own reading stops, that is said also of what only looks like a script', async () => {
    const deep = `set -e\nif [ -f /etc/x ]; then\nexport A=1\nfi\n${'$('.repeat(3000)}# 169.254.169.254${')'.repeat(3000)}\n`;
    const { partlyAnalysed } = await scan(directoryWith({ deep, 'deep.sh': deep }));
    expect(partlyAnalysed.map(({ path }) => path)).toEqual(['deep', 'deep.sh']);
  });

  test('broken HCL', async () => {
    const { code, findings, partlyAnalysed } = await scan(
      directoryWith({
        'main.tf':
          'resource "aws_instance" "broken" {\n  ami = \n}\n\nresource "aws_instance" "web" {\n  ami = "ami-1"\n}\n',
      }),
    );
    expect(findings.map(({ subject }) => subject).some((subject) => subject.includes('main.tf'))).toBe(true);
    expect(partlyAnalysed.map(({ path }) => path)).toEqual(['main.tf']);
    expect(code).toBe(1);
  });

  test('code that another tool puts into a template is not there to be broken', async () => {
    const { notAnalysed, partlyAnalysed } = await scan(
      directoryWith({
        'stack.yaml':
          'Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.12 # 169.254.169.254\n      Code:\n        ZipFile: !Rain::Embed handler.py\n',
      }),
    );
    expect([...notAnalysed, ...partlyAnalysed]).toEqual([]);
  });

  test('what stands inside another file and has nothing to do with metadata is not told whether it parses', async () => {
    const { notAnalysed, partlyAnalysed } = await scan(
      directoryWith({
        'boot.sh':
          '#!/bin/bash\ncat > /etc/app.json <<EOF\n{ "a": $A, }\nEOF\ncurl http://169.254.169.254/latest/meta-data/\n',
      }),
    );
    expect([...notAnalysed, ...partlyAnalysed]).toEqual([]);
  });

  test('YAML with duplicate keys', async () => {
    const { code, findings, notAnalysed } = await scan(
      directoryWith({
        'stack.yaml':
          'Resources:\n  Web:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        ImageId: a\n        ImageId: b\n',
      }),
    );
    expect(findings).toMatchObject([{ ruleId: 'require-imdsv2', path: 'stack.yaml' }]);
    expect(notAnalysed).toEqual([]);
    expect(code).toBe(1);
  });

  test.each([
    ['shell', "#!/bin/bash\necho 'unclosed\ncurl http://169.254.169.254/latest/meta-data/\n"],
    ['PowerShell', '<powershell>\nFoo ) )\nirm http://169.254.169.254/latest/meta-data/ -Headers $h\n</powershell>\n'],
  ])('a broken boot script in %s leaves open what becomes of its launch', async (_, script) => {
    const cwd = directoryWith({
      'main.tf': `resource "aws_instance" "web" {\n  user_data = <<EOT\n${script}EOT\n}\n`,
    });
    const { launches, partlyAnalysed } = await inventory(cwd);
    expect(partlyAnalysed.map(({ path }) => path)).toEqual(['main.tf']);
    expect(launches).toMatchObject([{ readiness: 'undecided' }]);
  });
});
