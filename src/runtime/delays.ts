/** Keys that become due later: one timer for all of them, however many there are. */
import type { Clock, Timer } from '../ports/index.ts';

interface Due {
  readonly key: string;
  readonly at: number;
}

/** At most one moment per key; the earliest wins. */
export class Delays {
  readonly #clock: Clock;
  readonly #fire: (key: string) => void;
  /** A binary heap by time. Entries whose time is no longer the one in `#times` are stale and skipped. */
  readonly #heap: Due[] = [];
  readonly #times = new Map<string, number>();
  #timer: Timer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, fire: (key: string) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  get size(): number {
    return this.#times.size;
  }

  add(key: string, delay: number): void {
    const at = this.#clock.monotonic() + delay;
    if ((this.#times.get(key) ?? Number.POSITIVE_INFINITY) <= at) return;
    this.#times.set(key, at);
    this.#push({ key, at });
    this.#arm();
  }

  delete(key: string): void {
    this.#times.delete(key);
    if (this.#heap.length > 64 && this.#heap.length > 4 * this.#times.size) this.#rebuild();
  }

  clear(): void {
    this.#times.clear();
    this.#heap.length = 0;
    this.#timer?.cancel();
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || first.at >= this.#armedFor) return;
    this.#timer?.cancel();
    this.#armedFor = first.at;
    this.#timer = this.#clock.after(first.at - this.#clock.monotonic(), () => this.#due());
  }

  #due(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = this.#clock.monotonic();
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#pop();
      if (this.#times.get(first.key) !== first.at) continue;
      this.#times.delete(first.key);
      this.#fire(first.key);
    }
    this.#arm();
  }

  #rebuild(): void {
    const live = this.#heap.filter((due) => this.#times.get(due.key) === due.at);
    this.#heap.length = 0;
    for (const due of live) this.#push(due);
  }

  #push(due: Due): void {
    let at = this.#heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#at(parent) <= due.at) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const least = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(least) >= last.at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swap(left: number, right: number): void {
    const [first, second] = [this.#heap[left], this.#heap[right]];
    if (first === undefined || second === undefined) return;
    this.#heap[left] = second;
    this.#heap[right] = first;
  }
}
