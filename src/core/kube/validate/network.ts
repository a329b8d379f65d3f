/** Ingresses, network policies and endpoint slices. Kubernetes: pkg/apis/{networking,discovery}/validation. */
import { type Address, isLinkLocalMulticast, isLinkLocalUnicast, isLoopback, parseAddress, unmapped } from '../../go/netip/index.ts';
import { isObject, isSet, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { portNameProblems, subdomainProblems } from '../meta/index.ts';
import { sameJson } from '../json/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { dnsLabel, type Errors, immutable, oneOf, portNumber, problems, IP_HINT } from './checks.ts';

const wildcard = /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const WILDCARD_HINT =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function hostErrors(host: string, field: string): Errors {
  if (!host.includes('*')) return problems(field, host, subdomainProblems(host));
  return wildcard.test(host) ? [] : [fieldError.invalid(field, host, WILDCARD_HINT)];
}

const serviceName = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const SERVICE_HINT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

function serviceBackendErrors(service: JsonObject, field: string): Errors {
  const port = objectAt(service.port);
  const name = text(service.name);
  const portName = text(port.name);
  const number = typeof port.number === 'number' ? port.number : 0;
  const errors: FieldError[] = [];
  if (name === '') errors.push(fieldError.required(`${field}.service.name`, ''));
  else if (!serviceName.test(name)) errors.push(fieldError.invalid(`${field}.service.name`, name, SERVICE_HINT));
  if (portName !== '' && number !== 0) errors.push(fieldError.invalid(field, '', 'cannot set both port name & port number'));
  else if (portName !== '') errors.push(...problems(`${field}.service.port.name`, portName, portNameProblems(portName)));
  else if (number !== 0) errors.push(...portNumber(number, `${field}.service.port.number`));
  else errors.push(fieldError.required(field, 'port name or number is required'));
  return errors;
}

function backendErrors(backend: JsonObject, field: string): Errors {
  if (isObject(backend.resource) && isObject(backend.service))
    return [fieldError.invalid(field, '', 'cannot set both resource and service backends')];
  if (isObject(backend.resource)) {
    const { kind, name } = backend.resource;
    return Object.entries({ kind, name }).flatMap(([key, value]) =>
      text(value) === '' ? [fieldError.required(`${field}.resource.${key}`, '')] : [],
    );
  }
  if (isObject(backend.service)) return serviceBackendErrors(backend.service, field);
  return [fieldError.invalid(field, '', 'resource or service backend is required')];
}

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
const forbiddenParts = ['//', '/./', '/../', '%2f', '%2F'];
const forbiddenEnds = ['/..', '/.'];

function pathErrors(entry: JsonObject, field: string): Errors {
  const type = text(entry.pathType);
  const path = text(entry.path);
  const bad = (why: string): FieldError => fieldError.invalid(`${field}.path`, path, why);
  const errors: FieldError[] = [];
  if (!isSet(entry.pathType)) return [fieldError.required(`${field}.pathType`, 'pathType must be specified')];
  if (!pathTypes.includes(type)) errors.push(fieldError.notSupported(`${field}.pathType`, type, pathTypes));
  else {
    const relative = !path.startsWith('/');
    if (relative && (type !== 'ImplementationSpecific' || path !== '')) errors.push(bad('must be an absolute path'));
    if (type !== 'ImplementationSpecific') {
      errors.push(...forbiddenParts.filter((part) => path.includes(part)).map((part) => bad(`must not contain '${part}'`)));
      errors.push(...forbiddenEnds.filter((end) => path.endsWith(end)).map((end) => bad(`cannot end with '${end}'`)));
    }
  }
  return [...errors, ...backendErrors(objectAt(entry.backend), `${field}.backend`)];
}

function ruleErrors(rule: JsonObject, field: string): Errors {
  const host = text(rule.host);
  const errors: FieldError[] = [];
  if (parseAddress(host, 'sloppy') !== undefined)
    errors.push(fieldError.invalid(`${field}.host`, host, 'must be a DNS name, not an IP address'));
  if (host !== '') errors.push(...hostErrors(host, `${field}.host`));
  if (!isObject(rule.http)) return errors;
  const paths = objects(rule.http.paths);
  if (paths.length === 0) errors.push(fieldError.required(`${field}.http.paths`, ''));
  return [...errors, ...paths.flatMap((entry, at) => pathErrors(entry, `${field}.http.paths[${at}]`))];
}

export function ingressErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const rules = objects(spec.rules);
  const errors: FieldError[] = [];
  if (rules.length === 0 && !isSet(spec.defaultBackend)) {
    const none = Array.isArray(spec.rules) ? '[]networking.IngressRule{}' : '[]networking.IngressRule(nil)';
    errors.push(fieldError.raw('Invalid', 'spec', `Invalid value: ${none}: either \`defaultBackend\` or \`rules\` must be specified`));
  }
  if (isObject(spec.defaultBackend)) errors.push(...backendErrors(spec.defaultBackend, 'spec.defaultBackend'));
  errors.push(...rules.flatMap((rule, index) => ruleErrors(rule, `spec.rules[${index}]`)));
  for (const [index, tls] of objects(spec.tls).entries()) {
    const hosts = Array.isArray(tls.hosts) ? tls.hosts.filter((host) => typeof host === 'string') : [];
    errors.push(...hosts.flatMap((host, at) => hostErrors(host, `spec.tls[${index}].hosts[${at}]`)));
    const secret = text(tls.secretName);
    if (secret !== '') errors.push(...problems(`spec.tls[${index}].secretName`, secret, subdomainProblems(secret)));
  }
  if (isSet(spec.ingressClassName))
    errors.push(...problems('spec.ingressClassName', spec.ingressClassName ?? '', subdomainProblems(text(spec.ingressClassName))));
  return errors;
}

/** Why no endpoint may have this address; `shown` is how it was written. Kubernetes: ValidateEndpointIP. */
export function specialAddress(address: Address, shown: string): string | undefined {
  const plain = unmapped(address);
  if (plain.bits === 0n) return `may not be unspecified (${shown})`;
  if (isLoopback(plain)) return 'may not be in the loopback range (127.0.0.0/8, ::1/128)';
  if (isLinkLocalUnicast(plain)) return 'may not be in the link-local range (169.254.0.0/16, fe80::/10)';
  return isLinkLocalMulticast(plain) ? 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)' : undefined;
}

function addressErrors(text: string, type: string, field: { readonly all: string; readonly own: string }): Errors {
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const address = parseAddress(text, 'sloppy');
  if (address === undefined) return [fieldError.invalid(field.own, text, IP_HINT)];
  const special = specialAddress(address, text);
  return [
    ...((type === 'IPv4') === (unmapped(address).family === 4) ? [] : [fieldError.invalid(field.all, text, `must be an ${type} address`)]),
    ...(special === undefined ? [] : [fieldError.invalid(field.own, text, special)]),
  ];
}

export function endpointSliceErrors(object: KubeObject): Errors {
  const type = text(object.addressType);
  const names = new Set<string>();
  const ports = objects(object.ports).flatMap((port, index) => {
    const name = text(port.name);
    const field = `ports[${index}].name`;
    const errors: FieldError[] = name === '' ? [] : [...dnsLabel(name, field)];
    if (names.has(name)) errors.push(fieldError.duplicate(field, name));
    names.add(name);
    return [...errors, ...oneOf(port.protocol, `ports[${index}].protocol`, ['SCTP', 'TCP', 'UDP'])];
  });
  const endpoints = objects(object.endpoints).flatMap((endpoint, index) => {
    const all = `endpoints[${index}].addresses`;
    const addresses = Array.isArray(endpoint.addresses) ? endpoint.addresses.map(String) : [];
    if (addresses.length === 0) return [fieldError.required(all, 'must contain at least 1 address')];
    return addresses.flatMap((address, at) => addressErrors(address, type, { all, own: `${all}[${at}]` }));
  });
  return [...oneOf(object.addressType, 'addressType', ['FQDN', 'IPv4', 'IPv6']), ...ports, ...endpoints];
}

/** Endpoints that stay as they are need not be right: an older server took them. */
export const endpointSliceUpdateErrors = (next: KubeObject, live: KubeObject): Errors => [
  ...endpointSliceErrors(next).filter(
    ({ field }) => !field.startsWith('endpoints[') || !sameJson(next.endpoints ?? null, live.endpoints ?? null),
  ),
  ...immutable(text(next.addressType), text(live.addressType), 'addressType'),
];
