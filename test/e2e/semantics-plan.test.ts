/** Rules S1–S6 as stories: when an App renders, what a plan is, what is pruned, who owns what, what survives a fault. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/index.ts';
import { effective, type World, world } from '../../src/testing/world/index.ts';
import { claim, configMap, crd, custom, namespace, secret } from './stories.ts';

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop', 'other'] });
  await w.source();
});
afterEach(() => w.close());

const many = (count: number, from = 0): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`web/c${index + from}.yaml`, configMap(`c${index + from}`)]));
const none = (files: Record<string, string>): Record<string, null> => Object.fromEntries(Object.keys(files).map((path) => [path, null]));

const delivered = async (): Promise<number> =>
  (await w.list('ConfigMap', 'shop')).filter(({ metadata }) => metadata.name?.startsWith('c') === true).length;

describe('S1 when an App re-renders', () => {
  test('S1 exactly the Apps that read a change re-render, and unread changes write nothing', async () => {
    await w.app({ name: 'a', path: 'a' });
    await w.app({ name: 'b', path: 'b' });
    await w.commit({ 'a/x.yaml': configMap('ax'), 'b/x.yaml': configMap('bx'), 'docs/readme.md': 'hello' });
    await w.settle();
    const [renders, writes] = [w.controllers.renders, w.door.writes];
    await w.commit({ 'docs/readme.md': 'changed' });
    await w.settle();
    expect(w.controllers.renders).toBe(renders);
    expect(effective(w.door.sent).slice(-1)).toEqual(['PATCH /apis/lockstep.dev/v1/namespaces/shop/sources/config/status']);
    expect(w.door.writes).toBe(writes + 2);
    await w.commit({ 'a/y.yaml': configMap('ay') });
    await w.settle();
    expect(w.controllers.renders).toBe(renders + 1);
    expect(await w.find('ConfigMap/shop/ay')).toBeDefined();
    expect((await w.appStatus('b')).applied?.inputs[0]?.revision).not.toBe((await w.appStatus('a')).applied?.inputs[0]?.revision);
  });

  test('S1 a file that an App looked for and did not find is a reason to render once it appears', async () => {
    await w.app({ name: 'a', path: 'a' });
    await w.commit({ 'a/x.yaml': configMap('ax') });
    await w.settle();
    const renders = w.controllers.renders;
    await w.commit({ 'a/kustomization.yaml': 'resources: [x.yaml]\n' });
    await w.settle();
    expect(w.controllers.renders).toBe(renders + 1);
  });

  test('S1 a file read through a symbolic link counts', async () => {
    await w.app({ name: 'a', path: 'a' });
    await w.commit({ 'a/x.yaml': '-> base/x.yaml', 'base/x.yaml': configMap('linked') });
    await w.settle();
    await w.commit({ 'base/x.yaml': configMap('linked', { a: '2' }) });
    await w.settle();
    expect((await w.get('ConfigMap/shop/linked'))['data']).toEqual({ a: '2' });
  });
});

describe('S2 what a plan is', () => {
  test('S2 a new object costs a dry-run and an apply; one that is there already without our labels is read before anything is decided', async () => {
    await w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'there', namespace: 'shop' }, data: { a: 'old' } });
    const asked = (name: string): readonly string[] =>
      w.door.sent
        .filter(({ path }) => path === `/api/v1/namespaces/shop/configmaps/${name}`)
        .map(({ method, query }) => (query['dryRun'] === undefined ? method : `${method} dry-run`));
    await w.commit({ 'web/new.yaml': configMap('new') });
    await w.app();
    await w.settle();
    expect(asked('new')).toEqual(['PATCH dry-run', 'PATCH']);
    await w.commit({ 'web/there.yaml': configMap('there') });
    await w.settle();
    expect(asked('there')).toEqual(['PATCH dry-run', 'GET', 'PATCH dry-run', 'PATCH']);
    expect((await w.get('ConfigMap/shop/there'))['data']).not.toEqual({ a: 'old' });
  });

  test('S2 an approval is bound to one digest: what changed meanwhile waits again', async () => {
    await w.app({ spec: { sync: { approve: 'always' } } });
    await w.commit({ 'web/a.yaml': configMap('a') });
    await w.settle();
    expect(await w.condition('Ready')).toContain('ApprovalNeeded');
    expect(await w.find('ConfigMap/shop/a')).toBeUndefined();
    const first = (await w.appStatus()).plan?.digest;
    await w.commit({ 'web/a.yaml': configMap('a', { a: '2' }) });
    await w.settle();
    const app = await w.get('App/shop/web');
    await w.put({
      apiVersion: 'lockstep.dev/v1',
      kind: 'Approval',
      metadata: { name: 'stale', namespace: 'shop' },
      spec: { app: { name: 'web', uid: app.metadata.uid ?? '' }, plan: first ?? '' },
    });
    await w.settle();
    expect(await w.find('ConfigMap/shop/a')).toBeUndefined();
    await w.approve();
    await w.settle();
    expect((await w.get('ConfigMap/shop/a'))['data']).toEqual({ a: '2' });
    expect(await w.condition('Ready')).toContain('Succeeded');
  });

  test('S2 an unrelated commit does not void an approval that waits', async () => {
    await w.app({ spec: { sync: { approve: 'always' } } });
    await w.commit({ 'web/a.yaml': configMap('a') });
    await w.settle();
    const digest = (await w.appStatus()).plan?.digest;
    await w.commit({ 'docs/x.md': 'x' });
    await w.settle();
    expect((await w.appStatus()).plan?.digest).toBe(digest);
  });

  test('S2 secret values appear nowhere in status, events or ledger', async () => {
    await w.app({ spec: { sync: { heal: 'report' } } });
    await w.commit({ 'web/s.yaml': secret('s', { password: 'correct-horse-battery' }) });
    await w.settle();
    await w.edit('Secret/shop/s', { stringData: { password: 'staple-staple-staple' } });
    await w.settle();
    const told = JSON.stringify([await w.appStatus(), w.ledger.events, await w.list('Event', 'shop')]);
    expect((await w.appStatus()).drift).toHaveLength(1);
    for (const value of ['correct-horse-battery', 'staple-staple-staple']) {
      expect(told).not.toContain(value);
      expect(told).not.toContain(Buffer.from(value).toString('base64'));
    }
  });

  test('S2 everything wrong with a revision is reported at once, and nothing of it is applied', async () => {
    await w.app();
    await w.commit({ 'web/a.yaml': configMap('a') });
    await w.settle();
    await w.commit({
      'web/a.yaml': configMap('a', { a: '2' }),
      'web/b.yaml': 'apiVersion: example.com/v1\nkind: Nothing\nmetadata: {name: b}\n',
      'web/c.yaml': configMap('c', {}, { namespace: 'nowhere' }),
    });
    await w.settle();
    const ready = await w.condition('Ready');
    expect(ready).toContain('serves no example.com/v1 Nothing');
    expect(ready).toContain('namespaces "nowhere" not found');
    expect((await w.get('ConfigMap/shop/a'))['data']).toEqual({ a: '1' });
  });
});

describe('S3 prune guards', () => {
  test('S3a nothing rendered stops at PruneNeedsApproval', async () => {
    await w.app();
    await w.commit({ 'web/a.yaml': configMap('a'), 'other/x.md': 'x' });
    await w.settle();
    await w.commit({ 'web/a.yaml': '# nothing\n' });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(/^Ready=False PruneNeedsApproval: this revision renders nothing/);
    expect(await w.find('ConfigMap/shop/a')).toBeDefined();
  });

  test('S3a a vanished path stops at PruneNeedsApproval, and an approval lets it through', async () => {
    await w.app();
    await w.commit({ 'web/a.yaml': configMap('a'), 'other/x.md': 'x' });
    await w.settle();
    await w.commit({ 'web/a.yaml': null });
    await w.settle();
    expect(await w.condition('Ready')).toContain('PruneNeedsApproval');
    expect(await w.find('ConfigMap/shop/a')).toBeDefined();
    await w.approve();
    await w.settle();
    expect(await w.find('ConfigMap/shop/a')).toBeUndefined();
  });

  test('S3a pruning more than five and more than 30 % at once needs a person; five do not', async () => {
    await w.app();
    const files = many(12);
    await w.commit(files);
    await w.settle();
    await w.commit(none(many(6)));
    await w.settle();
    expect(await w.condition('Ready')).toContain('6 of 12 objects would be pruned at once');
    expect(await delivered()).toBe(12);
    await w.commit({ 'web/c5.yaml': configMap('c5') });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Succeeded');
    expect(await delivered()).toBe(7);
  });

  test('S3b a namespace or a volume claim needs approval, or the word in Git', async () => {
    await w.app();
    await w.commit({
      'web/a.yaml': configMap('a'),
      'web/ns.yaml': namespace('kept'),
      'web/pvc.yaml': claim('data'),
      'web/free.yaml': namespace('free', { annotations: { 'lockstep.dev/prune': 'allowed' } }),
    });
    await w.settle();
    await w.commit({ 'web/ns.yaml': null, 'web/pvc.yaml': null, 'web/free.yaml': null });
    await w.settle();
    expect(await w.condition('Ready')).toContain('PruneNeedsApproval');
    expect(await w.find('Namespace/kept')).toBeDefined();
    expect(await w.find('PersistentVolumeClaim/shop/data')).toBeDefined();
    expect(await w.find('Namespace/free')).toBeUndefined();
  });

  test('S3b a namespace that holds anything else is refused, with what it holds', async () => {
    await w.app();
    await w.commit({
      'web/a.yaml': configMap('a'),
      'web/ns.yaml': namespace('full', { annotations: { 'lockstep.dev/prune': 'allowed' } }),
    });
    await w.settle();
    await w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'precious', namespace: 'full' } });
    await w.commit({ 'web/ns.yaml': null });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(/PruneRefused: Namespace\/full still holds .*ConfigMap\/full\/precious/);
    expect(await w.find('Namespace/full')).toBeDefined();
  });

  test('S3b a CRD is refused while a custom resource outside the prune set exists', async () => {
    await w.app();
    await w.commit({ 'web/a.yaml': configMap('a'), 'web/crd.yaml': crd('Widget'), 'web/cr.yaml': custom('Widget', 'ours') });
    await w.settle();
    expect(await w.condition('Ready')).toContain('Succeeded');
    await w.put({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'theirs', namespace: 'other' }, spec: {} });
    await w.commit({ 'web/crd.yaml': null, 'web/cr.yaml': null });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(
      /PruneRefused: CustomResourceDefinition\/widgets.example.com still holds .*Widget\/other\/theirs/,
    );
    expect(await w.find('Widget/other/theirs')).toBeDefined();
  });

  test('S3c Lockstep never prunes the Source that an App reads from', async () => {
    await w.app({ name: 'root', path: 'root' });
    const source = `apiVersion: lockstep.dev/v1\nkind: Source\nmetadata: {name: config}\nspec: {git: {url: "https://git.test/shop.git", ref: {branch: main}}, interval: 10m}\n`;
    await w.commit({ 'root/source.yaml': source, 'root/a.yaml': configMap('a') });
    await w.settle();
    await w.commit({ 'root/source.yaml': null });
    await w.settle();
    expect(await w.find('Source/shop/config')).toBeDefined();
    expect(await w.condition('Ready', 'root')).toContain('Lockstep never prunes it');
  });

  test('S3d a namespace made by createNamespace is never deleted', async () => {
    await w.app({ spec: { target: { namespace: 'made', createNamespace: { labels: { team: 'a' } } }, sync: { onDelete: 'prune' } } });
    await w.commit({ 'web/a.yaml': configMap('a') });
    await w.settle();
    expect((await w.get('Namespace/made')).metadata.labels?.['team']).toBe('a');
    expect(await w.find('ConfigMap/made/a')).toBeDefined();
    await w.remove('App/shop/web');
    await w.settle(20_000);
    expect(await w.find('App/shop/web')).toBeUndefined();
    expect(await w.find('ConfigMap/made/a')).toBeUndefined();
    expect((await w.get('Namespace/made')).metadata.deletionTimestamp).toBeUndefined();
  });

  test('S3e nothing is pruned in a pass in which anything failed', async () => {
    await w.app();
    await w.commit({ 'web/a.yaml': configMap('a'), 'web/b.yaml': configMap('b') });
    await w.settle();
    w.door.fault = ({ method, path, query }) =>
      method === 'PATCH' && path.endsWith('/configmaps/a') && query?.['dryRun'] === undefined
        ? { status: 500, reason: 'InternalError' }
        : undefined;
    await w.commit({ 'web/a.yaml': configMap('a', { a: '2' }), 'web/b.yaml': null });
    await w.settle();
    expect(await w.find('ConfigMap/shop/b')).toBeDefined();
    w.door.fault = () => undefined;
    await w.settle(30_000);
    expect(await w.find('ConfigMap/shop/b')).toBeUndefined();
    expect((await w.get('ConfigMap/shop/a'))['data']).toEqual({ a: '2' });
  });

  test('S3f deletes name the uid, run custom resources first, and wait until they are gone', async () => {
    await w.app();
    await w.commit({ 'web/a.yaml': configMap('a'), 'web/crd.yaml': crd('Widget'), 'web/cr.yaml': custom('Widget', 'ours') });
    await w.settle();
    await w.edit('Widget/shop/ours', { metadata: { finalizers: ['example.com/slow'] } });
    await w.commit({ 'web/crd.yaml': null, 'web/cr.yaml': null });
    await w.settle();
    await w.approve();
    await w.settle();
    expect(await w.condition('Ready')).toContain('waiting for Widget/shop/ours to be gone');
    expect((await w.get('CustomResourceDefinition/widgets.example.com')).metadata.deletionTimestamp).toBeUndefined();
    await w.edit('Widget/shop/ours', { metadata: { finalizers: null } });
    await w.settle(40_000);
    expect(await w.find('CustomResourceDefinition/widgets.example.com')).toBeUndefined();
    const deletes = w.door.sent.filter(({ method }) => method === 'DELETE');
    expect(deletes.map(({ path }) => path.split('/').at(-1))).toEqual(['ours', 'widgets.example.com']);
    for (const { body } of deletes) expect((body as { preconditions?: { uid?: string } }).preconditions?.uid).toMatch(/.+/);
  });

  test('S3g a kind whose discovery fails is unknown, never gone', async () => {
    await w.app();
    await w.commit({ 'web/a.yaml': configMap('a'), 'web/crd.yaml': crd('Widget'), 'web/cr.yaml': custom('Widget', 'ours') });
    await w.settle();
    await w.crash();
    w.door.fault = ({ path }) => (path.startsWith('/apis/example.com') ? { status: 503, reason: 'ServiceUnavailable' } : undefined);
    await w.commit({ 'web/cr.yaml': null });
    await w.settle();
    expect(await w.find('Widget/shop/ours')).toBeDefined();
    expect((await w.appStatus()).inventory?.count).toBe(3);
  });
});

describe('S4 moving and renaming', () => {
  test('S4 a namespace that several Apps ask for belongs to one of them; nobody fights, and it stays while somebody else is in it', async () => {
    await w.commit({ 'a/a.yaml': configMap('in-a'), 'b/b.yaml': configMap('in-b') });
    const target = { namespace: 'fresh', createNamespace: {} };
    await w.app({ name: 'a', path: 'a', spec: { target } });
    await w.app({ name: 'b', path: 'b', spec: { target } });
    await w.settle(5000);
    expect([await w.condition('Ready', 'a'), await w.condition('Ready', 'b')].map((text) => text.slice(0, 10))).toEqual([
      'Ready=True',
      'Ready=True',
    ]);
    const { writes } = w.door;
    await w.settle(300_000);
    expect(w.door.writes).toBe(writes);
    await w.commit({ 'a/a.yaml': null });
    await w.settle();
    expect(await w.find('Namespace/fresh')).toBeDefined();
    expect(await w.find('ConfigMap/fresh/in-b')).toBeDefined();
  });

  test('S4 an object that moves to another App changes hands in one apply; no delete is sent', async () => {
    await w.app({ name: 'a', path: 'a' });
    await w.app({ name: 'b', path: 'b' });
    await w.commit({ 'a/x.yaml': configMap('x'), 'a/y.yaml': configMap('y'), 'b/z.yaml': configMap('z') });
    await w.settle();
    const { uid } = (await w.get('ConfigMap/shop/x')).metadata;
    await w.commit({ 'a/x.yaml': null, 'b/x.yaml': configMap('x') });
    await w.settle(35_000);
    const moved = await w.get('ConfigMap/shop/x');
    expect(moved.metadata.uid).toBe(uid);
    expect(moved.metadata.annotations?.['lockstep.dev/owner']).toBe('test/shop/b:/ConfigMap:shop/x');
    expect(w.door.sent.filter(({ method }) => method === 'DELETE')).toEqual([]);
    expect((await w.appStatus('a')).inventory?.count).toBe(1);
    expect((await w.appStatus('b')).inventory?.count).toBe(2);
  });

  test('S4 an object that moves into an App which the same commit makes is not deleted on the way; what nobody takes is', async () => {
    await w.app({ name: 'root', path: 'root' });
    const app = (name: string, path: string): string =>
      `apiVersion: lockstep.dev/v1\nkind: App\nmetadata: {name: ${name}}\nspec: {source: {name: config, path: ${path}}}\n`;
    await w.commit({
      'root/a.yaml': app('a', 'a'),
      'a/x.yaml': configMap('x'),
      'a/y.yaml': configMap('y'),
      'a/gone.yaml': configMap('gone'),
    });
    await w.settle();
    const { uid } = (await w.get('ConfigMap/shop/x')).metadata;
    await w.commit({ 'root/b.yaml': app('b', 'b'), 'a/x.yaml': null, 'a/gone.yaml': null, 'b/x.yaml': configMap('x') });
    await w.settle(35_000);
    expect((await w.get('ConfigMap/shop/x')).metadata.uid).toBe(uid);
    expect((await w.get('ConfigMap/shop/x')).metadata.annotations?.['lockstep.dev/owner']).toMatch(/^test\/shop\/b:/);
    expect(await w.find('ConfigMap/shop/gone')).toBeUndefined();
  });

  test('S4 after a restart nothing is pruned before it is known what every other App renders', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await w.app({ name, path: name });
    await w.commit({
      'a/x.yaml': configMap('x'),
      'a/y.yaml': configMap('y'),
      'd/z.yaml': configMap('z'),
      'b/b.yaml': configMap('b'),
      'c/c.yaml': configMap('c'),
    });
    await w.settle();
    const { uid } = (await w.get('ConfigMap/shop/x')).metadata;
    w.door.cut();
    w.repository.commit({
      'a/y.yaml': configMap('y'),
      'd/x.yaml': configMap('x'),
      'd/z.yaml': configMap('z'),
      'b/b.yaml': configMap('b'),
      'c/c.yaml': configMap('c'),
    });
    await w.settle(60_000);
    expect((await w.get('ConfigMap/shop/x')).metadata.uid).toBe(uid);
    expect((await w.get('ConfigMap/shop/x')).metadata.annotations?.['lockstep.dev/owner']).toMatch(/^test\/shop\/d:/);
  });

  test('S4 an App renamed with `replaces` takes its objects along', async () => {
    await w.app({ name: 'old' });
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    const { uid } = (await w.get('ConfigMap/shop/x')).metadata;
    await w.app({ name: 'new', annotations: { 'lockstep.dev/replaces': 'shop/old' } });
    await w.edit('App/shop/old', { spec: { sync: { onDelete: 'prune' } } });
    await w.settle();
    await w.remove('App/shop/old');
    await w.settle(20_000);
    expect(await w.find('App/shop/old')).toBeUndefined();
    expect((await w.get('ConfigMap/shop/x')).metadata.uid).toBe(uid);
    expect(await w.condition('Ready', 'new')).toContain('Succeeded');
  });

  test('S4 changing the target is refused unless the App says so; then the old copy goes last', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x'), 'web/y.yaml': configMap('y') });
    await w.settle();
    await w.edit('App/shop/web', { spec: { target: { namespace: 'other' } } });
    await w.settle();
    expect(await w.condition('Ready')).toContain('MoveRefused');
    expect(await w.find('ConfigMap/other/x')).toBeUndefined();
    await w.edit('App/shop/web', { metadata: { annotations: { 'lockstep.dev/move': 'allowed' } } });
    await w.settle(20_000);
    expect(await w.find('ConfigMap/other/x')).toBeDefined();
    expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
  });
});

describe('S5 ownership', () => {
  test('S5 labels alone are no proof: an object whose annotation was taken away is not deleted', async () => {
    await w.app({ spec: { sync: { heal: 'report' } } });
    await w.commit({ 'web/x.yaml': configMap('x'), 'web/y.yaml': configMap('y') });
    await w.settle();
    await w.edit('ConfigMap/shop/x', { metadata: { annotations: { 'lockstep.dev/owner': null } } });
    await w.commit({ 'web/x.yaml': null });
    await w.settle();
    expect(await w.find('ConfigMap/shop/x')).toBeDefined();
    expect((await w.appStatus()).inventory?.count).toBe(1);
  });

  test('S5 a copy that carries the annotation of its original is nobody’s', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    const original = await w.get('ConfigMap/shop/x');
    const { annotations = {}, labels = {} } = original.metadata;
    await w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'copy', namespace: 'shop', annotations, labels }, data: {} });
    await w.crash();
    await w.settle();
    expect(await w.find('ConfigMap/shop/copy')).toBeDefined();
    expect((await w.appStatus()).inventory?.count).toBe(1);
  });

  test('S5 another cluster behind the same address stalls: ClusterIdentityChanged, nothing written', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x') });
    await w.settle();
    const [inventory] = await w.list('Inventory', 'shop');
    await w.edit(`Inventory/shop/${inventory?.metadata.name ?? ''}`, { spec: { cluster: { uid: 'another-cluster' } } });
    await w.crash();
    await w.commit({ 'web/x.yaml': configMap('x', { a: '2' }) });
    await w.settle();
    expect(await w.condition('Stalled')).toContain('ClusterIdentityChanged');
    expect((await w.get('ConfigMap/shop/x'))['data']).toEqual({ a: '1' });
  });
});

describe('S6 the inventory is written ahead', () => {
  test('S6 the inventory is durable before the first write of an apply', async () => {
    await w.app();
    await w.commit({ 'web/x.yaml': configMap('x'), 'web/y.yaml': configMap('y') });
    await w.settle();
    const writes = effective(w.door.sent).filter((line) => /inventories|configmaps/.test(line));
    expect(writes[0]).toMatch(/POST .*inventories/);
    expect(writes.slice(1).every((line) => line.includes('configmaps'))).toBe(true);
  });

  test('S6 a lost inventory and status are rebuilt from the annotations; what is gone from Git is then pruned', async () => {
    await w.app();
    await w.commit({ ...many(4), 'web/x.yaml': configMap('x') });
    await w.settle();
    for (const inventory of await w.list('Inventory', 'shop')) await w.remove(`Inventory/shop/${inventory.metadata.name ?? ''}`);
    await w.commit({ 'web/x.yaml': null });
    await w.crash();
    await w.settle(20_000);
    expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
    expect((await w.appStatus()).inventory?.count).toBe(4);
  });

  test('S6 above 1,000 objects the inventory lives in several objects', async () => {
    await w.app();
    await w.commit({ 'web/all.yaml': Array.from({ length: 1001 }, (_, index) => configMap(`c${index}`)).join('---\n') });
    await w.settle(10_000);
    const chunks = (await w.list('Inventory', 'shop')).map((object) => (object['spec'] as { entries: unknown[] }).entries.length);
    expect(chunks.toSorted((a, b) => a - b)).toEqual([1, 1000]);
  });
});

test('a bad commit is told with file and line, others keep working, and reverting it brings Ready back', async () => {
  await w.app({ name: 'a', path: 'a' });
  await w.app({ name: 'b', path: 'b' });
  await w.commit({ 'a/x.yaml': configMap('ax'), 'b/x.yaml': configMap('bx') });
  await w.settle();
  await w.commit({ 'a/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [\n', 'b/x.yaml': configMap('bx', { a: '2' }) });
  await w.settle();
  expect(await w.condition('Ready', 'a')).toMatch(/Ready=False InvalidYaml: a\/x\.yaml:\d+/);
  expect(await w.condition('Ready', 'b')).toContain('Succeeded');
  await w.edit('ConfigMap/shop/ax', { data: { a: 'hacked' } });
  await w.settle();
  expect((await w.get('ConfigMap/shop/ax'))['data']).toEqual({ a: '1' });
  await w.commit({ 'a/x.yaml': configMap('ax') });
  await w.settle();
  expect(await w.condition('Ready', 'a')).toContain('Succeeded');
  expect(((await w.get('App/shop/a')) as unknown as App).status?.why).toBeUndefined();
});
