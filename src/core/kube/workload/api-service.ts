/**
 * APIServices: whether the Service behind one answers. A real server asks it at last; simulated Pods are taken for answering, as everywhere.
 * Source: kube-aggregator pkg/controllers/status/remote/remote_available_controller.go.
 */
import { type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { formatTime } from '../time/index.ts';
import { type Controller, type ObjectKey, nothing, type View } from '../controller/index.ts';
import { isDeleting, specOf, statusOf, withCondition } from './shared.ts';

const API_SERVICES = 'apiservices.apiregistration.k8s.io';

const serviceOf = (apiService: KubeObject): JsonObject => objectAt(specOf(apiService).service);

interface Verdict {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

const unavailable = (reason: string, message: string): Verdict => ({ status: 'False', reason, message });

function verdictOn(reference: JsonObject, view: View): Verdict {
  const [namespace, name] = [text(reference.namespace), text(reference.name)];
  const named = `service/${name} in ${JSON.stringify(namespace)}`;
  const service = view.get('services', namespace, name);
  if (service === undefined) return unavailable('ServiceNotFound', `${named} is not present`);
  if (specOf(service).type === 'ClusterIP') {
    const port = objects(specOf(service).ports).find((item) => item.port === reference.port);
    if (port === undefined) return unavailable('ServicePortError', `${named} is not listening on port ${String(reference.port)}`);
    const endpoints = view.get('endpoints', namespace, name);
    if (endpoints === undefined) return unavailable('EndpointsNotFound', `cannot find endpoints for ${named}`);
    const portName = text(port.name);
    const active = objects(endpoints.subsets).some(
      ({ addresses, ports }) => objects(addresses).length > 0 && objects(ports).some((item) => text(item.name) === portName),
    );
    if (!active)
      return unavailable('MissingEndpoints', `endpoints for ${named} have no addresses with port name ${JSON.stringify(portName)}`);
  }
  return { status: 'True', reason: 'Passed', message: 'all checks passed' };
}

function withVerdict(apiService: KubeObject, verdict: Verdict, now: number): KubeObject {
  const known = objects(statusOf(apiService).conditions);
  const old = known.find(({ type }) => type === 'Available');
  const since = old?.status === verdict.status ? old.lastTransitionTime : undefined;
  const condition = { type: 'Available', lastTransitionTime: since ?? formatTime(now), ...verdict };
  return { ...apiService, status: { ...statusOf(apiService), conditions: withCondition(known, condition) } };
}

/** A Service, or its endpoints, concern the APIServices that name it. */
const namedBy = ({ metadata }: KubeObject, view: View): readonly ObjectKey[] =>
  view
    .list(API_SERVICES, '')
    .filter((item) => serviceOf(item).name === metadata.name && serviceOf(item).namespace === metadata.namespace)
    .map((item) => ({ namespace: '', name: item.metadata.name ?? '' }));

export const apiServiceController: Controller = {
  name: 'api-service-availability',
  table: API_SERVICES,
  related: { services: namedBy, endpoints: namedBy },
  reconcile: (apiService, view) => {
    if (isDeleting(apiService) || specOf(apiService).service === undefined) return nothing;
    const verdict = verdictOn(serviceOf(apiService), view);
    const old = objects(statusOf(apiService).conditions).find(({ type }) => type === 'Available');
    const same = old?.status === verdict.status && old.reason === verdict.reason && old.message === verdict.message;
    return same ? nothing : { changes: [{ kind: 'status', table: API_SERVICES, object: withVerdict(apiService, verdict, view.now) }] };
  },
};
