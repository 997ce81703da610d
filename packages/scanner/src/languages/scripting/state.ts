import { mergeChoices, type Choices } from 'imdsv2-core';
import { PersistentMap } from './persistent-map.ts';
import { keyOf, limit, NO_CHOICES, unknown, withChoices, type RefValue, type Value, type Values } from './values.ts';

/** One entry of a dictionary, in the order written. */
export interface Entry {
  readonly key: Values;
  readonly value: Values;
  /** Where key and value stand, in the document's text. */
  readonly start?: number;
  readonly end?: number;
}

/** The content of a dictionary, list or object. */
export interface Cell {
  readonly type: 'dictionary' | 'list' | 'object';
  /** Name of an object's class: a .NET type in lower case, a dotted name, `class:<id>` of the script's own. */
  readonly of: string;
  readonly entries: readonly Entry[];
  readonly items: readonly Values[];
  readonly fields: ReadonlyMap<string, Values>;
  /** Why there may be more entries than these, if so. */
  readonly open?: string;
}

interface GuardedCell {
  readonly cell: Cell;
  readonly choices: Choices;
}

export const EMPTY_CELL: Cell = { type: 'object', of: '', entries: [], items: [], fields: new Map() };

/** What a script's names and objects hold at one point, and which way led there. Forked at branchings and joined after them. */
export class State {
  readonly #variables: PersistentMap<string, Values>;
  readonly #heap: PersistentMap<number, readonly GuardedCell[]>;
  path: Choices;
  /** Whether the point is reached: false after `return`, `throw`, `exit`. */
  alive = true;

  constructor(
    variables = new PersistentMap<string, Values>(),
    heap = new PersistentMap<number, readonly GuardedCell[]>(),
    path: Choices = NO_CHOICES,
  ) {
    this.#variables = variables;
    this.#heap = heap;
    this.path = path;
  }

  /** A copy for one arm of a branching; its changes stay its own. */
  fork(arm: Choices = NO_CHOICES): State {
    const path = mergeChoices(this.path, arm);
    const copy = new State(this.#variables.copy(), this.#heap.copy(), path ?? this.path);
    copy.alive = this.alive && path !== undefined;
    return copy;
  }

  /** A copy that was reached another way. */
  withPath(path: Choices): State {
    return new State(this.#variables.copy(), this.#heap.copy(), path);
  }

  /** The values that a variable may have on the way that led here; undefined when it was never set. */
  get(key: string): Values | undefined {
    const values = this.#variables.get(key);
    return values === undefined ? undefined : this.possible(values);
  }

  set(key: string, values: Values): void {
    this.#variables.set(key, values);
  }

  delete(key: string): void {
    this.#variables.delete(key);
  }

  /** Those of the values that go with the way that led here. */
  possible(values: Values): Values {
    if (this.path.size === 0 || values.every((value) => value.choices.size === 0)) return values;
    const possible = values.filter((value) => mergeChoices(value.choices, this.path) !== undefined);
    return possible.length === values.length ? values : limit(possible);
  }

  /** Puts a new dictionary, list or object on the heap. */
  allocate(id: number, cell: Cell): RefValue {
    this.#heap.set(id, [{ cell, choices: NO_CHOICES }]);
    return { kind: 'ref', id, choices: NO_CHOICES };
  }

  /** What the object may hold, one entry per way. */
  cells(ref: RefValue): readonly GuardedCell[] {
    const cells = this.#heap.get(ref.id) ?? [];
    return cells.filter(
      (cell) =>
        mergeChoices(cell.choices, this.path) !== undefined && mergeChoices(cell.choices, ref.choices) !== undefined,
    );
  }

  /** Changes the object's content on every way. */
  update(ref: RefValue, change: (cell: Cell) => Cell): void {
    const cells = this.#heap.get(ref.id);
    if (cells !== undefined)
      this.#heap.set(
        ref.id,
        cells.map(({ cell, choices }) => ({ cell: change(cell), choices })),
      );
  }

  cellOf(ref: RefValue): Cell | undefined {
    return this.cells(ref)[0]?.cell;
  }

  field(ref: RefValue, name: string): Values | undefined {
    const values: Value[] = [];
    for (const { cell, choices } of this.cells(ref)) {
      for (const value of cell.fields.get(name) ?? []) {
        const guarded = withChoices(value, choices);
        if (guarded !== undefined) values.push(guarded);
      }
    }
    return values.length === 0 ? undefined : this.possible(limit(values));
  }

  setField(ref: RefValue, name: string, values: Values): void {
    this.update(ref, (cell) => ({ ...cell, fields: new Map([...cell.fields, [name, values]]) }));
  }

  /**
   * The state after a branching: `arms` are what its arms left behind. Values that differ keep the choices of their arm. With one arm alive, its state goes on, path included
   * (whoever is here took it); with none, nothing is reached. `absent`: what a variable holds in the arms that did not set it; undefined leaves those ways out.
   */
  static join(before: State, arms: readonly State[], absent: Values | undefined): State {
    const living = arms.filter((arm) => arm.alive);
    const [first] = living;
    if (first === undefined) {
      const dead = before.fork();
      dead.alive = false;
      return dead;
    }
    if (living.length === 1) return first;
    const deltas = living.map((arm) => new Map([...arm.path].filter(([branch]) => !before.path.has(branch))));
    const variables = PersistentMap.join(
      living.map((arm) => arm.#variables),
      (found) =>
        joinValues(
          found.map((values) => values ?? absent),
          deltas,
        ),
    );
    const heap = PersistentMap.join(
      living.map((arm) => arm.#heap),
      (found) => joinCells(found, deltas),
    );
    return new State(variables, heap, before.path);
  }
}

const MAX_CELLS = 12;

function joinCells(
  found: readonly (readonly GuardedCell[] | undefined)[],
  deltas: readonly Choices[],
): readonly GuardedCell[] {
  const made = found.filter((cells) => cells !== undefined);
  // What only one arm made is reached through that arm's values alone.
  if (made.length === 1 && made[0] !== undefined) return made[0];
  const joined: GuardedCell[] = [];
  found.forEach((cells, index) => {
    for (const { cell, choices } of cells ?? []) {
      const merged = mergeChoices(choices, deltas[index] ?? NO_CHOICES);
      if (merged !== undefined) joined.push({ cell, choices: merged });
    }
  });
  if (joined.length <= MAX_CELLS) return joined;
  const [first] = joined;
  return first === undefined
    ? []
    : [{ cell: { ...first.cell, open: 'it is built in too many ways' }, choices: NO_CHOICES }];
}

/** The values of several arms together; what is the same in all of them keeps no choice. */
function joinValues(found: readonly (Values | undefined)[], deltas: readonly Choices[]): Values {
  const keys = found.map((values) => (values === undefined ? undefined : values.map(keyOf).join('\0')));
  const [one] = found;
  if (one !== undefined && keys.every((key) => key === keys[0]) && one.every((value) => value.choices.size === 0))
    return one;
  const joined: Value[] = [];
  found.forEach((values, index) => {
    for (const value of values ?? []) {
      const guarded = withChoices(value, deltas[index] ?? NO_CHOICES);
      if (guarded !== undefined) joined.push(guarded);
    }
  });
  if (joined.length === 0) return unknown('…', 'nothing leads here');
  return limit(joined);
}
