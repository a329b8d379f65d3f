/** Health of kinds whose state is written by something outside the cluster's core: load balancers, volumes, autoscalers, aggregated APIs, workflows. */
import { type JsonObject, type KubeObject, getKey, isObject } from '../object/index.ts';
import { at, conditionOf, conditions, objects, text } from './fields.ts';
import type { HealthState, Verdict } from './state.ts';

const plain = (state: HealthState, message = ''): Verdict => ({ state, message });

const hasAddress = (object: KubeObject): boolean => {
  const ingress = at(object, 'status', 'loadBalancer', 'ingress');
  return Array.isArray(ingress) && ingress.length > 0;
};

export const ingressHealth = (object: KubeObject): Verdict => plain(hasAddress(object) ? 'Healthy' : 'Progressing');

export const serviceHealth = (object: KubeObject): Verdict =>
  plain(text(object, ['spec', 'type']) === 'LoadBalancer' && !hasAddress(object) ? 'Progressing' : 'Healthy');

export function claimHealth(object: KubeObject): Verdict {
  switch (text(object, ['status', 'phase'])) {
    case 'Lost':
      return plain('Degraded');
    case 'Pending':
      return plain('Progressing');
    case 'Bound':
      return plain('Healthy');
    default:
      return plain('Unknown');
  }
}

export function apiServiceHealth(object: KubeObject): Verdict {
  const available = conditionOf(object, 'Available');
  if (available === undefined) return plain('Progressing', 'Waiting to be processed');
  return plain(available.status === 'True' ? 'Healthy' : 'Progressing', `${available.reason}: ${available.message}`);
}

export function workflowHealth(object: KubeObject): Verdict {
  const message = text(object, ['status', 'message']);
  switch (text(object, ['status', 'phase'])) {
    case '':
    case 'Pending':
    case 'Running':
      return plain('Progressing', message);
    case 'Succeeded':
      return plain('Healthy', message);
    case 'Failed':
    case 'Error':
      return plain('Degraded', message);
    default:
      return plain('Unknown', message);
  }
}

const HPA_DEGRADED: ReadonlySet<string> = new Set([
  'AbleToScale/FailedGetScale',
  'AbleToScale/FailedUpdateScale',
  'ScalingActive/FailedGetResourceMetric',
  'ScalingActive/FailedGetObjectMetric',
  'ScalingActive/FailedGetPodsMetric',
  'ScalingActive/FailedGetExternalMetric',
  'ScalingActive/FailedComputeMetricsReplicas',
  'ScalingActive/InvalidSelector',
]);
const HPA_HEALTHY: ReadonlySet<string> = new Set(['AbleToScale', 'ScalingLimited']);

/** autoscaling/v1 keeps its conditions in an annotation. */
const HPA_CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const MAX_ANNOTATION = 262144;

export function autoscalerHealth(object: KubeObject): Verdict {
  const waiting = plain('Progressing', 'Waiting to Autoscale');
  const list = object.apiVersion === 'autoscaling/v1' ? annotatedConditions(object) : conditions(object);
  if (list === undefined) return plain('Unknown', 'failed to convert conditions annotation to typed');
  const bad = list.find(({ type, reason }) => HPA_DEGRADED.has(`${type}/${reason}`));
  if (bad !== undefined) return { state: 'Degraded', message: bad.message, reason: bad.reason };
  const good = list.find(({ type, status }) => HPA_HEALTHY.has(type) && status === 'True');
  return good === undefined ? waiting : plain('Healthy', good.message);
}

function annotatedConditions(object: KubeObject): ReturnType<typeof conditions> | undefined {
  const annotation = getKey(object.metadata.annotations ?? {}, HPA_CONDITIONS);
  if (annotation === undefined) return [];
  if (annotation.length > MAX_ANNOTATION) return undefined;
  try {
    const list: unknown = JSON.parse(annotation);
    if (!Array.isArray(list) || !list.every(isObject)) return undefined;
    const holder: JsonObject = { list };
    return objects(holder, 'list').map((one) => ({
      type: text(one, ['type']),
      status: text(one, ['status']),
      reason: text(one, ['reason']),
      message: text(one, ['message']),
    }));
  } catch {
    return undefined;
  }
}
