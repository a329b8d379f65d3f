/** Pods: scheduling onto the simulated node, and containers that start, get ready, end or fail there. */
import { type KubeObject, objects, text } from '../../object/index.ts';
import { type Change, type Controller, keyOf, nothing, type ObjectKey, type Outcome, type View } from '../controller/index.ts';
import { SCENARIO } from '../scenario/index.ts';
import { formatTime } from '../time/index.ts';
import {
  age,
  becomes,
  blocked,
  event,
  faultOf,
  lookingAgain,
  LOOK_AGAIN,
  running,
  SIMULATED_AT,
  START,
  statusChange,
  waiting,
} from './pod-run.ts';
import { placeOf } from './placing.ts';
import { claimNames, referencedNames } from './references.ts';
import { isDeleting, phaseOf, specOf, statusOf } from './shared.ts';

const STOP = 200;

const scheduler = 'default-scheduler';

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
  const all = view.list('nodes', '').length;
  const why = (reason: string): string =>
    `0/${all} nodes are available: ${reason}. preemption: 0/${all} nodes are available: ${all} Preemption is not helpful for scheduling.`;
  const fault = faultOf(pod, view);
  if (fault.kind === 'unschedulable')
    return lookingAgain(unschedulable(pod, why(`${all} Insufficient cpu`), view.now), fault, age(pod, view.now));
  const place = placeOf(pod, view);
  if ('why' in place) return unschedulable(pod, why(place.why), view.now);
  const name = place.node;
  const message = `Successfully assigned ${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''} to ${name}`;
  const bind: Change = { kind: 'bind', object: pod, node: name, annotations: { [SIMULATED_AT]: String(view.now) } };
  return { changes: [bind, event(pod, 'Normal', { reason: 'Scheduled', message, from: scheduler })] };
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
