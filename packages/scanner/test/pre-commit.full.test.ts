import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { root } from '../../../scripts/testing/packed.ts';

/** pre-commit installs the repository itself, as last committed: clone, `npm install`, `npm pack`, `npm install -g`. */
test('pre-commit runs the hook from a clone', { timeout: 600_000 }, (context) => {
  const reason = reasonToSkip();
  if (reason !== undefined) console.warn(`Skipped: ${reason}`);
  context.skip(reason !== undefined, reason);

  const folder = mkdtempSync(join(tmpdir(), 'imdsv2-pre-commit-'));
  try {
    const clone = join(folder, 'clone');
    git(folder, 'clone', '--quiet', root, clone);

    const project = join(folder, 'project');
    mkdirSync(project);
    git(project, 'init', '--quiet');
    writeFileSync(join(project, 'bad.sh'), '#!/bin/sh\ncurl http://169.254.169.254/latest/meta-data/\n');
    writeFileSync(join(project, 'good.sh'), '#!/bin/sh\ncurl https://example.com/\n');
    writeFileSync(
      join(project, '.pre-commit-config.yaml'),
      `repos: [{ repo: '${clone}', rev: ${git(clone, 'rev-parse', 'HEAD')}, hooks: [{ id: imdsv2 }] }]\n`,
    );
    git(project, 'add', '.');

    const bad = preCommit(folder, project, 'bad.sh');
    expect(bad.status, bad.output).toBe(1);
    expect(bad.output).toContain('no-imdsv1-request');
    expect(bad.output).toContain('bad.sh');
    const good = preCommit(folder, project, 'good.sh');
    expect(good.status, good.output).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what pre-commit installs is what the command asks for', () => {
  expect(dependenciesOf(root)).toEqual(dependenciesOf(join(root, 'packages/scanner')));
});

function reasonToSkip() {
  if (spawnSync('pre-commit', ['--version']).status !== 0) return 'pre-commit is not installed.';
  if (spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root }).status !== 0) return 'this is not a git clone.';
  return undefined;
}

function git(cwd: string, ...args: string[]) {
  return execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
}

function preCommit(folder: string, cwd: string, file: string) {
  const { status, stdout, stderr } = spawnSync('pre-commit', ['run', 'imdsv2', '--files', file], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PRE_COMMIT_HOME: join(folder, 'home') },
  });
  return { status, output: stdout + stderr };
}

function dependenciesOf(path: string) {
  return (JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { dependencies: object }).dependencies;
}
