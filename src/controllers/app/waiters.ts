/**
 * Who is woken by which news of other Apps. Each is woken once and has to say again what it waits for, so that what nobody waits for costs nothing. News
 * that came between a look and the wait that follows from it are not lost: the wait says when it looked.
 */

/** Topics whose last news is remembered. What came before those forgotten may have been news to anybody. */
const mostRemembered = 65_536;

export class Waiters {
  readonly #topics = new Map<string, Set<string>>();
  readonly #waiting = new Map<string, Set<string>>();
  /** By topic, the one that was told longest ago first. */
  readonly #told = new Map<string, number>();
  #now = 0;
  #forgotten = 0;

  /** What `wait` is given as the moment of a look. */
  get now(): number {
    return this.#now;
  }

  /** Besides what it waits for already. False: there has been news of it since the look at `since`, and it does not wait. */
  wait(key: string, topics: readonly string[], since: number): boolean {
    if (topics.some((topic) => (this.#told.get(topic) ?? this.#forgotten) > since)) return false;
    for (const topic of topics) {
      put(this.#topics, key, topic);
      put(this.#waiting, topic, key);
    }
    return true;
  }

  forget(key: string): void {
    for (const topic of this.#topics.get(key) ?? []) {
      const waiting = this.#waiting.get(topic);
      waiting?.delete(key);
      if (waiting?.size === 0) this.#waiting.delete(topic);
    }
    this.#topics.delete(key);
  }

  /** Those that waited for one of these. */
  take(topics: Iterable<string>): readonly string[] {
    this.#now += 1;
    const found = new Set<string>();
    for (const topic of topics) {
      this.#remember(topic);
      for (const key of this.#waiting.get(topic) ?? []) found.add(key);
    }
    for (const key of found) this.forget(key);
    return [...found];
  }

  #remember(topic: string): void {
    this.#told.delete(topic);
    this.#told.set(topic, this.#now);
    if (this.#told.size <= mostRemembered) return;
    for (const [oldest, at] of this.#told) {
      this.#told.delete(oldest);
      this.#forgotten = at;
      return;
    }
  }
}

function put(sets: Map<string, Set<string>>, at: string, item: string): void {
  const set = sets.get(at);
  if (set === undefined) sets.set(at, new Set([item]));
  else set.add(item);
}
