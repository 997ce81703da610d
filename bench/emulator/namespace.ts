import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** How the emulator answers; see `server.js`. `absent`: nobody listens. `dropped`: what is sent to the address is lost. */
export type Mode = 'required' | 'optional' | 'no-tokens' | 'no-answer' | 'absent' | 'dropped';

export interface Run {
  readonly id: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly mode: Mode;
  /** Seconds that tokens live at most. */
  readonly longestLife?: number;
}

/** One request as the emulator saw it. */
export interface Entry {
  readonly method: string;
  readonly path: string;
  readonly token: 'none' | 'empty' | 'wrong' | 'right';
  /** 0: there was no answer. */
  readonly status: number;
  readonly family: 4 | 6;
}

export interface Outcome {
  readonly id: string;
  /** Null: it did not start, or was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly log: readonly Entry[];
}

const SET_UP =
  'ip link set lo up && ip addr add 169.254.169.254/32 dev lo && ip -6 addr add fd00:ec2::254/128 dev lo nodad';
const RUNNER = fileURLToPath(new URL('run-in-namespace.js', import.meta.url));

/** Why programs cannot be run against the emulator here; undefined: they can. */
export function whyNoNamespace(): string | undefined {
  const probe = spawnSync('unshare', ['-rn', 'sh', '-c', SET_UP], { encoding: 'utf8' });
  if (probe.error !== undefined) return 'the command unshare is missing';
  return probe.status === 0 ? undefined : `a network namespace cannot be set up: ${probe.stderr.trim()}`;
}

/** Runs programs one after the other against the emulator, in a network namespace of their own. Throws when the namespace cannot be made. */
export function runAgainstEmulator(runs: readonly Run[]): ReadonlyMap<string, Outcome> {
  const { status, stdout, stderr, error } = spawnSync(
    'unshare',
    ['-rn', 'sh', '-c', `${SET_UP} && exec "$@"`, 'sh', process.execPath, RUNNER],
    {
      input: JSON.stringify(runs),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  if (status !== 0) throw new Error(`The emulator did not run: ${error?.message ?? stderr}`);
  const outcomes = JSON.parse(stdout) as readonly Outcome[];
  return new Map(outcomes.map((outcome) => [outcome.id, outcome]));
}
