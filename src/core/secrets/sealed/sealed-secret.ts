/**
 * The object SealedSecret: from a Secret, and to one. Source: sealed-secrets pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go.
 */
import { getKey, isObject, type JsonObject, type KubeObject, putKey, record } from '../../object/index.ts';
import { decodeBase64, encodeBase64, decodeUtf8, encodeUtf8 } from '../../../std/index.ts';
import { SecretsFailure } from '../failure.ts';
import { isMarked, objectAt, type Place, scopedAnnotations, scopeOf, type SealScope, textAt } from './scope.ts';

export const sealedSecretApiVersion = 'bitnami.com/v1alpha1';

export const isSealedSecret = (object: JsonObject): boolean =>
  textAt(object, 'kind') === 'SealedSecret' && (textAt(object, 'apiVersion') ?? '').startsWith('bitnami.com/');

/** Where its values are valid. */
export function placeOf(object: JsonObject): Place {
  const metadata = objectAt(object, 'metadata');
  return { scope: scopeOf(metadata), namespace: textAt(metadata, 'namespace') ?? '', name: textAt(metadata, 'name') ?? '' };
}

/** The sealed values by key; the deprecated form holds the whole Secret under no key. @throws SecretsFailure */
export function sealedValues(object: JsonObject): {
  readonly values: readonly (readonly [string, string])[];
  readonly whole: string | undefined;
} {
  const spec = objectAt(object, 'spec');
  const encrypted = Object.entries(objectAt(spec, 'encryptedData') ?? {});
  const values = encrypted.map(([key, value]): readonly [string, string] => {
    if (typeof value !== 'string') throw new SecretsFailure('InvalidFile', `spec.encryptedData.${key} must be a text`);
    return [key, value];
  });
  const whole = textAt(spec, 'data');
  return { values, whole: values.length === 0 && whole !== '' ? whole : undefined };
}

/** Fields that only the cluster sets, and annotations that would repeat the Secret in clear. */
const clusterFields = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
  'managedFields',
  'selfLink',
];
const leakingAnnotations = ['kubectl.kubernetes.io/last-applied-configuration', 'kubecfg.ksonnet.io/last-applied-configuration'];

/** The values of a Secret in clear; `stringData` wins over `data`. @throws SecretsFailure naming the key */
export function secretValues(secret: JsonObject): ReadonlyMap<string, Uint8Array> {
  const values = new Map<string, Uint8Array>();
  for (const [key, value] of Object.entries(objectAt(secret, 'data') ?? {})) {
    const bytes = typeof value === 'string' ? decodeBase64(value) : value === null ? new Uint8Array() : undefined;
    if (bytes === undefined) throw new SecretsFailure('InvalidFile', `data.${key} is no base64`);
    values.set(key, bytes);
  }
  for (const [key, value] of Object.entries(objectAt(secret, 'stringData') ?? {})) {
    if (typeof value !== 'string') throw new SecretsFailure('InvalidFile', `stringData.${key} must be a text`);
    values.set(key, encodeUtf8(value));
  }
  return values;
}

export interface SealInput {
  readonly secret: JsonObject;
  readonly scope: SealScope;
  readonly namespace: string;
  readonly name: string;
  readonly encrypted: readonly (readonly [string, string])[];
}

/** The SealedSecret that stands for a Secret whose values are sealed. */
export function sealedSecretOf({ secret, scope, namespace, name, encrypted }: SealInput): KubeObject {
  const own = objectAt(secret, 'metadata');
  const kept = Object.entries(own ?? {}).filter(
    ([key]) => !clusterFields.includes(key) && !['annotations', 'name', 'namespace'].includes(key),
  );
  const annotations = scopedAnnotations(objectAt(own, 'annotations'), scope).filter(([key]) => !leakingAnnotations.includes(key));
  const metadata = named(namespace, name);
  const marks = scopedAnnotations(undefined, scope);
  if (marks.length > 0) putKey(metadata, 'annotations', record(marks));
  const inner = record([...kept, ...Object.entries(named(namespace, name))]);
  if (annotations.length > 0) putKey(inner, 'annotations', record(annotations));
  const template = record<JsonObject[string]>([['metadata', inner]]);
  for (const key of ['type', 'immutable']) {
    const value = getKey(secret, key);
    if (value !== undefined && value !== null) putKey(template, key, value);
  }
  return record<JsonObject[string]>([
    ['apiVersion', sealedSecretApiVersion],
    ['kind', 'SealedSecret'],
    ['metadata', metadata],
    [
      'spec',
      record<JsonObject[string]>([
        ['encryptedData', record(encrypted)],
        ['template', template],
      ]),
    ],
  ]) as unknown as KubeObject;
}

function named(namespace: string, name: string): { [key: string]: JsonObject[string] } {
  const entries: [string, string][] = [
    ['name', name],
    ['namespace', namespace],
  ];
  return record(entries.filter(([, value]) => value !== ''));
}

/** Renders a text of the template over the values; fails with a message that holds none of them. */
export type RenderText = (text: string, values: ReadonlyMap<string, string>) => string;

/** The Secret that a SealedSecret stands for. @throws SecretsFailure */
export function unsealedSecret(object: JsonObject, values: ReadonlyMap<string, Uint8Array>, render: RenderText): KubeObject {
  const { namespace, name } = placeOf(object);
  const template = objectAt(objectAt(object, 'spec'), 'template');
  const inner = objectAt(template, 'metadata');
  const data = new Map(values);
  const texts = new Map([...values].map(([key, bytes]) => [key, decodeUtf8(bytes)]));
  for (const [key, text] of Object.entries(objectAt(template, 'data') ?? {})) {
    if (typeof text !== 'string') throw new SecretsFailure('InvalidFile', `spec.template.data.${key} must be a text`);
    data.set(key, encodeUtf8(render(text, texts)));
  }
  const kept = Object.entries(inner ?? {}).filter(([key]) => !clusterFields.includes(key) && key !== 'name' && key !== 'namespace');
  const metadata = record([...Object.entries(named(namespace, name)), ...kept]);
  const owner = keepsOwner(object) ? ownerOf(object) : undefined;
  if (owner !== undefined) putKey(metadata, 'ownerReferences', [owner]);
  const rest = ['type', 'immutable'].flatMap((key): [string, JsonObject[string]][] => {
    const value = template === undefined ? undefined : getKey(template, key);
    return value === undefined || value === null ? [] : [[key, value]];
  });
  return record<JsonObject[string]>([
    ['apiVersion', 'v1'],
    ['kind', 'Secret'],
    ['metadata', metadata],
    ...rest,
    [
      'data',
      record([...data].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, bytes]): [string, string] => [key, encodeBase64(bytes)])),
    ],
  ]) as unknown as KubeObject;
}

/** Whether the Secret is controlled by its SealedSecret. */
export const keepsOwner = (object: JsonObject): boolean =>
  !isMarked(objectAt(objectAt(objectAt(object, 'spec'), 'template'), 'metadata'), 'skip-set-owner-references');

/** Only an object of the cluster has what an owner reference needs. */
function ownerOf(object: JsonObject): JsonObject | undefined {
  const metadata = objectAt(object, 'metadata');
  const uid = textAt(metadata, 'uid');
  if (uid === undefined) return undefined;
  return record<JsonObject[string]>([
    ['apiVersion', textAt(object, 'apiVersion') ?? sealedSecretApiVersion],
    ['kind', 'SealedSecret'],
    ['name', textAt(metadata, 'name') ?? ''],
    ['uid', uid],
    ['controller', true],
    ['blockOwnerDeletion', true],
  ]);
}

/** The same SealedSecret with other sealed values. Its scope stays that of its own metadata, whatever its template says (CVE-2026-22728). */
export function resealed(object: JsonObject, encrypted: readonly (readonly [string, string])[]): KubeObject {
  const { scope, namespace, name } = placeOf(object);
  const spec = objectAt(object, 'spec');
  const template = objectAt(spec, 'template');
  const inner = objectAt(template, 'metadata');
  const metadata = record([
    ...Object.entries(inner ?? {}).filter(([key]) => key !== 'annotations'),
    ...Object.entries(named(namespace, name)),
  ]);
  const annotations = scopedAnnotations(objectAt(inner, 'annotations'), scope);
  if (annotations.length > 0) putKey(metadata, 'annotations', record(annotations));
  const newTemplate = record([...Object.entries(template ?? {}), ['metadata', metadata]]);
  const specEntries = Object.entries(spec ?? {}).filter(([key]) => key !== 'data' && key !== 'encryptedData' && key !== 'template');
  const newSpec = record<JsonObject[string]>([...specEntries, ['encryptedData', record(encrypted)], ['template', newTemplate]]);
  return record([...Object.entries(object).filter(([key]) => key !== 'status'), ['spec', newSpec]]) as unknown as KubeObject;
}

/** An existing SealedSecret with the values, annotations, labels and template texts of another laid over it. */
export function mergedSealed(target: JsonObject, update: JsonObject): KubeObject {
  const [spec, newSpec] = [objectAt(target, 'spec'), objectAt(update, 'spec')];
  const [template, newTemplate] = [objectAt(spec, 'template'), objectAt(newSpec, 'template')];
  const [inner, newInner] = [objectAt(template, 'metadata'), objectAt(newTemplate, 'metadata')];
  const metadata = overlaid(inner, newInner, ['annotations', 'labels']);
  const mergedTemplate = overlaid(template, newTemplate, ['data']);
  if (Object.keys(metadata).length > 0) putKey(mergedTemplate, 'metadata', metadata);
  const mergedSpec = overlaid(spec, newSpec, ['encryptedData']);
  putKey(mergedSpec, 'template', mergedTemplate);
  return record([...Object.entries(target), ['spec', mergedSpec]]) as unknown as KubeObject;
}

/** A copy of `base` in which the mappings named have the entries of `over` as well. */
function overlaid(
  base: JsonObject | undefined,
  over: JsonObject | undefined,
  keys: readonly string[],
): { [key: string]: JsonObject[string] } {
  const copy = record(Object.entries(base ?? {}));
  for (const key of keys) {
    const more = objectAt(over, key);
    if (isObject(more)) putKey(copy, key, record([...Object.entries(objectAt(base, key) ?? {}), ...Object.entries(more)]));
  }
  return copy;
}
