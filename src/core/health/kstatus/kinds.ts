/** The rules of the built-in kinds (kstatus: pkg/kstatus/status/core.go). */
import type { KubeObject } from '../../object/index.ts';
import { at, conditionOf, conditions, int, objects, text, time } from '../fields.ts';
import { type KStatusResult, current, failed, inProgress, unknown } from './result.ts';

type Rule = (object: KubeObject, now: number) => KStatusResult;

/** How long a Pod may be unscheduled before it counts as unschedulable. */
const SCHEDULE_WINDOW_MS = 15_000;
/** Without a deadline (or with this one) the controller writes no Progressing condition. */
const NO_DEADLINE = 2147483647;

/** The first counter that lags behind decides. */
type Counter = readonly [have: number, want: number, reason: string, label: string];

function lagging(counters: readonly Counter[]): KStatusResult | undefined {
  const found = counters.find(([have, want]) => want > have);
  return found === undefined ? undefined : inProgress(found[2], `${found[3]}: ${found[0]}/${found[1]}`);
}

const extraPods = (have: number, want: number): KStatusResult | undefined =>
  have > want ? inProgress('ExtraPods', `Pending termination: ${have - want}`) : undefined;

const status = (object: KubeObject, name: string): number => int(object, ['status', name], 0);

const alwaysReady: Rule = () => current('Resource is always ready');

const statefulSet: Rule = (object) => {
  if (text(object, ['spec', 'updateStrategy', 'type']) === 'OnDelete') return current('StatefulSet is using the ondelete update strategy');
  const want = int(object, ['spec', 'replicas'], 1);
  const have = status(object, 'replicas');
  const early =
    lagging([
      [have, want, 'LessReplicas', 'Replicas'],
      [status(object, 'readyReplicas'), want, 'LessReady', 'Ready'],
    ]) ?? extraPods(have, want);
  return early ?? statefulSetRollout(object, want);
};

function statefulSetRollout(object: KubeObject, want: number): KStatusResult {
  const updated = status(object, 'updatedReplicas');
  const partition = int(object, ['spec', 'updateStrategy', 'rollingUpdate', 'partition'], -1);
  if (partition !== -1)
    return (
      lagging([[updated, want - partition, 'PartitionRollout', 'updated']]) ?? current(`Partition rollout complete. updated: ${updated}`)
    );
  const behind = lagging([[status(object, 'currentReplicas'), want, 'LessCurrent', 'current']]);
  if (behind !== undefined) return behind;
  if (text(object, ['status', 'currentRevision']) !== text(object, ['status', 'updateRevision']))
    return inProgress('RevisionMismatch', 'Waiting for updated revision to match current');
  return current(`All replicas scheduled as expected. Replicas: ${status(object, 'replicas')}`);
}

const deployment: Rule = (object) => {
  const progress = conditionOf(object, 'Progressing');
  if (progress?.reason === 'ProgressDeadlineExceeded')
    return {
      status: 'Failed',
      message: 'Progress deadline exceeded',
      conditions: [{ type: 'Stalled', status: 'True', reason: progress.reason, message: progress.message }],
    };
  const want = int(object, ['spec', 'replicas'], 1);
  const have = status(object, 'replicas');
  const updated = status(object, 'updatedReplicas');
  const early =
    lagging([
      [have, want, 'LessReplicas', 'Replicas'],
      [updated, want, 'LessUpdated', 'Updated'],
    ]) ??
    extraPods(have, want) ??
    lagging([
      [status(object, 'availableReplicas'), updated, 'LessAvailable', 'Available'],
      [status(object, 'readyReplicas'), want, 'LessReady', 'Ready'],
    ]);
  if (early !== undefined) return early;
  const noDeadline = int(object, ['spec', 'progressDeadlineSeconds'], NO_DEADLINE) === NO_DEADLINE;
  if (!noDeadline && !(progress?.status === 'True' && progress.reason === 'NewReplicaSetAvailable'))
    return inProgress('ReplicaSetNotAvailable', 'ReplicaSet not Available');
  if (conditionOf(object, 'Available')?.status !== 'True') return inProgress('DeploymentNotAvailable', 'Deployment not Available');
  return current(`Deployment is available. Replicas: ${have}`);
};

const replicaSet: Rule = (object) => {
  if (conditions(object).some(({ type, status: value }) => type === 'ReplicaFailure' && value === 'True'))
    return inProgress('ReplicaFailure', 'Replica Failure condition. Check Pods');
  const want = int(object, ['spec', 'replicas'], 1);
  const have = status(object, 'replicas');
  return (
    lagging([
      [status(object, 'fullyLabeledReplicas'), want, 'LessLabelled', 'Labelled'],
      [status(object, 'availableReplicas'), want, 'LessAvailable', 'Available'],
      [status(object, 'readyReplicas'), want, 'LessReady', 'Ready'],
    ]) ??
    extraPods(have, want) ??
    current(`ReplicaSet is available. Replicas: ${have}`)
  );
};

const daemonSet: Rule = (object) => {
  for (const [path, reason] of [
    [['metadata', 'generation'], 'NoGeneration'],
    [['status', 'observedGeneration'], 'NoObservedGeneration'],
  ] as const)
    if (at(object, ...path) === undefined) return inProgress(reason, `${object.kind} ${path.join('.')} not found`);
  const want = int(object, ['status', 'desiredNumberScheduled'], -1);
  if (want === -1) return inProgress('NoDesiredNumber', 'Missing .status.desiredNumberScheduled');
  return (
    lagging([
      [status(object, 'currentNumberScheduled'), want, 'LessCurrent', 'Current'],
      [status(object, 'updatedNumberScheduled'), want, 'LessUpdated', 'Updated'],
      [status(object, 'numberAvailable'), want, 'LessAvailable', 'Available'],
      [status(object, 'numberReady'), want, 'LessReady', 'Ready'],
    ]) ?? current(`All replicas scheduled as expected. Replicas: ${want}`)
  );
};

const claim: Rule = (object) => {
  const phase = text(object, ['status', 'phase'], 'unknown');
  return phase === 'Bound' ? current('PVC is Bound') : inProgress('NotBound', `PVC is not Bound. phase: ${phase}`);
};

const pod: Rule = (object, now) => {
  const phase = text(object, ['status', 'phase']);
  switch (phase) {
    case 'Succeeded':
      return current('Pod has completed successfully');
    case 'Failed':
      return current('Pod has completed, but not successfully');
    case 'Running':
      return runningPod(object);
    case 'Pending':
      return pendingPod(object, now);
    case '':
      return inProgress('PodNotObserved', 'Pod phase not available');
    default:
      return unknown(`unknown phase ${phase}`);
  }
};

function runningPod(object: KubeObject): KStatusResult {
  if (conditions(object).some(({ type, status: value }) => type === 'Ready' && value === 'True')) return current('Pod is Ready');
  const crashing = objects(object, 'status', 'containerStatuses')
    .filter((container) => text(container, ['state', 'waiting', 'reason']) === 'CrashLoopBackOff')
    .map((container) => text(container, ['name']))
    .filter((name) => name !== '');
  if (crashing.length > 0) return failed('ContainerCrashLooping', `Containers in CrashLoop state: ${crashing.join(',')}`);
  return inProgress('PodRunningNotReady', 'Pod is running but is not Ready');
}

function pendingPod(object: KubeObject, now: number): KStatusResult {
  const unscheduled = conditions(object).find(({ type, status: value }) => type === 'PodScheduled' && value === 'False');
  if (unscheduled?.reason !== 'Unschedulable') return inProgress('PodPending', 'Pod is in the Pending phase');
  const created = time(text(object, ['metadata', 'creationTimestamp']));
  if (created !== undefined && now - SCHEDULE_WINDOW_MS < created) return inProgress('PodNotScheduled', 'Pod has not been scheduled');
  return failed('PodUnschedulable', 'Pod could not be scheduled');
}

const job: Rule = (object) => {
  const completions = int(object, ['spec', 'completions'], int(object, ['spec', 'parallelism'], 1));
  const succeeded = status(object, 'succeeded');
  const failures = status(object, 'failed');
  for (const condition of conditions(object)) {
    if (condition.status !== 'True') continue;
    if (condition.type === 'Complete') return current(`Job Completed. succeeded: ${succeeded}/${completions}`);
    if (condition.type === 'Failed') return failed('JobFailed', `Job Failed. failed: ${failures}/${completions}`);
  }
  if (text(object, ['status', 'startTime']) === '') return inProgress('JobNotStarted', 'Job not started');
  return current(`Job in progress. success:${succeeded}, active: ${status(object, 'active')}, failed: ${failures}`);
};

const service: Rule = (object) =>
  text(object, ['spec', 'type'], 'ClusterIP') === 'LoadBalancer' && text(object, ['spec', 'clusterIP']) === ''
    ? inProgress('NoIPAssigned', 'ClusterIP not set. Service type: LoadBalancer')
    : current('Service is ready');

const definition: Rule = (object) => {
  for (const { type, status: value, reason, message } of conditions(object)) {
    if (type === 'NamesAccepted' && value === 'False') return failed(reason, message);
    if (type !== 'Established') continue;
    if (value === 'False' && reason !== 'Installing') return failed(reason, message);
    if (value === 'True') return current('CRD is established');
  }
  return inProgress('Installing', 'Install in progress');
};

/** By `group/Kind`. */
export const kindRules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['Service', service],
  ['Pod', pod],
  ['Secret', alwaysReady],
  ['ConfigMap', alwaysReady],
  ['PersistentVolumeClaim', claim],
  ['apps/StatefulSet', statefulSet],
  ['apps/DaemonSet', daemonSet],
  ['extensions/DaemonSet', daemonSet],
  ['apps/Deployment', deployment],
  ['extensions/Deployment', deployment],
  ['apps/ReplicaSet', replicaSet],
  ['extensions/ReplicaSet', replicaSet],
  ['policy/PodDisruptionBudget', () => current('AllowedDisruptions has been computed.')],
  ['batch/CronJob', alwaysReady],
  ['batch/Job', job],
  ['apiextensions.k8s.io/CustomResourceDefinition', definition],
]);
