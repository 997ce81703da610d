import { expect, test } from 'vitest';
import { loadedBy } from './loaded-by.ts';
import { directoryWith } from './run-main.ts';

const REQUEST = 'curl http://169.254.169.254/latest/meta-data/instance-id\n';

test('one script loads no parser but its own', () => {
  const cwd = directoryWith({ 'one.sh': REQUEST });
  expect(loadedBy(cwd, 'scan', 'one.sh')).toEqual({ packages: [], wasm: 0, code: 1 });
});

test('also where other languages stand beside it', () => {
  const cwd = directoryWith({
    '.git/': '',
    'tools/one.sh': REQUEST,
    'web/main.tf': 'resource "aws_instance" "web" {}\n',
    'stack.yaml': 'Type: AWS::EC2::Instance\n',
  });
  expect(loadedBy(cwd, 'scan', 'tools/one.sh')).toEqual({ packages: [], wasm: 0, code: 1 });
});

test('a tree without a marker loads no parser at all', () => {
  const files = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [
      `f${String(index)}.${['tf', 'sh', 'ts', 'yaml', 'json', 'py'][index % 6] ?? ''}`,
      'x = 1\n',
    ]),
  );
  expect(loadedBy(directoryWith(files), 'scan')).toEqual({ packages: [], wasm: 0, code: 0 });
});

// What the tests above do not see, these do.
test('Terraform loads its grammar', () => {
  const loaded = loadedBy(directoryWith({ 'main.tf': 'resource "aws_instance" "web" {}\n' }), 'scan');
  expect(loaded.packages).toContain('web-tree-sitter');
  expect(loaded.wasm).toBeGreaterThan(0);
});

test('YAML loads its parser and no WebAssembly', () => {
  expect(
    loadedBy(directoryWith({ 'stack.yaml': 'Resources:\n  Web:\n    Type: AWS::EC2::Instance\n' }), 'scan'),
  ).toMatchObject({ packages: expect.arrayContaining(['yaml']), wasm: 0 });
});
