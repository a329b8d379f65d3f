/**
 * A long list as live pages: only the pages around what is on screen stay subscribed, the others keep the last rows they had. Scrolling further
 * asks for the next page by the cursor of the one before, so the server never answers more than a page.
 */
import { keyOf, type LiveView } from './live.ts';

/** What pages need of the live client. */
export interface Topics {
  view(topic: string): LiveView;
  subscribe(topic: string, listener: () => void): () => void;
}

interface Page<Item> {
  topic: string;
  view: LiveView<Item>;
  unsubscribe: (() => void) | undefined;
}

export interface PagedList<Item> {
  readonly state: LiveView['state'];
  readonly error: LiveView['error'];
  /** The rows that are loaded, from the top. */
  readonly items: readonly Item[];
  /** How many there are in all. */
  readonly total: number;
  readonly meta: LiveView['meta'];
}

/** Pages kept live on each side of the screen. */
const MARGIN = 1;

export class Pages<Item> {
  readonly #topics: Topics;
  readonly #topicAt: (cursor: string) => string;
  readonly #pages: Page<Item>[] = [];
  readonly #listeners = new Set<() => void>();
  #range = { first: 0, last: 0 };
  #list: PagedList<Item> = { state: 'loading', error: undefined, items: [], total: 0, meta: {} };

  /** `topicAt` gives the topic of the page at a cursor. */
  constructor(topics: Topics, topicAt: (cursor: string) => string) {
    this.#topics = topics;
    this.#topicAt = topicAt;
  }

  readonly list = (): PagedList<Item> => this.#list;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#pages.length === 0) this.#append('');
    this.#arrange();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      for (const page of this.#pages) this.#rest(page);
    };
  };

  /** Which rows are on screen, by index. */
  readonly show = (first: number, last: number): void => {
    if (this.#range.first === first && this.#range.last === last) return;
    this.#range = { first, last };
    if (this.#listeners.size > 0) this.#arrange();
  };

  #append(cursor: string): void {
    const topic = this.#topicAt(cursor);
    if (this.#pages.some((page) => page.topic === topic)) return;
    this.#pages.push({ topic, view: this.#topics.view(topic) as LiveView<Item>, unsubscribe: undefined });
  }

  #arrange(): void {
    const visible = this.#visiblePages();
    for (const [index, page] of this.#pages.entries()) {
      if (index >= visible.from - MARGIN && index <= visible.to + MARGIN) this.#wake(page);
      else this.#rest(page);
    }
    this.#more();
  }

  /** Another page when the screen shows more rows than are loaded. */
  #more(): void {
    const last = this.#pages.at(-1);
    const next = last?.view.meta['next'];
    if (last?.view.state !== 'ready' || typeof next !== 'string' || this.#range.last < this.#loaded() - 10) return;
    this.#append(next);
    const page = this.#pages.at(-1);
    if (page !== undefined) this.#wake(page);
  }

  #loaded(): number {
    return this.#pages.reduce((sum, { view }) => sum + view.items.length, 0);
  }

  #visiblePages(): { readonly from: number; readonly to: number } {
    let [start, from, to] = [0, 0, 0];
    for (const [index, { view }] of this.#pages.entries()) {
      if (start <= this.#range.first) from = index;
      if (start <= this.#range.last) to = index;
      start += view.items.length;
    }
    return { from, to };
  }

  #wake(page: Page<Item>): void {
    if (page.unsubscribe !== undefined) return;
    page.unsubscribe = this.#topics.subscribe(page.topic, () => this.#changed(page));
    this.#changed(page);
  }

  #rest(page: Page<Item>): void {
    page.unsubscribe?.();
    page.unsubscribe = undefined;
  }

  /** A row stands in one page, the one that told of it last: others may not have heard yet that it moved. */
  #claim(page: Page<Item>): void {
    const keys = new Set(page.view.items.map(keyOf));
    for (const other of this.#pages) {
      if (other === page || !other.view.items.some((item) => keys.has(keyOf(item)))) continue;
      other.view = { ...other.view, items: other.view.items.filter((item) => !keys.has(keyOf(item))) };
    }
  }

  /** The page after this one begins where this one ends now: a row that crossed the border would be missing otherwise. */
  #chain(page: Page<Item>): void {
    const place = this.#pages.indexOf(page) + 1;
    const after = this.#pages[place];
    if (page.view.state !== 'ready' || after === undefined) return;
    const next = page.view.meta['next'];
    if (typeof next !== 'string') return this.#pages.splice(place).forEach((gone) => this.#rest(gone));
    const topic = this.#topicAt(next);
    if (after.topic === topic) return;
    const awake = after.unsubscribe !== undefined;
    this.#rest(after);
    after.topic = topic;
    if (awake) this.#wake(after);
  }

  #changed(page: Page<Item>): void {
    const view = this.#topics.view(page.topic) as LiveView<Item>;
    // A page that woke up again, or begins elsewhere, shows its old rows until the new ones are there.
    if (view.state === 'loading' && page.view.items.length > 0) return;
    page.view = view;
    this.#claim(page);
    this.#chain(page);
    const head = this.#pages[0]?.view ?? view;
    this.#list = {
      state: head.state,
      error: head.error,
      items: this.#pages.flatMap(({ view: { items } }) => items),
      total: Number(head.meta['total'] ?? 0),
      meta: head.meta,
    };
    this.#more();
    for (const listener of this.#listeners) listener();
  }
}
