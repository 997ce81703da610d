import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RULES } from 'imdsv2-core';
import { afterAll, describe, expect, it } from 'vitest';
import { runMain } from '../packages/scanner/test/run-main.ts';

/** Every "wrong" block of a rule's page is reported by that rule, every "right" block is not. */
const FOLDER = new URL('./rules/', import.meta.url);
const FILE_OF_LANGUAGE: Readonly<Record<string, string>> = {
  sh: 'example.sh',
  powershell: 'example.ps1',
  python: 'example.py',
  js: 'example.mjs',
  ts: 'example.ts',
  hcl: 'main.tf',
  yaml: 'example.yaml',
  json: 'example.json',
  dockerfile: 'Dockerfile',
  makefile: 'Makefile',
};

interface Block {
  readonly section: string;
  readonly line: number;
  readonly file: string;
  readonly code: string;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe.each(RULES.map((rule) => rule.id))('docs/rules/%s.md', (id) => {
  const blocks = blocksOf(readFileSync(new URL(`${id}.md`, FOLDER), 'utf8'));

  it('shows something wrong and something right', () => {
    expect(blocks.some((block) => block.section === 'Wrong')).toBe(true);
    expect(blocks.some((block) => block.section === 'Right')).toBe(true);
  });

  it.each(
    blocks
      .filter(({ section }) => section === 'Wrong' || section === 'Right')
      .map((block) => [`line ${String(block.line)} (${block.section.toLowerCase()})`, block] as const),
  )('%s', async (_name, block) => {
    const folder = mkdtempSync(join(tmpdir(), 'imdsv2-docs-'));
    folders.push(folder);
    writeFileSync(join(folder, block.file), block.code);
    const { stdout } = await runMain(['scan', '--format', 'json', '--persona', 'strict', '.'], { cwd: folder });
    const { findings, notAnalysed } = JSON.parse(stdout) as { findings: { ruleId: string }[]; notAnalysed: unknown[] };
    expect(notAnalysed).toEqual([]);
    const reported = findings.map((finding) => finding.ruleId);
    if (block.section === 'Wrong') expect(reported).toContain(id);
    else expect(reported).not.toContain(id);
  });
});

it('has a page for every rule and no other page', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(RULES.map((rule) => `${rule.id}.md`).sort());
});

function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let section = '';
  let open: { language: string; file: string | undefined; line: number; code: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(\w*)(?:\s+file=(\S+))?\s*$/.exec(line);
    if (open !== undefined && line === '```') {
      const file = open.file ?? FILE_OF_LANGUAGE[open.language];
      if (file === undefined)
        throw new Error(`line ${String(open.line)}: no file name is known for "${open.language}"`);
      blocks.push({ section, line: open.line, file, code: `${open.code.join('\n')}\n` });
      open = undefined;
    } else if (open !== undefined) {
      open.code.push(line);
    } else if (fence !== null) {
      open = { language: fence[1] ?? '', file: fence[2], line: index + 1, code: [] };
    } else {
      section = /^##\s+(.*)$/.exec(line)?.[1] ?? section;
    }
  }
  return blocks;
}
