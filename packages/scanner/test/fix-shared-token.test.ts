import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryWith, runMain } from './run-main.ts';

const DATA = 'http://169.254.169.254/latest/meta-data';
const SEND = `{ headers: { 'X-aws-ec2-metadata-token': token } }`;
const PUT = `fetch('http://169.254.169.254/latest/api/token', { method: 'PUT', headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' } })`;

async function fixed(files: Readonly<Record<string, string>>, ...paths: readonly string[]) {
  const root = directoryWith(files);
  const ran = await runMain(['fix', '--unsafe', ...paths], { cwd: root });
  const again = await runMain(['fix', '--unsafe', '--diff', ...paths], { cwd: root });
  expect([again.code, again.stdout], 'a second time').toEqual([0, '']);
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  return { ...ran, root, read };
}

const A = `import { log } from './log.js';\n\nexport async function mac(): Promise<string> {\n  return log(await fetch('${DATA}/mac'));\n}\n`;
const B = `import axios from 'axios';\nexport const region = () => axios.get('${DATA}/placement/region');\n`;

describe('files of one package', () => {
  it('get their tokens from one module that is made for them', async () => {
    const { read } = await fixed({ 'package.json': '{}', 'src/a.ts': A, 'src/lib/b.ts': B });
    expect(read('src/a.ts')).toBe(
      `import { log } from './log.js';\nimport { imdsToken } from './imds-token.js';\n\nexport async function mac(): Promise<string> {\n  const token = await imdsToken();\n  return log(await fetch('${DATA}/mac', ${SEND}));\n}\n`,
    );
    expect(read('src/lib/b.ts')).toBe(
      `import axios from 'axios';\nimport { imdsToken } from '../imds-token.js';\nexport const region = () => imdsToken().then((token) => axios.get('${DATA}/placement/region', ${SEND}));\n`,
    );
    expect(read('src/imds-token.ts')).toContain('export async function imdsToken(): Promise<string> {');
  });

  it('of CommonJS as well', async () => {
    const get = (leaf: string): string =>
      `'use strict';\nconst http = require('http');\nhttp.get('${DATA}/${leaf}', (response) => response.pipe(process.stdout));\n`;
    const { read } = await fixed({ 'a.js': get('mac'), 'b.js': get('ami-id') });
    expect(read('a.js')).toContain(
      `'use strict';\nconst http = require('http');\nconst { imdsToken } = require('./imds-token');\nimdsToken().then((token) => {\n`,
    );
    expect(read('imds-token.js')).toContain('module.exports = { imdsToken };');
  });

  it('use the function that the package has', async () => {
    const helper = `export async function getToken(): Promise<string> {\n  const response = await ${PUT};\n  return response.text();\n}\n`;
    const { root, read } = await fixed({ 'package.json': '{}', 'src/token.ts': helper, 'src/a.ts': A });
    expect(read('src/a.ts')).toContain(`import { getToken } from './token.js';\n`);
    expect(read('src/a.ts')).toContain(`const token = await getToken();\n`);
    expect(read('src/token.ts')).toBe(helper);
    expect(existsSync(join(root, 'src/imds-token.ts'))).toBe(false);
  });

  it('ask by themselves where there is one only, or where they are of different kinds', async () => {
    for (const other of ['pkg/package.json', 'b.cjs']) {
      const { root, read } = await fixed({
        'package.json': '{}',
        'a.ts': A,
        [other]: other.endsWith('.cjs') ? `fetch('${DATA}/mac').then(console.log);\n` : '{}',
      });
      expect(read('a.ts')).toContain('const token = await fetch(');
      expect(existsSync(join(root, 'imds-token.ts'))).toBe(false);
    }
  });

  it('get no module outside of the given paths', async () => {
    const { root, read } = await fixed({ 'src/a.ts': A, 'src/lib/b.ts': B }, 'src/a.ts', 'src/lib/b.ts');
    expect(read('src/a.ts')).toContain('const token = await fetch(');
    expect(existsSync(join(root, 'src/imds-token.ts'))).toBe(false);
  });
});

it('shows the new module as a file that git can make', async () => {
  const root = directoryWith({ 'src/a.ts': A, 'src/lib/b.ts': B });
  const { stdout } = await runMain(['fix', '--unsafe', '--diff'], { cwd: root });
  execFileSync('git', ['apply', '-'], { cwd: root, input: stdout });
  expect(readFileSync(join(root, 'src/imds-token.ts'), 'utf8')).toContain('export async function imdsToken()');
});
