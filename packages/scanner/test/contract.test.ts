import { PassThrough, Readable, Writable } from 'node:stream';
import { RULES } from 'imdsv2-core';
import { describe, expect, test } from 'vitest';
import { main } from '../src/index.ts';
import { directoryWith, inventory, runMain, scan } from './run-main.ts';

const REQUEST = 'curl http://169.254.169.254/latest/meta-data/instance-id\n';
const CLEAN = 'echo nothing to see\n';

describe('exit codes', () => {
  test.each([
    ['0: nothing found', ['scan', 'clean.sh'], 0],
    ['1: an error', ['scan', 'request.sh'], 1],
    ['1: no command is scan', ['request.sh'], 1],
    ['1: no path is here', [], 1],
    ['0: findings below the threshold', ['--rule', 'no-imdsv1-request=warning', 'request.sh'], 0],
    ['1: warnings, when they count', ['--rule', 'no-imdsv1-request=warning', '--fail-on', 'warning', 'request.sh'], 1],
    ['0: findings that do not count', ['--fail-on', 'none', 'request.sh'], 0],
    ['0: a rule that is off', ['--rule=no-imdsv1-request=off', 'request.sh'], 0],
    ['0: inventory, whatever it lists', ['inventory', 'request.sh'], 0],
    ['2: a path that is not there', ['scan', 'nothing.sh'], 2],
    ['2: also beside findings', ['scan', 'request.sh', 'nothing.sh'], 2],
    ['2: also for inventory', ['inventory', 'nothing.sh'], 2],
    ['0: help', ['--help'], 0],
    ['0: version', ['--version'], 0],
    ['0: explain', ['explain', 'no-imdsv1-request'], 0],
  ] as const)('%s', async (_name, argv, code) => {
    const cwd = directoryWith({ 'clean.sh': CLEAN, 'request.sh': REQUEST });
    expect((await runMain(argv, { cwd })).code).toBe(code);
  });
});

describe('wrong use', () => {
  test.each([
    [['scna'], 'There is no command and no file "scna". Did you mean "imdsv2 scan"?'],
    [['invntory', '.'], 'There is no command and no file "invntory". Did you mean "imdsv2 inventory"?'],
    [['lsp', '--stdio'], '"imdsv2 lsp" is not there yet.'],
    [['merge', 'a.json'], '"imdsv2 merge" is not there yet.'],
    [['--fromat', 'json'], 'There is no option --fromat. Did you mean --format?'],
    [['--xyz'], 'There is no option --xyz.'],
    [['-x'], 'There is no option -x.'],
    [['inventory', '--persona', 'strict'], '"imdsv2 inventory" has no option --persona.'],
    [['--format', 'jsn'], '--format takes pretty, json, sarif or github, not "jsn". Did you mean "json"?'],
    [['inventory', '--format', 'sarif'], '--format takes pretty, json or html, not "sarif".'],
    [['--persona', 'auditer'], '--persona takes regular, strict or auditor, not "auditer". Did you mean "auditor"?'],
    [['--fail-on', 'warnings'], '--fail-on takes error, warning or none, not "warnings". Did you mean "warning"?'],
    [['--rule', 'no-imdsv1-requests=off'], 'There is no rule "no-imdsv1-requests". Did you mean "no-imdsv1-request"?'],
    [
      ['--rule', 'no-imdsv1-request'],
      '--rule takes a rule and a level: --rule no-imdsv1-request=off, no-imdsv1-request=warning or no-imdsv1-request=error.',
    ],
    [['--rule', 'no-imdsv1-request=info'], '--rule no-imdsv1-request takes off, warning or error, not "info".'],
    [['--hop-limit', 'host=65'], '--hop-limit takes numbers from 1 to 64: "host=65" has none.'],
    [['--hop-limit', 'hots=1'], '--hop-limit takes host or containers, not "hots". Did you mean "host"?'],
    [['explain'], '"imdsv2 explain" takes one rule:'],
    [['explain', 'require-imdsv'], 'There is no rule "require-imdsv". Did you mean "require-imdsv2"?'],
    [['--format'], "Option '-f, --format <value>' argument missing"],
  ] as const)('%j', async (argv, message) => {
    const { code, stdout, stderr } = await runMain(argv, { cwd: directoryWith({}) });
    expect(stderr).toContain(`imdsv2: ${message}`);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('a file that is called like a command to come is a file', async () => {
    const cwd = directoryWith({ fix: `#!/bin/sh\n${REQUEST}` });
    expect((await runMain(['fix'], { cwd })).code).toBe(1);
  });
});

describe('streams', () => {
  test('stdout has the report and nothing else', async () => {
    const { stdout, stderr, code } = await runMain(['--format', 'json', 'request.sh', 'nothing.sh'], {
      cwd: directoryWith({ 'request.sh': REQUEST }),
    });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      findings: [{ ruleId: 'no-imdsv1-request' }],
      notAnalysed: [{ path: 'nothing.sh', reason: 'it does not exist' }],
    });
    expect(stderr).toBe('imdsv2: nothing.sh was not analysed: it does not exist.\n');
  });

  test('a reader that goes away is no failure', async () => {
    const cwd = directoryWith({ 'request.sh': REQUEST });
    const gone = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    gone.on('error', () => undefined);
    expect(
      await main({
        argv: ['request.sh'],
        cwd,
        env: {},
        stdin: Readable.from([]),
        stdout: gone,
        stderr: new PassThrough(),
      }),
    ).toBe(1);
  });

  test('colours where they are wanted', async () => {
    const cwd = directoryWith({ 'request.sh': REQUEST });
    const isColoured = async (env: Record<string, string>, isTTY: boolean): Promise<boolean> => {
      const stdout = Object.assign(new PassThrough(), { isTTY });
      await main({ argv: ['request.sh'], cwd, env, stdin: Readable.from([]), stdout, stderr: new PassThrough() });
      return String(stdout.read()).includes('\u001b[');
    };
    expect(await isColoured({}, false)).toBe(false);
    expect(await isColoured({}, true)).toBe(true);
    expect(await isColoured({ NO_COLOR: '1' }, true)).toBe(false);
    expect(await isColoured({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(await isColoured({ FORCE_COLOR: '0' }, true)).toBe(false);
    expect(await isColoured({ TERM: 'dumb' }, true)).toBe(false);
  });

  test('help names every command, option and exit code; version is a version', async () => {
    const cwd = directoryWith({});
    const { stdout, stderr } = await runMain(['--help'], { cwd });
    for (const word of [
      'scan',
      'inventory',
      'explain',
      '--format',
      '--persona',
      '--rule',
      '--fail-on',
      '--include-generated',
      '--ignore',
      '--single-file',
      '--hop-limit',
      '--var-file',
      'Exit codes',
    ])
      expect(stdout).toContain(word);
    expect(stdout).not.toContain('merge');
    expect(stderr).toBe('');
    expect((await runMain(['inventory', '--help'], { cwd })).stdout).not.toContain('--persona');
    expect((await runMain(['--version'], { cwd })).stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });

  test.each(RULES.map((rule) => rule.id))('explain %s prints its page', async (id) => {
    const { stdout } = await runMain(['explain', id], { cwd: directoryWith({}) });
    expect(stdout).toMatch(new RegExp(`^# ${id}\n`));
    expect(stdout).toContain('## Wrong');
  });
});

test('explain knows what suppressions are reported under', async () => {
  expect((await runMain(['explain', 'valid-suppression'], { cwd: directoryWith({}) })).stdout).toContain(
    'imdsv2-ignore',
  );
});

describe('nothing to analyse', () => {
  test.each([
    ['an empty directory', {}, ['.'], 'imdsv2: there is nothing to analyse in ".".\n'],
    [
      'a directory where everything is ignored',
      { '.imdsv2ignore': '*\n', 'a.sh': REQUEST },
      ['.'],
      'imdsv2: there is nothing to analyse in "." (2 entries are ignored or generated).\n',
    ],
    [
      'a file of another kind',
      { 'a.md': REQUEST },
      ['a.md'],
      'imdsv2: nothing in "a.md" has to do with instance metadata or launches (1 files looked at).\n',
    ],
  ])('%s is 0, and said', async (_name, files, argv, message) => {
    const { code, stderr, findings } = await scan(directoryWith(files), ...argv);
    expect(stderr).toBe(message);
    expect(findings).toEqual([]);
    expect(code).toBe(0);
  });
});

describe('places', () => {
  test('paths are relative to the working directory, lines and columns 1-based, columns in UTF-16 units', async () => {
    const cwd = directoryWith({ 'work/': '', 'tools/😀 é/request.sh': `\n  echo 😀 && ${REQUEST}` });
    const { findings } = await scan(`${cwd}/work`, '../tools');
    expect(findings).toMatchObject([
      {
        path: '../tools/😀 é/request.sh',
        range: { start: { line: 2, column: 14 }, end: { line: 2, column: 14 + REQUEST.length - 1 } },
      },
    ]);
  });

  test('columns are the same with a byte order mark and with Windows line ends', async () => {
    const cwd = directoryWith({
      'bom.sh': `\uFEFF${REQUEST}`,
      'crlf.sh': `echo a\r\n${REQUEST.replace('\n', '\r\n')}`,
    });
    const { findings } = await scan(cwd);
    expect(findings.map(({ path, range: { start } }) => [path, start.line, start.column])).toEqual([
      ['bom.sh', 1, 1],
      ['crlf.sh', 2, 1],
    ]);
  });

  test('a file named twice, also by another path, is reported once', async () => {
    const cwd = directoryWith({ 'request.sh': REQUEST });
    expect((await scan(cwd, 'request.sh', './request.sh', '.')).findings).toHaveLength(1);
    expect((await inventory(cwd, 'request.sh', '.')).requests).toHaveLength(1);
  });
});
