/** The ledger as a list to look at, which can be made to fail. */
import { memoryLedger } from '../../adapters/ledger/index.ts';
import type { EventPage, EventQuery, Ledger, LedgerEvent, Scope } from '../../ports/index.ts';

export class MemoryLedger implements Ledger {
  /** What was stored, in order. */
  readonly events: LedgerEvent[] = [];
  readonly #ids = new Set<string>();
  readonly #inner = memoryLedger();
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
    await this.#inner.append(events);
  }

  find(query: EventQuery): Promise<EventPage> {
    return this.#inner.find(query);
  }

  stateAt(at: number, scope: Scope): Promise<readonly LedgerEvent[]> {
    return this.#inner.stateAt(at, scope);
  }

  runs(...asked: Parameters<Ledger['runs']>): ReturnType<Ledger['runs']> {
    return this.#inner.runs(...asked);
  }

  forget(before: number): Promise<number> {
    return this.#inner.forget(before);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
