/** The append-only history as a port. Appending the same event twice stores it once; nothing is ever rewritten, only forgotten when it is old enough. */
import type { LedgerEvent, NameVersion, Run } from '../core/ledger/index.ts';

export type { LedgerEvent } from '../core/ledger/index.ts';

/** Every given field has to fit. */
export interface EventQuery {
  /** `namespace/name` */
  readonly subject?: string;
  /** Only subjects of these namespaces: what the asker may see. */
  readonly namespaces?: readonly string[];
  readonly types?: readonly string[];
  readonly environment?: string;
  /** Beginning of a commit id, at least 7 digits. */
  readonly commit?: string;
  /** An object that was written: `Deployment/shop/web`. */
  readonly object?: string;
  /** Milliseconds since the epoch; from this moment on. */
  readonly since?: number;
  /** Before this moment. */
  readonly until?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
  /** Most events of a page; at most 1,000. */
  readonly limit: number;
}

export interface EventPage {
  /** Newest first. */
  readonly events: readonly LedgerEvent[];
  /** Present when there is more. */
  readonly next?: string;
}

/** Which Apps a question is about. */
export interface Scope {
  readonly environment?: string;
  readonly namespaces?: readonly string[];
}

export interface Ledger {
  /** Resolves once durable. */
  append(events: readonly LedgerEvent[]): Promise<void>;
  find(query: EventQuery): Promise<EventPage>;
  /** What ran at a moment: of every App the newest `Applied` event until then, by subject. Apps deleted before are left out. */
  stateAt(at: number, scope: Scope): Promise<readonly LedgerEvent[]>;
  /** When a version ran, as it was recorded; the newest 10,000. */
  runs(wanted: NameVersion, scope: Scope): Promise<readonly Run[]>;
  /** Drops what is older than `before`, except what tells the state at that moment. Resolves with the number of events dropped. */
  forget(before: number): Promise<number>;
  close(): Promise<void>;
}
