/** What stands beside an App on the dashboard: who may do what, and its traffic from a Prometheus. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject, KubeObject } from '../../src/core/object/index.ts';
import type { Dashboard } from '../../src/server/index.ts';
import { world, type World } from '../../src/testing/world/index.ts';
import { Browser, openDashboard, signedIn } from './dashboard-door.ts';

let scene: World;
let dashboard: Dashboard;
let ada: Browser;
let prometheus: Server;
const asked: { readonly query: string; readonly token: string | undefined }[] = [];
let answer = (query: string): { readonly status: number; readonly text: string } => ({ status: 200, text: matrixOf(query) });

const matrixOf = (query: string): string => {
  const value = query.includes('histogram') ? '0.12' : query.startsWith('100') ? 'NaN' : '7.5';
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values: [[1_800_000_000, value]] }] } });
};

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.test/web:1"}]}
`;

beforeAll(async () => {
  scene = await world();
  await scene.commit({ 'web/web.yaml': deployment });
  await scene.source();
  await scene.app();
  await scene.settle(20_000);
  dashboard = await openDashboard(scene);
  ada = await signedIn(dashboard);
  prometheus = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://prometheus').searchParams.get('query') ?? '';
    asked.push({ query, token: request.headers.authorization });
    const { status, text } = answer(query);
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => prometheus.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  prometheus.close();
  await dashboard.close();
  await scene.close();
});

const platform = (dashboardSpec: JsonObject): KubeObject => ({
  apiVersion: 'lockstep.dev/v1',
  kind: 'Platform',
  metadata: { name: 'default' },
  spec: { dashboard: dashboardSpec },
});

const address = (): string => `http://127.0.0.1:${(prometheus.address() as AddressInfo).port}`;

async function configured(settings: JsonObject): Promise<void> {
  await scene.put(platform({ prometheus: { url: address(), ...settings } }));
  for (let turn = 0; turn < 200 && !(await ada.get('session', '/session')).prometheus; turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

test('without a Prometheus there is no traffic, and that is said', async () => {
  expect(await ada.get('traffic', '/apps/shop/web/traffic')).toMatchObject({ configured: false, series: [] });
});

test('rate, errors and duration, with the deployments as markers; gaps are gaps', async () => {
  await scene.put({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'prometheus', namespace: 'lockstep-system' },
    data: { token: Buffer.from('sesame\n').toString('base64') },
  });
  await scene.ledger.append([{ id: 'now', at: Date.now() - 60_000, type: 'Applied', subject: 'shop/web', message: 'applied' }]);
  await configured({ tokenSecretRef: { name: 'prometheus' } });
  const { series, deploys, error } = await ada.get('traffic', '/apps/shop/web/traffic?minutes=10080');
  expect(error).toBeUndefined();
  expect(series.map(({ name, points }) => [name, points.map(({ value }) => value)])).toEqual([
    ['rate', ['7.5']],
    ['errors', []],
    ['duration', ['0.12']],
  ]);
  expect(deploys.map(({ type }) => type)).toEqual(['Applied']);
  expect(new Set(asked.map(({ token }) => token))).toEqual(new Set(['Bearer sesame']));
  expect(asked[0]?.query).toContain('namespace="shop", pod=~"(web)-.*"');
});

test('what is wrong with it is told beside the page', async () => {
  answer = () => ({ status: 400, text: JSON.stringify({ status: 'error', error: 'parse error: <b>' }) });
  expect(await ada.get('traffic', '/apps/shop/web/traffic')).toMatchObject({ configured: true, error: 'Prometheus: parse error: <b>' });
  answer = () => ({ status: 200, text: ' '.repeat(1_100_000) });
  expect((await ada.get('traffic', '/apps/shop/web/traffic')).error).toBe('Prometheus answers more than can be shown');
  answer = () => ({ status: 502, text: '<html>' });
  expect((await ada.get('traffic', '/apps/shop/web/traffic')).error).toMatch(/^Prometheus: /);
});

test('access: what one may do where, and who else may come in, as far as one may know', async () => {
  const all = await ada.get('access', '/access');
  expect(all.rights[0]).toEqual({ namespace: '', see: true, change: true, approve: true, logs: true, secrets: true });
  expect(all).toMatchObject({ users: { known: true, items: [] }, anonymous: false, home: 'lockstep-system' });
  const eve = await signedIn(dashboard, { user: 'eve', groups: ['strangers'] });
  expect(await eve.get('access', '/access')).toMatchObject({ rights: [], users: { known: false, items: [] } });
  const nobody = new Browser(dashboard.url);
  expect((await nobody.send('GET', '/api/v1/access')).status).toBe(401);
});

test('local users are shown by name and groups, never with their hashes', async () => {
  const value = Buffer.from(JSON.stringify({ password: '$scrypt$secret', groups: ['platform'] })).toString('base64');
  await scene.put({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'lockstep-users', namespace: 'lockstep-system' },
    data: { bob: value },
  });
  const { status, text } = await ada.send('GET', '/api/v1/access');
  expect([status, text]).toEqual([200, expect.not.stringContaining('scrypt')]);
  expect((await ada.get('access', '/access')).users.items).toEqual([{ name: 'bob', groups: ['platform'] }]);
});
