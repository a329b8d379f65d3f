/** The shape of a plan: decisions, masked differences and digests; never a payload (S2). */
import type { Json, ObjectRef } from '../object/index.ts';

/**
 * What happens to one object.
 * `create` it is not there; `change` it differs; `keep` it is as wanted; `adopt` it exists without an owner; `transfer` it comes from another App of ours;
 * `recreate` it must be deleted first; `prune` Git no longer has it; `refuse` a rule forbids it; `skip` it is left alone and leaves or stays in the inventory.
 */
export type Operation = 'create' | 'change' | 'keep' | 'prune' | 'adopt' | 'transfer' | 'recreate' | 'refuse' | 'skip';

/** Where the knowledge of a difference comes from: the server's dry-run, our own merge, or nothing yet (its kind or namespace is in the same plan). */
export type Basis = 'server' | 'local' | 'assumed';

/** Why an object is touched: a new revision, a change behind Git's back, the engine's own new version, or a person's wish. */
export type Cause = 'revision' | 'drift' | 'engine' | 'deletion';

/** One field that differs; secret values are replaced by keyed fingerprints. */
export interface FieldChange {
  /** `spec.template.spec.containers[name="web"].image` */
  readonly path: string;
  /** Absent: the field is not there. */
  readonly before?: Json;
  readonly after?: Json;
  /** The manager that set the live value, where known (a manager, not a person: S26). */
  readonly manager?: string;
}

/** Why something is refused, waits or is left alone. `code` is stable and documented. */
export interface Reason {
  /** The rule of the semantics page, for example `S3b`. */
  readonly rule: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface PlanItem {
  readonly ref: ObjectRef;
  readonly apiVersion: string;
  readonly operation: Operation;
  readonly basis: Basis;
  readonly cause: Cause;
  /** Steps of application count from 0; prunes count on from there. Everything of one step is done together. */
  readonly step: number;
  /** Whether the next step waits until this object is healthy. */
  readonly gate: boolean;
  /** The live object this was decided on. */
  readonly live?: { readonly uid: string; readonly resourceVersion: string };
  /** Digest of the wanted manifest; absent when the object goes. */
  readonly after?: string;
  /** Digest of what was there; absent when nothing was. */
  readonly before?: string;
  readonly changes: readonly FieldChange[];
  /** True for deletes of data and for recreations: they cannot be undone by another plan. */
  readonly irreversible: boolean;
  readonly reasons: readonly Reason[];
  /** Waits for a person. */
  readonly waits: boolean;
  /** Whether the object is in the App's inventory after this plan. */
  readonly owned: boolean;
  /** The App it comes from, goes to or waits for (`namespace/name`). */
  readonly other?: string;
}

export interface Plan {
  /** `namespace/name` of the App. */
  readonly app: string;
  readonly uid: string;
  /** What people read: `main@sha1:…`. */
  readonly revision: string;
  readonly cause: Cause;
  /** In the order of application, then the prunes in their order. */
  readonly items: readonly PlanItem[];
  /** Refusals of the plan as a whole: nothing of it is applied. */
  readonly refused: readonly Reason[];
  /** Warnings that stop nothing. */
  readonly warnings: readonly Reason[];
  /** Over everything that is not `keep`; an approval names it. Independent of revision and resourceVersions. */
  readonly digest: string;
}

/** An object in an App's inventory; absent group and namespace mean the empty ones. */
export interface InventoryEntry extends ObjectRef {
  /** The version it was last applied with. */
  readonly version?: string;
  /** Jobs and bare Pods: the manifest digest that ran to its end (S10). */
  readonly digest?: string;
  /** Namespaces of `createNamespace` and CRDs of a chart's `crds/` are never deleted (S3d). */
  readonly origin?: 'manifest' | 'createNamespace' | 'crds' | 'hook';
}
