import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RULES } from 'imdsv2-core';
import { expect, it } from 'vitest';
import type { Inventory } from '../packages/scanner/src/index.ts';
import { runMain } from '../packages/scanner/test/run-main.ts';

/** The migration guide names every rule once at least, and its blocks are what it says they are. */
const PAGE = readFileSync(new URL('migration.md', import.meta.url), 'utf8');

it('leads to every rule about version 1, and to none that is not there', () => {
  const named = new Set([...PAGE.matchAll(/\(rules\/([\w-]+)\.md\)/g)].map(([, id]) => id));
  const ids = RULES.map(({ id }) => id);
  expect([...named].filter((id) => !ids.includes(id ?? ''))).toEqual([]);
  expect(ids.filter((id) => !named.has(id) && id !== 'valid-suppression')).toEqual([]);
});

it('shows policies that enforce, and scripts and images with nothing to report', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'imdsv2-migration-'));
  try {
    writeFileSync(join(folder, 'policy.json'), block('json'));
    writeFileSync(join(folder, 'Dockerfile'), `FROM alpine:3\n${block('dockerfile')}`);
    writeFileSync(join(folder, 'request.sh'), `#!/bin/bash\n${block('sh', 'TOKEN=')}`);
    const scan = await runMain(['scan', '--persona', 'strict', '--format', 'json', '.'], { cwd: folder });
    // An unguarded token is the strict rule's, and the next step of the guide.
    const rules = (JSON.parse(scan.stdout) as { findings: { ruleId: string }[] }).findings.map(({ ruleId }) => ruleId);
    expect(rules.filter((id) => id !== 'no-unchecked-token')).toEqual([]);
    const { stdout } = await runMain(['inventory', '--format', 'json', '.'], { cwd: folder });
    const { defaults, switches } = JSON.parse(stdout) as Inventory;
    expect(defaults.flatMap(({ enforces }) => enforces)).toHaveLength(3);
    expect(switches).toMatchObject([{ fallback: 'off' }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The first block of a language, or the first that begins with `start`. */
function block(language: string, start = ''): string {
  for (const [, code = ''] of PAGE.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\`\\n`, 'g')))
    if (code.startsWith(start)) return code;
  throw new Error(`there is no block of ${language}`);
}
