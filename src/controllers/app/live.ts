/**
 * Living objects as an App sees them: informers for what carries our labels, single reads for everything else, and what we wrote ourselves until the
 * informers have caught up, so that a stale cache never looks like drift.
 */
import { type KubeObject, type ObjectRef, refKey } from '../../core/object/index.ts';
import type { ApiResource, KubeClient, KubeError } from '../../ports/index.ts';
import { type Result, err, ok } from '../../std/index.ts';

/** What the informers know; see `objects.ts` for the one over the runtime's. */
export interface LiveCache {
  /** Starts watching a kind if nobody does yet, and resolves once the first listing is in. */
  watch(resource: ApiResource): Promise<void>;
  get(resource: ApiResource, namespace: string, name: string): KubeObject | undefined;
}

export class LiveObjects {
  readonly #cache: LiveCache;
  /** Our own writes by object key; `null` stands for a confirmed deletion of that uid. */
  readonly #written = new Map<string, { readonly object: KubeObject; readonly gone: boolean }>();
  /** What the informers told of objects while a write of ours was on its way, by object key. */
  readonly #writing = new Map<string, { readonly object: KubeObject; readonly tell: () => void }[]>();

  constructor(cache: LiveCache) {
    this.#cache = cache;
  }

  async read(client: KubeClient, resource: ApiResource, ref: ObjectRef): Promise<Result<KubeObject | null, KubeError>> {
    const known = await this.#known(resource, ref);
    if (known !== undefined && known !== 'uncertain') return ok(known);
    const found = await client.get(resource, ref.namespace, ref.name);
    if (found.ok) return ok(found.value);
    return found.error.code === 404 ? ok(null) : err(found.error);
  }

  /** Like `read`, but does not ask the server about what nobody knows of: `undefined`. An object without our labels may be there all the same. */
  async readKnown(client: KubeClient, resource: ApiResource, ref: ObjectRef): Promise<Result<KubeObject | null | undefined, KubeError>> {
    return (await this.#known(resource, ref)) === undefined ? ok(undefined) : this.read(client, resource, ref);
  }

  /** `uncertain`: it is gone as far as we know, but the informers may yet bring another. */
  async #known(resource: ApiResource, ref: ObjectRef): Promise<KubeObject | 'uncertain' | undefined> {
    await this.#cache.watch(resource);
    const cached = this.#cache.get(resource, ref.namespace, ref.name);
    const key = refKey(ref);
    const written = this.#written.get(key);
    if (written === undefined) return cached;
    if (cached === undefined) return 'uncertain';
    if (isNewer(cached, written.object)) {
      this.#written.delete(key);
      return cached;
    }
    return written.gone ? 'uncertain' : written.object;
  }

  /** What is known without asking the server. */
  peek(resource: ApiResource | undefined, ref: ObjectRef): KubeObject | null {
    const written = this.#written.get(refKey(ref));
    const cached = resource === undefined ? undefined : this.#cache.get(resource, ref.namespace, ref.name);
    if (written === undefined) return cached ?? null;
    if (cached !== undefined && isNewer(cached, written.object)) return cached;
    return written.gone ? null : written.object;
  }

  /** Tells of a state of an object, unless our own write left it. While a write of ours is on its way that shows once it has arrived. */
  ifNews(ref: ObjectRef, object: KubeObject, tell: () => void): void {
    const key = refKey(ref);
    const written = this.#written.get(key);
    if (written !== undefined && !written.gone && sameVersion(written.object, object)) return;
    const early = this.#writing.get(key);
    if (early === undefined) tell();
    else early.push({ object, tell });
  }

  /** Carries a write of ours out, and takes note of what the server made of it. */
  async write(ref: ObjectRef, work: () => Promise<Result<KubeObject, KubeError>>): Promise<Result<KubeObject, KubeError>> {
    const key = refKey(ref);
    const early = this.#writing.get(key) ?? [];
    this.#writing.set(key, early);
    try {
      const result = await work();
      if (result.ok) {
        this.wrote(ref, result.value);
        const ours = early.findIndex(({ object }) => sameVersion(object, result.value));
        if (ours !== -1) early.splice(ours, 1);
      }
      return result;
    } finally {
      this.#writing.delete(key);
      for (const { tell } of early) tell();
    }
  }

  /** An object as the server returned it from our write. */
  wrote(ref: ObjectRef, object: KubeObject): void {
    this.#written.set(refKey(ref), { object, gone: false });
  }

  /** A deletion the server confirmed. */
  deleted(ref: ObjectRef, object: KubeObject): void {
    this.#written.set(refKey(ref), { object, gone: true });
  }

  /** The informers told that this object is gone. */
  dropped(ref: ObjectRef, old: KubeObject): void {
    const written = this.#written.get(refKey(ref));
    if (written !== undefined && written.object.metadata.uid === old.metadata.uid) this.#written.delete(refKey(ref));
  }

  /** The informers told of this object: older knowledge of ours is of no use any more. */
  seen(ref: ObjectRef, object: KubeObject): void {
    const written = this.#written.get(refKey(ref));
    if (
      written !== undefined &&
      (isNewer(object, written.object) || object.metadata.resourceVersion === written.object.metadata.resourceVersion)
    ) {
      this.#written.delete(refKey(ref));
    }
  }
}

const sameVersion = (a: KubeObject, b: KubeObject): boolean => a.metadata.resourceVersion === b.metadata.resourceVersion;

/** Resource versions of one kind are numbers that grow (guaranteed since Kubernetes 1.35, true since ever); anything else counts as newer. */
export function isNewer(a: KubeObject, b: KubeObject): boolean {
  const [left, right] = [a.metadata.resourceVersion ?? '', b.metadata.resourceVersion ?? ''];
  if (!/^\d+$/.test(left) || !/^\d+$/.test(right)) return left !== right;
  return left.length === right.length ? left > right : left.length > right.length;
}
