import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { walk } from './walk.ts';

/** git's own answer is the expectation everywhere in this file. */
const root = realpathSync(mkdtempSync(join(tmpdir(), 'imdsv2-ignore-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeAll(() => {
  execFileSync('git', ['init', '--quiet', root], { env: quiet });
  for (const path of FILES) write(join(root, path), '');
});

const FILES = [
  'a.sh',
  'b.log',
  'README.md',
  '.hidden',
  'with space.txt',
  'space-at-end ',
  '[x].sh',
  'x.sh',
  '!bang',
  '#hash',
  'back\\slash',
  'é.sh',
  'logs/a.log',
  'logs/keep.log',
  'logs/deep/b.log',
  'src/a.sh',
  'src/sub/a.sh',
  'src/sub/deep/b.txt',
  'src/out/c.js',
  'out/c.js',
  'foo/bar/baz.txt',
  'foo/x/bar/baz.txt',
  'foo/x/y/bar/qux.sh',
  'doc/frotz/one.txt',
  'a/doc/frotz/two.txt',
  'tmp1/f',
  'tmp2/f',
  'tmpA/f',
  'Upper.TXT',
  'foo/bar-1/z',
  'abc/def/ghi/jkl',
];

const CASES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['a name anywhere', { '.gitignore': 'a.sh\n' }],
  ['a suffix', { '.gitignore': '*.log\n' }],
  ['taken back', { '.gitignore': '*.log\n!keep.log\n' }],
  ['not taken back below an ignored directory', { '.gitignore': 'logs/\n!logs/keep.log\n' }],
  ['taken back below a directory whose entries are ignored', { '.gitignore': 'logs/*\n!logs/keep.log\n' }],
  ['anchored by a slash in front', { '.gitignore': '/a.sh\n' }],
  ['anchored by a slash within', { '.gitignore': 'src/a.sh\ndoc/frotz\n' }],
  ['directories only', { '.gitignore': 'out/\nREADME.md/\n' }],
  ['two stars in front', { '.gitignore': '**/bar\n' }],
  ['two stars at the end', { '.gitignore': 'src/**\n' }],
  ['two stars within', { '.gitignore': 'foo/**/bar\n' }],
  ['two stars that are one', { '.gitignore': 'foo**bar\nsrc/s**\n' }],
  ['two stars and a directory', { '.gitignore': '**/deep/\n' }],
  ['three stars', { '.gitignore': 'foo/***/baz.txt\n***.log\n' }],
  ['a question mark', { '.gitignore': 'tmp?\n?.sh\n' }],
  ['brackets', { '.gitignore': 'tmp[0-9]\n[!a-w].sh\n' }],
  ['a negated bracket with a caret', { '.gitignore': 'tmp[^0-9]\n' }],
  ['a named class', { '.gitignore': 'tmp[[:digit:]]\n[[:upper:]]*\n' }],
  ['a bracket that is meant', { '.gitignore': '\\[x\\].sh\n' }],
  ['an open bracket', { '.gitignore': '[x.sh\n' }],
  ['a bracket with its own end first', { '.gitignore': '[]x[]*\n' }],
  ['a comment and an escaped hash', { '.gitignore': '# a.sh\n\\#hash\n' }],
  ['an escaped exclamation mark', { '.gitignore': '\\!bang\n' }],
  ['blanks at the end', { '.gitignore': 'a.sh   \nspace-at-end\\ \n' }],
  ['a blank within', { '.gitignore': 'with space.txt\n' }],
  ['a tab at the end', { '.gitignore': 'a.sh\t\n' }],
  ['a backslash', { '.gitignore': 'back\\\\slash\n' }],
  ['a backslash at the end', { '.gitignore': 'a.sh\\\n' }],
  ['Windows line ends', { '.gitignore': '*.log\r\n/a.sh\r\n' }],
  ['a byte order mark', { '.gitignore': '\uFEFFa.sh\n' }],
  ['letters beyond ASCII', { '.gitignore': 'é*\n' }],
  [
    'nested files, the deeper one decides',
    { '.gitignore': '*.log\n*.sh\n', 'logs/.gitignore': '!*.log\n', 'src/sub/.gitignore': '!a.sh\n/deep\n' },
  ],
  ['nested anchors', { 'src/.gitignore': '/a.sh\nsub/deep\n' }],
  ['everything but', { '.gitignore': '/*\n!/foo\n/foo/*\n!/foo/bar\n' }],
  ['everything', { '.gitignore': '*\n!*/\n!*.sh\n' }],
  ['a lone slash and a lone exclamation mark', { '.gitignore': '/\n!\n//\na.sh\n' }],
  ['a slash after two stars alone', { '.gitignore': '**/\n' }],
  ['case', { '.gitignore': '*.txt\n' }],
  ["the repository's own exclusions", { '.git/info/exclude': 'src\n' }],
  ['exclusions taken back', { '.git/info/exclude': '*.log\n', '.gitignore': '!keep.log\n' }],
  ["an inner repository's rules are rules", { 'foo/.gitignore': 'bar/\n' }],
];

test.each(CASES)('%s', (_name, ignoreFiles) => {
  expectEqualToGit(ignoreFiles);
});

describe('any patterns', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '*',
    '**',
    '?',
    '/',
    '.',
    '!',
    '[ab]',
    '[!a]',
    '[a-c]',
    '\\',
    ' ',
    'foo',
    'bar',
    'src',
    'sub',
    '*.sh',
    '.log',
    'deep',
    '#',
    '/**/',
    '**/',
    '/*',
  );
  // git before 2.41 compares pointers of two buffers where stars follow a name (`a**/`), so what it says there depends on the heap.
  const line = fc
    .array(atom, { minLength: 1, maxLength: 5 })
    .map((atoms) => atoms.join(''))
    .filter((text) => !/[^/*]\*\*/.test(text));
  const file = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => `${lines.join('\n')}\n`);

  test('leave out what git leaves out', () => {
    fc.assert(
      fc.property(file, fc.option(file), (top, nested) => {
        expectEqualToGit({ '.gitignore': top, ...(nested === null ? {} : { 'src/.gitignore': nested }) });
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

function expectEqualToGit(ignoreFiles: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(ignoreFiles)) write(join(root, path), text);
  try {
    const listed = spawnSync('git', ['ls-files', '-z', '--others', '--exclude-standard'], {
      cwd: root,
      env: quiet,
      encoding: 'utf8',
    });
    const expected = listed.stdout
      .split('\0')
      .filter((path) => path !== '')
      .sort();
    const { files } = walk({ root, includeGenerated: true, ignore: [], named: new Set() });
    expect(files, JSON.stringify(ignoreFiles)).toEqual(expected);
  } finally {
    for (const path of Object.keys(ignoreFiles)) rmSync(join(root, path));
  }
}

/** Without the machine's own configuration: its ignore file is not ours. */
const quiet = {
  PATH: process.env['PATH'],
  HOME: tmpdir(),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  XDG_CONFIG_HOME: tmpdir(),
};

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
