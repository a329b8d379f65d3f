/** The target cluster as an App sees it: which kinds it serves, who it is, and as whom we speak to it (S5, S11). */
import { type Gvk, type KubeObject, type ObjectRef, gvkOf, parseApiVersion } from '../../core/object/index.ts';
import type { ApiResource, KubeClient, KubeError } from '../../ports/index.ts';
import { type Result, err, ok } from '../../std/index.ts';

export interface Served {
  /** The exact version, or another served version of the same group and kind. */
  find(gvk: Gvk): ApiResource | undefined;
  /** By group and kind, in the server's preferred version. */
  findKind(ref: Pick<ObjectRef, 'group' | 'kind'>): ApiResource | undefined;
  /** False when the group's discovery failed, so that absence means nothing (S3g). */
  known(group: string): boolean;
  readonly resources: readonly ApiResource[];
  readonly failedGroups: readonly string[];
}

export class Cluster {
  readonly kube: KubeClient;
  #served: Served | undefined;
  #stale = false;
  /** The newest question that is not answered yet. */
  #asked: Promise<Result<Served, KubeError>> | undefined;
  #uid: string | undefined;

  constructor(kube: KubeClient) {
    this.kube = kube;
  }

  /** What was discovered last, without asking. */
  get known(): Served | undefined {
    return this.#served;
  }

  /** What was discovered may be out of date: the next who asks has the server asked again. */
  invalidate(): void {
    this.#stale = true;
  }

  /** What the cluster serves; asked again with `refresh`, for example once a CRD is established. */
  async served(options: { readonly refresh?: boolean } = {}): Promise<Result<Served, KubeError>> {
    const refresh = options.refresh === true || this.#stale;
    // What was known before somebody asked is not the answer to who asks after them.
    if (!refresh && this.#asked !== undefined) return this.#asked;
    if (!refresh && this.#served !== undefined) return ok(this.#served);
    this.#stale = false;
    const asked = this.#discover(refresh, () => this.#asked === asked);
    this.#asked = asked;
    const answer = await asked;
    if (this.#asked === asked) this.#asked = undefined;
    return answer;
  }

  async #discover(refresh: boolean, isNewest: () => boolean): Promise<Result<Served, KubeError>> {
    const discovered = await this.kube.discover({ refresh });
    if (!discovered.ok) {
      this.#stale ||= refresh;
      return err(discovered.error);
    }
    const served = servedOf(discovered.value.resources, discovered.value.failedGroups);
    if (isNewest()) this.#served = served;
    return ok(served);
  }

  /** Uid of kube-system: the cluster's identity. Asked again with `refresh`. */
  async uid(options: { readonly refresh?: boolean } = {}): Promise<Result<string, KubeError>> {
    if (this.#uid !== undefined && options.refresh !== true) return ok(this.#uid);
    const found = await this.kube.get(namespaces, '', 'kube-system');
    if (!found.ok) return err(found.error);
    this.#uid = found.value.metadata.uid ?? '';
    return ok(this.#uid);
  }
}

const core = (kind: string, resource: string, namespaced: boolean): ApiResource => ({
  group: '',
  version: 'v1',
  kind,
  resource,
  namespaced,
  verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
});

export const namespaces = core('Namespace', 'namespaces', false);
export const serviceAccounts = core('ServiceAccount', 'serviceaccounts', true);
export const secrets = core('Secret', 'secrets', true);
export const events = core('Event', 'events', true);

const native = (kind: string, resource: string): ApiResource => ({ ...core(kind, resource, true), group: 'lockstep.dev' });

export const apps = native('App', 'apps');
export const sources = native('Source', 'sources');
export const inventories = native('Inventory', 'inventories');
export const targetClusters = native('TargetCluster', 'targetclusters');
export const approvals = native('Approval', 'approvals');

const kindKey = (group: string, kind: string): string => `${group}/${kind}`;

function servedOf(resources: readonly ApiResource[], failedGroups: readonly string[]): Served {
  const exact = new Map<string, ApiResource>();
  const kinds = new Map<string, ApiResource>();
  for (const resource of resources) {
    if (resource.resource.includes('/')) continue;
    const version = `${kindKey(resource.group, resource.kind)}/${resource.version}`;
    if (!exact.has(version)) exact.set(version, resource);
    if (!kinds.has(kindKey(resource.group, resource.kind))) kinds.set(kindKey(resource.group, resource.kind), resource);
  }
  const failing = new Set(failedGroups.map((name) => name.split('/')[0] ?? name));
  return {
    find: ({ group, kind, version }) => exact.get(`${kindKey(group, kind)}/${version}`),
    findKind: ({ group, kind }) => kinds.get(kindKey(group, kind)),
    known: (group) => !failing.has(group),
    resources,
    failedGroups,
  };
}

/** Whether an object is namespaced: as served, or as a CRD among `objects` declares. */
export function scopeIn(served: Served, objects: readonly KubeObject[]): (object: KubeObject) => boolean | undefined {
  const declared = declaredKinds(objects);
  return (object) => {
    const gvk = gvkOf(object);
    return (served.find(gvk) ?? served.findKind(gvk))?.namespaced ?? declared.get(kindKey(gvk.group, gvk.kind));
  };
}

/** Kinds that CRDs among the objects bring, and whether they are namespaced. */
export function declaredKinds(objects: readonly KubeObject[]): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>();
  for (const object of objects) {
    if (object.kind !== 'CustomResourceDefinition' || parseApiVersion(object.apiVersion).group !== 'apiextensions.k8s.io') continue;
    const spec = object['spec'] as
      { readonly group?: string; readonly scope?: string; readonly names?: { readonly kind?: string } } | undefined;
    if (spec?.group !== undefined && spec.names?.kind !== undefined)
      found.set(kindKey(spec.group, spec.names.kind), spec.scope !== 'Cluster');
  }
  return found;
}

export const declares = (declared: ReadonlyMap<string, boolean>, { group, kind }: Pick<ObjectRef, 'group' | 'kind'>): boolean =>
  declared.has(kindKey(group, kind));
