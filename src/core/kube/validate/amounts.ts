/** Amounts of resources that containers ask for. Kubernetes: ValidateContainerResourceRequirements. */
import { isSet, type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { qualifiedNameProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { type Errors, nanosOf, shownQuantity } from './checks.ts';

const ofContainers = /^(cpu|memory|ephemeral-storage|hugepages-.*)$/;
const standard: ReadonlySet<string> = new Set(
  'cpu memory ephemeral-storage requests.cpu requests.memory requests.ephemeral-storage limits.cpu limits.memory limits.ephemeral-storage pods resourcequotas services replicationcontrollers secrets persistentvolumeclaims configmaps services.nodeports services.loadbalancers storage'.split(
    ' ',
  ),
);

const isHuge = (name: string): boolean => name.startsWith('hugepages-');
/** Of the cluster itself: without a domain, or with that of Kubernetes. */
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
/** What several may promise more of than there is. */
const isShared = (name: string): boolean => isNative(name) && !isHuge(name);
const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && qualifiedNameProblems(`requests.${name}`).length === 0;

/** Names of resources are shown without quotes. */
const badName = (name: string, field: string, why: string): FieldError =>
  fieldError.raw('Invalid', field, `Invalid value: ${name}: ${why}`);

function nameErrors(name: string, field: string): Errors {
  const wrong = qualifiedNameProblems(name).map((problem) => badName(name, field, problem));
  if (wrong.length > 0) return wrong;
  const known = name.includes('/') || standard.has(name) || isHuge(name);
  const errors: FieldError[] = known ? [] : [badName(name, field, 'must be a standard resource type or fully qualified')];
  if (!name.includes('/')) {
    if (!ofContainers.test(name)) errors.push(badName(name, field, 'must be a standard resource for containers'));
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(badName(name, field, "doesn't follow extended resource name standard"));
  }
  return errors;
}

function valueErrors(name: string, value: Json | undefined, field: string): Errors {
  const nanos = nanosOf(value);
  const parts = isExtended(name) && nanos % 1_000_000_000n !== 0n;
  return [
    ...(nanos < 0n ? [fieldError.invalid(field, shownQuantity(value), 'must be greater than or equal to 0')] : []),
    ...(parts ? [fieldError.raw('Invalid', field, `Invalid value: ${shownQuantity(value)}: must be an integer`)] : []),
  ];
}

function withinLimit(name: string, value: Json | undefined, of: { readonly limits: JsonObject; readonly field: string }): Errors {
  const limit = of.limits[name];
  const requests = `${of.field}.requests`;
  if (limit === undefined)
    return isShared(name) ? [] : [fieldError.required(`${of.field}.limits`, 'Limit must be set for non overcommitable resources')];
  const [asked, most] = [nanosOf(value), nanosOf(limit)];
  if (asked !== most && !isShared(name))
    return [fieldError.invalid(requests, shownQuantity(value), `must be equal to ${name} limit of ${shownQuantity(limit)}`)];
  return asked > most
    ? [fieldError.invalid(requests, shownQuantity(value), `must be less than or equal to ${name} limit of ${shownQuantity(limit)}`)]
    : [];
}

/** `field` is that of the requirements. */
export function requirementErrors(resources: JsonObject, field: string): Errors {
  const [limits, requests] = [objectAt(resources.limits), objectAt(resources.requests)];
  const errors: FieldError[] = [];
  for (const [kind, amounts] of [['limits', limits] as const, ['requests', requests] as const]) {
    for (const [name, value] of Object.entries(amounts)) {
      const path = `${field}.${kind}[${name}]`;
      errors.push(...nameErrors(name, path), ...valueErrors(name, value, path));
      if (kind === 'requests') errors.push(...withinLimit(name, value, { limits, field }));
    }
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHuge) && !names.some((name) => name === 'cpu' || name === 'memory'))
    errors.push(fieldError.forbidden(field, 'HugePages require cpu or memory'));
  return errors;
}

const resizable = ['cpu', 'memory'];
const resizes = ['NotRequired', 'RestartContainer'];

/** What happens to a container whose amounts change while it runs. */
export function resizePolicyErrors(container: JsonObject, field: string, restarts: string): Errors {
  const at = `${field}.resizePolicy`;
  const seen = new Set<string>();
  return objects(container.resizePolicy).flatMap((policy, index) => {
    const [name, restart] = [text(policy.resourceName), text(policy.restartPolicy)];
    const twice = seen.has(name);
    seen.add(name);
    const one = (value: string, allowed: readonly string[]): Errors =>
      allowed.includes(value) ? [] : value === '' ? [fieldError.required(at, '')] : [fieldError.notSupported(at, value, allowed)];
    return [
      ...(twice ? [fieldError.duplicate(`${at}[${index}]`, name)] : []),
      ...one(name, resizable),
      ...one(restart, resizes),
      ...(restarts === 'Never' && restart !== 'NotRequired'
        ? [fieldError.invalid(at, restart, "must be 'NotRequired' when `restartPolicy` is 'Never'")]
        : []),
    ];
  });
}

/** The extra that running a Pod takes. */
export const overheadErrors = (spec: JsonObject, field: string): Errors =>
  isSet(spec.overhead) ? requirementErrors({ limits: objectAt(spec.overhead) }, `${field}.overhead`) : [];
