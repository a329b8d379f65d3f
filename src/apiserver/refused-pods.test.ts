/** Controllers whose Pods the server refuses say so as the real ones do, and go on when the reason is gone. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../adapters/log/index.ts';
import { systemRandom } from '../adapters/system/index.ts';
import type { Json, JsonObject, KubeObject } from '../core/object/index.ts';
import type { KubeTransport } from '../ports/index.ts';
import { type FakeClock, fakeClock } from '../testing/clock/index.ts';
import { type Cluster, createCluster } from './index.ts';

let cluster: Cluster;
let clock: FakeClock;
let api: KubeTransport;

beforeEach(async () => {
  clock = fakeClock();
  cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: 'memory' });
  api = cluster.transport();
  await clock.advance(1000);
});
afterEach(() => cluster.close());

async function send(method: 'GET' | 'POST' | 'DELETE', path: string, value?: Json) {
  const answer = await api.send({ method, path, ...(value === undefined ? {} : { body: { kind: 'json', value } }) });
  const object = (answer.body.kind === 'json' ? answer.body.value : {}) as unknown as KubeObject & { items: KubeObject[] };
  return { object, warning: answer.headers.warning ?? '' };
}

const NS = '/namespaces/default';
const template: JsonObject = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'x' }] } };
const spec: JsonObject = { replicas: 2, selector: { matchLabels: { app: 'web' } }, template };
const meta = { name: 'web' };

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

const failureOf = (object: KubeObject): Condition | undefined =>
  (object.status as { conditions?: Condition[] } | undefined)?.conditions?.find(({ type }) => type === 'ReplicaFailure');

async function eventsAbout(kind: string): Promise<readonly string[]> {
  const { object } = await send('GET', `/api/v1${NS}/events`);
  const of = object.items.filter((event) => (event.involvedObject as JsonObject).kind === kind);
  return [...new Set(of.map(({ type, reason, message }) => `${String(type)} ${String(reason)}: ${String(message)}`))];
}

const quota = (pods: string) => send('POST', `/api/v1${NS}/resourcequotas`, { metadata: { name: 'few' }, spec: { hard: { pods } } });

test('a Deployment beyond its quota has ReplicaFailure until there is room', async () => {
  await quota('1');
  await send('POST', `/apis/apps/v1${NS}/deployments`, { metadata: meta, spec });
  await clock.advance(10_000);
  const path = `/apis/apps/v1${NS}/deployments/web`;
  const { object } = await send('GET', path);
  expect(failureOf(object)).toMatchObject({ status: 'True', reason: 'FailedCreate' });
  expect(failureOf(object)?.message).toMatch(
    /^pods "web-\w+-\w{5}" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1$/,
  );
  expect((object.status as JsonObject).replicas).toBe(1);
  const said = await eventsAbout('ReplicaSet');
  expect(
    said.some((line) => /^Warning FailedCreate: Error creating: pods "web-\w+-\w{5}" is forbidden: exceeded quota: few/.test(line)),
  ).toBe(true);
  await send('DELETE', `/api/v1${NS}/resourcequotas/few`);
  await clock.advance(120_000);
  const after = await send('GET', path);
  expect(failureOf(after.object)).toBeUndefined();
  expect((after.object.status as JsonObject).availableReplicas).toBe(2);
});

test('a StatefulSet and a Job say which Pod could not be made', async () => {
  await quota('0');
  await send('POST', `/apis/apps/v1${NS}/statefulsets`, { metadata: meta, spec: { ...spec, serviceName: 'web' } });
  const job = { ...template, spec: { ...(template.spec as JsonObject), restartPolicy: 'Never' } };
  await send('POST', `/apis/batch/v1${NS}/jobs`, { metadata: meta, spec: { template: job } });
  await clock.advance(5000);
  expect(await eventsAbout('StatefulSet')).toContain(
    'Warning FailedCreate: create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: exceeded quota: few, requested: pods=1, used: pods=0, limited: pods=0',
  );
  const { object: set } = await send('GET', `/apis/apps/v1${NS}/statefulsets/web`);
  expect(set.status).toMatchObject({ observedGeneration: 1, replicas: 0 });
  expect((await eventsAbout('Job')).join('\n')).toMatch(
    /Warning FailedCreate: Error creating: pods "web-\w{5}" is forbidden: exceeded quota: few/,
  );
});

test('Pod security: the template is warned of, the Pods are refused', async () => {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await send('POST', '/api/v1/namespaces', { metadata: { name: 'strict', labels } });
  await clock.advance(1000);
  const { warning } = await send('POST', '/apis/apps/v1/namespaces/strict/deployments', { metadata: meta, spec });
  expect(warning).toContain('would violate PodSecurity \\"restricted:latest\\": allowPrivilegeEscalation != false');
  await clock.advance(5000);
  const { object } = await send('GET', '/apis/apps/v1/namespaces/strict/deployments/web');
  expect(failureOf(object)?.message).toMatch(/^pods "web-\w+-\w{5}" is forbidden: violates PodSecurity "restricted:latest"/);
});
