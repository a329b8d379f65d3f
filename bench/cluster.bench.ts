/** The embedded cluster beside the recorded figures of a real API server on two cores (reference: SSA create 586/s, no-op 523/s, GET 2,360/s). */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../src/adapters/system/index.ts';
import { type Cluster, createCluster } from '../src/apiserver/index.ts';
import type { Json } from '../src/core/object/index.ts';
import type { KubeTransport } from '../src/ports/index.ts';
import type { Figure } from './figure.ts';

const COUNT = 3000;
const IN_FLIGHT = 16;

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

async function applyAll(transport: KubeTransport): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < COUNT; i++) {
    const { status } = await transport.send({
      method: 'PATCH',
      path: path(`d${i}`),
      query: { fieldManager: 'bench' },
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: { kind: 'json', value: deployment(`d${i}`) },
    });
    if (status > 201) throw new Error(`apply answered ${status}`);
  }
  return (COUNT / (performance.now() - start)) * 1000;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body?: string;
}

function sender(url: string, token: string): (call: Call) => Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT, rejectUnauthorized: false });
  return ({ method, path: at, type, body }) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, ...(type === undefined ? {} : { 'content-type': type }) };
      const request = httpsRequest(`${url}${at}`, { method, agent, headers }, (response) => {
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.resume();
      });
      request.on('error', reject);
      request.end(body);
    });
}

async function rate(count: number, call: (index: number) => Promise<number>): Promise<number> {
  let next = 0;
  const start = performance.now();
  const worker = async (): Promise<void> => {
    while (next < count) {
      const status = await call(next++);
      if (status > 201) throw new Error(`answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return (count / (performance.now() - start)) * 1000;
}

const open = (dataDir: string | undefined): Promise<Cluster> =>
  createCluster({
    clock: systemClock(),
    random: systemRandom(),
    log: silentLog(),
    storage: dataDir === undefined ? 'memory' : { dataDir },
    simulate: false,
  });

async function overHttp(cluster: Cluster): Promise<readonly Figure[]> {
  const { url } = await cluster.listen();
  const config = JSON.parse(cluster.kubeconfig(url)) as { readonly users: readonly { readonly user: { readonly token: string } }[] };
  const send = sender(url, config.users[0]?.user.token ?? '');
  const type = 'application/apply-patch+yaml';
  const apply = (index: number, prefix: string): Promise<number> =>
    send({
      method: 'PATCH',
      path: `${path(`${prefix}${index}`)}?fieldManager=bench`,
      type,
      body: JSON.stringify(deployment(`${prefix}${index}`)),
    });
  const created = await rate(COUNT, (index) => apply(index, 'h'));
  const same = await rate(COUNT, (index) => apply(index, 'h'));
  const read = await rate(COUNT * 2, (index) => send({ method: 'GET', path: path(`h${index % COUNT}`) }));
  return [
    {
      name: 'server-side apply, create, HTTPS (client in the same process)',
      value: created,
      unit: '/s',
      baseline: { name: 'real, recorded', value: 586 },
    },
    { name: 'server-side apply, no change, HTTPS', value: same, unit: '/s', baseline: { name: 'real, recorded', value: 523 } },
    { name: 'GET, HTTPS', value: read, unit: '/s', baseline: { name: 'real, recorded', value: 2360 } },
  ];
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
  return { name: '100 changes to each of 1,000 watchers', value: elapsed, unit: 'ms' };
}

export async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  try {
    const start = performance.now();
    const cluster = await open(folder);
    const ready = performance.now() - start;
    const transport = cluster.transport();
    const created = await applyAll(transport);
    const same = await applyAll(transport);
    const figures = [
      {
        name: 'ready (empty folder, bootstrap roles included)',
        value: ready,
        unit: 'ms',
        baseline: { name: 'real, recorded', value: 2500 },
      },
      {
        name: 'server-side apply, create, in process, durable',
        value: created,
        unit: '/s',
        baseline: { name: 'real, recorded', value: 586 },
      },
      { name: 'server-side apply, no change, in process', value: same, unit: '/s', baseline: { name: 'real, recorded', value: 523 } },
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
