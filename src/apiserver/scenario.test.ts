/** Trouble as data, on a clock that a test moves: what a person would see of each fault, and that it ends when it should. */
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '../adapters/log/index.ts';
import { systemRandom } from '../adapters/system/index.ts';
import { parseScenario } from '../core/kube/scenario/index.ts';
import type { Json, JsonObject, KubeObject } from '../core/object/index.ts';
import type { KubeTransport } from '../ports/index.ts';
import { type FakeClock, fakeClock } from '../testing/clock/index.ts';
import { type Cluster, createCluster } from './index.ts';

let cluster: Cluster;
let clock: FakeClock;
let api: KubeTransport;

afterEach(() => cluster.close());

async function start(scenario = ''): Promise<void> {
  clock = fakeClock();
  const { value } = parseScenario(scenario, 'test.yaml');
  cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: 'memory', scenario: value });
  api = cluster.transport();
  await clock.advance(1000);
}

async function send(method: 'GET' | 'POST' | 'PUT', path: string, value?: Json) {
  const answer = await api.send({ method, path, ...(value === undefined ? {} : { body: { kind: 'json', value } }) });
  const object = (answer.body.kind === 'json' ? answer.body.value : {}) as unknown as KubeObject & { items: KubeObject[] };
  return { status: answer.status, object, warning: answer.headers.warning ?? '' };
}

const NS = '/namespaces/default';
const template = (app: string, annotations: Record<string, string> = {}, spec: JsonObject = {}): JsonObject => ({
  metadata: { labels: { app }, annotations },
  spec: { containers: [{ name: 'c', image: 'x' }], ...spec },
});

const deploy = (name: string, annotations: Record<string, string> = {}, spec: JsonObject = {}) =>
  send('POST', `/apis/apps/v1${NS}/deployments`, {
    metadata: { name },
    spec: { selector: { matchLabels: { app: name } }, template: template(name, annotations), ...spec },
  });

const service = (name: string, type = 'ClusterIP') =>
  send('POST', `/api/v1${NS}/services`, {
    metadata: { name, labels: { app: name } },
    spec: { type, selector: { app: name }, ports: [{ port: 80 }] },
  });

/** What `kubectl get pods` would say of the only Pod of an app. */
async function look(app: string): Promise<string> {
  const { object } = await send('GET', `/api/v1${NS}/pods`);
  const pods = object.items.filter((pod) => pod.metadata.labels?.app === app);
  return pods.map(wordOf).join(' ');
}

function wordOf(pod: KubeObject): string {
  const status = pod.status as {
    phase: string;
    containerStatuses?: { ready: boolean; restartCount: number; state: Record<string, { reason?: string }> }[];
  };
  const [container] = status.containerStatuses ?? [];
  if (container === undefined) return status.phase;
  const [state, detail] = Object.entries(container.state)[0] ?? ['', {}];
  const word = detail.reason ?? state;
  return `${word}${container.ready ? ' ready' : ''}${container.restartCount > 0 ? ` ${container.restartCount}x` : ''}`;
}

test('a program that needs another crash-loops until that one is ready, and notices at its next start', async () => {
  await start();
  await service('db');
  await deploy('web', { 'lockstep.dev/simulate': 'needs=db' });
  await clock.advance(5000);
  expect(await look('web')).toBe('CrashLoopBackOff');
  await deploy('db');
  await clock.advance(2000);
  // In the back-off pause the dependency is not looked for.
  expect(await look('web')).toBe('CrashLoopBackOff');
  await clock.advance(6000);
  expect(await look('web')).toBe('running ready 1x');
  await clock.advance(600_000);
  expect(await look('web')).toBe('running ready 1x');
});

test('faults of a file end when their time is over; the file can be replaced', async () => {
  await start(
    '"*":\n  pods: |\n    app=web: crash-loop for 1m\n    app=slow: slow-start=20s\n    app=big: unschedulable for 30s\n  services: "app=front: pending"\n',
  );
  for (const name of ['web', 'slow', 'big']) await deploy(name);
  await service('front', 'LoadBalancer');
  await clock.advance(5000);
  expect([await look('web'), await look('slow'), await look('big')]).toEqual(['CrashLoopBackOff', 'running', 'Pending']);
  await clock.advance(30_000);
  expect([await look('web'), await look('slow'), await look('big')]).toEqual(['CrashLoopBackOff 2x', 'running ready', 'running ready']);
  await clock.advance(30_000);
  expect(await look('web')).toBe('running ready 2x');
  const addresses = async (): Promise<unknown> => (await send('GET', `/api/v1${NS}/services/front`)).object.status;
  expect(await addresses()).toEqual({ loadBalancer: {} });
  cluster.setScenario(undefined);
  await clock.advance(100);
  expect(await addresses()).toMatchObject({ loadBalancer: { ingress: [{ ipMode: 'VIP' }] } });
});

test('API errors of a file concern cluster-wide requests too, and end', async () => {
  await start('"*":\n  api: |\n    create namespaces: 503 for 10s\n');
  const create = () => send('POST', '/api/v1/namespaces', { metadata: { name: 'n' } });
  expect((await create()).status).toBe(503);
  await clock.advance(10_000);
  expect((await create()).status).toBe(201);
});

test('a Job whose program is restarted in place fails at its limit, one with new Pods too', async () => {
  await start('"*": {pods: "*: fail=3"}\n');
  const job = (name: string, restartPolicy: string): Json => ({
    metadata: { name },
    spec: { backoffLimit: 2, template: template(name, {}, { restartPolicy }) },
  });
  await send('POST', `/apis/batch/v1${NS}/jobs`, job('again', 'OnFailure'));
  await send('POST', `/apis/batch/v1${NS}/jobs`, job('anew', 'Never'));
  await clock.advance(120_000);
  for (const name of ['again', 'anew']) {
    const { object } = await send('GET', `/apis/batch/v1${NS}/jobs/${name}`);
    const { conditions } = object.status as { conditions: { type: string; reason: string }[] };
    expect(conditions.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      'FailureTarget BackoffLimitExceeded',
      'Failed BackoffLimitExceeded',
    ]);
  }
});

test('a deadline of ten minutes passes in no time', async () => {
  await start();
  await deploy('web', { 'lockstep.dev/simulate': 'never-ready' }, { progressDeadlineSeconds: 600 });
  await clock.advance(605_000);
  const { object } = await send('GET', `/apis/apps/v1${NS}/deployments/web`);
  const { conditions } = object.status as { conditions: { type: string; status: string; reason: string }[] };
  expect(conditions.find(({ type }) => type === 'Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
});

test('words that mean nothing are warned of', async () => {
  await start();
  const config = { metadata: { name: 'lockstep-scenario' }, data: { pods: 'app=web: crashing\n' } };
  expect((await send('POST', `/api/v1${NS}/configmaps`, config)).warning).toContain('data.pods: line 1:');
  expect((await send('PUT', `/api/v1${NS}/configmaps/lockstep-scenario`, config)).warning).toContain('is no fault');
  expect((await deploy('web', { 'lockstep.dev/simulate': 'crashing' })).warning).toContain('spec.template.metadata.annotations');
});
