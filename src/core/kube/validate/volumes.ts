/** Volumes and mounts of Pods. Kubernetes: ValidateVolumes, ValidateVolumeMounts, ValidateVolumeDevices. */
import { isSet, type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { labelErrors } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { dnsLabel, type Errors } from './checks.ts';
import { claimSpecErrors } from './claims.ts';
import { objectFiles, podFiles, projected } from './volume-files.ts';
import { noBacksteps, podSources, type SourceCheck } from './volume-sources.ts';

const ephemeral: SourceCheck = (source, field) => {
  const at = `${field}.volumeClaimTemplate`;
  if (!isSet(source.volumeClaimTemplate)) return [fieldError.required(at, '')];
  const template = objectAt(source.volumeClaimTemplate);
  return [
    ...labelErrors(objectAt(template.metadata).labels, `${at}.metadata.labels`),
    ...claimSpecErrors(objectAt(template.spec), `${at}.spec`),
  ];
};

/** In this order the server looks at them. */
const order =
  'emptyDir hostPath gitRepo gcePersistentDisk awsElasticBlockStore secret nfs iscsi glusterfs flocker persistentVolumeClaim rbd cinder cephfs quobyte downwardAPI fc flexVolume configMap azureFile vsphereVolume photonPersistentDisk portworxVolume azureDisk storageos projected scaleIO csi ephemeral image'.split(
    ' ',
  );

const files: Readonly<Record<string, SourceCheck>> = {
  secret: objectFiles('secretName'),
  configMap: objectFiles('name'),
  downwardAPI: podFiles,
  projected,
  ephemeral,
};

function sourceErrors(volume: JsonObject, path: string): Errors {
  const [first, ...others] = order.filter((key) => isSet(volume[key]));
  if (first === undefined) return [fieldError.required(path, 'must specify a volume type')];
  const check = files[first] ?? podSources[first];
  return [
    ...(check === undefined ? [] : check(objectAt(volume[first]), `${path}.${first}`)),
    ...others.map((source) => fieldError.forbidden(`${path}.${source}`, 'may not specify more than 1 volume type')),
  ];
}

function projectionErrors(volume: JsonObject, path: string, account: string): Errors {
  return objects(objectAt(volume.projected).sources).flatMap((source, index): Errors => {
    const field = `${path}.projected.sources[${index}].serviceAccountToken`;
    if (!isSet(source.serviceAccountToken) || account !== '') return [];
    return [fieldError.forbidden(field, 'must not be specified when serviceAccountName is not set')];
  });
}

/** The volumes that mounts can name: those with nothing wrong. */
export interface Volumes {
  readonly errors: Errors;
  readonly usable: ReadonlyMap<string, JsonObject>;
}

/** `account` is the service account of a Pod; undefined for templates, where it is filled in later. */
export function checkedVolumes(spec: JsonObject, field: string, account: string | undefined): Volumes {
  const usable = new Map<string, JsonObject>();
  const errors = objects(spec.volumes).flatMap((volume, index) => {
    const path = `${field}.volumes[${index}]`;
    const name = text(volume.name);
    const wrong = [
      ...sourceErrors(volume, path),
      ...(name === '' ? [fieldError.required(`${path}.name`, '')] : dnsLabel(name, `${path}.name`)),
      ...(usable.has(name) ? [fieldError.duplicate(`${path}.name`, name)] : []),
    ];
    if (wrong.length === 0) usable.set(name, volume);
    return [...wrong, ...(account === undefined ? [] : projectionErrors(volume, path, account))];
  });
  return { errors, usable };
}

const descending = (path: string, field: string): Errors => [
  ...(path.startsWith('/') ? [fieldError.invalid(field, path, 'must be a relative path')] : []),
  ...noBacksteps(path, field),
];

const isPrivileged = (container: JsonObject): boolean => objectAt(container.securityContext).privileged === true;

function propagationErrors(mode: Json | undefined, container: JsonObject, field: string): Errors {
  if (!isSet(mode)) return [];
  const allowed = ['Bidirectional', 'HostToContainer', 'None'];
  return [
    ...(allowed.includes(text(mode)) ? [] : [fieldError.notSupported(field, mode ?? '', allowed)]),
    ...(mode === 'Bidirectional' && !isPrivileged(container)
      ? [fieldError.forbidden(field, 'Bidirectional mount propagation is available only to privileged containers')]
      : []),
  ];
}

function recursionErrors(mount: JsonObject, field: string): Errors {
  const mode = mount.recursiveReadOnly;
  if (!isSet(mode) || mode === 'Disabled') return [];
  if (mode !== 'Enabled' && mode !== 'IfPossible')
    return [fieldError.notSupported(field, mode ?? '', ['Disabled', 'Enabled', 'IfPossible'])];
  const shared = isSet(mount.mountPropagation) && mount.mountPropagation !== 'None';
  return [
    ...(mount.readOnly === true ? [] : [fieldError.forbidden(field, 'may only be specified when readOnly is true')]),
    ...(shared ? [fieldError.forbidden(field, 'may only be specified when mountPropagation is None or not specified')] : []),
  ];
}

/** Mounts are told by their index, but for some parts of theirs, which the server tells of the list. */
export function mountErrors(container: JsonObject, volumes: ReadonlyMap<string, JsonObject>, field: string): Errors {
  const paths = new Set<string>();
  const list = `${field}.volumeMounts`;
  const devices = objects(container.volumeDevices);
  return objects(container.volumeMounts).flatMap((mount, index) => {
    const path = `${list}[${index}]`;
    const errors: FieldError[] = [];
    const [name, at, sub, expression] = [text(mount.name), text(mount.mountPath), text(mount.subPath), text(mount.subPathExpr)];
    if (name === '') errors.push(fieldError.required(`${path}.name`, ''));
    if (!volumes.has(name)) errors.push(fieldError.notFound(`${path}.name`, name));
    if (at === '') errors.push(fieldError.required(`${path}.mountPath`, ''));
    if (paths.has(at)) errors.push(fieldError.invalid(`${path}.mountPath`, at, 'must be unique'));
    paths.add(at);
    if (devices.some((device) => text(device.name) === name))
      errors.push(fieldError.invalid(`${path}.name`, name, 'must not already exist in volumeDevices'));
    if (devices.some((device) => text(device.devicePath) === at))
      errors.push(fieldError.invalid(`${path}.mountPath`, at, 'must not already exist as a path in volumeDevices'));
    if (sub !== '') errors.push(...descending(sub, `${list}.subPath`));
    if (expression !== '' && sub !== '')
      errors.push(fieldError.invalid(`${path}.subPathExpr`, expression, 'subPathExpr and subPath are mutually exclusive'));
    if (expression !== '') errors.push(...descending(expression, `${list}.subPathExpr`));
    errors.push(...propagationErrors(mount.mountPropagation, container, `${list}.mountPropagation`));
    errors.push(...recursionErrors(mount, `${list}.recursiveReadOnly`));
    return errors;
  });
}

const BLOCK_ONLY = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';

export function deviceErrors(container: JsonObject, volumes: ReadonlyMap<string, JsonObject>, field: string): Errors {
  const [names, paths] = [new Set<string>(), new Set<string>()];
  const mounts = objects(container.volumeMounts);
  return objects(container.volumeDevices).flatMap((device, index) => {
    const path = `${field}.volumeDevices[${index}]`;
    const errors: FieldError[] = [];
    const [name, at] = [text(device.name), text(device.devicePath)];
    const volume = volumes.get(name);
    if (name === '') errors.push(fieldError.required(`${path}.name`, ''));
    if (names.has(name)) errors.push(fieldError.invalid(`${path}.name`, name, 'must be unique'));
    if (volume === undefined) errors.push(fieldError.notFound(`${path}.name`, name));
    else if (!isSet(volume.persistentVolumeClaim) && !isSet(volume.ephemeral))
      errors.push(fieldError.invalid(`${path}.name`, name, BLOCK_ONLY));
    if (at === '') errors.push(fieldError.required(`${path}.devicePath`, ''));
    if (paths.has(at)) errors.push(fieldError.invalid(`${path}.devicePath`, at, 'must be unique'));
    if (at.split('/').includes('..')) errors.push(fieldError.invalid(`${path}.devicePath`, at, "can not contain backsteps ('..')"));
    else paths.add(at);
    if (mounts.some((mount) => text(mount.name) === name))
      errors.push(fieldError.invalid(`${path}.name`, name, 'must not already exist in volumeMounts'));
    if (mounts.some((mount) => text(mount.mountPath) === at))
      errors.push(fieldError.invalid(`${path}.devicePath`, at, 'must not already exist as a path in volumeMounts'));
    if (name !== '') names.add(name);
    return errors;
  });
}
