/** The row of a Pod. Kubernetes: printPod. */
import { type Json, type JsonObject, type KubeObject, objectAt, objects } from '../../object/index.ts';
import { parseTime } from '../time/index.ts';
import { age, number, since, specOf, statusOf, text } from './text.ts';

interface Tally {
  readonly reason: string;
  readonly ready: number;
  readonly restarts: number;
  readonly last: Json | undefined;
  readonly initializing: boolean;
}

const stateOf = (status: JsonObject, kind: string): JsonObject | undefined => {
  const found = objectAt(status.state)[kind];
  return found === undefined || found === null ? undefined : objectAt(found);
};

const finishedAt = (status: JsonObject): Json | undefined => objectAt(objectAt(status.lastState).terminated).finishedAt;

const later = (a: Json | undefined, b: Json | undefined): Json | undefined => {
  const left = typeof a === 'string' ? (parseTime(a) ?? 0) : 0;
  const right = typeof b === 'string' ? (parseTime(b) ?? 0) : 0;
  return right > left ? b : a;
};

const endText = (ended: JsonObject): string => {
  if (text(ended.reason) !== '') return text(ended.reason);
  return number(ended.signal) !== 0 ? `Signal:${number(ended.signal)}` : `ExitCode:${number(ended.exitCode)}`;
};

function initTally(pod: KubeObject, reason: string): Tally & { readonly sidecarRestarts: number; readonly sidecarLast: Json | undefined } {
  const sidecars = new Set(
    objects(specOf(pod).initContainers)
      .filter((item) => item.restartPolicy === 'Always')
      .map((item) => item.name),
  );
  const total = objects(specOf(pod).initContainers).length;
  let tally = {
    reason,
    ready: 0,
    restarts: 0,
    last: undefined as Json | undefined,
    initializing: false,
    sidecarRestarts: 0,
    sidecarLast: undefined as Json | undefined,
  };
  for (const [index, status] of objects(statusOf(pod).initContainerStatuses).entries()) {
    const sidecar = sidecars.has(status.name);
    tally = { ...tally, restarts: tally.restarts + number(status.restartCount), last: later(tally.last, finishedAt(status)) };
    if (sidecar)
      tally = {
        ...tally,
        sidecarRestarts: tally.sidecarRestarts + number(status.restartCount),
        sidecarLast: later(tally.sidecarLast, finishedAt(status)),
      };
    const ended = stateOf(status, 'terminated');
    if (ended !== undefined && number(ended.exitCode) === 0) continue;
    if (sidecar && status.started === true) {
      tally = { ...tally, ready: tally.ready + (status.ready === true ? 1 : 0) };
      continue;
    }
    const waiting = text(stateOf(status, 'waiting')?.reason);
    const why =
      ended !== undefined
        ? `Init:${endText(ended)}`
        : waiting !== '' && waiting !== 'PodInitializing'
          ? `Init:${waiting}`
          : `Init:${index}/${total}`;
    return { ...tally, reason: why, initializing: true };
  }
  return tally;
}

function mainTally(pod: KubeObject, start: Tally): Tally {
  let tally = start;
  let running = false;
  for (const status of [...objects(statusOf(pod).containerStatuses)].reverse()) {
    tally = { ...tally, restarts: tally.restarts + number(status.restartCount), last: later(tally.last, finishedAt(status)) };
    const waiting = text(stateOf(status, 'waiting')?.reason);
    const ended = stateOf(status, 'terminated');
    if (waiting !== '') tally = { ...tally, reason: waiting };
    else if (ended !== undefined) tally = { ...tally, reason: endText(ended) };
    else if (status.ready === true && stateOf(status, 'running') !== undefined) {
      running = true;
      tally = { ...tally, ready: tally.ready + 1 };
    }
  }
  if (tally.reason !== 'Completed' || !running) return tally;
  const ready = objects(statusOf(pod).conditions).some((condition) => condition.type === 'Ready' && condition.status === 'True');
  return { ...tally, reason: ready ? 'Running' : 'NotReady' };
}

function gates(pod: KubeObject): string {
  const wanted = objects(specOf(pod).readinessGates);
  if (wanted.length === 0) return '<none>';
  const conditions = objects(statusOf(pod).conditions);
  const met = wanted.filter((gate) => conditions.some((condition) => condition.type === gate.conditionType && condition.status === 'True'));
  return `${met.length}/${wanted.length}`;
}

export function podCells(pod: KubeObject, now: number): readonly Json[] {
  const status = statusOf(pod);
  const phase = text(status.phase);
  const gated = objects(status.conditions).some((condition) => condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated');
  const first = initTally(pod, gated ? 'SchedulingGated' : text(status.reason, phase));
  const initialized = objects(status.conditions).some((condition) => condition.type === 'Initialized' && condition.status === 'True');
  const whole =
    first.initializing && !initialized ? first : mainTally(pod, { ...first, restarts: first.sidecarRestarts, last: first.sidecarLast });
  const terminal = phase === 'Succeeded' || phase === 'Failed';
  const deleting = pod.metadata.deletionTimestamp !== undefined;
  const reason = deleting && status.reason === 'NodeLost' ? 'Unknown' : deleting && !terminal ? 'Terminating' : whole.reason;
  const sidecars = objects(specOf(pod).initContainers).filter((item) => item.restartPolicy === 'Always').length;
  const total = objects(specOf(pod).containers).length + sidecars;
  const restarts =
    whole.restarts !== 0 && whole.last !== undefined ? `${whole.restarts} (${since(whole.last, now)} ago)` : String(whole.restarts);
  return [
    pod.metadata.name ?? '',
    `${whole.ready}/${total}`,
    reason,
    restarts,
    age(pod, now),
    text(objects(status.podIPs)[0]?.ip, '<none>'),
    text(specOf(pod).nodeName, '<none>'),
    text(status.nominatedNodeName, '<none>'),
    gates(pod),
  ];
}
