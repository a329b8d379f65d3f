/** Tells news from what was told already: the same (object, type, digest) is told once until something good happened to the object. */
import { LRUCache } from 'lru-cache';
import { digestOf } from '../../core/plan/digest/index.ts';
import type { News } from '../../ports/index.ts';

/** What ends a bad time: the same trouble afterwards is news again. */
const GOOD = new Set(['Ready', 'Resumed', 'Healed', 'Applied']);

const MOST = 20_000;

export class Repeats {
  /** Channel and object → digest by type. */
  readonly #told = new LRUCache<string, Map<string, string>>({ max: MOST });

  /** Whether this Channel told it; remembers it if not. */
  isRepeated(channel: string, news: News): boolean {
    const key = `${channel} ${news.kind} ${news.namespace}/${news.name} ${news.uid}`;
    const types = this.#told.get(key) ?? new Map<string, string>();
    const digest = digestOf([news.message, news.revision ?? '', news.severity]);
    if (types.get(news.type) === digest) return true;
    if (GOOD.has(news.type)) types.clear();
    // Health that changed back is good, and so is the way there.
    if (news.type === 'HealthChanged' && news.severity === 'info') types.delete('HealthChanged');
    else types.set(news.type, digest);
    this.#told.set(key, types);
    return false;
  }
}
