/** Jobs and what makes them by the clock. Kubernetes: pkg/apis/batch/validation. */
import { parseSchedule } from '../../go/cron/index.ts';
import { isObject, isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { labelProblems, qualifiedNameProblems } from '../meta/index.ts';
import { sameJson } from '../json/index.ts';
import { type FieldError, fieldError, quote } from '../status/index.ts';
import { type Errors, immutable, immutableSelector, nonnegative, oneOf, problems, selectorErrors } from './checks.ts';
import { domainPathErrors } from './cluster.ts';
import { goPointer } from './limits.ts';
import { selectionErrors, templateErrors } from './pod.ts';

const numberOf = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);
const listed = (values: readonly string[]): string => `valid values: [${values.map(quote).join(' ')}]`;

const MOST = 100_000;
const HIGH = { parallelism: 10_000, maxFailedIndexes: 10_000 } as const;

/** A Job whose Pods have numbers. */
function indexedErrors(spec: JsonObject, field: string): Errors {
  const [completions, failed, parallel] = [spec.completions, spec.maxFailedIndexes, spec.parallelism].map(numberOf);
  const high = completions !== undefined && completions > MOST && isSet(spec.backoffLimitPerIndex);
  const most = (value: number | undefined, name: string, limit: number, why: string): Errors =>
    value !== undefined && value > limit
      ? [fieldError.invalid(`${field}.${name}`, value, `must be less than or equal to ${limit}${why}`)]
      : [];
  const when = ` when completions are above ${MOST} and used with backoff limit per index`;
  return [
    ...(completions === undefined ? [fieldError.required(`${field}.completions`, 'when completion mode is Indexed')] : []),
    ...most(parallel, 'parallelism', MOST, ' when completion mode is Indexed'),
    ...(completions !== undefined && failed !== undefined && failed > completions
      ? [fieldError.invalid(`${field}.maxFailedIndexes`, failed, 'must be less than or equal to completions')]
      : []),
    ...most(failed, 'maxFailedIndexes', MOST, ''),
    ...(high && failed === undefined
      ? [fieldError.required(`${field}.maxFailedIndexes`, `must be specified when completions is above ${MOST}`)]
      : []),
    ...(high ? most(parallel, 'parallelism', HIGH.parallelism, when) : []),
    ...(high ? most(failed, 'maxFailedIndexes', HIGH.maxFailedIndexes, when) : []),
  ];
}

const INDEXED_ONLY = 'requires indexed completion mode';

const plainErrors = (spec: JsonObject, field: string): Errors =>
  ['backoffLimitPerIndex', 'maxFailedIndexes'].flatMap((name) =>
    isSet(spec[name]) ? [fieldError.invalid(`${field}.${name}`, spec[name] ?? 0, INDEXED_ONLY)] : [],
  );

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

function exitCodeErrors(codes: JsonObject, field: string, containers: readonly string[]): Errors {
  const operator = text(codes.operator);
  const values = (Array.isArray(codes.values) ? codes.values : []) as readonly number[];
  const at = `${field}.values`;
  const shown = `[]int32{${values.join(', ')}}`;
  const name = codes.containerName;
  return [
    ...(operator === ''
      ? [fieldError.required(`${field}.operator`, listed(['In', 'NotIn']))]
      : ['In', 'NotIn'].includes(operator)
        ? []
        : [fieldError.notSupported(`${field}.operator`, operator, ['In', 'NotIn'])]),
    ...(isSet(name) && !containers.includes(text(name))
      ? [
          fieldError.invalid(
            `${field}.containerName`,
            text(name),
            'must be one of the container or initContainer names in the pod template',
          ),
        ]
      : []),
    ...(values.length === 0 ? [fieldError.raw('Invalid', at, 'Invalid value: []int32(nil): at least one value is required')] : []),
    ...(values.length > 255 ? [fieldError.tooMany(at, values.length, 255)] : []),
    ...values.flatMap((value, index) => [
      ...(operator === 'In' && value === 0 ? [fieldError.invalid(`${at}[${index}]`, value, 'must not be 0 for the In operator')] : []),
      ...(values.indexOf(value) < index ? [fieldError.duplicate(`${at}[${index}]`, value)] : []),
    ]),
    ...(values.some((value, index) => index > 0 && (values[index - 1] ?? 0) > value)
      ? [fieldError.raw('Invalid', at, `Invalid value: ${shown}: must be ordered`)]
      : []),
  ];
}

function conditionErrors(patterns: readonly JsonObject[], field: string): Errors {
  const states = ['False', 'True', 'Unknown'];
  return [
    ...(patterns.length > 20 ? [fieldError.tooMany(field, patterns.length, 20)] : []),
    ...patterns.flatMap((pattern, index) => {
      const at = `${field}[${index}]`;
      const [type, status] = [text(pattern.type), text(pattern.status)];
      return [
        ...problems(`${at}.type`, type, qualifiedNameProblems(type)),
        ...(status === ''
          ? [fieldError.required(`${at}.status`, listed(states))]
          : states.includes(status)
            ? []
            : [fieldError.notSupported(`${at}.status`, status, states)]),
      ];
    }),
  ];
}

function failureRuleErrors(rule: JsonObject, spec: JsonObject, field: string): Errors {
  const action = text(rule.action);
  const pod = objectAt(objectAt(spec.template).spec);
  const containers = [...objects(pod.containers), ...objects(pod.initContainers)].map(({ name }) => text(name));
  const [codes, conditions] = [isSet(rule.onExitCodes), objects(rule.onPodConditions)];
  const acted =
    action === ''
      ? [fieldError.required(`${field}.action`, listed(actions))]
      : action === 'FailIndex' && !isSet(spec.backoffLimitPerIndex)
        ? [fieldError.invalid(`${field}.action`, action, 'requires the backoffLimitPerIndex to be set')]
        : actions.includes(action)
          ? []
          : [fieldError.notSupported(`${field}.action`, action, actions)];
  const omitted = (why: string): FieldError => fieldError.raw('Invalid', field, `Invalid value: ${why}`);
  return [
    ...acted,
    ...(codes ? exitCodeErrors(objectAt(rule.onExitCodes), `${field}.onExitCodes`, containers) : []),
    ...conditionErrors(conditions, `${field}.onPodConditions`),
    ...(codes && conditions.length > 0 ? [omitted('specifying both OnExitCodes and OnPodConditions is not supported')] : []),
    ...(!codes && conditions.length === 0 ? [omitted('specifying one of OnExitCodes and OnPodConditions is required')] : []),
  ];
}

function failurePolicyErrors(spec: JsonObject, field: string): Errors {
  if (!isSet(spec.podFailurePolicy)) return [];
  const rules = objects(objectAt(spec.podFailurePolicy).rules);
  const at = `${field}.podFailurePolicy.rules`;
  return [
    ...(rules.length > 20 ? [fieldError.tooMany(at, rules.length, 20)] : []),
    ...rules.flatMap((rule, index) => failureRuleErrors(rule, spec, `${at}[${index}]`)),
  ];
}

/** `0,2-4`: how many indexes that is, or what is wrong with it. Kubernetes: validateIndexesFormat. */
function countIndexes(indexes: string, completions: number): number | string {
  if (indexes === '') return 0;
  let [total, last] = [0, -1];
  for (const interval of indexes.split(',')) {
    const parts = interval.split('-');
    if (parts.length > 2)
      return `the fragment ${quote(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`;
    for (const part of parts) {
      if (!/^[+-]?\d+$/.test(part)) return `cannot convert string to integer for index: ${quote(part)}`;
      if (Number(part) >= completions) return `too large index: ${quote(part)}`;
    }
    const [from = 0, to = from] = parts.map(Number);
    if (parts.length > 1 && from >= to) return `non-increasing order, previous: ${from}, current: ${to}`;
    if (last >= from) return `non-increasing order, previous: ${last}, current: ${from}`;
    total += to - from + 1;
    last = to;
  }
  return total;
}

function successRuleErrors(rule: JsonObject, completions: number, field: string): Errors {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  const at = `${field}.succeededCount`;
  const total = isSet(indexes) ? countIndexes(text(indexes), completions) : undefined;
  const most = (limit: number, of: string): Errors =>
    typeof count === 'number' && count > limit ? [fieldError.invalid(at, count, `must be less than or equal to ${limit} (${of})`)] : [];
  return [
    ...(isSet(count) || isSet(indexes)
      ? []
      : [fieldError.required(field, 'at least one of succeededCount or succeededIndexes must be specified')]),
    ...(typeof total === 'string'
      ? [fieldError.invalid(`${field}.succeededIndexes`, text(indexes), `error parsing succeededIndexes: ${total}`)]
      : []),
    ...nonnegative(count, at),
    ...most(completions, 'the number of specified completions'),
    ...(total === undefined
      ? []
      : most(typeof total === 'number' ? total : 0, 'the number of indexes in the specified succeededIndexes field')),
  ];
}

function successPolicyErrors(spec: JsonObject, field: string): Errors {
  if (!isSet(spec.successPolicy)) return [];
  const rules = objects(objectAt(spec.successPolicy).rules);
  const at = `${field}.successPolicy`;
  if (spec.completionMode !== 'Indexed') {
    const shown = rules
      .map(
        (rule) =>
          `batch.SuccessPolicyRule{SucceededIndexes:${goPointer('string', rule.succeededIndexes)}, SucceededCount:${goPointer('int32', rule.succeededCount)}}`,
      )
      .join(', ');
    const list = rules.length === 0 ? '[]batch.SuccessPolicyRule(nil)' : `[]batch.SuccessPolicyRule{${shown}}`;
    return [fieldError.raw('Invalid', at, `Invalid value: batch.SuccessPolicy{Rules:${list}}: ${INDEXED_ONLY}`)];
  }
  return [
    ...(rules.length === 0
      ? [fieldError.required(`${at}.rules`, 'at least one rules must be specified when the successPolicy is specified')]
      : []),
    ...(rules.length > 20 ? [fieldError.tooMany(`${at}.rules`, rules.length, 20)] : []),
    ...rules.flatMap((rule, index) => successRuleErrors(rule, numberOf(spec.completions) ?? 0, `${at}.rules[${index}]`)),
  ];
}

function replacementErrors(spec: JsonObject, field: string): Errors {
  if (!isSet(spec.podReplacementPolicy)) return [];
  const allowed = isSet(spec.podFailurePolicy) ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  const policy = text(spec.podReplacementPolicy);
  return allowed.includes(policy) ? [] : [fieldError.notSupported(`${field}.podReplacementPolicy`, policy, allowed)];
}

function restartErrors(spec: JsonObject, field: string): Errors {
  const policy = text(objectAt(objectAt(spec.template).spec).restartPolicy);
  const at = `${field}.template.spec.restartPolicy`;
  if (policy === 'Always' || policy === '') return [fieldError.required(at, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [fieldError.notSupported(at, policy, ['OnFailure', 'Never'])];
  return isSet(spec.podFailurePolicy) && policy !== 'Never'
    ? [fieldError.invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
}

const amounts = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'];
const perIndex = ['backoffLimitPerIndex', 'maxFailedIndexes'];
const MANAGER = 63;

function managerErrors(spec: JsonObject, field: string): Errors {
  if (!isSet(spec.managedBy)) return [];
  const at = `${field}.managedBy`;
  return [
    ...domainPathErrors(text(spec.managedBy), at),
    ...(text(spec.managedBy).length > MANAGER ? [fieldError.tooLong(at, MANAGER)] : []),
  ];
}

function jobSpecErrors(spec: JsonObject, field: string): Errors {
  const mode = spec.completionMode;
  const lonely = isSet(spec.maxFailedIndexes) && !isSet(spec.backoffLimitPerIndex);
  return [
    ...[...amounts, ...perIndex].flatMap((name) => nonnegative(spec[name], `${field}.${name}`)),
    ...(lonely ? [fieldError.required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')] : []),
    ...managerErrors(spec, field),
    ...(isSet(mode) && !['NonIndexed', 'Indexed'].includes(text(mode))
      ? [fieldError.notSupported(`${field}.completionMode`, text(mode), ['NonIndexed', 'Indexed'])]
      : []),
    ...(mode === 'Indexed' ? indexedErrors(spec, field) : []),
    ...(!isSet(mode) || mode === 'NonIndexed' ? plainErrors(spec, field) : []),
    ...failurePolicyErrors(spec, field),
    ...successPolicyErrors(spec, field),
    ...replacementErrors(spec, field),
    ...templateErrors(objectAt(spec.template), `${field}.template`),
    ...restartErrors(spec, field),
  ];
}

/** The last Pod of an indexed Job has the longest name. */
function hostnameErrors(object: KubeObject): Errors {
  const { completionMode: mode, completions } = objectAt(object.spec);
  if (mode !== 'Indexed' || typeof completions !== 'number' || completions <= 0) return [];
  const { name = '' } = object.metadata;
  const last = `${name}-${completions - 1}`;
  return labelProblems(last).length === 0
    ? []
    : [fieldError.invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${last}`)];
}

/** A new Job has been given its selector already; an update that leaves it out has none. */
function wholeErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  return [
    ...jobSpecErrors(spec, 'spec'),
    ...(isObject(spec.selector ?? null) ? selectorErrors(spec.selector, 'spec.selector') : [fieldError.required('spec.selector', '')]),
    ...selectionErrors(objectAt(objectAt(spec.template).metadata).labels, spec.selector, 'spec.template'),
  ];
}

export const jobErrors = (object: KubeObject): Errors => [...wholeErrors(object), ...hostnameErrors(object)];

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
    ...wholeErrors(next),
    ...completions,
    ...immutableSelector(after.selector, before.selector, 'spec.selector'),
    ...['template', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'].flatMap((name) =>
      immutable(after[name], before[name], `spec.${name}`),
    ),
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

function scheduleErrors(schedule: string): Errors {
  if (schedule === '') return [fieldError.required('spec.schedule', '')];
  return [
    ...(parseSchedule(schedule) === undefined ? [fieldError.invalid('spec.schedule', schedule, scheduleProblem(schedule))] : []),
    ...(schedule.includes('TZ')
      ? [fieldError.invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')]
      : []),
  ];
}

/** Whether there is such a time zone, by the data that the platform has. */
function isZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function zoneErrors(zone: Json | undefined): Errors {
  if (!isSet(zone)) return [];
  const name = text(zone);
  const at = 'spec.timeZone';
  if (name === '') return [fieldError.invalid(at, name, 'timeZone must be nil or non-empty string')];
  const unknown = fieldError.invalid(at, name, `unknown time zone ${name}`);
  if (!name.split('/').every((part) => /^[A-Za-z\d._+][A-Za-z\d._+-]*$/.test(part) && part !== '.' && part !== '..')) return [unknown];
  if (name.toLowerCase() === 'local') {
    const explicit = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [fieldError.invalid(at, name, explicit), ...(name === 'Local' ? [] : [unknown])];
  }
  return isZone(name) ? [] : [unknown];
}

function templateOnlyErrors(spec: JsonObject): Errors {
  const at = 'spec.jobTemplate.spec';
  return [
    ...(isSet(spec.selector) ? [fieldError.invalid(`${at}.selector`, spec.selector, '`selector` will be auto-generated')] : []),
    ...(spec.manualSelector === true ? [fieldError.notSupported(`${at}.manualSelector`, true, ['nil', 'false'])] : []),
  ];
}

const LONGEST_NAME = 52;

function cronSpecErrors(object: KubeObject, zone: Errors): Errors {
  const spec = objectAt(object.spec);
  const job = objectAt(objectAt(spec.jobTemplate).spec);
  return [
    ...scheduleErrors(text(spec.schedule)),
    ...nonnegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
    ...zone,
    ...oneOf(spec.concurrencyPolicy, 'spec.concurrencyPolicy', ['Allow', 'Forbid', 'Replace']),
    ...jobSpecErrors(job, 'spec.jobTemplate.spec'),
    ...templateOnlyErrors(job),
    ...nonnegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...nonnegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  ];
}

export const cronJobErrors = (object: KubeObject): Errors => [
  ...cronSpecErrors(object, zoneErrors(objectAt(object.spec).timeZone)),
  ...((object.metadata.name ?? '').length > LONGEST_NAME
    ? [fieldError.invalid('metadata.name', object.metadata.name ?? '', `must be no more than ${LONGEST_NAME} characters`)]
    : []),
];

/** A zone that stays need not be known any more. */
export function cronJobUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const [after, before] = [objectAt(next.spec).timeZone, objectAt(live.spec).timeZone];
  return cronSpecErrors(next, sameJson(after ?? null, before ?? null) ? [] : zoneErrors(after));
}
