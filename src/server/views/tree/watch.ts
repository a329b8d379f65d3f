/**
 * The live objects of one App while somebody looks: informers for what is in its inventory and for what controllers make of it, held for as long as
 * anybody asks and a little longer.
 */
import type { App, InventoryEntry } from '../../../api/index.ts';
import type { KubeObject } from '../../../core/object/index.ts';
import type { ApiResource } from '../../../ports/index.ts';
import type { Informer, Informers } from '../../../runtime/index.ts';
import { inventoryOf } from '../object/index.ts';
import type { Result } from '../../../std/index.ts';
import type { Place } from '../clusters.ts';
import type { ServedKinds } from '../served.ts';

/** Kinds that built-in controllers make from delivered objects, looked through for children. */
const MADE: readonly (readonly [string, string])[] = [
  ['apps', 'ReplicaSet'],
  ['', 'Pod'],
  ['batch', 'Job'],
  ['discovery.k8s.io', 'EndpointSlice'],
  ['apps', 'ControllerRevision'],
  ['', 'PersistentVolumeClaim'],
];

interface Held {
  readonly informer: Informer;
  readonly release: () => void;
}

interface Wanted {
  readonly resource: ApiResource;
  readonly namespace: string;
}

const NOTHING_SERVED: Pick<ServedKinds, 'now'> = { now: () => undefined };

export interface WatchParts {
  /** All Inventory objects, with an index `app` by uid. */
  readonly inventories: Informer;
  readonly changed: () => void;
}

export class TreeWatch {
  readonly #parts: WatchParts;
  readonly #held = new Map<string, Held>();
  #version = 0;
  #ended = false;
  readonly #place: Result<Place, string>;

  /** `place`: the cluster it is in, or why nobody can look there. */
  constructor(place: Result<Place, string>, parts: WatchParts) {
    this.#place = place;
    this.#parts = parts;
  }

  get served(): Pick<ServedKinds, 'now'> {
    return this.#place.ok ? this.#place.value.served : NOTHING_SERVED;
  }

  /** Grows with every change of any object of the kinds it holds. */
  get version(): number {
    return this.#version;
  }

  entries(app: App): readonly InventoryEntry[] {
    return inventoryOf(app, this.#parts.inventories);
  }

  /** Holds what the inventory needs now and resolves when it is read. */
  async follow(app: App): Promise<void> {
    if (!this.#place.ok) return;
    const { served, informers } = this.#place.value;
    const wanted = await this.#wanted(served, this.entries(app));
    if (this.#ended) return;
    for (const [key, one] of wanted) if (!this.#held.has(key)) this.#hold(key, informers, one);
    for (const [key, held] of this.#held) {
      if (wanted.has(key)) continue;
      this.#held.delete(key);
      held.release();
    }
    await Promise.all([...this.#held.values()].map(({ informer }) => informer.ready(AbortSignal.timeout(5_000))));
  }

  get(resource: ApiResource, namespace: string, name: string): KubeObject | undefined {
    return this.#held.get(keyOf(resource, namespace))?.informer.get(namespace, name);
  }

  /** Why objects of this kind may be missing or old; undefined: they are as the cluster has them. */
  problem(resource: ApiResource | undefined, namespace: string): string | undefined {
    if (!this.#place.ok) return this.#place.error;
    if (resource === undefined) return 'the cluster does not serve this kind';
    const informer = this.#held.get(keyOf(resource, namespace))?.informer;
    return informer === undefined || !informer.synced ? (informer?.error?.message ?? 'not read yet') : informer.error?.message;
  }

  ownedBy(uid: string): readonly KubeObject[] {
    const owned: KubeObject[] = [];
    for (const { informer } of this.#held.values()) owned.push(...informer.byIndex('owner', uid));
    return owned;
  }

  end(): void {
    this.#ended = true;
    for (const { release } of this.#held.values()) release();
    this.#held.clear();
  }

  async #wanted(served: ServedKinds, entries: readonly InventoryEntry[]): Promise<ReadonlyMap<string, Wanted>> {
    const wanted = new Map<string, Wanted>();
    const want = async (group: string, kind: string, namespace: string): Promise<void> => {
      const resource = await served.find(group, kind);
      if (resource !== undefined) wanted.set(keyOf(resource, namespace), { resource, namespace });
    };
    const namespaces = new Set<string>();
    for (const { group = '', kind, namespace = '' } of entries) {
      await want(group, kind, namespace);
      if (namespace !== '') namespaces.add(namespace);
    }
    for (const namespace of namespaces) for (const [group, kind] of MADE) await want(group, kind, namespace);
    return wanted;
  }

  #hold(key: string, informers: Informers, { resource, namespace }: Wanted): void {
    const { informer, release } = informers.acquire(resource, namespace === '' ? {} : { namespace });
    const stop = informer.subscribe(() => {
      this.#version += 1;
      this.#parts.changed();
    });
    this.#held.set(key, {
      informer,
      release: () => {
        stop();
        release();
      },
    });
  }
}

const keyOf = ({ group, resource }: ApiResource, namespace: string): string => `${group}/${resource}/${namespace}`;
