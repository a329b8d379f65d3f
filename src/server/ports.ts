/** What the dashboard's server is given from outside besides the ports of the house: the controllers' knowledge, and how secrets are hidden. */
import type { App } from '../api/index.ts';
import type { Json, KubeObject } from '../core/object/index.ts';
import type { Plan, WantedObject } from '../core/plan/index.ts';
import type { Clock, KubeClient, Ledger, Log, Metrics, Random } from '../ports/index.ts';
import type { Result } from '../std/index.ts';

export interface AppName {
  readonly namespace: string;
  readonly name: string;
}

/** What the controllers know that is in no object of the cluster. */
export interface River {
  /** The plan of an App's newest pass; undefined before its first one, and in a process that does not lead. */
  plan(app: AppName): Plan | undefined;
  /** The cluster that an App is delivered to; the error says why it cannot be reached now. */
  clusterOf(app: App): Result<KubeClient, string>;
  /** What going back takes; absent `to`: the last good revision. */
  rollback(app: App, to: string | undefined): Promise<Result<Rollback, Unwritten>>;
  /** Where a commit is for an App; undefined: it comes from no Git repository. */
  whereabouts(app: App, commit: string): Promise<Whereabouts | undefined>;
  /** Where a version of a chart is for an App; undefined: it is not made from it. */
  chartWhereabouts(app: App, chart: { readonly name: string; readonly version?: string }): Whereabouts | undefined;
  file(app: App, path: string): Promise<Result<SourceFile, Unwritten>>;
  /** The manifests it was made for; they may hold secrets. */
  wanted(app: AppName): Manifests | undefined;
  /** The manifests of another revision of its source, rendered now; undefined when they cannot be had. */
  wantedAt(app: App, revision: string): Promise<Manifests | undefined>;
}

export interface Manifests {
  readonly objects: readonly WantedObject[];
  /** Values of Secrets that went into them. */
  readonly secrets: readonly string[];
}

export interface Whereabouts {
  readonly state: 'live' | 'unaffected' | 'waiting' | 'rejected' | 'reverted' | 'unknown';
  /** The commit that took it back. */
  readonly by?: string;
  /** It was looked at: what the App says now, it says about it. */
  readonly attempted: boolean;
}

/** A commit that goes back: looked at first, then made. */
export interface Rollback {
  /** Revisions as people read them. */
  readonly from: string;
  readonly to: string;
  readonly branch: string;
  readonly files: readonly { readonly path: string; readonly change: 'restored' | 'removed' | 'brought back' }[];
  /** Files that other Apps read too. */
  readonly shared: readonly { readonly path: string; readonly apps: readonly string[] }[];
  write(author: { readonly name: string; readonly email: string }, reason: string | undefined): Promise<Result<Committed, Unwritten>>;
}

export interface Committed {
  readonly commit: string;
  readonly branch: string;
  /** Set when it waits for a review on a branch of its own, and why. */
  readonly proposed?: string;
  readonly changed: boolean;
}

/** A file of an App's own repository, as its newest render read it. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Another text in its place, as a commit; never over newer work. */
  write(
    text: string,
    telling: {
      readonly author: { readonly name: string; readonly email: string };
      readonly message: string;
      readonly reason: string | undefined;
    },
  ): Promise<Result<Committed, Unwritten>>;
}

/** Why nothing is written, for a person. */
export interface Unwritten {
  readonly message: string;
  readonly hint?: string;
}

/** Hides values of Secrets wherever they come out again (S18). */
export interface Masking {
  /** Values of a Secret that must not be seen. */
  readonly secretTexts: (secret: KubeObject) => readonly string[];
  /** Those of the secrets that are not among names, which everybody sees. */
  readonly untold: (secrets: Iterable<string>, names: Iterable<string>) => readonly string[];
  readonly maskText: (text: string, secrets: readonly string[]) => string;
  readonly maskValue: (value: Json, secrets: readonly string[], key: Uint8Array) => Json;
  /** Keys the fingerprints. */
  readonly key: Uint8Array;
}

export interface DashboardPorts {
  /** The server's own: reads what views are made of; acts as visitors. */
  readonly kube: KubeClient;
  readonly ledger: Ledger;
  readonly river: River;
  readonly masking: Masking;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}
