/** Jobs: Pods that end, and what becomes of the Job when they have. Kubernetes: pkg/controller/job. */
import { type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { type Change, type Controller, controllerOf, nothing, type Outcome, type View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import { formatTime, parseTime } from '../time/index.ts';
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
  readonly succeeded: number;
  readonly failed: readonly KubeObject[];
}

function tally(pods: readonly KubeObject[]): Tally {
  return {
    active: pods.filter((pod) => !isDeleting(pod) && phaseOf(pod) !== 'Succeeded' && phaseOf(pod) !== 'Failed'),
    succeeded: pods.filter((pod) => phaseOf(pod) === 'Succeeded').length,
    failed: pods.filter((pod) => phaseOf(pod) === 'Failed'),
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

function endOf(job: KubeObject, { succeeded, failed, active }: Tally, now: number): End | undefined {
  const spec = specOf(job);
  if (failed.length > count(spec.backoffLimit, 6) || restartedTooOften(job, active)) {
    return { ok: false, reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const started = parseTime(text(statusOf(job).startTime));
  const deadline = spec.activeDeadlineSeconds;
  if (typeof deadline === 'number' && started !== undefined && now >= started + deadline * 1000) {
    return { ok: false, reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  const completions = spec.completions;
  const enough = typeof completions === 'number' ? succeeded >= completions : succeeded > 0 && active.length === 0;
  return enough ? { ok: true, reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' } : undefined;
}

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
  const { succeeded, failed } = numbers.tally;
  const status: JsonObject = {
    ...kept,
    conditions: withCondition(first, condition(end.ok ? 'Complete' : 'Failed')),
    startTime: kept.startTime ?? time,
    ...(end.ok ? { completionTime: time } : {}),
    ...(succeeded === 0 ? {} : { succeeded }),
    ...(failed.length === 0 ? {} : { failed: failed.length }),
    terminating: 0,
    uncountedTerminatedPods: {},
    ready: 0,
  };
  const event = end.ok
    ? { type: 'Normal' as const, reason: 'Completed', message: 'Job completed', from }
    : { type: 'Warning' as const, reason: end.reason, message: end.message, from };
  return [
    ...numbers.tally.active.map((pod): Change => ({ kind: 'delete', table: 'pods', object: pod })),
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

function indexes(job: KubeObject, pods: readonly KubeObject[]): readonly number[] {
  const taken = new Set(
    pods
      .filter((pod) => phaseOf(pod) !== 'Failed')
      .map((pod) => Number(pod.metadata.labels?.['batch.kubernetes.io/job-completion-index'] ?? '-1')),
  );
  return Array.from({ length: count(specOf(job).completions, 1) }, (_none, index) => index).filter((index) => !taken.has(index));
}

function newPods(job: KubeObject, pods: readonly KubeObject[], { active, succeeded }: Tally): readonly Change[] {
  const spec = specOf(job);
  const completions = typeof spec.completions === 'number' ? spec.completions : undefined;
  const left = completions === undefined ? (succeeded > 0 ? 0 : count(spec.parallelism, 1)) : completions - succeeded;
  const missing = Math.max(0, Math.min(count(spec.parallelism, 1), left) - active.length);
  if (spec.completionMode !== 'Indexed') {
    const object = podOf(job, templateOf(job), {});
    return Array.from({ length: missing }, () => createPod(job, object, { from }));
  }
  return indexes(job, pods)
    .slice(0, missing)
    .map((index): Change => {
      const labels = { 'batch.kubernetes.io/job-completion-index': String(index) };
      const made = podOf(job, templateOf(job), { labels });
      const meta = made.metadata as JsonObject;
      return createPod(job, { ...made, metadata: { ...meta, generateName: `${job.metadata.name ?? ''}-${index}-` } }, { from });
    });
}

function running(job: KubeObject, pods: readonly KubeObject[], view: View): Outcome {
  const numbers = tally(pods);
  const wait = backOff(numbers.failed, view.now);
  const created = wait > 0 ? [] : newPods(job, pods, numbers);
  const { conditions: _none, ...kept } = statusOf(job);
  const active = numbers.active.length + created.length;
  const { active: _a, ...rest } = kept;
  const status: JsonObject = {
    ...rest,
    startTime: kept.startTime ?? formatTime(view.now),
    ...(active === 0 ? {} : { active }),
    ...(numbers.succeeded === 0 ? {} : { succeeded: numbers.succeeded }),
    ...(numbers.failed.length === 0 ? {} : { failed: numbers.failed.length }),
    terminating: 0,
    uncountedTerminatedPods: {},
    ready: numbers.active.filter(isPodReady).length,
  };
  const changes: Change[] = [...created];
  if (!sameJson(status, job.status)) changes.push({ kind: 'status', table: TABLE, object: { ...job, status } });
  const deadline = specOf(job).activeDeadlineSeconds;
  const again = [wait, typeof deadline === 'number' ? deadline * 1000 : 0].filter((time) => time > 0);
  return again.length === 0 ? { changes } : { changes, again: Math.min(...again) + 1 };
}

function suspended(job: KubeObject, pods: readonly KubeObject[], now: number): Outcome {
  const time = formatTime(now);
  const changes: Change[] = tally(pods).active.map((pod) => ({ kind: 'delete', table: 'pods', object: pod }));
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
  const status = { ...kept, conditions: withCondition(objects(kept.conditions), condition) };
  return { changes: [...changes, { kind: 'status', table: TABLE, object: { ...job, status } }] };
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
  const numbers = tally(pods);
  const end = endOf(job, numbers, view.now);
  return end === undefined ? running(job, pods, view) : { changes: ended(job, end, { tally: numbers, now: view.now }) };
}

export const jobController: Controller = { name: from, table: TABLE, related: { pods: (pod) => controllerOf(pod, 'Job') }, reconcile };
