import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileDocument, NOTHING, type Analysis, type Document, type LanguageId } from 'imdsv2-core';
import { describe, expect, test } from 'vitest';
import { directoryWith } from '../../test/run-main.ts';
import type { Context } from '../languages/front-end.ts';
import type { RegisteredFrontEnd } from '../languages/registry.ts';
import { Session, type SessionOptions } from './session.ts';

const MARK = 'curl http://169.254.169.254/latest/meta-data/';

/** Front ends that write down what they are asked. */
class Recorder {
  readonly loaded: string[] = [];
  readonly read: string[] = [];
  readonly contexts: Context[] = [];

  document(
    languages: readonly LanguageId[],
    analyse: (document: Document) => Analysis = () => NOTHING,
  ): RegisteredFrontEnd {
    const name = languages.join();
    return {
      name,
      languages,
      load: () => {
        this.loaded.push(name);
        return Promise.resolve({
          scope: 'document',
          languages,
          load: () =>
            Promise.resolve((document, context) => {
              this.read.push(document.path);
              this.contexts.push(context);
              return analyse(document);
            }),
        });
      },
    };
  }

  program(
    languages: readonly LanguageId[],
    analyse: (documents: readonly Document[]) => Analysis = () => NOTHING,
  ): RegisteredFrontEnd {
    const name = languages.join();
    return {
      name,
      languages,
      load: () => {
        this.loaded.push(name);
        return Promise.resolve({
          scope: 'program',
          languages,
          load: () =>
            Promise.resolve((documents) => {
              this.read.push(documents.map(({ path }) => path).join(' '));
              return analyse(documents);
            }),
        });
      },
    };
  }
}

function sessionFor(
  root: string,
  frontEnds: readonly RegisteredFrontEnd[],
  more: Partial<SessionOptions> = {},
): Session {
  return new Session({
    root,
    includeGenerated: false,
    ignore: [],
    prefilter: true,
    singleFile: false,
    variableFiles: [],
    frontEnds,
    ...more,
  });
}

describe('what is read', () => {
  test('a tree without a marker loads no front end', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [
        `d${String(index % 20)}/f${String(index)}.sh`,
        `echo ${String(index)}\n`,
      ]),
    );
    const recorder = new Recorder();
    const { stats, frontEnds } = await sessionFor(directoryWith(files), [recorder.document(['shell'])]).analyse(['']);
    expect(recorder.loaded).toEqual([]);
    expect(frontEnds).toEqual([]);
    expect(stats).toEqual({
      files: 500,
      analysed: 0,
      skipped: { ignored: 0, generated: 0, links: 0, unmarked: 500, otherKinds: 0, binary: 0 },
    });
  });

  test('files without a marker that a marked one reads, or that read it, however far away', async () => {
    const root = directoryWith({
      'boot.sh': `. ./lib.sh\n${MARK}\n`,
      'lib.sh': '. ./deep.sh\n',
      'deep.sh': 'echo deep\n',
      'caller.sh': 'sh ./boot.sh\n',
      'other.sh': 'echo other\n',
    });
    const recorder = new Recorder();
    await sessionFor(root, [recorder.document(['shell'])]).analyse(['']);
    expect(recorder.read).toEqual(['boot.sh', 'caller.sh', 'deep.sh', 'lib.sh']);
  });

  test('a Terraform directory, the modules that it calls and those that call it', async () => {
    const root = directoryWith({
      'live/main.tf': 'module "web" {\n  source = "../modules/web"\n}\n',
      'live/variables.tf': 'variable "x" {}\n',
      'modules/web/main.tf': 'resource "aws_instance" "web" {}\n',
      'modules/other/main.tf': 'resource "null_resource" "x" {}\n',
    });
    const recorder = new Recorder();
    await sessionFor(root, [recorder.program(['terraform'])]).analyse(['']);
    expect(recorder.read).toEqual(['live/main.tf live/variables.tf modules/web/main.tf']);
  });

  test('for one file: what can change what is found in it, and nothing else', async () => {
    const root = directoryWith({
      '.git/': '',
      'web/main.tf': 'resource "aws_instance" "web" {\n  user_data = file("boot.sh")\n}\n',
      'web/boot.sh': `${MARK}\n`,
      'tools/whereami': `#!/bin/sh\n${MARK}\n`,
    });
    const alone = new Recorder();
    await sessionFor(root, [alone.document(['shell']), alone.program(['terraform'])]).analyse(['tools/whereami']);
    expect(alone.loaded).toEqual(['shell']);
    expect(alone.read).toEqual(['tools/whereami']);
    const together = new Recorder();
    await sessionFor(root, [together.document(['shell']), together.program(['terraform'])]).analyse(['web/boot.sh']);
    expect(together.read.sort()).toEqual(['web/boot.sh', 'web/main.tf']);
  });

  test('with --single-file, each file alone, and nothing through the context', async () => {
    const root = directoryWith({ 'a.sh': `. ./b.sh\n${MARK}\n`, 'b.sh': `${MARK}\n` });
    const recorder = new Recorder();
    await sessionFor(root, [recorder.document(['shell'])], { singleFile: true }).analyse(['a.sh']);
    expect(recorder.read).toEqual(['a.sh']);
    expect(recorder.contexts[0]?.readFile('b.sh')).toBeUndefined();
    expect(recorder.contexts[0]?.listDirectory('')).toEqual([]);
  });

  test('generated and ignored files are left out and counted, named ones are read', async () => {
    const root = directoryWith({
      '.git/': '',
      '.gitignore': '/secret/\n',
      '.imdsv2ignore': 'legacy.sh\n',
      'dist/a.sh': MARK,
      'secret/b.sh': MARK,
      'legacy.sh': MARK,
      'node_modules/x/c.sh': MARK,
      'd.sh': MARK,
    });
    const all = new Recorder();
    const { stats } = await sessionFor(root, [all.document(['shell'])]).analyse(['']);
    expect(all.read).toEqual(['d.sh']);
    expect(stats.skipped).toMatchObject({ ignored: 2, generated: 2 });
    const named = new Recorder();
    await sessionFor(root, [named.document(['shell'])]).analyse(['secret/b.sh', 'dist', 'legacy.sh']);
    expect(named.read).toEqual(['dist/a.sh', 'legacy.sh', 'secret/b.sh']);
    const generated = new Recorder();
    await sessionFor(root, [generated.document(['shell'])], { includeGenerated: true }).analyse(['']);
    expect(generated.read).toEqual(['d.sh', 'dist/a.sh', 'node_modules/x/c.sh']);
  });
});

describe('the context ends at the tree', () => {
  test('also through links', async () => {
    const outside = directoryWith({ 'outside.sh': 'echo outside\n' });
    const root = directoryWith({
      'boot.sh': `${MARK}\n`,
      'lib/inside.sh': 'echo inside\n',
      'image.bin': Buffer.alloc(100),
    });
    symlinkSync(outside, join(root, 'way-out'));
    symlinkSync('lib', join(root, 'way-in'));
    symlinkSync('circle', join(root, 'circle'));
    const recorder = new Recorder();
    await sessionFor(root, [recorder.document(['shell'])]).analyse(['']);
    const [context] = recorder.contexts;
    expect(context?.readFile('lib/inside.sh')).toBe('echo inside\n');
    expect(context?.readFile('./lib/../lib/inside.sh')).toBe('echo inside\n');
    expect(context?.readFile('way-in/inside.sh')).toBe('echo inside\n');
    for (const path of [
      'way-out/outside.sh',
      '../x',
      `../${outside.split('/').at(-1) ?? ''}/outside.sh`,
      '/etc/passwd',
      'circle',
      'lib',
      'nothing',
      'image.bin',
      'lib/\0',
    ]) {
      expect(context?.readFile(path), path).toBeUndefined();
    }
    expect(context?.listDirectory('lib')).toEqual(['inside.sh']);
    expect(context?.listDirectory('')).toEqual(['boot.sh', 'circle', 'image.bin', 'lib/', 'way-in/', 'way-out/']);
    expect(context?.listDirectory('way-out')).toEqual([]);
  });
});

describe('a front end that fails', () => {
  const fail = (path: string) => (document: Document) => {
    if (document.path === path) throw new Error('no such luck');
    return NOTHING;
  };

  test('costs the file that it was reading', async () => {
    const root = directoryWith({ 'a.sh': MARK, 'b.sh': MARK, 'c.sh': MARK });
    const recorder = new Recorder();
    const { problems } = await sessionFor(root, [recorder.document(['shell'], fail('b.sh'))]).analyse(['']);
    expect(recorder.read).toEqual(['a.sh', 'b.sh', 'c.sh']);
    expect(problems).toEqual([
      {
        location: { path: 'b.sh', start: 0, end: MARK.length },
        reason: 'its analysis failed: no such luck',
        extent: 'whole',
      },
    ]);
  });

  test('in a program costs the file that it fails on', async () => {
    const root = directoryWith({ 'a/x.tf': 'aws_instance', 'b/y.tf': 'aws_instance', 'b/z.tf': 'aws_instance' });
    const recorder = new Recorder();
    const { problems } = await sessionFor(root, [
      recorder.program(['terraform'], (documents) => {
        if (documents.some(({ path }) => path === 'b/z.tf')) throw new Error('no such luck');
        return NOTHING;
      }),
    ]).analyse(['']);
    expect(problems.map(({ location, extent }) => [location.path, extent])).toEqual([['b/z.tf', 'whole']]);
    expect(recorder.read).toContain('a/x.tf');
    expect(recorder.read).toContain('b/y.tf');
  });

  test('on an embedded document costs that part', async () => {
    const root = directoryWith({ 'a.sh': MARK });
    const inner: Document = { ...fileDocument('a.sh', MARK, 'python'), depth: 1 };
    const recorder = new Recorder();
    const { problems } = await sessionFor(root, [
      recorder.document(['shell'], () => ({ ...NOTHING, documents: [inner] })),
      recorder.document(['python'], fail('a.sh')),
    ]).analyse(['']);
    expect(problems.map(({ extent }) => extent)).toEqual(['part']);
  });

  test('when it is loaded costs every file of its languages', async () => {
    const root = directoryWith({ 'a.sh': MARK, 'b.py': MARK });
    const recorder = new Recorder();
    const broken: RegisteredFrontEnd = {
      name: 'python',
      languages: ['python'],
      load: () => Promise.reject(new Error('no binding')),
    };
    const { problems } = await sessionFor(root, [recorder.document(['shell']), broken]).analyse(['']);
    expect(problems).toMatchObject([
      { location: { path: 'b.py' }, reason: 'its front end cannot be loaded: no binding', extent: 'whole' },
    ]);
    expect(recorder.read).toEqual(['a.sh']);
  });
});

test('a parser that cannot be loaded costs the files of its program', async () => {
  const root = directoryWith({ 'a.sh': MARK, 'main.tf': 'aws_instance' });
  const recorder = new Recorder();
  const broken: RegisteredFrontEnd = {
    name: 'terraform',
    languages: ['terraform'],
    load: () =>
      Promise.resolve({
        scope: 'program',
        languages: ['terraform'],
        load: () => Promise.reject(new Error('no grammar')),
      }),
  };
  const { problems } = await sessionFor(root, [recorder.document(['shell']), broken]).analyse(['']);
  expect(problems).toMatchObject([
    { location: { path: 'main.tf' }, reason: 'its front end cannot be loaded: no grammar', extent: 'whole' },
  ]);
  expect(recorder.read).toEqual(['a.sh']);
});

test('documents in documents are read to a depth, and no further', async () => {
  const root = directoryWith({ 'a.sh': MARK });
  const recorder = new Recorder();
  const { problems } = await sessionFor(root, [
    recorder.document(['shell'], (document) => ({
      ...NOTHING,
      documents: [{ ...document, depth: document.depth + 1 }],
    })),
  ]).analyse(['']);
  expect(recorder.read.length).toBe(13);
  expect(problems).toMatchObject([{ location: { path: 'a.sh' }, extent: 'part' }]);
});

test('what changes between two analyses is seen', async () => {
  const root = directoryWith({ 'a.sh': MARK });
  const recorder = new Recorder();
  const session = sessionFor(root, [recorder.document(['shell'])]);
  await session.analyse(['']);
  writeFileSync(join(root, 'a.sh'), `# new\n${MARK}`);
  mkdirSync(join(root, 'sub'));
  writeFileSync(join(root, 'sub/b.sh'), MARK);
  const { textOf } = await session.analyse(['']);
  expect(recorder.read).toContain('sub/b.sh');
  expect(textOf('a.sh')).toBe(`# new\n${MARK}`);
});

describe('a second analysis', () => {
  test('reads nothing again that is as it was', async () => {
    const root = directoryWith({ 'a.sh': MARK, 'b.sh': MARK, 'main.tf': 'aws_instance', 'more.tf': 'aws_instance' });
    const recorder = new Recorder();
    const session = sessionFor(root, [recorder.document(['shell']), recorder.program(['terraform'])]);
    await session.analyse(['']);
    const first = recorder.read.splice(0);
    writeFileSync(join(root, 'a.sh'), `# new\n${MARK}`);
    await session.analyse(['']);
    expect(first).toEqual(['a.sh', 'b.sh', 'main.tf more.tf']);
    expect(recorder.read).toEqual(['a.sh']);
    writeFileSync(join(root, 'more.tf'), 'aws_instance # new');
    await session.analyse(['']);
    expect(recorder.read).toEqual(['a.sh', 'main.tf more.tf']);
  });

  test('reads again what stands inside of what changed, and finds the rest as it was', async () => {
    const root = directoryWith({ 'a.sh': MARK, 'b.sh': MARK });
    const recorder = new Recorder();
    const inner = (document: Document): Document => ({ ...document, language: 'python', depth: 1 });
    const session = sessionFor(root, [
      recorder.document(['shell'], (document) => ({ ...NOTHING, documents: [inner(document)] })),
      recorder.document(['python']),
    ]);
    await session.analyse(['']);
    recorder.read.length = 0;
    writeFileSync(join(root, 'a.sh'), `# new\n${MARK}`);
    const { analysis } = await session.analyse(['']);
    expect(recorder.read).toEqual(['a.sh', 'a.sh']);
    expect(analysis.documents.map(({ path }) => path)).toEqual(['a.sh', 'b.sh']);
  });

  test('reads again what asked for a file or a directory that changed', async () => {
    const root = directoryWith({ 'a.sh': MARK, 'b.sh': MARK, 'c.sh': MARK, 'lib/x.inc': 'old', 'more/': '' });
    const recorder = new Recorder();
    const session = sessionFor(root, [
      recorder.document(['shell'], ({ path }) => {
        const context = recorder.contexts.at(-1);
        if (path === 'a.sh') context?.readFile('lib/x.inc');
        if (path === 'b.sh') context?.listDirectory('more');
        return NOTHING;
      }),
    ]);
    const again = async (): Promise<readonly string[]> => {
      recorder.read.length = 0;
      await session.analyse(['']);
      return [...recorder.read];
    };
    expect(await again()).toEqual(['a.sh', 'b.sh', 'c.sh']);
    expect(await again()).toEqual([]);
    writeFileSync(join(root, 'lib/x.inc'), 'new');
    expect(await again()).toEqual(['a.sh']);
    writeFileSync(join(root, 'more/new'), '');
    expect(await again()).toEqual(['b.sh']);
    expect(await again()).toEqual([]);
  });

  test('asks a front end that failed once more', async () => {
    const root = directoryWith({ 'a.sh': MARK });
    const recorder = new Recorder();
    const session = sessionFor(root, [
      recorder.document(['shell'], () => {
        throw new Error('no');
      }),
    ]);
    await session.analyse(['']);
    const { problems } = await session.analyse(['']);
    expect(recorder.read).toEqual(['a.sh', 'a.sh']);
    expect(problems).toHaveLength(1);
  });
});
