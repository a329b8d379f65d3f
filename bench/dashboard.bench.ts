/** The dashboard's views at the size of a large platform: 10,000 Apps under 200 updates a second, and a tree of 5,000 objects. */
import { systemClock } from '../src/adapters/system/index.ts';
import type { App } from '../src/api/index.ts';
import { checkQuery, type QueryOf, routes } from '../src/api/http/index.ts';
import type { KubeObject } from '../src/core/object/index.ts';
import type { ApiResource } from '../src/ports/index.ts';
import { AppIndex } from '../src/server/views/app-index.ts';
import { appList } from '../src/server/views/app-list.ts';
import { Matrices } from '../src/server/views/matrix/index.ts';
import { type NodeParts, Nodes } from '../src/server/views/tree/nodes.ts';
import { treePage } from '../src/server/views/tree/page.ts';
import { Topic } from '../src/server/stream/topic.ts';
import { writeView } from '../src/server/views/view.ts';
import type { Figure } from './figure.ts';

const APPS = 10_000;
const UPDATES_PER_REQUEST = 10;
const REQUESTS = 600;

const STATES = ['Healthy', 'Healthy', 'Healthy', 'Healthy', 'Healthy', 'Healthy', 'Healthy', 'Progressing', 'Degraded', 'Unknown'];

function app(index: number, turn: number): KubeObject {
  const [name, environment] = [`service-${Math.floor(index / 4)}`, ['dev', 'test', 'staging', 'production'][index % 4] ?? ''];
  const state = STATES[(index * 7 + turn) % STATES.length] ?? 'Healthy';
  const at = '2026-01-01T00:00:00Z';
  const ready = state === 'Healthy' ? 'True' : 'False';
  return {
    apiVersion: 'lockstep.dev/v1',
    kind: 'App',
    metadata: {
      name: `${name}-${environment}`,
      namespace: `team-${Math.floor(index / 4) % 200}`,
      uid: `uid-${index}`,
      labels: { team: `t${Math.floor(index / 4) % 20}`, environment },
    },
    spec: { source: { name: 'config', path: `environments/${environment}/${name}` }, target: {}, sync: {}, suspend: false },
    status: {
      applied: { at, inputs: [{ source: 'config', revision: `main@sha1:${String(turn).padStart(40, '0')}` }] },
      attempted: { at, phase: 'Succeeded', inputs: [] },
      health: {
        state,
        provenance: 'observed',
        since: at,
        ...(state === 'Degraded' ? { cause: { object: 'Deployment/a/b', state, message: 'not enough replicas' } } : {}),
      },
      why:
        state === 'Healthy'
          ? []
          : [{ since: at, reason: state, message: `Deployment/shop/${name} is ${state}: 1 of 3 replicas`, hint: 'Look at its Pods' }],
      images: [`registry.example.com/${name}:1.${turn}`],
      conditions: [
        { type: 'Ready', status: ready, reason: state, message: '', lastTransitionTime: at },
        { type: 'Synced', status: 'True', reason: 'InSync', message: '', lastTransitionTime: at },
      ],
    },
  } as unknown as KubeObject;
}

const everywhere = (): boolean => true;

function query<N extends 'apps' | 'matrix' | 'tree'>(name: N, text: string): QueryOf<N> {
  const checked = checkQuery(routes[name], new URLSearchParams(text));
  if (!checked.ok) throw new Error(checked.error.message);
  return checked.value as unknown as QueryOf<N>;
}

interface Measured {
  readonly p99: number;
  readonly median: number;
  readonly bytes: number;
}

function measure(requests: number, act: (request: number) => string, between: (request: number) => void): Measured {
  const times: number[] = [];
  let bytes = 0;
  for (let request = 0; request < requests; request += 1) {
    between(request);
    // Processor time: what else runs on the machine does not count.
    const before = process.cpuUsage();
    const text = act(request);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
    bytes = Math.max(bytes, Buffer.byteLength(text));
  }
  times.sort((a, b) => a - b);
  return { p99: times[Math.floor(times.length * 0.99)] ?? 0, median: times[times.length >> 1] ?? 0, bytes };
}

function rows(): Figure[] {
  const index = new AppIndex(systemClock(), () => undefined);
  const started = performance.now();
  for (let one = 0; one < APPS; one += 1) index.put(app(one, 0));
  const filled = performance.now() - started;
  const lists = ['', 'q=service-12', 'level=broken', 'environment=production&q=replicas', 'sort=-since', 'label=team%3Dt3'].map((text) =>
    query('apps', text),
  );
  const matrices = ['group=label:team', 'group=folder&level=broken', 'q=service-9'].map((text) => query('matrix', text));
  const looks = new Matrices(index);
  let turn = 0;
  const update = (request: number): void => {
    for (let one = 0; one < UPDATES_PER_REQUEST; one += 1) index.put(app((request * 37 + one * 911) % APPS, (turn += 1)));
  };
  const answer = (request: number): string => {
    const view = appList(index, lists[request % lists.length] as QueryOf<'apps'>, everywhere);
    if (!view.ok) throw new Error(view.error.message);
    return writeView(view.value).json;
  };
  const answerMatrix = (request: number): string => {
    const view = looks.page(matrices[request % matrices.length] as QueryOf<'matrix'>, everywhere);
    if (!view.ok) throw new Error(view.error.message);
    return writeView(view.value).json;
  };
  const topic = new Topic('/apps');
  const follow = (): string => {
    const view = appList(index, lists[0] as QueryOf<'apps'>, everywhere);
    return view.ok ? (topic.shown(view.value)?.data ?? '') : '';
  };
  const anew = (request: number): string => {
    const fresh = new AppIndex(systemClock(), () => undefined);
    for (const one of index.values()) fresh.put(one.app as unknown as KubeObject);
    const view = appList(fresh, lists[request % lists.length] as QueryOf<'apps'>, everywhere);
    return view.ok ? writeView(view.value).json : '';
  };
  const naive = measure(12, anew, update);
  for (let request = 0; request < 50; request += 1) answer(request);
  const list = measure(REQUESTS, answer, update);
  const grid = measure(REQUESTS, answerMatrix, update);
  const deltas = measure(REQUESTS, follow, update);
  const baseline = { name: 'rows made and sorted anew for each request', value: naive.median };
  return [
    { name: 'list of 10,000 Apps, 200 updates/s: p99', value: list.p99, unit: 'ms' },
    { name: 'list of 10,000 Apps, 200 updates/s: median', value: list.median, unit: 'ms', baseline },
    { name: 'list: largest answer', value: list.bytes, unit: 'bytes' },
    { name: 'matrix of 10,000 Apps, 200 updates/s: p99', value: grid.p99, unit: 'ms' },
    { name: 'matrix: largest answer', value: grid.bytes, unit: 'bytes' },
    { name: 'stream of a list: p99 of a turn', value: deltas.p99, unit: 'ms' },
    { name: 'one App changes', value: (filled / APPS) * 1000, unit: 'µs' },
  ];
}

const OBJECTS = 5_000;

function tree(): Figure[] {
  const resource: ApiResource = { group: '', version: 'v1', kind: 'Pod', resource: 'pods', namespaced: true, verbs: [] };
  const pod = (name: string, ready: boolean): KubeObject =>
    ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop', uid: name },
      spec: {},
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    }) as unknown as KubeObject;
  const roots = 500;
  const objects = new Map(Array.from({ length: roots }, (_, index) => [`root-${index}`, pod(`root-${index}`, true)]));
  const children = new Map(
    [...objects.keys()].map((key, root) => [
      key,
      Array.from({ length: OBJECTS / roots - 1 }, (_, index) => pod(`${key}-${index}`, (root * 9 + index) % 500 !== 0)),
    ]),
  );
  const parts = {
    watch: {
      entries: () => [...objects.keys()].map((name) => ({ kind: 'Pod', namespace: 'shop', name })),
      get: (_: ApiResource, __: string, name: string) => objects.get(name),
      problem: () => undefined,
      ownedBy: (uid: string) => children.get(uid) ?? [],
    },
    served: { now: () => resource },
    now: 0,
    pending: new Set<string>(),
  } as unknown as NodeParts;
  const nodes = new Nodes();
  const owner = { metadata: {}, status: {} } as unknown as App;
  const asked = query('tree', '');
  const act = (): string => {
    const view = treePage({ branches: nodes.of(owner, parts), version: '1', hidden: 0 }, asked);
    if (!view.ok) throw new Error(view.error.message);
    return writeView(view.value).json;
  };
  const first = measure(1, act, () => undefined);
  const change = (turn: number): void => {
    for (let one = 0; one < 20; one += 1) {
      const list = children.get(`root-${(turn * 20 + one) % roots}`);
      list?.splice(0, 1, pod(`root-${(turn * 20 + one) % roots}-0`, true));
    }
  };
  const again = measure(200, act, change);
  return [
    { name: 'tree of 5,000 objects: first look', value: first.median, unit: 'ms' },
    {
      name: 'tree of 5,000 objects, 20 changes a turn: p99',
      value: again.p99,
      unit: 'ms',
      baseline: { name: 'the first look', value: first.median },
    },
    { name: 'tree: answer', value: again.bytes, unit: 'bytes', note: 'at most 51,200 is promised' },
  ];
}

export const run = (): Promise<readonly Figure[]> => Promise.resolve([...rows(), ...tree()]);
