/** The living objects that carry our labels, through the runtime's informers: one per kind, started when the first App delivers that kind. */
import { type KubeObject, type ObjectRef, refOf } from '../../core/object/index.ts';
import { type AppId, appLabel, provenOwner } from '../../core/plan/owner/index.ts';
import type { ApiResource } from '../../ports/index.ts';
import type { Informer, Informers } from '../../runtime/index.ts';
import type { LiveCache } from './live.ts';

/** What is told of a change: the object, its state now (`null`: gone) and who is proved to own it, before or now. */
export interface ObjectChange {
  readonly ref: ObjectRef;
  readonly now: KubeObject | null;
  readonly old: KubeObject | undefined;
  readonly owners: readonly AppId[];
}

export class ObjectCache implements LiveCache {
  readonly #informers: Informers;
  readonly #held = new Map<string, { readonly informer: Informer; readonly release: () => void }>();
  readonly #changed: (change: ObjectChange) => void;

  constructor(informers: Informers, changed: (change: ObjectChange) => void) {
    this.#informers = informers;
    this.#changed = changed;
  }

  async watch(resource: ApiResource): Promise<void> {
    const key = keyOf(resource);
    const known = this.#held.get(key);
    if (known !== undefined) {
      if (!known.informer.synced) await known.informer.ready();
      return;
    }
    const held = this.#informers.acquire(resource, { labelSelector: appLabel });
    this.#held.set(key, held);
    await held.informer.ready();
    await held.informer.follow((change) => {
      const object = change.type === 'deleted' ? change.old : change.now;
      const old = change.type === 'added' ? undefined : change.old;
      const owners = [change.type === 'deleted' ? undefined : provenOwner(change.now), old === undefined ? undefined : provenOwner(old)];
      this.#changed({
        ref: refOf(object),
        now: change.type === 'deleted' ? null : change.now,
        old,
        owners: owners.filter((owner) => owner !== undefined),
      });
    });
  }

  get(resource: ApiResource, namespace: string, name: string): KubeObject | undefined {
    return this.#held.get(keyOf(resource))?.informer.get(namespace, name);
  }

  release(): void {
    for (const { release } of this.#held.values()) release();
    this.#held.clear();
  }
}

const keyOf = ({ group, version, resource }: ApiResource): string => `${group}/${version}/${resource}`;
