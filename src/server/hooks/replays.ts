/** Deliveries that were acted on, so that a copy of one does nothing. Bounded: what is forgotten early costs one look at a repository. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../ports/index.ts';

const MOST = 10_000;

export class Replays {
  readonly #clock: Clock;
  /** Until when (monotonic). */
  readonly #seen = new LRUCache<string, number>({ max: MOST });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this was seen within its window; remembers it for `ms` otherwise. */
  isRepeated(id: string, ms: number): boolean {
    const now = this.#clock.monotonic();
    const until = this.#seen.get(id);
    if (until !== undefined && until > now) return true;
    this.#seen.set(id, now + ms);
    return false;
  }
}
