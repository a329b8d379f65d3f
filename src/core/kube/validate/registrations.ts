/** Other API servers, addresses of the cluster and what is attached to nodes. Kubernetes: the validation of apiregistration, networking and storage. */
import { parseAddress, formatAddress, parseNetwork, formatNetwork, masked } from '../../go/netip/index.ts';
import { isSet, type JsonObject, type KubeObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { nameProblems, qualifiedNameProblems, subdomainProblems } from '../meta/index.ts';
import { sameJson } from '../json/index.ts';
import { fieldError, quote } from '../status/index.ts';
import { badList, type Errors, goList, immutable, IP_HINT, nonnegative, problems } from './checks.ts';
import { driverNameErrors, needed, persistentSources } from './volume-sources.ts';

const within = (value: unknown, field: string, most: number): Errors => {
  const number = typeof value === 'number' ? value : 0;
  return number <= 0 || number > most ? [fieldError.invalid(field, number, `must be positive and less than ${most}`)] : [];
};

function serviceErrors(spec: JsonObject): Errors {
  const service = objectAt(spec.service);
  const [port, bundle] = [typeof service.port === 'number' ? service.port : 443, text(spec.caBundle)];
  const skips = spec.insecureSkipTLSVerify === true;
  if (!isSet(spec.service)) {
    const bytes = Math.floor((bundle.replaceAll('=', '').length * 3) / 4);
    return [
      ...(bundle === '' ? [] : [fieldError.invalid('spec.caBundle', `${bytes} bytes`, 'local APIServices may not have a caBundle')]),
      ...(skips ? [fieldError.invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify')] : []),
    ];
  }
  return [
    ...needed(service.namespace, 'spec.service.namespace'),
    ...needed(service.name, 'spec.service.name'),
    ...(port < 1 || port > 65535
      ? [fieldError.invalid('spec.service.port', port, 'port is not valid: must be between 1 and 65535, inclusive')]
      : []),
    ...(skips && bundle !== '' ? [fieldError.invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present')] : []),
  ];
}

export function apiServiceErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const [group, version, name] = [text(spec.group), text(spec.version), object.metadata.name ?? ''];
  const wanted = `${version}.${group}`;
  const fits = name === wanted || nameProblems('path', name).length > 0;
  return [
    ...(fits ? [] : [fieldError.invalid('metadata.name', name, `must be \`spec.version+"."+spec.group\`: ${quote(wanted)}`)]),
    ...(group === '' && version !== 'v1'
      ? [fieldError.required('spec.group', 'only v1 may have an empty group and it better be legacy kube')]
      : []),
    ...(group === '' ? [] : problems('spec.group', group, subdomainProblems(group))),
    ...problems('spec.version', version, nameProblems('label1035', version)),
    ...within(spec.groupPriorityMinimum, 'spec.groupPriorityMinimum', 20_000),
    ...within(spec.versionPriority, 'spec.versionPriority', 1000),
    ...serviceErrors(spec),
  ];
}

/** An address in the one form it is written in. Kubernetes: validation.IsValidIP. */
function addressProblem(name: string): string | undefined {
  const parsed = parseAddress(name, 'sloppy');
  if (parsed === undefined) return IP_HINT;
  if (parseAddress(name) === undefined) return 'must not have leading 0s';
  const written = formatAddress(parsed);
  return written === name ? undefined : `must be in canonical form (${quote(written)})`;
}

export function ipAddressErrors(object: KubeObject): Errors {
  const name = object.metadata.name ?? '';
  const problem = addressProblem(name);
  const parent = objectAt(objectAt(object.spec).parentRef);
  const at = 'spec.parentRef';
  const segment = (key: string): Errors => problems(`${at}.${key}`, text(parent[key]), nameProblems('path', text(parent[key])));
  const named = problem === undefined ? [] : [fieldError.invalid('metadata.name', name, problem)];
  if (!isSet(objectAt(object.spec).parentRef)) return [...named, fieldError.required(at, '')];
  return [
    ...named,
    ...(text(parent.group) === '' ? [] : problems(`${at}.group`, text(parent.group), subdomainProblems(text(parent.group)))),
    ...(text(parent.resource) === '' ? needed('', `${at}.resource`) : segment('resource')),
    ...(text(parent.name) === '' ? needed('', `${at}.name`) : segment('name')),
    ...segment('namespace'),
  ];
}

export const ipAddressUpdateErrors = (next: KubeObject, live: KubeObject): Errors =>
  immutable(objectAt(next.spec).parentRef, objectAt(live.spec).parentRef, 'spec.parentRef');

const CIDR_HINT = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** A network in the one form it is written in. Kubernetes: validation.IsValidCIDR. */
function networkErrors(network: string, field: string): Errors {
  const parsed = parseNetwork(network, 'sloppy');
  if (parsed === undefined) return [fieldError.invalid(field, network, CIDR_HINT)];
  if (parseNetwork(network) === undefined) return [fieldError.invalid(field, network, 'must not have leading 0s in IP or prefix length')];
  const base = formatNetwork(masked(parsed));
  if (formatNetwork(parsed) !== base) return [fieldError.invalid(field, network, 'must not have bits set beyond the prefix length')];
  return base === network ? [] : [fieldError.invalid(field, network, `must be in canonical form (${quote(base)})`)];
}

const CIDRS = 'spec.cidrs';

function networksErrors(networks: readonly string[]): Errors {
  if (networks.length === 0) return [fieldError.required(CIDRS, 'at least one CIDR required')];
  if (networks.length > 2) {
    const shown = `networking.ServiceCIDRSpec{CIDRs:${goList('string', networks)}}`;
    return [fieldError.raw('Invalid', CIDRS, `Invalid value: ${shown}: may only hold up to 2 values`)];
  }
  const families = networks.map((network) => parseNetwork(network, 'sloppy')?.address.family);
  const why = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
  const alike = networks.length === 2 && families[0] !== undefined && families[0] === families[1];
  return [
    ...networks.flatMap((network, index) => networkErrors(network, `${CIDRS}[${index}]`)),
    ...(alike ? [badList(CIDRS, networks, { why })] : []),
  ];
}

export const serviceCidrErrors = (object: KubeObject): Errors => networksErrors(texts(objectAt(object.spec).cidrs));

export function serviceCidrUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const [after, before] = [texts(objectAt(next.spec).cidrs), texts(objectAt(live.spec).cidrs)];
  const why = 'field is immutable';
  const added = before.length === 1 && after.length === 2;
  if (after.length !== before.length && !added) return [badList(CIDRS, after, { why })];
  return [
    ...before.flatMap((network, index) =>
      network === after[index] ? [] : [fieldError.invalid(`${CIDRS}[${index}]`, after[index] ?? '', why)],
    ),
    ...(added ? networksErrors(after) : []),
  ];
}

const ONE_SOURCE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

function attachedErrors(source: JsonObject): Errors {
  const at = 'spec.source';
  const [inline, name] = [isSet(source.inlineVolumeSpec), isSet(source.persistentVolumeName)];
  if (!inline && !name) return [fieldError.required(at, ONE_SOURCE)];
  if (inline && name) return [fieldError.forbidden(at, ONE_SOURCE)];
  if (name)
    return text(source.persistentVolumeName) === ''
      ? [fieldError.required(`${at}.persistentVolumeName`, 'must specify non empty persistentVolumeName')]
      : [];
  const spec = objectAt(source.inlineVolumeSpec);
  const field = `${at}.inlineVolumeSpec`;
  // Only what a CSI driver runs can be attached so.
  return isSet(spec.csi) ? (persistentSources.csi?.(objectAt(spec.csi), `${field}.csi`) ?? []) : [fieldError.required(`${field}.csi`, '')];
}

const attachmentErrors = ({ spec: given }: KubeObject): Errors => {
  const spec = objectAt(given);
  const node = text(spec.nodeName);
  return [
    ...needed(spec.attacher, 'spec.attacher'),
    ...attachedErrors(objectAt(spec.source)),
    ...problems('spec.nodeName', node, subdomainProblems(node)),
  ];
};

/** What only `storage.k8s.io/v1` checks, and only at first. */
export function volumeAttachmentErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const name = objectAt(spec.source).persistentVolumeName;
  return [
    ...attachmentErrors(object),
    ...driverNameErrors(text(spec.attacher), 'spec.attacher'),
    ...(isSet(name) ? problems('spec.source.persistentVolumeName', text(name), subdomainProblems(text(name))) : []),
  ];
}

export const volumeAttachmentUpdateErrors = (next: KubeObject, live: KubeObject): Errors => [
  ...attachmentErrors(next),
  ...(sameJson(next.spec ?? null, live.spec ?? null) ? [] : [fieldError.invalid('spec', next.spec ?? null, 'field is immutable')]),
];

const NODE_ID = 256;

export function csiNodeErrors(object: KubeObject): Errors {
  const names = new Set<string>();
  return objects(objectAt(object.spec).drivers).flatMap((driver, index) => {
    const at = `spec.drivers[${index}]`;
    const [name, id] = [text(driver.name), text(driver.nodeID)];
    const keys = texts(driver.topologyKeys);
    const twice = names.has(name);
    names.add(name);
    return [
      ...driverNameErrors(name, `${at}.name`),
      ...needed(id, `${at}.nodeID`),
      ...(id.length > NODE_ID ? [fieldError.invalid(`${at}.nodeID`, id, `must be ${NODE_ID} characters or less`)] : []),
      ...nonnegative(objectAt(driver.allocatable).count, `${at}.allocatable.count`),
      ...(twice ? [fieldError.duplicate(`${at}.name`, name)] : []),
      ...keys.flatMap((key, place) => [
        ...(key === '' ? [fieldError.required(at, '')] : []),
        ...(keys.indexOf(key) < place ? [fieldError.duplicate(at, key)] : []),
        ...problems(at, key, qualifiedNameProblems(key)),
      ]),
    ];
  });
}

export function csiNodeUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const before = new Map(objects(objectAt(live.spec).drivers).map((driver) => [text(driver.name), driver]));
  return [
    ...csiNodeErrors(next),
    ...objects(objectAt(next.spec).drivers).flatMap((driver) => {
      const old = before.get(text(driver.name));
      return old === undefined ? [] : immutable(driver, old, 'spec.drivers');
    }),
  ];
}
