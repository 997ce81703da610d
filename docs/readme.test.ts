import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { RULES } from 'imdsv2-core';
import { describe, expect, it } from 'vitest';
import { runMain } from '../packages/scanner/test/run-main.ts';

/** The README shows what the command prints in fixtures/demo; `UPDATE_FIXTURES=1` writes it anew. */
const README = fileURLToPath(new URL('../README.md', import.meta.url));
const DEMO = fileURLToPath(new URL('../fixtures/demo', import.meta.url));
const OUTPUT = /<!-- output of: imdsv2 (.*) -->\n\n?```text\n([^]*?)```\n/g;

describe('README.md', () => {
  it('shows what the command prints', async () => {
    let text = readFileSync(README, 'utf8');
    const blocks = [...text.matchAll(OUTPUT)];
    expect(blocks.length).toBeGreaterThan(1);
    for (const [block, command = '', shown = ''] of blocks) {
      const { stdout } = await runMain(command.split(' '), { cwd: DEMO });
      // The formatter takes away what nobody sees: the blank before an empty line of a diff.
      const printed = `${stdout.trim()}\n`.replace(/[ \t]+$/gm, '');
      if (process.env['UPDATE_FIXTURES'] === '1')
        text = text.replace(block, () => block.replace(`\`\`\`text\n${shown}`, () => `\`\`\`text\n${printed}`));
      else expect(shown).toBe(printed);
    }
    if (process.env['UPDATE_FIXTURES'] === '1') writeFileSync(README, text);
  }, 120_000);

  it('names every rule', () => {
    const text = readFileSync(README, 'utf8');
    const rows = [...text.matchAll(/^\| \[([\w-]+)\]\(docs\/rules\//gm)].map(([, id]) => id);
    expect(rows).toEqual(RULES.map((rule) => rule.id));
  });
});
