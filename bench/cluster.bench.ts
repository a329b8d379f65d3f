/**
 * The embedded cluster beside the recorded figures of a real API server on two cores (reference: SSA create 586/s, no-op 523/s, GET 2,360/s).
 * Over HTTPS the client is a process of its own. Rates are those of a server that has warmed up, as the recorded ones are; beside each stands the
 * processor time that one operation cost this process (all its threads), which says more than the rate where the machine has other work. What Node
 * itself takes for HTTPS is told by a server of its own that answers the same number of bytes and does nothing else.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../src/adapters/system/index.ts';
import { issueCertificates } from '../src/apiserver/auth/index.ts';
import { type Cluster, createCluster } from '../src/apiserver/index.ts';
import type { Json } from '../src/core/object/index.ts';
import type { KubeTransport } from '../src/ports/index.ts';
import type { Load, Outcome } from './cluster-client.ts';
import type { Figure } from './figure.ts';

const COUNT = 3000;
const WARM_UP = 2000;
const CONNECTIONS = 16;
const APPLY = 'application/apply-patch+yaml';

const deployment = (name: string, image = 'nginx:1'): Json => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, labels: { app: name } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          {
            name: 'c',
            image,
            ports: [{ containerPort: 80 }],
            env: [{ name: 'A', value: '1' }],
            resources: { limits: { cpu: '1', memory: '1Gi' } },
            livenessProbe: { httpGet: { path: '/', port: 80 } },
          },
        ],
      },
    },
  },
});

const path = (name: string): string => `/apis/apps/v1/namespaces/default/deployments/${name}`;

interface Measured {
  readonly perSecond: number;
  /** Processor time of this process for one operation, µs, all threads. */
  readonly cpu: number;
}

async function measure(count: number, body: () => Promise<number>): Promise<Measured> {
  const before = process.cpuUsage();
  const elapsed = await body();
  const { user, system } = process.cpuUsage(before);
  return { perSecond: (count / elapsed) * 1000, cpu: (user + system) / count };
}

interface Expected {
  /** What a real server did on two cores. */
  readonly recorded: number;
  readonly goal: number;
}

const rateFigure = (name: string, { perSecond, cpu }: Measured, { recorded, goal }: Expected): Figure => ({
  name,
  value: perSecond,
  unit: '/s',
  baseline: { name: 'real, recorded', value: recorded },
  note: `goal ${goal.toLocaleString('en')}; ${cpu.toFixed(0)} µs of processor each`,
});

async function timed(body: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

async function applyAll(transport: KubeTransport, prefix: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { status } = await transport.send({
      method: 'PATCH',
      path: path(`${prefix}${i}`),
      query: { fieldManager: 'bench' },
      headers: { 'content-type': APPLY },
      body: { kind: 'json', value: deployment(`${prefix}${i}`) },
    });
    if (status > 201) throw new Error(`apply answered ${status}`);
  }
}

async function inProcess(cluster: Cluster): Promise<readonly Figure[]> {
  const transport = cluster.transport();
  await applyAll(transport, 'warm', WARM_UP);
  const created = await measure(COUNT, () => timed(() => applyAll(transport, 'd', COUNT)));
  const same = await measure(COUNT, () => timed(() => applyAll(transport, 'd', COUNT)));
  return [
    rateFigure('server-side apply, create, in process, durable', created, { recorded: 586, goal: 6000 }),
    rateFigure('server-side apply, no change, in process', same, { recorded: 523, goal: 10_000 }),
  ];
}

const open = (dataDir: string | undefined): Promise<Cluster> =>
  createCluster({
    clock: systemClock(),
    random: systemRandom(),
    log: silentLog(),
    storage: dataDir === undefined ? 'memory' : { dataDir },
    simulate: false,
  });

/** A service account that may view, and its token: what most readers of a real cluster are. */
async function reader(transport: KubeTransport): Promise<string> {
  const post = async (at: string, value: Json): Promise<Json> => {
    const { status, body } = await transport.send({ method: 'POST', path: at, body: { kind: 'json', value } });
    if (status > 201 || body.kind !== 'json') throw new Error(`${at} answered ${status}`);
    return body.value;
  };
  const group = 'rbac.authorization.k8s.io';
  await post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'reader' } });
  await post(`/apis/${group}/v1/clusterrolebindings`, {
    metadata: { name: 'readers' },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'default' }],
  });
  const answered = (await post('/api/v1/namespaces/default/serviceaccounts/reader/token', { spec: { expirationSeconds: 3600 } })) as {
    readonly status: { readonly token: string };
  };
  return answered.status.token;
}

async function load(client: ChildProcess, asked: Load): Promise<number> {
  const outcome = await new Promise<Outcome>((resolve) => {
    client.once('message', (message) => resolve(message as Outcome));
    client.send(asked);
  });
  if ('error' in outcome) throw new Error(outcome.error);
  return outcome.elapsed;
}

async function overHttp(cluster: Cluster): Promise<readonly Figure[]> {
  const { url } = await cluster.listen();
  const config = JSON.parse(cluster.kubeconfig(url)) as { readonly users: readonly { readonly user: { readonly token: string } }[] };
  const admin = { url, token: config.users[0]?.user.token ?? '', connections: CONNECTIONS, different: COUNT };
  const apply = (prefix: string, count: number): Load => ({
    ...admin,
    method: 'PATCH',
    path: `${path(`${prefix}{}`)}?fieldManager=bench`,
    body: JSON.stringify(deployment(`${prefix}{}`)),
    count,
  });
  const get = (token: string, count: number): Load => ({ ...admin, token, method: 'GET', path: path('h{}'), count });
  const client = fork(join(import.meta.dirname, 'cluster-client.ts'));
  try {
    const run = (asked: Load): Promise<Measured> => measure(asked.count, () => load(client, asked));
    await load(client, apply('hwarm', WARM_UP));
    const created = await run(apply('h', COUNT));
    const same = await run(apply('h', COUNT));
    const token = await reader(cluster.transport());
    await load(client, get(token, WARM_UP * 5));
    const read = await run(get(token, COUNT * 5));
    return [
      rateFigure('server-side apply, create, HTTPS, durable', created, { recorded: 586, goal: 4000 }),
      rateFigure('server-side apply, no change, HTTPS', same, { recorded: 523, goal: 4000 }),
      rateFigure('GET as a service account under RBAC, HTTPS', read, { recorded: 2360, goal: 20_000 }),
      await bare(client, { get: get(token, COUNT * 5), answer: await answerOf(cluster.transport(), path('h0')) }),
      await watchingHttps(cluster, client, { ...admin, method: 'GET', path: WATCH, count: CHANGES, watches: WATCHES }),
    ];
  } finally {
    client.disconnect();
  }
}

async function answerOf(transport: KubeTransport, at: string): Promise<string> {
  const { body } = await transport.send({ method: 'GET', path: at });
  return JSON.stringify(body.kind === 'json' ? body.value : null);
}

/** How fast a server is that only answers: nothing on top of it can be faster. */
async function bare(client: ChildProcess, { get, answer }: { readonly get: Load; readonly answer: string }): Promise<Figure> {
  const { certificate: cert, key } = issueCertificates(['127.0.0.1'], {
    now: Date.now(),
    random: (length) => systemRandom().bytes(length),
    ca: issueCertificates([], { now: Date.now(), random: (length) => systemRandom().bytes(length) }),
  });
  const body = Buffer.from(`${answer}\n`);
  const headers = ['cache-control', 'no-cache, private', 'content-type', 'application/json', 'content-length', String(body.length)];
  const server = createServer({ cert, key }, (_message, response) => void response.writeHead(200, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const asked: Load = { ...get, url: `https://127.0.0.1:${port}` };
    await load(client, asked);
    const { perSecond, cpu } = await measure(asked.count, () => load(client, asked));
    const note = `the same bytes; ${cpu.toFixed(0)} µs of processor each`;
    return { name: 'what Node itself takes for such a GET: bare HTTPS', value: perSecond, unit: '/s', note };
  } finally {
    server.close();
  }
}

const WATCHES = 1000;
const CHANGES = 100;
const WATCH = '/api/v1/namespaces/default/configmaps?watch=true';

/** Connections that watch, each its own, and a hundred changes spread over a second: when has the last of them been told, and at what cost? */
async function watchingHttps(cluster: Cluster, client: ChildProcess, asked: Load): Promise<Figure> {
  const transport = cluster.transport();
  const opened = new Promise<void>((resolve) => client.once('message', () => resolve()));
  client.send(asked);
  await opened;
  const told = new Promise<Outcome>((resolve) => client.once('message', (message) => resolve(message as Outcome)));
  const before = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < CHANGES; i++) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, start + (i * 1000) / CHANGES - performance.now())));
    const value: Json = { metadata: { name: `far${i}` }, data: { a: 'b' } };
    await transport.send({ method: 'POST', path: '/api/v1/namespaces/default/configmaps', body: { kind: 'json', value } });
  }
  const written = performance.now();
  const outcome = await told;
  if ('error' in outcome) throw new Error(outcome.error);
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1000;
  return {
    name: '100 changes in a second to 1,000 HTTPS watches: behind by',
    value: performance.now() - written,
    unit: 'ms',
    note: `${cpu.toFixed(0)} ms of processor for ${(CHANGES * WATCHES).toLocaleString('en')} events in ${(written - start).toFixed(0)} ms`,
  };
}

async function watching(cluster: Cluster): Promise<Figure> {
  const transport = cluster.transport();
  let seen = 0;
  const abort = new AbortController();
  const watchers = Array.from({ length: 1000 }, async () => {
    const { body } = await transport.send({
      method: 'GET',
      path: '/api/v1/configmaps',
      query: { watch: 'true', resourceVersion: '' },
      signal: abort.signal,
    });
    if (body.kind === 'events') for await (const event of body.events) if (event.object.metadata.name?.startsWith('w') === true) seen++;
  });
  const start = performance.now();
  for (let i = 0; i < 100; i++) {
    const value: Json = { metadata: { name: `w${i}` }, data: { a: 'b' } };
    await transport.send({ method: 'POST', path: '/api/v1/namespaces/default/configmaps', body: { kind: 'json', value } });
  }
  while (seen < 100_000) await new Promise((resolve) => setImmediate(resolve));
  const elapsed = performance.now() - start;
  abort.abort();
  await Promise.all(watchers);
  return {
    name: '100 changes to each of 1,000 watchers, in process',
    value: elapsed,
    unit: 'ms',
    note: 'goal 1,000: a hundred in a second',
  };
}

export async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  try {
    const start = performance.now();
    const cluster = await open(folder);
    const ready = performance.now() - start;
    const figures = [
      {
        name: 'ready (empty folder, bootstrap roles included)',
        value: ready,
        unit: 'ms',
        baseline: { name: 'real, recorded', value: 2500 },
      },
      {
        name: 'resident memory when ready',
        value: process.memoryUsage().rss / 1e6,
        unit: 'MB',
        note: 'the compiler of this bench included',
      },
      ...(await inProcess(cluster)),
      ...(await overHttp(cluster)),
      await watching(cluster),
      { name: 'resident memory after this', value: process.memoryUsage().rss / 1e6, unit: 'MB' },
    ];
    await cluster.close();
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
