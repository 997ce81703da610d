import { describe, expect, it, test } from 'vitest';
import { ownersIn } from '../src/policy/owners.ts';
import { TREE } from './html-inventory.tree.ts';
import { directoryWith, runMain } from './run-main.ts';

test('the page asks for nothing from anywhere, and shows what it was told as text', async () => {
  const { stdout, code } = await runMain(['inventory', '--format', 'html'], { cwd: directoryWith(TREE) });
  expect(code).toBe(0);
  expect(stdout).not.toMatch(/(?:src|href)=|@import|url\(/);
  expect(stdout).toContain("default-src 'none'");
  expect(stdout).toContain('aws_instance a&amp;b');
  expect(stdout).toContain('/latest/meta-data/&lt;mac&gt;');
  expect(stdout).not.toContain('<mac>');
  expect(stdout).toContain('data-state="breaks"');
  expect(stdout).toContain('data-owners="@team-a @team-b"');
  expect(stdout).toMatch(/<span class="number">4<\/span> {4}<mark>curl -s /);
});

test('other commands do not know the format', async () => {
  const { code, stderr } = await runMain(['scan', '--format', 'html'], { cwd: directoryWith({ 'a.sh': '' }) });
  expect([code, stderr]).toEqual([2, expect.stringContaining('--format takes')]);
});

describe('owners', () => {
  const owners = ownersIn(
    ['* @all', '*.tf @infra', '/docs/ @docs', 'apps/*/boot @boot', '/secret', '[Web] @web', 'web/'].join('\n'),
  );
  it.each([
    ['a.sh', ['@all']],
    ['x/main.tf', ['@infra']],
    ['docs/deep/a.md', ['@docs']],
    ['x/docs/a.md', ['@all']],
    ['apps/one/boot/run.sh', ['@boot']],
    ['secret/a', []],
    ['web/a', ['@web']],
  ])('of %s: the last line that matches says them', (path, expected) => {
    expect(owners(path)).toEqual(expected);
  });
});
