/** What the containers of a scheduled Pod do: start, get ready, end or fail as their fault says. */
import { type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import type { Change, Outcome, View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import { type Fault, podFault } from '../scenario/index.ts';
import { containerStatuses, type ContainerState, podStatus, restartDelay, type WaitingState } from './pod-status.ts';
import { badImage } from './image-names.ts';
import { madeByEnded, madeByOthers } from './made-secrets.ts';
import { type Missing, missingReference } from './references.ts';
import { createdAt, isPodReady, phaseOf, specOf, statusOf } from './shared.ts';

/** When the Pod was put on its node, in milliseconds since the epoch: says that it is simulated, and since when. */
export const SIMULATED_AT = 'lockstep.dev/simulated-at';

/** Milliseconds until containers run, that a failing program runs, and until missing things are looked for again. */
export const START = 300;
const RUN = 1000;
export const LOOK_AGAIN = 5000;

const kubelet = 'kubelet';

export const event = (
  about: KubeObject,
  type: 'Normal' | 'Warning',
  text: { readonly reason: string; readonly message: string; readonly from: string },
): Change => ({
  kind: 'event',
  about,
  event: { type, ...text },
});

export const statusChange = (pod: KubeObject, status: JsonObject): readonly Change[] =>
  sameJson(status, pod.status) ? [] : [{ kind: 'status', table: 'pods', object: { ...pod, status } }];

/** Milliseconds since the Pod came to its node. */
export const age = (pod: KubeObject, now: number): number =>
  now - (Number(pod.metadata.annotations?.[SIMULATED_AT] ?? '0') || createdAt(pod));

const sinceStart = (pod: KubeObject, view: View): number => age(pod, view.now) - START;

/** What is wrong with a Pod now, by its own annotation or its namespace's scenarios. */
export const faultOf = (pod: KubeObject, view: View): Fault =>
  podFault(pod, view.scenarios(pod.metadata.namespace ?? ''), age(pod, view.now));

/** Comes back when a fault that does not last for ever is over; `now` is the Pod's age. */
export function lookingAgain(outcome: Outcome, fault: Fault, now: number): Outcome {
  if (fault.lasts === undefined) return outcome;
  const left = Math.max(0, fault.lasts - now) + 1;
  return { ...outcome, again: Math.min(outcome.again ?? left, left) };
}

export const waiting = (reason: string, message?: string): WaitingState => ({
  kind: 'waiting',
  reason,
  ...(message === undefined ? {} : { message }),
});

export function becomes(pod: KubeObject, state: ContainerState, view: View, events: readonly Change[] = []): Outcome {
  const status = podStatus(pod, containerStatuses(pod, state, view.now), view.now);
  const changes = statusChange(pod, status);
  const started = state.kind === 'running' && (phaseOf(pod) === 'Pending' || state.restarts > restartsOf(pod)) ? startedEvents(pod) : [];
  return { changes: changes.length === 0 ? [] : [...changes, ...started, ...events] };
}

/** What keeps containers from being created, in the order in which the kubelet finds out: volumes, images, what their variables refer to. */
export function blocked(pod: KubeObject, view: View): Outcome | undefined {
  const missing = missingReference(pod, view);
  const made = missing?.secret === undefined ? [] : madeByOthers(missing.secret, pod.metadata.namespace ?? '', view);
  if (made.length > 0) return { changes: made, again: 1 };
  if (missing !== undefined && missing.container === undefined)
    return isBlocked(pod, waiting('ContainerCreating'), { view, reason: 'FailedMount', message: missing.message });
  const bad = badImage(pod);
  if (bad !== undefined)
    return isBlocked(
      pod,
      { ...waiting('InvalidImageName', bad.message), only: bad.container },
      { view, reason: 'InspectFailed', message: bad.message },
    );
  const refused = missing ?? rootRefused(pod);
  if (refused?.container === undefined) return undefined;
  const state = { ...waiting('CreateContainerConfigError', refused.message), only: refused.container };
  return isBlocked(pod, state, { view, reason: 'Failed', message: `Error: ${refused.message}` });
}

/** A container that must not be root and is told to be. Kubernetes: verifyRunAsNonRoot. What the image says is not known. */
function rootRefused(pod: KubeObject): Missing | undefined {
  const spec = specOf(pod);
  const outer = objectAt(spec.securityContext);
  const bad = [...objects(spec.initContainers), ...objects(spec.containers)].find((container) => {
    const { runAsNonRoot = outer.runAsNonRoot, runAsUser = outer.runAsUser } = objectAt(container.securityContext);
    return runAsNonRoot === true && runAsUser === 0;
  });
  if (bad === undefined) return undefined;
  const { name = '', namespace = '', uid = '' } = pod.metadata;
  const shown = `${name}_${namespace}(${uid})`;
  const container = text(bad.name);
  return { container, message: `container's runAsUser breaks non-root policy (pod: "${shown}", container: ${container})` };
}

interface Blocking {
  readonly view: View;
  readonly reason: string;
  readonly message: string;
}

function isBlocked(pod: KubeObject, state: ContainerState, { view, reason, message }: Blocking): Outcome {
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

interface Moment {
  readonly restarts: number;
  readonly running: boolean;
  /** Milliseconds until that changes. */
  readonly left: number;
}

/** Where a program is that runs for a second, ends, waits ten seconds, then twice as long, up to five minutes. */
function crashMoment(since: number): Moment {
  let at = 0;
  for (let restarts = 0; ; restarts++) {
    const crashed = at + RUN;
    if (since < crashed) return { restarts, running: true, left: crashed - since };
    at = crashed + restartDelay(restarts);
    if (since < at) return { restarts, running: false, left: at - since };
  }
}

interface End {
  readonly exitCode: number;
  readonly reason: string;
}

function crashing(pod: KubeObject, end: End, { moment, view }: { readonly moment: Moment; readonly view: View }): Outcome {
  const { restarts } = moment;
  const again = moment.left + 1;
  if (moment.running) return { ...becomes(pod, { kind: 'running', ready: false, restarts }, view), again };
  const name = text(objects(specOf(pod).containers)[0]?.name);
  const backOff = event(pod, 'Warning', {
    reason: 'BackOff',
    message: `Back-off restarting failed container ${name} in pod ${pod.metadata.name ?? ''}`,
    from: kubelet,
  });
  const first = restartsOf(pod) === restarts && phaseOf(pod) === 'Running';
  return {
    ...becomes(pod, { kind: 'crashed', restarts, exitCode: end.exitCode, reason: end.reason }, view, first ? [backOff] : []),
    again,
  };
}

const isReadyService = (pod: KubeObject, service: string, view: View): boolean =>
  view
    .list('endpointslices.discovery.k8s.io', pod.metadata.namespace ?? '')
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service)
    .some((slice) => objects(slice.endpoints).some((endpoint) => objectAt(endpoint.conditions).ready === true));

/** A program that needs another one to start: it looks for it each time it is started, so it is late by the pause it happens to be in. */
function needing(pod: KubeObject, service: string, view: View): Outcome {
  if (isPodReady(pod)) return runs(pod, view);
  const moment = crashMoment(sinceStart(pod, view));
  if (!moment.running || !isReadyService(pod, service, view)) return crashing(pod, failure(1), { moment, view });
  return runs(pod, view, moment.restarts);
}

const failure = (exitCode: number): End => ({ exitCode, reason: 'Error' });

/** A program that ends with an error stays ended only where nothing restarts it. */
function failing(pod: KubeObject, exitCode: number, view: View): Outcome {
  const since = sinceStart(pod, view);
  if (text(specOf(pod).restartPolicy) !== 'Never') return crashing(pod, failure(exitCode), { moment: crashMoment(since), view });
  return since < RUN
    ? { ...becomes(pod, { kind: 'running', ready: true, restarts: 0 }, view), again: RUN - since + 1 }
    : becomes(pod, { kind: 'ended', exitCode }, view);
}

const notReady = (pod: KubeObject, view: View): Outcome => becomes(pod, { kind: 'running', ready: false, restarts: restartsOf(pod) }, view);

function behaving(pod: KubeObject, fault: Fault, view: View): Outcome {
  switch (fault.kind) {
    case 'image-missing':
      return phaseOf(pod) === 'Running' ? runs(pod, view) : imageMissing(pod, view);
    case 'crash-loop':
      return crashing(pod, fault, { moment: crashMoment(sinceStart(pod, view)), view });
    case 'needs':
      return needing(pod, fault.service, view);
    case 'never-ready':
      return notReady(pod, view);
    case 'slow-start': {
      const left = fault.milliseconds - sinceStart(pod, view);
      return left > 0 ? { ...notReady(pod, view), again: left + 1 } : runs(pod, view);
    }
    case 'fail':
      return failing(pod, fault.exitCode, view);
    case 'none':
    case 'unschedulable':
      return runs(pod, view);
  }
}

/** What a Pod's containers do now. */
export function running(pod: KubeObject, view: View): Outcome {
  const fault = faultOf(pod, view);
  return lookingAgain(behaving(pod, fault, view), fault, age(pod, view.now));
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
function runs(pod: KubeObject, view: View, restarts = restartsOf(pod)): Outcome {
  const endless = (text(specOf(pod).restartPolicy) || 'Always') === 'Always';
  const left = RUN - sinceStart(pod, view);
  if (endless) return becomes(pod, { kind: 'running', ready: true, restarts }, view);
  if (left > 0) return { ...becomes(pod, { kind: 'running', ready: true, restarts }, view), again: left + 1 };
  return becomes(pod, { kind: 'ended', exitCode: 0 }, view, phaseOf(pod) === 'Succeeded' ? [] : madeByEnded(pod, view));
}
