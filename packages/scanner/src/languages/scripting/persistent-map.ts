const BUCKETS = 128;

/**
 * A map of which copies are cheap: copies share their buckets until one of them writes. A script's state is copied at every branching and compared after it, and most of it is the same.
 */
export class PersistentMap<K extends string | number, V> {
  #buckets: (Map<K, V> | undefined)[];
  /** Buckets that are this map's alone and may be written to. */
  #own: Uint8Array;

  constructor(buckets: (Map<K, V> | undefined)[] = new Array<Map<K, V> | undefined>(BUCKETS).fill(undefined)) {
    this.#buckets = buckets;
    this.#own = new Uint8Array(BUCKETS);
  }

  copy(): PersistentMap<K, V> {
    this.#own.fill(0);
    return new PersistentMap(this.#buckets.slice());
  }

  get(key: K): V | undefined {
    return this.#buckets[bucketOf(key)]?.get(key);
  }

  set(key: K, value: V): void {
    this.#writable(bucketOf(key)).set(key, value);
  }

  delete(key: K): void {
    const index = bucketOf(key);
    if (this.#buckets[index]?.has(key) === true) this.#writable(index).delete(key);
  }

  #writable(index: number): Map<K, V> {
    const bucket = this.#buckets[index];
    if (bucket !== undefined && this.#own[index] === 1) return bucket;
    const copy = new Map(bucket);
    this.#buckets[index] = copy;
    this.#own[index] = 1;
    return copy;
  }

  /** The keys that are not the same in all of the maps, the first of which is copied and given `join`ed values for them; undefined leaves a key out. */
  static join<K extends string | number, V>(
    maps: readonly PersistentMap<K, V>[],
    join: (values: readonly (V | undefined)[]) => V | undefined,
  ): PersistentMap<K, V> {
    const [first, ...others] = maps;
    if (first === undefined) return new PersistentMap<K, V>();
    const joined = first.copy();
    for (let index = 0; index < BUCKETS; index += 1) {
      const bucket = first.#buckets[index];
      if (others.every((other) => other.#buckets[index] === bucket)) continue;
      const keys = new Set<K>();
      for (const map of maps) for (const key of map.#buckets[index]?.keys() ?? []) keys.add(key);
      for (const key of keys) {
        const values = maps.map((map) => map.#buckets[index]?.get(key));
        if (values.every((value) => value === values[0])) continue;
        const value = join(values);
        if (value === undefined) joined.delete(key);
        else joined.set(key, value);
      }
    }
    return joined;
  }
}

function bucketOf(key: string | number): number {
  if (typeof key === 'number') return key & (BUCKETS - 1);
  let hash = 7;
  for (let i = 0; i < key.length; i += 1) hash = (hash * 31 + key.charCodeAt(i)) | 0;
  return hash & (BUCKETS - 1);
}
