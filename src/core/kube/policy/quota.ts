/** ResourceQuota: what a namespace uses of what it may. Kubernetes: pkg/quota/v1/evaluator/core, plugin/pkg/admission/resourcequota. */
import { formatQuantity, parseQuantity, type Quantity } from '../../object/quantity/index.ts';
import { amountsOf, plus, podAmounts, type Side, sideOf, ZERO } from './pod-amounts.ts';
import { scopesFit } from './quota-scopes.ts';
import { getKey, type Json, type JsonObject, type KubeObject, objectAt, objects } from '../../object/index.ts';

/** Lists the objects of a table in one namespace. */
export type ListTable = (table: string) => readonly KubeObject[];

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

const isLive = (pod: KubeObject): boolean => {
  const phase = objectAt(pod.status).phase;
  return phase !== 'Succeeded' && phase !== 'Failed';
};

/** Overhead is paid once more, for limits only where there is one. */
function amountWithOverhead(pod: KubeObject, side: Side, name: string): Quantity {
  const sum = podAmounts(pod, side).get(name);
  const overhead = amountsOf(objectAt(pod.spec).overhead).get(name);
  if (overhead === undefined || (side === 'limits' && (sum === undefined || sum.nanos === 0n))) return sum ?? ZERO;
  return plus(sum ?? ZERO, overhead);
}

/** The side and the resource a quota key for Pods is about; only requests of an extended resource count. */
function podKey(key: string): readonly [Side, string] | undefined {
  const amount = /^(requests|limits)\.(.+)$/.exec(key);
  if (amount !== null) return [amount[1] as Side, amount[2] as string];
  return ['cpu', 'memory', 'ephemeral-storage'].includes(key) || key.startsWith('hugepages-') ? ['requests', key] : undefined;
}

function one(object: KubeObject, table: string, key: string): Quantity {
  const unit: Quantity = { ...ZERO, nanos: 1_000_000_000n };
  const count = /^count\/(.+)$/.exec(key)?.[1] ?? getKey(counted, key);
  if (count !== undefined) return count === table && (table !== 'pods' || isLive(object)) ? unit : ZERO;
  if (table === 'pods' && isLive(object)) {
    const amount = podKey(key);
    if (amount !== undefined) return amountWithOverhead(object, ...amount);
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
  const counts = (table: string) => list(table).filter((object) => scopesFit(quota, object, table));
  return Object.fromEntries(
    Object.keys(hardOf(quota)).map((key) => {
      const table = tableOf(key);
      return [key, formatQuantity(counts(table).reduce((sum, object) => plus(sum, one(object, table, key)), ZERO))];
    }),
  );
}

/** Compute resources that every container must ask for when a quota counts them. */
const mustAsk = ['cpu', 'limits.cpu', 'limits.memory', 'memory', 'requests.cpu', 'requests.memory'];

/** Which containers do not say how much they need of what is counted. */
function missing(pod: KubeObject, keys: readonly string[]): string | undefined {
  const spec = objectAt(pod.spec);
  const all = [...objects(spec.containers), ...objects(spec.initContainers)];
  const lines = mustAsk
    .filter((key) => keys.includes(key))
    .flatMap((key) => {
      const [side, name] = podKey(key) ?? (['requests', key] as const);
      const names = all.filter((container) => !sideOf(container, side).has(name)).map((container) => String(container.name));
      return names.length === 0 ? [] : [`${key} for: ${[...new Set(names)].sort().join(',')}`];
    });
  return lines.length === 0 ? undefined : `must specify ${lines.join('; ')}`;
}

interface QuotaRequest {
  readonly object: KubeObject;
  /** What the object replaces: only what is added is charged. */
  readonly live: KubeObject | undefined;
  readonly table: string;
}

function added({ object, live, table }: QuotaRequest, key: string, counted: boolean): bigint {
  const before = live !== undefined && counted ? one(live, table, key).nanos : 0n;
  const more = one(object, table, key).nanos - before;
  return more > 0n ? more : 0n;
}

/** The text of the refusal when `object` does not fit; undefined when it does. */
export function quotaRefusal(quota: KubeObject, request: QuotaRequest, list: ListTable): string | undefined {
  const { object, live, table } = request;
  const hard = hardOf(quota);
  const name = quota.metadata.name ?? '';
  const keys = Object.keys(hard).filter((key) => tableOf(key) === table);
  if (keys.length === 0 || !scopesFit(quota, object, table)) return undefined;
  const unsaid = table === 'pods' ? missing(object, keys) : undefined;
  if (unsaid !== undefined) return `failed quota: ${name}: ${unsaid}`;
  const counted = live !== undefined && scopesFit(quota, live, table);
  const relevant = keys.filter((key) => added(request, key, counted) > 0n);
  if (relevant.length === 0) return undefined;
  const used = quotaUsage(quota, list);
  const over = relevant.filter((key) => {
    const limit = parseQuantity(String(hard[key]));
    const now = parseQuantity(String(used[key]));
    return limit.ok && now.ok && now.value.nanos + added(request, key, counted) > limit.value.nanos;
  });
  if (over.length === 0) return undefined;
  const show = (value: (key: string) => Json | undefined): string =>
    over
      .sort()
      .map((key) => `${key}=${String(value(key))}`)
      .join(',');
  const requested = show((key) => formatQuantity({ ...one(object, table, key), nanos: added(request, key, counted), text: '' }));
  return `exceeded quota: ${name}, requested: ${requested}, used: ${show((key) => used[key])}, limited: ${show((key) => hard[key])}`;
}

/** Types whose change may cost more than before. */
export const chargedAgain: ReadonlySet<string> = new Set(['services', 'persistentvolumeclaims']);
