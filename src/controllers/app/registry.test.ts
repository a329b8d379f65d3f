/** The picture of all Apps: who renders what, what is not known yet, and who is woken by which news. */
import { beforeEach, expect, test } from 'vitest';
import type { KubeObject } from '../../core/object/index.ts';
import type { GitMirror } from '../../ports/index.ts';
import { Registry } from './registry.ts';
import type { Render } from './render.ts';

const ref = (name: string): { group: string; kind: string; namespace: string; name: string } => ({
  group: '',
  kind: 'ConfigMap',
  namespace: 'shop',
  name,
});
const key = (name: string): string => `/ConfigMap/shop/${name}`;
const rendered = (digest: string, paths: readonly string[] = []): Render => ({
  commit: 'c',
  revision: 'main@sha1:c',
  objects: [],
  hooks: [],
  problems: [],
  digest,
  renderKey: digest,
  placement: '',
  secrets: [],
  floating: [],
  others: [],
  charts: [],
  trace: paths.map((path) => ({ request: { kind: 'file', source: '', path }, digest })),
});

const app = (name: string, resourceVersion: string): KubeObject => ({
  apiVersion: 'lockstep.dev/v1',
  kind: 'App',
  metadata: { name, namespace: 'shop', uid: name, resourceVersion },
});

const heard = new Map<string, KubeObject>();
let woken: string[] = [];
let registry: Registry;
beforeEach(() => {
  woken = [];
  heard.clear();
  registry = new Registry(
    (app) => woken.push(app),
    (app) => heard.get(app),
  );
});

const put = (app: string, parent?: string): ReturnType<Registry['put']> =>
  registry.put({ key: app, createdAt: 1, head: 'shop/config#head', parent });
const done = (app: string, digest: string, names: readonly string[], paths?: readonly string[]): void => {
  const record = put(app);
  registry.rendered(record, { render: rendered(digest, paths), input: 'i', refs: names.map(ref) });
  registry.settled(record);
};
const taken = (): readonly string[] => woken.splice(0);

test('what nobody rendered yet is pending, for everybody else', () => {
  put('shop/a');
  put('shop/b');
  expect(registry.viewOf('shop/a').pending()).toEqual(['shop/b']);
  done('shop/b', '1', ['x']);
  expect(registry.viewOf('shop/a').pending()).toEqual([]);
  expect(registry.viewOf('shop/a').claimants(key('x'))).toEqual(['shop/b']);
});

test('a parent whose child was applied but not heard of yet is pending: nobody knows what the child takes over or provides', () => {
  done('shop/root', '1', []);
  registry.put({ key: 'shop/a', createdAt: 1, head: 'shop/config#head', parent: 'shop/root' });
  const root = put('shop/root');
  const carryOut = (digest: string, child: KubeObject): void => {
    registry.rendered(root, { render: rendered(digest), input: 'i', refs: [] });
    registry.wrote(root, [child]);
    registry.settled(root);
  };
  carryOut('2', app('b', '7'));
  expect(registry.viewOf('shop/a').pending()).toEqual(['shop/root']);
  registry.waitFor('shop/a', { pending: true });
  heard.set('shop/b', app('b', '7'));
  put('shop/b', 'shop/root');
  registry.heardOf('shop/b');
  expect(taken()).toContain('shop/a');
  expect(registry.viewOf('shop/a').pending()).toEqual(['shop/b']);
  done('shop/b', '1', []);

  carryOut('3', app('b', '9'));
  registry.heardOf('shop/b');
  expect(registry.viewOf('shop/a').pending()).toContain('shop/root');
  heard.set('shop/b', app('b', '12'));
  registry.heardOf('shop/b');
  expect(registry.viewOf('shop/a').pending()).not.toContain('shop/root');

  carryOut('4', app('c', '13'));
  registry.heardOf('shop/c', true);
  expect(registry.viewOf('shop/a').pending()).not.toContain('shop/root');
});

test('who waits for whom in a circle is told from the first by name; nobody waits who could not be rendered', () => {
  const [a, b, c] = [put('shop/a'), put('shop/b'), put('shop/c')];
  [c.waitsFor, b.waitsFor, a.waitsFor] = ['shop/b', 'shop/a', 'shop/b'];
  expect(registry.circleThrough('shop/b')).toEqual(['shop/a', 'shop/b', 'shop/a']);
  expect(registry.circleThrough('shop/c')).toBeUndefined();
  registry.notRendered(a);
  expect(registry.circleThrough('shop/b')).toBeUndefined();
});

test('a parent that has not carried out its newest render is pending', () => {
  done('shop/root', '1', []);
  registry.put({ key: 'shop/a', createdAt: 1, head: 'shop/config#head', parent: 'shop/root' });
  expect(registry.viewOf('shop/a').pending()).toEqual([]);
  const root = put('shop/root');
  registry.rendered(root, { render: rendered('2'), input: 'i', refs: [] });
  expect(registry.viewOf('shop/a').pending()).toEqual(['shop/root']);
  registry.settled(root);
  expect(registry.viewOf('shop/a').pending()).toEqual([]);
});

test('a head that moves makes dirty and wakes exactly those that read the difference', () => {
  done('shop/a', '1', ['x'], ['a.yaml']);
  done('shop/b', '1', ['y'], ['b.yaml']);
  taken();
  const head = { revision: { commit: 'd', tree: 't', name: 'n', ref: 'r' }, mirror: {} as GitMirror, at: '', verified: false };
  const diff = { changed: ['a.yaml'], listed: [], links: false };
  registry.headMoved({ key: 'shop/config#head', before: head, after: head, diff } as Parameters<Registry['headMoved']>[0]);
  expect(taken()).toEqual(['shop/a']);
  expect(registry.viewOf('shop/b').pending()).toEqual(['shop/a']);
});

test('news that comes between the look of a pass and the wait that follows from it is not lost', () => {
  put('shop/a');
  put('shop/b');
  registry.look('shop/a');
  taken();
  expect(registry.viewOf('shop/a').pending()).toEqual(['shop/b']);
  done('shop/b', '1', []);
  // Its own status is heard of while the pass is under way: that is no look.
  put('shop/a');
  expect(taken()).toEqual([]);
  registry.waitFor('shop/a', { pending: true });
  expect(taken()).toEqual(['shop/a']);
  registry.waitFor('shop/a', { pending: true });
  expect(taken()).toEqual([]);
});

test('who waits for an App is woken by its news, and by nothing else', () => {
  put('shop/a');
  done('shop/b', '1', ['x']);
  done('shop/c', '1', ['y']);
  const wait = (): void => {
    registry.look('shop/a');
    registry.waitFor('shop/a', { apps: ['shop/b'] });
  };
  wait();
  taken();
  done('shop/c', '2', ['z']);
  const record = put('shop/b');
  registry.notRendered(record);
  registry.settled(record);
  expect(taken()).toEqual([]);
  registry.rendered(record, { render: rendered('2'), input: 'i', refs: [ref('x')] });
  expect(taken()).toEqual(['shop/a']);
  registry.settled(record);
  expect(taken()).toEqual([]);
  wait();
  registry.retire('shop/b');
  registry.retire('shop/b');
  expect(taken()).toEqual(['shop/a']);
  wait();
  registry.delete('shop/b');
  expect(taken()).toEqual(['shop/a']);
});

test('who waits for an object is woken by the news of whoever renders it, in its own cluster', () => {
  put('shop/a');
  registry.waitFor('shop/a', { objects: [key('x')] });
  done('shop/b', '1', ['y']);
  const elsewhere = registry.put({ key: 'shop/c', createdAt: 1, head: 'shop/config#head', parent: undefined, cluster: 'shop/eu' });
  registry.rendered(elsewhere, { render: rendered('1'), input: 'i', refs: [ref('x')] });
  expect(taken()).toEqual([]);
  done('shop/d', '1', ['x']);
  expect(taken()).toEqual(['shop/a']);
});

test('S15 a thousand Apps that wait for each other are woken once each, when the last of them is known', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `shop/${index}`);
  for (const name of names) put(name);
  taken();
  for (const name of names) {
    const record = put(name);
    registry.look(name);
    registry.rendered(record, { render: rendered(name), input: 'i', refs: [] });
    registry.settled(record);
    registry.waitFor(name, { pending: registry.viewOf(name).pending().length > 0 });
  }
  const woken = taken();
  expect(woken.length).toBeLessThanOrEqual(names.length);
  expect(new Set(woken).size).toBe(names.length - 1);
});

test('a deleted App claims nothing and holds nobody up', () => {
  done('shop/a', '1', ['x']);
  put('shop/b');
  registry.delete('shop/a');
  registry.delete('shop/b');
  expect(registry.viewOf('shop/c').claimants(key('x'))).toEqual([]);
  put('shop/c');
  expect(registry.viewOf('shop/c').pending()).toEqual([]);
});
