/**
 * The store of the embedded cluster: tables under one revision counter, a journal that makes each write durable before it is seen, and
 * notification of watches. Everything is synchronous: a request that reads, decides and writes is never interleaved with another.
 */
import { type JsonObject, type KubeObject, withKey } from '../../core/object/index.ts';
import { Entry, GraphCache } from './entry.ts';
import { type Change, Table } from './table.ts';

/** Where writes are made durable before they take effect. */
export interface Journal {
  /** Throws when the record could not be written; then nothing has happened. */
  put(table: string, entry: Entry, previous: Entry | undefined): void;
  remove(table: string, previous: Entry, revision: number): void;
  /** Resolves when everything written so far would survive a power failure (at once unless asked for). */
  synced(): Promise<void>;
  close(): Promise<void>;
}

export const memoryJournal: Journal = {
  put: () => undefined,
  remove: () => undefined,
  synced: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

export interface StoreOptions {
  readonly journal: Journal;
  /** Changes kept per table for watches and snapshots. */
  readonly history?: number;
  /** Bytes of JSON text whose graphs may stay in memory. */
  readonly cacheBytes?: number;
}

export interface Loaded {
  readonly revision: number;
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, { readonly revision: number; readonly bytes: Buffer }>>;
}

export class Store {
  #revision = 1;
  #tables = new Map<string, Table>();
  #journal: Journal;
  #history: number;
  #cache: GraphCache;
  #compacted = 0;
  /** Called after every change, in order, after the watches. */
  readonly observers = new Set<(table: string, change: Change) => void>();

  constructor(options: StoreOptions, loaded?: Loaded) {
    this.#journal = options.journal;
    this.#history = options.history ?? 5000;
    this.#cache = new GraphCache(options.cacheBytes ?? 24 * 1024 * 1024);
    if (loaded !== undefined) this.#load(loaded);
  }

  /** The revision of the newest change; lists carry it as their resourceVersion. */
  get revision(): number {
    return this.#revision;
  }

  table(name: string): Table {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const table = new Table(name);
    table.compacted = this.#compacted;
    this.#tables.set(name, table);
    return table;
  }

  tables(): Iterable<Table> {
    return this.#tables.values();
  }

  /** Stores the object under the next revision, which it also gets as its resourceVersion. */
  put(tableName: string, key: string, object: KubeObject): Entry {
    const table = this.table(tableName);
    const revision = this.#revision + 1;
    const entry = this.#entry(key, revision, object);
    const previous = table.entries.get(key);
    this.#journal.put(tableName, entry, previous);
    table.put(entry);
    this.#commit(table, {
      type: previous === undefined ? 'ADDED' : 'MODIFIED',
      revision,
      key,
      entry,
      previous,
      departed: this.#departed(previous, revision),
    });
    return entry;
  }

  /** Removes the object; the returned entry is its last state under the revision of the removal. */
  remove(tableName: string, key: string): Entry | undefined {
    const table = this.table(tableName);
    const previous = table.entries.get(key);
    if (previous === undefined) return undefined;
    const revision = this.#revision + 1;
    this.#journal.remove(tableName, previous, revision);
    const entry = this.#entry(key, revision, previous.graph);
    table.remove(key);
    this.#commit(table, { type: 'DELETED', revision, key, entry, previous, departed: () => entry });
    return entry;
  }

  /** Forgets history up to `revision` everywhere, as etcd compaction does. */
  compact(revision: number): void {
    this.#compacted = Math.max(this.#compacted, revision);
    for (const table of this.#tables.values()) table.compact(revision);
  }

  synced(): Promise<void> {
    return this.#journal.synced();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  #entry(key: string, revision: number, object: KubeObject): Entry {
    const metadata = withKey(object.metadata as JsonObject, 'resourceVersion', String(revision));
    const graph = withKey(object, 'metadata', metadata);
    return new Entry(key, revision, { cache: this.#cache, graph });
  }

  #departed(previous: Entry | undefined, revision: number): () => Entry | undefined {
    let made: Entry | undefined;
    return () => {
      if (previous === undefined || made !== undefined) return made;
      made = this.#entry(previous.key, revision, previous.graph);
      this.#cache.add(made);
      return made;
    };
  }

  #commit(table: Table, change: Change): void {
    this.#revision = change.revision;
    // Not before it is journalled: its size is known then.
    this.#cache.add(change.entry);
    table.record(change, this.#history);
    for (const listener of table.listeners) listener(change);
    for (const observer of this.observers) observer(table.name, change);
  }

  #load(loaded: Loaded): void {
    this.#revision = loaded.revision;
    this.#compacted = loaded.revision;
    for (const [name, rows] of loaded.tables) {
      this.table(name).load([...rows].map(([key, row]) => new Entry(key, row.revision, { cache: this.#cache, bytes: row.bytes })));
    }
  }
}
