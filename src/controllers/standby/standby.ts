/**
 * What a replica does while another one leads: it reads what the leader reads, so that it can go on where that one stops. Kinds are watched, repositories
 * fetched, other clusters connected to; nothing is written anywhere but into its own mirrors. Trouble is no news here: whoever leads tells it.
 */
import { parseSource } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { Clock, Log } from '../../ports/index.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { SourceReconciler } from '../source/reconcile.ts';
import { type Watched, appOf, kindsOf } from '../watched.ts';

export interface StandbyParts {
  readonly watched: Watched;
  readonly sources: SourceReconciler;
  /** Who delivers an App, as far as that cluster answers. */
  readonly deliveryOf: (app: string) => Delivery;
}

/** Milliseconds between looks at what is new. */
const lookEvery = 10_000;
/** Milliseconds between fetches of a repository, whatever its own interval: the first fetch of the new leader has little left to bring. */
const fetchEvery = 60_000;

export class Standby {
  readonly #parts: StandbyParts;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #over = new AbortController();
  readonly #fetched = new Map<string, number>();

  constructor(parts: StandbyParts, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#parts = parts;
    this.#clock = clock;
    this.#log = log;
  }

  /** Resolves once everything there is has been read for the first time, or its time is over; it is kept up to date until `end`. */
  begin(): Promise<void> {
    const first = this.#look();
    void first.then(() => this.#keep());
    return first;
  }

  /** A fetch under way is given up. What else is being read is of use to whoever leads now. */
  end(): void {
    this.#over.abort();
  }

  async #keep(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.#clock.sleep(lookEvery, this.#over.signal);
      if (!this.#over.signal.aborted) await this.#look();
    }
  }

  async #look(): Promise<void> {
    try {
      await Promise.all([this.#recognise().then(() => this.#watchKinds()), this.#fetch()]);
    } catch (error) {
      this.#log.warn('standing by, but not everything could be read', { error: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Judged once, an App is known as long as it does not change. */
  async #recognise(): Promise<void> {
    for (const app of this.#parts.watched.apps.values()) {
      if (this.#over.signal.aborted) return;
      this.#parts.deliveryOf(keyOf(app)).recognise(app);
      await this.#clock.turn();
    }
  }

  async #watchKinds(): Promise<void> {
    const kinds = new Map<Delivery, Map<string, { readonly group: string; readonly kind: string }>>();
    for (const inventory of this.#parts.watched.inventories.values()) {
      const delivery = this.#parts.deliveryOf(`${inventory.metadata.namespace ?? ''}/${appOf(inventory)?.name ?? ''}`);
      const known = kinds.get(delivery) ?? new Map();
      kinds.set(delivery, known);
      for (const each of kindsOf(inventory)) known.set(`${each.group}/${each.kind}`, each);
      await this.#clock.turn();
    }
    if (this.#over.signal.aborted) return;
    await Promise.all([...kinds].map(([delivery, each]) => delivery.watchKinds([...each.values()])));
  }

  async #fetch(): Promise<void> {
    for (const object of this.#parts.watched.sources.values()) {
      const key = keyOf(object);
      const due = (this.#fetched.get(key) ?? Number.NEGATIVE_INFINITY) + fetchEvery;
      const { value } = parseSource(object);
      if (this.#over.signal.aborted) return;
      if (value === null || this.#clock.monotonic() < due) continue;
      this.#fetched.set(key, this.#clock.monotonic());
      await this.#parts.sources.fetchOnly(value, this.#over.signal);
    }
  }
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
