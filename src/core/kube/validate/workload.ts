/** Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs, CronJobs. Kubernetes: pkg/apis/{apps,batch}/validation. */
import { isObject, isSet, type Json, type JsonObject, type KubeObject, objectAt, text } from '../../object/index.ts';
import { type FieldError, fieldError, quote } from '../status/index.ts';
import { selectorOf } from '../../object/selector/index.ts';
import { sameJson } from '../json/index.ts';
import { parseSchedule } from '../../go/cron/index.ts';
import {
  type Errors,
  goSelector,
  immutable,
  immutableSelector,
  intOrPercent,
  isEmptySelector,
  nonnegative,
  oneOf,
  overWhole,
  selectorErrors,
} from './checks.ts';
import { goPointer } from './limits.ts';
import { runningTemplateErrors, selectionErrors, statefulTemplateErrors, templateErrors } from './pod.ts';

function selectorPart(spec: JsonObject, kind: string): Errors {
  if (!isObject(spec.selector)) return kind === 'daemonset' ? [] : [fieldError.required('spec.selector', '')];
  const { selector } = spec;
  const wrong = (why: string): Errors => [fieldError.raw('Invalid', 'spec.selector', `Invalid value: ${goSelector(selector)}${why}`)];
  const readable = kind === 'daemonset' || selectorOf(selector).ok;
  return [
    ...(readable ? [] : wrong(kind === 'statefulset' ? '' : ': invalid label selector')),
    ...selectorErrors(selector, 'spec.selector'),
    ...(isEmptySelector(selector) ? wrong(`: empty selector is invalid for ${kind}`) : []),
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

function jobSpecErrors(spec: JsonObject, field: string): Errors {
  const template = objectAt(spec.template);
  const policy = text(objectAt(template.spec).restartPolicy);
  const errors: FieldError[] = [];
  for (const name of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ]) {
    errors.push(...nonnegative(spec[name], `${field}.${name}`));
  }
  if (isSet(spec.completionMode)) errors.push(...oneOf(spec.completionMode, `${field}.completionMode`, ['NonIndexed', 'Indexed']));
  if (spec.completionMode === 'Indexed' && !isSet(spec.completions))
    errors.push(fieldError.required(`${field}.completions`, 'when completion mode is Indexed'));
  if (isSet(spec.podReplacementPolicy))
    errors.push(...oneOf(spec.podReplacementPolicy, `${field}.podReplacementPolicy`, ['Failed', 'TerminatingOrFailed']));
  errors.push(...templateErrors(template, `${field}.template`));
  const at = `${field}.template.spec.restartPolicy`;
  if (policy === 'Always' || policy === '') errors.push(fieldError.required(at, 'valid values: "OnFailure", "Never"'));
  else if (policy !== 'OnFailure' && policy !== 'Never') errors.push(fieldError.notSupported(at, policy, ['OnFailure', 'Never']));
  return errors;
}

/** A new Job has been given its selector already; an update that leaves it out has none. */
export function jobErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const missing = isObject(spec.selector ?? null) ? [] : [fieldError.required('spec.selector', '')];
  return [
    ...missing,
    ...selectionErrors(objectAt(objectAt(spec.template).metadata).labels, spec.selector, 'spec.template'),
    ...jobSpecErrors(spec, 'spec'),
  ];
}

export function jobUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const after = objectAt(next.spec);
  const before = objectAt(live.spec);
  const fixed = after.completionMode !== 'Indexed';
  const changed = isSet(after.completions) && !sameJson(after.completions ?? null, before.completions ?? null);
  const apart = changed && after.completions !== after.parallelism;
  const tandem = apart
    ? [fieldError.invalid('spec.completions', after.completions ?? null, 'can only be modified in tandem with spec.parallelism')]
    : [];
  const completions = fixed ? immutable(after.completions, before.completions, 'spec.completions') : tandem;
  return [
    ...jobErrors(next),
    ...completions,
    ...immutableSelector(after.selector, before.selector, 'spec.selector'),
    ...immutable(after.template, before.template, 'spec.template'),
    ...immutable(after.completionMode, before.completionMode, 'spec.completionMode'),
  ];
}

/** What robfig/cron says about a schedule it cannot read. */
function scheduleProblem(schedule: string): string {
  const fields = schedule.trim().split(/\s+/);
  if (schedule.startsWith('@')) return `unrecognized descriptor: ${schedule}`;
  return fields.length === 5
    ? `failed to parse int from ${fields.find((field) => !/^[\d*/,?-]+$/.test(field)) ?? fields[0] ?? ''}`
    : `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Kubernetes: validateTimeZone, which looks it up in Go's own database of zones. */
function timeZoneErrors(zone: Json | undefined, field: string): Errors {
  if (typeof zone !== 'string') return [];
  if (zone === '') return [fieldError.invalid(field, zone, 'timeZone must be nil or non-empty string')];
  if (zone.toLowerCase() === 'local')
    return [fieldError.invalid(field, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')];
  return isTimeZone(zone) ? [] : [fieldError.invalid(field, zone, `unknown time zone ${zone}`)];
}

export function cronJobErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const schedule = text(spec.schedule);
  const errors: FieldError[] = [];
  if (schedule === '') errors.push(fieldError.required('spec.schedule', ''));
  else if (parseSchedule(schedule) === undefined) errors.push(fieldError.invalid('spec.schedule', schedule, scheduleProblem(schedule)));
  if (schedule.includes('TZ'))
    errors.push(fieldError.invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  return [
    ...errors,
    ...timeZoneErrors(spec.timeZone, 'spec.timeZone'),
    ...nonnegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
    ...oneOf(spec.concurrencyPolicy, 'spec.concurrencyPolicy', ['Allow', 'Forbid', 'Replace']),
    ...jobSpecErrors(objectAt(objectAt(spec.jobTemplate).spec), 'spec.jobTemplate.spec'),
    ...nonnegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...nonnegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  ];
}
