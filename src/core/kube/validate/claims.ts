/** Claims of storage. Kubernetes: ValidatePersistentVolumeClaim, ValidatePersistentVolumeClaimUpdate. */
import { isSet, type Json, type JsonObject, type KubeObject, objectAt, record, text } from '../../object/index.ts';
import { canonicalQuantity, compareQuantities, parseQuantity, type Quantity } from '../../object/quantity/index.ts';
import { labelProblems, subdomainProblems } from '../meta/index.ts';
import { sameJson } from '../json/index.ts';
import { fieldError } from '../status/index.ts';
import { type Errors, immutable, nanosOf, problems, selectorErrors, shownQuantity } from './checks.ts';

const claimModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

function sourceErrors(source: JsonObject, field: string): Errors {
  const [name, kind, group, namespace] = [text(source.name), text(source.kind), text(source.apiGroup), text(source.namespace)];
  return [
    ...(name === '' ? [fieldError.required(`${field}.name`, '')] : []),
    ...(kind === '' ? [fieldError.required(`${field}.kind`, '')] : []),
    ...(group === '' && kind !== 'PersistentVolumeClaim'
      ? [fieldError.invalid(field, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")]
      : []),
    ...(group === '' ? [] : problems(`${field}.apiGroup`, group, subdomainProblems(group))),
    ...(namespace === '' ? [] : problems(`${field}.namespace`, namespace, labelProblems(namespace))),
  ];
}

/** Both fields name the same, or one of them is not set. The message names the field as a Go structure. */
function sourcesErrors(spec: JsonObject, field: string): Errors {
  const { dataSource, dataSourceRef } = spec;
  const both = isSet(dataSource) && isSet(dataSourceRef);
  const [old, now] = [objectAt(dataSource), objectAt(dataSourceRef)];
  const same = ['kind', 'name', 'apiGroup'].every((key) => text(old[key]) === text(now[key]));
  const why =
    text(now.namespace) === ''
      ? same
        ? ''
        : 'must match dataSourceRef'
      : 'may not be specified when dataSourceRef.namespace is specified';
  return [
    ...(isSet(dataSource) ? sourceErrors(old, `${field}.dataSource`) : []),
    ...(isSet(dataSourceRef) ? sourceErrors(now, `${field}.dataSourceRef`) : []),
    ...(both && why !== '' ? [fieldError.invalid(field, `${field}.dataSource`, why)] : []),
  ];
}

function amountErrors(storage: Json | undefined, field: string): Errors {
  if (storage === undefined) return [fieldError.required(field, '')];
  return nanosOf(storage) > 0n ? [] : [fieldError.invalid(field, shownQuantity(storage), 'must be greater than zero')];
}

/** What a claim asks for, on its own or in the template of a StatefulSet or a volume. */
export function claimSpecErrors(spec: JsonObject, field: string): Errors {
  const modes = Array.isArray(spec.accessModes) ? spec.accessModes.map(String) : [];
  const known = modes.filter((mode) => claimModes.includes(mode));
  const className = text(spec.storageClassName);
  return [
    ...(modes.length === 0 ? [fieldError.required(`${field}.accessModes`, 'at least 1 access mode is required')] : []),
    ...(isSet(spec.selector) ? selectorErrors(spec.selector, `${field}.selector`) : []),
    ...modes.filter((mode) => !known.includes(mode)).map((mode) => fieldError.notSupported(`${field}.accessModes`, mode, claimModes)),
    ...(known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')
      ? [fieldError.forbidden(`${field}.accessModes`, 'may not use ReadWriteOncePod with other access modes')]
      : []),
    ...amountErrors(objectAt(objectAt(spec.resources).requests).storage, `${field}.resources[storage]`),
    ...(className === '' ? [] : problems(`${field}.storageClassName`, className, subdomainProblems(className))),
    ...(isSet(spec.volumeMode) && !['Block', 'Filesystem'].includes(text(spec.volumeMode))
      ? [fieldError.notSupported(`${field}.volumeMode`, text(spec.volumeMode), ['Block', 'Filesystem'])]
      : []),
    ...sourcesErrors(spec, field),
  ];
}

export const claimErrors = (object: KubeObject): Errors => claimSpecErrors(objectAt(object.spec), 'spec');

/** A claim without a class may be given one. Kubernetes: validateStorageClassUpgradeFromNil. */
function classComes(next: KubeObject, live: KubeObject): boolean {
  const [now, before] = [objectAt(next.spec).storageClassName, objectAt(live.spec).storageClassName];
  const annotated = live.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'];
  return isSet(now) && !isSet(before) && (annotated === undefined || annotated === now);
}

export function claimUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const bound = objectAt(live.status).phase === 'Bound';
  const strip = (object: KubeObject): JsonObject => {
    const { resources, volumeAttributesClassName: _class, volumeName, ...rest } = objectAt(object.spec);
    const { requests, ...others } = objectAt(resources);
    return {
      ...rest,
      resources: others,
      // Only a bound claim may ask for more.
      other: bound ? Object.keys(objectAt(requests)).filter((key) => key !== 'storage') : amounts(objectAt(requests)),
      volumeName: volumeName ?? '',
    };
  };
  const before = strip(live);
  // What may be given once is not compared.
  const given = { ...(before.volumeName === '' ? { volumeName: '' } : {}), ...(classComes(next, live) ? { storageClassName: null } : {}) };
  const same = sameJson({ ...strip(next), ...given }, { ...before, ...given });
  const text = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  return [
    ...claimErrors(next),
    ...(same ? [] : [fieldError.forbidden('spec', text)]),
    ...shrunk(next, live),
    ...immutable(objectAt(next.spec).volumeMode, objectAt(live.spec).volumeMode, 'volumeMode'),
  ];
}

/** Amounts as they compare: `0.5` is `500m`. */
const amounts = (requests: JsonObject): JsonObject =>
  record(Object.entries(requests).map(([name, value]) => [name, canonicalQuantity(String(value ?? '')) ?? value ?? null]));

/** A claim may ask for less than before, to recover from a failed expansion, but for more than it has. */
function shrunk(next: KubeObject, live: KubeObject): Errors {
  const asked = (object: KubeObject): Quantity => amountOf(objectAt(objectAt(objectAt(object.spec).resources).requests).storage);
  const has = amountOf(objectAt(objectAt(live.status).capacity).storage);
  if (compareQuantities(asked(next), asked(live)) >= 0 || compareQuantities(asked(next), has) > 0) return [];
  return [fieldError.forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')];
}

/** An amount that is absent is zero. */
function amountOf(value: Json | undefined): Quantity {
  const parsed = parseQuantity(String(value ?? '0'));
  return parsed.ok ? parsed.value : { nanos: 0n, format: 'DecimalSI', text: '' };
}
