/** The line of keys that can run now: by priority, and fair between the buckets (tenants, clusters) of one priority. */

/** Every so many turns the least urgent level is served, so that a flood of urgent work starves nobody. */
const turnsForUrgent = 8;

interface Level {
  readonly priority: number;
  /** Buckets in the order in which they are served; served buckets go to the end. */
  readonly buckets: Map<string, Set<string>>;
}

export class ReadyLine {
  readonly #bucketOf: (key: string) => string;
  /** Most urgent first. */
  readonly #levels: Level[] = [];
  readonly #priorities = new Map<string, number>();
  #turn = 0;

  constructor(bucketOf: (key: string) => string) {
    this.#bucketOf = bucketOf;
  }

  get size(): number {
    return this.#priorities.size;
  }

  has(key: string): boolean {
    return this.#priorities.has(key);
  }

  /** A key waits once; adding it again can only make it more urgent. */
  add(key: string, priority: number): void {
    const before = this.#priorities.get(key);
    if (before !== undefined && before >= priority) return;
    if (before !== undefined) this.delete(key);
    this.#priorities.set(key, priority);
    const { buckets } = this.#level(priority);
    const bucket = this.#bucketOf(key);
    const keys = buckets.get(bucket);
    if (keys === undefined) buckets.set(bucket, new Set([key]));
    else keys.add(key);
  }

  delete(key: string): void {
    const priority = this.#priorities.get(key);
    if (priority === undefined) return;
    this.#priorities.delete(key);
    const level = this.#level(priority);
    const bucket = this.#bucketOf(key);
    const keys = level.buckets.get(bucket);
    keys?.delete(key);
    if (keys?.size === 0) level.buckets.delete(bucket);
    if (level.buckets.size === 0) this.#levels.splice(this.#levels.indexOf(level), 1);
  }

  /** The next key of a bucket that may run; undefined when there is none. */
  take(mayRun: (bucket: string) => boolean): string | undefined {
    const patient = this.#turn + 1 >= turnsForUrgent;
    for (const level of patient ? this.#levels.toReversed() : this.#levels) {
      for (const [bucket, keys] of level.buckets) {
        const [key] = keys;
        if (key === undefined || !mayRun(bucket)) continue;
        this.#turn = patient ? 0 : this.#turn + 1;
        level.buckets.delete(bucket);
        level.buckets.set(bucket, keys);
        this.delete(key);
        return key;
      }
    }
    return undefined;
  }

  clear(): void {
    this.#levels.length = 0;
    this.#priorities.clear();
  }

  #level(priority: number): Level {
    const at = this.#levels.findIndex((level) => level.priority <= priority);
    const found = this.#levels[at];
    if (found?.priority === priority) return found;
    const level: Level = { priority, buckets: new Map() };
    this.#levels.splice(at < 0 ? this.#levels.length : at, 0, level);
    return level;
  }
}
