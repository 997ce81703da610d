import { expect } from 'vitest';
import { projectWith, tarballOf } from '../../../scripts/testing/packed.ts';

const request = "fetch('http://169.254.169.254/latest/meta-data/');\n";
const plugin = [tarballOf('imdsv2-core'), tarballOf('eslint-plugin-imdsv2')];

/**
 * Installs an ESLint and the packed plug-in as a user would, and lints one request that must be found where it stands.
 *
 * @param eslint an npm specifier: `eslint@9.38.0`
 */
export function expectFindingOf(eslint: string, { typescript = false } = {}): void {
  using project = projectWith(
    eslint,
    ...(typescript ? ['@typescript-eslint/parser@8', 'typescript@6'] : []),
    ...plugin,
  );
  const file = typescript ? 'app.ts' : 'app.js';
  project.write({
    [file]: typescript ? `const n: number = 1;\n${request}` : `\n${request}`,
    'eslint.config.js': `
      import imdsv2 from 'eslint-plugin-imdsv2';
      ${typescript ? "import parser from '@typescript-eslint/parser';" : ''}
      export default [
        { files: ['**/*.js', '**/*.ts'], ${typescript ? 'languageOptions: { parser },' : ''} },
        imdsv2.configs.recommended,
      ].flat();
    `,
  });
  const { stdout, stderr } = project.run('eslint', '--format', 'json', file);
  const messages = stdout === '' ? stderr : (JSON.parse(stdout) as { messages: object[] }[])[0]?.messages;
  expect(messages).toEqual([
    expect.objectContaining({ ruleId: 'imdsv2/no-imdsv1-request', severity: 2, line: 2, endLine: 2 }),
  ]);
}

export function expectFindingOfOxlint(file: string): void {
  using project = projectWith('oxlint@latest', ...plugin);
  project.write({
    [file]: `\n${request}`,
    '.oxlintrc.json': JSON.stringify({
      jsPlugins: ['eslint-plugin-imdsv2'],
      rules: { 'imdsv2/no-imdsv1-request': 'error' },
    }),
  });
  const { status, stdout, stderr } = project.run('oxlint', '--format', 'json', file);
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { code: string; labels: { span: { line: number } }[] }[];
  };
  expect(diagnostics.map(({ code, labels }) => ({ code, line: labels[0]?.span.line }))).toEqual([
    { code: 'imdsv2(no-imdsv1-request)', line: 2 },
  ]);
}
