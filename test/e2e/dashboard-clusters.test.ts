/** Apps that run in other clusters, on the dashboard: their objects, seen with the rights that a person has in that cluster. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dashboard } from '../../src/server/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';
import { type Browser, openDashboard, signedIn } from './dashboard-door.ts';
import { declare, type Other, OtherClusters } from './other-clusters.ts';
import { configMap } from './stories.ts';

let scene: World;
let eu: Other;
let dashboard: Dashboard;
let ada: Browser;

const object = 'group=&kind=ConfigMap&objectNamespace=shop&object=web';
const maps = { group: '', version: 'v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true, verbs: [] };
const rbac = 'rbac.authorization.k8s.io';

beforeAll(async () => {
  const others = new OtherClusters();
  scene = await world({ connect: others.connect });
  eu = await others.add(scene, 'eu');
  await scene.source();
  await declare(scene, 'eu');
  await scene.commit({ 'web/web.yaml': configMap('web', { a: '1' }) });
  // The same object here is not the one over there.
  await scene.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'shop' }, data: { a: 'of this cluster' } });
  await scene.app({ path: 'web', spec: { target: { cluster: 'eu' }, sync: { heal: 'report' } } });
  await scene.settle(10_000);
  dashboard = await openDashboard(scene);
  ada = await signedIn(dashboard);
});

afterAll(async () => {
  await dashboard.close();
  await scene.close();
  await eu.close();
});

/** May look at Apps and ConfigMaps of `shop` in this cluster. */
async function readsHere(name: string): Promise<void> {
  const rules = [
    { apiGroups: ['lockstep.dev'], resources: ['apps'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
  ];
  const roleRef = { apiGroup: rbac, kind: 'Role', name };
  const subjects = [{ kind: 'User', apiGroup: rbac, name }];
  await scene.put({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name, namespace: 'shop' }, rules });
  await scene.put({ apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name, namespace: 'shop' }, roleRef, subjects });
}

describe('an App in another cluster', () => {
  test('its tree and its objects are those over there, live', async () => {
    const { items, hidden } = await ada.get('tree', '/apps/shop/web/tree');
    expect([items.map(({ ref, health }) => `${ref.kind} ${health.state}`), hidden]).toEqual([['ConfigMap Healthy'], 0]);
    const { manifest, delivered } = await ada.get('object', `/apps/shop/web/object?${object}`);
    expect([(manifest as { data?: unknown }).data, delivered]).toEqual([{ a: '1' }, true]);
    await ada.get('objectEvents', `/apps/shop/web/object/events?${object}`);
  });

  test('drift over there is told field by field', async () => {
    const patch = { type: 'application/merge-patch+json', value: { data: { a: 'by hand' } }, fieldManager: 'kubectl-edit' } as const;
    expect((await eu.admin.patch(maps, { namespace: 'shop', name: 'web' }, patch)).ok).toBe(true);
    await scene.settle(5000);
    const { fields } = await ada.get('objectDiff', `/apps/shop/web/object/diff?${object}`);
    expect(fields).toMatchObject([{ path: 'data.a', git: '"1"', live: '"by hand"', state: 'drifted', manager: 'kubectl-edit' }]);
    expect((await ada.get('tree', '/apps/shop/web/tree')).items[0]?.sync).toBe('drifted');
  });

  test('rights in this cluster are none over there, and rights there are enough', async () => {
    await readsHere('eve');
    const eve = await signedIn(dashboard, { user: 'eve', groups: [] });
    expect(await eve.get('tree', '/apps/shop/web/tree')).toMatchObject({ items: [], hidden: 1 });
    expect((await eve.send('GET', `/api/v1/apps/shop/web/object?${object}`)).status).toBe(403);
    await readsHere('bob');
    await eu.put({
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'bob' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'User', apiGroup: rbac, name: 'bob' }],
    });
    const bob = await signedIn(dashboard, { user: 'bob', groups: [] });
    expect(await bob.get('tree', '/apps/shop/web/tree')).toMatchObject({ items: [{ ref: { name: 'web' } }], hidden: 0 });
  });

  test('a ServiceAccount of this cluster is nobody over there', async () => {
    const robot = await signedIn(dashboard, { user: 'system:serviceaccount:shop:robot', groups: ['system:masters'] });
    const { status, text } = await robot.send('GET', `/api/v1/apps/shop/web/object?${object}`);
    expect([status, text]).toEqual([403, expect.stringContaining('a ServiceAccount of this one is nobody')]);
  });

  test('a cluster that is away is said to be away', async () => {
    eu.line.cut();
    await scene.settle(60_000);
    const { status, text } = await ada.send('GET', `/api/v1/apps/shop/web/object?${object}`);
    expect([status, text]).toEqual([503, expect.stringContaining('does not answer')]);
    const { items } = await ada.get('tree', '/apps/shop/web/tree');
    expect(items).toMatchObject([
      { ref: { kind: 'ConfigMap', name: 'web' }, health: { state: 'Unknown', message: expect.stringContaining('does not answer') } },
    ]);
    eu.line.restore();
    await scene.settle(60_000);
    expect((await ada.get('tree', '/apps/shop/web/tree')).items[0]?.health.state).toBe('Healthy');
  });
});
