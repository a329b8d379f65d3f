/** Who is woken by which news of other Apps. Each is woken once and has to say again what it waits for, so that what nobody waits for costs nothing. */

export class Waiters {
  readonly #topics = new Map<string, Set<string>>();
  readonly #waiting = new Map<string, Set<string>>();

  /** Besides what it waits for already. */
  wait(key: string, topics: readonly string[]): void {
    for (const topic of topics) {
      put(this.#topics, key, topic);
      put(this.#waiting, topic, key);
    }
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
    if (this.#waiting.size === 0) return [];
    const found = new Set<string>();
    for (const topic of topics) for (const key of this.#waiting.get(topic) ?? []) found.add(key);
    for (const key of found) this.forget(key);
    return [...found];
  }
}

function put(sets: Map<string, Set<string>>, at: string, item: string): void {
  const set = sets.get(at);
  if (set === undefined) sets.set(at, new Set([item]));
  else set.add(item);
}
