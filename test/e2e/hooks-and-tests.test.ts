/** Hooks and tests of Apps that are no Helm releases: Argo CD's and Helm's marks, tests of our own, going back, and the records that make them run once. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/object/index.ts';
import { fromSecret } from '../../src/core/release/store/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';
import { configMap } from './stories.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  await w.source();
});
afterEach(() => w.close());

const job = (name: string, annotations: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>> = {}): string =>
  [
    'apiVersion: batch/v1',
    'kind: Job',
    `metadata: {name: ${name}, labels: ${JSON.stringify(labels)}, annotations: ${JSON.stringify(annotations)}}`,
    'spec: {template: {metadata: {annotations: {lockstep.dev/simulate: unschedulable}}, spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}\n',
  ].join('\n');

const argo = (event: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  'argocd.argoproj.io/hook': event,
  ...more,
});

async function history(): Promise<readonly string[]> {
  const records = (await w.list('Secret', 'shop')).filter(({ metadata }) => metadata.labels?.['owner'] === 'lockstep-delivery');
  return records
    .flatMap((secret) => {
      const read = fromSecret(secret);
      return read.ok ? [read.value] : [];
    })
    .toSorted((a, b) => a.version - b.version)
    .map(({ version, status, description }) => `${version} ${status} ${description}`);
}

describe('hooks that only have a generateName', () => {
  const generated = (mark: string): string =>
    job('x', { [mark]: mark.startsWith('argo') ? 'PreSync' : 'pre-install,pre-upgrade' }).replace('name: x', 'generateName: migrate-');

  test.each([
    ['plain manifests', { 'web/a.yaml': configMap('web'), 'web/pre.yaml': generated('argocd.argoproj.io/hook') }],
    [
      'a chart',
      {
        'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
        'web/templates/a.yaml': configMap('web'),
        'web/templates/pre.yaml': generated('helm.sh/hook'),
      },
    ],
  ])('of %s run once for each revision, also when the process dies', async (_name, files: Record<string, string>) => {
    const names = async (): Promise<readonly string[]> => (await w.list('Job', 'shop')).map(({ metadata }) => metadata.name ?? '');
    await w.commit(files);
    await w.app();
    await w.settle();
    const [first = ''] = await names();
    expect(first).toMatch(/^migrate-[0-9a-f]{10}$/);
    expect(await w.condition('Ready')).toContain(`HooksRunning: waiting for hook Job/shop/${first}`);
    await w.crash();
    await w.settle();
    expect(await names()).toEqual([first]);
    await w.finishJob(`Job/shop/${first}`);
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    const { uid } = (await w.get(`Job/shop/${first}`)).metadata;
    const changed = Object.keys(files).find((path) => path.endsWith('a.yaml')) ?? '';
    await w.commit({ [changed]: configMap('web', { a: '2' }) });
    await w.settle();
    expect((await w.get(`Job/shop/${first}`)).metadata.uid).not.toBe(uid);
    await w.finishJob(`Job/shop/${first}`);
    await w.settle();
    expect((await w.get('ConfigMap/shop/web'))['data']).toEqual({ a: '2' });
  });

  test('anything else needs a name', async () => {
    await w.commit({ 'web/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a-}\n' });
    await w.app();
    await w.settle();
    expect(await w.condition('Ready')).toContain(
      'NotKubernetes: web/a.yaml:3:12: metadata.name is missing (generateName makes a new object each time',
    );
  });
});

describe('hooks of Argo CD in plain manifests', () => {
  test('before and after, by wave, once for each revision; Skip is not applied; Sync is an object like any other', async () => {
    await w.commit({
      'web/c.yaml': configMap('web'),
      'web/pre1.yaml': job('first', argo('PreSync', { 'argocd.argoproj.io/sync-wave': '-1' })),
      'web/pre2.yaml': job('second', argo('PreSync', { 'argocd.argoproj.io/hook-delete-policy': 'HookSucceeded' })),
      'web/post.yaml': job('after', argo('PostSync')),
      'web/skip.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: never, annotations: {argocd.argoproj.io/hook: Skip}}\n',
      'web/sync.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain, annotations: {argocd.argoproj.io/hook: Sync}}\n',
    });
    await w.app();
    await w.settle();
    expect(await w.find('Job/shop/first')).toBeDefined();
    expect(await w.find('Job/shop/second')).toBeUndefined();
    expect(await w.condition('Ready')).toContain('HooksRunning: waiting for hook Job/shop/first');
    await w.finishJob('Job/shop/first');
    await w.settle();
    expect(await w.find('ConfigMap/shop/web')).toBeUndefined();
    await w.finishJob('Job/shop/second');
    await w.settle();
    expect(await w.find('ConfigMap/shop/web')).toBeDefined();
    expect(await w.find('Job/shop/second')).toBeUndefined();
    await w.finishJob('Job/shop/after');
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(await w.find('ConfigMap/shop/never')).toBeUndefined();
    expect(await w.find('ConfigMap/shop/plain')).toBeDefined();
    expect((await w.appStatus()).delivery).toEqual({ revision: 1, status: 'deployed' });
    expect((await w.appStatus()).release).toBeUndefined();
    expect((await w.get('ConfigMap/shop/web')).metadata.labels?.['app.kubernetes.io/managed-by']).toBeUndefined();
    const { uid } = (await w.get('Job/shop/first')).metadata;
    await w.crash();
    await w.settle(60_000);
    expect((await w.get('Job/shop/first')).metadata.uid).toBe(uid);
    await w.commit({ 'web/c.yaml': configMap('web', { a: '2' }) });
    await w.settle();
    expect((await w.get('Job/shop/first')).metadata.uid).not.toBe(uid);
    expect((await history()).at(-1)).toBe('2 pending-upgrade Preparing upgrade');
  });

  test('a Job of Sync that says HookSucceeded goes with its revision, is no drift, and runs again with the next; one that failed stays', async () => {
    const policy = { 'argocd.argoproj.io/hook-delete-policy': 'HookSucceeded' };
    const files = (value: string) => ({
      'web/c.yaml': configMap('web', { a: value }),
      'web/up.yaml': job('page-up', argo('Sync', policy)),
      'web/after.yaml': job('after', argo('PostSync')),
    });
    await w.commit(files('1'));
    await w.app();
    await w.settle();
    await w.finishJob('Job/shop/page-up');
    await w.settle();
    expect([await w.find('Job/shop/page-up'), await w.find('Job/shop/after')]).toEqual([expect.anything(), expect.anything()]);
    await w.finishJob('Job/shop/after');
    await w.settle();
    expect([await w.find('Job/shop/page-up'), await w.condition('Ready')]).toEqual([undefined, expect.stringContaining('Ready=True')]);
    await w.crash();
    await w.settle(20_000);
    expect([await w.find('Job/shop/page-up'), await w.condition('Ready')]).toEqual([undefined, expect.stringContaining('Ready=True')]);
    await w.commit(files('2'));
    await w.settle();
    await w.finishJob('Job/shop/page-up', 'Failed');
    await w.settle(20_000);
    expect([await w.find('Job/shop/page-up'), await w.condition('Ready')]).toEqual([
      expect.anything(),
      expect.stringContaining('Ready=False'),
    ]);
  });

  test('a Job of Sync runs with each revision, in its wave; over a restart not again', async () => {
    const wave = (number: string): Readonly<Record<string, string>> => ({ 'argocd.argoproj.io/sync-wave': number });
    const files = (value: string) => ({
      'web/first.yaml': configMap('first', { a: value }),
      'web/up.yaml': job('page-up', argo('Sync', wave('1'))),
      'web/last.yaml': configMap('last', { a: value }, { annotations: wave('2') }),
    });
    await w.commit(files('1'));
    await w.app();
    await w.settle();
    expect([await w.find('ConfigMap/shop/first'), await w.find('ConfigMap/shop/last')]).toEqual([expect.anything(), undefined]);
    await w.finishJob('Job/shop/page-up');
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    const { uid } = (await w.get('Job/shop/page-up')).metadata;
    await w.crash();
    await w.settle(20_000);
    expect((await w.get('Job/shop/page-up')).metadata.uid).toBe(uid);
    await w.commit(files('2'));
    await w.settle();
    expect((await w.get('Job/shop/page-up')).metadata.uid).not.toBe(uid);
    expect([await w.get('ConfigMap/shop/first'), await w.get('ConfigMap/shop/last')].map((each) => each['data'])).toEqual([
      { a: '2' },
      { a: '1' },
    ]);
    await w.finishJob('Job/shop/page-up');
    await w.settle();
    expect((await w.get('ConfigMap/shop/last'))['data']).toEqual({ a: '2' });
    await w.remove('Job/shop/page-up');
    await w.settle(20_000);
    expect(await w.find('Job/shop/page-up')).toBeUndefined();
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('SyncFail runs when a revision fails, before it is tried again; PreDelete before anything goes', async () => {
    await w.commit({
      'web/c.yaml': configMap('web'),
      'web/pre.yaml': job('check', argo('PreSync')),
      'web/fail.yaml': job('alarm', argo('SyncFail')),
      'web/bye.yaml': job('bye', argo('PreDelete')),
    });
    await w.app({ spec: { sync: { onDelete: 'prune', retry: { backoff: '10s' } } } });
    await w.settle();
    await w.finishJob('Job/shop/check', 'Failed');
    await w.settle();
    expect(await w.find('Job/shop/alarm')).toBeDefined();
    expect((await history())[0]).toContain('1 pending-install Release "shop.web" failed: failed pre-install: Job check');
    await w.finishJob('Job/shop/alarm');
    await w.settle();
    expect((await history())[0]).toContain('1 failed Release "shop.web" failed');
    expect(await w.condition('Ready')).toMatch(/HookFailed: revision 1 failed: .*; it is tried again at/);
    await w.settle(12_000);
    await w.finishJob('Job/shop/check');
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    await w.remove('App/shop/web');
    await w.settle();
    expect(await w.find('ConfigMap/shop/web')).toBeDefined();
    await w.finishJob('Job/shop/bye');
    await w.settle(10_000);
    expect([await w.find('ConfigMap/shop/web'), await w.find('App/shop/web')]).toEqual([undefined, undefined]);
    expect(await history()).toEqual([]);
  });

  test('records go when the last hook does; nothing else is touched', async () => {
    await w.commit({ 'web/c.yaml': configMap('web'), 'web/pre.yaml': job('check', argo('PreSync')) });
    await w.app();
    await w.settle();
    await w.finishJob('Job/shop/check');
    await w.settle();
    expect(await history()).toHaveLength(1);
    const { uid } = (await w.get('ConfigMap/shop/web')).metadata;
    await w.commit({ 'web/pre.yaml': null });
    await w.settle();
    expect(await history()).toEqual([]);
    expect((await w.appStatus()).delivery).toBeUndefined();
    expect((await w.get('ConfigMap/shop/web')).metadata.uid).toBe(uid);
  });
});

test("a chart's hooks run in template mode, too", async () => {
  await w.commit({
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'web/templates/c.yaml': configMap('web'),
    'web/templates/h.yaml': job('migrate', { 'helm.sh/hook': 'pre-install,pre-upgrade' }),
  });
  await w.app({ spec: { build: { helm: { mode: 'template' } } } });
  await w.settle();
  expect(await w.find('ConfigMap/shop/web')).toBeUndefined();
  await w.finishJob('Job/shop/migrate');
  await w.settle();
  expect(await w.condition('Ready')).toContain('Ready=True');
  expect((await w.list('Secret', 'shop')).filter(({ metadata }) => metadata.labels?.['owner'] === 'helm')).toEqual([]);
});

describe('pin without a release', () => {
  test('a revision that does not become healthy goes back to the one before, objects that came with it go', async () => {
    const deployment = (image: string, more = ''): string =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}${more}}, spec: {containers: [{name: main, image: "${image}"}]}}}\n`;
    await w.commit({ 'web/d.yaml': deployment('web:1') });
    await w.app({ spec: { sync: { onFailure: 'pin' }, health: { timeout: '30s' } } });
    await w.settle(10_000);
    expect(await w.condition('Ready')).toContain('Ready=True');
    await w.commit({
      'web/d.yaml': deployment('web:2', ', annotations: {lockstep.dev/simulate: unschedulable}'),
      'web/new.yaml': configMap('new'),
    });
    await w.settle(20_000);
    expect(await w.find('ConfigMap/shop/new')).toBeDefined();
    await w.settle(30_000);
    expect((await history()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['1 superseded', '2 failed', '3 deployed']);
    const image = JSON.stringify((await w.get('Deployment/shop/web'))['spec']);
    expect(image).toContain('web:1');
    expect(await w.find('ConfigMap/shop/new')).toBeUndefined();
    expect(await w.condition('Ready')).toContain('Ready=False Pinned');
    expect(await w.condition('Pinned')).toContain('Pinned=True');
    await w.commit({ 'web/d.yaml': deployment('web:3'), 'web/new.yaml': null });
    await w.settle(15_000);
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(await w.condition('Pinned')).toBe('Pinned is not set');
  });
});

describe('tests of any App', () => {
  const suite = {
    'web/c.yaml': configMap('web'),
    'web/smoke.yaml': job('smoke-web', { 'lockstep.dev/test': 'true', 'lockstep.dev/timeout': '20s' }, { tier: 'smoke' }),
    'web/load.yaml': job('load', { 'helm.sh/hook': 'test', 'helm.sh/hook-weight': '9' }, { tier: 'slow' }),
  };
  const phases = async () => (await w.appStatus()).tests?.map(({ name, phase }) => `${name} ${phase}`).toSorted();
  const app = (tests: JsonObject = {}): Promise<void> => w.app({ spec: { tests, sync: { retry: { backoff: '10m', max: '10m' } } } });

  test('run after the deployment; an expression chooses; a test that takes longer than it may has failed', async () => {
    await w.commit(suite);
    await app({ only: ['test.labels.tier == "smoke" && test.weight < 5'] });
    await w.settle();
    expect(await w.find('Job/shop/load')).toBeUndefined();
    expect(await w.condition('Ready')).toContain('TestsRunning: waiting for test Job/shop/smoke-web');
    await w.settle(25_000);
    expect(await phases()).toEqual(['load Open', 'smoke-web Failed']);
    expect(await w.condition('Tested')).toBe('Tested=False TestFailed: smoke-web');
    expect(
      w
        .events('TestFailed')
        .map(({ message }) => message)
        .join(),
    ).toContain('smoke-web failed: it did not end within 20 s');
  });

  test('run again on schedule; what fails then is told and does not put the revision in question', async () => {
    await w.commit(suite);
    await app({ only: ['smoke-*'], every: '1h' });
    await w.settle();
    await w.finishJob('Job/shop/smoke-web');
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    const { uid } = (await w.get('Job/shop/smoke-web')).metadata;
    await w.settle(1_800_000);
    expect((await w.get('Job/shop/smoke-web')).metadata.uid).toBe(uid);
    await w.settle(1_805_000);
    expect((await w.get('Job/shop/smoke-web')).metadata.uid).not.toBe(uid);
    await w.finishJob('Job/shop/smoke-web', 'Failed');
    await w.settle();
    expect(await w.condition('Tested')).toBe('Tested=False TestFailed: smoke-web');
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(await history()).toHaveLength(1);
  });

  test('run again at the times of a cron expression, by the clocks of a place', async () => {
    await w.commit(suite);
    // Ten past midnight in UTC.
    await app({ only: ['smoke-*'], schedule: '10 1 * * *', timeZone: 'Europe/Berlin' });
    await w.settle();
    await w.finishJob('Job/shop/smoke-web');
    await w.settle();
    const { uid } = (await w.get('Job/shop/smoke-web')).metadata;
    await w.settle(Date.UTC(2026, 0, 1, 0, 9, 50) - w.clock.now());
    expect((await w.get('Job/shop/smoke-web')).metadata.uid).toBe(uid);
    await w.settle(15_000);
    expect((await w.get('Job/shop/smoke-web')).metadata.uid).not.toBe(uid);
    await w.finishJob('Job/shop/smoke-web');
    await w.settle(60_000);
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('what is written wrongly is named before anything runs', async () => {
    await w.commit({ ...suite, 'web/smoke.yaml': job('smoke-web', { 'lockstep.dev/test': 'true', 'lockstep.dev/timeout': 'soon' }) });
    await app();
    await w.settle();
    expect(await w.condition('Ready')).toContain(
      'InvalidAnnotation: web/smoke.yaml: Job/smoke-web: lockstep.dev/timeout must be a duration',
    );
    await w.commit(suite);
    await app({ only: ['test.labels['] });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(/RuleInvalid: .*spec\.tests\.only\[0\]/);
    await app({ schedule: 'daily', timeZone: 'Mars/Olympus' });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(
      /RuleInvalid: spec\.tests\.schedule: "daily" is no cron expression.*spec\.tests\.timeZone: there is no time zone "Mars\/Olympus"/,
    );
  });
});
