/**
 * A dashboard at the size of a large platform, as a process of its own for the browser benchmark: the real server over a real API server in memory, with
 * 10,000 Apps and one App of 5,000 objects. It takes orders as messages of its parent: `updates` a second, or one change whose moment is told back.
 */
import { err, ok } from '../src/std/index.ts';
import { silentLog } from '../src/adapters/log/index.ts';
import { createKubeClient } from '../src/adapters/kube/index.ts';
import { noMetrics } from '../src/adapters/metrics/index.ts';
import { systemClock, systemRandom } from '../src/adapters/system/index.ts';
import { crds } from '../src/api/index.ts';
import { createCluster } from '../src/apiserver/index.ts';
import { maskText, maskValue, secretTexts, untold } from '../src/controllers/index.ts';
import type { JsonObject, KubeObject } from '../src/core/object/index.ts';
import type { ApiResource, KubeClient, Metrics } from '../src/ports/index.ts';
import { startDashboard } from '../src/server/index.ts';
import { MemoryLedger } from '../src/testing/world/index.ts';

export interface Order {
  /** Changes a second from now on; 0: none. */
  readonly updates?: number;
  /** Which objects change. */
  readonly of?: 'apps' | 'objects';
  /** One App is set to this revision, at once. */
  readonly revision?: string;
  /** Ask for the request times so far. */
  readonly times?: true;
}

export interface Told {
  readonly url?: string;
  /** Milliseconds since the epoch: when the change was written. */
  readonly changedAt?: number;
  /** Milliseconds a request, by route. */
  readonly times?: Readonly<Record<string, readonly number[]>>;
}

const APPS = 10_000;
const WORKLOADS = 50;
const PODS = 98;
export const TREE_APP = 'team-0/service-0-dev';

const native = (kind: string, resource: string, group = 'lockstep.dev', version = 'v1'): ApiResource => ({
  group,
  version,
  kind,
  resource,
  namespaced: true,
  verbs: [],
});
const KINDS = {
  apps: native('App', 'apps'),
  inventories: native('Inventory', 'inventories'),
  pods: native('Pod', 'pods', ''),
  deployments: native('Deployment', 'deployments', 'apps'),
  replicaSets: native('ReplicaSet', 'replicasets', 'apps'),
};

const clock = systemClock();
const at = '2026-01-01T00:00:00Z';
const tell = (told: Told): void => void process.send?.(told);

const times = new Map<string, number[]>();
const metrics: Metrics = {
  ...noMetrics(),
  observe: (name, value, labels) => {
    if (name !== 'lockstep_http_request_seconds') return;
    const route = labels?.['route'] ?? '';
    const list = times.get(route) ?? [];
    times.set(route, list);
    list.push(value * 1000);
  },
};

const nameOf = (index: number): { readonly name: string; readonly namespace: string; readonly environment: string } => {
  const environment = ['dev', 'test', 'staging', 'production'][index % 4] ?? '';
  const service = Math.floor(index / 4);
  return { name: `service-${service}-${environment}`, namespace: `team-${service % 100}`, environment };
};

function appOf(index: number): KubeObject {
  const { name, namespace, environment } = nameOf(index);
  return {
    apiVersion: 'lockstep.dev/v1',
    kind: 'App',
    metadata: { name, namespace, labels: { environment, 'app.kubernetes.io/part-of': `project-${index % 20}` } },
    spec: { source: { name: 'config', path: `environments/${environment}/${name}` } },
  };
}

function statusOf(index: number, turn: number): JsonObject {
  const state = (index * 7 + turn) % 40 === 0 ? 'Degraded' : 'Healthy';
  const ready = state === 'Healthy' ? 'True' : 'False';
  const condition = (type: string, status: string): JsonObject => ({ type, status, reason: state, message: '', lastTransitionTime: at });
  return {
    applied: { at, inputs: [{ source: 'config', revision: `main@sha1:${turn.toString(16).padStart(40, '0')}` }] },
    health: { state, provenance: 'observed', since: at },
    conditions: [condition('Ready', ready), condition('Synced', 'True')],
    ...(state === 'Healthy' ? {} : { why: [{ since: at, reason: state, message: `Deployment/${index} is degraded: 1 of 3 replicas` }] }),
  };
}

async function must<T>(
  answer: Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: { readonly message: string } }>,
): Promise<T> {
  const result = await answer;
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** In batches: as many requests in flight as a controller would have. */
async function many(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += 32)
    await Promise.all(Array.from({ length: Math.min(32, count - from) }, (_, step) => work(from + step)));
}

const setStatus = (kube: KubeClient, index: number, value: JsonObject): Promise<unknown> =>
  must(kube.patch(KINDS.apps, nameOf(index), { type: 'application/merge-patch+json', value: { status: value }, subresource: 'status' }));

async function seed(kube: KubeClient): Promise<readonly { readonly name: string; readonly namespace: string }[]> {
  const found = await must(kube.discover({ refresh: true }));
  const resource = (kind: string): ApiResource =>
    found.resources.find((one) => one.kind === kind && !one.resource.includes('/')) as ApiResource;
  for (const crd of crds()) await must(kube.create(resource('CustomResourceDefinition'), crd));
  while (!(await kube.list(KINDS.inventories)).ok) await new Promise((resolve) => setTimeout(resolve, 20));
  await must(kube.create(resource('Namespace'), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lockstep-system' } }));
  await many(100, (index) =>
    must(kube.create(resource('Namespace'), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `team-${index}` } })),
  );
  await many(APPS, async (index) => {
    await must(kube.create(KINDS.apps, appOf(index)));
    await setStatus(kube, index, statusOf(index, 1));
  });
  return seedTree(kube);
}

const template: JsonObject = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image: 'registry.test/c:1' }] } };

/** One App that owns Deployments, their ReplicaSets and Pods: about 5,000 objects. */
async function seedTree(kube: KubeClient): Promise<readonly { readonly name: string; readonly namespace: string }[]> {
  const namespace = 'team-0';
  const app = await must(kube.get(KINDS.apps, namespace, 'service-0-dev'));
  const pods: { readonly name: string; readonly namespace: string }[] = [];
  const owned = (name: string, by: KubeObject): JsonObject => ({
    name,
    namespace,
    ownerReferences: [
      { apiVersion: by.apiVersion, kind: by.kind, name: by.metadata.name ?? '', uid: by.metadata.uid ?? '', controller: true },
    ],
  });
  const spec: JsonObject = { replicas: PODS, selector: { matchLabels: { app: 'x' } }, template };
  await many(WORKLOADS, async (index) => {
    const name = `workload-${index}`;
    const deployment = await must(
      kube.create(KINDS.deployments, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec }),
    );
    const set = await must(
      kube.create(KINDS.replicaSets, {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: owned(`${name}-1`, deployment),
        spec,
      } as unknown as KubeObject),
    );
    for (let pod = 0; pod < PODS; pod += 1) {
      const podName = `${name}-1-${pod}`;
      await must(
        kube.create(KINDS.pods, {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: owned(podName, set),
          spec: template['spec'],
        } as unknown as KubeObject),
      );
      pods.push({ name: podName, namespace });
    }
  });
  const entries = Array.from({ length: WORKLOADS }, (_, index) => ({
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    namespace,
    name: `workload-${index}`,
  }));
  await must(
    kube.create(KINDS.inventories, {
      apiVersion: 'lockstep.dev/v1',
      kind: 'Inventory',
      metadata: { name: 'service-0-dev-0', namespace },
      spec: { app: { name: 'service-0-dev', uid: app.metadata.uid ?? '' }, cluster: { uid: 'here' }, chunk: 0, entries },
    } as unknown as KubeObject),
  );
  return pods;
}

function changing(kube: KubeClient, pods: readonly { readonly name: string; readonly namespace: string }[]): (order: Order) => void {
  let [turn, timer]: [number, ReturnType<typeof setInterval> | undefined] = [2, undefined];
  const podStatus = (): JsonObject => ({
    phase: 'Running',
    conditions: [{ type: 'Ready', status: turn % 50 === 0 ? 'False' : 'True', lastTransitionTime: at }],
    containerStatuses: [{ name: 'c', ready: true, restartCount: turn, image: 'c', imageID: '', state: { running: { startedAt: at } } }],
  });
  const one = (of: Order['of']): void => {
    turn += 1;
    if (of === 'objects') {
      const pod = pods[(turn * 911) % pods.length];
      if (pod === undefined) return;
      void kube.patch(KINDS.pods, pod, { type: 'application/merge-patch+json', value: { status: podStatus() }, subresource: 'status' });
    } else void setStatus(kube, (turn * 911) % APPS, statusOf((turn * 911) % APPS, turn));
  };
  return ({ updates, of = 'apps' }) => {
    clearInterval(timer);
    if (updates === undefined || updates === 0) return;
    const [pause, batch] = [20, updates / 50];
    timer = setInterval(() => {
      for (let step = 0; step < batch; step += 1) one(of);
    }, pause);
  };
}

async function main(): Promise<void> {
  const cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: 'memory' });
  const kube = createKubeClient(cluster.transport(), { clock });
  const pods = await seed(kube);
  const dashboard = await startDashboard(
    {
      kube: createKubeClient(cluster.transport(), { clock }),
      ledger: new MemoryLedger(),
      river: {
        plan: () => undefined,
        wanted: () => undefined,
        wantedAt: () => Promise.resolve(undefined),
        whereabouts: () => Promise.resolve(undefined),
        chartWhereabouts: () => undefined,
        clusterOf: () => ok(kube),
        file: () => Promise.resolve(err({ message: 'there is no source here' })),
        rollback: () => Promise.resolve(err({ message: 'nothing is committed here' })),
      },
      masking: { secretTexts, untold, maskText, maskValue, key: new Uint8Array(32) },
      clock,
      random: systemRandom(),
      log: silentLog(),
      metrics,
    },
    {
      host: '127.0.0.1',
      port: 0,
      namespace: 'lockstep-system',
      version: 'bench',
      installation: 'bench',
      simulated: true,
      assets: process.argv[2] ?? '',
    },
  );
  while (dashboard.notReady() !== undefined) await new Promise((resolve) => setTimeout(resolve, 50));
  const change = changing(kube, pods);
  process.on('message', (message) => {
    const order = message as Order;
    if (order.times === true) tell({ times: Object.fromEntries(times) });
    else if (order.revision === undefined) change(order);
    else {
      const applied = { at, inputs: [{ source: 'config', revision: `main@sha1:${order.revision}` }] };
      const changedAt = Date.now();
      void setStatus(kube, 40, { applied }).then(() => tell({ changedAt }));
    }
  });
  tell({ url: dashboard.link({ user: 'bench', groups: ['system:masters'] }) });
}

process.on('disconnect', () => process.exit(0));
await main();
