/** Rules S8–S11, S13, S14, S16, S17, S19, S23 as stories: fields, adoption, jobs, identity, claims, deletion, revisions, outages, suspension, honesty. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { effective, type World, world } from '../../src/testing/world/index.ts';
import { appManifest, autoscaler, claim, configMap, crd, deployment, job, namespace } from './stories.ts';

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop', 'other'] });
  await w.source();
});
afterEach(() => w.close());

const dataOf = async (name: string): Promise<unknown> => (await w.get(name))['data'];
const specOf = async (name: string): Promise<Record<string, unknown>> => (await w.get(name))['spec'] as Record<string, unknown>;

describe('S8 whose field is it', () => {
  test('S8 a controller that keeps changing a field back is healed three times, then contested until the next revision', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    for (let round = 1; round <= 5; round += 1) {
      await w.edit('ConfigMap/shop/x', { data: { a: `other-${round}` } }, 'some-operator');
      await w.settle(30_000);
    }
    expect(await w.condition('Contested')).toContain('data.a (some-operator)');
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: 'other-5' });
    expect(w.events('Healed').length).toBeLessThanOrEqual(4);
    await w.commit({ 'web/x.yaml': configMap('x', { a: '2' }) });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '2' });
    expect(await w.condition('Contested')).toBe('Contested is not set');
  });

  test('S8 what people change with kubectl is healed every time', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    for (let round = 1; round <= 6; round += 1) {
      await w.edit('ConfigMap/shop/x', { data: { a: `by-hand-${round}` } }, 'kubectl-edit');
      await w.settle(60_000);
    }
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1' });
    expect(await w.condition('Contested')).toBe('Contested is not set');
  });

  test('S8 heals of one object are at least a second apart', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    for (let edit = 0; edit < 4; edit += 1) {
      await w.edit('ConfigMap/shop/x', { data: { a: `edit-${edit}` } });
      await w.settle(250);
    }
    expect(w.events('Healed')).toHaveLength(1);
    await w.settle(5000);
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1' });
  });

  test('S8 replicas of a workload with an autoscaler are left to it from the start', async () => {
    await w.app();
    await w.commit({ 'web/d.yaml': deployment('web', { replicas: 3 }), 'web/h.yaml': autoscaler('web', 'web') });
    await w.settle();
    await w.edit('Deployment/shop/web', { spec: { replicas: 4 } }, 'horizontal-pod-autoscaler');
    await w.settle();
    expect((await specOf('Deployment/shop/web'))['replicas']).toBe(4);
    expect((await w.appStatus()).drift).toBeUndefined();
    await w.commit({ 'web/d.yaml': deployment('web', { replicas: 3, image: 'nginx:2' }) });
    await w.settle();
    expect((await specOf('Deployment/shop/web'))['replicas']).toBe(4);
  });

  test('S8 an ignored field keeps its live value, also when we are its only owner', async () => {
    await w.app({ spec: { sync: { ignore: [{ kind: 'ConfigMap', paths: ['/data/a'] }] } } });
    await w.commit({ 'web/x.yaml': configMap('x', { a: '1', b: '1' }) });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1', b: '1' });
    await w.edit('ConfigMap/shop/x', { data: { a: 'theirs', b: 'theirs' } });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: 'theirs', b: '1' });
    await w.commit({ 'web/x.yaml': configMap('x', { a: '2', b: '2' }) });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: 'theirs', b: '2' });
  });

  test('S8 an object that is controlled by somebody else is never adopted', async () => {
    const owner = await w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'boss', namespace: 'shop' } });
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'boss', uid: owner.metadata.uid ?? '', controller: true }];
    await w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'shop', ownerReferences } });
    await w.app({ spec: { sync: { adopt: 'any' } } });
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(/AdoptionRefused: ConfigMap\/shop\/x is controlled by ConfigMap boss/);
  });

  test('S8 conflicts: fail refuses a revision that would take a field; yield leaves it', async () => {
    await w.put(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'shop' }, data: { a: 'theirs' } },
      'some-operator',
    );
    await w.app({ spec: { sync: { conflicts: 'fail' } } });
    await w.commit({ 'web/x.yaml': configMap('x', { a: '1', b: '1' }) });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(/FieldConflict: ConfigMap\/shop\/x: owned by others: data.a \(some-operator\)/);
    await w.edit('App/shop/web', { spec: { sync: { conflicts: 'yield' } } });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: 'theirs', b: '1' });
    expect(await w.condition('Ready')).toContain('Succeeded');
  });
});

describe('S9 adoption', () => {
  test('S9 an object nobody owns is adopted; never and other tools are refused, with the command that hands it over', async () => {
    await w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'free', namespace: 'shop' }, data: { a: 'old' } });
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('free') });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/free')).toEqual({ a: '1' });
    const labels = { 'kustomize.toolkit.fluxcd.io/name': 'infra', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
    await w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'flux', namespace: 'shop', labels } });
    await w.commit({ 'web/flux.yaml': configMap('flux') });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(
      /AdoptionRefused: ConfigMap\/shop\/flux is managed by Flux Kustomization flux-system\/infra.*hand it over with: kubectl/,
    );
  });

  test('S9 what client-side apply owned becomes ours: fields gone from Git go, and the last-applied annotation with its secrets too', async () => {
    const live = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'x',
        namespace: 'shop',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"hunter2hunter2"}}' },
      },
      data: { a: 'old', stale: 'yes' },
    };
    await w.put(live, 'kubectl-client-side-apply');
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    const adopted = await w.get('ConfigMap/shop/x');
    expect(adopted['data']).toEqual({ a: '1' });
    expect(JSON.stringify(adopted)).not.toContain('last-applied');
    expect((adopted.metadata.managedFields ?? []).map((entry) => entry['manager'])).toEqual(['lockstep']);
  });

  test('S9 a field added by hand beside ours stays, and goes with heal: strict', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    await w.edit('ConfigMap/shop/x', { data: { extra: 'by hand' } });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1', extra: 'by hand' });
    await w.edit('App/shop/web', { spec: { sync: { heal: 'strict' } } });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1' });
  });
});

/** The API server's refusal to change a field of the object as long as it lives. */
const immutable = (path: string): World['door']['fault'] => {
  let lives = true;
  return ({ method, path: asked }) => {
    if (method === 'DELETE' && asked.endsWith(path)) lives = false;
    const refuses = lives && method === 'PATCH' && asked.endsWith(path);
    return refuses ? { status: 422, reason: 'Invalid', message: 'spec.selector: Invalid value: field is immutable' } : undefined;
  };
};

describe('S10 jobs', () => {
  test('S10 a finished Job is done for its manifest; its absence is not drift; a changed one runs again', async () => {
    await w.app();
    await w.commit({ 'web/j.yaml': job('migrate') });
    await w.settle(10_000);
    const first = await w.get('Job/shop/migrate');
    await w.finishJob('Job/shop/migrate');
    await w.settle(10_000);
    expect(await w.condition('Ready')).toContain('Succeeded');
    await w.remove('Job/shop/migrate');
    await w.settle(10_000);
    expect(await w.find('Job/shop/migrate')).toBeUndefined();
    expect(await w.condition('Ready')).toContain('Succeeded');
    await w.commit({ 'web/j.yaml': job('migrate', 'migrate:2') });
    await w.settle(10_000);
    expect((await w.get('Job/shop/migrate')).metadata.uid).not.toBe(first.metadata.uid);
  });

  test('S10 recreate is refused for a volume claim, whatever the App allows', async () => {
    await w.app({ spec: { sync: { recreate: true } } });
    await w.commit({ 'web/p.yaml': claim('data') });
    await w.settle();
    const { uid } = (await w.get('PersistentVolumeClaim/shop/data')).metadata;
    w.door.fault = immutable('/persistentvolumeclaims/data');
    await w.commit({ 'web/p.yaml': claim('data').replace('ReadWriteOnce', 'ReadWriteMany') });
    await w.settle();
    expect((await w.get('PersistentVolumeClaim/shop/data')).metadata.uid).toBe(uid);
    expect(await w.condition('Ready')).toMatch(/ImmutableField: PersistentVolumeClaim\/shop\/data: .*never recreated/);
  });

  test('S10 an immutable field is a clear error, or a recreation when the App allows it', async () => {
    await w.app();
    await w.commit({ 'web/d.yaml': deployment('web') });
    await w.settle();
    const { uid } = (await w.get('Deployment/shop/web')).metadata;
    w.door.fault = immutable('/deployments/web');
    await w.commit({ 'web/d.yaml': deployment('web').replaceAll('app: web', 'app: other') });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(/ImmutableField: Deployment\/shop\/web: .*immutable/);
    await w.edit('App/shop/web', { spec: { sync: { recreate: true } } });
    await w.settle(20_000);
    expect((await w.get('Deployment/shop/web')).metadata.uid).not.toBe(uid);
  });
});

describe('S11 identity', () => {
  test('S11 without its ServiceAccount an App stalls with NoIdentity, and goes on once it exists', async () => {
    await w.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bare' } });
    await w.source({ namespace: 'bare' });
    await w.app({ namespace: 'bare' });
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    expect(await w.condition('Stalled', 'web', 'bare')).toContain('NoIdentity: there is no ServiceAccount lockstep in namespace bare');
    expect(await w.find('ConfigMap/bare/x')).toBeUndefined();
    await w.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'lockstep', namespace: 'bare' } });
    await w.settle(10_000);
    expect(await w.find('ConfigMap/bare/x')).toBeDefined();
  });

  test('S11 dry-runs, applies and deletes act as the App’s ServiceAccount', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x'), 'web/y.yaml': configMap('y') });
    await w.settle();
    await w.commit({ 'web/y.yaml': null });
    await w.settle();
    const users = new Set(
      w.door.sent.filter(({ path, method }) => path.includes('/configmaps') && method !== 'GET').map(({ user }) => user),
    );
    expect([...users]).toEqual(['system:serviceaccount:shop:lockstep']);
  });

  test('S11 what the ServiceAccount may not do is Forbidden, and nothing is done with the controller’s rights', async () => {
    await w.remove('ClusterRoleBinding/everything');
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(/Ready=False Forbidden/);
    expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
  });
});

describe('S11 rights that go away', () => {
  test('S11 what may not be read any more is unknown, not gone: nothing leaves the inventory', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x'), 'web/y.yaml': configMap('y') });
    await w.settle();
    await w.remove('ClusterRoleBinding/everything');
    await w.crash();
    w.door.fault = ({ path, method }) =>
      method === 'GET' && path.endsWith('/configmaps') ? { status: 403, reason: 'Forbidden' } : undefined;
    await w.commit({ 'web/y.yaml': null });
    await w.settle(20_000);
    expect(await w.find('ConfigMap/shop/y')).toBeDefined();
    expect((await w.appStatus()).inventory?.count).toBe(2);
  });

  test('S14 with the rights gone for ten minutes a deletion leaves the objects and lets the App go', async () => {
    await w.app({ spec: { sync: { onDelete: 'prune' } } });
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    await w.remove('ClusterRoleBinding/everything');
    await w.remove('App/shop/web');
    await w.settle(30_000);
    expect(await w.find('App/shop/web')).toBeDefined();
    await w.settle(620_000);
    expect(await w.find('App/shop/web')).toBeUndefined();
    expect(await w.find('ConfigMap/shop/x')).toBeDefined();
  });
});

describe('S13 two claimants', () => {
  test('S13 the live owner keeps the object; the claimant is refused whole, both named; when the owner leaves it is transferred', async () => {
    await w.app({ name: 'a', path: 'a' });
    await w.commit({ 'a/x.yaml': configMap('x', { from: 'a' }), 'a/z.yaml': configMap('z') });
    await w.settle();
    await w.app({ name: 'b', path: 'b' });
    await w.commit({ 'b/x.yaml': configMap('x', { from: 'b' }), 'b/n.yaml': configMap('n') });
    await w.settle();
    expect(await w.condition('Ready', 'b')).toMatch(
      /OwnedByOther: ConfigMap\/shop\/x is rendered by App shop\/a \(main@sha1:.*\) and by App shop\/b \(main@sha1:/,
    );
    expect(await w.find('ConfigMap/shop/n')).toBeUndefined();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ from: 'a' });
    expect(await w.condition('Ready', 'a')).toContain('Succeeded');
    const { uid } = (await w.get('ConfigMap/shop/x')).metadata;
    await w.commit({ 'a/x.yaml': null });
    await w.settle(60_000);
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ from: 'b' });
    expect((await w.get('ConfigMap/shop/x')).metadata.uid).toBe(uid);
    expect(await w.condition('Ready', 'b')).toContain('Succeeded');
  });

  test('S13 of two new claimants the older App gets it', async () => {
    await w.app({ name: 'zeta', path: 'a' });
    await w.settle(2000);
    await w.app({ name: 'alpha', path: 'b' });
    await w.commit({ 'a/x.yaml': configMap('x'), 'b/x.yaml': configMap('x') });
    await w.settle();
    expect(await w.condition('Ready', 'zeta')).toContain('Succeeded');
    expect(await w.condition('Ready', 'alpha')).toContain('OwnedByOther');
  });

  test('S13 what all claimants mark as shared is deleted by the last to leave', async () => {
    const shared = configMap('x', { a: '1' }, { annotations: { 'lockstep.dev/shared': 'true' } });
    await w.app({ name: 'a', path: 'a' });
    await w.app({ name: 'b', path: 'b' });
    await w.commit({ 'a/x.yaml': shared, 'a/k.yaml': configMap('ka'), 'b/x.yaml': shared, 'b/k.yaml': configMap('kb') });
    await w.settle(10_000);
    expect(await w.condition('Ready', 'b')).toContain('Succeeded');
    await w.commit({ 'a/x.yaml': null });
    await w.settle(60_000);
    expect(await w.find('ConfigMap/shop/x')).toBeDefined();
    await w.commit({ 'b/x.yaml': null });
    await w.settle(60_000);
    expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
  });
});

describe('S14 deleting an App', () => {
  const two = { 'web/x.yaml': configMap('x'), 'web/y.yaml': configMap('y') };

  test('S14 with confirm the App stays and its workloads run on, until a person says prune', async () => {
    await w.app();
    await w.commit(two);
    await w.settle();
    await w.remove('App/shop/web');
    await w.settle();
    expect(await w.condition('Ready')).toMatch(/DeletionNeedsConfirmation: what it owns \(2 objects\) runs on/);
    expect(await w.find('ConfigMap/shop/x')).toBeDefined();
    expect((await w.appStatus()).plan?.prunes).toBe(2);
    await w.edit('App/shop/web', { metadata: { annotations: { 'lockstep.dev/confirmDeletion': 'prune' } } });
    await w.settle(20_000);
    expect(await w.find('App/shop/web')).toBeUndefined();
    expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
  });

  test('S14 orphan leaves everything and lists it', async () => {
    await w.app({ spec: { sync: { onDelete: 'orphan' } } });
    await w.commit(two);
    await w.settle();
    await w.remove('App/shop/web');
    await w.settle();
    expect(await w.find('App/shop/web')).toBeUndefined();
    expect(await w.find('ConfigMap/shop/x')).toBeDefined();
    expect(w.events('Orphaned')[0]?.message).toContain('2 objects are left in the cluster');
  });

  test('S14 needs neither source nor render; a suspended App deletes nothing', async () => {
    await w.app({ spec: { sync: { onDelete: 'prune' } } });
    await w.commit(two);
    await w.settle();
    await w.remove('Source/shop/config');
    await w.edit('App/shop/web', { spec: { suspend: true } });
    await w.settle();
    await w.remove('App/shop/web');
    await w.settle();
    expect(await w.condition('Ready')).toContain('Suspended');
    expect(await w.find('ConfigMap/shop/x')).toBeDefined();
    await w.edit('App/shop/web', { spec: { suspend: false } });
    await w.settle(20_000);
    expect(await w.find('App/shop/web')).toBeUndefined();
    expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
  });

  test('S14 with the identity gone for ten minutes the objects are orphaned and the finalizer released', async () => {
    await w.app({ spec: { sync: { onDelete: 'prune' } } });
    await w.commit(two);
    await w.settle();
    await w.crash();
    await w.remove('ServiceAccount/shop/lockstep');
    await w.crash();
    await w.remove('App/shop/web');
    await w.settle();
    expect(await w.condition('Ready')).toContain('NoIdentity');
    await w.settle(620_000);
    expect(await w.find('App/shop/web')).toBeUndefined();
    expect(await w.find('ConfigMap/shop/x')).toBeDefined();
    expect(w.events('Orphaned')).toHaveLength(1);
  });
});

describe('S16 revisions', () => {
  test('S16 one of many changed: one render, two status writes at most, the others keep their revision', async () => {
    const files: Record<string, string> = {};
    for (let app = 0; app < 20; app += 1) {
      await w.app({ name: `app-${app}`, path: `apps/${app}` });
      files[`apps/${app}/x.yaml`] = configMap(`x${app}`);
    }
    await w.commit(files);
    await w.settle(10_000);
    const [renders, sent] = [w.controllers.renders, w.door.sent.length];
    const before = (await w.appStatus('app-3')).applied;
    await w.commit({ 'apps/7/x.yaml': configMap('x7', { a: '2' }) });
    await w.settle();
    expect(w.controllers.renders).toBe(renders + 1);
    const writes = effective(w.door.sent.slice(sent));
    expect(writes.filter((line) => line.includes('/apps/app-') && line.endsWith('/status')).length).toBeLessThanOrEqual(2);
    expect(writes.filter((line) => !line.includes('lockstep.dev'))).toEqual(['PATCH /api/v1/namespaces/shop/configmaps/x7']);
    expect((await w.appStatus('app-3')).applied).toEqual(before);
  });

  test('S16 idle means no write at all', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle(30_000);
    const writes = w.door.writes;
    await w.settle(590_000);
    expect(w.door.writes).toBe(writes);
  });
});

describe('S17 Git away, history rewritten', () => {
  test('S17 unreachable: Apps stay Ready at the applied revision, SourceFresh is False, healing goes on', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    w.repository.failure = 'Unreachable';
    w.controllers.announce({ urls: ['https://git.test/shop.git'] });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(await w.condition('SourceFresh')).toMatch(/SourceFresh=False Stale: since 2026-/);
    await w.crash();
    await w.edit('ConfigMap/shop/x', { data: { a: 'hacked' } });
    await w.settle(20_000);
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1' });
    w.repository.failure = undefined;
    await w.settle(600_000);
    expect(await w.condition('SourceFresh')).toBe('SourceFresh is not set');
  });

  test('S17 a rewritten history is followed by default and held with onRewrite: hold', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    w.repository.commit({ 'web/x.yaml': configMap('x', { a: 'rewritten' }) }, { parent: null, message: 'force' });
    w.controllers.announce({ urls: ['https://git.test/shop.git'] });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: 'rewritten' });
    await w.edit('Source/shop/config', { spec: { git: { onRewrite: 'hold' } } });
    await w.settle();
    w.repository.commit({ 'web/x.yaml': configMap('x', { a: 'again' }) }, { parent: null, message: 'force again' });
    w.controllers.announce({ urls: ['https://git.test/shop.git'] });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: 'rewritten' });
    const conditions = (await w.get('Source/shop/config'))['status'] as { conditions: { type: string; reason: string }[] };
    expect(conditions.conditions.find(({ type }) => type === 'Ready')?.reason).toBe('HistoryRewritten');
  });

  test('S17 an unsigned head is not taken: the last verified revision stays', async () => {
    await w.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys', namespace: 'shop' },
      stringData: { 'ada.pub': 'ssh-ed25519 AAAA ada' },
    });
    await w.app();
    const good = await w.commit({ 'web/x.yaml': configMap('x') });
    w.repository.signed.add(good);
    await w.edit('Source/shop/config', { spec: { git: { verify: { keysFrom: [{ secretRef: { name: 'keys' } }] } } } });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1' });
    await w.commit({ 'web/x.yaml': configMap('x', { a: 'evil' }) });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1' });
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test.each(['Unreachable', 'AuthenticationFailed', 'RepositoryNotFound', 'Timeout', 'DiskFull', 'Corrupt'] as const)(
    'S17 a repository that says %s from the start: a stable reason, and recovery once it is over',
    async (code) => {
      w.repository.failure = code;
      await w.app();
      await w.commit({ 'web/x.yaml': configMap('x') });
      await w.settle();
      expect(await w.condition('Ready')).toMatch(/Ready=False SourceNotReady: Source shop\/config: \w+/);
      w.repository.failure = undefined;
      await w.settle(610_000);
      expect(await w.condition('Ready')).toContain('Ready=True');
    },
  );
});

describe('S19 suspend', () => {
  test('S19 suspended: drift is reported, not healed, nothing pruned; resumed: healed and pruned', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x'), 'web/y.yaml': configMap('y') });
    await w.settle();
    await w.edit('App/shop/web', { spec: { suspend: true, suspendReason: 'incident 42' } });
    await w.settle();
    await w.edit('ConfigMap/shop/x', { data: { a: 'by hand' } });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: 'by hand' });
    expect((await w.appStatus()).drift?.[0]).toMatchObject({ object: { name: 'x' }, fields: ['data.a'], manager: 'kubectl-edit' });
    expect(await w.condition('Ready')).toContain('suspended: incident 42');
    await w.commit({ 'web/y.yaml': null });
    await w.settle();
    expect(await w.find('ConfigMap/shop/y')).toBeDefined();
    await w.edit('App/shop/web', { spec: { suspend: false } });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1' });
    expect(await w.find('ConfigMap/shop/y')).toBeUndefined();
  });

  test('S19 suspendUntil ends it by itself, and then waits for approval if the plan prunes', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x'), 'web/y.yaml': configMap('y') });
    await w.settle();
    const until = new Date(w.clock.now() + 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
    await w.edit('App/shop/web', { spec: { suspend: true, suspendUntil: until } });
    await w.commit({ 'web/y.yaml': null, 'web/x.yaml': configMap('x', { a: '2' }) });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1' });
    await w.settle(61_000);
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '2' });
    expect(await w.find('ConfigMap/shop/y')).toBeDefined();
    expect(await w.condition('Ready')).toContain('ApprovalNeeded');
  });

  test('S19 a field set by hand that Git does not set is not drift: a suspended child of a root App stays suspended', async () => {
    await w.app({ name: 'root', path: 'root' });
    await w.commit({ 'root/web.yaml': appManifest('web', 'web'), 'web/x.yaml': configMap('x') });
    await w.settle();
    await w.edit('App/shop/web', { spec: { suspend: true } });
    await w.settle(10_000);
    expect((await specOf('App/shop/web'))['suspend']).toBe(true);
    expect(await w.condition('Ready', 'root')).toContain('Ready=True');
  });

  test('S19 a run asked for once is done while suspended', async () => {
    await w.app({ spec: { suspend: true } });
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
    await w.edit('App/shop/web', { metadata: { annotations: { 'lockstep.dev/reconcileAt': 'once:1' } } });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1' });
    await w.commit({ 'web/x.yaml': configMap('x', { a: '2' }) });
    await w.settle();
    expect(await dataOf('ConfigMap/shop/x')).toEqual({ a: '1' });
  });
});

describe('S23 honest health', () => {
  test('S23 a kind that nobody here reports on is assumed, and says so', async () => {
    await w.app();
    await w.commit({
      'web/crd.yaml': crd('Widget'),
      'web/cr.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {}\n',
    });
    await w.settle();
    expect((await w.appStatus()).health).toMatchObject({ state: 'Healthy', provenance: 'assumed' });
  });

  test('S23 health that the embedded cluster makes up is called simulated', async () => {
    await w.app();
    await w.commit({ 'web/d.yaml': deployment('web', { replicas: 2 }) });
    await w.settle(60_000);
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect((await w.appStatus()).health).toMatchObject({ state: 'Healthy', provenance: 'simulated' });
    expect(await w.condition('Healthy')).toContain('HealthySimulated');
    expect((await w.appStatus()).images).toEqual(['nginx:1']);
  });

  test('S23 a failed workload is Degraded, named, and never Ready', async () => {
    await w.app();
    const broken = job('broken').replace(
      '  template:\n',
      '  backoffLimit: 0\n  template:\n    metadata: {annotations: {lockstep.dev/simulate: fail}}\n',
    );
    await w.commit({ 'web/ns.yaml': namespace('fine'), 'web/j.yaml': broken });
    await w.settle(10_000);
    await w.finishJob('Job/shop/broken', 'Failed');
    await w.settle();
    expect(await w.condition('Ready')).toMatch(/Ready=False (Degraded|HealthTimeout): .*Job\/shop\/broken/);
    expect((await w.appStatus()).health?.cause).toMatchObject({ object: 'Job/shop/broken', state: 'Degraded' });
  });
});
