/** Waves of an umbrella chart: a sub-chart is healthy before a later wave begins. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromSecret } from '../../src/core/release/store/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  await w.source();
});
afterEach(() => w.close());

const deployment = (name: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}, annotations: {lockstep.dev/simulate: "{{ .Values.fault | default "none" }}"}}, spec: {containers: [{name: main, image: x}]}}}\n`;

const umbrella = (): Record<string, string> => ({
  'web/Chart.yaml':
    'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: pg, version: 1.0.0, alias: db}, {name: api, version: 1.0.0}]\n',
  'web/values.yaml': 'db: {fault: unschedulable}\n',
  'web/templates/front.yaml': deployment('front'),
  'web/charts/pg/Chart.yaml': 'apiVersion: v2\nname: pg\nversion: 1.0.0\nannotations: {lockstep.dev/wave: "-2"}\n',
  'web/charts/pg/templates/d.yaml': deployment('db'),
  'web/charts/api/Chart.yaml': 'apiVersion: v2\nname: api\nversion: 1.0.0\n',
  'web/charts/api/templates/d.yaml': deployment('api'),
});

const there = async (): Promise<readonly string[]> =>
  (await w.list('Deployment', 'shop')).map(({ metadata }) => metadata.name ?? '').toSorted();

test('by the spec and by the sub-chart itself; each waits for the health of the one before', async () => {
  await w.commit(umbrella());
  await w.app({ spec: { build: { helm: { waves: { api: -1 } } } } });
  await w.settle(10_000);
  expect(await there()).toEqual(['db']);
  expect(await w.condition('Ready')).toContain('waiting for Deployment/shop/db to be ready');
  await w.commit({ 'web/values.yaml': 'db: {fault: none}\napi: {fault: unschedulable}\n' });
  await w.settle(10_000);
  expect(await there()).toEqual(['api', 'db']);
  await w.commit({ 'web/values.yaml': '{}\n' });
  await w.settle(15_000);
  expect(await there()).toEqual(['api', 'db', 'front']);
  expect(await w.condition('Ready')).toContain('Ready=True');
});

test('a wave for a sub-chart that is not there is named, with those that are', async () => {
  await w.commit(umbrella());
  await w.app({ spec: { build: { helm: { waves: { apo: 1 } } } } });
  await w.settle();
  expect(await w.condition('Ready')).toMatch(/InvalidSpec: .*spec\.build\.helm\.waves\.apo.*no sub-chart apo; there are: api, db, pg/);
});

test('the record keeps the chart as it was rendered, as Helm does: what is disabled is left out, the others are enabled', async () => {
  const files = umbrella();
  const declared = String(files['web/Chart.yaml']).replace('{name: api,', '{name: api, condition: api.enabled,');
  await w.commit({ ...files, 'web/Chart.yaml': declared, 'web/values.yaml': 'api: {enabled: false}\n' });
  await w.app();
  await w.settle(10_000);
  const record = fromSecret(await w.get('Secret/shop/sh.helm.release.v1.web.v1'));
  expect(record.ok && record.value.chart).toMatchObject({
    metadata: { dependencies: [{ name: 'db', version: '1.0.0', repository: '', enabled: true, alias: 'db' }] },
    values: { api: { enabled: false }, db: { global: {} } },
  });
});
