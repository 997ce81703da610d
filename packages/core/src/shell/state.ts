import type { Evidence } from '../facts/evidence.ts';
import { emptiness, known, mergeChoices, type Choices, type Text } from '../text/text.ts';
import type { FunctionDefinition } from './functions.ts';
import { Layered } from './layered.ts';
import {
  bounded,
  chooseValue,
  commonChoices,
  failedText,
  NO_CHOICES,
  originOf,
  scalar,
  textsOf,
  type Assumption,
  type CommandStatus,
  type Origin,
  type ShellHole,
  type ShellLiteral,
  type Value,
  type Variable,
} from './values.ts';

/** What is known at one point of a script. Owned by whoever evaluates; forked where paths part. */
export interface State {
  variables: Layered<Variable>;
  /** What tests have shown about variables since: holds as long as the variable is still the one that was tested. */
  refined: Layered<Refinement>;
  functions: Layered<readonly FunctionDefinition[]>;
  /** Which arm was taken at the branchings that values may depend on. */
  choices: Choices;
  /** Requests that are known to have succeeded or failed, by id of their origin. */
  origins: ReadonlyMap<number, 'ok' | 'failed'>;
  /** Token requests whose failure was overridden by a handler, with the handler. */
  swallowed: ReadonlyMap<number, Evidence>;
  /** Set where there is no token for certain, because asking for one (or with one) failed. */
  withoutToken: Evidence | undefined;
  errexit: boolean;
  pipefail: boolean;
  /** Errexit is not looked at here: a condition, the left of `&&` and `||`, after `!`. */
  isSuspended: boolean;
  /** The end of this substitution decides whether an assignment fails that would end the script. */
  wouldAbort: boolean;
  status: CommandStatus | undefined;
  /** The same in all states of a script. */
  readonly identities: Identities;
}

/** Tells one value of a variable from another that it had before. One per script. */
export class Identities {
  /** Whether some variable may stand for another one (`declare -n`). */
  hasReferences = false;
  readonly #known = new WeakMap<Variable, number>();
  #count = 0;

  of(variable: Variable | undefined): string {
    if (variable === undefined) return 'unset';
    let known = this.#known.get(variable);
    if (known === undefined) {
      known = this.#count += 1;
      this.#known.set(variable, known);
    }
    return String(known);
  }
}

/** Output that nobody reads. */
export const DISCARDED: Variable = scalar([{ pieces: [], choices: NO_CHOICES }]);

export interface Refinement {
  readonly base: Variable | undefined;
  readonly now: Variable;
}

/** Names of variables that no script can have. */
export const OUTPUT = '\0output';
export const INPUT = '\0input';
export const ARGUMENTS = '\0arguments';
export const fileVariable = (path: string): string => `\0file ${path}`;
export const referenceVariable = (name: string): string => `\0reference ${name}`;
export const descriptorVariable = (descriptor: string): string => `\0descriptor ${descriptor}`;

export function initialState(
  identities: Identities,
  flags: { readonly errexit: boolean; readonly pipefail: boolean } = { errexit: false, pipefail: false },
): State {
  return {
    variables: new Layered(),
    refined: new Layered(),
    functions: new Layered(),
    choices: NO_CHOICES,
    origins: new Map(),
    swallowed: new Map(),
    withoutToken: undefined,
    errexit: flags.errexit,
    pipefail: flags.pipefail,
    isSuspended: false,
    wouldAbort: false,
    status: undefined,
    identities,
  };
}

export function fork(state: State): State {
  return {
    ...state,
    variables: state.variables.share(),
    refined: state.refined.share(),
    functions: state.functions.share(),
  };
}

export function setVariable(state: State, name: string, variable: Variable): void {
  state.variables = state.variables.set(referred(state, name), variable);
}

/** The variable that a name stands for: itself, unless it was declared to be another name for one (`declare -n`). */
function referred(state: State, name: string): string {
  if (!state.identities.hasReferences) return name;
  let found = name;
  for (let turn = 0; turn < MAX_REFERENCES; turn += 1) {
    const [target, ...others] = state.variables.get(referenceVariable(found))?.values ?? [];
    const next = target?.elements[0] === undefined || others.length > 0 ? undefined : known(target.elements[0]);
    if (next === undefined || next === found || !/^[A-Za-z_]\w*$/.test(next)) break;
    found = next;
  }
  return found;
}

const MAX_REFERENCES = 4;

/** The variable as far as the path taken leaves it open; undefined when the script never set it. */
export function getVariable(state: State, name: string): Variable | undefined {
  const variable = current(state, name);
  if (variable === undefined || state.choices.size === 0) return variable;
  const possible = variable.values.filter((value) => mergeChoices(value.choices, state.choices) !== undefined);
  return possible.length === variable.values.length || possible.length === 0
    ? variable
    : { ...variable, values: possible };
}

function current(state: State, written: string): Variable | undefined {
  const name = referred(state, written);
  const variable = state.variables.get(name);
  const refinement = state.refined.get(name);
  return refinement !== undefined && refinement.base === variable ? refinement.now : variable;
}

/** Whether a text is empty here, given which requests are known to have succeeded. */
export function emptinessIn(state: State, text: Text): 'empty' | 'not-empty' | 'either' {
  if (emptiness(text) === 'not-empty') return 'not-empty';
  let result: 'empty' | 'not-empty' | 'either' = 'empty';
  for (const piece of text.pieces) {
    if (piece.kind === 'literal') continue;
    const { origin, mayBeEmpty } = piece as ShellHole;
    const known = origin === undefined ? undefined : state.origins.get(origin.id);
    if (mayBeEmpty === false || known === 'ok') return 'not-empty';
    if (known !== 'failed') result = 'either';
  }
  return result;
}

/** The state in which `assumption` holds: `state` itself, changed. Undefined when it cannot hold. */
export function assume(state: State, assumption: Assumption | undefined): State | undefined {
  if (assumption === undefined) return state;
  if (assumption.choice !== undefined) {
    const choices = mergeChoices(state.choices, new Map([assumption.choice]));
    if (choices === undefined) return undefined;
    state.choices = choices;
  }
  for (const [origin, result] of assumption.origins ?? []) {
    if (state.origins.get(origin.id) === result) continue;
    state.origins = new Map([...state.origins, [origin.id, result]]);
  }
  for (const [name, emptinessOf] of assumption.emptiness ?? [])
    if (!refineEmptiness(state, name, emptinessOf)) return undefined;
  for (const [name, value] of assumption.equal ?? []) {
    const base = state.variables.get(name);
    const before = getVariable(state, name);
    for (const text of before === undefined ? [] : textsOf(before)) {
      const origin = originOf(text);
      if (origin !== undefined && emptiness(value) === 'not-empty')
        state.origins = new Map([...state.origins, [origin.id, 'ok']]);
    }
    state.refined = state.refined.set(name, {
      base,
      now: { ...scalar([value]), isExported: before?.isExported ?? false },
    });
  }
  if (assumption.withoutToken !== undefined) state.withoutToken ??= assumption.withoutToken;
  return state;
}

function refineEmptiness(state: State, name: string, result: 'empty' | 'not-empty'): boolean {
  const base = state.variables.get(name);
  const before = getVariable(state, name);
  if (before === undefined) {
    const hole: ShellHole = { kind: 'hole', name: `$${name}`, why: 'it is not set in this script', mayBeEmpty: false };
    const now =
      result === 'empty' ? scalar([failedText(undefined)]) : scalar([{ pieces: [hole], choices: NO_CHOICES }]);
    state.refined = state.refined.set(name, { base, now });
    return true;
  }
  const values: Value[] = [];
  const origins: Origin[] = [];
  for (const value of before.values) {
    const [first = { pieces: [], choices: NO_CHOICES }, ...rest] = value.elements;
    const is = emptinessIn(state, first);
    const origin = originOf(first);
    if (is !== 'either' && is !== result) continue;
    if (origin !== undefined) origins.push(origin);
    const refinedFirst =
      result === 'empty' ? failedText(origin) : { pieces: first.pieces.map(certain), choices: first.choices };
    values.push({ ...value, elements: [refinedFirst, ...rest] });
  }
  if (values.length === 0) return false;
  const [only] = origins;
  if (values.length === 1 && before.values.length === 1 && only !== undefined) {
    state.origins = new Map([...state.origins, [only.id, result === 'empty' ? 'failed' : 'ok']]);
  }
  state.refined = state.refined.set(name, { base, now: { ...before, values } });
  return true;
}

/** A hole that is known not to be empty. */
function certain<P extends { readonly kind: string }>(piece: P): P {
  return piece.kind === 'hole' ? { ...piece, mayBeEmpty: false } : piece;
}

/** A text as it is seen from outside of the state: what is known there about the requests in it becomes part of it. */
export function settled(state: State, text: Text): Text {
  if (state.origins.size === 0) return text;
  const pieces = text.pieces.map((piece) => {
    if (piece.kind === 'literal') return piece;
    const { origin, mayBeEmpty } = piece as ShellHole;
    const result = origin === undefined ? undefined : state.origins.get(origin.id);
    if (result === undefined || (result === 'ok' && mayBeEmpty === false)) return piece;
    if (result === 'ok') return { ...piece, mayBeEmpty: false };
    const failed: ShellLiteral = { kind: 'literal', value: '', ...(origin === undefined ? {} : { failed: origin }) };
    return failed;
  });
  return pieces.some((piece, index) => piece !== text.pieces[index]) ? { pieces, choices: text.choices } : text;
}

/**
 * What is known where paths meet. What they left in different values is kept apart by the arm of `branch` that made it.
 * `meanings` learns which arms mean that there is no token. Takes the states over. Gives the branching that was used: an earlier test may tell the
 * states apart as well as a new one.
 */
export function join(
  states: readonly [State, ...State[]],
  branch: string,
  arms: readonly string[],
  meanings: Map<string, Evidence>,
): { readonly state: State; readonly branch: string; readonly arms: readonly string[] } {
  const [first, ...others] = states;
  if (others.length === 0) return { state: first, branch, arms };
  const changed = new Set<string>();
  const retested = new Set<string>();
  for (const other of others) {
    for (const [name] of first.variables.differences(other.variables)) changed.add(name);
    for (const [name, mine, theirs] of first.refined.differences(other.refined)) {
      if (
        mine === undefined ||
        theirs === undefined ||
        mine.base !== theirs.base ||
        !sameVariable(mine.now, theirs.now)
      )
        retested.add(name);
    }
    for (const [name, mine = [], theirs = []] of first.functions.differences(other.functions))
      first.functions = first.functions.set(name, [...new Set([...mine, ...theirs])]);
  }
  const [way, labels] = commonBranch(states) ?? [branch, arms];
  const variables = [...changed].map((name) => [name, joinVariables(states, name, way, labels)] as const);
  for (const [name, variable] of variables) first.variables = first.variables.set(name, variable);
  for (const name of retested) first.refined = first.refined.set(name, NEVER);
  if (states.some(({ withoutToken }) => withoutToken === undefined)) {
    for (const [index, { withoutToken }] of states.entries())
      if (withoutToken !== undefined) meanings.set(`${way}=${labels[index] ?? ''}`, withoutToken);
    first.withoutToken = undefined;
  }
  for (const other of others) {
    first.choices = commonChoices(first.choices, other.choices);
    first.origins = commonEntries(first.origins, other.origins);
    if (other.swallowed !== first.swallowed && other.swallowed.size > 0)
      first.swallowed = new Map([...first.swallowed, ...other.swallowed]);
    first.errexit &&= other.errexit;
    first.pipefail &&= other.pipefail;
    if (first.status !== other.status) first.status = undefined;
  }
  return { state: first, branch: way, arms: labels };
}

const NEVER: Refinement = {
  base: { values: [], isArray: false, isExported: false },
  now: { values: [], isArray: false, isExported: false },
};

/** A branching that each of the states took another arm of, if there is one: a test that may be repeated later. */
function commonBranch(states: readonly State[]): readonly [branch: string, arms: readonly string[]] | undefined {
  for (const key of states[0]?.choices.keys() ?? []) {
    const arms = states.map(({ choices }) => choices.get(key));
    const known = arms.filter((arm) => arm !== undefined);
    if (known.length === states.length && new Set(known).size === known.length) return [key, known];
  }
  return undefined;
}

/** The values of a variable in several states. Those that more than one state shares are not bound to an arm. */
function joinVariables(states: readonly State[], name: string, branch: string, arms: readonly string[]): Variable {
  const variables = states.map((state) => current(state, name));
  const values: Value[] = [];
  for (const variable of new Set(variables)) {
    const index = variables.indexOf(variable);
    const isShared = variables.lastIndexOf(variable) !== index;
    const state = states[index];
    for (const value of (variable ?? unset(name)).values) {
      const seen = state === undefined || isShared ? value : settledValue(state, value);
      values.push(isShared ? seen : chooseValue(seen, branch, arms[index] ?? ''));
    }
  }
  return {
    values: bounded(values),
    isArray: variables.some((variable) => variable?.isArray === true) && variables[0]?.isArray !== false,
    isExported: variables.some((variable) => variable?.isExported === true),
  };
}

function settledValue(state: State, value: Value): Value {
  if (state.origins.size === 0) return value;
  const elements = value.elements.map((element) => settled(state, element));
  return elements.every((element, index) => element === value.elements[index]) ? value : { ...value, elements };
}

/** A variable that the script did not set, as a value: whatever the environment says; nothing for the names of our own. */
function unset(name: string): Variable {
  if (name.startsWith('\0')) return scalar([failedText(undefined)]);
  const hole: ShellHole = { kind: 'hole', name: `$${name}`, why: 'it is not set in this script', mayBeEmpty: true };
  return scalar([{ pieces: [hole], choices: NO_CHOICES }]);
}

function sameVariable(a: Variable, b: Variable): boolean {
  return (
    a === b ||
    (a.values.length === 1 &&
      b.values.length === 1 &&
      a.isArray === b.isArray &&
      bounded([...a.values, ...b.values]).length === 1)
  );
}

function commonEntries<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  if (a === b || a.size === 0) return a;
  const common = new Map<K, V>();
  for (const [key, value] of a) if (b.get(key) === value) common.set(key, value);
  return common.size === a.size ? a : common;
}
