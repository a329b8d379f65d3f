/** The garbage collector's hands: looks at objects whose owners changed, and at owners that wait for their dependents. */
import { FOREGROUND, judge, ORPHAN, ownerStep, type OwnerState } from '../../core/kube/gc/index.ts';
import type { KubeObject, OwnerReference } from '../../core/object/index.ts';
import { parseApiVersion } from '../../core/object/index.ts';
import type { Clock, Timer } from '../../ports/index.ts';
import type { Deleter } from '../api/delete.ts';
import type { Registry } from '../api/registry.ts';
import type { Change, Entry, Store } from '../store/index.ts';
import type { OwnerIndex, Place } from './owners.ts';

export interface GarbageParts {
  readonly store: Store;
  readonly owners: OwnerIndex;
  readonly registry: Registry;
  readonly deleter: Deleter;
  readonly clock: Clock;
}

const PER_TURN = 256;

export class GarbageCollector {
  readonly #parts: GarbageParts;
  readonly #queue = new Map<string, Place>();
  #turn: Timer | undefined;
  readonly #observer = (table: string, change: Change): void => this.#observe(table, change);

  constructor(parts: GarbageParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#parts.store.observers.add(this.#observer);
    for (const table of this.#parts.store.tables()) for (const entry of table.entries.values()) this.#consider(table.name, entry);
  }

  stop(): void {
    this.#parts.store.observers.delete(this.#observer);
    this.#turn?.cancel();
  }

  #observe(table: string, change: Change): void {
    const { metadata } = change.entry.graph;
    if (change.type === 'DELETED') {
      for (const place of this.#parts.owners.dependents(metadata.uid ?? '')) this.#add(place);
      for (const owner of metadata.ownerReferences ?? []) this.#addOwner(owner);
      return;
    }
    this.#consider(table, change.entry);
    if (metadata.deletionTimestamp !== undefined) for (const place of this.#parts.owners.dependents(metadata.uid ?? '')) this.#add(place);
  }

  #consider(table: string, entry: Entry): void {
    const { ownerReferences, deletionTimestamp } = entry.graph.metadata;
    if (ownerReferences !== undefined || deletionTimestamp !== undefined) this.#add({ table, key: entry.key });
  }

  #addOwner(owner: OwnerReference): void {
    const place = this.#parts.owners.place(owner.uid);
    if (place !== undefined) this.#add(place);
  }

  #add(place: Place): void {
    this.#queue.set(`${place.table} ${place.key}`, place);
    this.#turn ??= this.#parts.clock.after(0, () => {
      this.#turn = undefined;
      this.#run();
    });
  }

  #run(): void {
    let left = PER_TURN;
    for (const [id, place] of this.#queue) {
      if (left-- === 0) break;
      this.#queue.delete(id);
      const entry = this.#parts.store.table(place.table).entries.get(place.key);
      if (entry !== undefined) this.#process(place, entry);
    }
    const next = this.#queue.values().next();
    if (next.done !== true) this.#add(next.value);
  }

  #process(place: Place, entry: Entry): void {
    if (entry.graph.metadata.deletionTimestamp !== undefined) this.#finishOwner(place, entry);
    const current = this.#parts.store.table(place.table).entries.get(place.key);
    if (current === undefined) return;
    const verdict = judge(current.graph, (owner) => this.#stateOf(owner, current.graph));
    const resource = this.#parts.registry.ofTable(place.table);
    if (verdict.kind === 'keep' || resource === undefined) return;
    if (verdict.kind === 'release') {
      this.#rewrite(place, current, { ownerReferences: verdict.owners });
      return;
    }
    const { uid } = current.graph.metadata;
    this.#parts.deleter.delete(resource, current, {
      propagation: verdict.propagation,
      gracePeriodSeconds: undefined,
      uid,
      resourceVersion: undefined,
      dryRun: false,
    });
  }

  #finishOwner(place: Place, entry: Entry): void {
    const { uid = '', finalizers = [] } = entry.graph.metadata;
    const places = this.#parts.owners.dependents(uid);
    const dependents = places.flatMap((at) => this.#parts.store.table(at.table).entries.get(at.key)?.graph ?? []);
    const step = ownerStep(entry.graph, dependents);
    if (step === 'finish-orphan') {
      for (const at of places) this.#orphan(at, uid);
      this.#rewrite(place, entry, { finalizers: finalizers.filter((finalizer) => finalizer !== ORPHAN) });
    }
    if (step === 'finish-foreground')
      this.#rewrite(place, entry, { finalizers: finalizers.filter((finalizer) => finalizer !== FOREGROUND) });
  }

  #orphan(place: Place, uid: string): void {
    const entry = this.#parts.store.table(place.table).entries.get(place.key);
    if (entry === undefined) return;
    this.#rewrite(place, entry, { ownerReferences: (entry.graph.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid) });
  }

  /** Changes metadata directly; an object that nothing holds any more goes. */
  #rewrite(place: Place, entry: Entry, change: Partial<KubeObject['metadata']>): void {
    const { finalizers, ownerReferences, ...rest } = { ...entry.graph.metadata, ...change };
    const metadata = {
      ...rest,
      ...(ownerReferences === undefined || ownerReferences.length === 0 ? {} : { ownerReferences }),
      ...(finalizers === undefined || finalizers.length === 0 ? {} : { finalizers }),
    };
    const free =
      metadata.deletionTimestamp !== undefined && (finalizers ?? []).length === 0 && (metadata.deletionGracePeriodSeconds ?? 0) === 0;
    if (free) this.#parts.store.remove(place.table, place.key);
    else this.#parts.store.put(place.table, place.key, { ...entry.graph, metadata });
  }

  #stateOf(owner: OwnerReference, dependent: KubeObject): OwnerState {
    const { group } = parseApiVersion(owner.apiVersion);
    const resource = this.#parts.registry.ofGroupKind(group, owner.kind);
    // Nobody knows this kind: it cannot be said to be absent.
    if (resource === undefined) return 'present';
    const place = this.#parts.owners.place(owner.uid);
    const found = place === undefined ? undefined : this.#parts.store.table(place.table).entries.get(place.key)?.graph;
    if (found === undefined || found.metadata.name !== owner.name || found.kind !== owner.kind) return 'absent';
    if (resource.namespaced && found.metadata.namespace !== dependent.metadata.namespace) return 'absent';
    return found.metadata.deletionTimestamp !== undefined && found.metadata.finalizers?.includes(FOREGROUND) === true
      ? 'foreground'
      : 'present';
  }
}
