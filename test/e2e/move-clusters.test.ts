/** S4: an App that names another cluster is applied there first; what it left goes when it is healthy in the new place, and only what is proved its own. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/object/index.ts';
import type { ApiResource } from '../../src/ports/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';
import { declare, type Other, OtherClusters } from './other-clusters.ts';
import { configMap } from './stories.ts';

const MAPS: ApiResource = { group: '', version: 'v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true, verbs: [] };
const MOVE = { metadata: { annotations: { 'lockstep.dev/move': 'allowed' } } };

let w: World;
let eu: Other;
let us: Other;
let others: OtherClusters;

beforeEach(async () => {
  others = new OtherClusters();
  w = await world({ connect: others.connect });
  [eu, us] = [await others.add(w, 'eu'), await others.add(w, 'us')];
  for (const name of ['eu', 'us']) await declare(w, name);
  await w.source();
  await w.commit({ 'web/web.yaml': configMap('web', { a: '1' }), 'web/more.yaml': configMap('more', { b: '1' }) });
  await w.app({ name: 'web', path: 'web', spec: { target: { cluster: 'eu' } } });
  await w.settle(10_000);
});

afterEach(async () => {
  await w.close();
  await eu.close();
  await us.close();
});

const names = async (cluster: Other): Promise<string[]> => {
  const found = await Promise.all(
    ['web', 'more'].map(async (name) => ((await cluster.find('ConfigMap', 'shop', name)) === undefined ? [] : [name])),
  );
  return found.flat();
};

const where = async (): Promise<unknown> => ({ eu: await names(eu), us: await names(us) });

const warnings = async (): Promise<string> => ((await w.appStatus('web')).warnings ?? []).map(({ message }) => message).join('; ');

/** `undefined`: the cluster that Lockstep lives in. */
const retarget = (cluster: string | undefined, more: object = MOVE): Promise<void> =>
  w.edit('App/shop/web', { ...more, spec: { target: { cluster: cluster ?? null } } });

const inventories = async (): Promise<readonly string[]> => {
  const listed = await w.admin.list(
    { group: 'lockstep.dev', version: 'v1', kind: 'Inventory', resource: 'inventories', namespaced: true, verbs: [] },
    { namespace: 'shop' },
  );
  if (!listed.ok) throw new Error(listed.error.message);
  return listed.value.items.map(({ spec }) => (spec as { readonly cluster: { readonly name?: string } }).cluster.name ?? 'own').sort();
};

test('S4 without a word nothing is written or pruned', async () => {
  await retarget('us', {});
  await w.settle(10_000);
  expect(await w.condition('Ready', 'web')).toMatch(
    /^Ready=False MoveRefused: the target changed from cluster eu to cluster us: 2 objects would be left behind; annotate App shop\/web/,
  );
  expect(await where()).toEqual({ eu: ['web', 'more'], us: [] });
  await retarget('eu', {});
  await w.settle(10_000);
  expect(await w.condition('Ready', 'web')).toMatch(/^Ready=True/);
});

test('S4 with it the App moves: everything is in the new cluster and nothing in the old one', async () => {
  await retarget('us');
  await w.settle(20_000);
  expect(await where()).toEqual({ eu: [], us: ['web', 'more'] });
  expect(await w.condition('Ready', 'web')).toMatch(/^Ready=True Succeeded/);
  expect([await inventories(), await warnings()]).toEqual([['us'], '']);
  expect(w.events('Moved').map(({ message }) => message)).toEqual(['nothing is left in cluster eu']);
});

test('S4 nothing goes before the App is healthy in the new place', async () => {
  await us.admin.delete({ ...MAPS, kind: 'ServiceAccount', resource: 'serviceaccounts' }, 'shop', 'lockstep');
  await retarget('us');
  await w.settle(60_000);
  expect(await w.condition('Ready', 'web')).toMatch(/^Ready=False NoIdentity/);
  expect(await where()).toEqual({ eu: ['web', 'more'], us: [] });
  await us.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'lockstep', namespace: 'shop' } });
  await w.settle(60_000);
  expect(await where()).toEqual({ eu: [], us: ['web', 'more'] });
});

test('S22 the old cluster is away: it says so, waits through a restart, and clears up when it is back', async () => {
  eu.line.cut();
  await w.settle(20_000);
  await retarget('us');
  await w.settle(60_000);
  expect(await w.condition('Ready', 'web')).toMatch(/^Ready=True Succeeded/);
  expect(await warnings()).toMatch(
    /^2 objects are still in cluster eu, which this App named before: TargetCluster shop\/eu does not answer/,
  );
  await w.crash();
  await w.settle(20 * 60_000);
  expect(await where()).toEqual({ eu: ['web', 'more'], us: ['web', 'more'] });
  expect(await inventories()).toEqual(['eu', 'us']);
  eu.line.restore();
  await w.settle(90_000);
  expect(await where()).toEqual({ eu: [], us: ['web', 'more'] });
  expect([await inventories(), await warnings()]).toEqual([['us'], '']);
});

test('S5 what is not proved to be its own stays where it is', async () => {
  eu.line.cut();
  await w.settle(20_000);
  await retarget('us');
  const foreign = { metadata: { annotations: { 'lockstep.dev/owner': null } } };
  await eu.admin.patch(MAPS, { namespace: 'shop', name: 'more' }, { type: 'application/merge-patch+json', value: foreign });
  eu.line.restore();
  await w.settle(120_000);
  expect(await where()).toEqual({ eu: ['more'], us: ['web', 'more'] });
  expect(await inventories()).toEqual(['us']);
});

test('S5 another cluster behind the old name is not touched, whatever its objects say', async () => {
  eu.line.cut();
  await w.settle(20_000);
  await retarget('us');
  await w.settle(20_000);
  const third = await others.add(w, 'third');
  const { metadata, ...copy } = (await eu.find('ConfigMap', 'shop', 'web')) as KubeObject;
  const { labels = {}, annotations = {} } = metadata;
  await third.put({ ...copy, metadata: { name: 'web', namespace: 'shop', labels, annotations } } as KubeObject);
  await declare(w, 'eu', { kubeconfig: 'third' });
  await w.settle(120_000);
  expect(third.line.sent).toBeGreaterThan(0);
  expect(await names(third)).toEqual(['web']);
  expect(await warnings()).toMatch(/^2 objects are still in cluster eu, .* but cluster \S+ answers; nothing is deleted there$/);
  await third.close();
});

test('S4 there and back again before the old cluster was cleared: what is there is kept', async () => {
  eu.line.cut();
  await w.settle(20_000);
  await retarget('us');
  await w.settle(20_000);
  eu.line.restore();
  await retarget('eu');
  await w.settle(120_000);
  expect(await where()).toEqual({ eu: ['web', 'more'], us: [] });
  expect(await inventories()).toEqual(['eu']);
});

test('S4 between the cluster that Lockstep lives in and another one, both ways', async () => {
  await retarget(undefined);
  await w.settle(20_000);
  expect(await w.find('ConfigMap/shop/web')).toBeDefined();
  expect(await where()).toEqual({ eu: [], us: [] });
  await retarget('us');
  await w.settle(20_000);
  expect(await w.find('ConfigMap/shop/web')).toBeUndefined();
  expect(await where()).toEqual({ eu: [], us: ['web', 'more'] });
});

test('S3 data stays in the old cluster until a person says otherwise', async () => {
  const claim = (name: string): string =>
    `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: ${name}}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n`;
  await w.commit({ 'web/data.yaml': claim('data') });
  await w.settle(20_000);
  await retarget('us');
  await w.settle(60_000);
  const claims = { ...MAPS, kind: 'PersistentVolumeClaim', resource: 'persistentvolumeclaims' };
  expect((await eu.admin.get(claims, 'shop', 'data')).ok).toBe(true);
  expect(await names(eu)).toEqual([]);
  expect(await warnings()).toContain('1 objects are still in cluster eu');
});

test('S14 an App deleted before its old cluster was cleared waits for it and takes both with it', async () => {
  await w.edit('App/shop/web', { spec: { sync: { onDelete: 'prune' } } });
  eu.line.cut();
  await w.settle(20_000);
  await retarget('us');
  await w.settle(20_000);
  await w.remove('App/shop/web');
  await w.settle(30_000);
  expect(await w.condition('Ready', 'web')).toMatch(/^Ready=False ClusterUnreachable/);
  eu.line.restore();
  await w.settle(120_000);
  expect(await w.find('App/shop/web')).toBeUndefined();
  expect(await where()).toEqual({ eu: [], us: [] });
});
