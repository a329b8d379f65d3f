/** What `decide` is told: the wanted objects, what was seen in the cluster, and the App's policy. */
import type { KubeObject, ObjectRef } from '../object/index.ts';
import type { AppId } from './owner/index.ts';
import type { Basis, Cause, FieldChange, InventoryEntry, Reason } from './types.ts';

/** The outcome of applying one wanted object, foretold by our own merge or by the server's dry-run. */
export type Prediction =
  | { readonly kind: 'same'; readonly basis: Basis }
  | { readonly kind: 'differs'; readonly basis: Basis; readonly changes: readonly FieldChange[] }
  /** An immutable field: only a recreation can do it. */
  | { readonly kind: 'immutable'; readonly basis: Basis; readonly message: string; readonly changes: readonly FieldChange[] }
  /** `conflicts: fail` and another manager owns fields we want. */
  | { readonly kind: 'conflict'; readonly basis: Basis; readonly fields: readonly { readonly path: string; readonly manager: string }[] }
  | { readonly kind: 'refused'; readonly basis: Basis; readonly reason: Reason };

/** What is known about one object, wanted or in the inventory. */
export interface Seen {
  /** `unknown`: the discovery of its group failed, so its absence means nothing (S3g). */
  readonly served: 'yes' | 'no' | 'unknown';
  /** Not served in the version that is wanted: the one it is served in. */
  readonly servedAs?: string;
  /** `null`: not there. Meaningless unless served. */
  readonly live: KubeObject | null;
  readonly prediction?: Prediction;
  /** For a Namespace: what it holds outside the prune set; for a CRD: custom resources outside it. Only for prune candidates. */
  readonly holds?: readonly ObjectRef[];
  /** Of an App: who requires what it provides, in a sentence, and the remedy (S21). Only for prune candidates. */
  readonly required?: { readonly message: string; readonly remedy: string };
}

export interface WantedObject {
  readonly object: KubeObject;
  /** Digest of the manifest as rendered. */
  readonly digest: string;
  readonly file?: string;
  readonly line?: number;
  /** Of a chart's `crds/`. */
  readonly origin?: 'crds';
  /** The object of the same App that it is made from: its uid becomes the controlling owner reference once it is known. */
  readonly controller?: ObjectRef;
}

/** Another App of this installation, as far as it matters to who owns what. */
export interface OtherApp {
  /** What it last rendered, for messages. */
  readonly revision: string;
  /** Whether that is what it renders at the revision now being planned. */
  readonly current: boolean;
  /** Milliseconds since the epoch; between two claimants of a new object the older App wins. */
  readonly createdAt: number;
}

/** Who renders what, over all Apps of this installation (S4, S13). */
export interface Claims {
  app(key: string): OtherApp | undefined;
  /** Keys of all Apps that render the object, the planned one included. */
  claimants(objectKey: string): readonly string[];
  /** Apps whose objects at this revision are not known yet, so that nothing may be pruned. */
  pending(): readonly string[];
}

export interface Observed {
  readonly objects: ReadonlyMap<string, Seen>;
  readonly inventory: readonly InventoryEntry[];
  readonly claims: Claims;
  /** Objects that must never be pruned by this App: its own App and Source, our CRDs and namespace (S3c). Keys. */
  readonly protectedKeys: ReadonlySet<string>;
}

export interface Policy {
  readonly approve: 'never' | 'prune' | 'always';
  /** Whether a change that only a new engine brings waits for a person (S12). */
  readonly engine: 'approve' | 'apply';
  readonly prune: boolean;
  readonly adopt: 'unowned' | 'never' | 'any';
  readonly recreate: boolean;
  readonly heal: 'auto' | 'strict' | 'report';
  /** The App this one was renamed from (`namespace/name`). */
  readonly replaces?: string;
  /** Digests of plans that a person approved, and of the decisions that were in them: carrying out a part does not void the rest. */
  readonly approved: ReadonlySet<string>;
  /** Why prunes wait: no window lets them through now. */
  readonly closed?: string;
}

export interface Desired {
  readonly app: AppId;
  readonly uid: string;
  readonly createdAt: number;
  readonly revision: string;
  readonly cause: Cause;
  readonly objects: readonly WantedObject[];
  /** True when something of this revision could not be rendered, so that nothing may be pruned (S3e). */
  readonly incomplete: boolean;
  /** Why a person has to say yes to this revision: it goes back to a lower version (S16). */
  readonly downgrade?: string;
  /** The Helm release this App is: what Helm made for it is taken over without asking (S20). */
  readonly release?: { readonly name: string; readonly namespace: string };
}
