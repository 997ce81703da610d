import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RULES } from 'imdsv2-core';
import { describe, expect, test } from 'vitest';
import { directoryWith, runMain } from './run-main.ts';

/** One of everything: an error, a silenced one, a doubt, a broken file, a missing one, a launch with a boot script. */
const tree = directoryWith({
  'boot.sh': '#!/bin/bash\n\tcurl -s http://169.254.169.254/latest/meta-data/instance-id   # 😀, with a tab before\n',
  'quiet.sh':
    '# imdsv2-ignore no-imdsv1-request -- runs outside of EC2\ncurl http://169.254.169.254/latest/meta-data/\n',
  'main.tf':
    'resource "aws_instance" "web" {\n  user_data = file("boot.sh")\n}\n\nresource "aws_instance" "broken" {\n  ami = \n}\n',
  'stray.sh': 'curl http://169.254.169.254/latest/meta-data/\0\n',
});
const PATHS = ['.', 'missing%20.sh'];

async function run(command: 'scan' | 'inventory', format: string): Promise<string> {
  const { stdout, code } = await runMain([command, '--format', format, ...PATHS], { cwd: tree });
  expect(code).toBe(2);
  return stdout;
}

describe('json', () => {
  test.each([
    ['scan', 'report'],
    ['inventory', 'inventory'],
  ] as const)('%s keeps to its schema', async (command, name) => {
    const schema = JSON.parse(readFileSync(new URL(`../schema/${name}.schema.json`, import.meta.url), 'utf8'));
    const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
    const value = JSON.parse(await run(command, 'json'));
    validate(value);
    expect(validate.errors).toBeNull();
    // The schema is no rubber stamp.
    expect(validate({ ...value, surplus: 1 })).toBe(false);
    expect(validate({ ...value, schemaVersion: 2 })).toBe(false);
    expect(validate({ ...value, notAnalysed: [{ path: 'x' }] })).toBe(false);
  });

  test('has what the tree has one of', async () => {
    const { findings, notAnalysed, partlyAnalysed } = JSON.parse(await run('scan', 'json'));
    expect(
      findings.map(({ path, ruleId, suppressed }: { path: string; ruleId: string; suppressed: unknown }) => [
        path,
        ruleId,
        suppressed,
      ]),
    ).toEqual([
      ['boot.sh', 'no-imdsv1-request', null],
      ['main.tf', 'require-imdsv2', null],
      ['main.tf', 'require-imdsv2', null],
      ['quiet.sh', 'no-imdsv1-request', { reason: 'runs outside of EC2' }],
      ['stray.sh', 'no-imdsv1-request', null],
    ]);
    expect(notAnalysed.map(({ path }: { path: string }) => path)).toEqual(['missing%20.sh']);
    expect(partlyAnalysed.map(({ path }: { path: string }) => path)).toEqual(['main.tf', 'stray.sh']);
  });
});

describe('pretty', () => {
  test('shows the code, the reasons and what to do', async () => {
    const shown = await run('scan', 'pretty');
    expect(shown).toContain(
      [
        '  --> boot.sh:2:2',
        '    |',
        '  2 |   curl -s http://169.254.169.254/latest/meta-data/instance-id   # 😀, with a tab before',
        '    |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
        '  = No header is sent.',
        '  do: Ask for a token first',
      ].join('\n'),
    );
    expect(shown).toContain('not analysed:\n  missing%20.sh: it does not exist');
    expect(shown).toContain('analysed in part:\n  main.tf: ');
    expect(shown).toMatch(/\n4 errors, 0 warnings, 1 suppressed, 4 files analysed of 4, 1 file not analysed\n$/);
    // Nothing that a scanned file holds may reach the terminal as an order.
    // eslint-disable-next-line no-control-regex -- that is the point
    expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  });

  test('lists requests and launches per file', async () => {
    const shown = await run('inventory', 'pretty');
    expect(shown).toContain(
      'boot.sh\n  2  curl GET http://169.254.169.254/latest/meta-data/instance-id  tokenless  at boot of one launch\n',
    );
    expect(shown).toMatch(/main\.tf\n\s+1 {2}aws_instance web\s+unset\s+breaks at boot/);
    expect(shown).not.toMatch(/\bsafe\b/);
  });
});

describe('sarif', () => {
  test('has what GitHub asks for', async () => {
    const log = JSON.parse(await run('scan', 'sarif'));
    const [{ tool, results, invocations, columnKind }] = log.runs;
    expect(log.version).toBe('2.1.0');
    expect(columnKind).toBe('utf16CodeUnits');
    for (const rule of RULES) {
      expect(tool.driver.rules).toContainEqual(
        expect.objectContaining({
          id: rule.id,
          help: expect.objectContaining({ markdown: expect.stringContaining(`# ${rule.id}`) }),
          helpUri: expect.stringMatching(/^https:/),
          properties: expect.objectContaining({
            precision: 'high',
            'security-severity': expect.stringMatching(/^\d\.\d$/),
          }),
        }),
      );
    }
    for (const result of results) {
      expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(result.partialFingerprints.primaryLocationLineHash).toMatch(/^[0-9a-f]{32}$/);
    }
    expect(results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'boot.sh', uriBaseId: 'SRCROOT' },
      region: { startLine: 2, startColumn: 2, endLine: 2, endColumn: 61 },
    });
    expect(results.filter((result: { suppressions?: unknown }) => result.suppressions !== undefined)).toMatchObject([
      { suppressions: [{ kind: 'inSource', justification: 'runs outside of EC2' }] },
    ]);
    expect(invocations[0].executionSuccessful).toBe(false);
    expect(
      invocations[0].toolExecutionNotifications.map(
        ({
          level,
          locations,
        }: {
          level: string;
          locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
        }) => [level, locations[0]?.physicalLocation.artifactLocation.uri],
      ),
    ).toEqual([
      ['error', 'missing%2520.sh'],
      ['warning', 'main.tf'],
      ['warning', 'stray.sh'],
    ]);
  });
});

describe('github', () => {
  test('one command a line, data escaped', async () => {
    const lines = (await run('scan', 'github')).trimEnd().split('\n');
    expect(lines).toHaveLength(4 + 1 + 2);
    expect(lines[0]).toMatch(
      /^::error file=boot\.sh,line=2,endLine=2,col=2,endColumn=61,title=no-imdsv1-request::This curl request .*%0AAsk for a token first/,
    );
    expect(lines).toContain(
      '::error file=missing%2520.sh,title=not analysed::imdsv2 could not analyse this file: it does not exist.',
    );
    expect(lines.join('\n')).not.toContain('quiet.sh');
  });
});
