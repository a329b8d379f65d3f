/** Which failures of a Job's Pods count, and what they come to. Kubernetes: pkg/controller/job/pod_failure_policy.go, indexed_job_utils.go. */
import { isSet, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { count, phaseOf, specOf, statusOf } from './shared.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';

export const indexOf = (pod: KubeObject): number => Number(pod.metadata.labels?.[INDEX] ?? '-1');

export interface Verdict {
  readonly action: 'Count' | 'FailIndex' | 'FailJob' | 'Ignore';
  /** What a Job that fails by a rule says. */
  readonly message: string;
}

/** The first container that ended as a rule says, with its exit code. */
function exitOf(pod: KubeObject, requirement: JsonObject): string | undefined {
  const status = statusOf(pod);
  const values = (Array.isArray(requirement.values) ? requirement.values : []) as readonly number[];
  const named = isSet(requirement.containerName) ? text(requirement.containerName) : undefined;
  for (const container of [...objects(status.containerStatuses), ...objects(status.initContainerStatuses)]) {
    const code = count(objectAt(objectAt(container.state).terminated).exitCode);
    if (code === 0 || (named !== undefined && container.name !== named)) continue;
    if (values.includes(code) !== (requirement.operator === 'In')) continue;
    return `Container ${text(container.name)} for pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''} failed with exit code ${code}`;
  }
  return undefined;
}

function conditionMet(pod: KubeObject, patterns: readonly JsonObject[]): string | undefined {
  const conditions = objects(statusOf(pod).conditions);
  const met = patterns.find(({ type, status }) => conditions.some((one) => one.type === type && one.status === (status ?? 'True')));
  return met === undefined ? undefined : `Pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''} has condition ${text(met.type)}`;
}

/** What the Job's rules make of a failed Pod; without a rule that fits it counts. */
export function verdictOf(job: KubeObject, pod: KubeObject): Verdict {
  for (const [index, rule] of objects(objectAt(specOf(job).podFailurePolicy).rules).entries()) {
    const what = isSet(rule.onExitCodes) ? exitOf(pod, objectAt(rule.onExitCodes)) : conditionMet(pod, objects(rule.onPodConditions));
    if (what === undefined) continue;
    const action = text(rule.action) as Verdict['action'];
    return { action, message: `${what} matching ${action} rule at index ${index}` };
  }
  return { action: 'Count', message: '' };
}

export interface Failures {
  /** Failed Pods that count. */
  readonly counted: readonly KubeObject[];
  /** Why the whole Job fails by one of its rules. */
  readonly whole: string | undefined;
  /** Indexes that are not tried again. */
  readonly indexes: ReadonlySet<number>;
}

export function failuresOf(job: KubeObject, pods: readonly KubeObject[]): Failures {
  const failed = pods.filter((pod) => phaseOf(pod) === 'Failed');
  const told = failed.map((pod) => ({ pod, verdict: verdictOf(job, pod) }));
  const counted = told.filter(({ verdict }) => verdict.action !== 'Ignore');
  const { backoffLimitPerIndex: limit } = specOf(job);
  const lost = new Set<number>();
  if (typeof limit === 'number') {
    const tries = new Map<number, number>();
    for (const { pod, verdict } of counted) {
      const index = indexOf(pod);
      tries.set(index, (tries.get(index) ?? 0) + 1);
      if (verdict.action === 'FailIndex' || (tries.get(index) ?? 0) > limit) lost.add(index);
    }
  }
  return {
    counted: counted.map(({ pod }) => pod),
    whole: told.find(({ verdict }) => verdict.action === 'FailJob')?.verdict.message,
    indexes: lost,
  };
}

/** `0-2,4`: two in a row are written one by one. */
export function indexText(indexes: Iterable<number>): string {
  const runs: number[][] = [];
  for (const index of [...new Set(indexes)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last.at(-1) === index - 1) last.push(index);
    else runs.push([index]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(','))).join(',');
}
