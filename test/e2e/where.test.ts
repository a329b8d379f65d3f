/** Where a commit and an image are, for every way they can be there, on their way, without effect, held back or taken back. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Dashboard } from '../../src/server/index.ts';
import { repositoryUrl, type World, world } from '../../src/testing/world/index.ts';
import { type Browser, openDashboard, signedIn } from './dashboard-door.ts';
import { configMap, deployment } from './stories.ts';

let w: World;
let dashboard: Dashboard;
let ada: Browser;

beforeEach(async () => {
  w = await world();
  await w.put({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'git', namespace: 'shop' },
    data: { username: btoa('a'), password: btoa('b') },
  });
  await w.put({
    apiVersion: 'lockstep.dev/v1',
    kind: 'Source',
    metadata: { name: 'config', namespace: 'shop' },
    spec: { git: { url: repositoryUrl, ref: { branch: 'main' } }, auth: { secretRef: { name: 'git' } }, interval: '10m' },
  });
  await w.commit({ 'web/web.yaml': deployment('web', { image: 'reg.test/acme/web:1' }), 'other/y.yaml': configMap('y') });
  dashboard = await openDashboard(w);
  ada = await signedIn(dashboard);
});
afterEach(async () => {
  await dashboard.close();
  await w.close();
});

const apps = async (spec = {}): Promise<void> => {
  await w.app({ spec });
  await w.app({ name: 'other', path: 'other' });
  await w.settle(10_000);
};

/** `shop/web: live` for each place, with what people are told. */
async function where(query: string): Promise<readonly string[]> {
  // The dashboard's own informers follow in real time.
  await new Promise((resolve) => setTimeout(resolve, 150));
  const { places } = await ada.get('where', `/where?${query}`);
  return places.map(({ app, state, ready, stuck, message }) =>
    [`${app}: ${state}`, ...(ready ? [] : ['not ready']), ...(stuck ? ['stuck'] : []), ...(message === '' ? [] : [message])].join('; '),
  );
}

test('a commit is live where it is read, and changes nothing elsewhere; its first digits are enough', async () => {
  await apps();
  const first = w.repository.branches.get('main') ?? '';
  const commit = await w.commit({ 'web/web.yaml': deployment('web', { image: 'reg.test/acme/web:2' }) });
  await w.settle(10_000);
  expect(await where(`commit=${commit}`)).toEqual(['shop/other: unaffected', 'shop/web: live']);
  expect(await where(`commit=${first.slice(0, 7)}`)).toEqual(['shop/other: live', 'shop/web: live']);
  expect(await where(`commit=${commit}&namespace=elsewhere`)).toEqual([]);
  expect(await where('commit=0123456789')).toEqual([
    'shop/other: unknown; the branch that it follows does not have it yet',
    'shop/web: unknown; the branch that it follows does not have it yet',
  ]);
});

test('a commit of another Source that values come from is told by that Source', async () => {
  const url = 'https://git.test/values.git';
  const values = w.git.repository(url, () => w.clock.now());
  values.commit({ 'web.yaml': 'level: info\n', 'readme.md': 'a' });
  await w.put({
    apiVersion: 'lockstep.dev/v1',
    kind: 'Source',
    metadata: { name: 'values', namespace: 'shop' },
    spec: { git: { url, ref: { branch: 'main' } }, interval: '10s' },
  });
  await w.commit({
    'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'chart/templates/x.yaml': configMap('x', { level: '{{ .Values.level }}' }),
  });
  const build = { helm: { valuesFrom: [{ source: { name: 'values', path: 'web.yaml' } }] } };
  await w.app({ name: 'chart', path: 'chart', spec: { build } });
  await w.settle(20_000);
  const changed = values.commit({ 'web.yaml': 'level: debug\n', 'readme.md': 'a' });
  await w.settle(20_000);
  expect(await where(`commit=${changed}`)).toEqual(['shop/chart: live']);
  const readme = values.commit({ 'web.yaml': 'level: debug\n', 'readme.md': 'b' });
  await w.settle(20_000);
  expect(await where(`commit=${readme}`)).toEqual(['shop/chart: unaffected']);
  const own = w.repository.branches.get('main') ?? '';
  expect(await where(`commit=${own}`)).toEqual(['shop/chart: live']);
});

test('a commit that waits says for what, and one that is refused that it is stuck', async () => {
  await apps({ dependsOn: [{ name: 'db' }] });
  const commit = w.repository.branches.get('main') ?? '';
  expect(await where(`commit=${commit}`)).toEqual(['shop/other: live', expect.stringMatching(/^shop\/web: waiting; not ready; .*db/)]);
  const broken = await w.commit({ 'other/y.yaml': 'kind: [' });
  await w.settle(10_000);
  const [other] = await where(`commit=${broken}`);
  expect(other).toMatch(/^shop\/other: waiting; not ready; stuck; .*other\/y\.yaml/);
});

test('what failed and is held back is rejected; what was taken back is reverted', async () => {
  await apps({ sync: { onFailure: 'pin' }, health: { timeout: '10s' } });
  const bad = { 'web/web.yaml': `${deployment('web')}      volumes: [{name: x, configMap: {name: nope}}]\n` };
  const commit = await w.commit(bad);
  await w.settle(30_000);
  expect((await where(`commit=${commit}`))[1]).toMatch(/^shop\/web: rejected; not ready; stuck; .*not healthy after 10s/);
  await w.edit('App/shop/web', { spec: { sync: { onFailure: 'revert' } } });
  await w.edit('App/shop/web', { metadata: { annotations: { 'lockstep.dev/reconcileAt': 'again' } } });
  await w.settle(60_000);
  expect(w.events('Reverted')).toHaveLength(1);
  const head = w.repository.branches.get('main') ?? '';
  const { places } = await ada.get('where', `/where?commit=${commit}`);
  expect(places[1]).toMatchObject({ app: 'shop/web', state: 'reverted', by: head, stuck: true });
  expect((await where(`commit=${head}`))[1]).toBe('shop/web: unaffected');
});

test('an image by repository, by its last part and by tag', async () => {
  await apps();
  await w.commit({ 'other/d.yaml': deployment('d', { image: 'reg.test/acme/web:2' }) });
  await w.settle(10_000);
  expect(await where('image=reg.test/acme/web:2')).toEqual(['shop/other: live', 'shop/web: other']);
  expect(await where('image=web')).toEqual(['shop/other: live', 'shop/web: live']);
  expect(await where('image=acme/web:3')).toEqual(['shop/other: other', 'shop/web: other']);
  expect(await where('image=eb')).toEqual([]);
});

test('one of the two has to be asked for', async () => {
  expect(await ada.send('GET', '/api/v1/where')).toMatchObject({ status: 400 });
  expect(await ada.send('GET', '/api/v1/where?commit=0123456&image=x')).toMatchObject({ status: 400 });
  expect(await ada.send('GET', '/api/v1/where?commit=xyz')).toMatchObject({ status: 400 });
});

test('a version of a chart is live, on its way, held back, or another one runs; so is an image by its digest', async () => {
  const [digest, url] = [`sha256:${'a'.repeat(64)}`, 'https://charts.test/stable'];
  const publish = (version: string, extra = ''): unknown =>
    w.charts.publish(
      url,
      { name: 'shop', version },
      { 'templates/web.yaml': `${deployment('web', { image: `reg.test/acme/shop@${digest}` })}${extra}` },
    );
  publish('1.0.0');
  await w.put({
    apiVersion: 'lockstep.dev/v1',
    kind: 'Source',
    metadata: { name: 'charts', namespace: 'shop' },
    spec: { helm: { url }, interval: '10s' },
  });
  const source = { name: 'charts', chart: 'shop', version: '1.x' };
  await w.put({
    apiVersion: 'lockstep.dev/v1',
    kind: 'App',
    metadata: { name: 'shop', namespace: 'shop' },
    spec: { source, health: { timeout: '10s' }, sync: { onFailure: 'pin' } },
  });
  await w.settle(30_000);
  for (const chart of ['shop', 'shop@1.0', 'shop@v1.0.0']) expect(await where(`chart=${chart}`)).toEqual(['shop/shop: live']);
  expect(await where('chart=shop@1.1')).toEqual(['shop/shop: other']);
  expect(await where('chart=nobody')).toEqual([]);
  expect(await where(`image=acme/shop@${digest}`)).toEqual(['shop/shop: live']);
  expect(await where(`image=acme/shop@sha256:${'b'.repeat(64)}`)).toEqual(['shop/shop: other']);

  await w.edit('App/shop/shop', { spec: { suspend: true } });
  publish('1.1.0', '      volumes: [{name: x, configMap: {name: nope}}]\n');
  await w.settle(30_000);
  expect(await where('chart=shop@1.1')).toEqual([expect.stringMatching(/^shop\/shop: waiting; .*suspended/i)]);
  await w.edit('App/shop/shop', { spec: { suspend: false } });
  await w.settle(60_000);
  expect(await where('chart=shop@1.1')).toEqual([
    expect.stringMatching(/^shop\/shop: rejected; not ready; stuck; .*not healthy after 10s/),
  ]);
});
