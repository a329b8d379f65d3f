/** Evictions and bindings on a cluster without controllers: what they leave in the Pod, and which budgets forbid them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../adapters/log/index.ts';
import { systemRandom } from '../adapters/system/index.ts';
import type { Json, JsonObject, KubeObject } from '../core/object/index.ts';
import type { KubeTransport } from '../ports/index.ts';
import { fakeClock } from '../testing/clock/index.ts';
import { type Cluster, createCluster } from './index.ts';

const NS = '/namespaces/default';
const POD = `/api/v1${NS}/pods/p`;
const LONG_AGO = '2020-01-01T00:00:00Z';

let cluster: Cluster;
let api: KubeTransport;

async function send(method: 'GET' | 'POST' | 'PUT', path: string, value?: Json) {
  const { status, body } = await api.send({ method, path, ...(value === undefined ? {} : { body: { kind: 'json', value } }) });
  return { status, value: (body.kind === 'json' ? body.value : {}) as unknown as KubeObject & { message?: string } };
}

const conditionsOf = async (): Promise<readonly JsonObject[]> =>
  ((await send('GET', POD)).value.status as { readonly conditions?: readonly JsonObject[] }).conditions ?? [];

/** Writes the status of the Pod as a kubelet would. */
async function report(status: JsonObject): Promise<void> {
  const { value } = await send('GET', POD);
  expect((await send('PUT', `${POD}/status`, { ...value, status } as unknown as Json)).status).toBe(200);
}

const evict = () => send('POST', `${POD}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } });

beforeEach(async () => {
  cluster = await createCluster({ clock: fakeClock(), random: systemRandom(), log: silentLog(), storage: 'memory', simulate: false });
  api = cluster.transport();
  await send('POST', `/api/v1${NS}/serviceaccounts`, { metadata: { name: 'default' } });
  const spec = { containers: [{ name: 'c', image: 'x' }], nodeName: 'n' };
  const metadata = { name: 'p', labels: { app: 'web' }, finalizers: ['example.com/stay'] };
  expect((await send('POST', `/api/v1${NS}/pods`, { metadata, spec })).status).toBe(201);
});
afterEach(() => cluster.close());

test('an eviction says why in the Pod: a condition keeps its place, and its time while it stays true', async () => {
  const ready = { type: 'Ready', status: 'True', lastTransitionTime: LONG_AGO };
  await report({ phase: 'Running', conditions: [{ type: 'DisruptionTarget', status: 'True', lastTransitionTime: LONG_AGO }, ready] });
  expect((await evict()).status).toBe(201);
  const [target, other] = await conditionsOf();
  expect(target).toMatchObject({ type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI', lastTransitionTime: LONG_AGO });
  expect(other).toMatchObject({ type: 'Ready' });
});

test('a condition that becomes true has the time of the eviction, and a new one comes last', async () => {
  await report({ phase: 'Running', conditions: [{ type: 'DisruptionTarget', status: 'False', lastTransitionTime: LONG_AGO }] });
  await evict();
  const [target] = await conditionsOf();
  expect(target).toMatchObject({ type: 'DisruptionTarget', status: 'True' });
  expect(target?.lastTransitionTime).not.toBe(LONG_AGO);
  await report({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });
  await evict();
  expect((await conditionsOf()).map(({ type }) => type)).toEqual(['Ready', 'DisruptionTarget']);
});

test('a budget without room forbids it, and says how many Pods it needs', async () => {
  await report({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'web' } } };
  const budgets = `/apis/policy/v1${NS}/poddisruptionbudgets`;
  const { value } = await send('POST', budgets, { metadata: { name: 'b' }, spec });
  const status = { observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: 0, expectedPods: 1 };
  await send('PUT', `${budgets}/b/status`, { ...value, status } as unknown as Json);
  const refused = await evict();
  expect(refused.status).toBe(429);
  expect(JSON.stringify(refused.value)).toContain('The disruption budget b needs 1 healthy pods and has 1 currently');
});
