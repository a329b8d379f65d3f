/** What a rehearsal found out, as one value: everything that is printed, and the verdict, come from here. */
import type { CriticalPath } from '../graph/index.ts';
import type { FoundDoubt } from './doubts/index.ts';

/** Times are milliseconds of the scenario since its beginning: simulated, never measured (S23). */
export interface Report {
  readonly subject: Subject;
  /** Every App ready, and nothing assumed that nobody allowed. */
  readonly passed: boolean;
  /** Every App was ready at the same time, and stayed so. */
  readonly converged: boolean;
  /** When the last App became ready, or when it was given up. */
  readonly duration: number;
  readonly objects: number;
  /** In the order in which their first object was written; those that wrote none come last, by name. */
  readonly apps: readonly AppReport[];
  /** The chain of dependencies that took longest, by limbo time. */
  readonly critical: CriticalPath;
  /** What is wrong at its root; Apps that only wait for it are named with it. */
  readonly trouble: readonly Trouble[];
  /** What a cluster takes without a word and what is very likely not meant; no reason to fail. */
  readonly warnings: readonly FoundDoubt[];
  readonly assumed: readonly Assumption[];
  /** What a rebuild needs and Git does not have (S26). */
  readonly absent: readonly Absence[];
  /** Differences of the delivered objects from the base revision; absent when none was named. */
  readonly changes?: Changes;
  /** The rehearsed objects beside those of a real cluster; absent when none was named. */
  readonly against?: Against;
}

export interface Subject {
  /** Folder or address. */
  readonly name: string;
  readonly revision: string;
  /** Version of the Kubernetes API that it was built on. */
  readonly kubernetes: string;
  readonly environment?: string;
  readonly scenario?: string;
  /** False: dependencies and waves were left out, to compare. */
  readonly ordered: boolean;
  /** Apps of other environments. */
  readonly leftOut: number;
}

export interface AppReport {
  /** `namespace/name` */
  readonly app: string;
  readonly environment: string;
  readonly ready: boolean;
  /** First write; absent when nothing was written. */
  readonly startedAt?: number;
  /** Since when it is ready. */
  readonly readyAt?: number;
  /** How long its objects were there without being healthy. */
  readonly limbo: number;
  /** Of the containers of all its Pods, gone ones included. */
  readonly restarts: number;
  readonly objects: number;
  readonly tests: readonly TestReport[];
  readonly reason: string;
  readonly message: string;
  readonly dependsOn: readonly string[];
}

export interface TestReport {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
}

export interface Trouble {
  /** The App, or the Source or object, at the root. */
  readonly app: string;
  readonly reason: string;
  readonly message: string;
  readonly hint: string;
  /** `Kind/namespace/name` that decides. */
  readonly object?: string;
  /** File and position in the repository. */
  readonly file?: string;
  /** Apps that wait because of it. */
  readonly delays: readonly string[];
}

export interface Assumption {
  /** `FeatureFlag.shop.example.com`, or `images`. */
  readonly what: string;
  readonly count: number;
  /** The first few of them. */
  readonly examples: readonly string[];
  readonly allowed: boolean;
}

export interface Absence {
  readonly what: 'bootstrap' | 'credential' | 'key' | 'floating version' | 'volume' | 'image' | 'run time';
  readonly subject: string;
  readonly message: string;
}

export interface Changes {
  readonly base: string;
  readonly created: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly ObjectChange[];
}

export interface ObjectChange {
  readonly object: string;
  readonly fields: readonly { readonly path: string; readonly from: string; readonly to: string }[];
}

/** Fields: `from` is what the cluster has, `to` what the rehearsal made. */
export interface Against {
  readonly cluster: string;
  readonly kubernetes: string;
  /** Objects that are the same after normalising. */
  readonly same: number;
  readonly differ: readonly ObjectChange[];
  /** Rehearsed, and not in the cluster. */
  readonly missing: readonly string[];
  /** Delivered to the cluster by some App, and not rehearsed. */
  readonly extra: readonly string[];
  /** Kinds that could not be compared, and why. */
  readonly unread: readonly string[];
}

export const isSame = ({ differ, missing, extra, unread }: Against): boolean =>
  [differ, missing, extra, unread].every((list) => list.length === 0);

/** Passed: everything is ready and whatever is assumed was allowed. */
export const verdictOf = (converged: boolean, assumed: readonly Assumption[]): boolean =>
  converged && assumed.every(({ allowed }) => allowed);
