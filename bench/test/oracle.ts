import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { judgeRequest, type Request, type RequestVariant, type RequestVerdict } from 'imdsv2-core';
import { runMain } from '../../packages/scanner/test/run-main.ts';
import { Session } from '../../packages/scanner/src/session/session.ts';
import { runAgainstEmulator, type Entry, type Mode, type Run } from '../emulator/namespace.ts';
import { pathPattern } from '../url-pattern.ts';

/** Programs that are executed: one file each, or one folder each with a `main.*` and what it reads. */
const ORACLE_FOLDER = fileURLToPath(new URL('../../fixtures/oracle/', import.meta.url));

const MODES: readonly Mode[] = ['required', 'optional', 'no-tokens', 'no-answer'];
/** Modes in which everybody who asks for a token gets one. */
const TOKENS_ARE_GIVEN: readonly Mode[] = ['required', 'optional'];

export interface OracleCase {
  readonly name: string;
  /** What the analyser says. */
  readonly requests: readonly JudgedRequest[];
  /** What the emulator saw, per mode. */
  readonly logs: ReadonlyMap<Mode, readonly Entry[]>;
  /** Modes in which the program did not start or did not end. */
  readonly unfinished: readonly Mode[];
}

export interface JudgedRequest {
  readonly path: string;
  readonly line: number;
  readonly client: string;
  /** As the inventory has it; undefined where it is not in the inventory. */
  readonly verdict: string | undefined;
  /** The ways to this request, each judged as if it were the only one. */
  readonly ways: readonly Way[];
}

interface Way {
  readonly verdict: RequestVerdict;
  readonly method: string | undefined;
  readonly url: string;
  readonly path: RegExp;
  readonly hasTokenHeader: boolean;
}

/** Names of the cases of one folder of `fixtures/oracle`; with `every`, only each so many-th. */
export function oracleCases(folder: string, every = 1): readonly string[] {
  return readdirSync(join(ORACLE_FOLDER, folder))
    .sort()
    .filter((_, index) => index % every === 0)
    .map((name) => `${folder}/${name}`);
}

/** Programs that a case asks for in a comment (`needs: aria2c`) and that this machine does not have. */
export function missingPrograms(name: string): readonly string[] {
  const needs = /\bneeds: ([\w. -]+)$/m.exec(readFileSync(join(ORACLE_FOLDER, mainFile(name)), 'utf8'))?.[1] ?? '';
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return needs
    .split(' ')
    .filter((program) => program !== '' && !folders.some((folder) => existsSync(join(folder, program))));
}

/** Judges and executes the given cases, each in every mode. */
export async function judgeAndExecute(names: readonly string[]): Promise<readonly OracleCase[]> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'imdsv2-oracle-')));
  try {
    const runs = names.flatMap((name) => MODES.map((mode) => prepare(name, mode, scratch)));
    const outcomes = runAgainstEmulator(runs);
    const tree = join(scratch, 'judged');
    for (const name of names) copyCase(name, join(tree, name));
    const requests = await judgeTree(tree);
    return names.map((name) => {
      const ended = new Map(MODES.map((mode) => [mode, outcomes.get(`${name} ${mode}`)]));
      return {
        name,
        requests: requests.filter(({ path }) => path.startsWith(`${name}/`)),
        logs: new Map(MODES.map((mode) => [mode, ended.get(mode)?.log ?? []])),
        unfinished: MODES.filter((mode) => typeof ended.get(mode)?.code !== 'number'),
      };
    });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** How a case differs from what ran; empty when the analyser told the truth. */
export function differences({ requests, logs, unfinished }: OracleCase): readonly string[] {
  const found = new Set(unfinished.map((mode) => `in mode ${mode} it did not come to an end`));
  const seen = [...logs].flatMap(([mode, log]) => log.map((entry) => ({ mode, entry })));
  const ways = requests.flatMap((request) => request.ways);
  for (const { mode, entry } of seen) {
    if (ways.some((way) => explains(way, entry, mode))) continue;
    found.add(
      `in mode ${mode}, ${entry.method} ${entry.path} was sent with token ${entry.token} (status ${entry.status}), and no verdict says so`,
    );
  }
  for (const { line, client, verdict, ways: itsWays } of requests) {
    if (verdict === undefined) found.add(`line ${line}: a request of ${client} is missing in the inventory`);
    for (const way of itsWays) {
      const what = `line ${line}: ${way.verdict} (${client} ${way.method ?? 'unknown method'} ${way.url})`;
      // Everything about these programs is known.
      if (way.verdict === 'undecided' || way.method === undefined) found.add(`${what} was left open`);
      else if (!seen.some(({ mode, entry }) => explains(way, entry, mode) && proves(way, entry, mode)))
        found.add(`${what} never showed`);
    }
  }
  return [...found];
}

/** Whether an entry of the log may come from a request with this verdict. */
function explains(way: Way, entry: Entry, mode: Mode): boolean {
  if (way.method !== entry.method || !way.path.test(entry.path)) return false;
  const isTokenRequest = entry.method === 'PUT' || entry.path.endsWith('/api/token');
  switch (way.verdict) {
    case 'token-request':
      return isTokenRequest && (entry.status === 200 || !TOKENS_ARE_GIVEN.includes(mode));
    case 'bad-token-request':
      return isTokenRequest && (entry.status >= 400 || mode === 'no-answer');
    case 'token':
      return !isTokenRequest && entry.token !== 'none';
    case 'tokenless':
      return !isTokenRequest && entry.token === 'none';
    case 'unchecked-token':
    case 'fallback':
      // Where tokens are given, nobody goes on without one.
      if (isTokenRequest || (TOKENS_ARE_GIVEN.includes(mode) && entry.token === 'none')) return false;
      return way.hasTokenHeader || entry.token === 'none';
    default:
      return way.verdict === 'undecided';
  }
}

/** Whether an entry shows what is special about the verdict. */
function proves(way: Way, entry: Entry, mode: Mode): boolean {
  switch (way.verdict) {
    case 'unchecked-token':
    case 'fallback':
      return entry.token === 'none';
    case 'token':
    case 'tokenless':
      return TOKENS_ARE_GIVEN.includes(mode);
    case 'token-request':
      return entry.status === 200;
    case 'bad-token-request':
      return entry.status >= 400 && TOKENS_ARE_GIVEN.includes(mode);
    default:
      return true;
  }
}

async function judgeTree(tree: string): Promise<readonly JudgedRequest[]> {
  const { stdout } = await runMain(['inventory', '--format', 'json'], { cwd: tree });
  const { requests } = JSON.parse(stdout) as { requests: readonly { id: string; verdict: string }[] };
  const verdicts = new Map(requests.map(({ id, verdict }) => [id, verdict]));
  const session = new Session({
    root: tree,
    includeGenerated: false,
    ignore: [],
    prefilter: true,
    singleFile: false,
    variableFiles: [],
  });
  const { analysis, textOf } = await session.analyse(['']);
  return analysis.facts
    .filter((fact) => fact.kind === 'request')
    .map((request) => ({
      path: request.location.path,
      line: textOf(request.location.path).slice(0, request.location.start).split('\n').length,
      client: request.client,
      verdict: verdicts.get(request.id),
      ways: request.variants.flatMap((variant) => wayOf(request, variant)),
    }))
    .filter(({ ways }) => ways.length > 0);
}

function wayOf(request: Request, variant: RequestVariant): readonly Way[] {
  const judged = judgeRequest({ ...request, variants: [variant] });
  if (judged === undefined || judged.verdict === 'other-cloud') return [];
  const { verdict, url } = judged;
  return [
    {
      verdict,
      url,
      method: variant.method,
      path: pathPattern(variant.url),
      hasTokenHeader: variant.token !== undefined,
    },
  ];
}

function prepare(name: string, mode: Mode, scratch: string): Run {
  const cwd = join(scratch, 'executed', mode, name);
  copyCase(name, cwd);
  // Twenty tries, each later than the one before, are wget's answer to a lost answer.
  writeFileSync(join(cwd, '.wgetrc'), 'tries = 1\n');
  const file = mainFile(name).slice(name.length + 1) || (name.split('/').at(-1) ?? '');
  return { id: `${name} ${mode}`, command: commandOf(join(cwd, file)), cwd, mode };
}

function copyCase(name: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const source = join(ORACLE_FOLDER, name);
  if (mainFile(name) === name) cpSync(source, join(folder, name.split('/').at(-1) ?? ''));
  else cpSync(source, folder, { recursive: true });
}

/** The file of a case that is executed, as a path in the folder of cases. */
function mainFile(name: string): string {
  if (/\.\w+$/.test(name)) return name;
  const main = readdirSync(join(ORACLE_FOLDER, name)).find((file) => file.startsWith('main.'));
  if (main === undefined) throw new Error(`fixtures/oracle/${name} has no main file`);
  return `${name}/${main}`;
}

function commandOf(path: string): readonly string[] {
  if (path.endsWith('.mjs')) return [process.execPath, path];
  if (path.endsWith('.py')) return ['python3', path];
  const shebang = /^#![ \t]*(\S+)(?:[ \t]+(.*))?/.exec(readFileSync(path, 'utf8'));
  return [shebang?.[1] ?? '/bin/sh', ...(shebang?.[2]?.split(/\s+/) ?? []), path];
}
