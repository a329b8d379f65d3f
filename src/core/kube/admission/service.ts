/** Addresses and ports of Services. Kubernetes: pkg/registry/core/service/storage/alloc.go, pkg/registry/core/service/strategy.go. */
import { type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';

/** Hands out what no other Service has. */
export interface Stock {
  address(): string;
  nodePort(): number;
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
  if (!usesNodePorts(spec)) return usesNodePorts(old) ? { ...spec, ports: ports.map(({ nodePort: _gone, ...port }) => port) } : spec;
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
  const families = {
    ipFamilies: spec.ipFamilies ?? old.ipFamilies ?? ['IPv4'],
    ipFamilyPolicy: spec.ipFamilyPolicy ?? old.ipFamilyPolicy ?? 'SingleStack',
  };
  const wanted = text(spec.clusterIP) || text(Array.isArray(spec.clusterIPs) ? (spec.clusterIPs[0] as Json) : undefined);
  const address = wanted || text(old.clusterIP) || stock.address();
  if (spec.clusterIP === address && Array.isArray(spec.clusterIPs) && spec.ipFamilies !== undefined && spec.ipFamilyPolicy !== undefined)
    return spec;
  return { ...spec, clusterIP: address, clusterIPs: [address], ...families };
}

const isExternal = (spec: JsonObject): boolean =>
  spec.type === 'LoadBalancer' || spec.type === 'NodePort' || objects(spec.externalIPs).length > 0;

/** Fields that were filled in for the old type go when the type changes. Kubernetes: dropTypeDependentFields. */
function withoutStale(spec: JsonObject, old: JsonObject): JsonObject {
  let next = spec;
  const drop = (key: string): void => {
    const { [key]: gone, ...rest } = next;
    if (gone !== undefined && gone === old[key]) next = rest;
  };
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer')
    for (const key of ['allocateLoadBalancerNodePorts', 'loadBalancerClass']) drop(key);
  if (isExternal(old) && !isExternal(spec)) drop('externalTrafficPolicy');
  return next;
}

/** The Service with everything the server allocates for it. */
export function allocateService(service: KubeObject, live: KubeObject | undefined, stock: Stock): KubeObject {
  const spec = objectAt(service.spec);
  const old = objectAt(live?.spec);
  const next = withPorts(withAddress(withoutStale(spec, old), old, stock), old, stock);
  return next === spec ? service : { ...service, spec: next };
}
