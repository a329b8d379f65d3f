/**
 * What the server itself sets, keeps and resets when an object is created or updated: identity, generation, the split of spec and status.
 * Kubernetes: apiserver pkg/registry/rest/{create,update}.go and the strategies of each type.
 */
import { formatTime, parseTime } from '../time/index.ts';
import {
  getKey,
  isObject,
  type Json,
  type JsonObject,
  type KubeObject,
  type ObjectMeta,
  record,
  withKey,
  withoutKey,
} from '../../object/index.ts';
import type { Resource } from '../resource/index.ts';
import { sameJson } from '../json/index.ts';
import { customRule, type KindRule, kindRules } from './rules.table.ts';

/** What only the outside knows. */
export interface CreationFacts {
  readonly uid: string;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  /** The type's zero status; undefined when it has none. */
  readonly zeroStatus: Json | undefined;
}

export const ruleOf = (resource: Resource): KindRule => (resource.custom ? customRule : (kindRules[resource.table] ?? {}));

const hasStatus = (resource: Resource): boolean => resource.subresources.some((subresource) => subresource.name === 'status');

const metaOrder = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

const unchanged: JsonObject = record();

const isEmpty = (value: object): boolean => {
  for (const _ in value) return false;
  return true;
};

/** Metadata in the order in which Go writes it, with what is `set` (undefined: taken away); absent and empty members are left out. */
export function orderedMeta(meta: JsonObject, set: JsonObject = unchanged): ObjectMeta {
  const ordered = record();
  for (const name of metaOrder) {
    const value = name in set ? set[name] : meta[name];
    if (value === undefined || value === '' || (value === null && name !== 'creationTimestamp')) continue;
    if (typeof value === 'object' && value !== null && isEmpty(value)) continue;
    ordered[name] = value;
  }
  return ordered as unknown as ObjectMeta;
}

/** The object with kind, apiVersion and metadata first, as it is stored and sent. */
export function orderedObject(object: JsonObject, meta: JsonObject, set?: JsonObject): KubeObject {
  const ordered = record();
  ordered.kind = object.kind ?? '';
  ordered.apiVersion = object.apiVersion ?? '';
  ordered.metadata = orderedMeta(meta, set) as unknown as JsonObject;
  for (const key in object) {
    const value = object[key];
    if (value !== undefined && key !== 'kind' && key !== 'apiVersion' && key !== 'metadata') ordered[key] = value;
  }
  return ordered as unknown as KubeObject;
}

function initialStatus(rule: KindRule, object: KubeObject, { zeroStatus: zero, now }: CreationFacts): Json | undefined {
  switch (rule.initialStatus) {
    case 'keep':
      return object.status;
    case 'namespace':
      return { phase: 'Active' };
    case 'volume':
      return { phase: 'Pending', lastPhaseTransitionTime: now };
    case 'pod':
    case 'pending':
      return { phase: 'Pending' };
    case 'service':
      return { loadBalancer: {} };
    case undefined:
      return zero;
  }
}

const notOnCreation = (['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'] as const).map((name) => [name, undefined] as const);

/** The object as it is first stored, apart from its resourceVersion. */
export function prepareCreate(resource: Resource, object: KubeObject, facts: CreationFacts): KubeObject {
  const rule = ruleOf(resource);
  const set = record<Json | undefined>(notOnCreation);
  set.uid = facts.uid;
  set.creationTimestamp = facts.now;
  // Types that do not count keep what they are sent.
  if (rule.generation !== undefined) set.generation = 1;
  const prepared = orderedObject(object, object.metadata, set);
  if (!hasStatus(resource)) return prepared;
  const status = initialStatus(rule, object, facts);
  return status === undefined || resource.custom ? withoutKey(prepared, 'status') : withKey(prepared, 'status', status);
}

/** Whether the parts that count for the generation differ. */
function specChanged(rule: KindRule, next: KubeObject, live: KubeObject, statusApart: boolean): boolean {
  if (rule.generation === 'spec') return !sameJson(next.spec, live.spec);
  const ignored = new Set(['metadata', ...(statusApart ? ['status'] : [])]);
  const keys = new Set([...Object.keys(next), ...Object.keys(live)]);
  return [...keys].some((key) => !ignored.has(key) && !sameJson(next[key], live[key]));
}

/** Server-set metadata is taken from the live object where the client left it out. */
function inheritedMeta(next: KubeObject, live: KubeObject): JsonObject {
  const { metadata: old } = live;
  const keep = (value: Json | undefined, fallback: Json | undefined): Json | undefined =>
    value === undefined || value === null || value === '' ? fallback : value;
  return {
    ...next.metadata,
    uid: keep(next.metadata.uid, old.uid),
    creationTimestamp: keep(next.metadata.creationTimestamp, old.creationTimestamp),
    deletionTimestamp: keep(next.metadata.deletionTimestamp, old.deletionTimestamp),
    deletionGracePeriodSeconds: keep(next.metadata.deletionGracePeriodSeconds, old.deletionGracePeriodSeconds),
    resourceVersion: old.resourceVersion,
    generation: old.generation,
    selfLink: undefined,
  };
}

/** What is written, and by which way: through `/status` only that counts. */
export interface Way {
  readonly resource: Resource;
  readonly subresource: string;
}

/** An update: of the main resource the status stays, and a changed spec counts. */
export function prepareUpdate({ resource, subresource }: Way, next: KubeObject, live: KubeObject): KubeObject {
  if (subresource === 'status') return prepareStatusUpdate(resource, next, live);
  const rule = ruleOf(resource);
  const statusApart = hasStatus(resource) && !(resource.table === 'nodes');
  let prepared = orderedObject(next, inheritedMeta(next, live));
  if (hasStatus(resource)) prepared = live.status === undefined ? withoutKey(prepared, 'status') : withKey(prepared, 'status', live.status);
  if (rule.generation === undefined || resource.table === 'priorityclasses.scheduling.k8s.io') return prepared;
  const labelsCount = resource.table === 'endpointslices.discovery.k8s.io' && !sameJson(next.metadata.labels, live.metadata.labels);
  const annotationsCount =
    resource.table === 'deployments.apps' && !sameJson(next.metadata.annotations ?? {}, live.metadata.annotations ?? {});
  if (!labelsCount && !annotationsCount && !specChanged(rule, prepared, live, statusApart || !resource.custom)) return prepared;
  return withGeneration(prepared, (live.metadata.generation ?? 0) + 1);
}

export const withGeneration = (object: KubeObject, generation: number): KubeObject => ({
  ...object,
  metadata: orderedMeta({ ...object.metadata, generation }),
});

/** A write to /status: only status counts, and of the metadata what the type lets through. */
function prepareStatusUpdate(resource: Resource, next: KubeObject, live: KubeObject): KubeObject {
  const managed = next.metadata.managedFields === undefined ? {} : { managedFields: next.metadata.managedFields };
  if (resource.custom) return withStatus(orderedObject(live, { ...live.metadata, ...managed }), next.status);
  const labels = ruleOf(resource).statusKeepsLabels === true ? { labels: live.metadata.labels } : {};
  const pod = resource.table === 'pods' ? { ownerReferences: live.metadata.ownerReferences } : {};
  const meta = { ...inheritedMeta(next, live), ...labels, ...pod };
  return withStatus(orderedObject(live, meta), statusOf(resource, next.status, live.status));
}

/** Without what this version has only behind feature gates that are off. */
function statusOf({ table }: Resource, next: Json | undefined, live: Json | undefined): Json | undefined {
  if (table === 'pods') return podStatus(next, live);
  if (table === 'deployments.apps' || table === 'replicasets.apps')
    return isObject(next ?? null) ? withoutKey(next as JsonObject, 'terminatingReplicas') : next;
  if (table === 'persistentvolumes') {
    const { lastPhaseTransitionTime: since } = isObject(live ?? null) ? (live as JsonObject) : {};
    const status = isObject(next ?? null) ? (next as JsonObject) : {};
    return since === undefined || status.lastPhaseTransitionTime !== undefined ? next : { ...status, lastPhaseTransitionTime: since };
  }
  if (table !== 'persistentvolumeclaims' || !isObject(next ?? null)) return next;
  const { currentVolumeAttributesClassName: _class, modifyVolumeStatus: _modified, ...status } = next as JsonObject;
  return status;
}

/**
 * The quality of service is known from the start, and the generation a kubelet has seen is not kept before 1.34.
 * Kubernetes: registry/core/pod/strategy.go, api/pod/util.go dropDisabledPodStatusFields.
 */
function podStatus(status: Json | undefined, live: Json | undefined): Json {
  const { observedGeneration: _seen, resourceClaimStatuses: _claims, ...sent } = isObject(status ?? null) ? (status as JsonObject) : {};
  const { qosClass } = isObject(live ?? null) ? (live as JsonObject) : {};
  const rest = qosClass === undefined || sent.qosClass !== undefined ? sent : { ...sent, qosClass };
  if (!Array.isArray(rest.conditions)) return rest;
  const conditions = (rest.conditions as readonly Json[]).map((item) => (isObject(item) ? withoutKey(item, 'observedGeneration') : item));
  return { ...rest, conditions };
}

const withStatus = (object: KubeObject, status: Json | undefined): KubeObject =>
  status === undefined ? withoutKey(object, 'status') : withKey(object, 'status', status);

/** The same managers of the same fields, whenever they wrote them. */
function sameManagers(next: ObjectMeta['managedFields'], live: ObjectMeta['managedFields']): boolean {
  if (next === live) return true;
  const timeless = (list: ObjectMeta['managedFields']): Json => (list ?? []).map(({ time: _time, ...entry }) => entry as unknown as Json);
  return next?.length === live?.length && sameJson(timeless(next), timeless(live));
}

/** Whether two states of an object differ in nothing but the resourceVersion and the times of its managers. Kubernetes: IgnoreManagedFieldsTimestampsTransformer. */
export function isNoOp(next: KubeObject, live: KubeObject): boolean {
  return (
    sameMembers(next, live, ofItself) &&
    sameMembers(next.metadata, live.metadata, ofBookkeeping) &&
    sameManagers(next.metadata.managedFields, live.metadata.managedFields)
  );
}

const ofItself: ReadonlySet<string> = new Set(['metadata']);
const ofBookkeeping: ReadonlySet<string> = new Set(['resourceVersion', 'managedFields']);

/** Whether two objects have the same members, these aside. */
function sameMembers(a: JsonObject | ObjectMeta, b: JsonObject | ObjectMeta, aside: ReadonlySet<string>): boolean {
  const [left, right] = [a as JsonObject, b as JsonObject];
  for (const key in left) if (!aside.has(key) && !sameJson(left[key], getKey(right, key))) return false;
  for (const key in right) if (!aside.has(key) && right[key] !== undefined && getKey(left, key) === undefined) return false;
  return true;
}

/** When what goes already goes with a shorter grace period. Kubernetes: apiserver registry/rest/delete.go BeforeDelete. */
function sooner(live: KubeObject, grace: number): string | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds: before = 0 } = live.metadata;
  const at = deletionTimestamp === undefined || grace >= before ? undefined : parseTime(deletionTimestamp);
  return at === undefined ? deletionTimestamp : formatTime(at - (before - grace) * 1000);
}

/** `deletionTimestamp` and grace on an object that finalizers or a grace period still hold. */
export function markDeleted(
  resource: Resource,
  live: KubeObject,
  mark: { readonly now: string; readonly grace: number; readonly finalizers: readonly string[] },
): KubeObject {
  const first = live.metadata.deletionTimestamp === undefined;
  const counted =
    first && resource.table !== 'namespaces' && (live.metadata.generation ?? 0) > 0
      ? { generation: (live.metadata.generation ?? 0) + 1 }
      : {};
  const meta = {
    ...live.metadata,
    ...counted,
    deletionTimestamp: sooner(live, mark.grace) ?? mark.now,
    ...(resource.table === 'namespaces' ? {} : { deletionGracePeriodSeconds: mark.grace }),
    finalizers: mark.finalizers,
  };
  return orderedObject(live, meta);
}
