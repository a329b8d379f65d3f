/** Classes of Ingresses and runtimes, nodes, endpoints, events, revisions. Kubernetes: pkg/apis/{core,networking,node,apps}/validation. */
import { parseAddress, parseNetwork } from '../../go/netip/index.ts';
import { isObject, isSet, type JsonObject, type KubeObject, objectAt, objects, text, texts } from '../../object/index.ts';
import {
  kubeFinalizerErrors,
  labelErrors,
  labelProblems,
  labelValueProblems,
  nameProblems,
  qualifiedNameProblems,
  subdomainProblems,
} from '../meta/index.ts';
import { sameJson } from '../json/index.ts';
import { fieldError } from '../status/index.ts';
import { requirementErrors } from './amounts.ts';
import { badList, dnsLabel, type Errors, immutable, oneOf, portNumber, problems, IP_HINT } from './checks.ts';
import { specialAddress } from './network.ts';
import { tolerationErrors } from './scheduling.ts';

const HTTP_PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

/** `acme.io/foo`. Kubernetes: apimachinery IsDomainPrefixedPath. */
export function domainPathErrors(value: string, field: string): Errors {
  if (value === '') return [fieldError.required(field, '')];
  const slash = value.indexOf('/');
  const [host, path] = [value.slice(0, Math.max(0, slash)), value.slice(slash + 1)];
  if (slash < 0 || host === '' || path === '')
    return [fieldError.invalid(field, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const hint = "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
  return [...problems(field, host, subdomainProblems(host)), ...(HTTP_PATH.test(path) ? [] : [fieldError.invalid(field, path, hint)])];
}

function parameterErrors(parameters: JsonObject, field: string): Errors {
  const group = text(parameters.apiGroup);
  const scope = text(parameters.scope);
  const named = ['kind', 'name'].flatMap((key) =>
    text(parameters[key]) === ''
      ? [fieldError.required(`${field}.${key}`, `${key} is required`)]
      : problems(`${field}.${key}`, text(parameters[key]), nameProblems('path', text(parameters[key]))),
  );
  const reference = [...(isSet(parameters.apiGroup) ? problems(`${field}.apiGroup`, group, subdomainProblems(group)) : []), ...named];
  if (!isSet(parameters.scope)) return [...reference, fieldError.required(`${field}.scope`, '')];
  if (scope !== 'Cluster' && scope !== 'Namespace')
    return [...reference, fieldError.notSupported(`${field}.scope`, scope, ['Cluster', 'Namespace'])];
  const given = isSet(parameters.namespace);
  if (scope === 'Cluster')
    return given ? [...reference, fieldError.forbidden(`${field}.namespace`, "`parameters.scope` is set to 'Cluster'")] : reference;
  return given
    ? [...reference, ...problems(`${field}.namespace`, text(parameters.namespace), labelProblems(text(parameters.namespace)))]
    : [...reference, fieldError.required(`${field}.namespace`, "`parameters.scope` is set to 'Namespace'")];
}

export function ingressClassErrors(object: KubeObject): Errors {
  const { controller, parameters } = objectAt(object.spec);
  return [
    ...(text(controller).length > 250 ? [fieldError.tooLong('spec.controller', 250)] : []),
    ...domainPathErrors(text(controller), 'spec.controller'),
    ...(isSet(parameters) ? parameterErrors(objectAt(parameters), 'spec.parameters') : []),
  ];
}

export const ingressClassUpdateErrors = (next: KubeObject, live: KubeObject): Errors => [
  ...immutable(text(objectAt(next.spec).controller), text(objectAt(live.spec).controller), 'spec.controller'),
  ...ingressClassErrors(next),
];

export function runtimeClassErrors(object: KubeObject): Errors {
  const scheduling = objectAt(object.scheduling);
  const handler = text(object.handler);
  return [
    ...problems('handler', handler, labelProblems(handler)),
    ...requirementErrors({ limits: objectAt(object.overhead).podFixed ?? null }, 'overhead'),
    ...labelErrors(scheduling.nodeSelector, 'scheduling.nodeSelector'),
    ...tolerationErrors(scheduling, 'scheduling.tolerations'),
  ];
}

export const runtimeClassUpdateErrors = (next: KubeObject, live: KubeObject): Errors => [
  ...runtimeClassErrors(next),
  ...immutable(text(next.handler), text(live.handler), 'handler'),
];

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function taintErrors(taints: readonly JsonObject[]): Errors {
  const seen = new Set<string>();
  return taints.flatMap(({ key, value, effect }, index) => {
    const field = `metadata.taints[${index}]`;
    const pair = `${text(effect)}/${text(key)}`;
    const twice = seen.has(pair);
    seen.add(pair);
    const wrong = labelValueProblems(text(value));
    return [
      ...problems(`${field}.key`, text(key), qualifiedNameProblems(text(key))),
      ...(wrong.length === 0 ? [] : [fieldError.invalid(`${field}.value`, text(value), wrong.join(';'))]),
      ...oneOf(effect, `${field}.effect`, effects),
      ...(twice
        ? [
            fieldError.raw(
              'Duplicate',
              field,
              `Duplicate value: core.Taint{Key:${JSON.stringify(text(key))}, Value:${JSON.stringify(text(value))}, Effect:${JSON.stringify(text(effect))}, TimeAdded:<nil>}: taints must be unique by key and effect pair`,
            ),
          ]
        : []),
    ];
  });
}

const CIDR_HINT = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** A node has one network of each family. Kubernetes: ValidateNode. */
function networkPairErrors(networks: readonly string[]): Errors {
  if (networks.length < 2) return [];
  const parsed = networks.map((network) => parseNetwork(network, 'sloppy'));
  const bad = parsed.indexOf(undefined);
  const why = `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${bad}]: <nil> (invalid CIDR address: ${networks[bad] ?? ''})`;
  const families = new Set(parsed.map((network) => network?.address.family));
  const dual = bad < 0 && networks.length === 2 && families.size === 2;
  return [
    ...(bad < 0 ? [] : [fieldError.raw('Internal', 'spec.podCIDRs', `Internal error: ${why}`)]),
    ...(dual ? [] : [badList('spec.podCIDRs', networks, { why: 'may specify no more than one CIDR for each IP family' })]),
  ];
}

export function nodeErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  return [
    ...taintErrors(objects(spec.taints)),
    ...texts(spec.podCIDRs).flatMap((network, index) =>
      parseNetwork(network, 'sloppy') === undefined ? [fieldError.invalid(`spec.podCIDRs[${index}]`, network, CIDR_HINT)] : [],
    ),
    ...networkPairErrors(texts(spec.podCIDRs)),
  ];
}

export function nodeUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const [after, before] = [objectAt(next.spec), objectAt(live.spec)];
  const fixed = (name: string, shown = name): Errors =>
    isSet(before[name]) && text(before[name]) !== '' && before[name] !== after[name]
      ? [fieldError.forbidden(`spec.${name}`, `node updates may not change ${shown} except from "" to valid`)]
      : [];
  const moved = texts(before.podCIDRs).length > 0 && !sameJson(before.podCIDRs ?? null, after.podCIDRs ?? null);
  return [
    ...nodeErrors(next),
    ...(moved ? [fieldError.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid')] : []),
    ...fixed('providerID'),
    ...(text(after.externalID) === text(before.externalID) ? [] : [fieldError.forbidden('spec.externalID', 'may not be updated')]),
  ];
}

function addressErrors(address: JsonObject, field: string): Errors {
  const ip = text(address.ip);
  const parsed = parseAddress(ip, 'sloppy');
  const special = parsed === undefined ? 'must be a valid IP address' : specialAddress(parsed, ip);
  return [
    ...(parsed === undefined ? [fieldError.invalid(`${field}.ip`, ip, IP_HINT)] : []),
    ...(text(address.hostname) === '' ? [] : dnsLabel(text(address.hostname), `${field}.hostname`)),
    ...(isSet(address.nodeName) ? problems(`${field}.nodeName`, text(address.nodeName), subdomainProblems(text(address.nodeName))) : []),
    ...(special === undefined ? [] : [fieldError.invalid(`${field}.ip`, ip, special)]),
  ];
}

function subsetErrors(subset: JsonObject, field: string): Errors {
  const ready = objects(subset.addresses);
  const others = objects(subset.notReadyAddresses);
  const ports = objects(subset.ports);
  return [
    ...(ready.length + others.length === 0 ? [fieldError.required(field, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...ready.flatMap((address, index) => addressErrors(address, `${field}.addresses[${index}]`)),
    ...others.flatMap((address, index) => addressErrors(address, `${field}.notReadyAddresses[${index}]`)),
    ...ports.flatMap((port, index) => {
      const at = `${field}.ports[${index}]`;
      const name = text(port.name);
      return [
        ...(name === '' ? (ports.length > 1 ? [fieldError.required(`${at}.name`, '')] : []) : dnsLabel(name, `${at}.name`)),
        ...portNumber(port.port ?? 0, `${at}.port`),
        ...oneOf(port.protocol, `${at}.protocol`, ['SCTP', 'TCP', 'UDP']),
        ...(isSet(port.appProtocol)
          ? problems(`${at}.appProtocol`, text(port.appProtocol), qualifiedNameProblems(text(port.appProtocol)))
          : []),
      ];
    }),
  ];
}

export const endpointsErrors = (object: KubeObject): Errors =>
  objects(object.subsets).flatMap((subset, index) => subsetErrors(subset, `subsets[${index}]`));

/** Endpoints that stay as they are need not be right: an older server took them. */
export const endpointsUpdateErrors = (next: KubeObject, live: KubeObject): Errors =>
  sameJson(next.subsets ?? null, live.subsets ?? null) ? [] : endpointsErrors(next);

/** Kubernetes: pkg/apis/core/validation/events.go legacyValidateEvent: what every event has to fulfil. */
export function eventErrors(object: KubeObject): Errors {
  const namespace = object.metadata.namespace ?? '';
  const about = text(objectAt(object.involvedObject).namespace);
  const mismatch = [fieldError.invalid('involvedObject.namespace', about, 'does not match event.namespace')];
  if (!isSet(object.eventTime)) {
    const fits = about === '' ? namespace === '' || namespace === 'default' : namespace === about;
    return fits ? [] : mismatch;
  }
  const component = text(object.reportingComponent);
  const lonely = about === '' && namespace !== 'default' && namespace !== 'kube-system';
  const limited = (name: string, max: number): Errors => {
    const value = text(object[name]);
    if (value === '') return [fieldError.required(name, '')];
    return value.length > max ? [fieldError.invalid(name, '', `can have at most ${max} characters`)] : [];
  };
  return [
    ...(lonely ? mismatch : []),
    ...(component === '' ? [fieldError.required('reportingComponent', '')] : []),
    ...problems('reportingComponent', component, qualifiedNameProblems(component)),
    ...limited('reportingInstance', 128),
    ...limited('action', 128),
    ...limited('reason', 128),
    ...(text(object.message).length > 1024 ? [fieldError.invalid('message', '', 'can have at most 1024 characters')] : []),
  ];
}

const revisionErrors = ({ revision }: KubeObject): Errors =>
  typeof revision === 'number' && revision < 0 ? [fieldError.invalid('revision', revision, 'must be greater than or equal to 0')] : [];

export const controllerRevisionErrors = (object: KubeObject): Errors => [
  ...revisionErrors(object),
  ...(isSet(object.data)
    ? isObject(object.data)
      ? []
      : [fieldError.required('data', 'data must be a valid JSON object')]
    : [fieldError.required('data', 'data is mandatory')]),
];

export const controllerRevisionUpdateErrors = (next: KubeObject, live: KubeObject): Errors => [
  ...revisionErrors(next),
  ...(sameJson(next.data ?? null, live.data ?? null) ? [] : [fieldError.invalid('data', next.data ?? null, 'field is immutable')]),
];

/** `spec.finalizers` of a namespace. Kubernetes: ValidateNamespaceFinalizeUpdate. */
export const namespaceFinalizerErrors = (names: readonly string[]): Errors => [
  ...names.flatMap((name, index) => problems(`spec.finalizers[${index}]`, name, qualifiedNameProblems(name))),
  ...kubeFinalizerErrors({ finalizers: names }).map((error) => ({ ...error, field: error.field.replace('metadata', 'spec') })),
];

/** Of a new one; the message names the list. */
export const namespaceErrors = (object: KubeObject): Errors =>
  texts(objectAt(object.spec).finalizers).flatMap((name) =>
    namespaceFinalizerErrors([name]).map((error) => ({ ...error, field: 'spec.finalizers' })),
  );
