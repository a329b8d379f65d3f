/** The few built-in types that two group versions serve in different forms. Kubernetes: pkg/apis/{events,autoscaling}/v1/conversion.go. */
import { isObject, type Json, type JsonObject, type KubeObject, objectAt, objects } from '../../object/index.ts';

type Convert = (object: KubeObject) => KubeObject;

/** Fields under another name; order does not matter. */
function renamed(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value]));
}

const eventNames = new Map([
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
]);
const coreNames = new Map([...eventNames].map(([core, event]) => [event, core]));

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const CURRENT = 'autoscaling.alpha.kubernetes.io/current-metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';

const isCpu = (metric: JsonObject): boolean =>
  metric.type === 'Resource' &&
  objectAt(metric.resource).name === 'cpu' &&
  objectAt(objectAt(metric.resource).target).averageUtilization !== undefined;

/** Parts of objects are converted too, and a part may have no metadata. */
const metadataOf = (object: Partial<KubeObject>): KubeObject['metadata'] => object.metadata ?? {};

/** What autoscaling/v1 has no field for goes into annotations. */
function scalerToV1(object: KubeObject): KubeObject {
  const { metrics, behavior, ...spec } = objectAt(object.spec);
  const { conditions, currentMetrics, ...status } = objectAt(object.status);
  const list = objects(metrics);
  const cpu = list.find(isCpu);
  const others = list.filter((metric) => metric !== cpu);
  const annotations = {
    ...metadataOf(object).annotations,
    ...(others.length === 0 ? {} : { [METRICS]: JSON.stringify(others) }),
    ...(behavior === undefined ? {} : { [BEHAVIOR]: JSON.stringify(behavior) }),
    ...(conditions === undefined || conditions === null ? {} : { [CONDITIONS]: JSON.stringify(conditions) }),
    ...(objects(currentMetrics).length === 0 ? {} : { [CURRENT]: JSON.stringify(currentMetrics) }),
  };
  const target = objectAt(objectAt(cpu?.resource).target).averageUtilization;
  const metadata = Object.keys(annotations).length === 0 ? metadataOf(object) : { ...metadataOf(object), annotations };
  return {
    ...object,
    metadata,
    spec: { ...spec, ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }) },
    status: { currentReplicas: 0, ...status },
  };
}

/** In v2 a number of replicas that is zero is left out. */
const withoutZero = ({ currentReplicas, ...status }: JsonObject): JsonObject =>
  currentReplicas === 0 || currentReplicas === undefined ? status : { currentReplicas, ...status };

function parsed(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function scalerToV2(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: target, ...spec } = objectAt(object.spec);
  const {
    [METRICS]: metrics,
    [BEHAVIOR]: behavior,
    [CONDITIONS]: conditions,
    [CURRENT]: current,
    ...annotations
  } = metadataOf(object).annotations ?? {};
  const cpu =
    typeof target === 'number'
      ? [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } } }]
      : [];
  const all = [...cpu, ...objects(parsed(metrics))];
  const { annotations: _old, ...meta } = metadataOf(object);
  const restored = parsed(behavior);
  const held = parsed(conditions);
  const measured = parsed(current);
  return {
    ...object,
    metadata: Object.keys(annotations).length === 0 ? meta : { ...meta, annotations },
    spec: { ...spec, ...(all.length === 0 ? {} : { metrics: all }), ...(isObject(restored) ? { behavior: restored } : {}) },
    status: {
      ...withoutZero(objectAt(object.status)),
      ...(Array.isArray(held) ? { conditions: held } : {}),
      currentMetrics: Array.isArray(measured) ? measured : null,
    },
  };
}

const withVersion = (object: JsonObject, apiVersion: string): KubeObject => ({ ...object, apiVersion }) as KubeObject;

/** By stored version and wanted version. */
const converters: Readonly<Record<string, Convert>> = {
  'v1/Event>events.k8s.io/v1': (object) => renamed(object, eventNames) as KubeObject,
  'events.k8s.io/v1/Event>v1': (object) => renamed(object, coreNames) as KubeObject,
  'autoscaling/v2/HorizontalPodAutoscaler>autoscaling/v1': scalerToV1,
  'autoscaling/v1/HorizontalPodAutoscaler>autoscaling/v2': scalerToV2,
};

/** The object in another version of its type; itself when it is in that version. Versions without a rule differ in name only. */
export function convertTo(object: KubeObject, apiVersion: string): KubeObject {
  if (object.apiVersion === apiVersion) return object;
  const convert = converters[`${object.apiVersion}/${object.kind}>${apiVersion}`];
  return withVersion(convert === undefined ? object : convert(object), apiVersion);
}
