/** Where the time of a rollout went. */
import { expect, test } from 'vitest';
import type { App } from '../../api/index.ts';
import { buildGraph } from '../../core/graph/index.ts';
import type { IndexedApp } from './app-index.ts';
import { criticalOf } from './critical.ts';

const second = (at: number): string => new Date(1_800_000_000_000 + at * 1000).toISOString();

const app = (key: string, attempt: { readonly from: number; readonly to: number; readonly revision?: string }): IndexedApp => {
  const { from, to, revision = 'main@sha1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' } = attempt;
  const history = [{ at: second(from), finishedAt: second(to), phase: 'Succeeded', inputs: [{ source: 'config', revision }] }];
  return { key, app: { status: { history } } as unknown as App } as unknown as IndexedApp;
};

const graph = buildGraph([
  { key: 'platform', dependsOn: [] },
  { key: 'payments', dependsOn: ['platform'] },
  { key: 'shop', dependsOn: ['payments', 'platform'] },
  { key: 'docs', dependsOn: [] },
]);

test('each App counts from when what it depends on was done, though its attempt began before', () => {
  const apps = [
    app('platform', { from: 0, to: 4 }),
    app('payments', { from: 0, to: 10 }),
    app('shop', { from: 0, to: 11 }),
    app('docs', { from: 0, to: 7 }),
  ];
  const { keys, durations, duration, revision, at } = criticalOf(graph, apps);
  expect(keys).toEqual(['platform', 'payments', 'shop']);
  expect(durations).toEqual([4000, 6000, 1000]);
  expect([duration, revision, at]).toEqual([11_000, 'main@aaaaaaa', second(0)]);
});

test('Apps that the newest revision did not touch take no part', () => {
  const old = 'main@sha1:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
  const apps = [
    app('platform', { from: 0, to: 400, revision: old }),
    app('payments', { from: 900, to: 905 }),
    app('shop', { from: 900, to: 907 }),
  ];
  expect(criticalOf(graph, apps)).toMatchObject({ keys: ['payments', 'shop'], durations: [5000, 2000], duration: 7000 });
});

test('nothing was rolled out yet', () => {
  expect(criticalOf(graph, [])).toMatchObject({ keys: [], duration: 0, revision: '' });
});

test('a rollout that took no time is not told about while there is one that did', () => {
  const apps = [
    app('platform', { from: 0, to: 4 }),
    app('docs', { from: 9, to: 9, revision: 'main@sha1:cccccccccccccccccccccccccccccccccccccccc' }),
  ];
  expect(criticalOf(graph, apps)).toMatchObject({ keys: ['platform'], duration: 4000, revision: 'main@aaaaaaa' });
});
