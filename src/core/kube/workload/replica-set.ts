/** ReplicaSets: as many Pods as asked for. Kubernetes: pkg/controller/replicaset. */
import { type JsonObject, type KubeObject, objectAt, objects, withoutKey } from '../../object/index.ts';
import { type Change, type Controller, controllerOf, type Outcome, type View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import { formatTime } from '../time/index.ts';
import {
  byDeletionOrder,
  conditionOf,
  count,
  isDeleting,
  isPodActive,
  isPodAvailable,
  isPodReady,
  createPod,
  podOf,
  replicasOf,
  specOf,
  statusOf,
  templateOf,
  withCondition,
} from './shared.ts';

const TABLE = 'replicasets.apps';
const BURST = 500;
const from = 'replicaset-controller';

function fullyLabelled(set: KubeObject, pods: readonly KubeObject[]): number {
  const labels = objectAt(objectAt(templateOf(set).metadata).labels);
  return pods.filter((pod) => Object.entries(labels).every(([key, value]) => pod.metadata.labels?.[key] === value)).length;
}

function status(set: KubeObject, pods: readonly KubeObject[], now: number): JsonObject {
  const minReady = count(specOf(set).minReadySeconds);
  const numbers = {
    replicas: pods.length,
    fullyLabeledReplicas: fullyLabelled(set, pods),
    readyReplicas: pods.filter(isPodReady).length,
    availableReplicas: pods.filter((pod) => isPodAvailable(pod, minReady, now)).length,
  };
  const { fullyLabeledReplicas: _f, readyReplicas: _r, availableReplicas: _a, ...kept } = statusOf(set);
  const positive = Object.fromEntries(Object.entries(numbers).filter(([key, value]) => key === 'replicas' || value > 0));
  return { ...kept, ...positive, observedGeneration: set.metadata.generation ?? 1 };
}

const FAILURE = 'ReplicaFailure';

/** The condition of a set whose Pods are refused; it keeps its time while the reason is the same. */
function failing(set: KubeObject, next: JsonObject, { why, now }: { readonly why: string; readonly now: number }): JsonObject {
  const old = conditionOf(set, FAILURE);
  const conditions = objects(next.conditions);
  if (old?.status === 'True' && old.reason === 'FailedCreate') return { ...next, conditions: withCondition(conditions, old) };
  const condition = { type: FAILURE, status: 'True', lastTransitionTime: formatTime(now), reason: 'FailedCreate', message: why };
  return { ...next, conditions: withCondition(conditions, condition) };
}

const withoutFailure = (status: JsonObject): JsonObject => {
  const conditions = objects(status.conditions).filter(({ type }) => type !== FAILURE);
  return conditions.length === 0 ? withoutKey(status, 'conditions') : { ...status, conditions };
};

const statusChange = (set: KubeObject, next: JsonObject): readonly Change[] =>
  sameJson(next, set.status) ? [] : [{ kind: 'status', table: TABLE, object: { ...set, status: next } }];

function scaling(set: KubeObject, pods: readonly KubeObject[], now: number): readonly Change[] {
  const missing = replicasOf(set) - pods.length;
  if (missing > 0) {
    const pod = podOf(set, templateOf(set), {});
    const whenRefused = (why: string): readonly Change[] => statusChange(set, failing(set, status(set, pods, now), { why, now }));
    return Array.from({ length: Math.min(missing, BURST) }, () => createPod(set, pod, { from, whenRefused }));
  }
  return [...pods]
    .sort(byDeletionOrder)
    .slice(0, -missing)
    .flatMap((pod): readonly Change[] => [
      { kind: 'delete', table: 'pods', object: pod },
      {
        kind: 'event',
        about: set,
        event: { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name ?? ''}`, from },
      },
    ]);
}

function reconcile(set: KubeObject, view: View): Outcome {
  const pods = view.owned('pods', set.metadata.uid ?? '').filter(isPodActive);
  const changes: Change[] = isDeleting(set) ? [] : [...scaling(set, pods, view.now)];
  const next = withoutFailure(status(set, pods, view.now));
  changes.push(...statusChange(set, next));
  const minReady = count(specOf(set).minReadySeconds);
  const settling = minReady > 0 && count(next.readyReplicas) > count(next.availableReplicas);
  return settling ? { changes, again: 1000 } : { changes };
}

export const replicaSetController: Controller = {
  name: from,
  table: TABLE,
  related: { pods: (pod) => controllerOf(pod, 'ReplicaSet') },
  reconcile,
};
