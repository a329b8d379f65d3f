/** Objects of one kind in memory, with indexes kept up to date per event, so that no event costs more because there are more objects. */
import type { KubeObject } from '../core/object/index.ts';

export type Change =
  | { readonly type: 'added'; readonly now: KubeObject }
  | { readonly type: 'changed'; readonly old: KubeObject; readonly now: KubeObject }
  /** `old` is the last state that was seen. */
  | { readonly type: 'deleted'; readonly old: KubeObject };

/** The values under which an object can be found. */
export type IndexBy = (object: KubeObject) => readonly string[];

const noObjects: readonly KubeObject[] = Object.freeze([]);

const objectKey = (namespace: string, name: string): string => `${namespace}/${name}`;

const keyOf = (object: KubeObject): string => objectKey(object.metadata.namespace ?? '', object.metadata.name ?? '');

/** Some aggregated APIs give no versions; then nothing is known and everything counts as a change. */
const isSameState = (old: KubeObject, now: KubeObject): boolean =>
  old === now ||
  (old.metadata.resourceVersion !== undefined &&
    old.metadata.resourceVersion === now.metadata.resourceVersion &&
    old.metadata.uid === now.metadata.uid);

interface Index {
  readonly by: IndexBy;
  readonly keys: Map<string, Set<string>>;
}

export class ObjectStore {
  readonly #objects = new Map<string, KubeObject>();
  readonly #indexes = new Map<string, Index>();

  constructor(indexes: Readonly<Record<string, IndexBy>>) {
    for (const [name, by] of Object.entries(indexes)) this.addIndex(name, by);
  }

  get size(): number {
    return this.#objects.size;
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.#objects.get(objectKey(namespace, name));
  }

  values(): IterableIterator<KubeObject> {
    return this.#objects.values();
  }

  /** An index that exists already stays as it is. */
  addIndex(name: string, by: IndexBy): void {
    if (this.#indexes.has(name)) return;
    const index: Index = { by, keys: new Map() };
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) link(index, key, object);
  }

  /** @throws Error when there is no such index: a bug of the caller. */
  byIndex(name: string, value: string): readonly KubeObject[] {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new Error(`there is no index ${name}`);
    const keys = index.keys.get(value);
    return keys === undefined ? noObjects : [...keys].flatMap((key) => this.#objects.get(key) ?? []);
  }

  /** Null when nothing changed: the same resource version of the same object. */
  put(now: KubeObject): Change | null {
    const key = keyOf(now);
    const old = this.#objects.get(key);
    if (old !== undefined && isSameState(old, now)) return null;
    if (old !== undefined) for (const index of this.#indexes.values()) unlink(index, key, old);
    this.#objects.set(key, now);
    for (const index of this.#indexes.values()) link(index, key, now);
    return old === undefined ? { type: 'added', now } : { type: 'changed', old, now };
  }

  remove(gone: KubeObject): Change | null {
    const key = keyOf(gone);
    const old = this.#objects.get(key);
    if (old === undefined) return null;
    for (const index of this.#indexes.values()) unlink(index, key, old);
    this.#objects.delete(key);
    return { type: 'deleted', old: gone };
  }

  /** Makes the store equal to a fresh list; the changes are what an unbroken watch would have told, in a possible order. */
  replace(items: readonly KubeObject[]): readonly Change[] {
    const kept = new Set(items.map(keyOf));
    const changes: Change[] = [];
    for (const [key, object] of this.#objects) {
      const change = kept.has(key) ? null : this.remove(object);
      if (change !== null) changes.push(change);
    }
    for (const item of items) {
      const change = this.put(item);
      if (change !== null) changes.push(change);
    }
    return changes;
  }
}

function link(index: Index, key: string, object: KubeObject): void {
  for (const value of index.by(object)) {
    const keys = index.keys.get(value);
    if (keys === undefined) index.keys.set(value, new Set([key]));
    else keys.add(key);
  }
}

function unlink(index: Index, key: string, object: KubeObject): void {
  for (const value of index.by(object)) {
    const keys = index.keys.get(value);
    keys?.delete(key);
    if (keys?.size === 0) index.keys.delete(value);
  }
}
