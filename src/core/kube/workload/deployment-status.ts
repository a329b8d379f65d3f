/** Status and conditions of Deployments, with the reasons and texts that health checks read. Kubernetes: pkg/controller/deployment/{sync,progress}.go. */
import { type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { formatTime, parseTime } from '../time/index.ts';
import { conditionOf, count, ofTotal, replicasOf, specOf, statusOf, withCondition } from './shared.ts';

export interface Rollout {
  readonly deployment: KubeObject;
  readonly current: KubeObject | undefined;
  /** Every ReplicaSet, the current one included. */
  readonly sets: readonly KubeObject[];
  /** Whether the current ReplicaSet was made in this very step. */
  readonly created: boolean;
  readonly now: number;
}

const sum = (sets: readonly KubeObject[], field: string): number => sets.reduce((total, set) => total + count(statusOf(set)[field]), 0);

export function maxUnavailable(deployment: KubeObject): number {
  const spec = specOf(deployment);
  const strategy = objectAt(spec.strategy);
  if (strategy.type === 'Recreate') return 0;
  const update = objectAt(strategy.rollingUpdate);
  const total = replicasOf(deployment);
  const surge = ofTotal(update.maxSurge, total, 'up');
  const unavailable = ofTotal(update.maxUnavailable, total, 'down');
  return Math.min(total, surge === 0 && unavailable === 0 ? 1 : unavailable);
}

export function maxSurge(deployment: KubeObject): number {
  const strategy = objectAt(specOf(deployment).strategy);
  return strategy.type === 'Recreate' ? 0 : ofTotal(objectAt(strategy.rollingUpdate).maxSurge, replicasOf(deployment), 'up');
}

interface Numbers {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly unavailableReplicas: number;
}

function numbersOf({ deployment, current, sets }: Rollout): Numbers {
  const available = sum(sets, 'availableReplicas');
  const wanted = sets.reduce((total, set) => total + count(specOf(set).replicas), 0);
  const unavailable = Math.max(0, wanted - available);
  return {
    replicas: sum(sets, 'replicas'),
    updatedReplicas: current === undefined ? 0 : count(statusOf(current).replicas),
    readyReplicas: sum(sets, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: sets.length === 0 ? replicasOf(deployment) : unavailable,
  };
}

interface Reason {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** A condition keeps its times while it says the same; a changed reason is an update, a changed status a transition. */
function condition(deployment: KubeObject, next: Reason, now: number): JsonObject {
  const old = conditionOf(deployment, next.type);
  if (old !== undefined && old.status === next.status && old.reason === next.reason && old.message === next.message) return old;
  const time = formatTime(now);
  const transition = old?.status === next.status ? text(old.lastTransitionTime) : time;
  return {
    type: next.type,
    status: next.status,
    lastUpdateTime: time,
    lastTransitionTime: transition,
    reason: next.reason,
    message: next.message,
  };
}

const completes = (deployment: KubeObject, numbers: Numbers): boolean => {
  const wanted = replicasOf(deployment);
  return numbers.updatedReplicas === wanted && numbers.replicas === wanted && numbers.availableReplicas === wanted;
};

function progresses(deployment: KubeObject, numbers: Numbers): boolean {
  const old = statusOf(deployment);
  const outdated = numbers.replicas - numbers.updatedReplicas;
  const oldOutdated = count(old.replicas) - count(old.updatedReplicas);
  return (
    numbers.updatedReplicas > count(old.updatedReplicas) ||
    outdated < oldOutdated ||
    numbers.readyReplicas > count(old.readyReplicas) ||
    numbers.availableReplicas > count(old.availableReplicas)
  );
}

/** When the rollout is given up, in milliseconds since the epoch; undefined when it never is. */
export function deadlineOf(deployment: KubeObject): number | undefined {
  const seconds = specOf(deployment).progressDeadlineSeconds;
  const progressing = conditionOf(deployment, 'Progressing');
  if (typeof seconds !== 'number' || seconds >= 2_147_483_647 || progressing === undefined) return undefined;
  if (progressing.reason === 'NewReplicaSetAvailable' || progressing.status === 'False') return undefined;
  const since = parseTime(text(progressing.lastUpdateTime));
  return since === undefined ? undefined : since + seconds * 1000;
}

function progressReason(rollout: Rollout, numbers: Numbers): Reason | undefined {
  const { deployment, current, created, now } = rollout;
  const type = 'Progressing';
  const old = conditionOf(deployment, type);
  const name = current?.metadata.name ?? deployment.metadata.name ?? '';
  const subject = current === undefined ? `Deployment "${name}"` : `ReplicaSet "${name}"`;
  if (specOf(deployment).paused === true) {
    return old?.reason === 'DeploymentPaused'
      ? undefined
      : { type, status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' };
  }
  if (old?.reason === 'DeploymentPaused') return { type, status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' };
  if (created) return { type, status: 'True', reason: 'NewReplicaSetCreated', message: `Created new replica set "${name}"` };
  const complete = completes(deployment, numbers);
  if (complete && current !== undefined) {
    return { type, status: 'True', reason: 'NewReplicaSetAvailable', message: `${subject} has successfully progressed.` };
  }
  if (old === undefined && current !== undefined) {
    return { type, status: 'True', reason: 'FoundNewReplicaSet', message: `Found new replica set "${name}"` };
  }
  if (old?.reason === 'NewReplicaSetAvailable' && deployment.metadata.generation === statusOf(deployment).observedGeneration)
    return undefined;
  if (progresses(deployment, numbers)) return { type, status: 'True', reason: 'ReplicaSetUpdated', message: `${subject} is progressing.` };
  const deadline = deadlineOf(deployment);
  if (deadline !== undefined && deadline < now) {
    return { type, status: 'False', reason: 'ProgressDeadlineExceeded', message: `${subject} has timed out progressing.` };
  }
  return undefined;
}

function availability(deployment: KubeObject, numbers: Numbers): Reason {
  const enough = numbers.availableReplicas >= replicasOf(deployment) - maxUnavailable(deployment);
  return enough
    ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** A condition that changed comes last. Kubernetes: deploymentutil.SetDeploymentCondition. */
function moved(conditions: readonly JsonObject[], next: JsonObject): readonly JsonObject[] {
  const old = conditions.find((found) => found.type === next.type);
  const same = old?.status === next.status && old?.reason === next.reason;
  return same ? withCondition(conditions, next) : [...conditions.filter((found) => found !== old), next];
}

/** What keeps a ReplicaSet, the current one first, from having its Pods. Kubernetes: getReplicaFailures, ReplicaSetToDeploymentCondition. */
function replicaFailure({ current, sets }: Rollout): JsonObject | undefined {
  const found = [...(current === undefined ? [] : [current]), ...sets]
    .map((set) => conditionOf(set, 'ReplicaFailure'))
    .find((failure) => failure !== undefined);
  return found === undefined ? undefined : { ...found, lastUpdateTime: text(found.lastTransitionTime) };
}

/** The status that follows from the ReplicaSets. */
export function deploymentStatus(rollout: Rollout): JsonObject {
  const { deployment, created, now } = rollout;
  const numbers = numbersOf(rollout);
  const old = statusOf(deployment);
  let conditions = objects(old.conditions);
  const progress = progressReason(rollout, numbers);
  if (!created) conditions = moved(conditions, condition(deployment, availability(deployment, numbers), now));
  if (progress !== undefined) {
    const next = condition(deployment, progress, now);
    // Every progress counts for the deadline, even when it reads the same.
    const touched =
      progress.reason === 'ReplicaSetUpdated' && next === conditionOf(deployment, 'Progressing')
        ? { ...next, lastUpdateTime: formatTime(now) }
        : next;
    conditions = moved(conditions, touched);
  }
  if (created) return { ...old, conditions };
  const failure = replicaFailure(rollout);
  conditions = failure === undefined ? conditions.filter(({ type }) => type !== 'ReplicaFailure') : moved(conditions, failure);
  const positive = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value > 0));
  const collisions = old.collisionCount === undefined ? {} : { collisionCount: old.collisionCount };
  return { observedGeneration: deployment.metadata.generation ?? 1, ...positive, conditions, ...collisions };
}
