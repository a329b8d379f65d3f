/** Volumes, storage classes, drivers. Kubernetes: pkg/apis/core/validation, pkg/apis/storage/validation. */
import { isObject, isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { qualifiedNameProblems, subdomainProblems } from '../meta/index.ts';
import { sameJson } from '../json/index.ts';
import { fieldError } from '../status/index.ts';
import { nodeSelectorErrors } from './scheduling.ts';
import { persistentSources } from './volume-sources.ts';
import { badList, type Errors, goSelector, immutable, oneOf, problems, selectorErrors, nanosOf, shownQuantity } from './checks.ts';

const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** What a volume can be, in the order in which the server looks. */
const sources =
  'hostPath gcePersistentDisk awsElasticBlockStore glusterfs flocker nfs rbd quobyte cephfs iscsi cinder fc flexVolume azureFile vsphereVolume photonPersistentDisk portworxVolume azureDisk scaleIO local storageos csi'.split(
    ' ',
  );

function sourceErrors(spec: JsonObject): Errors {
  const [name, ...others] = sources.filter((source) => isSet(spec[source]));
  if (name === undefined) return [fieldError.required('spec', 'must specify a volume type')];
  const alone = name === 'local' && !isSet(spec.nodeAffinity);
  return [
    ...(persistentSources[name]?.(objectAt(spec[name]), `spec.${name}`) ?? []),
    ...(alone ? [fieldError.required(`spec.nodeAffinity`, 'Local volume requires node affinity')] : []),
    ...others.map((other) => fieldError.forbidden(`spec.${other}`, 'may not specify more than 1 volume type')),
  ];
}

function capacityErrors(capacity: JsonObject): Errors {
  const names = Object.keys(capacity);
  const only = names.length === 1 && names[0] === 'storage';
  return [
    ...(names.length === 0 ? [fieldError.required('spec.capacity', '')] : []),
    ...(only
      ? []
      : [fieldError.raw('NotSupported', 'spec.capacity', `Unsupported value: ${goQuantities(capacity)}: supported values: "storage"`)]),
    ...names.flatMap((name) => {
      const field = `spec.capacity[${name}]`;
      const value = nanosOf(capacity[name]);
      return [
        ...(value < 0n ? [fieldError.invalid(field, Number(value / 1_000_000_000n), 'must be a valid resource quantity')] : []),
        ...(value <= 0n ? [fieldError.invalid(field, shownQuantity(capacity[name]), 'must be greater than zero')] : []),
      ];
    }),
  ];
}

/** How Go prints a list of quantities that is empty; others are shown as JSON. */
const goQuantities = (amounts: JsonObject): string =>
  Object.keys(amounts).length === 0 ? 'core.ResourceList(nil)' : JSON.stringify(amounts);

function accessModeErrors(spec: JsonObject): Errors {
  const asked = texts(spec.accessModes);
  const others = asked.some((mode) => mode !== 'ReadWriteOncePod' && modes.includes(mode));
  return [
    ...(asked.length === 0 ? [fieldError.required('spec.accessModes', '')] : []),
    ...asked.filter((mode) => !modes.includes(mode)).map((mode) => fieldError.notSupported('spec.accessModes', mode, modes)),
    ...(asked.includes('ReadWriteOncePod') && others
      ? [fieldError.forbidden('spec.accessModes', 'may not use ReadWriteOncePod with other access modes')]
      : []),
  ];
}

const oneOfGiven = (value: Json | undefined, field: string, allowed: readonly string[]): Errors =>
  text(value) === '' || allowed.includes(text(value)) ? [] : [fieldError.notSupported(field, value ?? '', allowed)];

const className = (value: Json | undefined, field: string): Errors => problems(field, text(value), subdomainProblems(text(value)));

export function volumeErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const affinity = objectAt(spec.nodeAffinity);
  const policy = spec.persistentVolumeReclaimPolicy;
  const root = text(objectAt(spec.hostPath).path).replace(/\/+$/, '') === '' && isObject(spec.hostPath) && text(spec.hostPath.path) !== '';
  return [
    ...accessModeErrors(spec),
    ...capacityErrors(objectAt(spec.capacity)),
    ...oneOfGiven(policy, 'spec.persistentVolumeReclaimPolicy', ['Delete', 'Recycle', 'Retain']),
    ...(!isSet(spec.nodeAffinity)
      ? []
      : isSet(affinity.required)
        ? nodeSelectorErrors(objectAt(affinity.required), 'spec.nodeAffinity.required')
        : [fieldError.required('spec.nodeAffinity.required', 'must specify required node constraints')]),
    ...sourceErrors(spec),
    ...(root && policy === 'Recycle'
      ? [fieldError.forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'")]
      : []),
    ...(text(spec.storageClassName) === '' ? [] : className(spec.storageClassName, 'spec.storageClassName')),
    ...(isSet(spec.volumeMode) && !['Block', 'Filesystem'].includes(text(spec.volumeMode))
      ? [fieldError.notSupported('spec.volumeMode', spec.volumeMode ?? '', ['Block', 'Filesystem'])]
      : []),
  ];
}

export function volumeUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const [after, before] = [objectAt(next.spec), objectAt(live.spec)];
  const same = sources.every((name) => sameJson(after[name] ?? null, before[name] ?? null));
  const moved = isSet(before.nodeAffinity) && !sameJson(after.nodeAffinity ?? null, before.nodeAffinity ?? null);
  return [
    ...volumeErrors(next),
    ...(same ? [] : [fieldError.forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation')]),
    ...immutable(after.volumeMode, before.volumeMode, 'volumeMode'),
    ...(moved
      ? [fieldError.invalid('nodeAffinity', after.nodeAffinity ?? null, 'field is immutable, except for updating from beta label to GA')]
      : []),
  ];
}

function topologyErrors(topologies: readonly JsonObject[]): Errors {
  return topologies.flatMap((topology, index) => {
    const field = `allowedTopologies[${index}].matchLabelExpressions`;
    const keys = new Set<string>();
    // The server compares with as many empty terms as there are, and so calls an empty one a second.
    if (objects(topology.matchLabelExpressions).length === 0) return [fieldError.duplicate(field, '')];
    return objects(topology.matchLabelExpressions).flatMap((item, at) => {
      const values = texts(item.values);
      const key = text(item.key);
      const twice = keys.has(key);
      keys.add(key);
      return [
        ...(values.length === 0 ? [fieldError.required(`${field}[${at}].values`, '')] : []),
        ...values.flatMap((value, place) =>
          values.indexOf(value) < place ? [fieldError.duplicate(`${field}[${at}].values[${place}]`, value)] : [],
        ),
        ...problems(`${field}[${at}].key`, key, qualifiedNameProblems(key)),
        ...(twice ? [fieldError.duplicate(`${field}[${at}].key`, key)] : []),
      ];
    });
  });
}

export function storageClassErrors(object: KubeObject): Errors {
  const provisioner = text(object.provisioner);
  const parameters = Object.keys(objectAt(object.parameters));
  return [
    ...(provisioner === ''
      ? [fieldError.required('provisioner', '')]
      : problems('provisioner', provisioner.toLowerCase(), qualifiedNameProblems(provisioner.toLowerCase()))),
    ...(parameters.length > 512 ? [fieldError.tooLong('parameters', 512)] : []),
    ...parameters.filter((name) => name === '').map(() => fieldError.invalid('parameters', '', 'field can not be empty.')),
    ...oneOfGiven(object.reclaimPolicy, 'reclaimPolicy', ['Delete', 'Retain']),
    ...oneOf(object.volumeBindingMode, 'volumeBindingMode', ['Immediate', 'WaitForFirstConsumer']),
    ...topologyErrors(objects(object.allowedTopologies)),
  ];
}

export function storageClassUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const fixed = ['parameters', 'provisioner', 'reclaimPolicy'].filter((field) => !sameJson(next[field] ?? null, live[field] ?? null));
  return [
    ...storageClassErrors(next),
    ...fixed.map((field) => fieldError.forbidden(field, `updates to ${field} are forbidden.`)),
    ...immutable(next.volumeBindingMode, live.volumeBindingMode, 'volumeBindingMode'),
  ];
}

function tokenRequestErrors(requests: readonly JsonObject[]): Errors {
  const audiences = new Set<string>();
  return requests.flatMap(({ audience, expirationSeconds }, index) => {
    const field = `spec.tokenRequests[${index}]`;
    if (audiences.has(text(audience))) return [fieldError.duplicate(`${field}.audience`, text(audience))];
    audiences.add(text(audience));
    if (typeof expirationSeconds !== 'number') return [];
    return lifetimeErrors(expirationSeconds, `${field}.expirationSeconds`);
  });
}

/** Kubernetes: the same limits for tokens wherever they are asked for. */
export const lifetimeErrors = (seconds: number, field: string): Errors => [
  ...(seconds < 600 ? [fieldError.invalid(field, seconds, 'may not specify a duration less than 10 minutes')] : []),
  ...(seconds > 2 ** 32 ? [fieldError.invalid(field, seconds, 'may not specify a duration larger than 2^32 seconds')] : []),
];

export function driverErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const required: readonly (readonly [string, string])[] = [
    ['attachRequired', 'attachedRequired'],
    ['podInfoOnMount', 'podInfoOnMount'],
    ['storageCapacity', 'storageCapacity'],
  ];
  const lifecycles = ['Persistent', 'Ephemeral'];
  return [
    ...required.flatMap(([name, shown]) => (isSet(spec[name]) ? [] : [fieldError.required(`spec.${shown}`, '')])),
    ...oneOfGiven(spec.fsGroupPolicy, 'spec.fsGroupPolicy', ['File', 'None', 'ReadWriteOnceWithFSType']),
    ...tokenRequestErrors(objects(spec.tokenRequests)),
    ...texts(spec.volumeLifecycleModes)
      .filter((mode) => !lifecycles.includes(mode))
      .map((mode) => fieldError.notSupported('spec.volumeLifecycleModes', mode, lifecycles)),
  ];
}

const lifecyclesOf = ({ spec }: KubeObject): readonly string[] => texts(objectAt(spec).volumeLifecycleModes);

export const driverUpdateErrors = (next: KubeObject, live: KubeObject): Errors => [
  ...driverErrors(next),
  ...immutable(objectAt(next.spec).attachRequired, objectAt(live.spec).attachRequired, 'spec.attachedRequired'),
  ...(sameJson(lifecyclesOf(next), lifecyclesOf(live))
    ? []
    : [badList('spec.volumeLifecycleModes', lifecyclesOf(next), { type: 'storage.VolumeLifecycleMode', why: 'field is immutable' })]),
];

export const storageCapacityErrors = (object: KubeObject): Errors => [
  ...(isSet(object.nodeTopology) ? selectorErrors(object.nodeTopology, 'nodeTopology') : []),
  ...className(object.storageClassName, 'storageClassName'),
  ...(isSet(object.capacity) && nanosOf(object.capacity) < 0n
    ? [fieldError.invalid('capacity', shownQuantity(object.capacity), 'must be greater than or equal to 0')]
    : []),
];

export const storageCapacityUpdateErrors = (next: KubeObject, live: KubeObject): Errors => [
  ...storageCapacityErrors(next),
  ...(sameJson(next.nodeTopology ?? null, live.nodeTopology ?? null)
    ? []
    : [
        fieldError.raw(
          'Invalid',
          'nodeTopology',
          `Invalid value: ${isSet(next.nodeTopology) ? goSelector(objectAt(next.nodeTopology)) : '"null"'}: field is immutable`,
        ),
      ]),
  ...immutable(text(next.storageClassName), text(live.storageClassName), 'storageClassName'),
];
