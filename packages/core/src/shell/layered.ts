/**
 * A map that can be copied at no cost: holders share what is there, and each writes into a layer of its own.
 * Branches of a script are evaluated on forks of one environment and compared by what they wrote.
 */
export class Layered<V> {
  readonly #parent: Layered<V> | undefined;
  readonly #own: Map<string, V>;
  #shared = false;

  constructor(parent?: Layered<V>, own = new Map<string, V>()) {
    this.#parent = parent;
    this.#own = own;
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
    const mine = this.#layers();
    const theirs = other.#layers();
    // What lies below the layer that both stand on is the same.
    let common = 0;
    while (common < mine.length && mine.at(-1 - common) === theirs.at(-1 - common)) common += 1;
    const keys = new Set<string>();
    for (const layers of [mine, theirs])
      for (const layer of layers.slice(0, layers.length - common)) for (const key of layer.#own.keys()) keys.add(key);
    for (const key of keys) {
      const here = this.get(key);
      const there = other.get(key);
      if (here !== there) yield [key, here, there];
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

  /** A layer on top. Small layers are copied into it, so that looking a name up meets few of them: each is larger than those above it together. */
  #child(): Layered<V> {
    const layers = this.#layers();
    let size = SMALL;
    let first = 0;
    for (let layer = layers[first]; layer !== undefined && layer.#own.size <= size; layer = layers[first]) {
      size += layer.#own.size;
      first += 1;
    }
    const own = new Map<string, V>();
    for (const layer of layers.slice(0, first).reverse()) for (const [key, value] of layer.#own) own.set(key, value);
    return new Layered(layers[first], own);
  }
}

/** Layers of at most so many entries are always copied into the one above. */
const SMALL = 8;
