/** Pods: scheduling onto the simulated node, and containers that start, get ready, end or fail there. */
import type { JsonObject, KubeObject } from '../../object/index.ts';
import { type Change, type Controller, keyOf, nothing, type ObjectKey, type Outcome, type View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import { SCENARIO } from '../scenario/index.ts';
import { formatTime } from '../time/index.ts';
import { faultOf } from './fault.ts';
import { containerStatuses, type ContainerState, podStatus, restartDelay } from './pod-status.ts';
import { claimNames, missingReference, referencedNames } from './references.ts';
import { isDeleting, objectAt, objects, phaseOf, specOf, statusOf, text } from './shared.ts';

/** When the Pod was put on its node, in milliseconds since the epoch: says that it is simulated, and since when. */
export const SIMULATED_AT = 'lockstep.dev/simulated-at';

const START = 300;
const RUN = 1000;
const STOP = 200;
const LOOK_AGAIN = 5000;

const scheduler = 'default-scheduler';
const kubelet = 'kubelet';

const event = (
  about: KubeObject,
  type: 'Normal' | 'Warning',
  text: { readonly reason: string; readonly message: string; readonly from: string },
): Change => ({
  kind: 'event',
  about,
  event: { type, ...text },
});

const statusChange = (pod: KubeObject, status: JsonObject): readonly Change[] =>
  sameJson(status, pod.status) ? [] : [{ kind: 'status', table: 'pods', object: { ...pod, status } }];

const nodes = (view: View): readonly KubeObject[] => view.list('nodes', '').filter((node) => specOf(node).unschedulable !== true);

function fits(pod: KubeObject, node: KubeObject): boolean {
  const wanted = objectAt(specOf(pod).nodeSelector);
  return Object.entries(wanted).every(([key, value]) => node.metadata.labels?.[key] === value);
}

function unboundClaims(pod: KubeObject, view: View): readonly string[] {
  return claimNames(pod).filter((name) => {
    const claim = view.get('persistentvolumeclaims', pod.metadata.namespace ?? '', name);
    return claim === undefined || text(statusOf(claim).phase) !== 'Bound';
  });
}

function unschedulable(pod: KubeObject, message: string, now: number): Outcome {
  const known = objects(statusOf(pod).conditions).find((condition) => condition.type === 'PodScheduled');
  if (known?.message === message) return { changes: [], again: LOOK_AGAIN };
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: formatTime(now),
    reason: 'Unschedulable',
    message,
  };
  const status = { ...statusOf(pod), phase: 'Pending', conditions: [condition] };
  const changes = [...statusChange(pod, status), event(pod, 'Warning', { reason: 'FailedScheduling', message, from: scheduler })];
  return { changes, again: LOOK_AGAIN };
}

function schedule(pod: KubeObject, view: View): Outcome {
  const candidates = nodes(view);
  const all = view.list('nodes', '').length;
  const why = (reason: string): string =>
    `0/${all} nodes are available: ${reason}. preemption: 0/${all} nodes are available: ${all} Preemption is not helpful for scheduling.`;
  if (faultOf(pod, view).kind === 'unschedulable') return unschedulable(pod, why(`${all} Insufficient cpu`), view.now);
  if (unboundClaims(pod, view).length > 0) return unschedulable(pod, why('pod has unbound immediate PersistentVolumeClaims'), view.now);
  const node = candidates.find((candidate) => fits(pod, candidate));
  if (node === undefined) return unschedulable(pod, why(`${all} node(s) didn't match Pod's node affinity/selector`), view.now);
  const name = node.metadata.name ?? '';
  const message = `Successfully assigned ${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''} to ${name}`;
  const bind: Change = { kind: 'bind', object: pod, node: name, annotations: { [SIMULATED_AT]: String(view.now) } };
  return { changes: [bind, event(pod, 'Normal', { reason: 'Scheduled', message, from: scheduler })] };
}

/** Milliseconds since the Pod came to its node. */
const age = (pod: KubeObject, now: number): number => now - (Number(pod.metadata.annotations?.[SIMULATED_AT] ?? '0') || 0);

const waiting = (reason: string, message?: string): ContainerState => ({
  kind: 'waiting',
  reason,
  ...(message === undefined ? {} : { message }),
});

function becomes(pod: KubeObject, state: ContainerState, view: View, events: readonly Change[] = []): Outcome {
  const status = podStatus(pod, containerStatuses(pod, state, view.now), view.now);
  const changes = statusChange(pod, status);
  const started = state.kind === 'running' && (phaseOf(pod) === 'Pending' || state.restarts > restartsOf(pod)) ? startedEvents(pod) : [];
  return { changes: changes.length === 0 ? [] : [...changes, ...started, ...events] };
}

function blocked(pod: KubeObject, view: View): Outcome | undefined {
  const missing = missingReference(pod, view);
  if (missing === undefined) return undefined;
  const state = missing.container === undefined ? waiting('ContainerCreating') : waiting('CreateContainerConfigError', missing.message);
  const reason = missing.container === undefined ? 'FailedMount' : 'Failed';
  const message = missing.container === undefined ? missing.message : `Error: ${missing.message}`;
  return { ...becomes(pod, state, view, [event(pod, 'Warning', { reason, message, from: kubelet })]), again: LOOK_AGAIN };
}

const imageOf = (pod: KubeObject): string => text(objects(specOf(pod).containers)[0]?.image);

function imageMissing(pod: KubeObject, view: View): Outcome {
  const image = imageOf(pod);
  const waited = age(pod, view.now) - START;
  // ErrImagePull while trying, ImagePullBackOff between tries.
  const trying = waited < 1000;
  const state = trying
    ? waiting('ErrImagePull', `failed to pull and unpack image "${image}": not found`)
    : waiting('ImagePullBackOff', `Back-off pulling image "${image}"`);
  const said = trying ? `Failed to pull image "${image}": not found` : `Error: ImagePullBackOff`;
  const tries = trying ? [event(pod, 'Normal', { reason: 'Pulling', message: `Pulling image "${image}"`, from: kubelet })] : [];
  const backOff = trying ? [] : [event(pod, 'Normal', { reason: 'BackOff', message: `Back-off pulling image "${image}"`, from: kubelet })];
  const failed = event(pod, 'Warning', { reason: 'Failed', message: said, from: kubelet });
  const outcome = becomes(pod, state, view, [...tries, ...backOff, failed]);
  return trying ? { ...outcome, again: 1000 - waited + 1 } : outcome;
}

function restartsOf(pod: KubeObject): number {
  const count = objects(statusOf(pod).containerStatuses)[0]?.restartCount;
  return typeof count === 'number' ? count : 0;
}

/** Runs for a second, ends with an error, waits ten seconds, then twice as long, up to five minutes. */
function crashing(pod: KubeObject, end: { readonly exitCode: number; readonly reason: string }, view: View): Outcome {
  const since = age(pod, view.now) - START;
  let at = 0;
  for (let restarts = 0; ; restarts++) {
    if (since < at + RUN) {
      return { ...becomes(pod, { kind: 'running', ready: false, restarts }, view), again: at + RUN - since + 1 };
    }
    const next = at + RUN + restartDelay(restarts);
    if (since < next) {
      const state: ContainerState = { kind: 'crashed', restarts, ...end };
      const backOff = event(pod, 'Warning', {
        reason: 'BackOff',
        message: `Back-off restarting failed container ${text(objects(specOf(pod).containers)[0]?.name)} in pod ${pod.metadata.name ?? ''}`,
        from: kubelet,
      });
      return {
        ...becomes(pod, state, view, restartsOf(pod) === restarts && phaseOf(pod) === 'Running' ? [backOff] : []),
        again: next - since + 1,
      };
    }
    at = next;
  }
}

const isReadyService = (pod: KubeObject, service: string, view: View): boolean =>
  view
    .list('endpointslices.discovery.k8s.io', pod.metadata.namespace ?? '')
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service)
    .some((slice) => objects(slice.endpoints).some((endpoint) => objectAt(endpoint.conditions).ready === true));

function running(pod: KubeObject, view: View): Outcome {
  const fault = faultOf(pod, view);
  const since = age(pod, view.now) - START;
  switch (fault.kind) {
    case 'image-missing':
      return imageMissing(pod, view);
    case 'crash-loop':
      return crashing(pod, fault, view);
    case 'needs':
      return isReadyService(pod, fault.service, view) ? runs(pod, view, since) : crashing(pod, { exitCode: 1, reason: 'Error' }, view);
    case 'never-ready':
      return becomes(pod, { kind: 'running', ready: false, restarts: 0 }, view);
    case 'slow-start':
      return since < fault.milliseconds
        ? { ...becomes(pod, { kind: 'running', ready: false, restarts: 0 }, view), again: fault.milliseconds - since + 1 }
        : runs(pod, view, since);
    case 'fail':
      return since < RUN
        ? { ...becomes(pod, { kind: 'running', ready: true, restarts: 0 }, view), again: RUN - since + 1 }
        : becomes(pod, { kind: 'ended', exitCode: fault.exitCode }, view);
    case 'none':
    case 'unschedulable':
      return runs(pod, view, since);
  }
}

const startedEvents = (pod: KubeObject): readonly Change[] =>
  objects(specOf(pod).containers).flatMap((container) => {
    const name = text(container.name);
    const say = (reason: string, message: string): Change => event(pod, 'Normal', { reason, message, from: kubelet });
    return [
      say('Pulled', `Container image ${JSON.stringify(text(container.image))} already present on machine`),
      say('Created', `Created container: ${name}`),
      say('Started', `Started container ${name}`),
    ];
  });

/** A program that is meant to end does so after a second; the others run. */
function runs(pod: KubeObject, view: View, since: number): Outcome {
  const endless = (text(specOf(pod).restartPolicy) || 'Always') === 'Always';
  if (endless || since < RUN) {
    const outcome = becomes(pod, { kind: 'running', ready: true, restarts: restartsOf(pod) }, view);
    return endless ? outcome : { ...outcome, again: RUN - since + 1 };
  }
  return becomes(pod, { kind: 'ended', exitCode: 0 }, view);
}

function start(pod: KubeObject, view: View): Outcome {
  if (phaseOf(pod) === 'Succeeded' || phaseOf(pod) === 'Failed') return nothing;
  const isRunning = phaseOf(pod) === 'Running';
  const waited = age(pod, view.now);
  if (!isRunning) {
    const stuck = blocked(pod, view);
    if (stuck !== undefined) return stuck;
    if (waited < START) return { ...becomes(pod, waiting('ContainerCreating'), view), again: START - waited + 1 };
  }
  return running(pod, view);
}

function reconcile(pod: KubeObject, view: View): Outcome {
  if (isDeleting(pod)) {
    if ((pod.metadata.deletionGracePeriodSeconds ?? 0) === 0) return nothing;
    const asked = Number(pod.metadata.annotations?.[STOPPING] ?? '0');
    if (asked === 0)
      return { changes: [{ kind: 'annotate', table: 'pods', object: pod, annotations: { [STOPPING]: String(view.now) } }], again: STOP };
    const left = asked + STOP - view.now;
    return left > 0 ? { changes: [], again: left } : { changes: [{ kind: 'delete', table: 'pods', object: pod, graceSeconds: 0 }] };
  }
  return text(specOf(pod).nodeName) === '' ? schedule(pod, view) : start(pod, view);
}

const STOPPING = 'lockstep.dev/stopping-at';

const podsNaming = (table: 'configmaps' | 'secrets') => (changed: KubeObject, view: View) =>
  view
    .list('pods', changed.metadata.namespace ?? '')
    .filter((pod) => phaseOf(pod) === 'Pending' && referencedNames(pod, table).includes(changed.metadata.name ?? ''))
    .map((pod) => ({ namespace: pod.metadata.namespace ?? '', name: pod.metadata.name ?? '' }));

/** A scenario may concern every Pod of its namespace. */
const podsOfConfig = (changed: KubeObject, view: View): readonly ObjectKey[] =>
  changed.metadata.name === SCENARIO
    ? view.list('pods', changed.metadata.namespace ?? '').map(keyOf)
    : podsNaming('configmaps')(changed, view);

const podsClaiming = (claim: KubeObject, view: View) =>
  view
    .list('pods', claim.metadata.namespace ?? '')
    .filter((pod) => claimNames(pod).includes(claim.metadata.name ?? ''))
    .map((pod) => ({ namespace: pod.metadata.namespace ?? '', name: pod.metadata.name ?? '' }));

export const podController: Controller = {
  name: 'pod-simulator',
  table: 'pods',
  related: { configmaps: podsOfConfig, secrets: podsNaming('secrets'), persistentvolumeclaims: podsClaiming },
  reconcile,
};
