import type { Choices } from 'imdsv2-core';
import type { Machine } from './machine.ts';
import { NO_CHOICES, refine, truth, type Value, type Values } from './values.ts';

/**
 * What a condition says. `may`: whether it can be true or false at all here; `narrow`: makes the state know that it was;
 * `choices`: the choices common to all values that let it be so.
 */
export interface Condition {
  readonly mayBeTrue: boolean;
  readonly mayBeFalse: boolean;
  readonly choices: (wanted: boolean) => Choices;
  readonly narrow: (wanted: boolean) => void;
  /** Whether it asks for a token: `true` when the arm where the condition holds is the one without a token, `false` when it is the other; `either` when it says something about one that cannot be told. */
  readonly withoutToken?: boolean | 'either';
  /** What is tested, as it is where this is called; undefined when it is gone. */
  readonly now?: () => Values | undefined;
}

/** Somewhere that a value is read from and can be written back to. */
export interface Place {
  readonly read: () => Values | undefined;
  readonly write: (values: Values) => void;
}

const UNDECIDED: Condition = {
  mayBeTrue: true,
  mayBeFalse: true,
  choices: () => NO_CHOICES,
  narrow: () => undefined,
};

/** The truth of values, with the place that they were read from made to know it.  */
export function truthCondition(values: Values, place: Place | undefined, aboutToken: boolean): Condition {
  const narrowed = (wanted: boolean): Values => values.flatMap((value) => refine(value, wanted) ?? []);
  return {
    mayBeTrue: values.some((value) => truth(value) !== false),
    mayBeFalse: values.some((value) => truth(value) !== true),
    choices: (wanted) => commonChoices(narrowed(wanted)),
    narrow: (wanted) => {
      const left = narrowed(wanted);
      if (left.length > 0) place?.write(left);
    },
    ...(aboutToken ? { withoutToken: false } : {}),
    ...(place === undefined ? {} : { now: place.read }),
  };
}

/** Whether values are nothing (None, $null). */
export function nullCondition(values: Values, place: Place | undefined, aboutToken: boolean): Condition {
  const isNull = (value: Value): boolean | undefined => {
    if (value.kind === 'null') return true;
    if (value.kind === 'unknown') return value.hole.truthy === true ? false : undefined;
    // What a request gave is something, unless it may have failed without anybody looking.
    if (value.kind === 'response') return value.truthy === true || !value.mayBeEmpty ? false : undefined;
    return false;
  };
  const narrowed = (wanted: boolean): Values =>
    values.flatMap((value): Values => {
      const found = isNull(value);
      if (found !== undefined) return found === wanted ? [value] : [];
      const kept = refine(value, !wanted);
      return kept === undefined ? [] : [kept];
    });
  return {
    mayBeTrue: values.some((value) => isNull(value) !== false),
    mayBeFalse: values.some((value) => isNull(value) !== true),
    choices: (wanted) => commonChoices(narrowed(wanted)),
    narrow: (wanted) => {
      const left = narrowed(wanted);
      if (left.length > 0) place?.write(left);
    },
    ...(aboutToken ? { withoutToken: true } : {}),
    ...(place === undefined ? {} : { now: place.read }),
  };
}

/** A condition of which only the outcome counts, not where its parts came from. */
export function plainCondition(outcome: boolean | undefined, withoutToken?: Condition['withoutToken']): Condition {
  return {
    ...UNDECIDED,
    mayBeTrue: outcome !== false,
    mayBeFalse: outcome !== true,
    ...(withoutToken === undefined ? {} : { withoutToken }),
  };
}

export function not(condition: Condition): Condition {
  const { withoutToken } = condition;
  return {
    mayBeTrue: condition.mayBeFalse,
    mayBeFalse: condition.mayBeTrue,
    choices: (wanted) => condition.choices(!wanted),
    narrow: (wanted) => {
      condition.narrow(!wanted);
    },
    ...(withoutToken === undefined ? {} : { withoutToken: withoutToken === 'either' ? withoutToken : !withoutToken }),
    ...(condition.now === undefined ? {} : { now: condition.now }),
  };
}

export function and(a: Condition, b: Condition): Condition {
  const withoutToken = a.withoutToken ?? b.withoutToken;
  const now = a.withoutToken === undefined ? b.now : a.now;
  return {
    mayBeTrue: a.mayBeTrue && b.mayBeTrue,
    mayBeFalse: a.mayBeFalse || b.mayBeFalse,
    choices: (wanted) => (wanted ? merged(a.choices(true), b.choices(true)) : NO_CHOICES),
    narrow: (wanted) => {
      // When a conjunction is false, the one part that can be false is.
      if (wanted || !b.mayBeFalse) a.narrow(wanted);
      if (wanted || !a.mayBeFalse) b.narrow(wanted);
    },
    ...(withoutToken === undefined ? {} : { withoutToken }),
    ...(now === undefined ? {} : { now }),
  };
}

export function or(a: Condition, b: Condition): Condition {
  return not(and(not(a), not(b)));
}

function merged(a: Choices, b: Choices): Choices {
  return new Map([...a, ...b]);
}

/** The choices that all of the values share. */
function commonChoices(values: Values): Choices {
  const [first, ...others] = values;
  if (first === undefined || first.choices.size === 0) return NO_CHOICES;
  const common = new Map<string, string>();
  for (const [branch, arm] of first.choices) {
    if (others.every((other) => other.choices.get(branch) === arm)) common.set(branch, arm);
  }
  return common;
}

/** Runs the two arms of a condition. `why`: evidence that an arm is taken for lack of a token. */
export function runCondition(
  machine: Machine,
  id: string,
  condition: Condition,
  arms: { readonly then: () => void; readonly otherwise: () => void },
  why: () => { readonly message: string },
): void {
  noteDecision(machine, id, condition, why);
  machine.branch(id, [
    {
      name: 'then',
      impossible: !condition.mayBeTrue,
      choices: condition.choices(true),
      run: () => {
        condition.narrow(true);
        arms.then();
      },
    },
    {
      name: 'else',
      impossible: !condition.mayBeFalse,
      choices: condition.choices(false),
      run: () => {
        condition.narrow(false);
        arms.otherwise();
      },
    },
  ]);
}

/** As `runCondition`, for expressions. */
export function chooseByCondition(
  machine: Machine,
  id: string,
  condition: Condition,
  arms: { readonly then: () => Values; readonly otherwise: () => Values },
  why: () => { readonly message: string },
): Values {
  noteDecision(machine, id, condition, why);
  return machine.branchValues(id, [
    {
      name: 'then',
      impossible: !condition.mayBeTrue,
      choices: condition.choices(true),
      run: () => {
        condition.narrow(true);
        return arms.then();
      },
    },
    {
      name: 'else',
      impossible: !condition.mayBeFalse,
      choices: condition.choices(false),
      run: () => {
        condition.narrow(false);
        return arms.otherwise();
      },
    },
  ]);
}

function noteDecision(
  machine: Machine,
  id: string,
  condition: Condition,
  why: () => { readonly message: string },
): void {
  const { withoutToken, now } = condition;
  if (withoutToken === undefined) return;
  const stillLacking =
    withoutToken === 'either' || now === undefined
      ? undefined
      : (): boolean => {
          const values = now();
          return values?.every((value) => truth(value) === false) === true;
        };
  if (withoutToken !== false) machine.log.decidesWithoutToken(id, 'then', why(), stillLacking);
  if (withoutToken !== true) machine.log.decidesWithoutToken(id, 'else', why(), stillLacking);
}
