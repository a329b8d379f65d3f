/** Services: the endpoints behind them. Kubernetes: pkg/controller/endpointslice, pkg/controller/endpoint. */
import { matchesSelector, selectorOf } from '../../object/selector/index.ts';
import { type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { type Change, type Controller, type ObjectKey, type Outcome, type View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import { controllerReference, isDeleting, isPodReady, phaseOf, specOf, statusOf } from './shared.ts';

const SLICES = 'endpointslices.discovery.k8s.io';
const NAME = 'kubernetes.io/service-name';
const MANAGED = 'endpointslice.kubernetes.io/managed-by';

const hasSelector = (service: KubeObject): boolean => Object.keys(objectAt(specOf(service).selector)).length > 0;

function selects(service: KubeObject, pod: KubeObject): boolean {
  const selector = selectorOf({ matchLabels: specOf(service).selector ?? {} });
  return selector.ok && matchesSelector(selector.value, pod.metadata.labels);
}

/** The number a target port means on a Pod; undefined when it has no such port. */
function portOn(pod: KubeObject, target: Json | undefined, protocol: string): number | undefined {
  if (typeof target === 'number') return target;
  const ports = objects(specOf(pod).containers).flatMap((container) => objects(container.ports));
  const found = ports.find((port) => port.name === target && (text(port.protocol) || 'TCP') === protocol);
  return typeof found?.containerPort === 'number' ? found.containerPort : undefined;
}

function portsFor(service: KubeObject, pods: readonly KubeObject[]): readonly JsonObject[] {
  return objects(specOf(service).ports).flatMap((port) => {
    const protocol = text(port.protocol) || 'TCP';
    const numbers = pods.map((pod) => portOn(pod, port.targetPort, protocol)).filter((number) => number !== undefined);
    const number = typeof port.targetPort === 'number' ? port.targetPort : numbers[0];
    const app = port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol };
    return number === undefined ? [] : [{ name: text(port.name), protocol, port: number, ...app }];
  });
}

function endpointOf(pod: KubeObject): JsonObject {
  const { name = '', namespace = '', uid = '' } = pod.metadata;
  const ready = isPodReady(pod);
  return {
    addresses: [text(statusOf(pod).podIP)],
    conditions: { ready: ready && !isDeleting(pod), serving: ready, terminating: isDeleting(pod) },
    nodeName: text(specOf(pod).nodeName),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

function sliceOf(service: KubeObject, endpoints: readonly JsonObject[], ports: readonly JsonObject[]): JsonObject {
  const { name = '', namespace = '' } = service.metadata;
  const headless = specOf(service).clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...service.metadata.labels, ...headless, [NAME]: name, [MANAGED]: 'endpointslice-controller.k8s.io' },
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints,
    ports,
  };
}

function sliceChanges(service: KubeObject, wanted: JsonObject, view: View): readonly Change[] {
  const [slice, ...more] = view.owned(SLICES, service.metadata.uid ?? '');
  const extra = more.map((object): Change => ({ kind: 'delete', table: SLICES, object }));
  if (slice === undefined) return [{ kind: 'create', table: SLICES, object: wanted }, ...extra];
  const next = { ...slice, endpoints: wanted.endpoints, ports: wanted.ports } as KubeObject;
  return sameJson(slice.endpoints, wanted.endpoints) && sameJson(slice.ports, wanted.ports)
    ? extra
    : [{ kind: 'update', table: SLICES, object: next }, ...extra];
}

/** The older form of the same facts. */
function endpointsChanges(service: KubeObject, pods: readonly KubeObject[], ports: readonly JsonObject[], view: View): readonly Change[] {
  const { name = '', namespace = '' } = service.metadata;
  const address = (pod: KubeObject): JsonObject => ({
    ip: text(statusOf(pod).podIP),
    nodeName: text(specOf(pod).nodeName),
    targetRef: { kind: 'Pod', namespace, name: pod.metadata.name ?? '', uid: pod.metadata.uid ?? '' },
  });
  const ready = pods.filter((pod) => isPodReady(pod) && !isDeleting(pod)).map(address);
  const unready = pods.filter((pod) => !isPodReady(pod) && !isDeleting(pod)).map(address);
  const shown = ports.map((port) => (port.name === '' ? { port: port.port, protocol: port.protocol } : port)) as readonly JsonObject[];
  const subset = {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(unready.length === 0 ? {} : { notReadyAddresses: unready }),
    ports: shown,
  };
  const subsets: readonly JsonObject[] = ready.length + unready.length === 0 ? [] : [subset];
  const known = view.get('endpoints', namespace, name);
  if (known === undefined) {
    const object = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace, labels: service.metadata.labels ?? {} }, subsets };
    return [{ kind: 'create', table: 'endpoints', object }];
  }
  return sameJson(known.subsets ?? [], subsets) ? [] : [{ kind: 'update', table: 'endpoints', object: { ...known, subsets } }];
}

function reconcile(service: KubeObject, view: View): Outcome {
  if (isDeleting(service) || !hasSelector(service) || specOf(service).type === 'ExternalName') return { changes: [] };
  const pods = view
    .list('pods', service.metadata.namespace ?? '')
    .filter(
      (pod) => selects(service, pod) && text(statusOf(pod).podIP) !== '' && phaseOf(pod) !== 'Succeeded' && phaseOf(pod) !== 'Failed',
    );
  const ports = portsFor(service, pods);
  const slice = sliceOf(service, pods.map(endpointOf), ports);
  return { changes: [...sliceChanges(service, slice, view), ...endpointsChanges(service, pods, ports, view)] };
}

const servicesOf = (pod: KubeObject, view: View): readonly ObjectKey[] =>
  view
    .list('services', pod.metadata.namespace ?? '')
    .filter((service) => hasSelector(service) && selects(service, pod))
    .map((service) => ({ namespace: service.metadata.namespace ?? '', name: service.metadata.name ?? '' }));

export const serviceController: Controller = {
  name: 'endpointslice-controller',
  table: 'services',
  related: { pods: servicesOf },
  reconcile,
};
