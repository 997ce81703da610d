import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { runMain } from '../../packages/scanner/test/run-main.ts';
import { Session } from '../../packages/scanner/src/session/session.ts';
import { runAgainstEmulator, type Mode, type Outcome, type Run } from '../emulator/namespace.ts';
import type { RepairCase } from './repair-cases.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/oracle/shell/', import.meta.url));

/** The shell programs of `fixtures/oracle` as cases. */
export function fixtureCases(): readonly RepairCase[] {
  return readdirSync(FIXTURES)
    .filter((name) => statSync(join(FIXTURES, name)).isFile())
    .map((name) => {
      const text = readFileSync(join(FIXTURES, name), 'utf8');
      const needs = /\bneeds: ([\w. -]+)$/m.exec(text)?.[1]?.split(' ') ?? [];
      return { name: `fixture | script | ${name}`, files: { [name]: text }, path: name, needs };
    });
}

export interface ProvedCase {
  readonly name: string;
  /** Whether `fix --unsafe` changed it, and left nothing in it. */
  readonly isRepaired: boolean;
  /** What is wrong with the repair; empty when it works. */
  readonly wrong: readonly string[];
  readonly fixed: string;
}

/** Programs that a case needs and that are not there. */
export function missingFor({ needs }: RepairCase): readonly string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return needs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
}

/** Repairs the cases, and executes each before and after. */
export async function proveRepairs(cases: readonly RepairCase[]): Promise<readonly ProvedCase[]> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'imdsv2-repairs-')));
  try {
    const prepared: {
      readonly one: RepairCase;
      readonly isRepaired: boolean;
      readonly runs: readonly Run[];
      readonly fixed: string;
    }[] = [];
    for (const [index, one] of cases.entries())
      prepared.push({ one, ...(await prepare(one, join(scratch, String(index)))) });
    const outcomes = runAgainstEmulator(prepared.flatMap(({ runs }) => runs));
    return prepared.map(({ one, isRepaired, fixed }, index) => ({
      name: one.name,
      isRepaired,
      fixed,
      wrong: isRepaired
        ? differences(one, (which, mode) => outcomes.get(`${scratch}/${String(index)} ${which} ${mode}`))
        : [],
    }));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function prepare(
  one: RepairCase,
  folder: string,
): Promise<{ isRepaired: boolean; runs: readonly Run[]; fixed: string }> {
  const trees = { before: join(folder, 'before'), after: join(folder, 'after') };
  for (const [path, text] of Object.entries(one.files)) {
    mkdirSync(dirname(join(trees.before, path)), { recursive: true });
    writeFileSync(join(trees.before, path), text);
  }
  cpSync(trees.before, trees.after, { recursive: true });
  const { code } = await runMain(['fix', '--unsafe'], { cwd: trees.after });
  const fixed = readFileSync(join(trees.after, one.path), 'utf8');
  const isRepaired = code === 0 && fixed !== one.files[one.path];
  if (!isRepaired) return { isRepaired, runs: [], fixed };
  const modes: readonly Mode[] = [
    'required',
    'optional',
    'absent',
    ...(one.isTimed === true ? ['dropped' as const] : []),
  ];
  const runs: Run[] = [];
  for (const which of ['before', 'after'] as const) {
    const script = await scriptOf(one, trees[which]);
    for (const mode of modes) {
      const cwd = join(folder, `${which}-${mode}`);
      mkdirSync(cwd);
      // Twenty tries, each later than the one before, are wget's answer to a lost answer.
      writeFileSync(join(cwd, '.wgetrc'), 'tries = 1\n');
      writeFileSync(join(cwd, 'script'), script);
      chmodSync(join(cwd, 'script'), 0o755);
      const shebang = /^#![ \t]*(\S+)(?:[ \t]+(.*))?/.exec(script);
      const command = [shebang?.[1] ?? '/bin/sh', ...(shebang?.[2]?.split(/\s+/) ?? []), join(cwd, 'script')];
      runs.push({
        id: `${folder} ${which} ${mode}`,
        command,
        cwd,
        mode,
        ...(one.loops === true ? { longestLife: 2 } : {}),
      });
    }
  }
  return { isRepaired, runs, fixed };
}

/** The script that a file holds, as its host renders it. */
async function scriptOf({ path, render = 'none' }: RepairCase, tree: string): Promise<string> {
  switch (render) {
    case 'none':
      return readFileSync(join(tree, path), 'utf8');
    case 'make':
      return `#!/bin/sh\nexec make -s -f ${join(tree, path)}\n`;
    case 'terraform': {
      // Locals alone: a resource would want its provider.
      const main = join(tree, 'main.tf');
      const alone = join(tree, 'locals');
      mkdirSync(alone);
      for (const name of readdirSync(tree))
        if (statSync(join(tree, name)).isFile()) cpSync(join(tree, name), join(alone, name));
      writeFileSync(join(alone, 'main.tf'), readFileSync(main, 'utf8').split('\nresource ')[0] ?? '');
      const { stdout, stderr, status } = spawnSync('terraform', ['console'], {
        cwd: alone,
        input: 'base64encode(local.script)\n',
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '', HOME: alone, CHECKPOINT_DISABLE: '1' },
      });
      if (status !== 0) throw new Error(stderr);
      return Buffer.from(stdout.trim().replaceAll('"', ''), 'base64').toString('utf8');
    }
    case 'documents': {
      const session = new Session({
        root: tree,
        includeGenerated: true,
        ignore: [],
        prefilter: false,
        singleFile: false,
        variableFiles: [],
      });
      const { analysis } = await session.analyse(['']);
      const script = analysis.documents.find((document) => document.language === 'shell');
      if (script === undefined) throw new Error(`There is no script in ${path}.`);
      return script.text;
    }
  }
}

/** An output without the lines that say when it was made, and without the errors that lwp-request prints for answers. */
function timeless(output: string): string {
  return output.replace(/^(?:Client-)?Date: .*$/gm, '').replace(/Can't connect to [^]*? line \d+\./g, '');
}

/** What a repaired program is right to do otherwise, by case: each difference that is expected is there, and no other. */
const EXPECTED_DIFFERENCES: Readonly<
  Record<string, { readonly why: string; readonly differences: readonly string[] }>
> = {
  ...Object.fromEntries(
    ['and-or-second-try.sh', 'case-on-token.sh', 'second-try-without-token.sh'].map((name) => [
      `fixture | script | ${name}`,
      {
        why: 'Its last command is the second try without a token, whose status, "could not connect", was the status of the script. A failure stands in its place, which has no connection to speak of.',
        differences: ['absent: it ended with 1 instead of 7'],
      },
    ]),
  ),
  ...Object.fromEntries(
    ['curl-post-is-not-get.sh', 'token-get.sh'].map((name) => [
      `fixture | script | ${name}`,
      {
        why: 'It does nothing but ask for a token, is refused in every mode, and prints the refusal. Corrected, it prints the token.',
        differences: ['required', 'optional'].map(
          (mode) => `${mode}: it printed "AQAE00000000==" instead of "Method Not Allowed"`,
        ),
      },
    ]),
  ),
};

function differences(
  one: RepairCase,
  outcome: (which: 'before' | 'after', mode: Mode) => Outcome | undefined,
): readonly string[] {
  const wrong: string[] = [];
  const before = outcome('before', 'required');
  const after = outcome('after', 'required');
  const original = outcome('before', 'optional');
  if (after === undefined || before === undefined || original === undefined) return ['it did not run'];
  const asked = before.log.some(({ status }) => status >= 400 && status !== 404);
  const asksAtAll = original.log.length > 0;
  if (asksAtAll && !asked && !one.name.startsWith('fixture'))
    wrong.push('the original was not refused in required mode');
  for (const { method, path, token, status } of after.log)
    if (status === 401 || status === 403 || (method !== 'PUT' && token !== 'right'))
      wrong.push(`required: ${method} ${path} was sent with token ${token}, and got ${String(status)}`);
  const same = (what: string, a: Outcome | undefined, b: Outcome | undefined): void => {
    if (a === undefined || b === undefined) return;
    if (timeless(a.stdout) !== timeless(b.stdout))
      wrong.push(`${what}: it printed ${JSON.stringify(b.stdout)} instead of ${JSON.stringify(a.stdout)}`);
    if (a.code !== b.code) wrong.push(`${what}: it ended with ${String(b.code)} instead of ${String(a.code)}`);
  };
  same('required', original, after);
  same('optional', original, outcome('after', 'optional'));
  same('absent', outcome('before', 'absent'), outcome('after', 'absent'));
  same('dropped', outcome('before', 'dropped'), outcome('after', 'dropped'));
  const expected = EXPECTED_DIFFERENCES[one.name]?.differences ?? [];
  return [
    ...wrong.filter((difference) => !expected.includes(difference)),
    ...expected.filter((difference) => !wrong.includes(difference)).map((difference) => `not so: ${difference}`),
  ];
}
