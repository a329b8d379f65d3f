/** Quotas and limit ranges. Kubernetes: pkg/apis/core/validation ValidateResourceQuota, ValidateLimitRange. */
import { isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { qualifiedNameProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { badList, type Errors, problems, nanosOf, shownQuantity } from './checks.ts';

const compute = ['cpu', 'memory', 'ephemeral-storage'];
const computeOfPods = [...compute, ...compute.flatMap((name) => [`requests.${name}`, `limits.${name}`])];
const counted = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const forQuotas = [...computeOfPods, 'requests.storage', ...counted];
const standard = [...forQuotas, 'storage'];

/** Go prints names of resources without quotes. */
const badName = (field: string, name: string, why: string): FieldError =>
  fieldError.raw('Invalid', field, `Invalid value: ${name}: ${why}`);

/** `cpu`, `pods`, or a name with a domain. */
function resourceNameErrors(name: string, field: string): Errors {
  const wrong = qualifiedNameProblems(name).map((problem) => badName(field, name, problem));
  if (wrong.length > 0 || name.includes('/') || standard.includes(name)) return wrong;
  return [badName(field, name, 'must be a standard resource type or fully qualified')];
}

/** An extended resource is counted in whole pieces. */
const extended = (name: string): boolean =>
  name.includes('/') &&
  !name.includes('kubernetes.io/') &&
  !name.startsWith('requests.') &&
  qualifiedNameProblems(`requests.${name}`).length === 0;

/** A resource a quota may count, and how much of it. */
function amountErrors(name: string, value: Json | undefined, field: string): Errors {
  const known = name.includes('/') || forQuotas.includes(name);
  const nanos = nanosOf(value);
  return [
    ...resourceNameErrors(name, field),
    ...(known ? [] : [badName(field, name, 'must be a standard resource for quota')]),
    ...(nanos < 0n ? [fieldError.invalid(field, shownQuantity(value), 'must be greater than or equal to 0')] : []),
    ...((counted.includes(name) || extended(name)) && nanos % 1_000_000_000n !== 0n
      ? [fieldError.invalid(field, shownQuantity(value), 'must be an integer')]
      : []),
  ];
}

export const amountsErrors = (amounts: Json | undefined, field: string): Errors =>
  Object.entries(objectAt(amounts)).flatMap(([name, value]) => amountErrors(name, value, `${field}[${name}]`));

const scopes = ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'PriorityClass', 'VolumeAttributesClass'];
const opposites = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];

/** Whether a scope means anything for a resource. */
function scopeFits(scope: string, resource: string): boolean {
  if (scope === 'BestEffort') return resource === 'pods';
  if (scope === 'VolumeAttributesClass') return ['persistentvolumeclaims', 'requests.storage'].includes(resource);
  if (!scopes.includes(scope) && scope !== 'CrossNamespacePodAffinity') return true;
  return resource === 'pods' || (computeOfPods.includes(resource) && !resource.includes('ephemeral'));
}

const SCOPE = 'core.ResourceQuotaScope';

const conflicting = (used: readonly string[]): boolean => opposites.some((pair) => pair.every((scope) => used.includes(scope)));

function scopeErrors(spec: JsonObject, hard: readonly string[]): Errors {
  const used = Array.isArray(spec.scopes) ? spec.scopes.map(String) : [];
  const bad = (why: string): FieldError => badList('spec.scopes', used, { type: SCOPE, why });
  return [
    ...used.flatMap((scope) => [
      ...(scopes.includes(scope) ? [] : [bad('unsupported scope')]),
      ...hard.filter((name) => !scopeFits(scope, name)).map(() => bad('unsupported scope applied to resource')),
    ]),
    ...(conflicting(used) ? [bad('conflicting scopes')] : []),
  ];
}

const EXISTS_ONLY =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

function selectorErrors(spec: JsonObject, hard: readonly string[]): Errors {
  if (!isSet(spec.scopeSelector)) return [];
  const field = 'spec.scopeSelector.matchExpressions';
  const items = objects(objectAt(spec.scopeSelector).matchExpressions);
  const errors = items.flatMap((item) => {
    const scope = text(item.scopeName);
    const operator = text(item.operator);
    const values = Array.isArray(item.values) ? item.values.map(String) : [];
    const wrong: FieldError[] = scopes.includes(scope) ? [] : [fieldError.invalid(`${field}.scopeName`, scope, 'unsupported scope')];
    wrong.push(
      ...hard
        .filter((name) => !scopeFits(scope, name))
        .map(() => fieldError.invalid(field, spec.scopeSelector ?? null, 'unsupported scope applied to resource')),
    );
    const plain = [...opposites.flat(), 'CrossNamespacePodAffinity'].includes(scope);
    if (plain && operator !== 'Exists') wrong.push(fieldError.invalid(`${field}.operator`, operator, EXISTS_ONLY));
    if ((operator === 'In' || operator === 'NotIn') && values.length === 0)
      wrong.push(
        fieldError.required(`${field}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"),
      );
    if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0)
      wrong.push(
        badList(`${field}.values`, values, { why: "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector" }),
      );
    if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator))
      wrong.push(fieldError.invalid(`${field}.operator`, operator, 'not a valid selector operator'));
    return wrong;
  });
  return conflicting(items.map(({ scopeName }) => text(scopeName)))
    ? [...errors, badList(field, Array.isArray(spec.scopes) ? spec.scopes.map(String) : [], { type: SCOPE, why: 'conflicting scopes' })]
    : errors;
}

export function quotaErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const hard = Object.keys(objectAt(spec.hard))
    .filter((name) => forQuotas.includes(name))
    .sort();
  return [...amountsErrors(spec.hard, 'spec.hard'), ...scopeErrors(spec, hard), ...selectorErrors(spec, hard)];
}

function scopesOf(object: KubeObject): readonly string[] {
  const { scopes: used } = objectAt(object.spec);
  return Array.isArray(used) ? used.map(String) : [];
}

export function quotaUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const same = [...scopesOf(next)].sort().join(' ') === [...scopesOf(live)].sort().join(' ');
  return [...quotaErrors(next), ...(same ? [] : [badList('spec.scopes', scopesOf(next), { type: SCOPE, why: 'field is immutable' })])];
}

const limitTypes = ['Pod', 'Container', 'PersistentVolumeClaim'];
const lists = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type Amounts = Readonly<Partial<Record<(typeof lists)[number], Json>>>;

/** Which amounts of one resource contradict each other: the field that is told, the value shown, and why. */
const contradictions: readonly ((amounts: Amounts) => readonly [field: string, value: Json, why: string] | undefined)[] = [
  ({ min, max }) => over(min, max, ['min', min], (a, b) => `min value ${a} is greater than max value ${b}`),
  ({ min, defaultRequest: d }) =>
    over(min, d, ['defaultRequest', d], (a, b) => `min value ${a} is greater than default request value ${b}`),
  ({ defaultRequest: d, max }) =>
    over(d, max, ['defaultRequest', d], (a, b) => `default request value ${a} is greater than max value ${b}`),
  ({ defaultRequest: d, default: l }) =>
    over(d, l, ['defaultRequest', d], (a, b) => `default request value ${a} is greater than default limit value ${b}`),
  ({ min, default: l }) => over(min, l, ['default', min], (a, b) => `min value ${a} is greater than default value ${b}`),
  ({ default: l, max }) => over(l, max, ['default', max], (a, b) => `default value ${a} is greater than max value ${b}`),
  ({ maxLimitRequestRatio: ratio }) => over('1', ratio, ['maxLimitRequestRatio', ratio], (_a, b) => `ratio ${b} is less than 1`),
  ({ maxLimitRequestRatio: ratio, min, max }) => {
    if (!isSet(ratio) || !isSet(min) || !isSet(max)) return undefined;
    const limit = Number(nanosOf(max)) / Number(nanosOf(min));
    if (Number(nanosOf(ratio)) / 1e9 <= limit) return undefined;
    return ['maxLimitRequestRatio', shownQuantity(ratio), `ratio ${shownQuantity(ratio)} is greater than max/min = ${limit.toFixed(6)}`];
  },
];

function over(
  larger: Json | undefined,
  smaller: Json | undefined,
  told: readonly [string, Json | undefined],
  why: (larger: string, smaller: string) => string,
): readonly [string, Json, string] | undefined {
  if (!isSet(larger) || !isSet(smaller) || nanosOf(larger) <= nanosOf(smaller)) return undefined;
  return [told[0], shownQuantity(told[1]), why(shownQuantity(larger), shownQuantity(smaller))];
}

function limitNameErrors(type: string, name: string, field: string): Errors {
  const wrong = resourceNameErrors(name, field);
  if (type !== 'Pod' && type !== 'Container') return wrong;
  const huge = name.startsWith('hugepages-');
  if (!name.includes('/') && !compute.includes(name) && !huge)
    return [...wrong, badName(field, name, 'must be a standard resource for containers')];
  return wrong;
}

function limitErrors(limit: JsonObject, field: string): Errors {
  const type = text(limit.type);
  const forbidden = type === 'Pod' ? ['default', 'defaultRequest'].filter((name) => Object.keys(objectAt(limit[name])).length > 0) : [];
  const read = lists.filter((name) => type !== 'Pod' || !name.startsWith('default'));
  const names = [...new Set(read.flatMap((list) => Object.keys(objectAt(limit[list]))))];
  const storage = [limit.min, limit.max].some((part) => isSet(objectAt(part).storage));
  return [
    ...read.flatMap((list) =>
      Object.keys(objectAt(limit[list])).flatMap((name) => limitNameErrors(type, name, `${field}.${list}[${name}]`)),
    ),
    ...forbidden.map((name) => fieldError.forbidden(`${field}.${name}`, "may not be specified when `type` is 'Pod'")),
    ...(type === 'PersistentVolumeClaim' && !storage
      ? [fieldError.required(`${field}.limits`, 'either minimum or maximum storage value is required, but neither was provided')]
      : []),
    ...names.flatMap((name) => {
      const amounts = Object.fromEntries(read.map((list) => [list, objectAt(limit[list])[name]])) as Amounts;
      return contradictions.flatMap((check) => {
        const found = check(amounts);
        return found === undefined ? [] : [fieldError.invalid(`${field}.${found[0]}[${name}]`, found[1], found[2])];
      });
    }),
  ];
}

export function limitRangeErrors(object: KubeObject): Errors {
  const seen = new Set<string>();
  return objects(objectAt(object.spec).limits).flatMap((limit, index) => {
    const field = `spec.limits[${index}]`;
    const type = text(limit.type);
    const named = problems(`${field}.type`, type, qualifiedNameProblems(type));
    const unknown = named.length === 0 && !type.includes('/') && !limitTypes.includes(type);
    const twice = seen.has(type);
    seen.add(type);
    return [
      ...named,
      ...(unknown ? [fieldError.invalid(`${field}.type`, type, 'must be a standard limit type or fully qualified')] : []),
      ...(twice ? [fieldError.duplicate(`${field}.type`, type)] : []),
      ...limitErrors(limit, field),
    ];
  });
}
