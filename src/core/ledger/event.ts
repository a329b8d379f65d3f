/** What one entry of the ledger says: who, what, when, from which commit, with which versions. References and masked texts, never payloads (S18). */

/** What a running App consists of, by name and version: an image and its tag, a chart, a contract it provides, the App itself. */
export interface VersionEntry {
  readonly kind: 'app' | 'chart' | 'contract' | 'image' | 'commit';
  readonly name: string;
  readonly version: string;
}

/** One object that was written, and which of its fields differed. */
export interface Touched {
  /** `Deployment/shop/web`; without the namespace for objects that have none. */
  readonly object: string;
  readonly operation: 'create' | 'change' | 'prune' | 'adopt' | 'transfer' | 'recreate';
  /** Field paths as plans print them; none for objects that came or went whole. */
  readonly fields: readonly string[];
}

export interface CommitNote {
  /** Full id. */
  readonly id: string;
  /** `Ada <ada@example.com>`, as the commit says; nobody has checked it unless it is signed. */
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** First line of its message. */
  readonly subject: string;
}

export interface LedgerEvent {
  /** hash(uid, revision, type, step): deterministic, so a replay after a crash is a no-op. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `Fetched`, `Planned`, `Applied`, `Pruned`, `Healed`, `HealthChanged`, `DriftDetected`, `Approved`, `Tested`, `Reverted`, `Deleted`, or a reason code. */
  readonly type: string;
  /** `namespace/name` of the App or Source it is about. */
  readonly subject: string;
  /** `App`, `Source`, … Absent: App. */
  readonly kind?: string;
  /** Where the App runs: its label `lockstep.dev/environment`, else the name of its cluster. */
  readonly environment?: string;
  /** `main@sha1:…` */
  readonly revision?: string;
  /** Who, as far as it is known (S26). */
  readonly actor?: string;
  readonly message: string;
  readonly commit?: CommitNote;
  /** Of `Applied`: what runs from then on. */
  readonly versions?: readonly VersionEntry[];
  readonly touched?: readonly Touched[];
  /** Digests, counts and references. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** From this event on other versions of its subject run, or none at all. */
export const changesWhatRuns = ({ type }: Pick<LedgerEvent, 'type'>): boolean => type === 'Applied' || type === 'Deleted';

export const namespaceOfSubject = (subject: string): string => subject.slice(0, Math.max(0, subject.indexOf('/')));

/** The commit an event is about, in full; undefined when it is about none. */
export const commitOf = (event: Pick<LedgerEvent, 'commit' | 'revision'>): string | undefined =>
  event.commit?.id ?? /sha(?:1|256):([0-9a-f]{7,64})$/.exec(event.revision ?? '')?.[1];
