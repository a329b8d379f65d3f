/** All objects of one resource type, sorted by key as etcd sorts them, with the recent changes that watches and snapshots need. */
import type { Entry } from './entry.ts';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly key: string;
  /** The new state; for DELETED the last state carrying the revision of the deletion. */
  readonly entry: Entry;
  readonly previous: Entry | undefined;
  /** The old content under the new revision: what a watch whose selector no longer matches is told. Made when first asked for. */
  readonly departed: () => Entry | undefined;
}

/** First index whose key is not less than `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** So few new keys are put in their places one by one; more are merged. */
const FEW = 16;

/** Two sorted lists as one. */
function merged(a: readonly string[], b: readonly string[]): string[] {
  const result: string[] = [];
  let next = 0;
  for (const key of a) {
    for (let other = b[next]; other !== undefined && other < key; other = b[++next]) result.push(other);
    result.push(key);
  }
  for (; next < b.length; next++) result.push(b[next] as string);
  return result;
}

export class Table {
  readonly name: string;
  readonly entries = new Map<string, Entry>();
  /** Changes in order; those up to `compacted` are gone. */
  changes: Change[] = [];
  compacted = 0;
  readonly listeners = new Set<(change: Change) => void>();
  #keys: string[] = [];
  /** Keys that have not been put in their places, because nobody asked for an order since. */
  #fresh: string[] = [];

  constructor(name: string) {
    this.name = name;
  }

  get size(): number {
    return this.entries.size;
  }

  put(entry: Entry): void {
    if (!this.entries.has(entry.key)) this.#fresh.push(entry.key);
    this.entries.set(entry.key, entry);
  }

  /** All keys in order. */
  #sorted(): string[] {
    if (this.#fresh.length > FEW) this.#keys = merged(this.#keys, this.#fresh.sort());
    else for (const key of this.#fresh) this.#keys.splice(lowerBound(this.#keys, key), 0, key);
    if (this.#fresh.length > 0) this.#fresh = [];
    return this.#keys;
  }

  /** Adds entries that come in any order, as on loading. */
  load(entries: readonly Entry[]): void {
    for (const entry of entries) this.entries.set(entry.key, entry);
    this.#keys = [...this.entries.keys()].sort();
    this.#fresh = [];
  }

  remove(key: string): void {
    if (!this.entries.delete(key)) return;
    const keys = this.#sorted();
    keys.splice(lowerBound(keys, key), 1);
  }

  /** Entries whose key starts with `prefix` (`ns/`, or everything for the empty prefix) and is not less than `from`, at most `limit`. */
  range(prefix: string, options: { readonly from?: string; readonly limit?: number } = {}): Entry[] {
    const result: Entry[] = [];
    const limit = options.limit ?? Infinity;
    const start = options.from !== undefined && options.from > prefix ? options.from : prefix;
    const keys = this.#sorted();
    for (let i = lowerBound(keys, start); i < keys.length && result.length < limit; i++) {
      const key = keys[i] as string;
      if (!key.startsWith(prefix)) break;
      const entry = this.entries.get(key);
      if (entry !== undefined) result.push(entry);
    }
    return result;
  }

  /** How many keys start with `prefix` from `from` on. */
  count(prefix: string, from: string): number {
    const keys = this.#sorted();
    return lowerBound(keys, `${prefix.slice(0, -1)}${prefix === '' ? '\uffff' : '0'}`) - lowerBound(keys, from > prefix ? from : prefix);
  }

  /** The table as it was at `revision`, or undefined when that is compacted. Recent changes are undone, newest first. */
  at(revision: number, prefix: string): Entry[] | undefined {
    if (revision < this.compacted) return undefined;
    const state = new Map(this.range(prefix).map((entry) => [entry.key, entry]));
    for (let i = this.changes.length - 1; i >= 0; i--) {
      const change = this.changes[i] as Change;
      if (change.revision <= revision) break;
      if (!change.key.startsWith(prefix)) continue;
      if (change.previous === undefined) state.delete(change.key);
      else state.set(change.key, change.previous);
    }
    return [...state.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Changes after `revision`, or undefined when some of them are compacted. */
  since(revision: number): readonly Change[] | undefined {
    if (revision < this.compacted) return undefined;
    let low = 0;
    let high = this.changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.changes[middle] as Change).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.changes.slice(low);
  }

  record(change: Change, keep: number): void {
    this.changes.push(change);
    if (this.changes.length > keep * 1.25) this.compact((this.changes[this.changes.length - keep - 1] as Change).revision);
  }

  /** Forgets the changes up to and including `revision`. */
  compact(revision: number): void {
    const first = this.changes.findIndex((change) => change.revision > revision);
    this.changes = first < 0 ? [] : this.changes.slice(first);
    this.compacted = Math.max(this.compacted, revision);
  }
}
