/** Health of a bare Pod and of a Job (Argo CD: gitops-engine/pkg/health/health_pod.go, health_job.go). */
import { type JsonObject, type KubeObject, getKey } from '../object/index.ts';
import { at, conditionOf, conditions, int, objects, text } from './fields.ts';
import type { HealthState, Verdict } from './state.ts';

/** Makes a finite Pod be judged like a long-running one; not honoured on hooks. */
const IGNORE_RESTART_POLICY = 'argocd.argoproj.io/ignore-restart-policy';

const annotation = (object: KubeObject, key: string): string | undefined => getKey(object.metadata.annotations ?? {}, key);

/** A hook of Argo CD (unless it says Skip alone) or of Helm. */
function isHook(object: KubeObject): boolean {
  const argo = annotation(object, 'argocd.argoproj.io/hook');
  if (argo !== undefined)
    return (
      argo
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '')
        .join() !== 'Skip'
    );
  return annotation(object, 'helm.sh/hook') !== undefined;
}

export function podHealth(object: KubeObject): Verdict {
  const longRunning =
    text(object, ['spec', 'restartPolicy']) === 'Always' || (annotation(object, IGNORE_RESTART_POLICY) === 'true' && !isHook(object));
  if (longRunning) {
    const stuck = stuckContainers(object);
    if (stuck !== undefined) return stuck;
  }
  const message = text(object, ['status', 'message']);
  const say = (state: HealthState): Verdict => ({ state, message });
  switch (text(object, ['status', 'phase'])) {
    case 'Pending':
      return say('Progressing');
    case 'Succeeded':
      return say('Healthy');
    case 'Failed':
      return { state: 'Degraded', message: message === '' ? failMessage(object) : message, reason: 'PodFailed' };
    case 'Running':
      return say(longRunning ? runningState(object) : finiteState(object));
    default:
      return say('Unknown');
  }
}

/** Containers that wait because of an error. */
function stuckContainers(object: KubeObject): Verdict | undefined {
  const waiting = objects(object, 'status', 'containerStatuses')
    .map((container) => ({
      reason: text(container, ['state', 'waiting', 'reason']),
      message: text(container, ['state', 'waiting', 'message']),
    }))
    .filter(({ reason }) => reason.startsWith('Err') || reason.endsWith('Error') || reason.endsWith('BackOff'));
  const first = waiting[0];
  if (first === undefined) return undefined;
  return { state: 'Degraded', message: waiting.map(({ message }) => message).join(', '), reason: first.reason };
}

function runningState(object: KubeObject): HealthState {
  if (conditionOf(object, 'Ready')?.status === 'True') return 'Healthy';
  const crashed = objects(object, 'status', 'containerStatuses').some((container) => {
    const terminated = at(container, 'lastState', 'terminated');
    return terminated !== undefined && terminated !== null;
  });
  return crashed ? 'Degraded' : 'Progressing';
}

/** A finite Pod that runs is on its way; one without a policy says nothing. */
function finiteState(object: KubeObject): HealthState {
  const policy = text(object, ['spec', 'restartPolicy']);
  return policy === 'OnFailure' || policy === 'Never' ? 'Progressing' : 'Unknown';
}

function failMessage(object: KubeObject): string {
  const containers = [...objects(object, 'status', 'initContainerStatuses'), ...objects(object, 'status', 'containerStatuses')];
  for (const container of containers) {
    const message = terminatedMessage(container);
    if (message !== '') return message;
  }
  return '';
}

function terminatedMessage(container: JsonObject): string {
  const message = text(container, ['state', 'terminated', 'message']);
  if (message !== '') return message;
  if (text(container, ['state', 'terminated', 'reason']) === 'OOMKilled') return 'OOMKilled';
  const code = int(container, ['state', 'terminated', 'exitCode'], 0);
  return code === 0 ? '' : `container "${text(container, ['name'])}" failed with exit code ${code}`;
}

export function jobHealth(object: KubeObject): Verdict {
  let verdict: Verdict = { state: 'Progressing', message: '' };
  let failure: Verdict | undefined;
  let suspended = false;
  for (const { type, status, message } of conditions(object)) {
    if (type === 'Failed') failure = { state: 'Degraded', message, reason: 'JobFailed' };
    if (type === 'Complete' || type === 'Suspended') verdict = { state: 'Healthy', message };
    if (type === 'Suspended' && status === 'True') suspended = true;
  }
  if (failure !== undefined) return failure;
  return suspended ? { ...verdict, state: 'Suspended' } : verdict;
}
