/** LimitRange: what it fills into Pods, and which Pods and claims it refuses. Kubernetes: plugin/pkg/admission/limitranger. */
import { type Json, type JsonObject, type KubeObject, objectAt, objects } from '../../object/index.ts';
import { formatQuantity, type Quantity } from '../../object/quantity/index.ts';
import { type Amounts, amountsOf, podAmounts, sideOf, ZERO } from './pod-amounts.ts';

const limitsOf = (range: KubeObject): readonly JsonObject[] => objects(objectAt(range.spec).limits);

const ANNOTATION = 'kubernetes.io/limit-ranger';

interface Filled {
  readonly container: JsonObject;
  readonly said: readonly string[];
}

/** The names of `defaults` that `has` lacks. */
const lacking = (has: JsonObject, defaults: JsonObject): readonly string[] =>
  Object.keys(defaults)
    .filter((name) => has[name] === undefined)
    .sort();

function filled(container: JsonObject, defaults: { readonly limits: JsonObject; readonly requests: JsonObject }, what: string): Filled {
  const resources = objectAt(container.resources);
  const said: string[] = [];
  const sides: [string, JsonObject][] = [];
  for (const side of ['limits', 'requests'] as const) {
    const has = objectAt(resources[side]);
    const set = lacking(has, defaults[side]);
    const all = { ...has, ...Object.fromEntries(set.map((name) => [name, defaults[side][name] ?? null])) };
    if (Object.keys(all).length > 0) sides.push([side, all]);
    if (set.length > 0) said.unshift(`${set.join(', ')} ${side.slice(0, -1)} for ${what} ${String(container.name)}`);
  }
  const { limits: _limits, requests: _requests, ...rest } = resources;
  return { container: { ...container, resources: { ...Object.fromEntries(sides), ...rest } }, said };
}

function withDefaults(pod: KubeObject, range: KubeObject): KubeObject {
  const items = limitsOf(range).filter((item) => item.type === 'Container');
  const defaults = {
    limits: Object.assign({}, ...items.map((item) => objectAt(item.default))) as JsonObject,
    requests: Object.assign({}, ...items.map((item) => objectAt(item.defaultRequest))) as JsonObject,
  };
  const spec = objectAt(pod.spec);
  const containers = objects(spec.containers).map((container) => filled(container, defaults, 'container'));
  const starting = objects(spec.initContainers).map((container) => filled(container, defaults, 'init container'));
  const said = [...containers, ...starting].flatMap((one) => one.said);
  const annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${said.join('; ')}` };
  return {
    ...pod,
    ...(said.length === 0 ? {} : { metadata: { ...pod.metadata, annotations } }),
    spec: {
      ...spec,
      containers: containers.map((one) => one.container),
      ...(starting.length === 0 ? {} : { initContainers: starting.map((one) => one.container) }),
    },
  };
}

/** Container limits and requests that LimitRanges fill in. */
export const withLimitRange = (pod: KubeObject, ranges: readonly KubeObject[]): KubeObject => ranges.reduce(withDefaults, pod);

const MILLI = 1_000_000n;
const milli = (amount: Quantity): bigint => (amount.nanos >= 0n ? (amount.nanos + MILLI - 1n) / MILLI : amount.nanos / MILLI);
const less = (a: Quantity, b: Quantity): boolean => milli(a) < milli(b);

interface Asked {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

type Rule = (name: string, bound: Quantity, asked: Asked, type: string) => string | undefined;

const least: Rule = (name, bound, { requests, limits }, type) => {
  const head = `minimum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  const [request, limit] = [requests.get(name), limits.get(name)];
  if (request === undefined) return `${head}.  No request is specified`;
  if (less(request, bound)) return `${head}, but request is ${formatQuantity(request)}`;
  return limit !== undefined && less(limit, bound) ? `${head}, but limit is ${formatQuantity(limit)}` : undefined;
};

const most: Rule = (name, bound, { requests, limits }, type) => {
  const head = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  const [request, limit] = [requests.get(name), limits.get(name)];
  if (limit === undefined) return `${head}.  No limit is specified`;
  if (less(bound, limit)) return `${head}, but limit is ${formatQuantity(limit)}`;
  return request !== undefined && less(bound, request) ? `${head}, but request is ${formatQuantity(request)}` : undefined;
};

/** Claims have requests only. */
const mostAsked: Rule = (name, bound, { requests }, type) => {
  const head = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  const request = requests.get(name);
  if (request === undefined) return `${head}.  No request is specified`;
  return less(bound, request) ? `${head}, but request is ${formatQuantity(request)}` : undefined;
};

const ratio: Rule = (name, bound, { requests, limits }, type) => {
  const head = `${name} max limit to request ratio per ${type} is ${formatQuantity(bound)}, but`;
  const [request, limit] = [milli(requests.get(name) ?? ZERO), milli(limits.get(name) ?? ZERO)];
  if (request === 0n) return `${head} no request is specified or request is 0`;
  if (limit === 0n) return `${head} no limit is specified or limit is 0`;
  const found = Number(limit) / Number(request);
  return found * 1000 > Number(milli(bound)) ? `${head} provided ratio is ${found.toFixed(6)}` : undefined;
};

const check = (bounds: Json | undefined, rule: Rule, asked: Asked, type: string): readonly string[] =>
  [...amountsOf(bounds)].flatMap(([name, bound]) => rule(name, bound, asked, type) ?? []);

const perItem = (item: JsonObject, asked: Asked): readonly string[] => [
  ...check(item.min, least, asked, String(item.type)),
  ...check(item.max, most, asked, String(item.type)),
  ...check(item.maxLimitRequestRatio, ratio, asked, String(item.type)),
];

const sidesOf = (container: JsonObject): Asked => ({ requests: sideOf(container, 'requests'), limits: sideOf(container, 'limits') });

function podProblems(item: JsonObject, pod: KubeObject): readonly string[] {
  const spec = objectAt(pod.spec);
  if (item.type === 'Container')
    return [...objects(spec.containers), ...objects(spec.initContainers)].flatMap((container) => perItem(item, sidesOf(container)));
  return item.type === 'Pod' ? perItem(item, { requests: podAmounts(pod, 'requests'), limits: podAmounts(pod, 'limits') }) : [];
}

function claimProblems(item: JsonObject, claim: KubeObject): readonly string[] {
  if (item.type !== 'PersistentVolumeClaim') return [];
  const asked: Asked = { requests: sideOf(objectAt(claim.spec), 'requests'), limits: new Map() };
  return [...check(item.min, least, asked, item.type), ...check(item.max, mostAsked, asked, item.type)];
}

/** Why a Pod or claim is refused by the first range that refuses it. */
export function limitRangeRefusal(object: KubeObject, table: string, ranges: readonly KubeObject[]): string | undefined {
  const problemsOf = table === 'pods' ? podProblems : claimProblems;
  for (const range of ranges) {
    const found = [...new Set(limitsOf(range).flatMap((item) => problemsOf(item, object)))];
    if (found.length > 0) return found.length === 1 ? found[0] : `[${found.join(', ')}]`;
  }
  return undefined;
}
