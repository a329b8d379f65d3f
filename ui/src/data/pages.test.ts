/** Live pages of a list in which rows move: every row is there once, whatever page it moved to. */
import { expect, test } from 'vitest';
import { Pages, type Topics } from './pages.ts';
import type { LiveView } from './live.ts';

interface Row {
  readonly key: string;
}

const LOADING: LiveView = { state: 'loading', items: [], meta: {}, error: undefined };
const PAGE = 3;

/** A server whose cursor is the last row of the page before; `tell` answers every topic somebody follows. */
class FakeTopics implements Topics {
  readonly followed = new Map<string, Set<() => void>>();
  rows: string[];
  readonly #views = new Map<string, LiveView>();

  constructor(rows: string) {
    this.rows = [...rows];
  }

  view(topic: string): LiveView {
    return this.#views.get(topic) ?? LOADING;
  }

  subscribe(topic: string, listener: () => void): () => void {
    const listeners = this.followed.get(topic) ?? new Set();
    this.followed.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.followed.delete(topic);
      this.#views.delete(topic);
    };
  }

  /** What the pages follow afterwards may be more. */
  tell(): void {
    for (const topic of Array.from(this.followed.keys())) {
      const page = this.rows.filter((row) => row > topic);
      const items = page.slice(0, PAGE).map((key): Row => ({ key }));
      const next = page.length > PAGE ? { next: items.at(-1)?.key } : {};
      this.#views.set(topic, { state: 'ready', items, meta: { total: this.rows.length, ...next }, error: undefined });
      for (const listener of this.followed.get(topic) ?? []) listener();
    }
  }

  settle(): void {
    for (let turn = 0; turn < 5; turn += 1) this.tell();
  }
}

function opened(rows: string, last: number): { readonly topics: FakeTopics; readonly pages: Pages<Row>; readonly shown: () => string } {
  const topics = new FakeTopics(rows);
  const pages = new Pages<Row>(topics, (cursor) => cursor);
  pages.subscribe(() => {});
  pages.show(0, last);
  topics.settle();
  const shown = (): string =>
    pages
      .list()
      .items.map(({ key }) => key)
      .join('');
  return { topics, pages, shown };
}

test.each([
  ['a row comes in above', 'bcdfghjkl', 'abcdfghjkl'],
  ['a row comes in between', 'bcdfghjkl', 'bcdefghjkl'],
  ['a row goes', 'bcdfghjkl', 'bdfghjkl'],
  ['a row moves down', 'bcdfghjkl', 'bdfghijkl'],
  ['a row moves up', 'bcdfghjkl', 'abcdfghjl'],
  ['a whole page goes', 'bcdfghjkl', 'bcdjkl'],
  ['all but one page go', 'bcdfghjkl', 'kl'],
])('%s: %s becomes %s', (_, before, after) => {
  const { topics, shown } = opened(before, before.length);
  expect(shown()).toBe(before);
  topics.rows = [...after];
  topics.settle();
  expect(shown()).toBe(after);
});

test('while a page begins elsewhere its old rows stay, and no row stands there twice', () => {
  const { topics, shown } = opened('bcdfgh', 6);
  topics.rows = [...'bcfgh'];
  topics.tell();
  expect(shown()).toBe('bcfgh');
  topics.rows = [...'abcfgh'];
  topics.tell();
  expect(shown()).toBe('abcgh');
  topics.settle();
  expect(shown()).toBe('abcfgh');
});

test('a page that rests begins where the page before it ends once it is looked at again', () => {
  const { topics, pages, shown } = opened('bcdfghjklmnp', 12);
  pages.show(0, 2);
  expect([...topics.followed.keys()]).toEqual(['', 'd']);
  topics.rows = [...'abcdfghjklmnp'];
  topics.settle();
  pages.show(0, 12);
  topics.settle();
  expect(shown()).toBe('abcdfghjklmnp');
});
