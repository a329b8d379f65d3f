/** The status of a simulated Pod, as a kubelet would report it. */
import { type JsonObject, type KubeObject, objects, text } from '../../object/index.ts';
import { formatTime } from '../time/index.ts';
import { canonical, specOf, statusOf, templateHash } from './shared.ts';

export type ContainerState =
  | WaitingState
  | { readonly kind: 'running'; readonly ready: boolean; readonly restarts: number }
  | { readonly kind: 'crashed'; readonly restarts: number; readonly exitCode: number; readonly reason: string }
  | { readonly kind: 'ended'; readonly exitCode: number };

export interface WaitingState {
  readonly kind: 'waiting';
  readonly reason: string;
  readonly message?: string;
  /** The one container that waits: those before it have started. Undefined: none has. */
  readonly only?: string;
}

export interface Statuses {
  readonly init: readonly JsonObject[];
  readonly main: readonly JsonObject[];
  readonly state: ContainerState;
  readonly initialized: boolean;
}

const FIRST_DELAY = 10_000;
const LONGEST_DELAY = 300_000;

/** Milliseconds before restart number `restarts + 1`. */
export const restartDelay = (restarts: number): number => Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(restarts, 10));

const terminated = (exitCode: number, reason: string, times: { readonly started: string; readonly finished: string }): JsonObject => ({
  terminated: { exitCode, reason, startedAt: times.started, finishedAt: times.finished, containerID: '' },
});

interface Parts {
  readonly state: JsonObject;
  readonly lastState: JsonObject;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
}

function partsOf(state: ContainerState, before: JsonObject | undefined, now: string): Parts {
  const running = (before?.state as JsonObject | undefined)?.running as JsonObject | undefined;
  const startedAt = text(running?.startedAt) || now;
  switch (state.kind) {
    case 'waiting': {
      const message = state.message === undefined ? {} : { message: state.message };
      return { state: { waiting: { reason: state.reason, ...message } }, lastState: {}, ready: false, started: false, restartCount: 0 };
    }
    case 'running': {
      const same = running !== undefined && before?.restartCount === state.restarts;
      const last = (before?.lastState as JsonObject | undefined) ?? {};
      return {
        state: { running: { startedAt: same ? startedAt : now } },
        lastState: last,
        ready: state.ready,
        started: true,
        restartCount: state.restarts,
      };
    }
    case 'crashed': {
      const end = terminated(state.exitCode, state.reason, { started: startedAt, finished: now });
      const known = (before?.lastState as JsonObject | undefined)?.terminated !== undefined && running === undefined;
      const message = 'back-off restarting failed container';
      return {
        state: { waiting: { reason: 'CrashLoopBackOff', message } },
        lastState: known ? (before?.lastState as JsonObject) : end,
        ready: false,
        started: false,
        restartCount: state.restarts,
      };
    }
    case 'ended': {
      const done = (before?.state as JsonObject | undefined)?.terminated;
      const end = terminated(state.exitCode, state.exitCode === 0 ? 'Completed' : 'Error', { started: startedAt, finished: now });
      return {
        state: done === undefined ? end : (before?.state as JsonObject),
        lastState: {},
        ready: false,
        started: false,
        restartCount: 0,
      };
    }
  }
}

function one(container: JsonObject, parts: Parts): JsonObject {
  const image = text(container.image);
  const seen = parts.started || parts.restartCount > 0 || parts.state.terminated !== undefined;
  return {
    name: text(container.name),
    state: parts.state,
    lastState: parts.lastState,
    ready: parts.ready,
    restartCount: parts.restartCount,
    image,
    imageID: seen ? `simulated://${image}` : '',
    ...(seen ? { containerID: `simulated://${templateHash(canonical(container))}` } : {}),
    started: parts.started,
  };
}

/** The statuses of all containers when the Pod is in this state; init containers have ended once the others run. */
export function containerStatuses(pod: KubeObject, state: ContainerState, milliseconds: number): Statuses {
  const now = formatTime(milliseconds);
  const spec = specOf(pod);
  const before = (list: 'containerStatuses' | 'initContainerStatuses', name: string): JsonObject | undefined =>
    objects(statusOf(pod)[list]).find((status) => status.name === name);
  const inits = objects(spec.initContainers);
  const held = state.kind === 'waiting' ? inits.findIndex(({ name }) => name === state.only) : -1;
  const main = objects(spec.containers).map((container) => {
    const name = text(container.name);
    const own = held >= 0 ? INITIALIZING : state.kind === 'waiting' && (state.only ?? name) !== name ? RUNNING : state;
    return one(container, partsOf(own, before('containerStatuses', name), now));
  });
  const init = inits.map((container, index) => {
    const sidecar = container.restartPolicy === 'Always';
    const own = initState(state, sidecar, held < 0 ? undefined : index - held);
    const parts = partsOf(own, before('initContainerStatuses', text(container.name)), now);
    return one(container, sidecar ? parts : { ...parts, ready: own.kind === 'ended' });
  });
  return { init, main, state, initialized: inits.length === 0 || state.kind !== 'waiting' || (state.only !== undefined && held < 0) };
}

const RUNNING: ContainerState = { kind: 'running', ready: true, restarts: 0 };
const INITIALIZING: ContainerState = { kind: 'waiting', reason: 'PodInitializing' };

/** `distance`: how far behind the init container that holds the Pod up; undefined when none does. */
function initState(state: ContainerState, sidecar: boolean, distance: number | undefined): ContainerState {
  if (distance === 0 || (state.kind === 'waiting' && state.only === undefined)) return state;
  if (distance !== undefined && distance > 0) return INITIALIZING;
  return sidecar && state.kind !== 'ended' ? RUNNING : { kind: 'ended', exitCode: 0 };
}

function phase({ state }: Statuses): string {
  if (state.kind === 'waiting') return 'Pending';
  if (state.kind === 'ended') return state.exitCode === 0 ? 'Succeeded' : 'Failed';
  return 'Running';
}

function conditions(pod: KubeObject, statuses: Statuses, now: string): readonly JsonObject[] {
  const old = objects(statusOf(pod).conditions);
  const { state } = statuses;
  const ready = state.kind === 'running' && state.ready;
  const ended = state.kind === 'ended';
  const unready = statuses.main.filter((status) => status.ready !== true).map((status) => text(status.name));
  const why: JsonObject = ready
    ? {}
    : ended
      ? { reason: state.exitCode === 0 ? 'PodCompleted' : 'PodFailed' }
      : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const make = (type: string, holds: boolean, extra: JsonObject = {}): JsonObject => {
    const status = holds ? 'True' : 'False';
    const known = old.find((condition) => condition.type === type);
    const since = known?.status === status ? text(known.lastTransitionTime) : now;
    return { type, status, lastProbeTime: null, lastTransitionTime: since, ...extra };
  };
  return [
    make('PodReadyToStartContainers', state.kind !== 'waiting' && !ended),
    make('Initialized', statuses.initialized, ended && state.exitCode === 0 ? { reason: 'PodCompleted' } : {}),
    make('Ready', ready, why),
    make('ContainersReady', ready, why),
    make('PodScheduled', true),
  ];
}

/** An address that stays the same for the Pod. */
function addressOf(pod: KubeObject): string {
  let hash = 0;
  for (const char of pod.metadata.uid ?? '') hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
  return `10.244.${(hash >>> 8) & 255}.${(hash & 253) + 1}`;
}

/** Containers for debugging run with the Pod, and nothing waits for them. */
function debuggers(pod: KubeObject, { state }: Statuses, now: string): JsonObject {
  const list = objects(specOf(pod).ephemeralContainers);
  if (list.length === 0) return {};
  const before = objects(statusOf(pod).ephemeralContainerStatuses);
  const own: ContainerState = state.kind === 'waiting' ? INITIALIZING : state.kind === 'ended' ? { kind: 'ended', exitCode: 0 } : RUNNING;
  const statuses = list.map((container) => {
    const parts = partsOf(
      own,
      before.find(({ name }) => name === container.name),
      now,
    );
    return one(container, { ...parts, ready: false });
  });
  return { ephemeralContainerStatuses: statuses };
}

/** The whole status. */
export function podStatus(pod: KubeObject, statuses: Statuses, milliseconds: number): JsonObject {
  const now = formatTime(milliseconds);
  const old = statusOf(pod);
  const creating = statuses.state.kind === 'waiting' && statuses.state.reason === 'ContainerCreating';
  const address = creating ? {} : { podIP: addressOf(pod), podIPs: [{ ip: addressOf(pod) }] };
  return {
    phase: phase(statuses),
    conditions: conditions(pod, statuses, now),
    hostIP: '10.88.0.1',
    hostIPs: [{ ip: '10.88.0.1' }],
    ...address,
    startTime: old.startTime ?? now,
    ...(statuses.init.length === 0 ? {} : { initContainerStatuses: statuses.init }),
    containerStatuses: statuses.main,
    ...debuggers(pod, statuses, now),
    ...(old.qosClass === undefined ? {} : { qosClass: old.qosClass }),
  };
}
