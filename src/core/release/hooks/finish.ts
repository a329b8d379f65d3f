/**
 * How far a hook's or a test's object is: Jobs and Pods run to an end, everything else is done once it is there (Helm 4: pkg/kube/wait.go,
 * WatchUntilReady). Containers that only accompany the others do not count.
 */
import { type Json, type JsonObject, type KubeObject, getKey, isObject } from '../../object/index.ts';

export type Finish =
  | { readonly state: 'running'; readonly message: string }
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed'; readonly message: string };

/** Containers that meshes and the like put beside the one that counts and that never end by themselves. */
const companions: ReadonlySet<string> = new Set([
  'istio-proxy',
  'linkerd-proxy',
  'envoy-sidecar',
  'kuma-sidecar',
  'cloud-sql-proxy',
  'vault-agent',
]);

/** On a Pod (or a Job's template): names of more containers that do not count, separated by commas. */
export const sidecarsAnnotation = 'lockstep.dev/sidecars';

/** `pods`: for a Job, the Pods it made. */
export function finishOf(object: KubeObject, pods: readonly KubeObject[] = []): Finish {
  if (object.kind === 'Job' && object.apiVersion.startsWith('batch/')) return finishOfJob(object, pods);
  if (object.kind === 'Pod' && object.apiVersion === 'v1') return finishOfPod(object);
  return { state: 'succeeded' };
}

const objectAt = (value: Json | undefined, key: string): Json | undefined => (isObject(value) ? getKey(value, key) : undefined);

const textAt = (value: Json | undefined, key: string): string => {
  const found = objectAt(value, key);
  return typeof found === 'string' ? found : '';
};

const listAt = (value: Json | undefined, key: string): readonly JsonObject[] => {
  const found = objectAt(value, key);
  return Array.isArray(found) ? (found as readonly Json[]).filter(isObject) : [];
};

function finishOfJob(job: KubeObject, pods: readonly KubeObject[]): Finish {
  const conditions = listAt(job['status'], 'conditions').filter((condition) => textAt(condition, 'status') === 'True');
  const failed = conditions.find((condition) => textAt(condition, 'type') === 'Failed');
  if (failed !== undefined) {
    const why = textAt(failed, 'message') || textAt(failed, 'reason') || 'it failed';
    return { state: 'failed', message: why };
  }
  if (conditions.some((condition) => textAt(condition, 'type') === 'Complete')) return { state: 'succeeded' };
  // A companion keeps the Pod, and so the Job, from ending.
  const ended = pods.map(finishOfPod).find(({ state }) => state === 'succeeded');
  return ended ?? { state: 'running', message: runningMessage(pods) };
}

function runningMessage(pods: readonly KubeObject[]): string {
  const waiting = pods.flatMap((pod) => waitingReasons(pod))[0];
  return waiting ?? (pods.length === 0 ? 'it has no Pod yet' : 'its Pod runs');
}

function finishOfPod(pod: KubeObject): Finish {
  const phase = textAt(pod['status'], 'phase');
  if (phase === 'Succeeded') return { state: 'succeeded' };
  const aside = companionsOf(pod);
  const main = listAt(pod['status'], 'containerStatuses').filter((status) => !aside.has(textAt(status, 'name')));
  const ends = main.map((status) => objectAt(objectAt(status, 'state'), 'terminated')).filter((end) => end !== undefined);
  const bad = ends.find((end) => objectAt(end, 'exitCode') !== 0);
  if (phase === 'Failed') return { state: 'failed', message: endMessage(bad) ?? (textAt(pod['status'], 'message') || 'its Pod failed') };
  const restarts = textAt(pod['spec'], 'restartPolicy') !== 'Never';
  if (bad !== undefined && !restarts) return { state: 'failed', message: endMessage(bad) ?? 'a container failed' };
  if (main.length > 0 && ends.length === main.length && bad === undefined) return { state: 'succeeded' };
  return { state: 'running', message: waitingReasons(pod)[0] ?? (phase === '' ? 'it has not started yet' : `it is ${phase}`) };
}

const endMessage = (end: Json | undefined): string | undefined => {
  const code = objectAt(end, 'exitCode');
  return typeof code === 'number' ? `it ended with exit code ${code}` : undefined;
};

function companionsOf(pod: KubeObject): ReadonlySet<string> {
  const named = getKey(pod.metadata.annotations ?? {}, sidecarsAnnotation);
  return named === undefined ? companions : new Set([...companions, ...named.split(',').map((name) => name.trim())]);
}

/** `ImagePullBackOff: …` of containers that cannot start. */
function waitingReasons(pod: KubeObject): readonly string[] {
  const all = [...listAt(pod['status'], 'initContainerStatuses'), ...listAt(pod['status'], 'containerStatuses')];
  return all.flatMap((status) => {
    const waiting = objectAt(objectAt(status, 'state'), 'waiting');
    const [reason, message] = [textAt(waiting, 'reason'), textAt(waiting, 'message')];
    if (reason === '' || reason === 'ContainerCreating' || reason === 'PodInitializing') return [];
    return [message === '' ? reason : `${reason}: ${message}`];
  });
}
