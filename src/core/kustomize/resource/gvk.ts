/**
 * Kinds and identities. Every kind of a build is one object, so that what is known about it is looked up once.
 * Source: kyaml/resid, kyaml/openapi/openapi.go.
 */
import { parseApiVersion } from '../../object/index.ts';

export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A kind met in a build. */
export interface KnownGvk extends Gvk {
  /** Certainly cluster-scoped; unknown kinds are taken for namespaced. */
  readonly cluster: boolean;
  readonly text: string;
}

export interface ResId {
  readonly gvk: KnownGvk;
  readonly name: string;
  readonly namespace: string;
}

/** Which kinds are cluster-scoped. */
export interface Scopes {
  isCluster(apiVersion: string, kind: string): boolean;
}

export class Kinds {
  /** By apiVersion, then by kind: looked up far too often to join the two. */
  readonly #known = new Map<string, Map<string, KnownGvk>>();
  readonly #scopes: Scopes;

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  of(apiVersion: string, kind: string): KnownGvk {
    let kinds = this.#known.get(apiVersion);
    if (kinds === undefined) this.#known.set(apiVersion, (kinds = new Map()));
    let known = kinds.get(kind);
    if (known === undefined) {
      const gvk = { ...parseApiVersion(apiVersion), kind };
      known = { ...gvk, cluster: this.#scopes.isCluster(apiVersion, kind), text: gvkText(gvk) };
      kinds.set(kind, known);
    }
    return known;
  }

  /** Another schema may know other scopes. */
  forget(): void {
    this.#known.clear();
  }
}

/** `Deployment.v1.apps`, with marks for what is missing. */
export const gvkText = ({ group, version, kind }: Gvk): string =>
  `${kind === '' ? '[noKind]' : kind}.${version === '' ? '[noVer]' : version}.${group === '' ? '[noGrp]' : group}`;

export const idText = (id: { readonly gvk: Gvk; readonly name: string; readonly namespace: string }): string =>
  `${gvkText(id.gvk)}/${id.name === '' ? '[noName]' : id.name}.${id.namespace === '' ? '[noNs]' : id.namespace}`;

/** What `%#v` shows of an identity. */
export const idSyntax = ({ gvk, name, namespace }: ResId): string =>
  `resid.ResId{Gvk:resid.Gvk{Group:"${gvk.group}", Version:"${gvk.version}", Kind:"${gvk.kind}", isClusterScoped:${gvk.cluster}}, Name:"${name}", Namespace:"${namespace}"}`;

export const apiVersionOf = ({ group, version }: Gvk): string => (group === '' ? version : `${group}/${version}`);

/** Empty parts of the selector stand for anything. */
export const isSelected = (gvk: Gvk, selector: Gvk): boolean =>
  (selector.group === '' || gvk.group === selector.group) &&
  (selector.version === '' || gvk.version === selector.version) &&
  (selector.kind === '' || gvk.kind === selector.kind);

export const sameGvk = (left: Gvk, right: Gvk): boolean =>
  left.kind === right.kind && left.version === right.version && left.group === right.group;

export const NOT_A_NAMESPACE = '_non_namespaceable_';

export function effectiveNamespace({ gvk, namespace }: ResId): string {
  if (gvk.cluster) return NOT_A_NAMESPACE;
  return namespace === '' ? 'default' : namespace;
}

/** Equal identities have equal keys: the empty namespace is `default`, that of cluster-scoped kinds does not count. */
export const idKey = (id: ResId): string => `${id.gvk.text}\0${id.name}\0${effectiveNamespace(id)}`;

export const sameId = (left: ResId, right: ResId): boolean =>
  left.name === right.name && sameGvk(left.gvk, right.gvk) && effectiveNamespace(left) === effectiveNamespace(right);

const ORDER_FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const ORDER_LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

export const LEGACY_ORDER: { readonly first: readonly string[]; readonly last: readonly string[] } = Object.freeze({
  first: ORDER_FIRST,
  last: ORDER_LAST,
});

/** Ranks of kinds: those listed first are negative, those last positive, others 0. */
export const kindRanks = (first: readonly string[], last: readonly string[]): ReadonlyMap<string, number> =>
  new Map([
    ...first.map((kind, i): [string, number] => [kind, i - first.length]),
    ...last.map((kind, i): [string, number] => [kind, i + 1]),
  ]);

/** The text kinds of equal rank are ordered by. */
export const sortText = ({ group, version, kind }: Gvk): string =>
  `${group === '' ? '~G' : group}_${version === '' ? '~V' : version}_${kind === '' ? '~K' : kind}`;
