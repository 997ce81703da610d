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
    return this.#own.get(key) ?? this.#parent?.get(key);
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
    const mineAll = this.#layers();
    const theirsAll = other.#layers();
    const shared = new Set(mineAll.filter((layer) => theirsAll.includes(layer)));
    const keys = new Set<string>();
    for (const layer of [...mineAll, ...theirsAll])
      if (!shared.has(layer)) for (const key of layer.#own.keys()) keys.add(key);
    for (const key of keys) {
      const mine = this.get(key);
      const theirs = other.get(key);
      if (mine !== theirs) yield [key, mine, theirs];
    }
  }

  /** Every entry, in no particular order. */
  entries(): ReadonlyMap<string, V> {
    const all = new Map<string, V>();
    for (const layer of this.#layers()) for (const [key, value] of layer.#own) if (!all.has(key)) all.set(key, value);
    return all;
  }

  /** This layer and those below it. */
  #layers(): readonly Layered<V>[] {
    const layers: Layered<V>[] = [this];
    for (let layer = this.#parent; layer !== undefined; layer = layer.#parent) layers.push(layer);
    return layers;
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
