/** The reflector over the embedded cluster, in process and over HTTPS, while requests fail: the copy always ends up equal to what is there. */
import { afterEach, describe, expect, test } from 'vitest';
import { createKubeClient, httpTransport, parseJson, parseKubeconfig } from '../../src/adapters/kube/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { noMetrics } from '../../src/adapters/metrics/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import { createCluster, type Cluster } from '../../src/apiserver/index.ts';
import type { KubeObject } from '../../src/core/object/index.ts';
import type { ApiResource, Clock, KubeClient, KubeTransport } from '../../src/ports/index.ts';
import { createElector, createInformers, type Informer, type Informers } from '../../src/runtime/index.ts';
import { ok } from '../../src/std/index.ts';
import { failingTransport, FaultInjector, type Fault } from '../../src/testing/failing/index.ts';

const clock = systemClock();
/** Waiting is what these tests do not want to test. */
const hurried: Clock = { ...clock, sleep: (delay, signal) => clock.sleep(Math.min(delay, 5), signal) };
const ports = { random: systemRandom(), log: silentLog(), metrics: noMetrics() };
const configMaps: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  namespaced: true,
  verbs: ['list', 'watch'],
};

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(): Promise<{ readonly cluster: Cluster; readonly admin: KubeClient }> {
  const cluster = await createCluster({ clock, ...ports, storage: 'memory', simulate: false });
  closing.push(() => cluster.close());
  return { cluster, admin: createKubeClient(cluster.transport(), { clock }) };
}

async function overHttps(cluster: Cluster): Promise<KubeTransport> {
  const { url } = await cluster.listen();
  const connection = await parseKubeconfig(cluster.kubeconfig(url), (text) => ok(parseJson(text)), { clock });
  if (!connection.ok) throw new Error(connection.error.message);
  const transport = httpTransport(connection.value);
  closing.push(() => transport.close());
  return transport;
}

function follow(transport: KubeTransport): { readonly informers: Informers; readonly informer: Informer } {
  const informers = createInformers({ client: createKubeClient(transport, { clock: hurried }), clock: hurried, ...ports });
  closing.push(() => informers.stop());
  return { informers, informer: informers.acquire(configMaps, { namespace: 'default' }).informer };
}

const object = (name: string, n: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { n: String(n) },
});

async function put(admin: KubeClient, name: string, n: number): Promise<void> {
  const applied = await admin.apply(configMaps, object(name, n), { fieldManager: 'test', force: true });
  if (!applied.ok) throw new Error(applied.error.message);
}

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it never came to hold');
}

const shown = (informer: Informer): string[] =>
  [...informer.values()].map((item) => `${item.metadata.name}=${(item['data'] as { n?: string } | undefined)?.n ?? ''}`).toSorted();

async function stored(admin: KubeClient): Promise<string[]> {
  const list = await admin.list(configMaps, { namespace: 'default' });
  return list.ok
    ? list.value.items.map((item) => `${item.metadata.name}=${(item['data'] as { n?: string } | undefined)?.n ?? ''}`).toSorted()
    : [];
}

describe.each<[string, (cluster: Cluster) => KubeTransport | Promise<KubeTransport>]>([
  ['in process', (cluster) => cluster.transport()],
  ['over HTTPS', overHttps],
])('%s', (_name, open) => {
  test('changes arrive, with old and new', async () => {
    const { cluster, admin } = await start();
    await put(admin, 'a', 1);
    const { informer } = follow(await open(cluster));
    expect(await informer.ready()).toBe(true);
    const seen: string[] = [];
    informer.subscribe((change) => {
      const [old, now] = ['old' in change ? change.old : undefined, 'now' in change ? change.now : undefined];
      const n = (item: KubeObject | undefined): string => (item?.['data'] as { n?: string } | undefined)?.n ?? '-';
      if ((now ?? old)?.metadata.name !== 'kube-root-ca.crt') seen.push(`${change.type} ${n(old)}>${n(now)}`);
    });
    await put(admin, 'a', 2);
    await put(admin, 'a', 2);
    await admin.delete(configMaps, 'default', 'a');
    await eventually(() => seen.length === 3);
    expect(seen).toEqual(['added ->1', 'changed 1>2', 'deleted 2>-']);
  });

  test.each<[string, Fault]>([
    ['errors', 'error'],
    ['timeouts', 'timeout'],
    ['lost answers', 'lostAnswer'],
    ['500', { status: 500 }],
    ['429', { status: 429 }],
    ['410', { status: 410 }],
  ])('%s at the first, second and third request: the copy still ends up equal', async (_fault, fault) => {
    for (const at of [1, 2, 3]) {
      const { cluster, admin } = await start();
      await put(admin, 'a', 1);
      const { informers, informer } = follow(failingTransport(await open(cluster), new FaultInjector({ at, fault })));
      await put(admin, 'b', 1);
      await put(admin, 'a', 2);
      await admin.delete(configMaps, 'default', 'b');
      await put(admin, 'c', 1);
      await eventually(async () => informer.synced && JSON.stringify(shown(informer)) === JSON.stringify(await stored(admin)));
      await informers.stop();
    }
  });
});

test('a thousand objects, then a hundred changes: every change is told once', async () => {
  const { cluster, admin } = await start();
  for (let at = 0; at < 1000; at += 50) await Promise.all(Array.from({ length: 50 }, (_, index) => put(admin, `o${at + index}`, 0)));
  const { informer } = follow(cluster.transport());
  await informer.ready();
  let changes = 0;
  informer.subscribe((change) => void (change.type === 'changed' && changes++));
  for (let index = 0; index < 100; index++) await put(admin, `o${index * 7}`, 1);
  await eventually(() => changes === 100);
  expect(shown(informer).filter((text) => text.endsWith('=1'))).toHaveLength(100);
});

test('S25 two replicas over a real Lease: one leads, and the other follows after a clean stop', async () => {
  const { cluster } = await start();
  const elector = (identity: string) =>
    createElector(
      { namespace: 'kube-system', name: 'lockstep', identity, retry: 20 },
      { client: createKubeClient(cluster.transport(), { clock }), clock, ...ports },
    );
  const [first, second] = [elector('first'), elector('second')];
  closing.push(() => second.stop());
  await eventually(() => first.leads() || second.leads());
  const [leader, other] = first.leads() ? [first, second] : [second, first];
  expect(other.leads()).toBe(false);
  const term = await leader.acquired();
  await leader.stop();
  expect(term?.aborted).toBe(true);
  await eventually(() => other.leads());
  await other.stop();
});
