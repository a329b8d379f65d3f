/** Services. Kubernetes: core/validation ValidateService, ValidateServiceUpdate, and the checks of pkg/registry/core/service/storage/alloc.go that need no stock. */
import { parseAddress, parseNetwork, unmapped } from '../../go/netip/index.ts';
import { isObject, isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { labelErrors, portNameProblems, qualifiedNameProblems, subdomainProblems } from '../meta/index.ts';
import { type FieldError, fieldError, quote } from '../status/index.ts';
import { badList, dnsLabel, type Errors, IP_HINT, oneOf, portNumber, problems } from './checks.ts';
import { specialAddress } from './network.ts';

const CIDR_HINT = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const MAX_AFFINITY_SECONDS = 86_400;

const isHeadless = (spec: JsonObject): boolean => spec.clusterIP === 'None';
const isExternal = (spec: JsonObject): boolean =>
  spec.type === 'LoadBalancer' || spec.type === 'NodePort' || (spec.type === 'ClusterIP' && texts(spec.externalIPs).length > 0);
const needsHealthCheck = (spec: JsonObject): boolean => spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

/** Addresses as they are after the server has put the old field and the list together. */
function addressesOf(spec: JsonObject): readonly string[] {
  const list = texts(spec.clusterIPs);
  const alone = text(spec.clusterIP);
  return list.length === 0 && alone !== '' ? [alone] : list;
}

function portErrors(spec: JsonObject): Errors {
  const ports = objects(spec.ports);
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const path = `spec.ports[${index}]`;
    const name = text(port.name);
    const errors: FieldError[] = [];
    if (name === '' && ports.length > 1) errors.push(fieldError.required(`${path}.name`, ''));
    if (name !== '') {
      errors.push(...dnsLabel(name, `${path}.name`));
      if (names.has(name)) errors.push(fieldError.duplicate(`${path}.name`, name));
      names.add(name);
    }
    const target = port.targetPort;
    return [
      ...errors,
      ...portNumber(port.port ?? 0, `${path}.port`),
      ...oneOf(port.protocol, `${path}.protocol`, ['SCTP', 'TCP', 'UDP']),
      ...(typeof target === 'string'
        ? problems(`${path}.targetPort`, target, portNameProblems(target))
        : portNumber(target, `${path}.targetPort`)),
      ...(typeof port.appProtocol === 'string'
        ? problems(`${path}.appProtocol`, port.appProtocol, qualifiedNameProblems(port.appProtocol))
        : []),
    ];
  });
}

/** The same number twice for one protocol. */
function repeatedErrors(spec: JsonObject): Errors {
  const ports = objects(spec.ports);
  const [nodePorts, pairs] = [new Set<string>(), new Set<string>()];
  const onNodes = ports.flatMap(({ nodePort, protocol }, index) => {
    if (typeof nodePort !== 'number' || nodePort === 0) return [];
    const key = `${text(protocol)}/${nodePort}`;
    const twice = nodePorts.has(key);
    nodePorts.add(key);
    return twice ? [fieldError.duplicate(`spec.ports[${index}].nodePort`, nodePort)] : [];
  });
  const inCluster = ports.flatMap(({ port, protocol }, index) => {
    const key = `${text(protocol)}/${String(port)}`;
    const twice = pairs.has(key);
    pairs.add(key);
    const shown = `core.ServicePort{Name:"", Protocol:${quote(text(protocol))}, AppProtocol:(*string)(nil), Port:${String(port)}, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}`;
    return twice ? [fieldError.raw('Duplicate', `spec.ports[${index}]`, `Duplicate value: ${shown}`)] : [];
  });
  return [...onNodes, ...inCluster];
}

function affinityErrors(spec: JsonObject): Errors {
  const kind = oneOf(spec.sessionAffinity, 'spec.sessionAffinity', ['ClientIP', 'None']);
  const field = 'spec.sessionAffinityConfig';
  if (spec.sessionAffinity === 'None')
    return isSet(spec.sessionAffinityConfig)
      ? [...kind, fieldError.forbidden(field, 'must not be set when session affinity is None')]
      : kind;
  if (spec.sessionAffinity !== 'ClientIP') return kind;
  const why = 'when session affinity type is ClientIP';
  if (!isSet(spec.sessionAffinityConfig)) return [fieldError.required(field, why)];
  const client = objectAt(spec.sessionAffinityConfig).clientIP;
  if (!isObject(client ?? null)) return [fieldError.required(`${field}.clientIP`, why)];
  const seconds = objectAt(client).timeoutSeconds;
  const at = `${field}.clientIP.timeoutSeconds`;
  if (typeof seconds !== 'number') return [fieldError.required(at, why)];
  return seconds > 0 && seconds <= MAX_AFFINITY_SECONDS
    ? []
    : [fieldError.invalid(at, seconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`)];
}

const familyOf = (ip: string): 'IPv4' | 'IPv6' | undefined => {
  const address = parseAddress(ip, 'sloppy');
  return address === undefined ? undefined : unmapped(address).family === 4 ? 'IPv4' : 'IPv6';
};

function familyErrors(spec: JsonObject): Errors {
  const families = texts(spec.ipFamilies);
  const policy = spec.ipFamilyPolicy;
  return [
    ...families.flatMap((family, index) => [
      ...(['IPv4', 'IPv6'].includes(family) ? [] : [fieldError.notSupported(`spec.ipFamilies[${index}]`, family, ['IPv4', 'IPv6'])]),
      ...(families.indexOf(family) < index ? [fieldError.duplicate(`spec.ipFamilies[${index}]`, family)] : []),
    ]),
    ...(isSet(policy) ? oneOf(policy, 'spec.ipFamilyPolicy', ['PreferDualStack', 'RequireDualStack', 'SingleStack']) : []),
  ];
}

function clusterAddressErrors(spec: JsonObject): Errors {
  if (spec.type === 'ExternalName') return [];
  const field = 'spec.clusterIPs';
  const all = addressesOf(spec);
  const alone = text(spec.clusterIP);
  const synced = alone === '' || all[0] === alone ? [] : [badList(field, all, { why: 'first value must match `clusterIP`' })];
  const wrong = all.flatMap((ip, index) => {
    if (index === 0 && ip === 'None')
      return all.length > 1 ? [badList(field, all, { why: "'None' must be the first and only value" })] : [];
    return familyOf(ip) === undefined ? [fieldError.invalid(`${field}[${index}]`, ip, IP_HINT)] : [];
  });
  const many = all.length > 2 ? [badList(field, all, { why: 'may only hold up to 2 values' })] : [];
  const before = [...synced, ...familyErrors(spec), ...wrong, ...many];
  if (wrong.length > 0) return before;
  const same = all.length > 1 && new Set(all.map(familyOf)).size < 2;
  const families = texts(spec.ipFamilies);
  const apart = isHeadless(spec)
    ? []
    : all.flatMap((ip, index) => {
        const family = families[index];
        if (family === undefined || familyOf(ip) === family) return [];
        return [fieldError.invalid(`${field}[${index}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``)];
      });
  return [...before, ...(same ? [badList(field, all, { why: 'may specify no more than one IP for each IP family' })] : []), ...apart];
}

function externalAddressErrors(spec: JsonObject): Errors {
  return texts(spec.externalIPs).flatMap((ip, index) => {
    const field = `spec.externalIPs[${index}]`;
    const address = parseAddress(ip, 'sloppy');
    if (address === undefined) return [fieldError.invalid(field, ip, IP_HINT)];
    const special = specialAddress(address, ip);
    return special === undefined ? [] : [fieldError.invalid(field, ip, special)];
  });
}

const ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'";

function balancerErrors(spec: JsonObject): Errors {
  const balanced = spec.type === 'LoadBalancer';
  const ranges = texts(spec.loadBalancerSourceRanges);
  const field = 'spec.LoadBalancerSourceRanges';
  const given = spec.loadBalancerClass;
  return [
    ...(ranges.length > 0 && !balanced ? [fieldError.forbidden(field, ONLY_BALANCED)] : []),
    ...ranges.flatMap((range, index) =>
      parseNetwork(range.trim(), 'sloppy') === undefined ? [fieldError.invalid(`${field}[${index}]`, range.trim(), CIDR_HINT)] : [],
    ),
    ...(isSet(spec.allocateLoadBalancerNodePorts) && !balanced
      ? [fieldError.forbidden('spec.allocateLoadBalancerNodePorts', ONLY_BALANCED)]
      : []),
    ...(typeof given !== 'string'
      ? []
      : balanced
        ? problems('spec.loadBalancerClass', given, qualifiedNameProblems(given))
        : [fieldError.forbidden('spec.loadBalancerClass', ONLY_BALANCED)]),
  ];
}

function trafficErrors(spec: JsonObject): Errors {
  const [outside, inside, spread] = [spec.externalTrafficPolicy, spec.internalTrafficPolicy, spec.trafficDistribution];
  const field = 'spec.externalTrafficPolicy';
  const port = spec.healthCheckNodePort;
  const checked = typeof port === 'number' && port !== 0;
  return [
    ...(isExternal(spec)
      ? isSet(outside) && text(outside) !== ''
        ? oneOf(outside, field, ['Cluster', 'Local'])
        : []
      : text(outside) === ''
        ? []
        : [fieldError.invalid(field, text(outside), 'may only be set for externally-accessible services')]),
    ...(checked && !needsHealthCheck(spec)
      ? [
          fieldError.invalid(
            'spec.healthCheckNodePort',
            port,
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
          ),
        ]
      : checked
        ? portNumber(port, 'spec.healthCheckNodePort')
        : []),
    ...(isSet(inside) ? oneOf(inside, 'spec.internalTrafficPolicy', ['Cluster', 'Local']) : []),
    ...(isSet(spread) ? oneOf(spread, 'spec.trafficDistribution', ['PreferClose']) : []),
  ];
}

function kindErrors(spec: JsonObject): Errors {
  const external = spec.type === 'ExternalName';
  const headless = isHeadless(spec);
  const errors: FieldError[] = [];
  if (objects(spec.ports).length === 0 && !headless && !external) errors.push(fieldError.required('spec.ports', ''));
  if (headless && (spec.type === 'LoadBalancer' || spec.type === 'NodePort'))
    errors.push(fieldError.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`));
  if (!external) return errors;
  const unset = (field: string, set: boolean): Errors =>
    set ? [fieldError.forbidden(`spec.${field}`, 'may not be set for ExternalName services')] : [];
  const name = text(spec.externalName).replace(/\.$/, '');
  return [
    ...errors,
    ...unset('clusterIPs', addressesOf(spec).length > 0),
    ...unset('ipFamilies', texts(spec.ipFamilies).length > 0),
    ...unset('ipFamilyPolicy', isSet(spec.ipFamilyPolicy)),
    ...(name === '' ? [fieldError.required('spec.externalName', '')] : problems('spec.externalName', name, subdomainProblems(name))),
  ];
}

const onlyOnNodes = (spec: JsonObject): Errors =>
  spec.type === 'ClusterIP'
    ? objects(spec.ports).flatMap(({ nodePort }, index) =>
        typeof nodePort === 'number' && nodePort !== 0
          ? [fieldError.forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'")]
          : [],
      )
    : [];

export function serviceErrors({ spec: value }: KubeObject): Errors {
  const spec = objectAt(value);
  // Addresses are given out before anything else is looked at.
  const addresses = clusterAddressErrors(spec);
  if (addresses.length > 0) return addresses;
  return [
    ...kindErrors(spec),
    ...portErrors(spec),
    ...labelErrors(spec.selector, 'spec.selector'),
    ...affinityErrors(spec),
    ...externalAddressErrors(spec),
    ...oneOf(spec.type, 'spec.type', ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...onlyOnNodes(spec),
    ...repeatedErrors(spec),
    ...balancerErrors(spec),
    ...trafficErrors(spec),
  ];
}

const goTexts = (values: readonly string[]): string => `[]string{${values.map(quote).join(', ')}}`;

function movedErrors(after: JsonObject, before: JsonObject): Errors {
  if (after.type === 'ExternalName' || before.type === 'ExternalName') return [];
  const [next, old] = [addressesOf(after), addressesOf(before)];
  const moved = (index: number): FieldError =>
    fieldError.raw('Invalid', `spec.clusterIPs[${index}]`, `Invalid value: ${goTexts(next)}: may not change once set`);
  const headless = [isHeadless(after), isHeadless(before)];
  const addresses =
    next.length === 0 || headless.every(Boolean)
      ? []
      : next.length === old.length
        ? old.flatMap((ip, index) => (ip === next[index] ? [] : [moved(index)]))
        : next[0] === old[0]
          ? []
          : [moved(0)];
  const [families, oldFamilies] = [texts(after.ipFamilies), texts(before.ipFamilies)];
  const shown = `[]core.IPFamily{${families.map(quote).join(', ')}}`;
  const changed = families.length > 0 && headless.every((one) => !one) && families[0] !== oldFamilies[0];
  return [
    ...addresses,
    ...(changed ? [fieldError.raw('Invalid', 'spec.ipFamilies[0]', `Invalid value: ${shown}: may not change once set`)] : []),
  ];
}

export function serviceUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const [after, before] = [objectAt(next.spec), objectAt(live.spec)];
  const balanced = after.type === 'LoadBalancer' && before.type === 'LoadBalancer';
  const given = (spec: JsonObject): Json => spec.loadBalancerClass ?? null;
  const port =
    needsHealthCheck(after) &&
    needsHealthCheck(before) &&
    isSet(after.healthCheckNodePort) &&
    after.healthCheckNodePort !== before.healthCheckNodePort;
  const addresses = clusterAddressErrors(after);
  if (addresses.length > 0) return addresses;
  return [
    ...movedErrors(after, before),
    ...(balanced && given(after) !== given(before)
      ? [fieldError.invalid('spec.loadBalancerClass', given(after), 'may not change once set')]
      : []),
    ...(port ? [fieldError.forbidden('spec.healthCheckNodePort', 'field is immutable')] : []),
    ...serviceErrors(next),
  ];
}
