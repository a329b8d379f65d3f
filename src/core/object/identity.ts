/** What an object is called: group, version, kind, namespace, name. */
import type { KubeObject } from './json.ts';

export interface Gvk {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface Gvr {
  readonly group: string;
  readonly version: string;
  /** Plural, lower case: `deployments`. */
  readonly resource: string;
}

/** An object's identity across versions: the version is deliberately absent. */
export interface ObjectRef {
  readonly group: string;
  readonly kind: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
}

/** `apps/v1` → group `apps`, version `v1`; `v1` → the core group. */
export function parseApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export const gvkOf = (object: KubeObject): Gvk => ({ ...parseApiVersion(object.apiVersion), kind: object.kind });

export const refOf = (object: KubeObject): ObjectRef => ({
  group: parseApiVersion(object.apiVersion).group,
  kind: object.kind,
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name ?? '',
});

/** A map key: equal references have equal keys. */
export const refKey = (ref: ObjectRef): string => `${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`;

/** For people: `Deployment/shop/web`, `Namespace/shop`. */
export const formatRef = (ref: ObjectRef): string => [ref.kind, ref.namespace, ref.name].filter((part) => part !== '').join('/');
