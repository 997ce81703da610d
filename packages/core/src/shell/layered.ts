/**
 * A map that can be copied at no cost: holders share what is there, and each writes into a layer of its own.
 * Branches of a script are evaluated on forks of one environment and compared by what they wrote.
 */
export class Layered<V> {
  #parent: Layered<V> | undefined;
  #own = new Map<string, V>();
  #shared = false;
  #depth: number;

  constructor(parent?: Layered<V>) {
    this.#parent = parent;
    this.#depth = parent === undefined ? 0 : parent.#depth + 1;
  }

  get(key: string): V | undefined {
    for (let layer: Layered<V> | undefined = this; layer !== undefined; layer = layer.#parent) {
      const value = layer.#own.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The map with `key` set: this one, unless it was forked in the meantime. */
  set(key: string, value: V): Layered<V> {
    const target = this.#shared ? this.#child() : this;
    target.#own.set(key, value);
    return target;
  }

  /** Marks the map as held by several: from now on `set` leaves it as it is, and gives a map of the writer's own. */
  share(): this {
    this.#shared = true;
    return this;
  }

  /** Keys whose values differ from `other`'s, with both values. */
  *differences(other: Layered<V>): Generator<readonly [string, V | undefined, V | undefined]> {
    const ancestors = new Set<Layered<V>>();
    for (let layer: Layered<V> | undefined = this; layer !== undefined; layer = layer.#parent) ancestors.add(layer);
    const keys = new Set<string>();
    let common: Layered<V> | undefined = other;
    for (; common !== undefined && !ancestors.has(common); common = common.#parent) for (const key of common.#own.keys()) keys.add(key);
    for (let layer: Layered<V> | undefined = this; layer !== undefined && layer !== common; layer = layer.#parent) for (const key of layer.#own.keys()) keys.add(key);
    for (const key of keys) {
      const mine = this.get(key);
      const theirs = other.get(key);
      if (mine !== theirs) yield [key, mine, theirs];
    }
  }

  /** Every entry, in no particular order. */
  entries(): ReadonlyMap<string, V> {
    const all = new Map<string, V>();
    for (let layer: Layered<V> | undefined = this; layer !== undefined; layer = layer.#parent) {
      for (const [key, value] of layer.#own) if (!all.has(key)) all.set(key, value);
    }
    return all;
  }

  #child(): Layered<V> {
    if (this.#depth < MAX_LAYERS) return new Layered<V>(this);
    const flat = new Layered<V>();
    flat.#own = new Map(this.entries());
    return flat;
  }
}

/** Looking a name up walks the layers, so they are folded into one past this number. */
const MAX_LAYERS = 24;
