import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectWith, root, tarballOf, type Project } from '../../../scripts/testing/packed.ts';
import { expectFindingOf, expectFindingOfOxlint } from './packed-plugin.ts';
import { programsOf } from './rule-tester.ts';

const PLUGIN = [tarballOf('imdsv2-core'), tarballOf('eslint-plugin-imdsv2')];
const REQUEST = "\nfetch('http://169.254.169.254/latest/meta-data/');\n";
const CONFIG = "import imdsv2 from 'eslint-plugin-imdsv2';\nexport default [imdsv2.configs.recommended];\n";

/** The oldest ESLint of the peer range, the last of each major version, and Oxlint. */
describe('the packed plug-in', { timeout: 300_000 }, () => {
  test.each(['eslint@9.38.0', 'eslint@9', 'eslint@10'])('finds a request in %s', (eslint) => {
    expectFindingOf(eslint);
  });

  test('finds a request in TypeScript', () => {
    expectFindingOf('eslint@10', { typescript: true });
  });

  test.each(['20', '22', '24'])('runs in Node %s', (version) => {
    using project = projectWith('eslint@10', ...PLUGIN);
    project.write({ 'app.js': REQUEST, 'eslint.config.js': CONFIG });
    const eslint = 'node_modules/eslint/bin/eslint.js';
    const node = ['-y', '-p', `node@${version}`, 'node'];
    expect(project.run('npx', ...node, '--version').stdout.trim()).toMatch(new RegExp(`^v${version}\\.`));
    const { stdout, stderr } = project.run('npx', ...node, eslint, '--format', 'json', 'app.js');
    expect(rulesIn(stdout, stderr)).toEqual(['imdsv2/no-imdsv1-request:2:1']);
  });

  test.each(['5.4', '5.9', '6.0'])('has types that TypeScript %s takes in a configuration', (version) => {
    using project = projectWith('eslint@10', `typescript@${version}`, ...PLUGIN);
    project.write({
      'eslint.config.ts': `import { defineConfig } from 'eslint/config';
import imdsv2 from 'eslint-plugin-imdsv2';
export default defineConfig([
  { plugins: { imdsv2 }, extends: ['imdsv2/recommended'] },
  imdsv2.configs.strict,
  { rules: { 'imdsv2/hop-limit': ['error', { hopLimit: { host: 1, containers: 2 } }] } },
]);
// @ts-expect-error there is no such configuration
imdsv2.configs.none;
`,
    });
    const { stdout } = project.run(
      'tsc',
      ...['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext'],
      'eslint.config.ts',
    );
    expect(stdout).toBe('');
  });

  test('keeps quiet about JSON, Markdown and CSS in the same project', () => {
    using project = projectWith('eslint@10', '@eslint/json', '@eslint/markdown', '@eslint/css', ...PLUGIN);
    project.write({
      'app.js': REQUEST,
      'data.json': '{"url": "http://169.254.169.254/latest/meta-data/"}\n',
      'page.md': '# Page\n\nhttp://169.254.169.254/latest/meta-data/\n',
      'style.css': 'a { background: url("http://169.254.169.254/latest/meta-data/"); }\n',
      'eslint.config.js': `import css from '@eslint/css';
import json from '@eslint/json';
import markdown from '@eslint/markdown';
import imdsv2 from 'eslint-plugin-imdsv2';
export default [
  { files: ['**/*.json'], plugins: { json }, language: 'json/json' },
  { files: ['**/*.md'], plugins: { markdown }, language: 'markdown/commonmark' },
  { files: ['**/*.css'], plugins: { css }, language: 'css/css' },
  imdsv2.configs.all,
];
`,
    });
    const { stdout, stderr } = project.run('eslint', '--format', 'json', 'app.js', 'data.json', 'page.md', 'style.css');
    expect(rulesIn(stdout, stderr)).toEqual(['imdsv2/no-imdsv1-request:2:1']);
  });

  test.each(['app.js', 'app.ts'])('finds a request of %s in Oxlint', (file) => {
    expectFindingOfOxlint(file);
  });

  test('says in Oxlint what it says in ESLint', async () => {
    using project = projectWith(
      'eslint@10',
      '@typescript-eslint/parser@8',
      'typescript@6.0',
      'oxlint@latest',
      ...PLUGIN,
    );
    const files = { ...examples(), ...(await programsOfRuleTests()) };
    project.write(files);
    const names = Object.keys(files).sort();
    expect(names.length).toBeGreaterThan(250);
    project.write({
      'eslint.config.js': `import imdsv2 from 'eslint-plugin-imdsv2';
import parser from '@typescript-eslint/parser';
export default [{ files: ['**/*.ts'], languageOptions: { parser } }, { files: ['**/*'] }, imdsv2.configs.all];
`,
      '.oxlintrc.json': JSON.stringify({
        jsPlugins: ['eslint-plugin-imdsv2'],
        categories: { correctness: 'off' },
        rules: Object.fromEntries(rulesOf(project).map((rule) => [`imdsv2/${rule}`, 'error'])),
      }),
    });
    const eslint = project.run('eslint', '--format', 'json', ...names);
    const oxlint = project.run('oxlint', '--format', 'json', ...names);
    expect(foundByOxlint(oxlint.stdout)).toEqual(foundByEslint(eslint.stdout, project));
  });
});

/** Programs of the fixtures and of the pages, under names of their own. */
function examples(): Record<string, string> {
  const files: Record<string, string> = {};
  for (const folder of [
    'fixtures/javascript',
    'fixtures/typescript-iac',
    'fixtures/oracle/javascript',
    'fixtures/oracle/clients',
    'fixtures/demo',
  ])
    for (const path of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
      if (/\.[cm]?[jt]s$/.test(path))
        files[`${folder}/${path}`.replaceAll('/', '_')] = readFileSync(join(root, folder, path), 'utf8');
  for (const page of readdirSync(join(root, 'docs/rules'))) {
    const blocks = readFileSync(join(root, 'docs/rules', page), 'utf8').matchAll(/^```(js|ts)\n([^]*?)^```/gm);
    let number = 0;
    for (const [, language = 'js', text = ''] of blocks)
      files[`${page}-${String((number += 1))}.${language === 'js' ? 'mjs' : 'ts'}`] = text;
  }
  return files;
}

/** The programs that the rules are tested with, right and wrong ones, in files of their own. */
async function programsOfRuleTests(): Promise<Record<string, string>> {
  const programs = await programsOf(async () => {
    await import('./clients.test.ts');
    await import('./no-imdsv1-client.test.ts');
    await import('./no-imdsv1-fallback.test.ts');
    await import('./no-imdsv1-request.test.ts');
    await import('./require-imdsv2.test.ts');
    await import('./valid-imds-policy.test.ts');
    await import('./valid-metadata-options.test.ts');
    await import('./valid-token-request.test.ts');
  });
  return Object.fromEntries(
    programs.map(({ code, filename, language }, index) => [
      `case${String(index)}-${basename(filename ?? (language === 'typescript' ? 'case.ts' : 'case.mjs'))}`,
      code,
    ]),
  );
}

function rulesOf(project: Project): readonly string[] {
  const script =
    "import('eslint-plugin-imdsv2').then((m) => console.log(JSON.stringify(Object.keys(m.default.rules))))";
  return JSON.parse(project.run('node', '-e', script).stdout) as string[];
}

interface EslintResult {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string; readonly line: number; readonly column: number }[];
}

function rulesIn(stdout: string, stderr: string): readonly string[] {
  if (stdout === '') return [stderr];
  return (JSON.parse(stdout) as EslintResult[]).flatMap(({ messages }) =>
    messages.map(({ ruleId, line, column }) => `${ruleId}:${String(line)}:${String(column)}`),
  );
}

function foundByEslint(stdout: string, { folder }: Project): readonly string[] {
  return (JSON.parse(stdout) as EslintResult[])
    .flatMap(({ filePath, messages }) =>
      messages.map(({ ruleId, line }) => `${filePath.slice(folder.length + 1)}:${String(line)} ${ruleId}`),
    )
    .sort();
}

function foundByOxlint(stdout: string): readonly string[] {
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[];
  };
  return diagnostics
    .map(
      ({ code, filename, labels }) =>
        `${filename}:${String(labels[0]?.span.line)} ${code.replace(/^(\w+)\((.*)\)$/, '$1/$2')}`,
    )
    .sort();
}
