/** Autoscalers, disruption budgets, leases and priorities. Kubernetes: pkg/apis/{autoscaling,policy,coordination,scheduling}/validation. */
import { isSet, type Json, type KubeObject, objectAt } from '../../object/index.ts';
import { fieldError } from '../status/index.ts';
import { type Errors, intOrPercent, nonnegative, oneOf, overWhole, selectorErrors } from './checks.ts';

/** Go prints a pointer by its address, which means nothing. */
export const goPointer = (type: string, value: Json | undefined): string => `(*${type})(${isSet(value) ? '0xc000000000' : 'nil'})`;

export function budgetErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const eviction = spec.unhealthyPodEvictionPolicy;
  const both = isSet(spec.minAvailable) && isSet(spec.maxUnavailable);
  const shown = `policy.PodDisruptionBudgetSpec{MinAvailable:${goPointer('intstr.IntOrString', spec.minAvailable)}, Selector:${goPointer('v1.LabelSelector', spec.selector)}, MaxUnavailable:${goPointer('intstr.IntOrString', spec.maxUnavailable)}, UnhealthyPodEvictionPolicy:${goPointer('policy.UnhealthyPodEvictionPolicyType', spec.unhealthyPodEvictionPolicy)}}`;
  const number = (field: 'minAvailable' | 'maxUnavailable'): Errors => [
    ...intOrPercent(spec[field], `spec.${field}`),
    ...overWhole(spec[field], `spec.${field}`),
  ];
  return [
    ...(both ? [fieldError.raw('Invalid', 'spec', `Invalid value: ${shown}: minAvailable and maxUnavailable cannot be both set`)] : []),
    ...number('minAvailable'),
    ...number('maxUnavailable'),
    ...selectorErrors(spec.selector, 'spec.selector'),
    ...(isSet(eviction) && eviction !== 'IfHealthyBudget' && eviction !== 'AlwaysAllow'
      ? [fieldError.notSupported('spec.unhealthyPodEvictionPolicy', eviction, ['AlwaysAllow', 'IfHealthyBudget'])]
      : []),
  ];
}

export function leaseErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const seconds = spec.leaseDurationSeconds;
  return [
    ...(typeof seconds === 'number' && seconds <= 0
      ? [fieldError.invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0')]
      : []),
    ...nonnegative(spec.leaseTransitions, 'spec.leaseTransitions'),
  ];
}

const HIGHEST_PRIORITY = 1_000_000_000;

export function priorityClassErrors(object: KubeObject): Errors {
  const system = (object.metadata.name ?? '').startsWith('system-');
  const tooHigh = !system && typeof object.value === 'number' && object.value > HIGHEST_PRIORITY;
  return [
    ...(tooHigh ? [fieldError.forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST_PRIORITY}`)] : []),
    ...(isSet(object.preemptionPolicy) ? oneOf(object.preemptionPolicy, 'preemptionPolicy', ['PreemptLowerPriority', 'Never']) : []),
  ];
}

export function priorityClassUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const policy = (object: KubeObject): Json => object.preemptionPolicy ?? 'PreemptLowerPriority';
  return [
    ...(next.value === live.value ? [] : [fieldError.forbidden('value', 'may not be changed in an update.')]),
    ...(policy(next) === policy(live) ? [] : [fieldError.invalid('preemptionPolicy', policy(next), 'field is immutable')]),
  ];
}
