/** Garbage collection: what becomes of an object whose owners are gone or going. Kubernetes: pkg/controller/garbagecollector. */
import type { KubeObject, OwnerReference } from '../../object/index.ts';

/** What is known of an owner reference: it exists, it is being deleted in the foreground, or it is not there (any more). */
export type OwnerState = 'present' | 'foreground' | 'absent';

export type Verdict =
  | { readonly kind: 'keep' }
  | { readonly kind: 'delete'; readonly propagation: 'Background' | 'Foreground' | undefined }
  /** Owners that are gone are taken off; others remain. */
  | { readonly kind: 'release'; readonly owners: readonly OwnerReference[] };

export const ORPHAN = 'orphan';
export const FOREGROUND = 'foregroundDeletion';

const keep: Verdict = { kind: 'keep' };

/** Decides about a dependent. Owners are judged by uid; an owner in another namespace is absent. */
export function judge(object: KubeObject, stateOf: (owner: OwnerReference) => OwnerState): Verdict {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) return keep;
  if (object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers?.includes(FOREGROUND) !== true) return keep;
  const states = owners.map((owner) => ({ owner, state: stateOf(owner) }));
  const present = states.filter(({ state }) => state === 'present');
  if (present.length > 0) return present.length === owners.length ? keep : { kind: 'release', owners: present.map(({ owner }) => owner) };
  if (object.metadata.deletionTimestamp !== undefined) return keep;
  const waiting = states.some(({ state }) => state === 'foreground');
  return { kind: 'delete', propagation: waiting ? 'Foreground' : undefined };
}

/** What has to happen before an owner that is being deleted may go. */
export function ownerStep(
  owner: KubeObject,
  dependents: readonly KubeObject[],
): 'wait' | 'finish-foreground' | 'finish-orphan' | 'nothing' {
  if (owner.metadata.deletionTimestamp === undefined) return 'nothing';
  const finalizers = owner.metadata.finalizers ?? [];
  if (finalizers.includes(ORPHAN)) return 'finish-orphan';
  if (!finalizers.includes(FOREGROUND)) return 'nothing';
  const blocking = dependents.some((dependent) =>
    dependent.metadata.ownerReferences?.some((reference) => reference.uid === owner.metadata.uid && reference.blockOwnerDeletion === true),
  );
  return blocking ? 'wait' : 'finish-foreground';
}
