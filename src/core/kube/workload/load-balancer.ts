/**
 * Load balancers: an address for Services of type LoadBalancer, as a cloud's controller would give them. The address is out of a range that is
 * reserved for documentation, so that nobody takes it for a real one. A Service with a load balancer class of its own waits for that class.
 */
import { type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { type Controller, keyOf, nothing, type Outcome, type View } from '../controller/index.ts';
import { SCENARIO, serviceWaits } from '../scenario/index.ts';
import { isDeleting, specOf, statusOf } from './shared.ts';

/** 198.51.100.0/24 is TEST-NET-2 (RFC 5737). The last number is the Service's own, so that it is the same after a restart. */
const addressOf = (service: KubeObject): string => `198.51.100.${text(specOf(service).clusterIP).split('.').at(-1) ?? '0'}`;

const waits = (service: KubeObject, view: View): boolean =>
  text(specOf(service).loadBalancerClass) !== '' || serviceWaits(service, view.scenarios(service.metadata.namespace ?? ''));

function withIngress(service: KubeObject, ingress: readonly JsonObject[]): KubeObject {
  return { ...service, status: { ...statusOf(service), loadBalancer: ingress.length === 0 ? {} : { ingress } } };
}

function reconcile(service: KubeObject, view: View): Outcome {
  if (isDeleting(service)) return nothing;
  const given = objects(objectAt(statusOf(service).loadBalancer).ingress);
  const balanced = specOf(service).type === 'LoadBalancer' && !waits(service, view);
  if (balanced === given.length > 0) return nothing;
  const ingress = balanced ? [{ ip: addressOf(service), ipMode: 'VIP' }] : [];
  return { changes: [{ kind: 'status', table: 'services', object: withIngress(service, ingress) }] };
}

/** A scenario may concern every Service of its namespace. */
const related: Controller['related'] = {
  configmaps: (changed, view) =>
    changed.metadata.name === SCENARIO ? view.list('services', changed.metadata.namespace ?? '').map(keyOf) : [],
};

export const loadBalancerController: Controller = { name: 'load-balancer-simulator', table: 'services', related, reconcile };
