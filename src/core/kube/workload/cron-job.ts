/** CronJobs: Jobs by the clock, in UTC. Kubernetes: pkg/controller/cronjob. The five-field schedule of robfig/cron. */
import { type JsonObject, type KubeObject, objectAt, text } from '../../object/index.ts';
import { type Change, type Controller, controllerOf, nothing, type Outcome, type View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import { formatTime, parseTime } from '../time/index.ts';
import { nextTime, parseSchedule } from '../../go/cron/index.ts';
import { conditionOf, controllerReference, count, createdAt, isDeleting, specOf, statusOf } from './shared.ts';

const from = 'cronjob-controller';
const TABLE = 'cronjobs.batch';
const JOBS = 'jobs.batch';

const isDone = (job: KubeObject): boolean =>
  conditionOf(job, 'Complete')?.status === 'True' || conditionOf(job, 'Failed')?.status === 'True';

function newJob(cron: KubeObject, at: number): JsonObject {
  const template = objectAt(specOf(cron).jobTemplate);
  const { creationTimestamp: _none, ...meta } = objectAt(template.metadata);
  const annotations = { ...objectAt(meta.annotations), 'batch.kubernetes.io/cronjob-scheduled-timestamp': formatTime(at) };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...meta,
      name: `${cron.metadata.name ?? ''}-${Math.floor(at / 60_000)}`,
      namespace: cron.metadata.namespace ?? '',
      annotations,
      ownerReferences: [controllerReference(cron)],
    },
    spec: template.spec ?? {},
  };
}

/** Finished Jobs beyond the limits, oldest first. */
function cleanUp(cron: KubeObject, jobs: readonly KubeObject[]): readonly Change[] {
  const spec = specOf(cron);
  const over = (type: string, limit: number): readonly KubeObject[] => {
    const found = jobs.filter((job) => conditionOf(job, type)?.status === 'True').sort((a, b) => createdAt(a) - createdAt(b));
    return found.slice(0, Math.max(0, found.length - limit));
  };
  const gone = [...over('Complete', count(spec.successfulJobsHistoryLimit, 3)), ...over('Failed', count(spec.failedJobsHistoryLimit, 1))];
  return gone.map((object): Change => ({ kind: 'delete', table: JOBS, object }));
}

/** The last time that is due and not yet served. */
function dueTime(cron: KubeObject, now: number): { readonly due: number | undefined; readonly next: number | undefined } {
  const schedule = parseSchedule(text(specOf(cron).schedule));
  if (schedule === undefined) return { due: undefined, next: undefined };
  let at = parseTime(text(statusOf(cron).lastScheduleTime)) ?? createdAt(cron);
  let due: number | undefined;
  for (let step = 0; step < 100; step++) {
    const next = nextTime(schedule, at);
    if (next === undefined || next > now) return { due, next };
    due = next;
    at = next;
  }
  return { due, next: nextTime(schedule, now) };
}

function started(
  cron: KubeObject,
  jobs: readonly KubeObject[],
  due: number,
): { readonly changes: readonly Change[]; readonly scheduled: boolean } {
  const active = jobs.filter((job) => !isDone(job));
  const policy = specOf(cron).concurrencyPolicy;
  if (policy === 'Forbid' && active.length > 0) return { changes: [], scheduled: false };
  const replaced = policy === 'Replace' ? active.map((object): Change => ({ kind: 'delete', table: JOBS, object })) : [];
  const object = newJob(cron, due);
  const message = `Created job ${text((object.metadata as JsonObject).name)}`;
  const event: Change = { kind: 'event', about: cron, event: { type: 'Normal', reason: 'SuccessfulCreate', message, from } };
  return { changes: [...replaced, { kind: 'create', table: JOBS, object }, event], scheduled: true };
}

function reconcile(cron: KubeObject, view: View): Outcome {
  if (isDeleting(cron)) return nothing;
  const jobs = view.owned(JOBS, cron.metadata.uid ?? '').filter((job) => !isDeleting(job));
  const { due, next } = specOf(cron).suspend === true ? { due: undefined, next: undefined } : dueTime(cron, view.now);
  const begun = due === undefined ? { changes: [], scheduled: false } : started(cron, jobs, due);
  const active = jobs
    .filter((job) => !isDone(job))
    .map((job): JsonObject => ({
      kind: 'Job',
      namespace: job.metadata.namespace ?? '',
      name: job.metadata.name ?? '',
      uid: job.metadata.uid ?? '',
      apiVersion: 'batch/v1',
    }));
  const succeeded =
    jobs
      .map((job) => text(statusOf(job).completionTime))
      .sort()
      .at(-1) ?? '';
  const { active: _old, ...kept } = statusOf(cron);
  const status: JsonObject = {
    ...(active.length === 0 ? {} : { active }),
    ...kept,
    ...(begun.scheduled && due !== undefined ? { lastScheduleTime: formatTime(due) } : {}),
    ...(succeeded === '' ? {} : { lastSuccessfulTime: succeeded }),
  };
  const changes: Change[] = [...begun.changes, ...cleanUp(cron, jobs)];
  if (!sameJson(status, cron.status)) changes.push({ kind: 'status', table: TABLE, object: { ...cron, status } });
  return next === undefined ? { changes } : { changes, again: next - view.now + 1 };
}

export const cronJobController: Controller = {
  name: from,
  table: TABLE,
  related: { [JOBS]: (job) => controllerOf(job, 'CronJob') },
  reconcile,
};
