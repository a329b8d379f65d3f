/** A Pod's quality of service class. Kubernetes: pkg/apis/core/v1/helper/qos/qos.go. */
import { isObject, type Json, type JsonObject, type KubeObject, objects } from '../../object/index.ts';

const counted = ['cpu', 'memory'];

const isSet = (value: Json | undefined): boolean => value !== undefined && value !== null && value !== '0' && value !== 0 && value !== '';

export function qosClass(pod: KubeObject): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const spec: JsonObject = isObject(pod.spec) ? pod.spec : {};
  const containers = [...objects(spec.containers), ...objects(spec.initContainers)];
  let any = false;
  let guaranteed = containers.length > 0;
  for (const container of containers) {
    const resources = isObject(container.resources) ? container.resources : {};
    const limits = isObject(resources.limits) ? resources.limits : {};
    const requests = isObject(resources.requests) ? resources.requests : {};
    for (const name of counted) {
      if (isSet(limits[name]) || isSet(requests[name])) any = true;
      if (!isSet(limits[name]) || (isSet(requests[name]) && requests[name] !== limits[name])) guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
