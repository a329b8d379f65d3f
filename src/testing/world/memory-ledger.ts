/** The ledger as a list: the same event twice is stored once. */
import type { Ledger, LedgerEvent } from '../../ports/index.ts';

export class MemoryLedger implements Ledger {
  readonly events: LedgerEvent[] = [];
  readonly #ids = new Set<string>();
  /** Called before every append; may throw, to model a crash. */
  onCall: () => void = () => undefined;

  async append(events: readonly LedgerEvent[]): Promise<void> {
    this.onCall();
    await Promise.resolve();
    for (const event of events) {
      if (this.#ids.has(event.id)) continue;
      this.#ids.add(event.id);
      this.events.push(event);
    }
  }

  recent({ subject, limit }: { readonly subject?: string; readonly limit: number }): Promise<readonly LedgerEvent[]> {
    const found = this.events.filter((event) => subject === undefined || event.subject === subject);
    return Promise.resolve(found.toReversed().slice(0, limit));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
