/** Token buckets by key: a burst, then so many a second. Forgets keys that are full again. */
import type { Clock } from '../../ports/index.ts';

export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Keys are made by strangers; beyond this many the fullest are forgotten. */
const MOST_KEYS = 10_000;

export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();
  readonly #rate: Rate;
  readonly #clock: Clock;

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** 0 when the request may go on, else the seconds until it may. */
  take(key: string): number {
    const { burst, perSecond } = this.#rate;
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    const empty = bucket.tokens < 1;
    const wait = empty ? Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)) : 0;
    if (!empty) bucket.tokens -= 1;
    // Who was here last is forgotten last.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > MOST_KEYS) this.#forget(now);
    return wait;
  }

  #forget(now: number): void {
    const { burst, perSecond } = this.#rate;
    for (const [key, { tokens, at }] of this.#buckets) if (tokens + ((now - at) / 1000) * perSecond >= burst) this.#buckets.delete(key);
    // All of them busy: a flood of made-up keys. Oldest first.
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= MOST_KEYS) return;
      this.#buckets.delete(key);
    }
  }
}
