/** POST pods/<name>/eviction and pods/<name>/binding. Kubernetes: pkg/registry/core/pod/storage/{eviction,storage}.go. */
import { type Json, type JsonObject, type KubeObject, objectAt, objects } from '../../core/object/index.ts';
import { matchesSelector, selectorOf } from '../../core/object/selector/index.ts';
import { Refusal, refuse, successStatus } from '../../core/kube/status/index.ts';
import { podBindingErrors } from '../../core/kube/validate/index.ts';
import type { Store } from '../store/index.ts';
import type { Answer } from './answer.ts';
import { asKind, readObject } from './body.ts';
import type { Deleter } from './delete.ts';
import { type Objects, subjectOf } from './objects.ts';
import { type OwnType, type OwnTypeParts, ownResource, readPosted } from './own-type.ts';
import type { Registry } from './registry.ts';
import type { ResourceRequest } from './request.ts';

export interface EvictParts extends OwnTypeParts {
  readonly store: Store;
  readonly objects: Objects;
  readonly deleter: Deleter;
}

const count = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

const bindingType: OwnType = { group: '', version: 'v1', kind: 'Binding', definition: 'io.k8s.api.core.v1.Binding' };
const evictionType: OwnType = { group: 'policy', version: 'v1', kind: 'Eviction', definition: 'io.k8s.api.policy.v1.Eviction' };

/** A condition set to true in its place, or behind the others; its time is when it became true. Kubernetes: podutil.UpdatePodCondition. */
function withTrue(status: JsonObject, condition: JsonObject): JsonObject {
  const conditions = objects(status.conditions);
  const place = conditions.findIndex(({ type }) => type === condition.type);
  const old = conditions[place];
  const since = old?.status === 'True' ? { lastTransitionTime: old.lastTransitionTime ?? null } : {};
  const next = { ...condition, status: 'True', lastProbeTime: null, ...since };
  return { ...status, conditions: old === undefined ? [...conditions, next] : conditions.with(place, next) };
}

export function bindPod(request: ResourceRequest, parts: EvictParts): Answer {
  const { objects: all } = parts;
  const { object, options } = readPosted(request, bindingType, parts);
  const { name, resource } = request;
  if (object.metadata.name !== name) throw refuse.badRequest('name in URL does not match name in Binding object');
  const target = objectAt(object.target);
  const errors = podBindingErrors(target).map(({ field, text }) => `${field}: ${text}`);
  if (errors.length > 0) throw refuse.plain(errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`);
  const live = all.get(resource, request.namespace, name);
  const spec = objectAt(live.graph.spec);
  const why = unbindable(live.graph, spec);
  if (why !== undefined) throw refuse.conflict({ ...subjectOf(resource), plural: 'pods/binding' }, name, why);
  const status = withTrue(objectAt(live.graph.status), { type: 'PodScheduled', lastTransitionTime: all.now() });
  const { annotations } = object.metadata;
  const metadata =
    annotations === undefined
      ? live.graph.metadata
      : { ...live.graph.metadata, annotations: { ...live.graph.metadata.annotations, ...annotations } };
  if (!options.dryRun) all.replace(resource, live, { ...live.graph, metadata, spec: { ...spec, nodeName: String(target.name) }, status });
  return { kind: 'json', status: 201, value: successStatus(undefined, 201) };
}

/** A Binding that is posted on its own: the Pod is the one it is named after. */
export function bindNamed(request: ResourceRequest, parts: EvictParts & { readonly registry: Registry }): Answer {
  const { value } = readObject(request, 'Binding');
  const pods = parts.registry.ofTable('pods');
  if (pods === undefined) throw refuse.unknownResource();
  return bindPod(
    { ...request, resource: pods, subresource: 'binding', name: String(objectAt(objectAt(value).metadata).name ?? '') },
    parts,
  );
}

function unbindable({ metadata }: KubeObject, spec: JsonObject): string | undefined {
  const { name = '' } = metadata;
  if (metadata.deletionTimestamp !== undefined) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if ((spec.nodeName ?? '') !== '') return `pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`;
  return objects(spec.schedulingGates).length > 0 ? `pod ${name} has non-empty .spec.schedulingGates` : undefined;
}

const FULL = "Cannot evict pod as it would violate the pod's disruption budget.";

const tooMany = (message: string, retryAfterSeconds = 0): Refusal =>
  new Refusal(429, 'TooManyRequests', FULL, {
    details: { causes: [{ reason: 'DisruptionBudget', message }], ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }) },
  });

/** Whatever a budget says, these are no disruption: Pods that do not run (any more). */
const isNoLoss = ({ metadata, status }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined || ['Succeeded', 'Failed', 'Pending'].includes(String(objectAt(status).phase));

const isReady = ({ status }: KubeObject): boolean =>
  objects(objectAt(status).conditions).some((condition) => condition.type === 'Ready' && condition.status === 'True');

function checkBudget(pod: KubeObject, budget: KubeObject): void {
  const status = objectAt(budget.status);
  const name = budget.metadata.name ?? '';
  const enough = count(status.currentHealthy) >= count(status.desiredHealthy) && count(status.desiredHealthy) > 0;
  if (!isReady(pod) && (objectAt(budget.spec).unhealthyPodEvictionPolicy === 'AlwaysAllow' || enough)) return;
  if (count(status.observedGeneration) < (budget.metadata.generation ?? 0))
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, 10);
  if (count(status.disruptionsAllowed) > 0) return;
  const needs = `needs ${count(status.desiredHealthy)} healthy pods and has ${count(status.currentHealthy)} currently`;
  throw tooMany(`The disruption budget ${name} ${needs}`);
}

/** The dry run of the request and the one in its body have to agree. */
function dryRunOf(inBody: readonly string[], inQuery: readonly string[]): readonly string[] {
  if (inBody.length === 0 || inQuery.length === 0) return [...inBody, ...inQuery];
  if (inBody.join() === inQuery.join()) return inBody;
  throw refuse.plain(`Non-matching dry-run options in request and content: [${inQuery.join(' ')}] and [${inBody.join(' ')}]`);
}

function readEviction(request: ResourceRequest, parts: EvictParts): KubeObject {
  const body = readObject(request, 'Eviction');
  const version = objectAt(body.value).apiVersion === 'policy/v1beta1' ? 'v1beta1' : 'v1';
  const resource = ownResource(request.resource, { ...evictionType, version }, parts.schema);
  const how = { body, validation: 'Warn' as const, warnings: request.warnings };
  return parts.logic.shape(resource, asKind(body.value, resource), how);
}

export function evictPod(request: ResourceRequest, parts: EvictParts): Answer {
  const { objects: all, deleter, store } = parts;
  const { resource, namespace, name } = request;
  const eviction = readEviction(request, parts);
  if (eviction.metadata.name !== name) throw refuse.badRequest('name in URL does not match name in Eviction object');
  const options = objectAt(eviction.deleteOptions);
  const inBody = Array.isArray(options.dryRun) ? options.dryRun.map(String) : [];
  const dryRun =
    dryRunOf(
      inBody,
      request.query.all('dryRun').filter((value) => value !== ''),
    ).length > 0;
  const live = all.get(resource, namespace, name);
  if (!isNoLoss(live.graph)) {
    const budgets = store
      .table('poddisruptionbudgets.policy')
      .range(`${namespace}/`)
      .map((entry) => entry.graph)
      .filter((budget) => selects(budget, live.graph));
    if (budgets.length > 1)
      throw refuse.plain('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
    for (const budget of budgets) checkBudget(live.graph, budget);
  }
  const { uid, resourceVersion } = objectAt(options.preconditions);
  const condition = {
    type: 'DisruptionTarget',
    lastTransitionTime: all.now(),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const marked = dryRun ? live : all.replace(resource, live, { ...live.graph, status: withTrue(objectAt(live.graph.status), condition) });
  deleter.delete(resource, marked, {
    propagation: undefined,
    gracePeriodSeconds: typeof options.gracePeriodSeconds === 'number' ? options.gracePeriodSeconds : undefined,
    uid: typeof uid === 'string' ? uid : undefined,
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : undefined,
    dryRun,
  });
  return { kind: 'json', status: 201, value: successStatus(undefined, 201) };
}

function selects(budget: KubeObject, pod: KubeObject): boolean {
  const selector = selectorOf(objectAt(budget.spec).selector);
  return selector.ok && matchesSelector(selector.value, pod.metadata.labels);
}
