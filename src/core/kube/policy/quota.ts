/** ResourceQuota: what a namespace uses of what it may. Kubernetes: pkg/quota/v1/evaluator/core, plugin/pkg/admission/resourcequota. */
import { formatQuantity, parseQuantity, type Quantity } from '../../object/quantity/index.ts';
import { type Json, type JsonObject, type KubeObject, getKey, isObject } from '../../object/index.ts';

/** Lists the objects of a table in one namespace. */
export type ListTable = (table: string) => readonly KubeObject[];

const objectAt = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const objects = (value: Json | undefined): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Short names of countable types. */
const counted: Readonly<Record<string, string>> = {
  configmaps: 'configmaps',
  secrets: 'secrets',
  services: 'services',
  persistentvolumeclaims: 'persistentvolumeclaims',
  replicationcontrollers: 'replicationcontrollers',
  resourcequotas: 'resourcequotas',
  pods: 'pods',
};

const ZERO: Quantity = { nanos: 0n, format: 'DecimalSI', text: '' };

function add(a: Quantity, b: Quantity): Quantity {
  return { ...(a.nanos === 0n ? b : a), nanos: a.nanos + b.nanos, text: '' };
}

const isLive = (pod: KubeObject): boolean => {
  const phase = objectAt(pod.status).phase;
  return phase !== 'Succeeded' && phase !== 'Failed';
};

/** Sum of `requests` or `limits` of a Pod's containers. */
function podAmount(pod: KubeObject, kind: 'requests' | 'limits', name: string): Quantity {
  return objects(objectAt(pod.spec).containers).reduce((sum, container) => {
    const value = objectAt(objectAt(container.resources)[kind])[name];
    const parsed = value === undefined ? undefined : parseQuantity(String(value));
    return parsed?.ok === true ? add(sum, parsed.value) : sum;
  }, ZERO);
}

function one(object: KubeObject, table: string, key: string): Quantity {
  const unit: Quantity = { ...ZERO, nanos: 1_000_000_000n };
  const count = /^count\/(.+)$/.exec(key)?.[1] ?? getKey(counted, key);
  if (count !== undefined) return count === table && (table !== 'pods' || isLive(object)) ? unit : ZERO;
  if (table === 'pods' && isLive(object)) {
    const amount = /^(requests|limits)\.(.+)$/.exec(key);
    if (amount !== null) return podAmount(object, amount[1] as 'requests' | 'limits', amount[2] as string);
    if (key === 'cpu' || key === 'memory') return podAmount(object, 'requests', key);
  }
  const spec = objectAt(object.spec);
  if (table === 'persistentvolumeclaims' && key === 'requests.storage') {
    const parsed = parseQuantity(String(objectAt(objectAt(spec.resources).requests).storage ?? '0'));
    return parsed.ok ? parsed.value : ZERO;
  }
  if (table === 'services' && key === 'services.loadbalancers') return spec.type === 'LoadBalancer' ? unit : ZERO;
  if (table === 'services' && key === 'services.nodeports') return spec.type === 'NodePort' || spec.type === 'LoadBalancer' ? unit : ZERO;
  return ZERO;
}

/** Which table a quota key is about. */
function tableOf(key: string): string {
  const count = /^count\/(.+)$/.exec(key)?.[1];
  if (count !== undefined) return count;
  const listed = getKey(counted, key);
  if (listed !== undefined) return listed;
  if (key === 'requests.storage') return 'persistentvolumeclaims';
  return key.startsWith('services.') ? 'services' : 'pods';
}

const hardOf = (quota: KubeObject): JsonObject => objectAt(objectAt(quota.spec).hard);

/** What the namespace uses of each limited resource, as text. */
export function quotaUsage(quota: KubeObject, list: ListTable): JsonObject {
  return Object.fromEntries(
    Object.keys(hardOf(quota)).map((key) => {
      const table = tableOf(key);
      return [key, formatQuantity(list(table).reduce((sum, object) => add(sum, one(object, table, key)), ZERO))];
    }),
  );
}

/** The text of the refusal when `object` does not fit; undefined when it does. */
export function quotaRefusal(quota: KubeObject, object: KubeObject, table: string, list: ListTable): string | undefined {
  const hard = hardOf(quota);
  const relevant = Object.keys(hard).filter((key) => tableOf(key) === table && one(object, table, key).nanos > 0n);
  if (relevant.length === 0) return undefined;
  const used = quotaUsage(quota, list);
  const over = relevant.filter((key) => {
    const limit = parseQuantity(String(hard[key]));
    const now = parseQuantity(String(used[key]));
    return limit.ok && now.ok && now.value.nanos + one(object, table, key).nanos > limit.value.nanos;
  });
  if (over.length === 0) return undefined;
  const show = (value: (key: string) => Json | undefined): string =>
    over
      .sort()
      .map((key) => `${key}=${String(value(key))}`)
      .join(',');
  const requested = show((key) => formatQuantity(one(object, table, key)));
  return `exceeded quota: ${quota.metadata.name ?? ''}, requested: ${requested}, used: ${show((key) => used[key])}, limited: ${show((key) => hard[key])}`;
}

/** Container limits and requests that a LimitRange fills in. Kubernetes: plugin/pkg/admission/limitranger. */
export function withLimitRange(pod: KubeObject, ranges: readonly KubeObject[]): KubeObject {
  const items = ranges.flatMap((range) => objects(objectAt(range.spec).limits)).filter((item) => item.type === 'Container');
  if (items.length === 0) return pod;
  const limits = Object.assign({}, ...items.map((item) => objectAt(item.default))) as JsonObject;
  const requests = Object.assign({}, ...items.map((item) => objectAt(item.defaultRequest))) as JsonObject;
  const filled = (container: JsonObject): JsonObject => {
    const resources = objectAt(container.resources);
    return {
      ...container,
      resources: {
        ...resources,
        limits: { ...limits, ...objectAt(resources.limits) },
        requests: { ...requests, ...objectAt(resources.requests) },
      },
    };
  };
  const spec = objectAt(pod.spec);
  return { ...pod, spec: { ...spec, containers: objects(spec.containers).map(filled) } };
}
