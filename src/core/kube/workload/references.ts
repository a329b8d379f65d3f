/** What a Pod needs from other objects before its containers can start. Checked for real: this part of a failing rollout is not simulated. */
import { type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import type { View } from '../controller/index.ts';
import { isMadeUp } from './made-secrets.ts';
import { specOf } from './shared.ts';

export interface Missing {
  /** The container that cannot be created; absent: the Pod's volumes cannot be mounted. */
  readonly container?: string;
  readonly message: string;
  /** The Secret that is not there at all. */
  readonly secret?: string;
}

interface Reference {
  readonly table: 'configmaps' | 'secrets';
  readonly name: string;
  /** Empty: the whole object. */
  readonly key: string;
  /** Becomes a file. */
  readonly mounted?: true;
  readonly optional: boolean;
}

const reference = (table: Reference['table'], value: Json | undefined, nameField: string): readonly Reference[] => {
  const source = objectAt(value);
  const name = text(source[nameField]);
  return name === '' ? [] : [{ table, name, key: text(source.key), optional: source.optional === true }];
};

function ofContainer(container: JsonObject): readonly Reference[] {
  const env = objects(container.env).flatMap((entry) => {
    const from = objectAt(entry.valueFrom);
    return [...reference('configmaps', from.configMapKeyRef, 'name'), ...reference('secrets', from.secretKeyRef, 'name')];
  });
  const envFrom = objects(container.envFrom).flatMap((entry) => [
    ...reference('configmaps', entry.configMapRef, 'name'),
    ...reference('secrets', entry.secretRef, 'name'),
  ]);
  return [...env, ...envFrom];
}

/** A whole object, or the keys that are picked from it. */
function mounted(table: Reference['table'], value: Json | undefined, nameField: string): readonly Reference[] {
  const picked = objects(objectAt(value).items).map(({ key }) => text(key));
  return reference(table, value, nameField).flatMap((whole) =>
    (picked.length === 0 ? [''] : picked).map((key) => ({ ...whole, key, mounted: true as const })),
  );
}

function ofVolume(volume: JsonObject): readonly Reference[] {
  const projected = objects(objectAt(volume.projected).sources);
  return [
    ...mounted('configmaps', volume.configMap, 'name'),
    ...mounted('secrets', volume.secret, 'secretName'),
    ...projected.flatMap((source) => [...mounted('configmaps', source.configMap, 'name'), ...mounted('secrets', source.secret, 'name')]),
  ];
}

const kinds = { configmaps: 'configmap', secrets: 'secret' } as const;

function problem(wanted: Reference, namespace: string, view: View): string | undefined {
  if (wanted.optional) return undefined;
  const found = view.get(wanted.table, namespace, wanted.name);
  if (found === undefined) return `${kinds[wanted.table]} ${JSON.stringify(wanted.name)} not found`;
  if (wanted.table === 'secrets' && isMadeUp(found)) return undefined;
  const keys = { ...objectAt(found.data), ...objectAt(found.binaryData) };
  if (wanted.key === '' || Object.hasOwn(keys, wanted.key)) return undefined;
  if (wanted.mounted === true) return nonExistentKey(wanted);
  const kind = wanted.table === 'configmaps' ? 'ConfigMap' : 'Secret';
  return `couldn't find key ${wanted.key} in ${kind} ${namespace}/${wanted.name}`;
}

const absent = ({ table, name }: Reference, namespace: string, view: View): Pick<Missing, 'secret'> =>
  table === 'secrets' && view.get('secrets', namespace, name) === undefined ? { secret: name } : {};

/** Kubernetes: pkg/volume/configmap and pkg/volume/secret, MakePayload. */
const nonExistentKey = ({ table, key }: Reference): string =>
  table === 'configmaps' ? `configmap references non-existent config key: ${key}` : `references non-existent secret key: ${key}`;

/** The first thing that is missing, volumes before containers, as the kubelet would come across it. */
export function missingReference(pod: KubeObject, view: View): Missing | undefined {
  const namespace = pod.metadata.namespace ?? '';
  const spec = specOf(pod);
  for (const volume of objects(spec.volumes)) {
    for (const wanted of ofVolume(volume)) {
      const message = problem(wanted, namespace, view);
      // The cluster's own certificate authority comes by itself.
      if (message !== undefined && wanted.name !== 'kube-root-ca.crt') {
        return {
          message: `MountVolume.SetUp failed for volume ${JSON.stringify(text(volume.name))} : ${message}`,
          ...absent(wanted, namespace, view),
        };
      }
    }
  }
  for (const container of [...objects(spec.initContainers), ...objects(spec.containers)]) {
    for (const wanted of ofContainer(container)) {
      const message = problem(wanted, namespace, view);
      if (message !== undefined) return { container: text(container.name), message, ...absent(wanted, namespace, view) };
    }
  }
  return undefined;
}

/** ConfigMaps and Secrets a Pod names, for finding the Pods that a change concerns. */
export function referencedNames(pod: KubeObject, table: Reference['table']): readonly string[] {
  const spec = specOf(pod);
  const all = [
    ...objects(spec.volumes).flatMap(ofVolume),
    ...[...objects(spec.initContainers), ...objects(spec.containers)].flatMap(ofContainer),
  ];
  return all.filter((wanted) => wanted.table === table).map((wanted) => wanted.name);
}

/** Claims a Pod mounts. */
export const claimNames = (pod: KubeObject): readonly string[] =>
  objects(specOf(pod).volumes).flatMap((volume) => {
    const name = text(objectAt(volume.persistentVolumeClaim).claimName);
    return name === '' ? [] : [name];
  });
