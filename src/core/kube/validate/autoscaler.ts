/** Autoscalers: targets, metrics, behaviour. Kubernetes: pkg/apis/autoscaling/validation. */
import { isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { nameProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { type Errors, dnsLabel, nanosOf, problems, shownQuantity } from './checks.ts';

const segmentErrors = (value: Json | undefined, field: string, why = ''): Errors =>
  text(value) === '' ? [fieldError.required(field, why)] : problems(field, text(value), nameProblems('path', text(value)));

const referenceErrors = (reference: JsonObject, field: string): Errors => [
  ...segmentErrors(reference.kind, `${field}.kind`),
  ...segmentErrors(reference.name, `${field}.name`),
];

const targetTypes = ['Utilization', 'Value', 'AverageValue'];

function targetErrors(target: JsonObject, field: string): Errors {
  const type = text(target.type);
  const { averageUtilization: utilization } = target;
  const positive = (name: string): Errors => {
    const amount = target[name];
    return isSet(amount) && nanosOf(amount) <= 0n
      ? [fieldError.invalid(`${field}.${name}`, shownQuantity(amount), 'must be positive')]
      : [];
  };
  return [
    ...(type === '' ? [fieldError.required(`${field}.type`, 'must specify a metric target type')] : []),
    ...(targetTypes.includes(type)
      ? []
      : [fieldError.invalid(`${field}.type`, type, 'must be either Utilization, Value, or AverageValue')]),
    ...positive('value'),
    ...positive('averageValue'),
    ...(typeof utilization === 'number' && utilization < 1
      ? [fieldError.invalid(`${field}.averageUtilization`, utilization, 'must be greater than 0')]
      : []),
  ];
}

/** Two ways to say how much: at least one, and where both exclude each other not both. */
function eitherErrors(
  target: JsonObject,
  field: string,
  of: { readonly told: string; readonly names: readonly [string, string] },
): FieldError[] {
  return of.names.some((name) => isSet(target[name])) ? [] : [fieldError.required(`${field}.${of.told}`, WHY[of.names[0]] ?? '')];
}

const WHY: Readonly<Record<string, string>> = {
  averageUtilization: 'must set either a target raw value or a target utilization',
  value: 'must set either a target value or averageValue',
};

function utilizationErrors(target: JsonObject, field: string): Errors {
  const both = isSet(target.averageUtilization) && isSet(target.averageValue);
  return [
    ...targetErrors(target, field),
    ...eitherErrors(target, field, { told: 'averageUtilization', names: ['averageUtilization', 'averageValue'] }),
    ...(both ? [fieldError.forbidden(`${field}.averageValue`, 'may not set both a target raw value and a target utilization')] : []),
  ];
}

const metricName = (source: JsonObject, field: string): Errors =>
  segmentErrors(objectAt(source.metric).name, `${field}.metric.name`, 'must specify a metric name');

function externalErrors(source: JsonObject, field: string): Errors {
  const target = objectAt(source.target);
  const at = `${field}.target`;
  const given = [isSet(target.value), isSet(target.averageValue)];
  const why = 'a target value for metric';
  return [
    ...metricName(source, field),
    ...targetErrors(target, at),
    ...(given.includes(true) ? [] : [fieldError.required(`${at}.averageValue`, `must set either ${why} or a per-pod target`)]),
    ...(given.includes(false) ? [] : [fieldError.forbidden(`${at}.value`, `may not set both ${why} and a per-pod target`)]),
  ];
}

type SourceCheck = (source: JsonObject, field: string) => Errors;

/** The sources by type, in the order in which the server looks at them. */
const sources: readonly (readonly [type: string, key: string, check: SourceCheck])[] = [
  [
    'Object',
    'object',
    (source, field) => [
      ...referenceErrors(objectAt(source.describedObject), `${field}.describedObject`),
      ...metricName(source, field),
      ...targetErrors(objectAt(source.target), `${field}.target`),
      ...eitherErrors(objectAt(source.target), `${field}.target`, { told: 'averageValue', names: ['value', 'averageValue'] }),
    ],
  ],
  ['External', 'external', externalErrors],
  [
    'Pods',
    'pods',
    (source, field) => [
      ...metricName(source, field),
      ...targetErrors(objectAt(source.target), `${field}.target`),
      ...(isSet(objectAt(source.target).averageValue)
        ? []
        : [fieldError.required(`${field}.target.averageValue`, 'must specify a positive target averageValue')]),
    ],
  ],
  [
    'Resource',
    'resource',
    (source, field) => [
      ...(text(source.name) === '' ? [fieldError.required(`${field}.name`, 'must specify a resource name')] : []),
      ...utilizationErrors(objectAt(source.target), `${field}.target`),
    ],
  ],
  [
    'ContainerResource',
    'containerResource',
    (source, field) => [
      ...(text(source.name) === '' ? [fieldError.required(`${field}.name`, 'must specify a resource name')] : []),
      ...(text(source.container) === ''
        ? [fieldError.required(`${field}.container`, 'must specify a container')]
        : dnsLabel(text(source.container), `${field}.container`)),
      ...utilizationErrors(objectAt(source.target), `${field}.target`),
    ],
  ],
];

const types = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

function metricErrors(metric: JsonObject, field: string): Errors {
  const type = text(metric.type);
  const present = sources.filter(([, key]) => isSet(metric[key]));
  const [first] = present;
  const expected = sources.find(([name]) => name === type)?.[1];
  const unknown = types.includes(type) ? [] : [fieldError.notSupported(`${field}.type`, type, types)];
  const others = present.length === 1 ? [] : present.filter(([, key]) => key !== expected);
  return [
    ...(type === '' ? [fieldError.required(`${field}.type`, 'must specify a metric source type')] : []),
    ...unknown,
    ...(first === undefined ? [] : first[2](objectAt(metric[first[1]]), `${field}.${first[1]}`)),
    ...(expected !== undefined && !isSet(metric[expected])
      ? [fieldError.required(`${field}.${expected}`, 'must populate information for the given metric source')]
      : []),
    ...unknown,
    ...others.map(([, key]) => fieldError.forbidden(`${field}.${key}`, 'must populate the given metric source only')),
  ];
}

const LONGEST_WINDOW = 3600;
const LONGEST_PERIOD = 1800;

function policyErrors(policy: JsonObject, field: string): Errors {
  const [value, period] = [policy.value ?? 0, policy.periodSeconds ?? 0];
  const positive = (number: Json, name: string): Errors =>
    typeof number === 'number' && number <= 0 ? [fieldError.invalid(`${field}.${name}`, number, 'must be greater than zero')] : [];
  const long = typeof period === 'number' && period > LONGEST_PERIOD;
  return [
    ...(['Pods', 'Percent'].includes(text(policy.type))
      ? []
      : [fieldError.notSupported(`${field}.type`, text(policy.type), ['Percent', 'Pods'])]),
    ...positive(value, 'value'),
    ...positive(period, 'periodSeconds'),
    ...(long ? [fieldError.invalid(`${field}.periodSeconds`, period, `must be less than or equal to ${LONGEST_PERIOD}`)] : []),
  ];
}

function scalingErrors(given: Json | undefined, field: string): Errors {
  if (!isSet(given)) return [];
  const rules = objectAt(given);
  const seconds = rules.stabilizationWindowSeconds;
  const at = `${field}.stabilizationWindowSeconds`;
  const policies = objects(rules.policies);
  const choice = rules.selectPolicy;
  return [
    ...(typeof seconds === 'number' && seconds < 0 ? [fieldError.invalid(at, seconds, 'must be greater than or equal to zero')] : []),
    ...(typeof seconds === 'number' && seconds > LONGEST_WINDOW
      ? [fieldError.invalid(at, seconds, `must be less than or equal to ${LONGEST_WINDOW}`)]
      : []),
    ...(isSet(choice) && !['Disabled', 'Max', 'Min'].includes(text(choice))
      ? [fieldError.notSupported(`${field}.selectPolicy`, text(choice), ['Disabled', 'Max', 'Min'])]
      : []),
    ...(policies.length === 0 ? [fieldError.required(`${field}.policies`, 'must specify at least one Policy')] : []),
    ...policies.flatMap((policy, index) => policyErrors(policy, `${field}.policies[${index}]`)),
  ];
}

export function autoscalerErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const behavior = objectAt(spec.behavior);
  const metrics = objects(spec.metrics);
  const min = typeof spec.minReplicas === 'number' ? spec.minReplicas : 1;
  const max = typeof spec.maxReplicas === 'number' ? spec.maxReplicas : 0;
  return [
    ...(min < 1 ? [fieldError.invalid('spec.minReplicas', min, 'must be greater than or equal to 1')] : []),
    ...(max < 1 ? [fieldError.invalid('spec.maxReplicas', max, 'must be greater than 0')] : []),
    ...(max < min ? [fieldError.invalid('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`')] : []),
    ...referenceErrors(objectAt(spec.scaleTargetRef), 'spec.scaleTargetRef'),
    ...metrics.flatMap((metric, index) => metricErrors(metric, `spec.metrics[${index}]`)),
    ...(min === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')
      ? [fieldError.forbidden('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas')]
      : []),
    ...scalingErrors(behavior.scaleUp, 'spec.behavior.scaleUp'),
    ...scalingErrors(behavior.scaleDown, 'spec.behavior.scaleDown'),
  ];
}
