/**
 * One watch: the initial objects, then changes as they happen, filtered, until its time is over. The consumer is either a callback (HTTP, which
 * writes shared bytes) or an async iterator (in process, which gets shared graphs).
 */
import type { Json, KubeObject } from '../../core/object/index.ts';
import type { Clock, Timer } from '../../ports/index.ts';
import type { Change, Entry, Store, Table } from '../store/index.ts';

export type WatchItem =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly entry: Entry }
  | { readonly type: 'BOOKMARK'; readonly revision: number; readonly initialEnd: boolean }
  | { readonly type: 'ERROR'; readonly status: Json };

export interface WatchRequest {
  readonly table: Table;
  /** Store key prefix: `ns/`, or everything for the empty prefix. */
  readonly prefix: string;
  readonly matches: ((object: KubeObject) => boolean) | undefined;
  /** Changes after this revision; undefined starts with everything that exists. */
  readonly since: number | undefined;
  readonly bookmarks: boolean;
  /** Ends the initial objects with a marked bookmark. */
  readonly initialEnd: boolean;
  readonly timeoutMs: number;
}

const BOOKMARK_INTERVAL = 60_000;
/** A reader that is this many items behind is cut off; it lists again (Kubernetes does the same with slow watchers). */
const MAX_BEHIND = 100_000;

export class WatchFeed {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #request: WatchRequest;
  readonly #queue: WatchItem[] = [];
  #wake: (() => void) | undefined;
  #whenEnded: (() => void) | undefined;
  #ended = false;
  #timers: Timer[] = [];
  readonly #listener = (change: Change): void => this.#offer(change);

  constructor(store: Store, clock: Clock, request: WatchRequest) {
    this.#store = store;
    this.#clock = clock;
    this.#request = request;
    this.#start();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Items that wait now; an empty list at the end. */
  drain(): readonly WatchItem[] {
    return this.#queue.splice(0, this.#queue.length);
  }

  /** Calls `wake` once when there is something to drain or the watch has ended; at once if so already. */
  whenReady(wake: () => void): void {
    if (this.#queue.length > 0 || this.#ended) wake();
    else this.#wake = wake;
  }

  /** Calls `tell` once the watch has ended; at once if so already. */
  whenEnded(tell: () => void): void {
    if (this.#ended) tell();
    else this.#whenEnded = tell;
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#request.table.listeners.delete(this.#listener);
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#whenEnded?.();
    this.#notify();
  }

  /** Ends the watch with an error event. */
  fail(status: Json): void {
    this.#push({ type: 'ERROR', status });
    this.close();
  }

  #start(): void {
    const { table, prefix, matches, since, initialEnd } = this.#request;
    if (since === undefined) {
      for (const entry of table.range(prefix))
        if (matches === undefined || matches(entry.graph)) this.#queue.push({ type: 'ADDED', entry });
      if (initialEnd) this.#queue.push({ type: 'BOOKMARK', revision: this.#store.revision, initialEnd: true });
    } else for (const change of table.since(since) ?? []) this.#offer(change);
    table.listeners.add(this.#listener);
    this.#schedule();
  }

  #schedule(): void {
    const { bookmarks, timeoutMs } = this.#request;
    this.#timers.push(this.#clock.after(timeoutMs, () => this.close()));
    if (!bookmarks) return;
    if (timeoutMs > 2000) this.#timers.push(this.#clock.after(timeoutMs - 2000, () => this.#bookmark()));
    const again = (): void => {
      this.#bookmark();
      this.#timers[0] = this.#clock.after(BOOKMARK_INTERVAL, again);
    };
    this.#timers.unshift(this.#clock.after(BOOKMARK_INTERVAL, again));
  }

  #bookmark(): void {
    this.#push({ type: 'BOOKMARK', revision: this.#store.revision, initialEnd: false });
  }

  #offer(change: Change): void {
    const item = this.#itemOf(change);
    if (item !== undefined) this.#push(item);
  }

  #itemOf(change: Change): WatchItem | undefined {
    const { prefix, matches } = this.#request;
    if (!change.key.startsWith(prefix)) return undefined;
    if (matches === undefined) return { type: change.type, entry: change.entry };
    const before = change.previous !== undefined && matches(change.previous.graph);
    if (change.type === 'DELETED') return before ? { type: 'DELETED', entry: change.entry } : undefined;
    const now = matches(change.entry.graph);
    if (now) return { type: before ? 'MODIFIED' : 'ADDED', entry: change.entry };
    const departed = before ? change.departed() : undefined;
    return departed === undefined ? undefined : { type: 'DELETED', entry: departed };
  }

  #push(item: WatchItem): void {
    if (this.#ended) return;
    if (this.#queue.length >= MAX_BEHIND) {
      this.close();
      return;
    }
    this.#queue.push(item);
    this.#notify();
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
