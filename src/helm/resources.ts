/** The living objects of a release, and the Pods of its workloads. Source: Helm 4 pkg/kube/client.go (Get). */
import { type Json, type JsonObject, type KubeObject, getKey, isObject, record } from '../core/object/index.ts';
import type { Release } from '../core/release/index.ts';
import type { ApiResource, KubeClient } from '../ports/index.ts';
import { placeAll } from './objects.ts';
import { discover } from './served.ts';

/** By `v1/ConfigMap`; Pods that belong to workloads are under `v1/Pod(related)`. */
export type LiveResources = ReadonlyMap<string, readonly JsonObject[]>;

export interface ResourceChoice {
  /** As the server prints them: objects of kind Table. */
  readonly asTables: boolean;
}

const relatedPods = 'v1/Pod(related)';

const pods: ApiResource = { group: '', version: 'v1', kind: 'Pod', resource: 'pods', namespaced: true, verbs: ['list'] };

const accept = {
  table: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  object: 'application/json',
} as const;

/** @throws ActionError for a kind that is not served any more. What is gone is left out. */
export async function liveResources(
  kube: KubeClient,
  release: Pick<Release, 'manifest' | 'namespace'>,
  choice: ResourceChoice,
): Promise<LiveResources> {
  const served = await discover(kube);
  const found = new Map<string, JsonObject[]>();
  const add = (key: string, value: JsonObject): void => void (found.get(key) ?? found.set(key, []).get(key))?.push(value);
  const selectors = new Set<string>();
  for (const { resource, ref, object } of placeAll(release.manifest, 'release manifest', { served, namespace: release.namespace })) {
    const at = { resource, namespace: ref.namespace };
    const value = await read(kube, { ...at, name: ref.name }, choice);
    if (value === undefined) continue;
    add(`${resource.version}/${resource.kind}`, value);
    const selector = selectorOf(object);
    if (selector === undefined || selectors.has(selector)) continue;
    selectors.add(selector);
    for (const pod of await podsOf(kube, { namespace: ref.namespace, selector }, choice)) add(relatedPods, pod);
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

interface At {
  readonly resource: ApiResource;
  readonly namespace: string;
  readonly name?: string;
}

function pathOf({ resource: { group, version, resource }, namespace, name }: At): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const space = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${space}/${resource}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

async function read(
  kube: KubeClient,
  at: At,
  { asTables, query = {} }: ResourceChoice & { readonly query?: Readonly<Record<string, string>> },
): Promise<JsonObject | undefined> {
  const answered = await kube.raw({
    method: 'GET',
    path: pathOf(at),
    headers: { accept: asTables ? accept.table : accept.object },
    query: { ...query, ...(asTables ? { includeObject: 'Object' } : {}) },
  });
  if (!answered.ok || answered.value.status !== 200) return undefined;
  const { body } = answered.value;
  return body.kind === 'json' && isObject(body.value) ? body.value : undefined;
}

async function podsOf(
  kube: KubeClient,
  { namespace, selector }: { readonly namespace: string; readonly selector: string },
  choice: ResourceChoice,
): Promise<readonly JsonObject[]> {
  const list = await read(kube, { resource: pods, namespace }, { ...choice, query: { labelSelector: selector } });
  if (list === undefined) return [];
  if (list['kind'] === 'Table') return Array.isArray(list['rows']) && list['rows'].length > 0 ? [list] : [];
  const items = getKey(list, 'items');
  return Array.isArray(items) ? [record([...Object.entries(list), ['items', (items as readonly Json[]).filter(isObject).map(asPod)]])] : [];
}

/** Objects of a list do not say what they are. */
const asPod = (pod: JsonObject): JsonObject => record([...Object.entries(pod), ['apiVersion', 'v1'], ['kind', 'Pod']]);

const workloads: ReadonlySet<string> = new Set(['ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job']);

function selectorOf(object: KubeObject): string | undefined {
  const spec = object['spec'];
  const selector = isObject(spec) ? getKey(spec, 'selector') : undefined;
  const labels = workloads.has(object.kind) && isObject(selector) ? getKey(selector, 'matchLabels') : undefined;
  const found = object.kind === 'ReplicationController' ? selector : labels;
  if (!isObject(found)) return undefined;
  const pairs = Object.entries(found).map(([key, value]) => `${key}=${String(value)}`);
  return pairs.length === 0 ? undefined : pairs.toSorted().join(',');
}
