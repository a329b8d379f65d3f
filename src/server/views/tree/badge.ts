/** The few characters beside a node that matter most at a glance. Pure. */
import { getKey, isObject, type Json, type KubeObject } from '../../../core/object/index.ts';

function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let found = value;
  for (const name of path) found = isObject(found) ? getKey(found, name) : undefined;
  return found;
}

const number = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

export function badgeOf(object: KubeObject): string {
  const [spec, status] = [object['spec'], object['status']];
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'ReplicaSet':
    case 'ReplicationController':
      return `${number(at(status, 'readyReplicas')) ?? 0}/${number(at(spec, 'replicas')) ?? 1}`;
    case 'DaemonSet':
      return `${number(at(status, 'numberReady')) ?? 0}/${number(at(status, 'desiredNumberScheduled')) ?? 0}`;
    case 'Pod':
      return podBadge(status);
    case 'Job':
      return `${number(at(status, 'succeeded')) ?? 0}/${number(at(spec, 'completions')) ?? 1}`;
    case 'CronJob':
      return text(at(spec, 'schedule'));
    case 'PersistentVolumeClaim':
    case 'PersistentVolume':
    case 'Namespace':
      return text(at(status, 'phase'));
    case 'Service':
      return text(at(spec, 'type'));
    case 'HorizontalPodAutoscaler':
      return `${number(at(spec, 'minReplicas')) ?? 1}–${number(at(spec, 'maxReplicas')) ?? '?'}`;
    default:
      return '';
  }
}

/** As kubectl: why a container waits or ended, else the phase; restarts where there were some. */
function podBadge(status: Json | undefined): string {
  const list = at(status, 'containerStatuses');
  const containers = Array.isArray(list) ? (list as readonly Json[]) : [];
  const reason = containers
    .map((one) => text(at(one, 'state', 'waiting', 'reason')) || text(at(one, 'state', 'terminated', 'reason')))
    .find((word) => word !== '');
  const restarts = containers.reduce((sum: number, one) => sum + (number(at(one, 'restartCount')) ?? 0), 0);
  const word = reason ?? text(at(status, 'phase'));
  return restarts === 0 ? word : `${word} ↻${restarts}`;
}
