/** Volumes and mounts of Pods. Kubernetes: ValidateVolumes, ValidateVolumeMounts. */
import { isObject, isSet, type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { dnsLabel, type Errors } from './checks.ts';
import { fieldRefErrors, resourceRefErrors } from './downward.ts';

const required: Readonly<Record<string, string>> = {
  secret: 'secretName',
  configMap: 'name',
  persistentVolumeClaim: 'claimName',
  hostPath: 'path',
};

/** In this order the server looks at them. */
const order =
  'emptyDir hostPath gitRepo gcePersistentDisk awsElasticBlockStore secret nfs iscsi glusterfs flocker persistentVolumeClaim rbd cinder cephfs quobyte downwardAPI fc flexVolume configMap azureFile vsphereVolume photonPersistentDisk portworxVolume azureDisk storageos projected scaleIO csi ephemeral image'.split(
    ' ',
  );

function sourceErrors(volume: JsonObject, path: string): Errors {
  const sources = order.filter((key) => isSet(volume[key]));
  const errors: FieldError[] = [];
  for (const [index, source] of sources.entries()) {
    if (index > 0) {
      errors.push(fieldError.forbidden(`${path}.${source}`, 'may not specify more than 1 volume type'));
      continue;
    }
    const name = required[source];
    if (name !== undefined && text(objectAt(volume[source])[name]) === '')
      errors.push(fieldError.required(`${path}.${source}.${name}`, ''));
  }
  if (sources.length === 0) errors.push(fieldError.required(path, 'must specify a volume type'));
  return errors;
}

/** Files that a volume makes of what the Pod knows about itself. */
function downwardErrors(items: Json | undefined, path: string): Errors {
  return objects(items).flatMap((item, index) => {
    const at = `${path}.items[${index}]`;
    const unnamed = text(item.path) === '' ? [fieldError.required(`${at}.path`, '')] : [];
    if (isObject(item.fieldRef)) return [...unnamed, ...fieldRefErrors(item.fieldRef, `${at}.fieldRef`, 'volume')];
    if (isObject(item.resourceFieldRef))
      return [...unnamed, ...resourceRefErrors(item.resourceFieldRef, `${at}.resourceFieldRef`, 'volume')];
    return [...unnamed, fieldError.required(at, 'one of fieldRef and resourceFieldRef is required')];
  });
}

function projectionErrors(volume: JsonObject, path: string, account: string): Errors {
  return objects(objectAt(volume.projected).sources).flatMap((source, index): Errors => {
    const field = `${path}.projected.sources[${index}].serviceAccountToken`;
    if (!isSet(source.serviceAccountToken) || account !== '') return [];
    return [fieldError.forbidden(field, 'must not be specified when serviceAccountName is not set')];
  });
}

/** `account` is the service account of a Pod; undefined for templates, where it is filled in later. */
export function volumeErrors(spec: JsonObject, field: string, account: string | undefined): Errors {
  const seen = new Set<string>();
  return objects(spec.volumes).flatMap((volume, index) => {
    const path = `${field}.volumes[${index}]`;
    const name = text(volume.name);
    const named: FieldError[] = name === '' ? [fieldError.required(`${path}.name`, '')] : [...dnsLabel(name, `${path}.name`)];
    if (seen.has(name)) named.push(fieldError.duplicate(`${path}.name`, name));
    seen.add(name);
    const downward = downwardErrors(objectAt(volume.downwardAPI).items, `${path}.downwardAPI`);
    return [
      ...sourceErrors(volume, path),
      ...downward,
      ...(account === undefined ? [] : projectionErrors(volume, path, account)),
      ...named,
    ];
  });
}

export function mountErrors(container: JsonObject, volumes: ReadonlySet<string>, field: string): Errors {
  const paths = new Set<string>();
  return objects(container.volumeMounts).flatMap((mount, index) => {
    const path = `${field}.volumeMounts[${index}]`;
    const errors: FieldError[] = [];
    const name = text(mount.name);
    if (name === '') errors.push(fieldError.required(`${path}.name`, ''));
    if (!volumes.has(name)) errors.push(fieldError.notFound(`${path}.name`, name));
    const at = text(mount.mountPath);
    if (at === '') errors.push(fieldError.required(`${path}.mountPath`, ''));
    if (paths.has(at)) errors.push(fieldError.invalid(`${path}.mountPath`, at, 'must be unique'));
    paths.add(at);
    if (text(mount.subPath).split('/').includes('..'))
      errors.push(fieldError.invalid(`${path}.subPath`, text(mount.subPath), "must not contain '..'"));
    return errors;
  });
}
