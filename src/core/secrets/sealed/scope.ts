/**
 * How far a sealed value may travel. Source: sealed-secrets pkg/apis/sealedsecrets/v1alpha1, SecretScope, EncryptionLabel.
 */
import { getKey, isObject, type JsonObject } from '../../object/index.ts';
import { encodeUtf8 } from '../../../std/index.ts';

export type SealScope = 'strict' | 'namespace-wide' | 'cluster-wide';

const annotationOf = (scope: SealScope): string => `sealedsecrets.bitnami.com/${scope}`;

export const textAt = (object: JsonObject | undefined, key: string): string | undefined => {
  const value = object === undefined ? undefined : getKey(object, key);
  return typeof value === 'string' ? value : undefined;
};

export const objectAt = (object: JsonObject | undefined, key: string): JsonObject | undefined => {
  const value = object === undefined ? undefined : getKey(object, key);
  return isObject(value) ? value : undefined;
};

/** Whether an annotation is exactly "true"; nothing else counts. */
export const isMarked = (metadata: JsonObject | undefined, name: string): boolean =>
  textAt(objectAt(metadata, 'annotations'), `sealedsecrets.bitnami.com/${name}`) === 'true';

/** The scope that the metadata of an object states. Only ever asked of the top-level metadata: that of a template is under the sender's control. */
export function scopeOf(metadata: JsonObject | undefined): SealScope {
  if (isMarked(metadata, 'cluster-wide')) return 'cluster-wide';
  return isMarked(metadata, 'namespace-wide') ? 'namespace-wide' : 'strict';
}

/** Annotations without any scope, and with that of `scope`. */
export function scopedAnnotations(annotations: JsonObject | undefined, scope: SealScope): [string, JsonObject[string]][] {
  const scopes = [annotationOf('cluster-wide'), annotationOf('namespace-wide')];
  const others = Object.entries(annotations ?? {}).filter(([key]) => !scopes.includes(key));
  return scope === 'strict' ? others : [...others, [annotationOf(scope), 'true']];
}

export interface Place {
  readonly scope: SealScope;
  readonly namespace: string;
  readonly name: string;
}

/** What binds a value to its place: the label of the asymmetric encryption. */
export function labelOf({ scope, namespace, name }: Place): Uint8Array {
  if (scope === 'cluster-wide') return new Uint8Array();
  return encodeUtf8(scope === 'namespace-wide' ? namespace : `${namespace}/${name}`);
}
