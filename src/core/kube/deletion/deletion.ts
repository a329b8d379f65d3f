/**
 * What a DELETE does to an object: which finalizers and grace it gets, or that it goes at once.
 * Kubernetes: apiserver pkg/registry/rest/delete.go, pkg/registry/generic/registry/store.go.
 */
import { type Json, type JsonObject, type KubeObject, isObject, withKey } from '../../object/index.ts';
import type { Resource } from '../resource/index.ts';
import { markDeleted } from '../strategy/index.ts';
import { formatTime } from '../time/index.ts';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface DeleteOptions {
  readonly propagation: Propagation | undefined;
  readonly gracePeriodSeconds: number | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly dryRun: boolean;
}

export type Deletion = { readonly kind: 'remove' } | { readonly kind: 'mark'; readonly object: KubeObject } | { readonly kind: 'nothing' };

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';
export const CRD_CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

/** Finalizers after a deletion with this propagation; without one, those that are there decide. */
function finalizersAfter(live: KubeObject, propagation: Propagation | undefined): readonly string[] {
  const old = live.metadata.finalizers ?? [];
  const others = old.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND);
  switch (propagation) {
    case 'Orphan':
      return [...others, ORPHAN];
    case 'Foreground':
      return [...others, FOREGROUND];
    case 'Background':
      return others;
    case undefined:
      return old;
  }
}

/** Seconds a Pod is given to end; nothing else has a grace period. */
function graceOf(resource: Resource, live: KubeObject, asked: number | undefined): number {
  if (resource.table !== 'pods') return 0;
  const spec = isObject(live.spec) ? live.spec : {};
  const phase = isObject(live.status) ? live.status.phase : undefined;
  if (spec.nodeName === undefined || spec.nodeName === '' || phase === 'Failed' || phase === 'Succeeded') return 0;
  const configured = typeof spec.terminationGracePeriodSeconds === 'number' ? spec.terminationGracePeriodSeconds : 30;
  const wanted = asked ?? configured;
  return wanted < 0 ? 1 : wanted;
}

const holdsItself = (object: KubeObject): boolean =>
  isObject(object.spec) && Array.isArray(object.spec.finalizers) && object.spec.finalizers.length > 0;

function namespaceDeletion(resource: Resource, live: KubeObject, options: DeleteOptions, now: number): Deletion {
  const finalizers = finalizersAfter(live, options.propagation);
  if (!holdsItself(live) && finalizers.length === 0) return { kind: 'remove' };
  if (live.metadata.deletionTimestamp !== undefined) return { kind: 'nothing' };
  const marked = markDeleted(resource, live, { now: formatTime(now), grace: 0, finalizers });
  const status: JsonObject = isObject(live.status) ? live.status : {};
  return { kind: 'mark', object: withKey(marked, 'status', { ...status, phase: 'Terminating' }) };
}

function crdDeletion(resource: Resource, live: KubeObject, options: DeleteOptions, now: number): Deletion {
  if (live.metadata.deletionTimestamp !== undefined)
    return (live.metadata.finalizers ?? []).length === 0 ? { kind: 'remove' } : { kind: 'nothing' };
  const kept = finalizersAfter(live, options.propagation).filter((finalizer) => finalizer !== CRD_CLEANUP);
  const marked = markDeleted(resource, live, { now: formatTime(now), grace: 0, finalizers: [...kept, CRD_CLEANUP] });
  const { deletionGracePeriodSeconds: _grace, generation: _generation, ...meta } = marked.metadata;
  const status: JsonObject = isObject(live.status) ? live.status : {};
  const condition: Json = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: formatTime(now),
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  const conditions = Array.isArray(status.conditions) ? status.conditions : [];
  const generation = live.metadata.generation === undefined ? {} : { generation: live.metadata.generation };
  return {
    kind: 'mark',
    object: {
      ...marked,
      metadata: { ...meta, ...generation },
      status: { ...status, conditions: [...(conditions as readonly Json[]), condition] },
    },
  };
}

/** Decides a deletion. `now` is in milliseconds. */
export function decideDeletion(resource: Resource, live: KubeObject, options: DeleteOptions, now: number): Deletion {
  if (resource.table === 'namespaces') return namespaceDeletion(resource, live, options, now);
  if (resource.table === 'customresourcedefinitions.apiextensions.k8s.io') return crdDeletion(resource, live, options, now);
  const finalizers = finalizersAfter(live, options.propagation);
  const marked = live.metadata.deletionTimestamp !== undefined;
  const pending = live.metadata.deletionGracePeriodSeconds ?? 0;
  // Who does not say otherwise lets a deletion that is on its way take the time it has.
  const asked = marked && resource.table === 'pods' ? (options.gracePeriodSeconds ?? pending) : options.gracePeriodSeconds;
  const grace = marked && asked === pending ? pending : graceOf(resource, live, asked);
  const left = marked ? Math.min(pending, grace) : grace;
  // Who waits already can only wait less: what else the request says is not looked at. Kubernetes: rest/delete.go BeforeDelete.
  if (marked && pending > 0 && left >= pending) return { kind: 'nothing' };
  if (finalizers.length === 0 && left === 0) return { kind: 'remove' };
  const sameFinalizers =
    finalizers.length === (live.metadata.finalizers ?? []).length &&
    finalizers.every((finalizer, index) => finalizer === live.metadata.finalizers?.[index]);
  if (marked && sameFinalizers && left >= pending) return { kind: 'nothing' };
  return { kind: 'mark', object: markDeleted(resource, live, { now: formatTime(now + left * 1000), grace: left, finalizers }) };
}
