/** Autoscalers, disruption budgets, leases and priorities. Kubernetes: pkg/apis/{autoscaling,policy,coordination,scheduling}/validation. */
import { isObject, isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { type Errors, intOrPercent, nonnegative, oneOf, overWhole, selectorErrors } from './checks.ts';

/** Go prints a pointer by its address, which means nothing. */
export const goPointer = (type: string, value: Json | undefined): string => `(*${type})(${isSet(value) ? '0xc000000000' : 'nil'})`;

export function budgetErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
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
  ];
}

const positive = (value: Json | undefined): boolean => Number.parseFloat(String(value)) > 0;

function targetErrors(target: JsonObject, field: string): Errors {
  const type = text(target.type);
  const { averageUtilization: utilization, averageValue, value } = target;
  const errors: FieldError[] = [];
  if (type === '') errors.push(fieldError.required(`${field}.type`, 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(type))
    errors.push(fieldError.invalid(`${field}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  if (isSet(value) && !positive(value)) errors.push(fieldError.invalid(`${field}.value`, value, 'must be positive'));
  if (isSet(averageValue) && !positive(averageValue))
    errors.push(fieldError.invalid(`${field}.averageValue`, averageValue, 'must be positive'));
  if (typeof utilization === 'number' && utilization < 1)
    errors.push(fieldError.invalid(`${field}.averageUtilization`, utilization, 'must be greater than 0'));
  return errors;
}

function metricErrors(metric: JsonObject, field: string): Errors {
  if (metric.type !== 'Resource' || !isObject(metric.resource)) return [];
  const target = objectAt(metric.resource.target);
  const at = `${field}.resource`;
  const errors: FieldError[] = [];
  if (text(metric.resource.name) === '') errors.push(fieldError.required(`${at}.name`, 'must specify a resource name'));
  errors.push(...targetErrors(target, `${at}.target`));
  const both = isSet(target.averageUtilization) && isSet(target.averageValue);
  if (!isSet(target.averageUtilization) && !isSet(target.averageValue))
    errors.push(fieldError.required(`${at}.target.averageUtilization`, 'must set either a target raw value or a target utilization'));
  if (both) errors.push(fieldError.forbidden(`${at}.target.averageValue`, 'may not set both a target raw value and a target utilization'));
  return errors;
}

const LONGEST_WINDOW = 3600;

function scalingErrors(rules: Json | undefined, field: string): Errors {
  if (!isObject(rules)) return [];
  const seconds = rules.stabilizationWindowSeconds;
  const errors: FieldError[] = [];
  if (typeof seconds === 'number' && seconds < 0)
    errors.push(fieldError.invalid(`${field}.stabilizationWindowSeconds`, seconds, 'must be greater than or equal to zero'));
  if (typeof seconds === 'number' && seconds > LONGEST_WINDOW)
    errors.push(fieldError.invalid(`${field}.stabilizationWindowSeconds`, seconds, `must be less than or equal to ${LONGEST_WINDOW}`));
  if (objects(rules.policies).length === 0) errors.push(fieldError.required(`${field}.policies`, 'must specify at least one Policy'));
  return errors;
}

export function autoscalerErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const reference = objectAt(spec.scaleTargetRef);
  const behavior = objectAt(spec.behavior);
  const min = typeof spec.minReplicas === 'number' ? spec.minReplicas : 1;
  const max = typeof spec.maxReplicas === 'number' ? spec.maxReplicas : 0;
  return [
    ...(min < 1 ? [fieldError.invalid('spec.minReplicas', min, 'must be greater than or equal to 1')] : []),
    ...(max < 1 ? [fieldError.invalid('spec.maxReplicas', max, 'must be greater than 0')] : []),
    ...(max < min ? [fieldError.invalid('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`')] : []),
    ...(['kind', 'name'] as const).flatMap((key) =>
      text(reference[key]) === '' ? [fieldError.required(`spec.scaleTargetRef.${key}`, '')] : [],
    ),
    ...(min === 0 && !objects(spec.metrics).some(({ type }) => type === 'Object' || type === 'External')
      ? [fieldError.forbidden('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas')]
      : []),
    ...objects(spec.metrics).flatMap((metric, index) => metricErrors(metric, `spec.metrics[${index}]`)),
    ...scalingErrors(behavior.scaleUp, 'spec.behavior.scaleUp'),
    ...scalingErrors(behavior.scaleDown, 'spec.behavior.scaleDown'),
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
