import { readdirSync, readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runAgainstEmulator, type Entry, type Mode, type Run } from '../emulator/namespace.ts';
import { runMain } from '../../packages/scanner/test/run-main.ts';

/** Programs that are executed, one file each. */
export const ORACLE_FOLDER = fileURLToPath(new URL('../../fixtures/oracle/', import.meta.url));

const MODES: readonly Mode[] = ['required', 'optional', 'no-tokens'];

/** A request as the inventory has it. */
export interface InventoryRequest {
  readonly verdict: string;
  readonly client: string;
  readonly method: string;
  readonly url: string;
  readonly range: { readonly start: { readonly line: number } };
}

export interface OracleCase {
  readonly name: string;
  readonly requests: readonly InventoryRequest[];
  /** What the emulator saw, per mode. */
  readonly logs: ReadonlyMap<Mode, readonly Entry[]>;
}

/** Names of the cases of one folder of `fixtures/oracle`. */
export function oracleFiles(folder: string): readonly string[] {
  return readdirSync(join(ORACLE_FOLDER, folder)).sort();
}

/** Judges and executes the given files of `fixtures/oracle`, each in every mode. */
export async function judgeAndExecute(files: readonly string[]): Promise<readonly OracleCase[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'imdsv2-oracle-'));
  try {
    const runs = files.flatMap((file) => MODES.map((mode): Run => ({ id: `${file} ${mode}`, command: commandOf(file), cwd: scratch, mode })));
    const outcomes = runAgainstEmulator(runs);
    const cases: OracleCase[] = [];
    for (const file of files) {
      const { stdout } = await runMain(['inventory', '--format', 'json', file], { cwd: ORACLE_FOLDER });
      const { requests } = JSON.parse(stdout) as { requests: readonly InventoryRequest[] };
      cases.push({ name: file, requests, logs: new Map(MODES.map((mode) => [mode, outcomes.get(`${file} ${mode}`)?.log ?? []])) });
    }
    return cases;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** How a case differs from what ran; empty when the analyser told the truth. */
export function differences({ requests, logs }: OracleCase): readonly string[] {
  const found: string[] = [];
  const seen = MODES.flatMap((mode) => (logs.get(mode) ?? []).map((entry) => ({ mode, entry })));
  for (const { mode, entry } of seen) {
    if (!requests.some((request) => explains(request, entry, mode))) {
      found.push(`in mode ${mode} ${entry.method} ${entry.path} was sent with token ${entry.token} (status ${String(entry.status)}), and no verdict says so`);
    }
  }
  for (const request of requests) {
    if (request.verdict === 'undecided') continue;
    if (!seen.some(({ mode, entry }) => explains(request, entry, mode) && proves(request, entry))) {
      found.push(`line ${String(request.range.start.line)}: ${request.verdict} (${request.client} ${request.method} ${request.url}) never showed`);
    }
  }
  return found;
}

/** Whether an entry of the log may come from a request with this verdict. */
function explains(request: InventoryRequest, entry: Entry, mode: Mode): boolean {
  if (request.method !== 'unknown' && request.method !== entry.method) return false;
  if (!pathMatches(request.url, entry.path)) return false;
  const isTokenRequest = entry.method === 'PUT' || entry.path.endsWith('/api/token');
  switch (request.verdict) {
    case 'token-request':
      return isTokenRequest && (entry.status === 200 || mode === 'no-tokens');
    case 'bad-token-request':
      return isTokenRequest && entry.status >= 400;
    case 'token':
      return !isTokenRequest && entry.token !== 'none';
    case 'tokenless':
      return !isTokenRequest && entry.token === 'none';
    case 'unchecked-token':
    case 'fallback':
      return !isTokenRequest;
    default:
      return request.verdict === 'undecided';
  }
}

/** Whether an entry shows what is special about the verdict. */
function proves(request: InventoryRequest, entry: Entry): boolean {
  return request.verdict === 'unchecked-token' || request.verdict === 'fallback' ? entry.token === 'none' : true;
}

/** Whether a URL of the inventory (holes written as `${name}` or `*`) can have this path. */
function pathMatches(url: string, path: string): boolean {
  const withoutHost = url.replace(/^[a-z]+:\/\//i, '').replace(/^[^/]*/, '');
  const pattern = withoutHost.split(/\$\{[^}]*\}|\*/).map((part) => part.replace(/[^\w]/g, '\\$&')).join('.*');
  return new RegExp(`^/*${pattern.replace(/^(?:\\\/)+/, '')}/?$`).test(path) || url.startsWith('${');
}

function commandOf(file: string): readonly string[] {
  const path = join(ORACLE_FOLDER, file);
  if (file.endsWith('.mjs')) return [process.execPath, path];
  if (file.endsWith('.py')) return ['python3', path];
  const shebang = /^#!\s*(\S+)(?:\s+(.*))?/.exec(readFileSync(path, 'utf8'));
  return [shebang?.[1] ?? '/bin/sh', ...(shebang?.[2]?.split(/\s+/) ?? []), path];
}
