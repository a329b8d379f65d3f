/** The dashboard's server over HTTP: lists, the matrix, the stream, who may see what. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dashboard } from '../../src/server/index.ts';
import { world, type World } from '../../src/testing/world/index.ts';
import { admin, Browser, openDashboard, signedIn } from './dashboard-door.ts';

let scene: World;
let dashboard: Dashboard;
let ada: Browser;

const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  a: b\n`;

beforeAll(async () => {
  scene = await world({ namespaces: ['shop', 'bank'] });
  await scene.commit({
    'environments/staging/web/a.yaml': configMap('staging'),
    'environments/production/web/a.yaml': configMap('production'),
    'broken/a.yaml': 'kind: [',
  });
  await scene.source();
  await scene.source({ namespace: 'bank' });
  await scene.app({ name: 'web-staging', path: 'environments/staging/web' });
  await scene.app({ name: 'web-production', path: 'environments/production/web' });
  await scene.app({ name: 'ledger', namespace: 'bank', path: 'broken' });
  await scene.settle();
  dashboard = await openDashboard(scene);
  ada = await signedIn(dashboard);
});

afterAll(async () => {
  await dashboard.close();
  await scene.close();
});

describe('lists', () => {
  test('problems first, with the reason', async () => {
    const page = await ada.get('apps', '/apps');
    expect(page.items.map(({ key, level, environment, title }) => [key, level, environment, title])).toEqual([
      ['bank/ledger', 'broken', '', 'ledger'],
      ['shop/web-production', 'fine', 'production', 'web'],
      ['shop/web-staging', 'fine', 'staging', 'web'],
    ]);
    expect(page.items[0]?.why?.message).toMatch(/broken\/a\.yaml/);
    expect(page.counts).toEqual({ broken: 1, attention: 0, moving: 0, paused: 0, fine: 2 });
  });

  const filters = [
    { query: 'q=WEB+staging', keys: ['shop/web-staging'] },
    { query: 'level=broken,attention', keys: ['bank/ledger'] },
    { query: 'namespace=shop&environment=production', keys: ['shop/web-production'] },
    { query: 'folder=environments', keys: ['shop/web-production', 'shop/web-staging'] },
    { query: 'source=bank/config', keys: ['bank/ledger'] },
    { query: 'sort=-name', keys: ['shop/web-staging', 'shop/web-production', 'bank/ledger'] },
    { query: 'q=nothing-like-that', keys: [] },
  ];
  for (const { query, keys } of filters) {
    test(`?${query}`, async () => {
      const page = await ada.get('apps', `/apps?${query}`);
      expect({ keys: page.items.map(({ key }) => key), total: page.total }).toEqual({ keys, total: keys.length });
    });
  }

  test('pages hold their place', async () => {
    const first = await ada.get('apps', '/apps?limit=2&sort=name');
    const second = await ada.get('apps', `/apps?limit=2&sort=name&cursor=${first.next ?? ''}`);
    expect([first, second].map(({ items, total, next }) => [items.map(({ key }) => key), total, next === undefined])).toEqual([
      [['bank/ledger', 'shop/web-production'], 3, false],
      [['shop/web-staging'], 3, true],
    ]);
  });

  test('the matrix', async () => {
    const { columns, groups, items } = await ada.get('matrix', '/matrix?group=namespace');
    expect(columns.map(({ key, apps }) => [key, apps])).toEqual([
      ['staging', 1],
      ['production', 1],
      ['', 1],
    ]);
    expect(groups.map(({ key, rows }) => [key, rows])).toEqual([
      ['bank', 1],
      ['shop', 1],
    ]);
    expect(items.map(({ title, level, cells }) => [title, level, Object.keys(cells).sort()])).toEqual([
      ['ledger', 'broken', ['']],
      ['web', 'fine', ['production', 'staging']],
    ]);
  });

  const bad = [
    { path: '/apps?limit=0', field: 'limit' },
    { path: '/apps?limit=many', field: 'limit' },
    { path: '/apps?level=brokn', field: 'level' },
    { path: '/apps?label=%3D%3D', field: 'label' },
    { path: '/apps?cursor=xyz', field: 'cursor' },
    { path: '/apps?lmit=3', field: 'lmit' },
    { path: '/apps?q=a&q=b', field: 'q' },
    { path: '/matrix?group=colour', field: 'group' },
  ];
  for (const { path, field } of bad) {
    test(`${path} is refused by name`, async () => {
      const { status, text } = await ada.send('GET', `/api/v1${path}`);
      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({ error: { code: 'BadRequest', field } });
    });
  }
});

describe('the stream', () => {
  test('a snapshot, then only what changed, then the rest after a break', async () => {
    const topic = '/apps?sort=name';
    let edited = false;
    const events = await ada.stream([topic], async (seen) => {
      if (!edited && seen.some(({ event }) => event === 'snapshot')) {
        edited = true;
        await scene.edit('App/shop/web-staging', { spec: { suspend: true, suspendReason: 'lunch' } });
      }
      return seen.some(({ event }) => event === 'delta');
    });
    expect(events.map(({ event }) => event)).toEqual(['hello', 'snapshot', 'delta']);
    expect(events[1]?.data.items).toHaveLength(3);
    expect(events[2]?.data.items).toMatchObject([{ key: 'shop/web-staging', level: 'paused', suspended: { reason: 'lunch' } }]);
    expect(events[2]?.data.order).toBeUndefined();
    const resumed = await ada.stream([topic], (seen) => seen.length > 0, { last: events[1]?.id ?? '' });
    expect(resumed[0]).toEqual(events[2]);
    await scene.edit('App/shop/web-staging', { spec: { suspend: false, suspendReason: null } });
  });

  test('a topic that is none fails alone', async () => {
    const events = await ada.stream(['/nothing', '/matrix'], (seen) => seen.length >= 3);
    expect(events.map(({ event, data }) => [event, data.topic])).toEqual([
      ['hello', ''],
      ['failed', '/nothing'],
      ['snapshot', '/matrix'],
    ]);
  });

  test('nobody else may choose for it', async () => {
    const eve = await signedIn(dashboard, { user: 'eve', groups: [] });
    let status = 0;
    await ada.stream(['/apps'], async (seen) => {
      const id = seen[0]?.data.stream ?? '';
      status = (await eve.send('PUT', `/api/v1/stream/${id}`, { body: { topics: [] } })).status;
      return true;
    });
    expect(status).toBe(404);
  });
});

describe('who may see what', () => {
  test('nobody is asked to sign in', async () => {
    const nobody = new Browser(dashboard.url);
    expect((await nobody.send('GET', '/api/v1/apps')).status).toBe(401);
    expect(await nobody.get('session', '/session')).toMatchObject({ user: '', method: 'none' });
  });

  test('rights are those of Kubernetes', async () => {
    const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'bob' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
    await scene.put({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'bob', namespace: 'shop' },
      roleRef,
      subjects,
    });
    const bob = await signedIn(dashboard, { user: 'bob', groups: [] });
    expect((await bob.get('apps', '/apps')).items.map(({ key }) => key)).toEqual(['shop/web-production', 'shop/web-staging']);
    const eve = await signedIn(dashboard, { user: 'eve', groups: [] });
    expect((await eve.get('apps', '/apps')).total).toBe(0);
  });

  test('an empty claim is an error, not the rights of the server', async () => {
    for (const identity of [
      { user: '', groups: ['system:masters'] },
      { user: 'ada', groups: [''] },
    ]) {
      const odd = await signedIn(dashboard, identity);
      expect((await odd.send('GET', '/api/v1/apps')).status).toBe(403);
    }
  });

  test('a link works once', async () => {
    const link = new URL(dashboard.link(admin));
    const [first, second] = [new Browser(dashboard.url), new Browser(dashboard.url)];
    const answers = [await first.send('GET', link.pathname + link.search), await second.send('GET', link.pathname + link.search)];
    expect(answers.map(({ status, headers }) => [status, headers['location'], headers['set-cookie'] !== undefined])).toEqual([
      [303, '/', true],
      [303, '/?link=expired', false],
    ]);
  });

  test('signing out ends the session', async () => {
    const gone = await signedIn(dashboard);
    const { cookie } = gone;
    expect((await gone.send('DELETE', '/api/v1/session')).status).toBe(204);
    gone.cookie = cookie;
    expect((await gone.send('GET', '/api/v1/apps')).status).toBe(401);
  });
});

describe('S24 loopback is hostile', () => {
  const cases: readonly {
    readonly name: string;
    readonly headers: Record<string, string>;
    readonly own?: true;
    readonly status: number;
  }[] = [
    { name: 'a foreign Host', headers: { host: 'evil.example' }, status: 403 },
    { name: 'a foreign Origin', headers: { origin: 'https://evil.example' }, status: 403 },
    { name: 'an Origin of null', headers: { origin: 'null' }, status: 403 },
    { name: 'its own Origin', headers: {}, own: true, status: 200 },
  ];
  for (const { name, headers, own, status } of cases) {
    test(`${name} answers ${status}`, async () => {
      const reply = await ada.send('GET', '/api/v1/apps', { headers: own === true ? { origin: dashboard.url } : headers });
      expect(reply.status).toBe(status);
    });
  }

  test('what changes something needs the token of the page', async () => {
    const forged = new Browser(dashboard.url);
    forged.cookie = ada.cookie;
    const reply = await forged.send('PUT', '/api/v1/stream/x', { body: { topics: [] } });
    expect(reply.status).toBe(403);
    expect(reply.text).toContain('x-lockstep-csrf');
  });

  test('every answer carries the headers of safety', async () => {
    for (const path of ['/', '/apps/shop/web', '/api/v1/apps', '/login?link=x', '/nothing.js']) {
      const { headers } = await ada.send('GET', path);
      expect([path, headers['content-security-policy'], headers['x-content-type-options']]).toEqual([
        path,
        expect.stringContaining("script-src 'self'"),
        'nosniff',
      ]);
    }
  });

  test('the cookie of a session is out of reach', async () => {
    const link = new URL(dashboard.link(admin));
    const { headers } = await new Browser(dashboard.url).send('GET', link.pathname + link.search);
    expect(headers['set-cookie']).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
  });
});
