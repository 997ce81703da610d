import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { projectWith, tarballOf } from '../../../scripts/testing/packed.ts';
import { EslintServer } from './language-server.ts';

const TEXT = "\nexport const id = () => fetch('http://169.254.169.254/latest/meta-data/instance-id');\n";

test("in VS Code's ESLint server the finding and its repair arrive", { timeout: 180_000 }, async () => {
  using project = projectWith(
    'eslint@10',
    'vscode-langservers-extracted@4.10.0',
    tarballOf('imdsv2-core'),
    tarballOf('eslint-plugin-imdsv2'),
  );
  project.write({
    'app.js': TEXT,
    'eslint.config.js': "import imdsv2 from 'eslint-plugin-imdsv2';\nexport default [imdsv2.configs.recommended];\n",
  });
  const server = new EslintServer(
    join(project.folder, 'node_modules/.bin/vscode-eslint-language-server'),
    project.folder,
  );
  try {
    await server.start();
    const uri = pathToFileURL(join(project.folder, 'app.js')).href;
    const [diagnostic, ...others] = await server.open(uri, 'javascript', TEXT);
    expect(others).toEqual([]);
    expect(diagnostic).toMatchObject({
      code: 'imdsv2/no-imdsv1-request',
      range: { start: { line: 1, character: 24 } },
    });
    const actions = (await server.request('textDocument/codeAction', {
      textDocument: { uri },
      range: diagnostic?.range,
      context: { diagnostics: [diagnostic] },
    })) as readonly { title: string; kind?: string; command?: { command: string; arguments?: unknown[] } }[];
    const repair = actions.find(({ title }) => title.startsWith('Ask for a session token'));
    expect(repair?.kind).toBe('quickfix');
    await server.request('workspace/executeCommand', {
      command: repair?.command?.command,
      arguments: repair?.command?.arguments,
    });
    expect(JSON.stringify(server.edits)).toContain('X-aws-ec2-metadata-token-ttl-seconds');
  } finally {
    server.stop();
  }
});
