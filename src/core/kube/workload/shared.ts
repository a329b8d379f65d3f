/** What the workload controllers have in common: conditions, template hashes, facts about Pods. */
import { isObject, type Json, type JsonObject, type KubeObject, objectAt, objects, type OwnerReference, text } from '../../object/index.ts';
import type { Change } from '../controller/index.ts';
import { parseTime } from '../time/index.ts';

export const count = (value: Json | undefined, whenAbsent = 0): number => (typeof value === 'number' ? value : whenAbsent);

export const specOf = (object: KubeObject): JsonObject => objectAt(object.spec);
export const statusOf = (object: KubeObject): JsonObject => objectAt(object.status);
export const templateOf = (object: KubeObject): JsonObject => objectAt(specOf(object).template);
export const replicasOf = (object: KubeObject): number => count(specOf(object).replicas, 1);

export const isDeleting = (object: KubeObject): boolean => object.metadata.deletionTimestamp !== undefined;
export const createdAt = (object: KubeObject): number => parseTime(object.metadata.creationTimestamp ?? '') ?? 0;

/** A reference that makes `owner` the controller of what carries it. */
export const controllerReference = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name ?? '',
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

/** JSON with sorted keys: the same content gives the same text. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(',')}]`;
  if (!isObject(value)) return typeof value === 'bigint' ? value.toString() : JSON.stringify(value ?? null);
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * The hash in the names of ReplicaSets and revisions. Kubernetes hashes Go's print of the structure, which cannot be reproduced; this is FNV-1a over
 * canonical JSON, written with the same letters.
 */
export function templateHash(template: Json | undefined): string {
  let hash = 0x811c9dc5;
  const source = canonical(template);
  for (let i = 0; i < source.length; i++) hash = Math.imul(hash ^ source.charCodeAt(i), 0x01000193) >>> 0;
  return [...String(hash)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}

/** `25%` or a number, of a total. */
export function ofTotal(value: Json | undefined, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const match = /^(\d+)%$/.exec(text(value));
  if (match === null) return 0;
  const exact = (Number(match[1]) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

export const conditionOf = (object: KubeObject, type: string): JsonObject | undefined =>
  objects(statusOf(object).conditions).find((condition) => condition.type === type);

export const isPodReady = (pod: KubeObject): boolean => conditionOf(pod, 'Ready')?.status === 'True';

/** Ready for long enough. */
export function isPodAvailable(pod: KubeObject, minReadySeconds: number, now: number): boolean {
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status !== 'True') return false;
  return minReadySeconds === 0 || (parseTime(text(ready.lastTransitionTime)) ?? now) + minReadySeconds * 1000 <= now;
}

export const phaseOf = (pod: KubeObject): string => text(statusOf(pod).phase);
export const isPodActive = (pod: KubeObject): boolean => !isDeleting(pod) && phaseOf(pod) !== 'Succeeded' && phaseOf(pod) !== 'Failed';

/** Conditions with one replaced in its place, or added behind the others. */
export function withCondition(conditions: readonly JsonObject[], next: JsonObject): readonly JsonObject[] {
  const index = conditions.findIndex((condition) => condition.type === next.type);
  return index < 0 ? [...conditions, next] : conditions.map((condition, at) => (at === index ? next : condition));
}

/** A Pod of a template, owned by `owner`. */
export function podOf(
  owner: KubeObject,
  template: JsonObject,
  extra: { readonly name?: string; readonly labels?: JsonObject; readonly spec?: JsonObject },
): JsonObject {
  const meta = objectAt(template.metadata);
  const { creationTimestamp: _time, ...kept } = meta;
  const naming = extra.name === undefined ? { generateName: `${owner.metadata.name ?? ''}-` } : { name: extra.name };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...kept,
      ...naming,
      namespace: owner.metadata.namespace ?? '',
      labels: { ...objectAt(meta.labels), ...extra.labels },
      ownerReferences: [controllerReference(owner)],
    },
    spec: { ...objectAt(template.spec), ...extra.spec },
  };
}

/** The event of something that could not be created. */
export const failedCreate = (about: KubeObject, message: string, from: string): Change => ({
  kind: 'event',
  about,
  event: { type: 'Warning', reason: 'FailedCreate', message, from },
});

/**
 * Creates a Pod, and says so as the owner's controller does; `whenRefused` follows the event that says why it could not.
 * Kubernetes: pkg/controller/controller_utils.go RealPodControl.
 */
export const createPod = (
  owner: KubeObject,
  object: JsonObject,
  by: { readonly from: string; readonly whenRefused?: (why: string) => readonly Change[] },
): Change => ({
  kind: 'create',
  table: 'pods',
  object,
  announce: {
    about: owner,
    event: (name) => ({ type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${name}`, from: by.from }),
  },
  refused: (why) => [failedCreate(owner, `Error creating: ${why}`, by.from), ...(by.whenRefused?.(why) ?? [])],
});

/** Pods that go first when there are too many: unscheduled, then not ready, then the youngest. */
export function byDeletionOrder(a: KubeObject, b: KubeObject): number {
  const assigned = (pod: KubeObject): number => (text(specOf(pod).nodeName) === '' ? 0 : 1);
  const ready = (pod: KubeObject): number => (isPodReady(pod) ? 1 : 0);
  return (
    assigned(a) - assigned(b) ||
    ready(a) - ready(b) ||
    createdAt(b) - createdAt(a) ||
    ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1)
  );
}
