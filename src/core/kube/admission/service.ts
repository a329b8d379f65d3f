/** Addresses and ports of Services. Kubernetes: pkg/registry/core/service/storage/alloc.go, pkg/registry/core/service/strategy.go. */
import { type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { type FieldError, fieldError, quote } from '../status/index.ts';

/** Hands out what no other Service has. */
export interface Stock {
  address(): string;
  nodePort(): number;
  /** Why a Service of this key (`namespace/name`) cannot have an address it asks for. */
  addressProblem(address: string, key: string): string | undefined;
  portProblem(port: number, key: string): string | undefined;
}

const usesNodePorts = (spec: JsonObject): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);

/** Ports keep the node port they had, matched by name, then by port and protocol. */
function previousPort(port: JsonObject, before: readonly JsonObject[]): number | undefined {
  const found =
    before.find((old) => text(old.name) === text(port.name) && old.port === port.port && old.protocol === port.protocol) ??
    before.find((old) => old.port === port.port && old.protocol === port.protocol);
  return typeof found?.nodePort === 'number' ? found.nodePort : undefined;
}

function withPorts(spec: JsonObject, old: JsonObject, stock: Stock): JsonObject {
  const ports = objects(spec.ports);
  if (ports.length === 0) return spec;
  if (!usesNodePorts(spec)) return spec;
  const before = objects(old.ports);
  let changed = false;
  const next = ports.map((port) => {
    if (typeof port.nodePort === 'number' && port.nodePort !== 0) return port;
    changed = true;
    return { ...port, nodePort: previousPort(port, before) ?? stock.nodePort() };
  });
  return changed ? { ...spec, ports: next } : spec;
}

function withAddress(spec: JsonObject, old: JsonObject, stock: Stock): JsonObject {
  if (spec.type === 'ExternalName') {
    const {
      clusterIP: _ip,
      clusterIPs: _ips,
      ipFamilies: _families,
      ipFamilyPolicy: _policy,
      internalTrafficPolicy: _traffic,
      ...rest
    } = spec;
    return rest;
  }
  const families = familiesOf(spec, old);
  const wanted = text(spec.clusterIP) || text(Array.isArray(spec.clusterIPs) ? (spec.clusterIPs[0] as Json) : undefined);
  const address = wanted || text(old.clusterIP) || stock.address();
  if (spec.clusterIP === address && Array.isArray(spec.clusterIPs) && spec.ipFamilies !== undefined && spec.ipFamilyPolicy !== undefined)
    return spec;
  return { ...spec, clusterIP: address, clusterIPs: [address], ...families };
}

/** Without a selector and an address of its own a Service may have endpoints of both families. Kubernetes: initIPFamilyFields. */
function familiesOf(spec: JsonObject, old: JsonObject): JsonObject {
  const apart = spec.clusterIP === 'None' && Object.keys(objectAt(spec.selector)).length === 0;
  const ipFamilyPolicy = spec.ipFamilyPolicy ?? old.ipFamilyPolicy ?? (apart ? 'RequireDualStack' : 'SingleStack');
  const known = spec.ipFamilies ?? old.ipFamilies ?? ['IPv4'];
  const [first = 'IPv4', ...more] = Array.isArray(known) ? (known as readonly Json[]) : [];
  const both = apart && more.length === 0 && ipFamilyPolicy !== 'SingleStack';
  return { ipFamilies: both ? [first, first === 'IPv4' ? 'IPv6' : 'IPv4'] : known, ipFamilyPolicy };
}

/** What this cluster does not have: a second family of addresses. */
export function familyErrors(service: KubeObject, live: KubeObject | undefined): readonly FieldError[] {
  const spec = objectAt(service.spec);
  const apart = spec.clusterIP === 'None' && Object.keys(objectAt(spec.selector)).length === 0;
  if (spec.type === 'ExternalName' || apart) return [];
  const { ipFamilies, ipFamilyPolicy } = familiesOf(spec, objectAt(live?.spec));
  const missing = (Array.isArray(ipFamilies) ? ipFamilies : []).flatMap((family, index) =>
    family === 'IPv4' ? [] : [fieldError.invalid(`spec.ipFamilies[${index}]`, family as Json, 'not configured on this cluster')],
  );
  const dual = ipFamilyPolicy === 'RequireDualStack';
  return [
    ...(dual ? [fieldError.invalid('spec.ipFamilyPolicy', ipFamilyPolicy, 'this cluster is not configured for dual-stack services')] : []),
    ...missing,
  ];
}

/** Addresses and ports that are asked for and cannot be had. Kubernetes: alloc.go allocClusterIPs, allocNodePorts. */
export function stockErrors(service: KubeObject, stock: Stock): readonly FieldError[] {
  const spec = objectAt(service.spec);
  const { namespace = '', name = '' } = service.metadata;
  const key = `${namespace}/${name}`;
  const address = text(spec.clusterIP);
  const why = address === '' || address === 'None' || spec.type === 'ExternalName' ? undefined : stock.addressProblem(address, key);
  if (why !== undefined) {
    const shown = `[]string{${quote(address)}}`;
    return [fieldError.raw('Invalid', 'spec.clusterIPs', `Invalid value: ${shown}: failed to allocate IP ${address}: ${why}`)];
  }
  if (!usesNodePorts(spec)) return [];
  return objects(spec.ports)
    .flatMap(({ nodePort }, index) => {
      const problem = typeof nodePort === 'number' && nodePort !== 0 ? stock.portProblem(nodePort, key) : undefined;
      return problem === undefined ? [] : [fieldError.invalid(`spec.ports[${index}].nodePort`, nodePort ?? 0, problem)];
    })
    .slice(0, 1);
}

const isExternal = (spec: JsonObject): boolean =>
  spec.type === 'LoadBalancer' || spec.type === 'NodePort' || objects(spec.externalIPs).length > 0;

const mayHaveNodePorts = (spec: JsonObject): boolean => spec.type === 'NodePort' || spec.type === 'LoadBalancer';
const needsHealthCheck = (spec: JsonObject): boolean => spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

/** Whether there is no number on the nodes that was not there before. */
function samePorts(spec: JsonObject, old: JsonObject): boolean {
  const before = new Set(objects(old.ports).map(({ nodePort }) => nodePort));
  return objects(spec.ports).every(({ nodePort }) => !isNumber(nodePort) || before.has(nodePort));
}

/** Fields that were filled in for the old type go when the type changes. Kubernetes: dropTypeDependentFields. */
function withoutStale(spec: JsonObject, old: JsonObject): JsonObject {
  let next = spec;
  const drop = (key: string): void => {
    const { [key]: gone, ...rest } = next;
    if (gone !== undefined && JSON.stringify(gone) === JSON.stringify(old[key])) next = rest;
  };
  if (old.type !== 'ExternalName' && spec.type === 'ExternalName')
    for (const key of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) drop(key);
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer')
    for (const key of ['allocateLoadBalancerNodePorts', 'loadBalancerClass']) drop(key);
  if (isExternal(old) && !isExternal(spec)) drop('externalTrafficPolicy');
  if (needsHealthCheck(old) && !needsHealthCheck(spec)) drop('healthCheckNodePort');
  if (mayHaveNodePorts(old) && !mayHaveNodePorts(spec) && samePorts(spec, old))
    next = { ...next, ports: objects(next.ports).map(({ nodePort: _gone, ...port }) => port) };
  return next;
}

/** The address of the old field and the list of addresses say the same. Kubernetes: NormalizeClusterIPs. */
function oneAddress(spec: JsonObject, old: JsonObject | undefined): JsonObject {
  const alone = text(spec.clusterIP);
  const list = Array.isArray(spec.clusterIPs) ? (spec.clusterIPs as readonly Json[]) : [];
  if (alone !== '' && list.length === 0) return { ...spec, clusterIPs: [alone] };
  if (old === undefined || alone === text(old.clusterIP)) return spec;
  const sameList = JSON.stringify(list) === JSON.stringify(old.clusterIPs ?? []);
  if (alone === '' && sameList) {
    const { clusterIPs: _gone, ...rest } = spec;
    return rest;
  }
  return alone !== '' && sameList ? { ...spec, clusterIPs: [alone, ...list.slice(1)] } : spec;
}

/** What an update leaves out and had before. Kubernetes: patchAllocatedValues. */
function withKept(spec: JsonObject, old: JsonObject): JsonObject {
  let next = spec;
  if (old.type !== 'ExternalName' && spec.type !== 'ExternalName' && text(spec.clusterIP) === '') {
    const list = Array.isArray(spec.clusterIPs) && spec.clusterIPs.length > 0 ? spec.clusterIPs : old.clusterIPs;
    next = { ...next, clusterIP: old.clusterIP ?? '', ...(list === undefined ? {} : { clusterIPs: list }) };
  }
  if (needsHealthCheck(old) && needsHealthCheck(spec) && !isNumber(spec.healthCheckNodePort) && isNumber(old.healthCheckNodePort))
    next = { ...next, healthCheckNodePort: old.healthCheckNodePort };
  return next;
}

const isNumber = (value: Json | undefined): value is number => typeof value === 'number' && value !== 0;

/** A Service as its checks look at it: what an update leaves out comes from before, what the old type needed goes. Kubernetes: registry/core/service/strategy.go. */
export function preparedService(service: KubeObject, live: KubeObject | undefined): KubeObject {
  const spec = objectAt(service.spec);
  const old = live === undefined ? undefined : objectAt(live.spec);
  const one = oneAddress(spec, old);
  const next = old === undefined ? one : withoutStale(withKept(one, old), old);
  const prepared = next === spec ? service : { ...service, spec: next };
  return old?.type === 'LoadBalancer' && spec.type !== 'LoadBalancer' ? withoutBalancer(prepared) : prepared;
}

/** What a load balancer was reached at is of no use to another type. */
const withoutBalancer = (service: KubeObject): KubeObject => ({ ...service, status: { ...objectAt(service.status), loadBalancer: {} } });

/** Where a load balancer asks whether a node has endpoints. */
const withHealthCheck = (spec: JsonObject, stock: Stock): JsonObject =>
  needsHealthCheck(spec) && !isNumber(spec.healthCheckNodePort) ? { ...spec, healthCheckNodePort: stock.nodePort() } : spec;

/** The Service with everything the server allocates for it. */
export function allocateService(service: KubeObject, live: KubeObject | undefined, stock: Stock): KubeObject {
  const spec = objectAt(service.spec);
  const old = objectAt(live?.spec);
  const next = withHealthCheck(withPorts(withAddress(spec, old, stock), old, stock), stock);
  return next === spec ? service : { ...service, spec: next };
}
