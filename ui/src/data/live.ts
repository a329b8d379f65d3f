/**
 * The one event stream of the page. Views subscribe to topics (addresses of the HTTP API); the server sends a snapshot, then only what changed.
 * Messages are gathered and handed to React once a frame, so 200 updates a second cost 60 renders at most. After a lost connection the browser
 * resumes from the last event id; what is on screen stays, marked as the last known state.
 */
import type { ErrorView, StreamMessage } from '../../../src/api/http/index.ts';
import { call } from './http.ts';
import { PREFIX } from './routes.ts';

export type Connection = 'connecting' | 'live' | 'lost';

export interface LiveView<Item = unknown> {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly items: readonly Item[];
  /** The view without its items. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly error: ErrorView['error'] | undefined;
}

interface Topic {
  readonly name: string;
  readonly byKey: Map<string, unknown>;
  readonly listeners: Set<() => void>;
  order: string[];
  view: LiveView;
  dirty: boolean;
  idle: ReturnType<typeof setTimeout> | undefined;
}

/** How long a topic nobody looks at is kept up to date: coming back to the page before is instant. */
const KEEP = 20_000;
const MOST_TOPICS = 20;
const LOADING: LiveView = { state: 'loading', items: [], meta: {}, error: undefined };

/** What tells the items of a topic apart: `key`, the `id` of a timeline entry, the `app` of a plan. */
export function keyOf(item: unknown): string {
  const { key, id, app } = item as { readonly key?: string; readonly id?: string; readonly app?: string };
  return key ?? id ?? app ?? '';
}

export class LiveClient {
  readonly #topics = new Map<string, Topic>();
  readonly #watchers = new Set<() => void>();
  #source: EventSource | undefined;
  #stream = '';
  #sent = '';
  #connection: Connection = 'connecting';
  #frame = false;
  #choosing: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  get connection(): Connection {
    return this.#connection;
  }

  /** Of the connection alone. */
  watch(listener: () => void): () => void {
    this.#watchers.add(listener);
    this.#chooseSoon();
    return () => this.#watchers.delete(listener);
  }

  view(name: string): LiveView {
    return this.#topics.get(name)?.view ?? LOADING;
  }

  subscribe(name: string, listener: () => void): () => void {
    const topic = this.#topics.get(name) ?? this.#add(name);
    clearTimeout(topic.idle);
    topic.idle = undefined;
    topic.listeners.add(listener);
    return () => {
      topic.listeners.delete(listener);
      if (topic.listeners.size > 0) return;
      topic.idle = setTimeout(() => this.#drop(topic), KEEP);
    };
  }

  close(): void {
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#retry);
    for (const topic of this.#topics.values()) clearTimeout(topic.idle);
    this.#topics.clear();
  }

  #add(name: string): Topic {
    const topic: Topic = { name, byKey: new Map(), listeners: new Set(), order: [], view: LOADING, dirty: false, idle: undefined };
    this.#topics.set(name, topic);
    this.#shed();
    this.#chooseSoon();
    return topic;
  }

  #drop(topic: Topic): void {
    if (this.#topics.get(topic.name) !== topic || topic.listeners.size > 0) return;
    this.#topics.delete(topic.name);
    this.#chooseSoon();
  }

  /** The server follows a bounded number of topics; the oldest nobody looks at go first. */
  #shed(): void {
    for (const topic of this.#topics.values()) {
      if (this.#topics.size <= MOST_TOPICS) return;
      if (topic.listeners.size > 0 || topic.idle === undefined) continue;
      clearTimeout(topic.idle);
      this.#topics.delete(topic.name);
    }
  }

  #names(): string[] {
    return [...this.#topics.keys()].slice(-MOST_TOPICS);
  }

  #chooseSoon(): void {
    if (this.#choosing !== undefined) return;
    this.#choosing = setTimeout(() => {
      this.#choosing = undefined;
      this.#choose();
    });
  }

  #choose(): void {
    if (this.#source === undefined) return this.#connect();
    const names = this.#names();
    const wanted = names.join('\n');
    if (this.#stream === '' || wanted === this.#sent) return;
    this.#sent = wanted;
    call('topics', { params: { stream: this.#stream }, body: { topics: names } }).catch(() => {
      // The stream is gone on the server: begin a new one.
      if (this.#sent === wanted) this.#reconnect(1000);
    });
  }

  #connect(): void {
    const names = this.#names();
    this.#sent = names.join('\n');
    const query = new URLSearchParams({ topics: names.join(' ') });
    const source = new EventSource(`${PREFIX}/stream?${query}`);
    this.#source = source;
    for (const event of ['hello', 'snapshot', 'delta', 'failed'] as const) {
      source.addEventListener(event, (message: MessageEvent<string>) => this.#receive(event, JSON.parse(message.data) as StreamMessage));
    }
    source.addEventListener('error', () => {
      this.#setConnection('lost');
      this.#stream = '';
      // The browser retries by itself unless the answer was an error: then somebody has to.
      if (source.readyState === EventSource.CLOSED) this.#reconnect(3000);
    });
  }

  #reconnect(delay: number): void {
    this.#source?.close();
    this.#source = undefined;
    this.#stream = '';
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), delay);
  }

  #receive(event: 'hello' | 'snapshot' | 'delta' | 'failed', message: StreamMessage): void {
    if (event === 'hello') {
      this.#stream = message.stream ?? '';
      this.#setConnection('live');
      return this.#chooseSoon();
    }
    const topic = this.#topics.get(message.topic);
    if (topic === undefined) return;
    if (event === 'failed') topic.view = { ...topic.view, state: 'failed', error: message.error as unknown as ErrorView['error'] };
    else this.#merge(topic, message, event === 'snapshot');
    topic.dirty = true;
    this.#scheduleFrame();
  }

  #merge(topic: Topic, message: StreamMessage, snapshot: boolean): void {
    if (snapshot) topic.byKey.clear();
    for (const item of message.items ?? []) topic.byKey.set(keyOf(item), item);
    for (const key of message.gone ?? []) topic.byKey.delete(key);
    if (snapshot) topic.order = [...topic.byKey.keys()];
    else if (message.order !== undefined) topic.order = [...message.order];
    else if ((message.gone?.length ?? 0) > 0 || topic.byKey.size !== topic.order.length) topic.order = [...topic.byKey.keys()];
    const meta = message.meta === undefined ? topic.view.meta : (message.meta as Readonly<Record<string, unknown>>);
    topic.view = { state: 'ready', items: topic.view.items, meta, error: undefined };
  }

  #scheduleFrame(): void {
    if (this.#frame) return;
    this.#frame = true;
    const flush = (): void => {
      if (!this.#frame) return;
      this.#frame = false;
      this.#flush();
    };
    requestAnimationFrame(flush);
    // A tab in the background draws no frames but must not grow a backlog.
    setTimeout(flush, 250);
  }

  #flush(): void {
    for (const topic of this.#topics.values()) {
      if (!topic.dirty) continue;
      topic.dirty = false;
      const items = topic.order.flatMap((key) => (topic.byKey.has(key) ? [topic.byKey.get(key)] : []));
      topic.view = { ...topic.view, items };
      for (const listener of topic.listeners) listener();
    }
  }

  #setConnection(connection: Connection): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    for (const listener of this.#watchers) listener();
  }
}
