/** The graph as people see it: what a contract is worth to whom, and who waits for whom through it. */
import { describe, expect, test } from 'vitest';
import type { App } from '../../api/index.ts';
import type { GraphView } from '../../api/http/index.ts';
import type { IndexedApp } from './app-index.ts';
import { graphView } from './graph-view.ts';

interface Told {
  readonly spec?: object;
  /** Seconds at which its newest rollout began and ended. */
  readonly ran?: readonly [number, number];
}

const second = (at: number): string => new Date(1_800_000_000_000 + at * 1000).toISOString();

function app(key: string, { spec = {}, ran }: Told = {}): IndexedApp {
  const [namespace = '', name = ''] = key.split('/');
  const inputs = [{ source: 'config', revision: `main@sha1:${'a'.repeat(40)}` }];
  const history = ran === undefined ? [] : [{ at: second(ran[0]), finishedAt: second(ran[1]), phase: 'Succeeded', inputs }];
  const value = { metadata: { namespace, name }, spec: { source: {}, target: {}, ...spec }, status: { history } } as unknown as App;
  return { key, app: value, row: { name, namespace, level: 'fine', environment: '' } } as unknown as IndexedApp;
}

const provides = (version: string): object => ({ provides: [{ name: 'orders', version }] });
const requires = (version: string, optional = false): object => ({
  requires: [{ name: 'orders', version, ...(optional ? { optional } : {}) }],
});

const node = ({ nodes }: GraphView, key: string) => nodes.find((one) => one.key === key);
const edge = ({ edges }: GraphView, from: string) => edges.find((one) => one.from === from);

describe('a contract', () => {
  test('that is met says so: version, range, nothing wrong', () => {
    const graph = graphView([app('shop/orders', { spec: provides('2.1.0') }), app('shop/web', { spec: requires('>=2 <3') })], undefined);
    expect(node(graph, 'Contract//orders')).toMatchObject({ kind: 'contract', version: '2.1.0', level: 'fine', says: '' });
    expect(edge(graph, 'shop/web')).toMatchObject({ kind: 'requires', version: '>=2 <3', broken: false, optional: false });
    expect(edge(graph, 'Contract//orders')).toMatchObject({ to: 'shop/orders', kind: 'provides' });
  });

  const wrong = [
    {
      name: 'another version',
      apps: [app('shop/orders', { spec: provides('1.4.0') })],
      level: 'broken',
      says: '1.4.0 is provided; shop/web requires >=2 <3',
    },
    { name: 'nobody', apps: [], level: 'broken', says: 'nobody provides it; shop/web requires >=2 <3' },
    {
      name: 'nobody, and it is optional',
      apps: [],
      optional: true,
      level: 'attention',
      says: 'nobody provides it; shop/web requires >=2 <3 (optional)',
    },
  ];
  for (const { name, apps, optional = false, level, says } of wrong)
    test(`provided by ${name}: ${level}`, () => {
      const graph = graphView([...apps, app('shop/web', { spec: requires('>=2 <3', optional) })], undefined);
      expect(node(graph, 'Contract//orders')).toMatchObject({ level, says });
      expect(edge(graph, 'shop/web')).toMatchObject({ broken: true, optional });
    });
});

test('the critical path goes through contracts to whoever provides them', () => {
  const apps = [
    app('shop/orders', { spec: provides('2.1.0'), ran: [0, 8] }),
    app('shop/web', { spec: requires('>=2'), ran: [0, 10] }),
    app('shop/docs', { ran: [0, 9] }),
  ];
  const { critical } = graphView(apps, undefined);
  expect(critical).toMatchObject({ keys: ['shop/orders', 'shop/web'], durations: [8000, 2000], duration: 10_000 });
});

test('one App is shown with what it waits for and what waits for it, not with their other friends', () => {
  const on = (...names: readonly string[]): object => ({
    dependsOn: names.map((name) => ({ apiVersion: 'lockstep.dev/v1', kind: 'App', name })),
  });
  const apps = [
    app('shop/db'),
    app('shop/api', { spec: on('db') }),
    app('shop/web', { spec: on('api') }),
    app('shop/reports', { spec: on('db') }),
  ];
  expect(graphView(apps, 'shop/api').nodes.map(({ key }) => key)).toEqual(['shop/api', 'shop/db', 'shop/web']);
});

test('a dependency that is not there is told, and Apps that wait for one another have no critical path', () => {
  const on = (name: string): object => ({ dependsOn: [{ apiVersion: 'lockstep.dev/v1', kind: 'App', name }] });
  const lonely = graphView([app('shop/web', { spec: on('nobody') })], undefined);
  expect(node(lonely, 'shop/nobody')).toMatchObject({ level: 'broken', says: 'it does not exist' });
  const circle = graphView([app('shop/a', { spec: on('b') }), app('shop/b', { spec: on('a') })], undefined);
  expect(circle.cycle).toContain('shop/a');
  expect(circle.critical.keys).toEqual([]);
});
