/** A ledger that lives as long as its process: for tests and for `lockstep up` without a data folder. */
import type { Ledger, LedgerEvent } from '../../ports/index.ts';

/** Keeps the newest `most` events (default 100,000). */
export function memoryLedger(options: { readonly most?: number } = {}): Ledger {
  const most = options.most ?? 100_000;
  const events = new Map<string, LedgerEvent>();
  return {
    append: (added) => {
      for (const event of added) if (!events.has(event.id)) events.set(event.id, event);
      for (const id of events.keys()) {
        if (events.size <= most) break;
        events.delete(id);
      }
      return Promise.resolve();
    },
    recent: ({ subject, limit }) => {
      const newest = [...events.values()].reverse().filter((event) => subject === undefined || event.subject === subject);
      return Promise.resolve(newest.slice(0, limit));
    },
    close: () => Promise.resolve(),
  };
}
