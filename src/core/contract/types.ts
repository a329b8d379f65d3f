/** What Apps promise each other at run time: names with versions, and ranges of versions. */

export interface Provision {
  readonly name: string;
  /** Semantic version. */
  readonly version: string;
}

export interface Requirement {
  readonly name: string;
  /** A range as Helm reads it: `>=2.1 <3`, `^2.1`. */
  readonly version: string;
  /** Not met: a warning, never a refusal. */
  readonly optional?: boolean;
}

export interface Contracts {
  readonly provides: readonly Provision[];
  readonly requires: readonly Requirement[];
}

/** One App with its contracts as they shall be and as they are. */
export interface Party {
  /** `namespace/name` */
  readonly key: string;
  /** Cluster and environment it belongs to. An empty environment serves all of the same cluster. */
  readonly scope: Scope;
  /** Of the revision it is to have; undefined: nothing shall be left of it. */
  readonly wanted: Contracts | undefined;
  /** Of what runs now; undefined: nothing runs yet. */
  readonly running: Contracts | undefined;
}

export interface Scope {
  readonly cluster: string;
  readonly environment: string;
}

export type FindingKind =
  /** Two Apps provide one name to the same scope. */
  | 'conflict'
  /** Nobody provides a name that is required. */
  | 'missing'
  /** The version provided is outside the range. */
  | 'mismatch'
  /** A version or a range that cannot be read. */
  | 'invalid';

export interface Finding {
  readonly kind: FindingKind;
  /** Name of the contract. */
  readonly contract: string;
  /** The App that requires; of a conflict, the second provider. */
  readonly consumer: string;
  /** The App that provides; absent when nobody does. */
  readonly provider?: string;
  readonly message: string;
  /** The smallest change that would mend it. */
  readonly remedy: string;
  /** Of an optional requirement: a warning. */
  readonly optional: boolean;
}

export const noContracts: Contracts = { provides: [], requires: [] };
