/** ReplicaSets: as many Pods as asked for. Kubernetes: pkg/controller/replicaset. */
import type { JsonObject, KubeObject } from '../../object/index.ts';
import { type Change, type Controller, controllerOf, type Outcome, type View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import {
  byDeletionOrder,
  count,
  isDeleting,
  isPodActive,
  isPodAvailable,
  isPodReady,
  objectAt,
  createPod,
  podOf,
  replicasOf,
  specOf,
  statusOf,
  templateOf,
} from './shared.ts';

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

function scaling(set: KubeObject, pods: readonly KubeObject[]): readonly Change[] {
  const missing = replicasOf(set) - pods.length;
  if (missing > 0) {
    const pod = podOf(set, templateOf(set), {});
    return Array.from({ length: Math.min(missing, BURST) }, () => createPod(set, pod, from));
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
  const changes: Change[] = isDeleting(set) ? [] : [...scaling(set, pods)];
  const next = status(set, pods, view.now);
  if (!sameJson(next, set.status)) changes.push({ kind: 'status', table: 'replicasets.apps', object: { ...set, status: next } });
  const minReady = count(specOf(set).minReadySeconds);
  const settling = minReady > 0 && count(next.readyReplicas) > count(next.availableReplicas);
  return settling ? { changes, again: 1000 } : { changes };
}

export const replicaSetController: Controller = {
  name: from,
  table: 'replicasets.apps',
  related: { pods: (pod) => controllerOf(pod, 'ReplicaSet') },
  reconcile,
};
