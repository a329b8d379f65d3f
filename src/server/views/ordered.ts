/** A sorted list under change: what changed is taken out and merged in again when somebody looks, in one pass however much changed meanwhile. */

/** Compared part by part. */
export type Rank = readonly (number | string)[];

export function compareRanks(a: Rank, b: Rank): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    if (left === right) continue;
    return left < right ? -1 : 1;
  }
  return a.length < b.length ? -1 : 0;
}

interface Placed<T> {
  readonly key: string;
  readonly value: T;
  readonly rank: Rank;
}

export class Ordered<T> {
  readonly rank: (value: T) => Rank;
  readonly #sign: 1 | -1;
  readonly #values = new Map<string, T>();
  readonly #moved = new Set<string>();
  #placed: Placed<T>[] = [];
  #list: readonly T[] = [];

  constructor(rank: (value: T) => Rank, sign: 1 | -1 = 1) {
    this.rank = rank;
    this.#sign = sign;
  }

  put(key: string, value: T): void {
    this.#values.set(key, value);
    this.#moved.add(key);
  }

  remove(key: string): void {
    this.#values.delete(key);
    this.#moved.add(key);
  }

  list(): readonly T[] {
    if (this.#moved.size > 0) this.#repair();
    return this.#list;
  }

  /** The first index of `list()` that comes after a rank. */
  after(rank: Rank): number {
    this.list();
    let [low, high] = [0, this.#placed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const placed = this.#placed[middle];
      if (placed !== undefined && this.#compare(placed.rank, rank) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compare(a: Rank, b: Rank): number {
    return this.#sign * compareRanks(a, b);
  }

  #repair(): void {
    const coming = [...this.#moved]
      .flatMap((key): Placed<T>[] => {
        const value = this.#values.get(key);
        return value === undefined ? [] : [{ key, value, rank: this.rank(value) }];
      })
      .sort((a, b) => this.#compare(a.rank, b.rank));
    const merged: Placed<T>[] = [];
    let next = 0;
    const old = this.#placed;
    for (let place = 0; place < old.length; place += 1) {
      const placed = old[place] as Placed<T>;
      if (this.#moved.has(placed.key)) continue;
      for (let one = coming[next]; one !== undefined && this.#compare(one.rank, placed.rank) < 0; one = coming[next]) {
        merged.push(one);
        next += 1;
      }
      merged.push(placed);
    }
    merged.push(...coming.slice(next));
    this.#placed = merged;
    this.#list = merged.map(({ value }) => value);
    this.#moved.clear();
  }
}
