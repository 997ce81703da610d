import type { Scope } from './scope.ts';
import type { Parameter } from './template.ts';

/**
 * What a template leaves open, and the ways in which it can come out.
 *
 * A parameter without a default, a pseudo parameter, a comparison that cannot be decided: each is a *variable* with a domain. Evaluation goes as far
 * as it can; where it needs a variable that has no value yet it stops, and is run again once per value (`explore`). So exactly those combinations are
 * looked at that matter for what is evaluated, and values that depend on one condition stay together.
 */
export interface Variable {
  /** Equal for the same variable in every evaluation. */
  readonly id: string;
  /** For people: `Environment`, `AWS::Region`. */
  readonly name: string;
  readonly domain: readonly Choice[];
}

/** A value that a variable may have; `other`: one that the template names nowhere, different for each variable it is named after. */
export type Choice =
  { readonly kind: 'value'; readonly value: string } | { readonly kind: 'other'; readonly of: string };

/** One way in which the variables come out. */
export class World {
  readonly #assigned: ReadonlyMap<string, readonly [Variable, Choice]>;
  /** Parameters whose default decided something, each with the stack that it is a parameter of. */
  readonly defaults = new Map<Parameter, Scope>();

  constructor(assigned: ReadonlyMap<string, readonly [Variable, Choice]> = new Map()) {
    this.#assigned = assigned;
  }

  /** The variable's value here; stops the evaluation when it has none yet. */
  ask(variable: Variable): Choice {
    const assigned = this.#assigned.get(variable.id);
    if (assigned === undefined) throw new Open(variable);
    return assigned[1];
  }

  /** The variable's value, if it has one. */
  peek(variable: Variable): Choice | undefined {
    return this.#assigned.get(variable.id)?.[1];
  }

  with(variable: Variable, choice: Choice): World {
    return new World(new Map([...this.#assigned, [variable.id, [variable, choice]]]));
  }

  /** For people: `Environment is "prod" and UseV1 is "true"`; empty when nothing was chosen. */
  describe(): string {
    return [...this.#assigned.values()]
      .map(([{ name }, choice]) =>
        choice.kind === 'value' ? `${name} is "${choice.value}"` : `${name} is something else`,
      )
      .join(' and ');
  }
}

class Open extends Error {
  readonly variable: Variable;
  constructor(variable: Variable) {
    super(variable.name);
    this.variable = variable;
  }
}

/** Thrown where a combination cannot be deployed: a mapping without the key. */
export class Impossible extends Error {}

export interface Outcome<T> {
  readonly world: World;
  readonly result: T;
}

/** Evaluates in every combination of the variables that the evaluation asks for. Undefined: there are more than `limit`. */
export function explore<T>(run: (world: World) => T, limit = 256): readonly Outcome<T>[] | undefined {
  const outcomes: Outcome<T>[] = [];
  const open: World[] = [new World()];
  for (let world = open.pop(); world !== undefined; world = open.pop()) {
    if (outcomes.length + open.length > limit) return undefined;
    try {
      outcomes.push({ world, result: run(world) });
    } catch (error) {
      if (error instanceof Impossible) continue;
      if (!(error instanceof Open)) throw error;
      const { variable } = error;
      for (const choice of [...variable.domain].reverse()) open.push(world.with(variable, choice));
    }
  }
  return outcomes;
}
