/** CustomResourceDefinitions: naming, establishing, serving their types, and cleaning up after them. */
import type { Json, KubeObject } from '../../core/object/index.ts';
import { CRD_CLEANUP } from '../../core/kube/deletion/index.ts';
import { CRD_TABLE, type CustomType, customTypes, establishedStatus } from '../../core/kube/crd/index.ts';
import { sameJson } from '../../core/kube/json/index.ts';
import { formatTime } from '../../core/kube/time/index.ts';
import type { Schema } from '../../core/schema/index.ts';
import type { Clock, Timer } from '../../ports/index.ts';
import type { Deleter } from '../api/delete.ts';
import type { KindLogic } from '../api/kind-logic.ts';
import type { Registry } from '../api/registry.ts';
import type { Change, Entry, Store } from '../store/index.ts';

export interface DefinitionParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly logic: KindLogic;
  readonly deleter: Deleter;
  readonly schema: Schema;
  readonly clock: Clock;
}

export class DefinitionKeeper {
  readonly #parts: DefinitionParts;
  /** Served types by definition name; a definition that did not change keeps its types. */
  readonly #types = new Map<string, { readonly crd: Json; readonly status: Json; readonly types: readonly CustomType[] }>();
  readonly #queue = new Set<string>();
  #turn: Timer | undefined;
  readonly #observer = (table: string, change: Change): void => this.#observe(table, change);

  constructor(parts: DefinitionParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#parts.store.observers.add(this.#observer);
    for (const [name, entry] of this.#parts.store.table(CRD_TABLE).entries) {
      this.#serve(name, entry.graph);
      this.#add(name);
    }
    this.#publish();
  }

  stop(): void {
    this.#parts.store.observers.delete(this.#observer);
    this.#turn?.cancel();
  }

  #observe(table: string, change: Change): void {
    if (table === CRD_TABLE) {
      if (change.type === 'DELETED') this.#types.delete(change.key);
      else this.#serve(change.key, change.entry.graph);
      this.#publish();
      this.#add(change.key);
      return;
    }
    if (change.type === 'DELETED' && this.#types.has(table)) this.#add(table);
  }

  #serve(name: string, crd: KubeObject): void {
    const known = this.#types.get(name);
    if (known !== undefined && known.crd === crd.spec && sameJson(known.status, crd.status)) return;
    this.#types.set(name, { crd: crd.spec ?? null, status: crd.status ?? null, types: customTypes(crd, this.#parts.schema) });
  }

  #publish(): void {
    const types = [...this.#types].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, { types: served }]) => served);
    this.#parts.logic.setCustom(types);
    this.#parts.registry.setCustom(types.map((type) => type.resource));
  }

  #add(name: string): void {
    this.#queue.add(name);
    this.#turn ??= this.#parts.clock.after(0, () => {
      this.#turn = undefined;
      const names = [...this.#queue];
      this.#queue.clear();
      for (const queued of names) this.#reconcile(queued);
    });
  }

  #reconcile(name: string): void {
    const entry = this.#parts.store.table(CRD_TABLE).entries.get(name);
    if (entry === undefined) return;
    if (entry.graph.metadata.deletionTimestamp !== undefined) {
      this.#cleanUp(name, entry);
      return;
    }
    const others = [...this.#parts.store.table(CRD_TABLE).entries].filter(([key]) => key !== name).map(([, other]) => other.graph);
    const status = establishedStatus(entry.graph, others, formatTime(this.#parts.clock.now()));
    if (!sameJson(status, entry.graph.status)) this.#parts.store.put(CRD_TABLE, name, { ...entry.graph, status });
  }

  /** Deletes the objects of the type, then lets the definition go. */
  #cleanUp(name: string, entry: Entry): void {
    const { store, deleter } = this.#parts;
    const resource = this.#types.get(name)?.types[0]?.resource;
    const options = {
      propagation: 'Background' as const,
      gracePeriodSeconds: undefined,
      uid: undefined,
      resourceVersion: undefined,
      dryRun: false,
    };
    let left = 0;
    for (const object of store.table(name).range('')) {
      const going = object.graph.metadata.deletionTimestamp !== undefined;
      if (going || resource === undefined || !deleter.delete(resource, object, options).gone) left++;
    }
    if (left > 0) return;
    const finalizers = (entry.graph.metadata.finalizers ?? []).filter((finalizer) => finalizer !== CRD_CLEANUP);
    if (finalizers.length === 0) store.remove(CRD_TABLE, name);
    else if (finalizers.length !== entry.graph.metadata.finalizers?.length) {
      store.put(CRD_TABLE, name, { ...entry.graph, metadata: { ...entry.graph.metadata, finalizers } });
    }
  }
}
