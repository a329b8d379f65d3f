/** Jobs: Pods that end, and what becomes of the Job when they have. Kubernetes: pkg/controller/job. */
import { type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { type Change, type Controller, controllerOf, nothing, type Outcome, type View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import { formatTime, parseTime } from '../time/index.ts';
import { type Failures, failuresOf, indexOf, indexText } from './job-failures.ts';
import {
  conditionOf,
  count,
  createdAt,
  isDeleting,
  isPodReady,
  phaseOf,
  createPod,
  podOf,
  specOf,
  statusOf,
  templateOf,
  withCondition,
} from './shared.ts';

const from = 'job-controller';
const TABLE = 'jobs.batch';
const FIRST_BACKOFF = 10_000;
const LONGEST_BACKOFF = 360_000;

interface Tally {
  readonly active: readonly KubeObject[];
  readonly succeeded: readonly KubeObject[];
  readonly failures: Failures;
}

function tally(job: KubeObject, pods: readonly KubeObject[]): Tally {
  return {
    active: pods.filter((pod) => !isDeleting(pod) && phaseOf(pod) !== 'Succeeded' && phaseOf(pod) !== 'Failed'),
    succeeded: pods.filter((pod) => phaseOf(pod) === 'Succeeded'),
    failures: failuresOf(job, pods),
  };
}

const isOver = (job: KubeObject): boolean =>
  conditionOf(job, 'Complete')?.status === 'True' || conditionOf(job, 'Failed')?.status === 'True';

interface End {
  readonly ok: boolean;
  readonly reason: string;
  readonly message: string;
}

/** Programs that are restarted in place fail without a failed Pod. Kubernetes: pastBackoffLimitOnFailure. */
function restartedTooOften(job: KubeObject, active: readonly KubeObject[]): boolean {
  if (text(objectAt(templateOf(job).spec).restartPolicy) !== 'OnFailure') return false;
  const restarts = active
    .flatMap((pod) => [...objects(statusOf(pod).initContainerStatuses), ...objects(statusOf(pod).containerStatuses)])
    .reduce((sum, status) => sum + count(status.restartCount), 0);
  const limit = count(specOf(job).backoffLimit, 6);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** A Job of which each index is tried on its own ends when none is left, and fails if one was lost. */
function indexesEnd(job: KubeObject, { succeeded, failures }: Tally): End | undefined {
  const { backoffLimitPerIndex: limit, maxFailedIndexes: most, completions } = specOf(job);
  if (typeof limit !== 'number' || failures.indexes.size === 0) return undefined;
  const lost = failures.indexes.size;
  if (typeof most === 'number' && lost > most) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return { ok: false, reason: 'MaxFailedIndexesExceeded', message };
  }
  const over = succeeded.length + lost >= count(completions, 1);
  return over ? { ok: false, reason: 'FailedIndexes', message: 'Job has failed indexes' } : undefined;
}

function endOf(job: KubeObject, numbers: Tally, now: number): End | undefined {
  const spec = specOf(job);
  const { succeeded, failures, active } = numbers;
  if (failures.whole !== undefined) return { ok: false, reason: 'PodFailurePolicy', message: failures.whole };
  if (failures.counted.length > count(spec.backoffLimit, 6) || restartedTooOften(job, active)) {
    return { ok: false, reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const started = parseTime(text(statusOf(job).startTime));
  const deadline = spec.activeDeadlineSeconds;
  if (typeof deadline === 'number' && started !== undefined && now >= started + deadline * 1000) {
    return { ok: false, reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  const lost = indexesEnd(job, numbers);
  if (lost !== undefined) return lost;
  const completions = spec.completions;
  const enough = typeof completions === 'number' ? succeeded.length >= completions : succeeded.length > 0 && active.length === 0;
  return enough ? { ok: true, reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' } : undefined;
}

/** Which indexes are done, and which are not tried again. */
function indexStatus(job: KubeObject, { succeeded, failures }: Tally): JsonObject {
  const spec = specOf(job);
  if (spec.completionMode !== 'Indexed') return {};
  return {
    ...(succeeded.length === 0 ? {} : { completedIndexes: indexText(succeeded.map(indexOf)) }),
    ...(typeof spec.backoffLimitPerIndex === 'number' ? { failedIndexes: indexText(failures.indexes) } : {}),
  };
}

const deletion = (job: KubeObject, pod: KubeObject): readonly Change[] => [
  { kind: 'delete', table: 'pods', object: pod },
  {
    kind: 'event',
    about: job,
    event: { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name ?? ''}`, from },
  },
];

function ended(job: KubeObject, end: End, numbers: { readonly tally: Tally; readonly now: number }): readonly Change[] {
  const time = formatTime(numbers.now);
  const condition = (type: string): JsonObject => ({
    type,
    status: 'True',
    lastProbeTime: time,
    lastTransitionTime: time,
    reason: end.reason,
    message: end.message,
  });
  const { active: _a, ready: _r, ...kept } = statusOf(job);
  const first = withCondition(objects(kept.conditions), condition(end.ok ? 'SuccessCriteriaMet' : 'FailureTarget'));
  const { succeeded, failures, active } = numbers.tally;
  // What still runs is ended, and has failed by that.
  const failed = failures.counted.length + (end.ok ? 0 : active.length);
  const status: JsonObject = {
    ...kept,
    conditions: withCondition(first, condition(end.ok ? 'Complete' : 'Failed')),
    startTime: kept.startTime ?? time,
    ...(end.ok ? { completionTime: time } : {}),
    ...(succeeded.length === 0 ? {} : { succeeded: succeeded.length }),
    ...(failed === 0 ? {} : { failed }),
    ...indexStatus(job, numbers.tally),
    terminating: 0,
    uncountedTerminatedPods: {},
    ready: 0,
  };
  const event = end.ok
    ? { type: 'Normal' as const, reason: 'Completed', message: 'Job completed', from }
    : { type: 'Warning' as const, reason: end.reason, message: end.message, from };
  return [
    ...active.flatMap((pod) => deletion(job, pod)),
    { kind: 'status', table: TABLE, object: { ...job, status } },
    { kind: 'event', about: job, event },
  ];
}

/** Milliseconds until the next try: ten seconds after the first failure, then twice as long. */
function backOff(failed: readonly KubeObject[], now: number): number {
  if (failed.length === 0) return 0;
  const last = Math.max(
    ...failed.map(
      (pod) =>
        parseTime(text(objects(statusOf(pod).conditions).find((item) => item.type === 'Ready')?.lastTransitionTime)) ?? createdAt(pod),
    ),
  );
  return Math.max(0, last + Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (failed.length - 1)) - now);
}

function indexes(job: KubeObject, pods: readonly KubeObject[], lost: ReadonlySet<number>): readonly number[] {
  const taken = new Set(pods.filter((pod) => phaseOf(pod) !== 'Failed').map(indexOf));
  return Array.from({ length: count(specOf(job).completions, 1) }, (_none, index) => index).filter(
    (index) => !taken.has(index) && !lost.has(index),
  );
}

const INDEX = 'batch.kubernetes.io/job-completion-index';

/** A Pod with a number knows it: by a label, an annotation, its host name and a variable. */
function indexedPod(job: KubeObject, index: number): JsonObject {
  const name = `${job.metadata.name ?? ''}-${index}`;
  const made = podOf(job, templateOf(job), { labels: { [INDEX]: String(index) }, spec: { hostname: name } });
  const meta = objectAt(made.metadata);
  const spec = objectAt(made.spec);
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } } };
  const numbered = (container: JsonObject): JsonObject => ({ ...container, env: [...objects(container.env), variable] });
  const first = objects(spec.initContainers);
  return {
    ...made,
    metadata: { ...meta, generateName: `${name}-`, annotations: { ...objectAt(meta.annotations), [INDEX]: String(index) } },
    spec: {
      ...spec,
      containers: objects(spec.containers).map(numbered),
      ...(first.length === 0 ? {} : { initContainers: first.map(numbered) }),
    },
  };
}

function newPods(job: KubeObject, pods: readonly KubeObject[], { active, succeeded, failures }: Tally): readonly Change[] {
  const spec = specOf(job);
  const completions = typeof spec.completions === 'number' ? spec.completions : undefined;
  const done = succeeded.length;
  const left = completions === undefined ? (done > 0 ? 0 : count(spec.parallelism, 1)) : completions - done;
  const missing = Math.max(0, Math.min(count(spec.parallelism, 1), left) - active.length);
  if (spec.completionMode !== 'Indexed') {
    const object = podOf(job, templateOf(job), {});
    return Array.from({ length: missing }, () => createPod(job, object, { from }));
  }
  return indexes(job, pods, failures.indexes)
    .slice(0, missing)
    .map((index): Change => createPod(job, indexedPod(job, index), { from }));
}

/** A Job that was suspended says that it goes on. */
function resumed(job: KubeObject, now: number): { readonly status: JsonObject; readonly changes: readonly Change[] } {
  const { conditions, ...kept } = statusOf(job);
  if (conditionOf(job, 'Suspended') === undefined) return { status: kept, changes: [] };
  if (conditionOf(job, 'Suspended')?.status !== 'True') return { status: { ...kept, conditions: conditions ?? [] }, changes: [] };
  const time = formatTime(now);
  const condition = {
    type: 'Suspended',
    status: 'False',
    lastProbeTime: time,
    lastTransitionTime: time,
    reason: 'JobResumed',
    message: 'Job resumed',
  };
  return {
    status: { ...kept, conditions: withCondition(objects(conditions), condition), startTime: time },
    changes: [{ kind: 'event', about: job, event: { type: 'Normal', reason: 'Resumed', message: 'Job resumed', from } }],
  };
}

function running(job: KubeObject, pods: readonly KubeObject[], view: View): Outcome {
  const numbers = tally(job, pods);
  const { counted } = numbers.failures;
  const wait = backOff(counted, view.now);
  const created = wait > 0 ? [] : newPods(job, pods, numbers);
  const before = resumed(job, view.now);
  const active = numbers.active.length + created.length;
  const { active: _a, ...rest } = before.status;
  const status: JsonObject = {
    ...rest,
    startTime: before.status.startTime ?? formatTime(view.now),
    ...(active === 0 ? {} : { active }),
    ...(numbers.succeeded.length === 0 ? {} : { succeeded: numbers.succeeded.length }),
    ...(counted.length === 0 ? {} : { failed: counted.length }),
    ...indexStatus(job, numbers),
    terminating: 0,
    uncountedTerminatedPods: {},
    ready: numbers.active.filter(isPodReady).length,
  };
  const changes: Change[] = [...before.changes, ...created];
  if (!sameJson(status, job.status)) changes.push({ kind: 'status', table: TABLE, object: { ...job, status } });
  const deadline = specOf(job).activeDeadlineSeconds;
  const again = [wait, typeof deadline === 'number' ? deadline * 1000 : 0].filter((time) => time > 0);
  return again.length === 0 ? { changes } : { changes, again: Math.min(...again) + 1 };
}

function suspended(job: KubeObject, pods: readonly KubeObject[], now: number): Outcome {
  const time = formatTime(now);
  const changes: Change[] = tally(job, pods).active.flatMap((pod) => deletion(job, pod));
  if (conditionOf(job, 'Suspended')?.status === 'True') return { changes };
  const condition = {
    type: 'Suspended',
    status: 'True',
    lastProbeTime: time,
    lastTransitionTime: time,
    reason: 'JobSuspended',
    message: 'Job suspended',
  };
  const { startTime: _s, active: _a, ...kept } = statusOf(job);
  const zero = { ready: 0, terminating: 0, uncountedTerminatedPods: {} };
  const status = { ...kept, conditions: withCondition(objects(kept.conditions), condition), ...zero };
  const event = { type: 'Normal' as const, reason: 'Suspended', message: 'Job suspended', from };
  return { changes: [...changes, { kind: 'status', table: TABLE, object: { ...job, status } }, { kind: 'event', about: job, event }] };
}

/** A finished Job goes by itself when it was told to. */
function afterwards(job: KubeObject, now: number): Outcome {
  const seconds = specOf(job).ttlSecondsAfterFinished;
  if (typeof seconds !== 'number') return nothing;
  const done = conditionOf(job, 'Complete') ?? conditionOf(job, 'Failed');
  const left = (parseTime(text(done?.lastTransitionTime)) ?? now) + seconds * 1000 - now;
  return left > 0 ? { changes: [], again: left + 1 } : { changes: [{ kind: 'delete', table: TABLE, object: job }] };
}

function reconcile(job: KubeObject, view: View): Outcome {
  if (isDeleting(job)) return nothing;
  if (isOver(job)) return afterwards(job, view.now);
  const pods = view.owned('pods', job.metadata.uid ?? '');
  if (specOf(job).suspend === true) return suspended(job, pods, view.now);
  const numbers = tally(job, pods);
  const end = endOf(job, numbers, view.now);
  return end === undefined ? running(job, pods, view) : { changes: ended(job, end, { tally: numbers, now: view.now }) };
}

export const jobController: Controller = { name: from, table: TABLE, related: { pods: (pod) => controllerOf(pod, 'Job') }, reconcile };
