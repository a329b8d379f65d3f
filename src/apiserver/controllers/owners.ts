/** Who owns whom, by uid: kept up to date with every change, so that nothing has to be searched. */
import type { Change, Store } from '../store/index.ts';

export interface Place {
  readonly table: string;
  readonly key: string;
}

export class OwnerIndex {
  /** Where the object with a uid is. */
  readonly #places = new Map<string, Place>();
  /** Dependents of a uid, as `table key`. */
  readonly #dependents = new Map<string, Map<string, Place>>();

  constructor(store: Store) {
    for (const table of store.tables()) for (const entry of table.entries.values()) this.#add(table.name, entry.key, entry.graph);
    store.observers.add((table, change) => this.#changed(table, change));
  }

  place(uid: string): Place | undefined {
    return this.#places.get(uid);
  }

  dependents(uid: string): readonly Place[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }

  #changed(table: string, change: Change): void {
    if (change.type === 'MODIFIED' && change.previous !== undefined) {
      const before = change.previous.graph.metadata.ownerReferences;
      if (before === undefined && change.entry.graph.metadata.ownerReferences === undefined) return;
    }
    if (change.previous !== undefined) this.#remove(table, change.key, change.previous.graph);
    if (change.type !== 'DELETED') this.#add(table, change.key, change.entry.graph);
  }

  #add(table: string, key: string, object: Change['entry']['graph']): void {
    const place = { table, key };
    if (object.metadata.uid !== undefined) this.#places.set(object.metadata.uid, place);
    for (const owner of object.metadata.ownerReferences ?? []) {
      const known = this.#dependents.get(owner.uid) ?? new Map<string, Place>();
      this.#dependents.set(owner.uid, known);
      known.set(`${table} ${key}`, place);
    }
  }

  #remove(table: string, key: string, object: Change['entry']['graph']): void {
    if (object.metadata.uid !== undefined) this.#places.delete(object.metadata.uid);
    for (const owner of object.metadata.ownerReferences ?? []) {
      const known = this.#dependents.get(owner.uid);
      known?.delete(`${table} ${key}`);
      if (known?.size === 0) this.#dependents.delete(owner.uid);
    }
  }
}
