/** The append-only history: who, what, when, from which commit. Never rewritten; appending the same event twice stores it once. */
export interface LedgerEvent {
  /** hash(app uid, revision, plan digest, step, attempt): deterministic, so a replay after a crash is a no-op. */
  readonly id: string;
  readonly at: number;
  /** `Planned`, `Applied`, `Pruned`, `Healed`, `HealthChanged`, `DriftDetected`, `Suspended`, … */
  readonly type: string;
  /** `namespace/name` of the App or Source it is about. */
  readonly subject: string;
  readonly revision?: string;
  readonly actor?: string;
  readonly message: string;
  /** Masked details: digests and references, never payloads. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Ledger {
  /** Resolves once durable. */
  append(events: readonly LedgerEvent[]): Promise<void>;
  /** Newest first. */
  recent(options: { readonly subject?: string; readonly limit: number }): Promise<readonly LedgerEvent[]>;
  close(): Promise<void>;
}
