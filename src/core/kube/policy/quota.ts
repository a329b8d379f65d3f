/** ResourceQuota: what a namespace uses of what it may. Kubernetes: pkg/quota/v1/evaluator/core, plugin/pkg/admission/resourcequota. */
import { formatQuantity, parseQuantity, type Quantity } from '../../object/quantity/index.ts';
import { type Amounts, amountsOf, plus, podAmounts, type Side, sideOf, ZERO } from './pod-amounts.ts';
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

/** The side and the resource a quota key for Pods is about; only requests of an extended resource count. */
function podKey(key: string): readonly [Side, string] | undefined {
  const amount = /^(requests|limits)\.(.+)$/.exec(key);
  if (amount !== null) return [amount[1] as Side, amount[2] as string];
  return ['cpu', 'memory', 'ephemeral-storage'].includes(key) || key.startsWith('hugepages-') ? ['requests', key] : undefined;
}

/** How much of what a quota key counts an object costs. */
type Cost = (key: string) => Quantity;

const UNIT: Quantity = { ...ZERO, nanos: 1_000_000_000n };

/** What a Pod asks for. Its containers are added up once, however many keys there are. Overhead is paid once more, for limits only where there is one. */
function podCost(pod: KubeObject): Cost {
  const sums = new Map<Side, Amounts>();
  const overhead = amountsOf(objectAt(pod.spec).overhead);
  return (key) => {
    const amount = podKey(key);
    if (amount === undefined) return ZERO;
    const [side, name] = amount;
    const all = sums.get(side) ?? podAmounts(pod, side);
    sums.set(side, all);
    const sum = all.get(name) ?? ZERO;
    const more = side === 'limits' && sum.nanos === 0n ? undefined : overhead.get(name);
    return more === undefined ? sum : plus(sum, more);
  };
}

const claimCost =
  (claim: KubeObject): Cost =>
  (key) => {
    if (key !== 'requests.storage') return ZERO;
    const parsed = parseQuantity(String(objectAt(objectAt(objectAt(claim.spec).resources).requests).storage ?? '0'));
    return parsed.ok ? parsed.value : ZERO;
  };

const serviceCost = (service: KubeObject): Cost => {
  const { type } = objectAt(service.spec);
  return (key) => {
    if (key === 'services.loadbalancers') return type === 'LoadBalancer' ? UNIT : ZERO;
    return key === 'services.nodeports' && (type === 'NodePort' || type === 'LoadBalancer') ? UNIT : ZERO;
  };
};

const costs: Readonly<Record<string, (object: KubeObject) => Cost>> = {
  pods: podCost,
  persistentvolumeclaims: claimCost,
  services: serviceCost,
};

/** Pods that have ended cost nothing. */
function costOf(object: KubeObject, table: string): Cost {
  if (table === 'pods' && !isLive(object)) return () => ZERO;
  const own = getKey(costs, table)?.(object) ?? (() => ZERO);
  return (key) => {
    const count = countedBy(key);
    return count === undefined ? own(key) : count === table ? UNIT : ZERO;
  };
}

/** The table whose objects a key counts one by one. */
const countedBy = (key: string): string | undefined => /^count\/(.+)$/.exec(key)?.[1] ?? getKey(counted, key);

/** Which table a quota key is about. */
function tableOf(key: string): string {
  const count = countedBy(key);
  if (count !== undefined) return count;
  if (key === 'requests.storage') return 'persistentvolumeclaims';
  return key.startsWith('services.') ? 'services' : 'pods';
}

const hardOf = (quota: KubeObject): JsonObject => objectAt(objectAt(quota.spec).hard);

/** What the namespace uses of each limited resource, or of some, as text. */
export function quotaUsage(quota: KubeObject, list: ListTable, keys: readonly string[] = Object.keys(hardOf(quota))): JsonObject {
  const found = new Map<string, readonly Cost[]>();
  for (const table of new Set(keys.map(tableOf))) {
    const fitting = list(table).filter((object) => scopesFit(quota, object, table));
    found.set(
      table,
      fitting.map((object) => costOf(object, table)),
    );
  }
  const total = (key: string): Quantity => (found.get(tableOf(key)) ?? []).reduce((sum, cost) => plus(sum, cost(key)), ZERO);
  return Object.fromEntries(keys.map((key) => [key, formatQuantity(total(key))]));
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

/** The text of the refusal when a Pod does not say what a quota counts; that is looked at for all quotas before any amount is. */
export function unsaidRefusal(quota: KubeObject, { object, table }: QuotaRequest): string | undefined {
  if (table !== 'pods') return undefined;
  const keys = Object.keys(hardOf(quota)).filter((key) => tableOf(key) === table);
  if (keys.length === 0 || !scopesFit(quota, object, table)) return undefined;
  const unsaid = missing(object, keys);
  return unsaid === undefined ? undefined : `failed quota: ${quota.metadata.name ?? ''}: ${unsaid}`;
}

/** The text of the refusal when `object` does not fit; undefined when it does. */
export function quotaRefusal(quota: KubeObject, request: QuotaRequest, list: ListTable): string | undefined {
  const { object, live, table } = request;
  const hard = hardOf(quota);
  const name = quota.metadata.name ?? '';
  const keys = Object.keys(hard).filter((key) => tableOf(key) === table);
  if (keys.length === 0 || !scopesFit(quota, object, table)) return undefined;
  const cost = costOf(object, table);
  const before = live !== undefined && scopesFit(quota, live, table) ? costOf(live, table) : undefined;
  const added = (key: string): bigint => cost(key).nanos - (before?.(key).nanos ?? 0n);
  const relevant = keys.filter((key) => added(key) > 0n);
  if (relevant.length === 0) return undefined;
  const used = quotaUsage(quota, list, relevant);
  const over = relevant.filter((key) => {
    const limit = parseQuantity(String(hard[key]));
    const now = parseQuantity(String(used[key]));
    return limit.ok && now.ok && now.value.nanos + added(key) > limit.value.nanos;
  });
  if (over.length === 0) return undefined;
  const show = (value: (key: string) => Json | undefined): string =>
    over
      .sort()
      .map((key) => `${key}=${String(value(key))}`)
      .join(',');
  const requested = show((key) => formatQuantity({ ...cost(key), nanos: added(key), text: '' }));
  return `exceeded quota: ${name}, requested: ${requested}, used: ${show((key) => used[key])}, limited: ${show((key) => hard[key])}`;
}

/** Types whose change may cost more than before. */
export const chargedAgain: ReadonlySet<string> = new Set(['services', 'persistentvolumeclaims']);
