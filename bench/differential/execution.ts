import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Script } from './grammar.ts';

const STUB = fileURLToPath(new URL('curl-stub.sh', import.meta.url));

/** Runs of one script; more of them, one per combination of answers and inputs, are not made. */
const MAX_RUNS = 32;
/** Calls of curl that a plan is made for. The rest are answered. */
const MAX_CALLS = 40;

export interface Execution {
  /** Arguments of every call of curl that was seen. */
  readonly calls: readonly (readonly string[])[];
  /** Whether every combination of answers and inputs was tried. */
  readonly isComplete: boolean;
  /** Runs in which bash itself did not understand the script, or did not end: a mistake of the grammar. */
  readonly broken: readonly string[];
}

/** A folder in which generated scripts are run by a real bash; curl only notes how it is called, and nothing goes over a network. */
export class Sandbox {
  readonly #root = mkdtempSync(join(tmpdir(), 'imdsv2-differential-'));
  readonly #bin = join(this.#root, 'bin');

  constructor() {
    mkdirSync(this.#bin);
    copyFileSync(STUB, join(this.#bin, 'curl'));
    chmodSync(join(this.#bin, 'curl'), 0o755);
  }

  close(): void {
    rmSync(this.#root, { recursive: true });
  }

  /** Runs a script in every combination of its inputs and of calls of curl that succeed or fail. */
  execute(script: Script): Execution {
    const calls = new Map<string, readonly string[]>();
    const broken: string[] = [];
    let runs = 0;
    for (const environment of environments([...script.inputs])) {
      const plans = [''];
      for (let plan = plans.pop(); plan !== undefined; plan = plans.pop()) {
        if (runs === MAX_RUNS) return { calls: [...calls.values()], isComplete: false, broken };
        runs += 1;
        const { made, complaint } = this.#run(script.text, plan, environment);
        if (complaint !== undefined) broken.push(complaint);
        for (const call of made) calls.set(JSON.stringify(call), call);
        // Each later call may fail as well.
        for (let i = plan.length; i < Math.min(made.length, MAX_CALLS); i += 1) plans.push(`${plan.padEnd(i, 'o')}f`);
      }
    }
    return { calls: [...calls.values()], isComplete: true, broken };
  }

  #run(
    text: string,
    plan: string,
    environment: Readonly<Record<string, string>>,
  ): { readonly made: readonly (readonly string[])[]; readonly complaint: string | undefined } {
    const cwd = join(this.#root, 'cwd');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'script.sh'), text);
    writeFileSync(join(this.#bin, 'plan'), `${plan.padEnd(MAX_CALLS, 'o')}\n`);
    writeFileSync(join(this.#bin, 'log'), '');
    const shebang = /^#!\S+(?: bash)?(?: (-\w+))?\n/.exec(text)?.[1];
    const { status, stderr } = spawnSync('bash', [...(shebang === undefined ? [] : [shebang]), 'script.sh'], {
      cwd,
      env: { PATH: `${this.#bin}:/usr/bin:/bin`, HOME: cwd, LC_ALL: 'C.UTF-8', ...environment },
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 20_000,
    });
    rmSync(cwd, { recursive: true });
    const complaint =
      /syntax error|unexpected|command not found|readonly variable|unbound/.exec(stderr) === null ? undefined : stderr;
    return {
      made: parseLog(readFileSync(join(this.#bin, 'log'), 'utf8')),
      complaint: status === null ? 'it did not come to an end' : complaint,
    };
  }
}

/** Every combination of values, "not set" included. */
function environments(
  inputs: readonly (readonly [string, readonly string[]])[],
): readonly Readonly<Record<string, string>>[] {
  return inputs.reduce<readonly Readonly<Record<string, string>>[]>(
    (all, [name, values]) => all.flatMap((each) => [each, ...values.map((value) => ({ ...each, [name]: value }))]),
    [{}],
  );
}

function parseLog(log: string): readonly (readonly string[])[] {
  const fields = log.split('\0');
  const calls: string[][] = [];
  for (let i = 0; i < fields.length - 1;) {
    const count = Number(fields[i]);
    calls.push(fields.slice(i + 2, i + 2 + count));
    i += 2 + count;
  }
  return calls;
}
