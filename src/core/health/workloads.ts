/** Health of the workload kinds (Argo CD: gitops-engine/pkg/health; the same texts as `kubectl rollout status`). */
import type { KubeObject } from '../object/index.ts';
import { at, conditionOf, int, optionalInt, text } from './fields.ts';
import type { Verdict } from './state.ts';

const healthy = (message = ''): Verdict => ({ state: 'Healthy', message });
const progressing = (message: string): Verdict => ({ state: 'Progressing', message });
const rollout = (rest: string): Verdict => progressing(`Waiting for rollout to finish: ${rest}`);

const status = (object: KubeObject, name: string): number => int(object, ['status', name], 0);
const generation = (object: KubeObject): number => int(object, ['metadata', 'generation'], 0);
const unobserved = (object: KubeObject): boolean => generation(object) > status(object, 'observedGeneration');

/** Why its Pods are not even made (a quota, an admission policy): what Argo CD leaves to whoever looks at the ReplicaSet. */
function refusal(object: KubeObject): string {
  const failure = conditionOf(object, 'ReplicaFailure');
  return failure?.status === 'True' && failure.message !== '' ? `: ${failure.message}` : '';
}

export function deploymentHealth(object: KubeObject): Verdict {
  if (at(object, 'spec', 'paused') === true) return { state: 'Suspended', message: 'Deployment is paused' };
  if (unobserved(object)) return rollout('observed deployment generation less than desired generation');
  if (conditionOf(object, 'Progressing')?.reason === 'ProgressDeadlineExceeded')
    return {
      state: 'Degraded',
      message: `Deployment "${object.metadata.name ?? ''}" exceeded its progress deadline${refusal(object)}`,
      reason: 'ProgressDeadlineExceeded',
    };
  const want = optionalInt(object, 'spec', 'replicas');
  const updated = status(object, 'updatedReplicas');
  if (want !== undefined && updated < want) return rollout(`${updated} out of ${want} new replicas have been updated...${refusal(object)}`);
  const old = status(object, 'replicas') - updated;
  if (old > 0) return rollout(`${old} old replicas are pending termination...`);
  const available = status(object, 'availableReplicas');
  if (available < updated) return rollout(`${available} of ${updated} updated replicas are available...${refusal(object)}`);
  return healthy();
}

export function replicaSetHealth(object: KubeObject): Verdict {
  if (unobserved(object)) return rollout('observed replica set generation less than desired generation');
  const failure = conditionOf(object, 'ReplicaFailure');
  if (failure?.status === 'True') return { state: 'Degraded', message: failure.message, reason: 'ReplicaFailure' };
  const want = optionalInt(object, 'spec', 'replicas');
  const available = status(object, 'availableReplicas');
  if (want !== undefined && available < want) return rollout(`${available} out of ${want} new replicas are available...`);
  return healthy();
}

export function statefulSetHealth(object: KubeObject): Verdict {
  if (status(object, 'observedGeneration') === 0 || unobserved(object))
    return progressing('Waiting for statefulset spec update to be observed...');
  const want = optionalInt(object, 'spec', 'replicas');
  const ready = status(object, 'readyReplicas');
  if (want !== undefined && ready < want) return progressing(`Waiting for ${want - ready} pods to be ready...`);
  const strategy = text(object, ['spec', 'updateStrategy', 'type']);
  const updated = status(object, 'updatedReplicas');
  const rolling = at(object, 'spec', 'updateStrategy', 'rollingUpdate');
  if (strategy === 'RollingUpdate' && rolling !== undefined && rolling !== null) return partitionedHealth(object, want, updated);
  if (strategy === 'OnDelete') return healthy(`statefulset has ${ready} ready pods`);
  const updateRevision = text(object, ['status', 'updateRevision']);
  const currentRevision = text(object, ['status', 'currentRevision']);
  if (updateRevision !== currentRevision)
    return progressing(`waiting for statefulset rolling update to complete ${updated} pods at revision ${updateRevision}...`);
  return healthy(`statefulset rolling update complete ${status(object, 'currentReplicas')} pods at revision ${currentRevision}...`);
}

function partitionedHealth(object: KubeObject, want: number | undefined, updated: number): Verdict {
  const partition = optionalInt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  if (want !== undefined && partition !== undefined && updated < want - partition)
    return progressing(`Waiting for partitioned roll out to finish: ${updated} out of ${want - partition} new pods have been updated...`);
  return healthy(`partitioned roll out complete: ${updated} new pods have been updated...`);
}

export function daemonSetHealth(object: KubeObject): Verdict {
  const name = object.metadata.name ?? '';
  if (unobserved(object)) return rollout('observed daemon set generation less than desired generation');
  const want = status(object, 'desiredNumberScheduled');
  const updated = status(object, 'updatedNumberScheduled');
  if (text(object, ['spec', 'updateStrategy', 'type']) === 'OnDelete')
    return healthy(`daemon set ${updated} out of ${want} new pods have been updated`);
  if (updated < want)
    return progressing(`Waiting for daemon set "${name}" rollout to finish: ${updated} out of ${want} new pods have been updated...`);
  const available = status(object, 'numberAvailable');
  if (available < want)
    return progressing(`Waiting for daemon set "${name}" rollout to finish: ${available} of ${want} updated pods are available...`);
  return healthy();
}
