/**
 * All Apps in memory, one row each, kept up to date per change. Lists are answered from orders that are repaired, not rebuilt: what an update costs does
 * not grow with the number of Apps, and a page costs one walk over rows that are ready made.
 */
import type { App } from '../../api/index.ts';
import { type AppRow, LEVELS } from '../../api/http/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { Clock } from '../../ports/index.ts';
import { appRowOf } from './app-row.ts';
import { Ordered, type Rank } from './ordered.ts';
import { placeOf } from './place.ts';

export interface IndexedApp {
  readonly key: string;
  readonly app: App;
  readonly row: AppRow;
  /** The row as JSON: written once, sent many times. */
  readonly json: string;
  /** Everything a search looks at, in lower case. */
  readonly text: string;
  /** `namespace/name` of its Source. */
  readonly source: string;
}

export type Sort = 'urgency' | 'name' | 'since' | 'health' | 'sync' | 'environment' | '-since' | '-name';

const newest = (since: string | undefined): number => (since === undefined ? 0 : -Date.parse(since));
const HEALTH_ORDER = ['Degraded', 'Missing', 'Unknown', 'Progressing', 'Suspended', 'Healthy'];

const RANKS: Readonly<Record<Exclude<Sort, `-${string}`>, (one: IndexedApp) => Rank>> = {
  urgency: ({ row, key }) => [LEVELS.indexOf(row.level), row.title, key],
  name: ({ row, key }) => [row.name, key],
  since: ({ row, key }) => [newest(row.since), key],
  health: ({ row, key }) => [HEALTH_ORDER.indexOf(row.health.state), row.title, key],
  sync: ({ row, key }) => [row.sync, row.title, key],
  environment: ({ row, key }) => [row.environment, row.title, key],
};

/** Changes that views can catch up with; more than this is cheaper to read anew. */
const REMEMBERED = 5_000;

export class AppIndex {
  readonly #apps = new Map<string, IndexedApp>();
  readonly #orders = new Map<Sort, Ordered<IndexedApp>>();
  readonly #listeners = new Set<(key: string) => void>();
  readonly #clock: Clock;
  readonly #environmentOf: (cluster: string) => string | undefined;
  /** Apps by namespace. */
  readonly #namespaces = new Map<string, number>();
  /** Keys of what changed lately, the newest last; the first is change number `#forgotten`. */
  #log: string[] = [];
  #forgotten = 0;
  /** Grows whenever a row changes. */
  version = 0;

  constructor(clock: Clock, environmentOf: (cluster: string) => string | undefined) {
    this.#clock = clock;
    this.#environmentOf = environmentOf;
  }

  get size(): number {
    return this.#apps.size;
  }

  /** Grows with every change of an App, whether its row shows it or not. */
  get changes(): number {
    return this.#forgotten + this.#log.length;
  }

  /** Which Apps changed since `changes` was this; undefined: too long ago to know. */
  changedSince(change: number): readonly string[] | undefined {
    return change < this.#forgotten ? undefined : this.#log.slice(change - this.#forgotten);
  }

  /** Namespaces that have Apps, in order. */
  namespaces(): readonly string[] {
    return [...this.#namespaces.keys()].sort();
  }

  get(key: string): IndexedApp | undefined {
    return this.#apps.get(key);
  }

  values(): IterableIterator<IndexedApp> {
    return this.#apps.values();
  }

  put(object: KubeObject): void {
    const app = object as App;
    const before = this.#apps.get(keyOf(object));
    const now = indexed(app, appRowOf(app, { place: placeOf(app, this.#environmentOf), now: this.#clock.now() }));
    const same = before !== undefined && before.json === now.json && before.text === now.text;
    // Only a row that differs is news for lists; the App itself is always the newest.
    this.#apps.set(now.key, now);
    for (const order of this.#orders.values()) order.put(now.key, now);
    if (!same) this.version += 1;
    if (before === undefined) this.#count(now.row.namespace, 1);
    this.#tell(now.key);
  }

  remove(object: KubeObject): void {
    const key = keyOf(object);
    if (!this.#apps.delete(key)) return;
    for (const order of this.#orders.values()) order.remove(key);
    this.version += 1;
    this.#count(object.metadata.namespace ?? '', -1);
    this.#tell(key);
  }

  #count(namespace: string, change: 1 | -1): void {
    const count = (this.#namespaces.get(namespace) ?? 0) + change;
    if (count > 0) this.#namespaces.set(namespace, count);
    else this.#namespaces.delete(namespace);
  }

  #tell(key: string): void {
    this.#log.push(key);
    if (this.#log.length > 2 * REMEMBERED) {
      this.#log = this.#log.slice(REMEMBERED);
      this.#forgotten += REMEMBERED;
    }
    for (const listener of this.#listeners) listener(key);
  }

  onChange(listener: (key: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** All Apps in an order; kept in repair from the first time it is asked for. */
  order(sort: Sort): Ordered<IndexedApp> {
    const known = this.#orders.get(sort);
    if (known !== undefined) return known;
    const base = sort.replace('-', '') as keyof typeof RANKS;
    const order = new Ordered(RANKS[base], sort.startsWith('-') ? -1 : 1);
    for (const [key, one] of this.#apps) order.put(key, one);
    this.#orders.set(sort, order);
    return order;
  }
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

function indexed(app: App, row: AppRow): IndexedApp {
  const source = `${row.namespace}/${app.spec.source.name}`;
  const words = [
    row.key,
    row.title,
    row.environment,
    row.cluster,
    row.project,
    row.folder,
    row.revision,
    row.version,
    source,
    row.why?.reason ?? '',
    row.why?.message ?? '',
    ...(app.status?.images ?? []),
  ];
  return { key: row.key, app, row, json: JSON.stringify(row), text: words.join('\n').toLowerCase(), source };
}
