import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { directoryWith, runMain } from './run-main.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/', import.meta.url));

interface Changed {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** The fixtures, repaired: files that are changed, with where they stand before and after. */
let changed: readonly Changed[] = [];
let again = '';

beforeAll(async () => {
  const [before, after] = [directoryWith({}), directoryWith({})];
  for (const root of [before, after]) cpSync(FIXTURES, root, { recursive: true });
  await runMain(['fix', '--unsafe', '--include-generated'], { cwd: after });
  again = (await runMain(['fix', '--unsafe', '--include-generated', '--diff'], { cwd: after })).stdout;
  changed = readdirSync(before, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(before.length + 1))
    .map((path) => ({ path, before: join(before, path), after: join(after, path) }))
    .filter((file) => read(file.before) !== read(file.after));
}, 300_000);

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** A tool's exit code; undefined, and said, when the machine has none. */
function ran(
  tool: string,
  ...args: readonly string[]
): { readonly code: number | null; readonly stdout: string } | undefined {
  const { status, stdout, error } = spawnSync(tool, args, {
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1' },
  });
  if (error === undefined) return { code: status, stdout };
  console.warn(`This machine has no ${tool}: what it says of repaired files is not known.`);
  return undefined;
}

const withExtension = (...extensions: readonly string[]): readonly Changed[] =>
  changed.filter(({ path }) => extensions.includes(extname(path)));
const scripts = (): readonly Changed[] =>
  changed.filter(({ before }) => /^#!.*\b(?:ba|da|k|z)?sh\b/.test(read(before)));

describe('repaired fixtures', { timeout: 300_000 }, () => {
  it('are many, and are changed once', () => {
    expect(changed.length).toBeGreaterThan(100);
    expect(again).toBe('');
  });

  it('are formatted as they were: terraform fmt', () => {
    const files = withExtension('.tf');
    expect(files.length).toBeGreaterThan(5);
    if (ran('terraform', 'version') === undefined) return;
    const isFormatted = (path: string): boolean => ran('terraform', 'fmt', '-check', path)?.code === 0;
    expect(files.filter(({ before, after }) => isFormatted(before) && !isFormatted(after))).toEqual([]);
    expect(files.filter(({ after }) => isFormatted(after)).length).toBeGreaterThan(5);
  });

  it.each(['bash', 'dash'])('are read as they were: %s -n', (shell) => {
    const files = scripts();
    expect(files.length).toBeGreaterThan(50);
    if (ran(shell, '-c', ':') === undefined) return;
    const isRead = (path: string): boolean => ran(shell, '-n', path)?.code === 0;
    expect(files.filter(({ before, after }) => isRead(before) && !isRead(after))).toEqual([]);
  });

  it('have nothing new: shellcheck', () => {
    if (ran('shellcheck', '--version') === undefined) return;
    const codes = (path: string): readonly string[] =>
      (ran('shellcheck', '--format', 'gcc', path)?.stdout.match(/\[SC\d+\]/g) ?? []).sort();
    const worse = scripts().flatMap(({ path, before, after }) => {
      const had = [...codes(before)];
      const added = codes(after).filter((code) => {
        const at = had.indexOf(code);
        if (at !== -1) had.splice(at, 1);
        return at === -1;
      });
      return added.length === 0 ? [] : [[path, added]];
    });
    expect(worse).toEqual([]);
  });

  it('have no new errors: tsc --noEmit', () => {
    const files = withExtension('.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs');
    expect(files.length).toBeGreaterThan(20);
    const before = errorsOf(files.map((file) => file.before));
    const after = errorsOf(files.map((file) => file.after));
    const worse = files.flatMap((file) => {
      const had = [...(before.get(file.before) ?? [])];
      const added = (after.get(file.after) ?? []).filter((error) => {
        const at = had.indexOf(error);
        if (at !== -1) had.splice(at, 1);
        return at === -1;
      });
      return added.length === 0 ? [] : [[file.path, added]];
    });
    expect(worse).toEqual([]);
  });
});

/** Errors by file. Fixtures have no packages installed: what they import has no types, before or after. */
function errorsOf(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const program = ts.createProgram([...paths], {
    noEmit: true,
    noResolve: true,
    allowJs: true,
    checkJs: false,
    strict: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    jsx: ts.JsxEmit.Preserve,
    types: [],
  });
  const errors = new Map<string, string[]>();
  for (const { file, code, messageText } of ts.getPreEmitDiagnostics(program)) {
    if (file === undefined) continue;
    const text = `TS${String(code)} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    errors.set(file.fileName, [...(errors.get(file.fileName) ?? []), text]);
  }
  return errors;
}
