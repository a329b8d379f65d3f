/** S22: one controller, several clusters, none of which suffers from another. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/object/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';
import { declare, type Other, OtherClusters } from './other-clusters.ts';
import { configMap } from './stories.ts';

const ownNamespace = 'lockstep-system';

let w: World;
let eu: Other;
let us: Other;
let others: OtherClusters;

beforeEach(async () => {
  others = new OtherClusters();
  w = await world({ connect: others.connect });
  eu = await others.add(w, 'eu');
  us = await others.add(w, 'us');
  await w.source();
});

afterEach(async () => {
  await w.close();
  await eu.close();
  await us.close();
});

const deliver = (name: string, cluster: string | undefined, spec: object = {}) =>
  w.app({ name, path: 'web', spec: { ...(cluster === undefined ? {} : { target: { cluster } }), ...spec } });

const dataIn = async (cluster: Other, name = 'web'): Promise<unknown> => (await cluster.find('ConfigMap', 'shop', name))?.['data'];

const clusterReady = async (name: string): Promise<string> => {
  const { status } = (await w.get(`TargetCluster/shop/${name}`)) as unknown as {
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[] };
  };
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return `${ready?.status} ${ready?.reason}`;
};

describe('several clusters', () => {
  beforeEach(async () => {
    await declare(w, 'eu');
    await declare(w, 'us');
    await w.commit({ 'web/web.yaml': configMap('web', { a: '1' }) });
    await deliver('here', undefined);
    await deliver('eu', 'eu');
    await deliver('us', 'us');
    await w.settle(10_000);
  });

  test('S22 the same manifests in three clusters are three Apps that do not claim each other’s objects', async () => {
    expect(await Promise.all([dataIn(eu), dataIn(us)])).toEqual([{ a: '1' }, { a: '1' }]);
    expect((await w.get('ConfigMap/shop/web'))['data']).toEqual({ a: '1' });
    for (const name of ['here', 'eu', 'us']) expect(await w.condition('Ready', name)).toMatch(/^Ready=True Succeeded/);
    const uids = await Promise.all(['here', 'eu', 'us'].map(async (name) => (await w.appStatus(name)).inventory?.cluster));
    expect(new Set(uids).size).toBe(3);
    expect(await clusterReady('eu')).toBe('True Succeeded');
  });

  test('S22 a cluster that is away: its Apps are Unknown, all others go on, and it catches up when it is back', async () => {
    eu.line.cut();
    await w.commit({ 'web/web.yaml': configMap('web', { a: '2' }) });
    await w.settle(10_000);
    expect(await dataIn(us)).toEqual({ a: '2' });
    expect((await w.get('ConfigMap/shop/web'))['data']).toEqual({ a: '2' });
    expect(await dataIn(eu)).toEqual({ a: '1' });
    expect(await w.condition('Ready', 'eu')).toMatch(/^Ready=Unknown ClusterUnreachable: TargetCluster shop\/eu does not answer: /);
    expect(await w.condition('Healthy', 'eu')).toMatch(/^Healthy=Unknown/);
    expect([await clusterReady('eu'), await clusterReady('us')]).toEqual(['Unknown ClusterUnreachable', 'True Succeeded']);
    const before = eu.line.sent;
    await w.settle(30_000);
    expect(eu.line.sent).toBe(before);
    eu.line.restore();
    await w.settle(60_000);
    expect(await dataIn(eu)).toEqual({ a: '2' });
    expect(await w.condition('Ready', 'eu')).toMatch(/^Ready=True Succeeded/);
    expect(await clusterReady('eu')).toBe('True Succeeded');
  });

  test('S22 drift in another cluster is healed at once', async () => {
    const maps = { group: '', version: 'v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true, verbs: [] };
    const patch = { type: 'application/merge-patch+json', value: { data: { a: 'by hand' } }, fieldManager: 'kubectl-edit' } as const;
    expect((await us.admin.patch(maps, { namespace: 'shop', name: 'web' }, patch)).ok).toBe(true);
    await w.settle(5000);
    expect(await dataIn(us)).toEqual({ a: '1' });
  });

  test('S14 S22 deleting an App prunes in its own cluster only', async () => {
    await w.edit('App/shop/eu', { spec: { sync: { onDelete: 'prune' } } });
    await w.settle(2000);
    await w.remove('App/shop/eu');
    await w.settle(20_000);
    expect(await w.find('App/shop/eu')).toBeUndefined();
    expect([await dataIn(eu), await dataIn(us)]).toEqual([undefined, { a: '1' }]);
    expect(await w.find('ConfigMap/shop/web')).toBeDefined();
  });

  test('S14 an App whose cluster is gone for ten minutes lets go, and what it owned stays', async () => {
    await w.edit('App/shop/eu', { spec: { sync: { onDelete: 'prune' } } });
    await w.settle(2000);
    eu.line.cut();
    await w.remove('App/shop/eu');
    await w.settle(60_000);
    expect(await w.condition('Ready', 'eu')).toMatch(/^Ready=False ClusterUnreachable/);
    await w.settle(11 * 60_000);
    expect(await w.find('App/shop/eu')).toBeUndefined();
    expect(await dataIn(eu)).toEqual({ a: '1' });
  });

  test('S14 S22 a deletion that waits for a person outlives a moment in which its cluster is away', async () => {
    await w.remove('App/shop/eu');
    await w.settle(20 * 60_000);
    expect(await w.condition('Ready', 'eu')).toMatch(/^Ready=False DeletionNeedsConfirmation/);
    eu.line.cut();
    await w.settle(120_000);
    expect(await w.condition('Ready', 'eu')).toMatch(/^Ready=False ClusterUnreachable/);
    eu.line.restore();
    await w.settle(60_000);
    expect(await w.condition('Ready', 'eu')).toMatch(/^Ready=False DeletionNeedsConfirmation/);
    expect(await dataIn(eu)).toEqual({ a: '1' });
  });

  test('S5 another cluster under the same name: nothing is written or pruned', async () => {
    const third = await others.add(w, 'third');
    await declare(w, 'eu', { kubeconfig: 'third' });
    await w.settle(40_000);
    expect(await w.condition('Ready', 'eu')).toMatch(/^Ready=False ClusterIdentityChanged/);
    expect([await dataIn(third), await dataIn(eu)]).toEqual([undefined, { a: '1' }]);
    await third.close();
  });

  test('S22 credentials are read again when they are refused, and count at once when they change', async () => {
    eu.line.unauthorized = true;
    await w.commit({ 'web/web.yaml': configMap('web', { a: '2' }) });
    await w.settle(20_000);
    expect(await clusterReady('eu')).toBe('False Forbidden');
    expect(await w.condition('Ready', 'eu')).toMatch(/^Ready=False Forbidden: TargetCluster shop\/eu: the credentials are not accepted/);
    eu.line.unauthorized = false;
    await w.settle(40_000);
    expect(await dataIn(eu)).toEqual({ a: '2' });
  });

  test('S5 a restart knows all of it again', async () => {
    await w.crash();
    await w.settle(20_000);
    // A restart is no news: nobody was told that anything is unknown.
    const told = w.events().filter(({ message }) => /ClusterUnreachable|has not answered/.test(message));
    expect(told).toEqual([]);
    const changed = eu.line.sent;
    await w.settle(20_000);
    expect(eu.line.sent - changed).toBeLessThan(10);
    expect(await w.condition('Ready', 'eu')).toMatch(/^Ready=True Succeeded/);
  });
});

describe('who Lockstep is there', () => {
  const token = (name: string, spec: JsonObject): Promise<void> => w.edit(`TargetCluster/shop/${name}`, { spec: { token: spec } });

  test('S22 a token of a ServiceAccount is issued for the audience that the other cluster expects', async () => {
    await declare(w, 'eu');
    await token('eu', { serviceAccount: { name: 'lockstep', audiences: ['https://eu.test'] } });
    await w.settle(5000);
    expect(await clusterReady('eu')).toBe('True Succeeded');
    const source = others.asked.get('eu')?.token;
    const made = source?.kind === 'asked' ? await source.ask() : undefined;
    const claims = JSON.parse(Buffer.from(made?.token.split('.')[1] ?? '', 'base64url').toString()) as { aud: string[]; sub: string };
    expect([claims.aud, claims.sub]).toEqual([['https://eu.test'], 'system:serviceaccount:shop:lockstep']);
    expect(made?.life).toBeGreaterThan(2_400_000);
    await token('eu', { serviceAccount: { name: 'nobody', audiences: ['https://eu.test'] } });
    await w.settle(5000);
    const none = others.asked.get('eu')?.token;
    await expect(none?.kind === 'asked' ? none.ask() : undefined).rejects.toThrow(/no token for ServiceAccount shop\/nobody: .*not found/);
  });

  test('S22 files of the platform are for TargetClusters of the platform', async () => {
    await declare(w, 'eu');
    await token('eu', { file: 'eu' });
    await w.settle(5000);
    expect(await clusterReady('eu')).toBe('False KubeconfigInvalid');
    await declare(w, 'us', { namespace: ownNamespace });
    await w.edit(`TargetCluster/${ownNamespace}/us`, { spec: { token: { file: 'us' } } });
    await w.settle(5000);
    expect(others.asked.get('us')?.token).toEqual({ kind: 'file', name: 'us' });
  });

  test.each([
    [{ file: '../etc/passwd' }],
    [{ file: 'a', serviceAccount: { name: 'a', audiences: ['b'] } }],
    [{ serviceAccount: { name: 'a', audiences: [] } }],
  ])('the API server refuses %j', async (spec) => {
    await declare(w, 'eu');
    await expect(token('eu', spec)).rejects.toThrow(/spec\.token/);
  });
});

describe('whose cluster it is', () => {
  test('S22 a cluster of the platform is used where its owner allows it', async () => {
    await declare(w, 'eu', { namespace: ownNamespace });
    await w.commit({ 'web/web.yaml': configMap('web') });
    await deliver('web', 'eu');
    await w.settle(10_000);
    expect(await w.condition('Ready')).toMatch(/^Ready=False TargetClusterNotFound: there is no TargetCluster eu in namespace shop/);
    expect(await dataIn(eu)).toBeUndefined();
    await declare(w, 'eu', { namespace: ownNamespace, allowed: ['shop'] });
    await w.settle(10_000);
    expect(await w.condition('Ready')).toMatch(/^Ready=True Succeeded/);
    expect(await dataIn(eu)).toEqual({ a: '1' });
    await declare(w, 'eu', { namespace: ownNamespace, allowed: [] });
    await w.settle(10_000);
    expect(await w.condition('Ready')).toMatch(/^Ready=False TargetClusterNotFound/);
    expect(await dataIn(eu)).toEqual({ a: '1' });
  });

  test('S11 an identity must exist in the cluster that is delivered to', async () => {
    await declare(w, 'eu');
    await w.commit({ 'web/web.yaml': configMap('web') });
    await deliver('web', 'eu', { serviceAccountName: 'other' });
    await w.settle(10_000);
    expect(await w.condition('Ready')).toMatch(/^Ready=False NoIdentity: there is no ServiceAccount other in namespace shop/);
  });

  test.each([
    ['a kubeconfig that cannot be used', 'nonsense', /^Ready=False KubeconfigInvalid: TargetCluster shop\/eu: no kubeconfig: nonsense$/],
    [
      'a cluster that is another TargetCluster already',
      'us',
      /^Ready=False DuplicateCluster: TargetCluster shop\/eu: the same cluster is TargetCluster shop\/us$/,
    ],
  ])('%s', async (_name, kubeconfig, says) => {
    await declare(w, 'us');
    await w.settle(2000);
    await declare(w, 'eu', { kubeconfig });
    await w.commit({ 'web/web.yaml': configMap('web') });
    await deliver('web', 'eu');
    await w.settle(10_000);
    expect(await w.condition('Ready')).toMatch(says);
  });
});
