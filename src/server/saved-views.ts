/** Saved views: a ConfigMap a person in Lockstep's own namespace, so they outlive this process and need no right of the person's own. */
import { createHash } from 'node:crypto';
import type { SavedView } from '../api/http/index.ts';
import { getKey, isObject, type KubeObject } from '../core/object/index.ts';
import type { ApiResource, KubeClient, KubeError } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import type { Visitor } from './access/visitor.ts';
import { fromKube, refused, type Refused } from './http/refused.ts';

const CONFIG_MAPS: ApiResource = { group: '', version: 'v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true, verbs: [] };
const LABEL = 'lockstep.dev/saved-views';
const MOST = 50;

type Views = { readonly items: readonly SavedView[] };

export class SavedViewStore {
  readonly #kube: KubeClient;
  readonly #namespace: string;

  constructor(kube: KubeClient, namespace: string) {
    this.#kube = kube;
    this.#namespace = namespace;
  }

  /** Own ones, and what others share. */
  async list(visitor: Visitor): Promise<Result<Views, Refused>> {
    const all = await this.#all();
    if (!all.ok) return err(fromKube(all.error));
    const own = visitor.identity.user;
    return ok({ items: all.value.filter(({ owner, shared }) => owner === own || shared === true).slice(0, 200) });
  }

  async save(visitor: Visitor, view: SavedView): Promise<Result<Views, Refused>> {
    return this.#change(visitor, (own) => [...own.filter(({ name }) => name !== view.name), { ...view, owner: visitor.identity.user }]);
  }

  async remove(visitor: Visitor, name: string): Promise<Result<Views, Refused>> {
    return this.#change(visitor, (own) => (own.some((view) => view.name === name) ? own.filter((view) => view.name !== name) : undefined));
  }

  async #change(
    visitor: Visitor,
    change: (own: readonly SavedView[]) => readonly SavedView[] | undefined,
  ): Promise<Result<Views, Refused>> {
    const all = await this.#all();
    if (!all.ok) return err(fromKube(all.error));
    const { user } = visitor.identity;
    const next = change(all.value.filter(({ owner }) => owner === user));
    if (next === undefined) return err(refused.notFound('you have no view of this name'));
    if (next.length > MOST) return err(refused.conflict(`you have ${MOST} views already`, 'delete one first'));
    const object: KubeObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `lockstep-views-${digest(user)}`, namespace: this.#namespace, labels: { [LABEL]: 'true' } },
      data: { owner: user, views: JSON.stringify(next.map(({ name, query, shared }) => ({ name, query, shared: shared === true }))) },
    };
    const written = await this.#kube.apply(CONFIG_MAPS, object, { fieldManager: 'lockstep-dashboard', force: true });
    return written.ok ? this.list(visitor) : err(fromKube(written.error));
  }

  async #all(): Promise<Result<readonly SavedView[], KubeError>> {
    const listed = await this.#kube.list(CONFIG_MAPS, { namespace: this.#namespace, labelSelector: `${LABEL}=true` });
    return listed.ok ? ok(listed.value.items.flatMap(viewsOf)) : listed;
  }
}

const digest = (user: string): string => createHash('sha256').update(user).digest('hex').slice(0, 20);

/** What somebody else wrote into the ConfigMap is no view. */
function viewsOf(object: KubeObject): readonly SavedView[] {
  const { data } = object;
  const [owner, text] = isObject(data) ? [getKey(data, 'owner'), getKey(data, 'views')] : [];
  if (typeof owner !== 'string' || typeof text !== 'string' || !object.metadata.name?.endsWith(digest(owner))) return [];
  try {
    const views: unknown = JSON.parse(text);
    if (!Array.isArray(views)) return [];
    return (views as Partial<SavedView>[]).flatMap(({ name, query, shared }) =>
      typeof name === 'string' && typeof query === 'string' ? [{ name, query, shared: shared === true, owner }] : [],
    );
  } catch {
    return [];
  }
}
