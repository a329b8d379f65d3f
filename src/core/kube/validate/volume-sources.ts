/**
 * What each source of a volume needs, in Pods and in persistent volumes: most sources say the same in both. Kubernetes: pkg/apis/core/validation
 * validateVolumeSource, ValidatePersistentVolumeSpec.
 */
import { isSet, type Json, type JsonObject, objectAt, text, texts } from '../../object/index.ts';
import { labelProblems, subdomainProblems } from '../meta/index.ts';
import { fieldError } from '../status/index.ts';
import { badList, dnsLabel, type Errors, nanosOf, problems } from './checks.ts';

export type SourceCheck = (source: JsonObject, field: string) => Errors;

export const needed = (value: Json | undefined, field: string, why = ''): Errors =>
  text(value) === '' ? [fieldError.required(field, why)] : [];

/** The fields that may not be missing. */
const needs =
  (...names: readonly string[]): SourceCheck =>
  (source, field) =>
    names.flatMap((name) => needed(source[name], `${field}.${name}`));

const all =
  (...checks: readonly SourceCheck[]): SourceCheck =>
  (source, field) =>
    checks.flatMap((check) => check(source, field));

/** A Secret that is named is named whole: in Pods by its name, in persistent volumes with its namespace. */
const secretNamed =
  (...names: readonly string[]): SourceCheck =>
  (source, field) =>
    isSet(source.secretRef) ? needs(...names)(objectAt(source.secretRef), `${field}.secretRef`) : [];

export const noBacksteps = (path: string, field: string): Errors =>
  path.split('/').includes('..') ? [fieldError.invalid(field, path, "must not contain '..'")] : [];

/** A path below where it is used. Kubernetes: ValidateLocalNonReservedPath. */
export const localPathErrors = (path: string, field: string): Errors => [
  ...(path.startsWith('/') ? [fieldError.invalid(field, path, 'must be a relative path')] : []),
  ...noBacksteps(path, field),
  ...(path.startsWith('..') && !path.startsWith('../') ? [fieldError.invalid(field, path, "must not start with '..'")] : []),
];

const between = (value: Json | undefined, field: string, why = 'must be between 0 and 255, inclusive'): Errors =>
  typeof value === 'number' && (value < 0 || value > 255) ? [fieldError.invalid(field, value, why)] : [];

const hostPathTypes = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

const hostPath: SourceCheck = (source, field) => {
  const path = text(source.path);
  if (path === '') return [fieldError.required(`${field}.path`, '')];
  const known = !isSet(source.type) || hostPathTypes.includes(text(source.type));
  return [
    ...noBacksteps(path, `${field}.path`),
    ...(known ? [] : [fieldError.notSupported(`${field}.type`, source.type ?? '', hostPathTypes)]),
  ];
};

const nfs: SourceCheck = (source, field) => {
  const path = text(source.path);
  const absolute = path.startsWith('/') ? [] : [fieldError.invalid(`${field}.path`, path, 'must be an absolute path')];
  return [...needs('server', 'path')(source, field), ...absolute];
};

const initiators: readonly (readonly [prefix: string, pattern: RegExp])[] = [
  ['iqn', /^iqn\.\d{4}-\d{2}\.([A-Za-z0-9-.]+)(:[^,;*&$|\s]+)$/],
  ['eui', /^eui.[A-Fa-f0-9]{16}$/],
  ['naa', /^naa.[A-Fa-f0-9]{32}$/],
];

function initiatorErrors(name: string, field: string, start: string): Errors {
  const known = initiators.find(([prefix]) => name.startsWith(prefix));
  if (known === undefined) return [fieldError.invalid(field, name, start)];
  return known[1].test(name) ? [] : [fieldError.invalid(field, name, 'must be valid format')];
}

const iscsi =
  (start: string): SourceCheck =>
  (source, field) => {
    const iqn = text(source.iqn);
    const secret = (source.chapAuthDiscovery === true || source.chapAuthSession === true) && !isSet(source.secretRef);
    return [
      ...needed(source.targetPortal, `${field}.targetPortal`),
      ...(iqn === '' ? [fieldError.required(`${field}.iqn`, '')] : initiatorErrors(iqn, `${field}.iqn`, start)),
      ...between(source.lun, `${field}.lun`),
      ...(secret ? [fieldError.required(`${field}.secretRef`, '')] : []),
      ...(isSet(source.initiatorName) ? initiatorErrors(text(source.initiatorName), `${field}.initiatorname`, start) : []),
    ];
  };

const fibre: SourceCheck = (source, field) => {
  const [targets, ids] = [texts(source.targetWWNs), texts(source.wwids)];
  const at = `${field}.targetWWNs`;
  return [
    ...(targets.length + ids.length === 0 ? [fieldError.required(at, 'must specify either targetWWNs or wwids, but not both')] : []),
    ...(targets.length > 0 && ids.length > 0
      ? [badList(at, targets, { why: 'targetWWNs and wwids can not be specified simultaneously' })]
      : []),
    ...(targets.length > 0 && !isSet(source.lun)
      ? [fieldError.required(`${field}.lun`, 'lun is required if targetWWNs is specified')]
      : targets.length > 0
        ? between(source.lun, `${field}.lun`)
        : []),
  ];
};

const partition: SourceCheck = (source, field) => between(source.partition, `${field}.partition`, 'must be between 1 and 255, inclusive');

const PAIRS = 'must be a host:port pair or multiple pairs separated by commas';

const quobyte: SourceCheck = (source, field) => {
  const [registry, tenant] = [text(source.registry), text(source.tenant)];
  const pairs = registry.split(',').filter((pair) => !/^([^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair));
  const first =
    registry === ''
      ? [fieldError.required(`${field}.registry`, PAIRS)]
      : tenant.length >= 65
        ? [fieldError.required(`${field}.tenant`, 'must be a UUID and may not exceed a length of 64 characters')]
        : pairs.map(() => fieldError.invalid(`${field}.registry`, registry, PAIRS));
  return [...first, ...needed(source.volume, `${field}.volume`)];
};

const flocker: SourceCheck = (source, field) => {
  const [name, uuid] = [text(source.datasetName), text(source.datasetUUID)];
  return [
    ...(name === '' && uuid === '' ? [fieldError.required(field, 'one of datasetName and datasetUUID is required')] : []),
    ...(name !== '' && uuid !== ''
      ? [fieldError.invalid(field, 'resource', 'datasetName and datasetUUID can not be specified simultaneously')]
      : []),
    ...(name.includes('/') ? [fieldError.invalid(`${field}.datasetName`, name, "must not contain '/'")] : []),
  ];
};

const monitors: SourceCheck = (source, field) =>
  texts(source.monitors).length === 0 ? [fieldError.required(`${field}.monitors`, '')] : [];

const flex: SourceCheck = (source, field) => [
  ...needed(source.driver, `${field}.driver`),
  ...Object.keys(objectAt(source.options)).flatMap((key) =>
    /\.(kubernetes|k8s)\.io$/.test(`.${(key.split('/')[0] ?? '').toLowerCase()}`)
      ? [fieldError.invalid(`${field}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved')]
      : [],
  ),
];

const cachings = ['None', 'ReadOnly', 'ReadWrite'];
const diskKinds = ['Dedicated', 'Managed', 'Shared'];
const managedDisk = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const blobDisk = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

const azureDisk: SourceCheck = (source, field) => {
  const [uri, kind] = [text(source.diskURI), text(source.kind)];
  const one = (name: string, allowed: readonly string[]): Errors =>
    isSet(source[name]) && !allowed.includes(text(source[name]))
      ? [fieldError.notSupported(`${field}.${name}`, source[name] ?? '', allowed)]
      : [];
  const fits = !isSet(source.kind) || uri.startsWith(kind === 'Managed' ? '/subscriptions/' : 'https://');
  return [
    ...needs('diskName', 'diskURI')(source, field),
    ...one('cachingMode', cachings),
    ...one('kind', diskKinds),
    ...(fits ? [] : [fieldError.notSupported(`${field}.diskURI`, uri, [kind === 'Managed' ? managedDisk : blobDisk])]),
  ];
};

const storageOs: SourceCheck = (source, field) => {
  const [name, namespace] = [text(source.volumeName), text(source.volumeNamespace)];
  return [
    ...(name === '' ? [fieldError.required(`${field}.volumeName`, '')] : dnsLabel(name, `${field}.volumeName`)),
    ...(namespace === '' ? [] : dnsLabel(namespace, `${field}.volumeNamespace`)),
  ];
};

export function driverNameErrors(name: string, field: string): Errors {
  return [
    ...needed(name, field),
    ...(name.length > 63 ? [fieldError.tooLong(field, 63)] : []),
    ...problems(field, name, subdomainProblems(name.toLowerCase())),
  ];
}

const secretReferences = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'];

const volumeDriver: SourceCheck = (source, field) => [
  ...driverNameErrors(text(source.driver), `${field}.driver`),
  ...needed(source.volumeHandle, `${field}.volumeHandle`),
  ...secretReferences
    .filter((name) => isSet(source[name]))
    .flatMap((name) => {
      const { name: secret, namespace } = objectAt(source[name]);
      const at = `${field}.${name}`;
      return [
        ...(text(secret) === '' ? needed(secret, `${at}.name`) : problems(`${at}.name`, text(secret), subdomainProblems(text(secret)))),
        ...(text(namespace) === ''
          ? needed(namespace, `${at}.namespace`)
          : problems(`${at}.namespace`, text(namespace), labelProblems(text(namespace)))),
      ];
    }),
];

const podDriver: SourceCheck = (source, field) => {
  const secret = text(objectAt(source.nodePublishSecretRef).name);
  const named =
    secret === ''
      ? [fieldError.required(`${field}.nodePublishSecretRef.name`, '')]
      : problems(`${field}.name`, secret, subdomainProblems(secret));
  return [...driverNameErrors(text(source.driver), `${field}.driver`), ...(isSet(source.nodePublishSecretRef) ? named : [])];
};

const local: SourceCheck = (source, field) =>
  text(source.path) === '' ? [fieldError.required(`${field}.path`, '')] : noBacksteps(text(source.path), `${field}.path`);

const emptyDir: SourceCheck = (source, field) =>
  isSet(source.sizeLimit) && nanosOf(source.sizeLimit) < 0n
    ? [fieldError.forbidden(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
    : [];

const gitRepo: SourceCheck = (source, field) => {
  const directory = text(source.directory);
  const absolute = directory.startsWith('/') ? [fieldError.invalid(`${field}.directory`, directory, 'must be a relative path')] : [];
  return [...needed(source.repository, `${field}.repository`), ...absolute, ...noBacksteps(directory, `${field}.directory`)];
};

const endpointsNamespace: SourceCheck = (source, field) => {
  if (!isSet(source.endpointsNamespace)) return [];
  const namespace = text(source.endpointsNamespace);
  const at = `${field}.endpointsNamespace`;
  if (namespace === '') return [fieldError.invalid(at, namespace, 'if the endpointnamespace is set, it must be a valid namespace name')];
  return problems(at, namespace, labelProblems(namespace));
};

const fileSecretNamespace: SourceCheck = (source, field) =>
  isSet(source.secretNamespace) ? needed(source.secretNamespace, `${field}.secretNamespace`) : [];

const START = 'must be valid format starting with iqn, eui, or naa';
const disk = (name: string): SourceCheck => all(needs(name), partition);
/** Where the messages say another name than the field's. */
const elsewhere =
  (check: SourceCheck, name: string): SourceCheck =>
  (source, field) =>
    check(source, field.replace(/[^.]+$/, name));

const both = {
  hostPath,
  awsElasticBlockStore: disk('volumeID'),
  flocker,
  nfs,
  rbd: all(monitors, needs('image')),
  quobyte,
  cephfs: monitors,
  fc: fibre,
  flexVolume: flex,
  vsphereVolume: needs('volumePath'),
  photonPersistentDisk: needs('pdID'),
  portworxVolume: needs('volumeID'),
  azureDisk,
  scaleIO: needs('gateway', 'system', 'volumeName'),
};

/** The sources of persistent volumes. */
export const persistentSources: Readonly<Record<string, SourceCheck>> = {
  ...both,
  gcePersistentDisk: elsewhere(disk('pdName'), 'persistentDisk'),
  glusterfs: all(needs('endpoints', 'path'), endpointsNamespace),
  iscsi: all(iscsi('must be valid format'), secretNamed('name')),
  cinder: all(needs('volumeID'), secretNamed('name', 'namespace')),
  azureFile: all(needs('secretName', 'shareName'), fileSecretNamespace),
  local,
  storageos: all(storageOs, secretNamed('name', 'namespace')),
  csi: volumeDriver,
};

/** The sources of volumes in Pods, but for those that project files. */
export const podSources: Readonly<Record<string, SourceCheck>> = {
  ...both,
  emptyDir,
  gitRepo,
  gcePersistentDisk: elsewhere(disk('pdName'), 'persistentDisk'),
  iscsi: iscsi(START),
  glusterfs: needs('endpoints', 'path'),
  persistentVolumeClaim: needs('claimName'),
  cinder: all(needs('volumeID'), secretNamed('name')),
  azureFile: needs('secretName', 'shareName'),
  storageos: all(storageOs, secretNamed('name')),
  csi: podDriver,
};
