/** One App on the dashboard: its page, tree, objects, plan, buttons, history; and that no secret and no script gets out. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dashboard } from '../../src/server/index.ts';
import { world, type World } from '../../src/testing/world/index.ts';
import { Browser, openDashboard, signedIn } from './dashboard-door.ts';

let scene: World;
let dashboard: Dashboard;
let ada: Browser;

const secretText = 'correct-horse-battery';
const evil = '<img src=x onerror=alert(1)>"\'`${7*7}';

const files = {
  'web/config.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  annotations:\n    note: ${JSON.stringify(evil)}\ndata:\n  colour: blue\n`,
  'web/secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata:\n  name: token\nstringData:\n  token: ${secretText}\n`,
  'web/leak.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: leak\ndata:\n  url: https://ada:${secretText}@db.test\n`,
  'web/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.test/web:1"}]
`,
};

const object = (kind: string, name: string, group = ''): string => `group=${group}&kind=${kind}&objectNamespace=shop&object=${name}`;

beforeAll(async () => {
  scene = await world();
  await scene.commit(files);
  await scene.source();
  await scene.app({ spec: { dependsOn: [{ name: 'nothing', kind: 'ConfigMap', apiVersion: 'v1' }] } });
  await scene.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'nothing', namespace: 'shop' } });
  await scene.settle(20_000);
  dashboard = await openDashboard(scene);
  ada = await signedIn(dashboard);
});

afterAll(async () => {
  await dashboard.close();
  await scene.close();
});

describe('the page of an App', () => {
  test('its first sentence, source and buttons', async () => {
    const app = await ada.get('app', '/apps/shop/web');
    expect(app.headline).toMatchObject({ verb: 'Running', revision: expect.stringMatching(/^main@[0-9a-f]{7}$/), notes: [] });
    expect(app.source).toMatchObject({ name: 'config', kind: 'git', url: 'https://git.test/shop.git', path: 'web' });
    expect(app.actions.filter(({ allowed }) => allowed).map(({ action }) => action)).toEqual(['sync', 'suspend', 'rollback']);
    expect(app.images).toEqual(['registry.test/web:1']);
    expect(app.warnings).toMatchObject([{ reason: 'PlainSecretInGit', message: expect.stringContaining('Secret/shop/token') as string }]);
  });

  test('the tree goes down to the Pods', async () => {
    const { items, objects, hidden } = await ada.get('tree', '/apps/shop/web/tree');
    expect(items.map(({ ref, depth, sync }) => `${'  '.repeat(depth)}${ref.kind} ${sync}`)).toEqual([
      'Deployment inSync',
      '  ReplicaSet made',
      '    Pod made',
      '    Pod made',
      'ConfigMap inSync',
      'ConfigMap inSync',
      'Secret inSync',
    ]);
    expect([objects, hidden]).toEqual([7, 0]);
    expect(items[0]).toMatchObject({ badge: '2/2', children: 3, problems: 0, health: { provenance: 'simulated' } });
  });

  test('like siblings that are well are a heap until it is opened', async () => {
    const closed = await ada.get('tree', '/apps/shop/web/tree?heap=2&q=configmap');
    expect(closed.items).toHaveLength(2);
    const first = await ada.get('tree', '/apps/shop/web/tree?limit=3');
    const rest = await ada.get('tree', `/apps/shop/web/tree?limit=300&cursor=${first.next ?? ''}`);
    expect([first, rest].map(({ items, total }) => [items.map(({ ref }) => ref.kind), total])).toEqual([
      [['Deployment', 'ReplicaSet', 'Pod'], 7],
      [['Pod', 'ConfigMap', 'ConfigMap', 'Secret'], 7],
    ]);
  });

  test('drift shows in the tree, the page and the difference, live', async () => {
    await scene.edit('App/shop/web', { spec: { sync: { heal: 'report' } } });
    await scene.settle();
    const events = await ada.stream(['/apps/shop/web', '/apps/shop/web/tree'], async (seen) => {
      if (seen.length === 3) {
        await scene.edit('ConfigMap/shop/settings', { data: { colour: 'red' } });
        await scene.settle();
      }
      const latest = seen.findLast(({ data }) => data.topic === '/apps/shop/web')?.data.items?.[0];
      return (
        seen.length > 3 &&
        (latest as { sync?: string } | undefined)?.sync === 'Drifted' &&
        seen.at(-1)?.data.topic.endsWith('tree') === true
      );
    });
    expect(events.map(({ event }) => event).slice(0, 4)).toEqual(['hello', 'snapshot', 'snapshot', 'delta']);
    expect((await ada.get('app', '/apps/shop/web')).headline.notes).toEqual(['1 field drifted']);
    const diff = await ada.get('objectDiff', `/apps/shop/web/object/diff?${object('ConfigMap', 'settings')}`);
    expect(diff.fields).toEqual([
      { path: 'data.colour', git: '"blue"', planned: '"blue"', live: '"red"', state: 'drifted', manager: 'kubectl-edit' },
    ]);
  });

  test('"ignore this field" and "adopt this value" are text for Git', async () => {
    const query = `${object('ConfigMap', 'settings')}&path=.data.colour`;
    const ignored = await ada.get('ignoreField', `/apps/shop/web/object/ignore?${query}`);
    expect(ignored.yaml).toContain('paths:\n      - /data/colour');
    const adopted = await ada.get('adoptField', `/apps/shop/web/object/adopt?${query}`);
    expect(adopted).toMatchObject({ file: 'web/config.yaml', yaml: expect.stringContaining('data:\n  colour: red') });
    const bad = await ada.send('GET', `/api/v1/apps/shop/web/object/adopt?${object('ConfigMap', 'settings')}&path=.data.none.deep`);
    expect([bad.status, bad.text]).toEqual([400, expect.stringContaining('leads nowhere')]);
  });

  test('an object: manifest, owners of its fields, events', async () => {
    const { manifest, owners, health } = await ada.get('object', `/apps/shop/web/object?${object('Deployment', 'web', 'apps')}`);
    expect(manifest).toMatchObject({ kind: 'Deployment', spec: { replicas: 2 } });
    expect(owners.find(({ ours }) => ours)?.fields).toContain('.spec.replicas');
    expect(health.state).toBe('Healthy');
    await ada.get('objectEvents', `/apps/shop/web/object/events?${object('Deployment', 'web', 'apps')}`);
    const none = await ada.send('GET', `/api/v1/apps/shop/web/object?${object('Deployment', 'gone', 'apps')}`);
    expect(none.status).toBe(404);
  });

  test('the log of a Pod, searched', async () => {
    const pods = await scene.list('Pod', 'shop');
    const path = `/api/v1/apps/shop/web/object/log?${object('Pod', pods[0]?.metadata.name ?? '')}`;
    const { status, text, headers } = await ada.send('GET', path);
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    const [line = ''] = text.split('\n');
    expect((await ada.send('GET', `${path}&q=${encodeURIComponent(line)}`)).text).toContain(line);
    expect((await ada.send('GET', `${path}&q=no-such-line-anywhere`)).text).toBe('');
  });
});

describe('buttons', () => {
  test('say what they do, do it, and refuse when it has changed', async () => {
    await scene.edit('ConfigMap/shop/settings', { data: { colour: 'blue' } });
    await scene.settle();
    const asked = await ada.post('action', '/apps/shop/web/actions/suspend', { reason: 'lunch' });
    expect([asked.done, asked.command]).toEqual([false, "lockstep suspend shop/web --reason 'lunch'"]);
    const done = await ada.post('action', '/apps/shop/web/actions/suspend', { reason: 'lunch', confirm: asked.digest });
    expect(done).toMatchObject({ done: true, result: 'suspended' });
    expect(await scene.get('App/shop/web')).toMatchObject({ spec: { suspend: true, suspendReason: 'lunch' } });
    await scene.settle();
    await until(async () => (await ada.get('app', '/apps/shop/web')).level === 'paused');
    const stale = await ada.send('POST', '/api/v1/apps/shop/web/actions/suspend', { body: { reason: 'lunch', confirm: asked.digest } });
    expect([stale.status, JSON.parse(stale.text)]).toMatchObject([409, { error: { code: 'PlanStale' } }]);
    const resumed = await ada.post('action', '/apps/shop/web/actions/resume', {});
    await ada.post('action', '/apps/shop/web/actions/resume', { confirm: resumed.digest });
    expect(await scene.get('App/shop/web')).toMatchObject({ spec: { suspend: false } });
  });

  test('a plan that waits is shown by waves and approved by an object', async () => {
    await scene.edit('App/shop/web', { spec: { sync: { approve: 'always' } } });
    await scene.commit({ 'web/web.yaml': files['web/web.yaml'].replace('web:1', 'web:2') });
    await scene.settle();
    expect(await ada.get('app', '/apps/shop/web')).toMatchObject({ level: 'attention', sync: 'Waiting' });
    const plan = await ada.get('plan', '/apps/shop/web/plan');
    expect(plan.approval).toEqual({ needed: true, given: false, by: [] });
    expect(plan.waves.flatMap(({ items }) => items).find(({ ref }) => ref.kind === 'Deployment')?.changes).toMatchObject([
      { before: '"registry.test/web:1"', after: '"registry.test/web:2"' },
    ]);
    await until(async () => (await ada.get('app', '/apps/shop/web')).pending?.approval === true);
    const asked = await ada.post('action', '/apps/shop/web/actions/approve', {});
    await ada.post('action', '/apps/shop/web/actions/approve', { confirm: asked.digest });
    await scene.settle(20_000);
    expect(await scene.get('Deployment/shop/web')).toMatchObject({
      spec: { template: { spec: { containers: [{ image: 'registry.test/web:2' }] } } },
    });
  });

  test('who may only look is told why', async () => {
    await reader('eve');
    const eve = await signedIn(dashboard, { user: 'eve', groups: [] });
    const app = await eve.get('app', '/apps/shop/web');
    expect(app.actions.find(({ action }) => action === 'sync')).toEqual({
      action: 'sync',
      allowed: false,
      reason: 'you may not change Apps in shop',
    });
    const asked = await eve.post('action', '/apps/shop/web/actions/sync', {});
    const done = await eve.send('POST', '/api/v1/apps/shop/web/actions/sync', { body: { confirm: asked.digest } });
    expect([done.status, done.text]).toEqual([403, expect.stringContaining('eve')]);
    const { items, hidden } = await eve.get('tree', '/apps/shop/web/tree');
    expect([items.map(({ ref }) => ref.kind), hidden]).toEqual([['ConfigMap', 'ConfigMap'], 6]);
    const secret = await eve.send('GET', `/api/v1/apps/shop/web/object?${object('Secret', 'token')}`);
    expect(secret.status).toBe(403);
    expect((await eve.send('GET', '/api/v1/apps/bank/nothing')).status).toBe(403);
  });
});

describe('over time and over the system', () => {
  test('the timeline, in lanes and pages', async () => {
    const all = await ada.get('timeline', '/timeline?app=shop/web&limit=3');
    expect(all.items).toHaveLength(3);
    const more = await ada.get('timeline', `/timeline?app=shop/web&limit=3&cursor=${all.next ?? ''}`);
    expect(more.items.map(({ id }) => id)).not.toContain(all.items[2]?.id);
    const drift = await ada.get('timeline', '/timeline?kind=edit');
    expect(new Set(drift.items.map(({ kind }) => kind))).toEqual(new Set(['edit']));
    expect((await ada.send('GET', '/api/v1/timeline?kind=weather')).status).toBe(400);
  });

  test('sources, the graph, delivery figures', async () => {
    expect((await ada.get('sources', '/sources')).items).toMatchObject([{ key: 'shop/config', level: 'fine', apps: 1, kind: 'git' }]);
    const graph = await ada.get('graph', '/graph');
    const held = { waiting: false, optional: false, broken: false };
    expect(graph.edges).toEqual([{ from: 'shop/web', to: 'ConfigMap/shop/nothing', kind: 'dependsOn', version: '', ...held }]);
    const moments = await ada.get('compare', '/compare?app=shop/web&from=2020-01-01T00:00:00Z');
    expect(moments.apps).toMatchObject([{ key: 'shop/web', change: 'added', to: { revision: expect.stringMatching(/^main@sha1:/) } }]);
    expect((await ada.send('GET', '/api/v1/compare?from=2020-01-02T00:00:00Z&to=2020-01-01T00:00:00Z')).status).toBe(400);
    expect(await ada.get('traffic', '/apps/shop/web/traffic')).toMatchObject({ configured: false, series: [] });
    expect((await ada.get('delivery', '/delivery?days=365')).truncated).toBe(false);
  });

  test('two revisions are compared by their manifests, values before and after, secrets never', async () => {
    const before = new Date(Date.parse((await ada.get('app', '/apps/shop/web')).since ?? '') + 1).toISOString();
    await scene.edit('App/shop/web', { spec: { sync: { approve: 'never', heal: 'auto' } } });
    await scene.commit({
      'web/config.yaml': files['web/config.yaml'].replace('colour: blue', 'colour: green'),
      'web/secret.yaml': files['web/secret.yaml'].replace(secretText, 'another-secret-text'),
      'web/leak.yaml': '',
      'web/more.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: more\n',
    });
    await scene.settle(20_000);
    const { objects, incomplete } = await ada.get('compare', `/compare?app=shop/web&from=${before}`);
    expect(incomplete).toBeUndefined();
    expect(objects.map(({ ref, change, fields }) => [`${ref.kind} ${ref.name}`, change, fields])).toEqual([
      ['ConfigMap leak', 'removed', []],
      ['ConfigMap more', 'added', []],
      ['ConfigMap settings', 'changed', [{ path: 'data.colour', before: '"blue"', after: '"green"' }]],
      [
        'Secret token',
        'changed',
        [{ path: 'data.token', before: expect.stringContaining('masked:'), after: expect.stringContaining('masked:') }],
      ],
    ]);
    expect(JSON.stringify(objects)).not.toMatch(new RegExp(`${secretText}|another-secret-text`));
    // The system as a whole: which Apps, not which fields.
    expect((await ada.get('compare', `/compare?from=${before}`)).objects).toEqual([]);
    await scene.commit(files);
    await scene.settle(20_000);
  });

  test('saved views are kept in the cluster, and are one’s own', async () => {
    const saved = await ada.send('PUT', '/api/v1/views', { body: { name: 'broken', query: 'level=broken', shared: true } });
    expect(JSON.parse(saved.text)).toEqual({ items: [{ name: 'broken', query: 'level=broken', shared: true, owner: 'ada' }] });
    await ada.send('PUT', '/api/v1/views', { body: { name: 'mine', query: 'q=web' } });
    const eve = await signedIn(dashboard, { user: 'eve', groups: [] });
    expect((await eve.get('views', '/views')).items.map(({ name }) => name)).toEqual(['broken']);
    expect((await eve.send('DELETE', '/api/v1/views/broken')).status).toBe(404);
    expect(JSON.parse((await ada.send('DELETE', '/api/v1/views/broken')).text)).toMatchObject({ items: [{ name: 'mine' }] });
  });
});

const everything = [
  '/apps',
  '/matrix',
  '/apps/shop/web',
  '/apps/shop/web/tree',
  '/apps/shop/web/plan',
  `/apps/shop/web/object?${object('Secret', 'token')}`,
  `/apps/shop/web/object?${object('ConfigMap', 'leak')}`,
  `/apps/shop/web/object/diff?${object('Secret', 'token')}`,
  `/apps/shop/web/object/diff?${object('ConfigMap', 'leak')}`,
  `/apps/shop/web/object/events?${object('Secret', 'token')}`,
  `/apps/shop/web/object/adopt?${object('ConfigMap', 'leak')}&path=.data.url`,
  '/timeline',
  '/sources',
  '/graph',
  '/compare?app=shop/web&from=2020-01-01T00:00:00Z',
];

test('S18 no answer holds a secret in any form', async () => {
  await scene.edit('ConfigMap/shop/leak', { data: { url: `https://ada:${secretText}@db.test/2` } });
  await scene.settle();
  const once = Buffer.from(secretText).toString('base64');
  const forms = [
    secretText,
    once,
    Buffer.from(once).toString('base64'),
    gzipSync(secretText).toString('base64'),
    JSON.stringify(secretText),
  ];
  const answers = await Promise.all(everything.map(async (path) => ({ path, ...(await ada.send('GET', `/api/v1${path}`)) })));
  const events = await ada.stream(
    ['/apps/shop/web', '/apps/shop/web/tree', '/apps/shop/web/plan', '/timeline'],
    (seen) => seen.length >= 5,
  );
  const found = [...answers.map(({ path, text }) => ({ path, text })), { path: 'stream', text: JSON.stringify(events) }].filter(
    ({ text }) => forms.some((form) => text.includes(form)),
  );
  expect(found.map(({ path }) => path)).toEqual([]);
  expect(answers.find(({ path }) => path.includes('kind=Secret'))?.text).toContain('masked:');
});

test('hostile text is only ever text: JSON, never HTML', async () => {
  const answers = await Promise.all(everything.map((path) => ada.send('GET', `/api/v1${path}`)));
  for (const { headers } of answers)
    expect([headers['content-type'], headers['x-content-type-options']]).toEqual(['application/json; charset=utf-8', 'nosniff']);
  const settings = await ada.get('object', `/apps/shop/web/object?${object('ConfigMap', 'settings')}`);
  expect((settings.manifest as { metadata: { annotations: { note: string } } }).metadata.annotations.note).toBe(evil);
});

test('links that would run something are left out', async () => {
  const links = [
    { name: 'bad', url: 'javascript:alert(1)' },
    { name: 'data', url: 'data:text/html,x' },
    { name: 'docs', url: 'https://user:pw@docs.test/a' },
  ];
  const put = await scene.admin.patch(
    { group: 'lockstep.dev', version: 'v1', kind: 'App', resource: 'apps', namespaced: true, verbs: [] },
    { namespace: 'shop', name: 'web' },
    { type: 'application/merge-patch+json', value: { spec: { links } } },
  );
  await until(async () => !put.ok || (await ada.get('app', '/apps/shop/web')).links.length > 0);
  const shown = (await ada.get('app', '/apps/shop/web')).links;
  expect(shown).toEqual(put.ok ? [{ name: 'docs', url: 'https://docs.test/a' }] : []);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it never became so');
}

/** May look at Apps and ConfigMaps of `shop`, and at nothing else. */
async function reader(name: string): Promise<void> {
  const rbac = 'rbac.authorization.k8s.io';
  const rules = [
    { apiGroups: ['lockstep.dev'], resources: ['apps'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
  ];
  await scene.put({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name, namespace: 'shop' }, rules });
  await scene.put({
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name, namespace: 'shop' },
    roleRef: { apiGroup: rbac, kind: 'Role', name },
    subjects: [{ kind: 'User', apiGroup: rbac, name }],
  });
}
