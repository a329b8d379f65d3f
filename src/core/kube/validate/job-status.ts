/** What the Job controller reports. Kubernetes: pkg/apis/batch/validation ValidateJobStatusUpdate, with the options of pkg/registry/batch/job/strategy.go. */
import { isObject, isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { sameJson } from '../json/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { type Errors, nonnegative } from './checks.ts';

const count = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

const holds = (status: JsonObject, type: string): boolean =>
  objects(status.conditions).some((condition) => condition.type === type && condition.status === 'True');

const isFinished = (status: JsonObject): boolean => holds(status, 'Complete') || holds(status, 'Failed');

const conditions = (why: string): FieldError => fieldError.raw('Invalid', 'status.conditions', `Invalid value: ${why}`);

type Interval = readonly [from: number, to: number];

/** `3` or `3-7`, or why it is none. */
function intervalOf(fragment: string, completions: number): Interval | string {
  const parts = fragment.split('-');
  if (parts.length > 2)
    return `the fragment ${JSON.stringify(fragment)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  const numbers: number[] = [];
  for (const part of parts) {
    if (!/^[+-]?\d+$/.test(part)) return `cannot convert string to integer for index: ${JSON.stringify(part)}`;
    if (Number(part) >= completions) return `too large index: ${JSON.stringify(part)}`;
    numbers.push(Number(part));
  }
  const [from = 0, to = from] = numbers;
  return parts.length === 2 && from >= to ? `non-increasing order, previous: ${from}, current: ${to}` : [from, to];
}

/** Why a list of indexes is none; undefined when it is one. */
function indexesProblem(indexes: string, completions: number): string | undefined {
  let last = -Infinity;
  for (const fragment of indexes === '' ? [] : indexes.split(',')) {
    const interval = intervalOf(fragment, completions);
    if (typeof interval === 'string') return interval;
    if (last >= interval[0]) return `non-increasing order, previous: ${last}, current: ${interval[0]}`;
    last = interval[1];
  }
  return undefined;
}

function overlap(completed: string, failed: string, completions: number): number | undefined {
  const read = (text: string): readonly Interval[] =>
    text === ''
      ? []
      : text.split(',').flatMap((fragment) => {
          const interval = intervalOf(fragment, completions);
          return typeof interval === 'string' ? [] : [interval];
        });
  const others = read(failed);
  for (const [from, to] of read(completed)) for (const [start, end] of others) if (from <= end && start <= to) return Math.max(from, start);
  return undefined;
}

function uncountedErrors(status: JsonObject): Errors {
  const seen = new Set<string>();
  return ['succeeded', 'failed'].flatMap((list) => {
    const uids = objectAt(status.uncountedTerminatedPods)[list];
    return (Array.isArray(uids) ? uids.map(String) : []).flatMap((uid, index) => {
      const field = `status.uncountedTerminatedPods.${list}[${index}]`;
      if (uid === '') return [fieldError.invalid(field, uid, 'must not be empty')];
      const twice = seen.has(uid);
      seen.add(uid);
      return twice ? [fieldError.duplicate(field, uid)] : [];
    });
  });
}

/** What changed with this report: only that is held against it. */
interface Report {
  readonly now: JsonObject;
  readonly before: JsonObject;
  readonly spec: JsonObject;
  readonly changed: (...fields: readonly string[]) => boolean;
  /** One of these conditions came true or ended. */
  readonly turned: (...types: readonly string[]) => boolean;
  readonly finishes: boolean;
}

/** Times are shown as Go prints them. */
const timeError = (field: string, time: Json | undefined, why: string): FieldError =>
  fieldError.raw('Invalid', field, `Invalid value: ${text(time).replace('T', ' ').replace('Z', ' +0000 UTC')}: ${why}`);

function timeErrors({ now, changed, turned }: Report): Errors {
  const { startTime: start, completionTime: end } = now;
  const complete = holds(now, 'Complete');
  const looked = turned('Complete') || changed('completionTime');
  const field = 'status.completionTime';
  return [
    ...(looked && isSet(end) && !complete
      ? [timeError(field, end, 'cannot set completionTime when there is no Complete=True condition')]
      : []),
    ...(looked && !isSet(end) && complete ? [fieldError.required(field, 'completionTime is required for Complete jobs')] : []),
    ...(changed('startTime', 'completionTime') && isSet(start) && isSet(end) && text(end) < text(start)
      ? [timeError(field, end, 'completionTime cannot be set before startTime')]
      : []),
  ];
}

function conditionErrors({ now, turned, changed }: Report): Errors {
  const [complete, failed, target, met] = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'].map((type) => holds(now, type));
  return [
    ...(turned('Failed') || changed('failedIndexes')
      ? failed === true && target !== true
        ? [conditions('cannot set Failed=True condition without the FailureTarget=true condition')]
        : []
      : []),
    ...(turned('Complete', 'SuccessCriteriaMet') && complete === true && met !== true
      ? [conditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition')]
      : []),
  ];
}

function finishedErrors({ now, spec, changed, finishes }: Report): Errors {
  if (!isFinished(now)) return [];
  const uncounted = objectAt(now.uncountedTerminatedPods);
  const left = ['succeeded', 'failed'].some((list) => Array.isArray(uncounted[list]) && (uncounted[list] as readonly Json[]).length > 0);
  const idle = spec.suspend === true && spec.completions === 0;
  return [
    ...((finishes || changed('active')) && count(now.active) > 0
      ? [fieldError.invalid('status.active', count(now.active), 'active>0 is invalid for finished job')]
      : []),
    ...((finishes || changed('startTime')) && !idle && !isSet(now.startTime)
      ? [fieldError.required('status.startTime', 'startTime is required for finished job')]
      : []),
    ...((finishes || changed('uncountedTerminatedPods')) && left
      ? [
          fieldError.invalid(
            'status.uncountedTerminatedPods',
            now.uncountedTerminatedPods ?? null,
            'uncountedTerminatedPods needs to be empty for finished job',
          ),
        ]
      : []),
  ];
}

function indexErrors({ now, spec, changed }: Report): Errors {
  const completions = typeof spec.completions === 'number' ? spec.completions : undefined;
  const [completed, failed] = [text(now.completedIndexes), now.failedIndexes];
  const perIndex = isSet(spec.backoffLimitPerIndex);
  const errors: FieldError[] = [];
  const say = (field: string, value: string, why: string): number => errors.push(fieldError.invalid(`status.${field}`, value, why));
  const wrong = completions === undefined ? undefined : indexesProblem(completed, completions);
  if (changed('completedIndexes') && wrong !== undefined) say('completedIndexes', completed, `error parsing completedIndexes: ${wrong}`);
  const bad = completions === undefined || !perIndex || typeof failed !== 'string' ? undefined : indexesProblem(failed, completions);
  if (changed('failedIndexes') && bad !== undefined) say('failedIndexes', text(failed), `error parsing failedIndexes: ${bad}`);
  if (changed('completedIndexes') && completed !== '' && spec.completionMode !== 'Indexed')
    say('completedIndexes', completed, 'cannot set non-empty completedIndexes when non-indexed completion mode');
  if (changed('failedIndexes') && !perIndex && typeof failed === 'string')
    say('failedIndexes', failed, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
  if (changed('failedIndexes', 'completedIndexes') && completions !== undefined && typeof failed === 'string') {
    const both = overlap(completed, failed, completions);
    if (both !== undefined) say('failedIndexes', failed, `failedIndexes and completedIndexes overlap at index: ${both}`);
  }
  return errors;
}

function runningErrors({ now, changed, finishes }: Report): Errors {
  const terminating = count(now.terminating);
  return [
    ...((finishes || changed('terminating')) && terminating > 0 && isFinished(now)
      ? [fieldError.invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job')]
      : []),
    ...(changed('ready', 'active') && isSet(now.ready) && count(now.ready) > count(now.active)
      ? [fieldError.invalid('status.ready', count(now.ready), 'cannot set more ready pods than active')]
      : []),
  ];
}

function contradictions({ now, spec, turned }: Report): Errors {
  const [complete, failed, target, met] = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'].map((type) => holds(now, type));
  return [
    ...(met === true && failed === true ? [conditions('cannot set SuccessCriteriaMet=True and Failed=true conditions')] : []),
    ...(met === true && target === true ? [conditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')] : []),
    ...(isObject(spec.successPolicy ?? null) && met !== true && complete === true && turned('Complete')
      ? [conditions('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True')]
      : []),
  ];
}

/** What was said cannot be unsaid. */
function backErrors({ now, before, spec, changed }: Report): Errors {
  const lost = ['Failed', 'Complete', 'FailureTarget'].filter((type) => holds(before, type) && !holds(now, type));
  const scalable = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  const restarted = changed('startTime') && isSet(before.startTime) && spec.suspend !== true;
  const moved = isSet(now.completionTime) && isSet(before.completionTime) && now.completionTime !== before.completionTime;
  const wasMet = holds(before, 'SuccessCriteriaMet');
  const isMet = holds(now, 'SuccessCriteriaMet');
  return [
    ...lost.map((type) => conditions(`cannot disable the terminal ${type}=True condition`)),
    ...(count(now.failed) < count(before.failed)
      ? [fieldError.invalid('status.failed', count(now.failed), 'cannot decrease the failed counter')]
      : []),
    ...(!scalable && count(now.succeeded) < count(before.succeeded)
      ? [fieldError.invalid('status.succeeded', count(now.succeeded), 'cannot decrease the succeeded counter')]
      : []),
    ...(moved ? [timeError('status.completionTime', now.completionTime, 'completionTime cannot be mutated')] : []),
    ...(restarted ? [fieldError.required('status.startTime', 'startTime cannot be removed for unsuspended job')] : []),
    ...(wasMet && !isMet ? [conditions('cannot disable the SuccessCriteriaMet=True condition')] : []),
    ...(holds(before, 'Complete') && !wasMet && isMet
      ? [conditions('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions')]
      : []),
  ];
}

export function jobStatusErrors(now: JsonObject, before: JsonObject, job: KubeObject): Errors {
  const turned = (...types: readonly string[]): boolean => types.some((type) => holds(now, type) !== holds(before, type));
  const report: Report = {
    now,
    before,
    spec: objectAt(job.spec),
    changed: (...fields) => fields.some((field) => !sameJson(now[field] ?? null, before[field] ?? null)),
    turned,
    finishes: isFinished(now) !== isFinished(before),
  };
  const both = (other: string): Errors =>
    turned('Complete', other) && holds(now, 'Complete') && holds(now, other)
      ? [conditions(`cannot set Complete=True and ${other === 'Failed' ? 'Failed=true' : `${other}=true`} conditions`)]
      : [];
  return [
    ...['active', 'succeeded', 'failed', 'ready', 'terminating'].flatMap((field) => nonnegative(now[field], `status.${field}`)),
    ...uncountedErrors(now),
    ...both('Failed'),
    ...both('FailureTarget'),
    ...timeErrors(report),
    ...conditionErrors(report),
    ...finishedErrors(report),
    ...indexErrors(report),
    ...runningErrors(report),
    ...contradictions(report),
    ...backErrors(report),
  ];
}
