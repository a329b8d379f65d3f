/**
 * The order of application: the wave a person wrote first, then by kind, then by name. Between two waves health is awaited; between kinds only where the
 * next kind cannot work without it (namespaces, CRDs and their establishment). Prunes run in reverse: webhooks first, custom resources before their
 * operator, the operator before the CRD, namespaces last.
 */
import { type KubeObject, type ObjectRef, refOf } from '../object/index.ts';
import { explicitWave } from './marks/index.ts';
import { isApp } from './owner/index.ts';

const byKind: ReadonlyMap<string, number> = new Map(
  [
    ['Namespace'],
    ['CustomResourceDefinition'],
    ['StorageClass', 'IngressClass', 'PriorityClass', 'RuntimeClass', 'GatewayClass', 'VolumeSnapshotClass', 'DeviceClass', 'CSIDriver'],
    [
      'SealedSecret',
      'ServiceAccount',
      'Role',
      'ClusterRole',
      'RoleBinding',
      'ClusterRoleBinding',
      'ResourceQuota',
      'LimitRange',
      'NetworkPolicy',
    ],
    ['ConfigMap', 'Secret', 'PersistentVolume', 'PersistentVolumeClaim', 'Service', 'Endpoints', 'EndpointSlice', 'Source'],
    ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'CronJob', 'Pod'],
  ].flatMap((kinds, phase) => kinds.map((kind) => [kind, phase] as const)),
);

const restPhase = 6;
const lastKinds = new Set(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration', 'APIService']);

/** 0 namespaces, 1 CRDs, 2 classes, 3 RBAC and what Secrets are made from, 4 configuration, 5 workloads, 6 everything else, 7 webhooks. */
export function phaseOf(ref: Pick<ObjectRef, 'kind'>): number {
  if (lastKinds.has(ref.kind)) return restPhase + 1;
  return byKind.get(ref.kind) ?? (ref.kind.endsWith('Class') ? 2 : restPhase);
}

export interface Place {
  readonly wave: number;
  readonly phase: number;
}

export const placeOf = (object: KubeObject): Place => ({ wave: explicitWave(object) ?? 0, phase: phaseOf(object) });

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By wave, phase, then kind, namespace and name, so that the order never depends on the order of files. */
export function comparePlaces(a: { place: Place; ref: ObjectRef }, b: { place: Place; ref: ObjectRef }): number {
  return (
    a.place.wave - b.place.wave ||
    a.place.phase - b.place.phase ||
    compareText(a.ref.kind, b.ref.kind) ||
    compareText(a.ref.namespace, b.ref.namespace) ||
    compareText(a.ref.name, b.ref.name)
  );
}

export interface Ordered<T> {
  readonly item: T;
  /** Consecutive numbers from 0; everything with the same number is applied together. */
  readonly step: number;
  /** Whether the next step waits until this object is healthy. */
  readonly gate: boolean;
}

/** Sorts items that carry a manifest into steps. */
export function orderForApply<T extends { readonly object: KubeObject }>(items: readonly T[]): readonly Ordered<T>[] {
  const placed = items.map((item) => ({ item, ref: refOf(item.object), place: placeOf(item.object) })).sort(comparePlaces);
  const lastWave = placed.at(-1)?.place.wave ?? 0;
  let step = -1;
  let previous: Place | undefined;
  return placed.map(({ item, place }) => {
    if (previous?.wave !== place.wave || previous.phase !== place.phase) step += 1;
    previous = place;
    return { item, step, gate: place.phase <= 1 || (place.wave < lastWave && countsForParent(item.object)) };
  });
}

/** A child App counts only where it carries a wave of its own: a parent does not hang on the health of what it merely creates (S15). */
export const countsForParent = (object: KubeObject): boolean => !isApp(object) || explicitWave(object) !== undefined;
