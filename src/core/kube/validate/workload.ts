/** Deployments, ReplicaSets, StatefulSets, DaemonSets. Kubernetes: pkg/apis/apps/validation. */
import { isObject, isSet, type JsonObject, type KubeObject, objectAt, text } from '../../object/index.ts';
import { fieldError, quote } from '../status/index.ts';
import { selectorOf } from '../../object/selector/index.ts';
import { sameJson } from '../json/index.ts';
import {
  type Errors,
  goSelector,
  immutableSelector,
  intOrPercent,
  isEmptySelector,
  nonnegative,
  oneOf,
  overWhole,
  selectorErrors,
} from './checks.ts';
import { goPointer } from './limits.ts';
import { runningTemplateErrors, statefulTemplateErrors } from './pod.ts';

function selectorPart(spec: JsonObject, kind: string): Errors {
  if (!isObject(spec.selector)) return kind === 'daemonset' ? [] : [fieldError.required('spec.selector', '')];
  const empty = isEmptySelector(spec.selector);
  const shown = `Invalid value: ${goSelector(spec.selector)}`;
  const unreadable =
    kind === 'daemonset' || selectorOf(spec.selector).ok ? [] : [kind === 'statefulset' ? shown : `${shown}: invalid label selector`];
  return [
    ...unreadable.map((text) => fieldError.raw('Invalid', 'spec.selector', text)),
    ...selectorErrors(spec.selector, 'spec.selector'),
    ...(empty
      ? [fieldError.raw('Invalid', 'spec.selector', `Invalid value: ${goSelector(spec.selector)}: empty selector is invalid for ${kind}`)]
      : []),
  ];
}

function rollingErrors(update: JsonObject, field: string): Errors {
  const zero = (value: JsonObject[string]): boolean => value === 0 || value === '0%';
  const both = zero(update.maxUnavailable) && zero(update.maxSurge);
  return [
    ...intOrPercent(update.maxUnavailable, `${field}.maxUnavailable`),
    ...intOrPercent(update.maxSurge, `${field}.maxSurge`),
    ...overWhole(update.maxUnavailable, `${field}.maxUnavailable`),
    ...(both ? [fieldError.invalid(`${field}.maxUnavailable`, update.maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0')] : []),
  ];
}

function strategyErrors(strategy: JsonObject): Errors {
  switch (strategy.type) {
    case 'Recreate':
      return isSet(strategy.rollingUpdate)
        ? [fieldError.forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")]
        : [];
    case 'RollingUpdate':
      return isObject(strategy.rollingUpdate)
        ? rollingErrors(strategy.rollingUpdate, 'spec.strategy.rollingUpdate')
        : [fieldError.required('spec.strategy.rollingUpdate', 'this should be defaulted and never be nil')];
    default:
      return oneOf(strategy.type, 'spec.strategy', ['Recreate', 'RollingUpdate']);
  }
}

export function deploymentErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const deadline = spec.progressDeadlineSeconds;
  const minReady = typeof spec.minReadySeconds === 'number' ? spec.minReadySeconds : 0;
  const short = typeof deadline === 'number' && deadline <= minReady;
  return [
    ...nonnegative(spec.replicas, 'spec.replicas'),
    ...selectorPart(spec, 'deployment'),
    ...runningTemplateErrors(objectAt(spec.template), spec.selector, 'spec.template'),
    ...strategyErrors(objectAt(spec.strategy)),
    ...nonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...nonnegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ...nonnegative(deadline, 'spec.progressDeadlineSeconds'),
    ...(short ? [fieldError.invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')] : []),
  ];
}

const selectorFixed = (next: KubeObject, live: KubeObject): Errors =>
  immutableSelector(objectAt(next.spec).selector, objectAt(live.spec).selector, 'spec.selector');

export const deploymentUpdateErrors = (next: KubeObject, live: KubeObject): Errors => [
  ...deploymentErrors(next),
  ...selectorFixed(next, live),
];

export function replicaSetErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  return [
    ...nonnegative(spec.replicas, 'spec.replicas'),
    ...nonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...selectorPart(spec, 'deployment'),
    ...runningTemplateErrors(objectAt(spec.template), spec.selector, 'spec.template'),
  ];
}

export const replicaSetUpdateErrors = (next: KubeObject, live: KubeObject): Errors => [
  ...replicaSetErrors(next),
  ...selectorFixed(next, live),
];

const amount = (value: JsonObject[string]): number =>
  typeof value === 'number' ? value : typeof value === 'string' && /^[0-9]+%$/.test(value) ? Number(value.slice(0, -1)) : 0;

function daemonRollingErrors(update: JsonObject, field: string): Errors {
  const both = amount(update.maxUnavailable) !== 0 && amount(update.maxSurge) !== 0;
  const neither = amount(update.maxUnavailable) === 0 && amount(update.maxSurge) === 0;
  return [
    ...(['maxUnavailable', 'maxSurge'] as const).flatMap((name) => [
      ...intOrPercent(update[name], `${field}.${name}`),
      ...overWhole(update[name], `${field}.${name}`),
    ]),
    ...(both ? [fieldError.invalid(`${field}.maxSurge`, update.maxSurge ?? 0, 'may not be set when maxUnavailable is non-zero')] : []),
    ...(neither ? [fieldError.required(`${field}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')] : []),
  ];
}

function daemonStrategyErrors(strategy: JsonObject): Errors {
  const field = 'spec.updateStrategy';
  if (strategy.type === 'OnDelete') return [];
  if (strategy.type === 'RollingUpdate')
    return isObject(strategy.rollingUpdate)
      ? daemonRollingErrors(strategy.rollingUpdate, `${field}.rollingUpdate`)
      : [fieldError.required(`${field}.rollingUpdate`, '')];
  const shown = `apps.DaemonSetUpdateStrategy{Type:${quote(text(strategy.type))}, RollingUpdate:${goPointer('apps.RollingUpdateDaemonSet', strategy.rollingUpdate)}}`;
  return [fieldError.raw('NotSupported', field, `Unsupported value: ${shown}: supported values: "RollingUpdate", "OnDelete"`)];
}

export function daemonSetErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const strategy = objectAt(spec.updateStrategy);
  return [
    ...selectorPart(spec, 'daemonset'),
    ...runningTemplateErrors(objectAt(spec.template), spec.selector, 'spec.template', 'always'),
    ...nonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...daemonStrategyErrors(strategy),
    ...nonnegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
}

export const daemonSetUpdateErrors = (next: KubeObject, live: KubeObject): Errors => [
  ...daemonSetErrors(next),
  ...selectorFixed(next, live),
];

const goUpdate = (update: JsonObject): string =>
  `apps.RollingUpdateStatefulSetStrategy{Partition:${String(update.partition ?? 0)}, MaxUnavailable:${goPointer('intstr.IntOrString', update.maxUnavailable)}}`;

function statefulStrategyErrors(strategy: JsonObject): Errors {
  const field = 'spec.updateStrategy';
  const update = objectAt(strategy.rollingUpdate);
  switch (strategy.type) {
    case 'OnDelete':
      return isSet(strategy.rollingUpdate)
        ? [
            fieldError.raw(
              'Invalid',
              `${field}.rollingUpdate`,
              `Invalid value: ${goUpdate(update)}: only allowed for updateStrategy 'RollingUpdate'`,
            ),
          ]
        : [];
    case 'RollingUpdate':
      return nonnegative(update.partition, `${field}.rollingUpdate.partition`);
    default: {
      const shown = `apps.StatefulSetUpdateStrategy{Type:${quote(text(strategy.type))}, RollingUpdate:${goPointer('apps.RollingUpdateStatefulSetStrategy', strategy.rollingUpdate)}}`;
      return [fieldError.raw('Invalid', field, `Invalid value: ${shown}: must be 'RollingUpdate' or 'OnDelete'`)];
    }
  }
}

const retentionErrors = (policy: JsonObject): Errors =>
  (['whenDeleted', 'whenScaled'] as const).flatMap((name) =>
    isSet(policy[name]) && !['Retain', 'Delete'].includes(text(policy[name]))
      ? [fieldError.notSupported(`spec.persistentVolumeClaimRetentionPolicy.${name}`, policy[name], ['Retain', 'Delete'])]
      : [],
  );

export function statefulSetErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const strategy = objectAt(spec.updateStrategy);
  return [
    ...(['OrderedReady', 'Parallel'].includes(text(spec.podManagementPolicy))
      ? []
      : [fieldError.invalid('spec.podManagementPolicy', text(spec.podManagementPolicy), "must be 'OrderedReady' or 'Parallel'")]),
    ...statefulStrategyErrors(strategy),
    ...retentionErrors(objectAt(spec.persistentVolumeClaimRetentionPolicy)),
    ...nonnegative(spec.replicas, 'spec.replicas'),
    ...nonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...selectorPart(spec, 'statefulset'),
    ...statefulTemplateErrors(objectAt(spec.template), spec.selector, 'spec.template'),
    ...nonnegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
}

const statefulSetChangeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export function statefulSetUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const strip = (object: KubeObject): JsonObject =>
    Object.fromEntries(Object.entries(objectAt(object.spec)).filter(([key]) => !statefulSetChangeable.includes(key)));
  const listed = statefulSetChangeable.map((name) => `'${name}'`);
  const text = `updates to statefulset spec for fields other than ${listed.slice(0, -1).join(', ')} and ${listed.at(-1) ?? ''} are forbidden`;
  return [...statefulSetErrors(next), ...(sameJson(strip(next), strip(live)) ? [] : [fieldError.forbidden('spec', text)])];
}
