/**
 * Fields that this version has only behind feature gates which are off: they are dropped, unless the object has them already. Kubernetes: the
 * strategies' dropDisabledFields, pkg/features/kube_features.go.
 */
import { isObject, isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, withoutKey } from '../../object/index.ts';
import { podSpecPaths } from './pod-paths.table.ts';

/** The fields of a type that go, each with the path of what has it. */
const fields: Readonly<Record<string, readonly (readonly [path: readonly string[], name: string])[]>> = {
  persistentvolumeclaims: [[['spec'], 'volumeAttributesClassName']],
  persistentvolumes: [[['spec'], 'volumeAttributesClassName']],
  'csidrivers.storage.k8s.io': [[['spec'], 'nodeAllocatableUpdatePeriodSeconds']],
  'leases.coordination.k8s.io': [
    [['spec'], 'preferredHolder'],
    [['spec'], 'strategy'],
  ],
  nodes: [[['spec'], 'configSource']],
  'statefulsets.apps': [[['spec', 'updateStrategy', 'rollingUpdate'], 'maxUnavailable']],
};

const at = (object: Json | undefined, path: readonly string[]): JsonObject =>
  objectAt(path.reduce<Json | undefined>((value, step) => objectAt(value)[step], object));

/** The object with what is at a path changed; itself when nothing is there or nothing changes. */
function changedAt(object: JsonObject, [step, ...rest]: readonly string[], change: (part: JsonObject) => JsonObject): JsonObject {
  if (step === undefined) return change(object);
  const below = object[step];
  if (!isObject(below ?? null)) return object;
  const next = changedAt(below as JsonObject, rest, change);
  return next === below ? object : { ...object, [step]: next };
}

const without =
  (name: string) =>
  (part: JsonObject): JsonObject =>
    part[name] === undefined ? part : (withoutKey(part, name) as JsonObject);

const containerLists = ['containers', 'initContainers', 'ephemeralContainers'];

function eachContainer(spec: JsonObject, change: (container: JsonObject) => JsonObject): JsonObject {
  let next = spec;
  for (const list of containerLists) {
    const before = objects(spec[list]);
    const after = before.map(change);
    if (after.some((container, index) => container !== before[index])) next = { ...next, [list]: after };
  }
  return next;
}

const projectsTrust = (volume: JsonObject): boolean =>
  objects(objectAt(volume.projected).sources).some((source) => isSet(source.clusterTrustBundle));

/** A volume that is an image, or shows certificates of the cluster, has nothing in it. */
function withoutNewSources(spec: JsonObject): JsonObject {
  const volumes = objects(spec.volumes);
  if (!volumes.some((volume) => isSet(volume.image) || projectsTrust(volume))) return spec;
  const kept = volumes.map((volume) => {
    const plain = without('image')(volume);
    if (!projectsTrust(plain)) return plain;
    const sources = objects(objectAt(plain.projected).sources).map(without('clusterTrustBundle'));
    return { ...plain, projected: { ...objectAt(plain.projected), sources } };
  });
  return { ...spec, volumes: kept };
}

const uses = (spec: JsonObject, test: (container: JsonObject) => boolean): boolean =>
  containerLists.some((list) => objects(spec[list]).some(test));
const signals = (container: JsonObject): boolean => isSet(objectAt(container.lifecycle).stopSignal);
const claims = (container: JsonObject): boolean => isSet(objectAt(container.resources).claims);

function podSpec(spec: JsonObject, live: JsonObject): JsonObject {
  let next = spec;
  if (!isSet(live.resourceClaims)) {
    next = without('resourceClaims')(next);
    if (!uses(live, claims)) next = eachContainer(next, (container) => changedAt(container, ['resources'], without('claims')));
  }
  if (!isSet(live.resources)) next = without('resources')(next);
  if (!uses(live, signals)) next = eachContainer(next, (container) => changedAt(container, ['lifecycle'], without('stopSignal')));
  return objects(live.volumes).some((volume) => isSet(volume.image) || projectsTrust(volume)) ? next : withoutNewSources(next);
}

/** A source in another namespace needs a gate of its own. */
const foreignSource = (claim: JsonObject): JsonObject =>
  typeof objectAt(claim.dataSourceRef).namespace === 'string' && objectAt(claim.dataSourceRef).namespace !== ''
    ? without('dataSourceRef')(claim)
    : claim;

/** The object without them; `live` is undefined on creation. */
export function withoutDisabled(table: string, object: KubeObject, live: KubeObject | undefined): KubeObject {
  let next: JsonObject = object;
  for (const [path, name] of Object.hasOwn(fields, table) ? (fields[table] ?? []) : [])
    if (!isSet(at(live, path)[name])) next = changedAt(next, path, without(name));
  if (table === 'persistentvolumeclaims' && !isSet(at(live, ['spec']).dataSourceRef)) next = changedAt(next, ['spec'], foreignSource);
  const path = Object.hasOwn(podSpecPaths, table) ? podSpecPaths[table] : undefined;
  if (path !== undefined) next = changedAt(next, path, (spec) => podSpec(spec, at(live, path)));
  return next as KubeObject;
}
