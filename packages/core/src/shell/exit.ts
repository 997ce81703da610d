import { assume, fork, join, type State } from './state.ts';
import type { Evidence } from '../facts/evidence.ts';
import type { Assumption, CommandStatus } from './values.ts';

/**
 * How a command ended. `together`: one state, and what success and failure would say about it. `apart`: the two lead to different states.
 * Both missing: nothing is reached after it.
 */
export type Exit =
  | { readonly kind: 'together'; readonly state: State; readonly status: CommandStatus }
  | {
      readonly kind: 'apart';
      readonly ok: State | undefined;
      readonly failed: State | undefined;
      /** A failure that errexit does not look at: of any but the last command of an and-or list, of a negated one. */
      readonly tolerated?: State | undefined;
    };

export const NOWHERE: Exit = { kind: 'apart', ok: undefined, failed: undefined };

export const SUCCESS: CommandStatus = { known: true };
export const FAILURE: CommandStatus = { known: false };
export const EITHER: CommandStatus = {};

export function together(state: State, status: CommandStatus = EITHER): Exit {
  return { kind: 'together', state, status };
}

/** Makes the names of branchings, and keeps what their arms mean. */
export interface Branches {
  newBranch(): string;
  readonly meanings: Map<string, Evidence>;
}

/** The state after success and the state after failure. */
export function split(exit: Exit): {
  readonly ok: State | undefined;
  readonly failed: State | undefined;
  readonly tolerated?: State | undefined;
} {
  if (exit.kind === 'apart') return exit;
  const { state, status } = exit;
  if (status.known === true) return { ok: assume(state, status.ok), failed: undefined };
  if (status.known === false) return { ok: undefined, failed: assume(state, status.failed) };
  const failed = fork(state);
  return { ok: assume(state, status.ok), failed: assume(failed, status.failed) };
}

/** The state after a condition that did not hold, however it came about. */
export function splitCondition(
  exit: Exit,
  branches: Branches,
): { readonly ok: State | undefined; readonly failed: State | undefined } {
  const { ok, failed, tolerated } = split(exit);
  return { ok, failed: joinAll([failed, tolerated], branches) };
}

/** The state after a command, whatever its status; errexit, where it is in force, ends the script when the command failed. */
export function proceed(
  exit: Exit,
  branches: Branches,
): { readonly state: State | undefined; readonly aborted: State | undefined } {
  if (exit.kind === 'together') {
    const { state, status } = exit;
    if (state.errexit && !state.isSuspended && status.known !== true) {
      if (status.known === false) return { state: undefined, aborted: state };
      const aborted = status.failed === undefined ? undefined : assume(fork(state), status.failed);
      const after = assume(state, status.ok);
      if (after !== undefined) after.status = SUCCESS;
      return { state: after, aborted };
    }
    state.status = status;
    return { state, aborted: undefined };
  }
  const { ok, failed, tolerated } = exit;
  const aborts = failed !== undefined && failed.errexit && !failed.isSuspended;
  const survivor = aborts ? tolerated : joinAll([failed, tolerated], branches);
  return { state: joinTwo(ok, survivor, branches), aborted: aborts ? failed : undefined };
}

function joinTwo(ok: State | undefined, failed: State | undefined, branches: Branches): State | undefined {
  if (ok === undefined || failed === undefined) {
    const only = ok ?? failed;
    if (only !== undefined) only.status = ok === undefined ? FAILURE : SUCCESS;
    return only;
  }
  const withoutToken = failed.withoutToken === ok.withoutToken ? undefined : failed.withoutToken;
  const { state: joined, branch, arms } = join([ok, failed], branches.newBranch(), ['ok', 'failed'], branches.meanings);
  const failure: Assumption = {
    choice: [branch, arms[1] ?? ''],
    ...(withoutToken === undefined ? {} : { withoutToken }),
  };
  joined.status = { ok: { choice: [branch, arms[0] ?? ''] }, failed: failure };
  return joined;
}

/** Several states as one. */
export function joinAll(states: readonly (State | undefined)[], branches: Branches): State | undefined {
  const [first, ...others] = new Set(states.filter((state) => state !== undefined));
  if (first === undefined || others.length === 0) return first;
  return join(
    [first, ...others],
    branches.newBranch(),
    [first, ...others].map((_, index) => String(index)),
    branches.meanings,
  ).state;
}

/** What a status says outside of a subshell: its variables are gone, what it showed about requests stays. */
export function lifted(status: CommandStatus): CommandStatus {
  const lift = (assumption: Assumption | undefined): Assumption | undefined =>
    assumption === undefined
      ? undefined
      : {
          ...(assumption.origins === undefined ? {} : { origins: assumption.origins }),
          ...(assumption.withoutToken === undefined ? {} : { withoutToken: assumption.withoutToken }),
        };
  return withAssumptions(status.known, lift(status.ok), lift(status.failed));
}

export function withAssumptions(
  isKnown: boolean | undefined,
  ok: Assumption | undefined,
  failed: Assumption | undefined,
): CommandStatus {
  return {
    ...(isKnown === undefined ? {} : { known: isKnown }),
    ...(ok === undefined ? {} : { ok }),
    ...(failed === undefined ? {} : { failed }),
  };
}

/** The status of `! command`. */
export function negated(exit: Exit): Exit {
  if (exit.kind === 'together') {
    const { known, ok, failed } = exit.status;
    const status = withAssumptions(known === undefined ? undefined : !known, failed, ok);
    return { kind: 'together', state: exit.state, status };
  }
  const failed = exit.failed ?? exit.tolerated;
  return { kind: 'apart', ok: failed, failed: undefined, tolerated: exit.ok };
}
