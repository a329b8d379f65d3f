/** A watch whose time is over lets go of everything, and says so: whoever keeps watches to end them need not keep it. */
import { expect, test } from 'vitest';
import { fakeClock } from '../../testing/clock/index.ts';
import type { Store, Table } from '../store/index.ts';
import { WatchFeed } from './index.ts';

test('the end of its time is told once, and to whoever asks afterwards at once', async () => {
  const clock = fakeClock();
  const listeners = new Set();
  const table = { listeners, range: () => [] } as unknown as Table;
  const feed = new WatchFeed({ revision: 1 } as Store, clock, {
    table,
    prefix: '',
    matches: undefined,
    since: undefined,
    bookmarks: true,
    initialEnd: false,
    timeoutMs: 300_000,
  });
  let told = 0;
  feed.whenEnded(() => (told += 1));
  await clock.advance(299_000);
  expect([told, listeners.size]).toEqual([0, 1]);
  await clock.advance(2000);
  feed.close();
  expect([told, listeners.size, feed.ended]).toEqual([1, 0, true]);
  feed.whenEnded(() => (told += 1));
  expect(told).toBe(2);
});
