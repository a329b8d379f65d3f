/**
 * Runs controllers: a change in the store asks for the reconciliation of the objects it concerns, once each, in turns short enough not to hold up
 * requests. What a controller wants changed goes through the same steps as a client's request.
 */
import type { Controller, Outcome, View } from '../../core/kube/controller/index.ts';
import { Refusal } from '../../core/kube/status/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { Clock, Log, Timer } from '../../ports/index.ts';
import { storeKey } from '../api/request.ts';
import type { Change as StoreChange, Store } from '../store/index.ts';
import { tellFailure } from './failure.ts';
import type { OwnerIndex } from './owners.ts';

/** Whether all was carried out, or something was refused in a way the controller foresaw. */
export type Applied = 'done' | 'refused';

export interface Applier {
  apply(outcome: Outcome, by: string): Applied;
}

/** Reconciliations done before other work gets its turn. */
const PER_TURN = 64;
const RETRY = 1000;
const MAX_RETRY = 60_000;

interface Item {
  readonly controller: Controller;
  readonly key: string;
}

class StoreView implements View {
  readonly #store: Store;
  readonly #owners: OwnerIndex;
  readonly #clock: Clock;
  readonly scenarios: View['scenarios'];

  constructor({ store, owners, clock, scenarios }: LoopParts) {
    this.#store = store;
    this.#owners = owners;
    this.#clock = clock;
    this.scenarios = scenarios;
  }

  get now(): number {
    return this.#clock.now();
  }

  get(table: string, namespace: string, name: string): KubeObject | undefined {
    return this.#store.table(table).entries.get(storeKey(namespace, name))?.graph;
  }

  list(table: string, namespace: string): readonly KubeObject[] {
    return this.#store
      .table(table)
      .range(namespace === '' ? '' : `${namespace}/`)
      .map((entry) => entry.graph);
  }

  owned(table: string, uid: string): readonly KubeObject[] {
    return this.#owners
      .dependents(uid)
      .filter((place) => place.table === table)
      .map((place) => this.#store.table(table).entries.get(place.key)?.graph)
      .filter((object) => object !== undefined)
      .sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  }
}

export interface LoopParts {
  readonly store: Store;
  readonly owners: OwnerIndex;
  readonly clock: Clock;
  readonly log: Log;
  readonly applier: Applier;
  readonly scenarios: View['scenarios'];
}

export class ControllerLoop {
  readonly #parts: LoopParts;
  readonly #controllers: readonly Controller[];
  readonly #view: View;
  readonly #queue = new Map<string, Item>();
  readonly #later = new Map<string, Timer>();
  readonly #failures = new Map<string, number>();
  #turn: Timer | undefined;
  #stopped = false;
  readonly #observer = (table: string, change: StoreChange): void => this.#observe(table, change);

  constructor(parts: LoopParts, controllers: readonly Controller[]) {
    this.#parts = parts;
    this.#controllers = controllers;
    this.#view = new StoreView(parts);
  }

  /** Looks at everything that exists, then at every change. */
  start(): void {
    this.#parts.store.observers.add(this.#observer);
    this.lookAgain();
  }

  /** Looks at everything once more: something changed that is no object. */
  lookAgain(): void {
    for (const controller of this.#controllers) {
      for (const key of this.#parts.store.table(controller.table).entries.keys()) this.#add(controller, key);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#parts.store.observers.delete(this.#observer);
    this.#turn?.cancel();
    for (const timer of this.#later.values()) timer.cancel();
  }

  #observe(table: string, change: StoreChange): void {
    for (const controller of this.#controllers) {
      if (controller.table === table && change.type !== 'DELETED') this.#add(controller, change.key);
      const related = controller.related[table];
      if (related === undefined) continue;
      for (const { namespace, name } of related(change.entry.graph, this.#view)) this.#add(controller, storeKey(namespace, name));
    }
  }

  #add(controller: Controller, key: string): void {
    const id = `${controller.name} ${key}`;
    if (!this.#queue.has(id)) this.#queue.set(id, { controller, key });
    this.#wake();
  }

  #wake(): void {
    if (this.#turn !== undefined || this.#stopped) return;
    this.#turn = this.#parts.clock.after(0, () => {
      this.#turn = undefined;
      this.#run();
    });
  }

  #run(): void {
    let left = PER_TURN;
    for (const [id, item] of this.#queue) {
      if (left-- === 0) break;
      this.#queue.delete(id);
      this.#reconcile(id, item);
    }
    if (this.#queue.size > 0) this.#wake();
  }

  #reconcile(id: string, item: Item): void {
    const object = this.#parts.store.table(item.controller.table).entries.get(item.key)?.graph;
    if (object === undefined) {
      this.#forget(id);
      return;
    }
    try {
      const outcome = item.controller.reconcile(object, this.#view);
      if (this.#parts.applier.apply(outcome, item.controller.name) === 'refused') return this.#retry(id, item);
      this.#failures.delete(id);
      if (outcome.again !== undefined) this.#schedule(id, item, outcome.again);
    } catch (error) {
      // Somebody was faster: it looks again at what is there now.
      if (error instanceof Refusal && error.reason === 'Conflict') return this.#retry(id, item);
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const failure = { controller: item.controller.name, object: item.key, error: why };
      this.#parts.log.error('controller failed and will try again', failure);
      tellFailure(failure);
      this.#retry(id, item);
    }
  }

  #retry(id: string, item: Item): void {
    const failures = (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    this.#schedule(id, item, Math.min(RETRY * 2 ** (failures - 1), MAX_RETRY));
  }

  #schedule(id: string, item: Item, delay: number): void {
    this.#later.get(id)?.cancel();
    const timer = this.#parts.clock.after(Math.max(0, delay), () => {
      this.#later.delete(id);
      this.#add(item.controller, item.key);
    });
    this.#later.set(id, timer);
  }

  #forget(id: string): void {
    this.#later.get(id)?.cancel();
    this.#later.delete(id);
    this.#failures.delete(id);
  }
}
