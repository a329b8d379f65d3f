/** Charts as Helm releases: the same histories as the real Helm leaves, hooks exactly once, failures that end, tests, and records others can use. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/object/index.ts';
import { fromSecret, toSecret } from '../../src/core/release/store/index.ts';
import { seededRandom } from '../../src/testing/clock/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  await w.source();
});
afterEach(() => w.close());

const job = (name: string, annotations: Readonly<Record<string, string>>): string =>
  [
    'apiVersion: batch/v1',
    'kind: Job',
    `metadata: {name: ${name}, annotations: ${JSON.stringify(annotations)}}`,
    'spec: {template: {metadata: {annotations: {lockstep.dev/simulate: unschedulable}}, spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}',
  ].join('\n');

const chart = (files: Readonly<Record<string, string>> = {}, version = '1.0.0'): Record<string, string> => ({
  'web/Chart.yaml': `apiVersion: v2\nname: web\nversion: ${version}\nappVersion: "7"\n`,
  'web/values.yaml': 'colour: blue\n',
  'web/templates/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {colour: "{{ .Values.colour }}"}\n',
  ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`web/templates/${name}`, text])),
});

const app = (helm: JsonObject = {}, spec: JsonObject = {}): Promise<void> => w.app({ spec: { build: { helm }, ...spec } });

/** `1 superseded Install complete` */
async function history(): Promise<readonly string[]> {
  const records = (await w.list('Secret', 'shop')).filter(({ metadata }) => metadata.labels?.['owner'] === 'helm');
  const releases = records.flatMap((secret) => {
    const read = fromSecret(secret);
    return read.ok ? [read.value] : [];
  });
  return releases
    .toSorted((a, b) => a.version - b.version)
    .map(({ version, status, description }) => `${version} ${status} ${description}`);
}

describe('the life of a release', () => {
  test('install, upgrade, drift, history that is trimmed, uninstall', async () => {
    await w.commit(chart());
    await app({ maxHistory: 2 }, { sync: { onDelete: 'prune' } });
    await w.settle();
    expect(await history()).toEqual(['1 deployed Install complete']);
    const object = await w.get('ConfigMap/shop/web');
    expect(object.metadata.labels?.['app.kubernetes.io/managed-by']).toBe('Helm');
    expect(object.metadata.annotations?.['meta.helm.sh/release-name']).toBe('web');
    expect((await w.appStatus()).release).toEqual({
      name: 'web',
      namespace: 'shop',
      revision: 1,
      status: 'deployed',
      chart: 'web-1.0.0',
      appVersion: '7',
    });
    for (const colour of ['red', 'green']) {
      await w.commit({ 'web/values.yaml': `colour: ${colour}\n` });
      await w.settle();
    }
    expect(await history()).toEqual(['2 superseded Upgrade complete', '3 deployed Upgrade complete']);
    await w.remove('ConfigMap/shop/web');
    await w.settle();
    expect((await w.get('ConfigMap/shop/web'))['data']).toEqual({ colour: 'green' });
    expect(await history()).toHaveLength(2);
    await w.settle(60_000);
    await w.remove('App/shop/web');
    await w.settle(20_000);
    expect(await w.find('ConfigMap/shop/web')).toBeUndefined();
    expect(await w.find('App/shop/web')).toBeUndefined();
    expect(await history()).toEqual([]);
  });

  test('hooks run once, by weight, and what they are waited for is told', async () => {
    const files = {
      'b.yaml': job('second', { 'helm.sh/hook': 'pre-install', 'helm.sh/hook-weight': '2' }),
      'a.yaml': job('first', {
        'helm.sh/hook': 'pre-install,pre-upgrade',
        'helm.sh/hook-weight': '-1',
        'helm.sh/hook-delete-policy': 'hook-succeeded',
      }),
      'c.yaml': job('last', { 'helm.sh/hook': 'post-install' }),
    };
    await w.commit(chart(files));
    await app();
    await w.settle();
    expect(await w.find('Job/shop/first')).toBeDefined();
    expect(await w.find('Job/shop/second')).toBeUndefined();
    expect(await w.find('ConfigMap/shop/web')).toBeUndefined();
    expect(await w.condition('Ready')).toContain('HooksRunning: waiting for hook Job/shop/first');
    expect((await w.appStatus()).waitingFor?.owner).toBe('lockstep');
    await w.finishJob('Job/shop/first');
    await w.settle();
    expect(await w.find('Job/shop/second')).toBeDefined();
    await w.finishJob('Job/shop/second');
    await w.settle();
    expect(await w.find('ConfigMap/shop/web')).toBeDefined();
    expect(await w.find('Job/shop/first')).toBeUndefined();
    expect(await history()).toEqual(['1 pending-install Initial install underway']);
    await w.finishJob('Job/shop/last');
    await w.settle();
    expect(await history()).toEqual(['1 deployed Install complete']);
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('a failed hook fails the revision; it is tried again, and then given up and removed', async () => {
    await w.commit(chart({ 'a.yaml': job('broken', { 'helm.sh/hook': 'post-install,post-upgrade' }) }));
    await app({}, { sync: { retry: { limit: 1, backoff: '10s' } } });
    await w.settle();
    await w.finishJob('Job/shop/broken', 'Failed');
    await w.settle();
    expect(await history()).toEqual(['1 failed Release "web" failed: failed post-install: Job broken: Failed']);
    expect(await w.condition('Ready')).toContain('HookFailed: revision 1 failed: post-install: Job broken: Failed; it is tried again at');
    await w.settle(15_000);
    await w.finishJob('Job/shop/broken', 'Failed');
    await w.settle(15_000);
    expect((await history()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['1 failed', '2 uninstalled']);
    expect(await w.find('ConfigMap/shop/web')).toBeUndefined();
    expect(await w.condition('Ready')).toContain('RetriesExhausted');
  });

  test('pin: a failing upgrade goes back, and stays back until Git moves', async () => {
    await w.commit(chart());
    await app({}, { sync: { onFailure: 'pin' } });
    await w.settle();
    await w.commit({ 'web/values.yaml': 'colour: bad\n', 'web/templates/a.yaml': job('check', { 'helm.sh/hook': 'post-upgrade' }) });
    await w.settle();
    await w.finishJob('Job/shop/check', 'Failed');
    await w.settle(10_000);
    expect((await history()).map((line) => line.split(' ').slice(0, 5).join(' '))).toEqual([
      '1 superseded Install complete',
      '2 failed Upgrade "web" failed:',
      '3 deployed Rollback to 1',
    ]);
    expect((await w.get('ConfigMap/shop/web'))['data']).toEqual({ colour: 'blue' });
    expect(await w.condition('Pinned')).toContain('Pinned=True');
    expect(await w.condition('Ready')).toContain('Ready=False Pinned');
    await w.settle(60_000);
    expect(await history()).toHaveLength(3);
    await w.commit({ 'web/values.yaml': 'colour: good\n', 'web/templates/a.yaml': null });
    await w.settle(10_000);
    expect((await history()).at(-1)).toBe('4 deployed Upgrade complete');
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(await w.condition('Pinned')).toBe('Pinned is not set');
  });

  test('tests run after the deployment; a failed one is told and repeated', async () => {
    await w.commit(chart({ 't.yaml': job('smoke', { 'helm.sh/hook': 'test' }) }));
    await app({}, { sync: { retry: { backoff: '10s' } } });
    await w.settle();
    expect(await w.condition('Ready')).toContain('TestsRunning: waiting for test Job/shop/smoke');
    expect(await w.condition('Tested')).toContain('Tested=Unknown');
    await w.finishJob('Job/shop/smoke', 'Failed');
    await w.settle();
    expect(await w.condition('Ready')).toContain('TestFailed');
    expect(await w.condition('Tested')).toBe('Tested=False TestFailed: smoke');
    await w.settle(15_000);
    await w.finishJob('Job/shop/smoke');
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect((await w.appStatus()).tests).toMatchObject([{ name: 'smoke', phase: 'Succeeded' }]);
    expect(await history()).toEqual(['1 deployed Install complete']);
  });

  test('only some tests run by themselves; others when a person asks, by name or by label', async () => {
    const labelled = job('load', { 'helm.sh/hook': 'test' }).replace('{name: load,', '{name: load, labels: {tier: slow},');
    await w.commit(
      chart({
        's.yaml': job('smoke-web', { 'helm.sh/hook': 'test' }),
        'l.yaml': labelled,
        'o.yaml': job('other', { 'helm.sh/hook': 'test' }),
      }),
    );
    await app({}, { tests: { only: ['smoke-*'] } });
    await w.settle();
    expect(await w.find('Job/shop/load')).toBeUndefined();
    await w.finishJob('Job/shop/smoke-web');
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    await w.edit('App/shop/web', { metadata: { annotations: { 'lockstep.dev/testAt': '1 tier=slow' } } });
    await w.settle();
    expect(await w.find('Job/shop/other')).toBeUndefined();
    await w.finishJob('Job/shop/load');
    await w.settle();
    const phases = async () => (await w.appStatus()).tests?.map(({ name, phase }) => `${name} ${phase}`).toSorted();
    expect(await w.condition('Tested')).toContain('Tested=True');
    expect(await phases()).toEqual(['load Succeeded', 'other Open', 'smoke-web Succeeded']);
    const { uid } = (await w.get('Job/shop/load')).metadata;
    await w.settle(60_000);
    expect((await w.get('Job/shop/load')).metadata.uid).toBe(uid);
    expect(await history()).toHaveLength(1);
  });

  test("somebody's helm test is left alone, and what it comes to is shown", async () => {
    await w.commit(chart({ 's.yaml': job('smoke', { 'helm.sh/hook': 'test' }) }));
    await app();
    await w.settle();
    await w.finishJob('Job/shop/smoke');
    await w.settle();
    const { uid } = (await w.get('Job/shop/smoke')).metadata;
    const ranBy = async (phase: 'Running' | 'Failed'): Promise<void> => {
      const secret = await w.get('Secret/shop/sh.helm.release.v1.web.v1');
      const read = fromSecret(secret);
      if (!read.ok) throw new Error(read.error);
      const hooks = read.value.hooks.map((hook) => ({ ...hook, lastRun: { ...hook.lastRun, phase } }));
      const { data, metadata } = toSecret({ ...read.value, hooks }, 'shop', { at: w.clock.now() / 1000, stored: secret });
      await w.edit(
        'Secret/shop/sh.helm.release.v1.web.v1',
        { data: data as JsonObject, metadata: { labels: metadata.labels ?? {} } },
        'helm',
      );
    };
    await ranBy('Running');
    await w.settle(20_000);
    expect([(await w.get('Job/shop/smoke')).metadata.uid, await w.condition('Ready')]).toEqual([
      uid,
      expect.stringContaining('Ready=True'),
    ]);
    await ranBy('Failed');
    await w.settle(20_000);
    expect([(await w.get('Job/shop/smoke')).metadata.uid, await w.condition('Ready')]).toEqual([
      uid,
      expect.stringContaining('Ready=True'),
    ]);
    expect((await w.appStatus()).tests?.map(({ name, phase }) => `${name} ${phase}`)).toEqual(['smoke Failed']);
    expect(w.events('HookFailed')).toEqual([]);
  });

  test('S12, S20 a chart that prints its revision settles; a revision by somebody else is upgraded back', async () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: rev}\ndata: {is: "{{ .Release.Revision }} {{ .Release.IsUpgrade }}"}\n';
    await w.commit(chart({ 'rev.yaml': text }));
    await app();
    await w.settle();
    expect((await w.get('ConfigMap/shop/rev'))['data']).toEqual({ is: '1 false' });
    await w.commit({ 'web/values.yaml': 'colour: red\n' });
    await w.settle();
    expect((await w.get('ConfigMap/shop/rev'))['data']).toEqual({ is: '2 true' });
    await w.crash();
    await w.settle(30_000);
    expect(await history()).toHaveLength(2);
    const second = await w.get('Secret/shop/sh.helm.release.v1.web.v2');
    const { resourceVersion: _version, uid: _uid, ...metadata } = second.metadata;
    const labels = { ...metadata.labels, version: '3' };
    await w.put({ ...second, metadata: { ...metadata, name: 'sh.helm.release.v1.web.v3', labels } });
    await w.settle(10_000);
    expect(w.events('Unmanaged')).toHaveLength(1);
    expect((await w.get('ConfigMap/shop/rev'))['data']).toEqual({ is: '4 true' });
  });

  test('S8 a field of a release that another controller keeps changing is contested, named, and left until the next revision', async () => {
    await w.commit(chart());
    await app();
    await w.settle();
    for (let round = 1; round <= 5; round += 1) {
      await w.edit('ConfigMap/shop/web', { data: { colour: `other-${round}` } }, 'some-operator');
      await w.settle(30_000);
    }
    expect(await w.condition('Contested')).toBe('Contested=True Contested: data.colour (some-operator)');
    expect((await w.get('ConfigMap/shop/web'))['data']).toEqual({ colour: 'other-5' });
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(await history()).toEqual(['1 deployed Install complete']);
    await w.commit({ 'web/values.yaml': 'colour: red\n' });
    await w.settle();
    expect((await w.get('ConfigMap/shop/web'))['data']).toEqual({ colour: 'red' });
    expect(await history()).toEqual(['1 superseded Install complete', '2 deployed Upgrade complete']);
    expect(await w.condition('Contested')).toBe('Contested is not set');
  });

  test('S20 from release to template and back: records go and come, no object is deleted', async () => {
    await w.commit(chart());
    await app();
    await w.settle();
    const { uid } = (await w.get('ConfigMap/shop/web')).metadata;
    await app({ mode: 'template' });
    await w.settle();
    expect(await history()).toEqual([]);
    expect((await w.get('ConfigMap/shop/web')).metadata.annotations?.['meta.helm.sh/release-name']).toBeUndefined();
    await app({ mode: 'release' });
    await w.settle();
    expect(await history()).toEqual(['1 deployed Install complete']);
    expect((await w.get('ConfigMap/shop/web')).metadata.uid).toBe(uid);
  });
});

describe('what a release waits for is told in one sentence', () => {
  const sentence = async (): Promise<string> => {
    const { waitingFor } = await w.appStatus();
    expect(waitingFor?.since).toMatch(/^20/);
    expect(waitingFor?.next ?? '').not.toBe('');
    return waitingFor?.message ?? '';
  };

  test('ReleaseLocked: another tool is at it; Lockstep takes over once it gave up', async () => {
    const at = Math.floor(w.clock.now() / 1000);
    // Helm copies the labels of the revision before, and with them when that one was changed.
    const labels = { name: 'web', owner: 'helm', status: 'pending-install', version: '1', createdAt: `${at}`, modifiedAt: `${at - 3600}` };
    const record = { name: 'web', version: 1, namespace: 'shop', info: { status: 'pending-install' } };
    const text = Buffer.from(JSON.stringify(record)).toString('base64');
    const data = { release: Buffer.from(text).toString('base64') };
    await w.put({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'helm.sh/release.v1',
      metadata: { name: 'sh.helm.release.v1.web.v1', namespace: 'shop', labels },
      data,
    });
    await w.commit(chart());
    await app({ timeout: '1m' });
    await w.settle();
    expect(await sentence()).toMatch(
      /App\/shop\/web is not ready since 20.*\(until 20.*\): ReleaseLocked: another tool left revision 1 pending/,
    );
    await w.settle(70_000);
    expect((await history()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['1 failed', '2 deployed']);
    expect((await w.appStatus()).waitingFor).toBeUndefined();
  });

  test('ReleaseUnreadable: nothing is changed until the record is mended', async () => {
    const labels = { name: 'web', owner: 'helm', status: 'deployed', version: '1' };
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'helm.sh/release.v1',
      metadata: { name: 'sh.helm.release.v1.web.v1', namespace: 'shop', labels },
    };
    await w.put({ ...secret, data: { release: 'AAAA' } });
    await w.commit(chart());
    await app();
    await w.settle();
    expect(await sentence()).toMatch(/ReleaseUnreadable: Secret sh\.helm\.release\.v1\.web\.v1: .*; delete or mend the Secret/);
    expect(await w.find('ConfigMap/shop/web')).toBeUndefined();
    await w.remove('Secret/shop/sh.helm.release.v1.web.v1');
    await w.edit('App/shop/web', { metadata: { annotations: { 'lockstep.dev/reconcileAt': 'now' } } });
    await w.settle();
    expect(await history()).toEqual(['1 deployed Install complete']);
  });

  test('ReleaseTooLarge: refused before anything is written, with the size', async () => {
    const noise = Buffer.from(seededRandom(7).bytes(1_200_000)).toString('base64');
    await w.commit({ ...chart(), 'web/data.txt': noise });
    await app();
    await w.settle();
    expect(await sentence()).toMatch(/ReleaseTooLarge: the record of release web takes \d+ bytes; a Secret holds 1048576/);
    expect(await history()).toEqual([]);
    expect(await w.find('ConfigMap/shop/web')).toBeUndefined();
  });

  test('HooksRunning names the hook and when it is given up; HookFailed when it is tried again', async () => {
    await w.commit(chart({ 'a.yaml': job('migrate', { 'helm.sh/hook': 'pre-install' }) }));
    await app({ timeout: '1m' }, { sync: { retry: { backoff: '5m' } } });
    await w.settle();
    expect(await sentence()).toMatch(/\(until 20.*\): HooksRunning: waiting for hook Job\/shop\/migrate/);
    await w.settle(65_000);
    expect(await sentence()).toMatch(/HookFailed: revision 1 failed: pre-install: Job migrate: .*; it is tried again at 20/);
    expect((await history())[0]).toContain('migrate: it did not end within 60 s');
  });
});
