/** Signing in to the dashboard: local users, a provider, nobody at all; and what a person may do afterwards is what RBAC says. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword, type Dashboard } from '../../src/server/index.ts';
import { world, type World } from '../../src/testing/world/index.ts';
import { Browser, openDashboard } from './dashboard-door.ts';
import { startProvider, type Provider } from './oidc-provider.ts';

let scene: World;
let dashboard: Dashboard;
let provider: Provider;

const platform = (spec: Record<string, unknown>) => ({
  apiVersion: 'lockstep.dev/v1',
  kind: 'Platform',
  metadata: { name: 'default' },
  spec: { dashboard: spec as never },
});

beforeAll(async () => {
  scene = await world();
  await scene.commit({ 'web/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n' });
  await scene.source();
  await scene.app();
  await scene.settle();
  provider = await startProvider();
  const user = { password: await hashPassword('a good password', randomBytes(16)), groups: ['readers'] };
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
  await scene.put({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'lockstep-users', namespace: 'lockstep-system' },
    data: { bob: encoded(user), 'odd.one': encoded({ password: 'plain text', groups: [] }) },
  });
  await scene.put(platform({ oidc: { issuer: provider.issuer, clientId: 'lockstep', groupPrefix: 'idp:' } }));
  await grant('Group', 'readers');
  await grant('User', 'ada@example.com');
  dashboard = await openDashboard(scene);
});

afterAll(async () => {
  await dashboard.close();
  await provider.close();
  await scene.close();
});

async function grant(kind: string, name: string): Promise<void> {
  const rbac = 'rbac.authorization.k8s.io';
  const rules = [{ apiGroups: ['lockstep.dev'], resources: ['apps'], verbs: ['get', 'list'] }];
  const id = name.replaceAll(/[^a-z]/g, '-');
  await scene.put({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: id, namespace: 'shop' }, rules });
  await scene.put({
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: id, namespace: 'shop' },
    roleRef: { apiGroup: rbac, kind: 'Role', name: id },
    subjects: [{ kind, apiGroup: rbac, name }],
  });
}

describe('local users', () => {
  test('sign in by name and password, and see what their group may', async () => {
    const bob = new Browser(dashboard.url);
    expect((await bob.get('session', '/session')).methods.map(({ kind }) => kind)).toEqual(['oidc', 'local']);
    const session = await bob.post('signIn', '/session', { user: 'bob', password: 'a good password' });
    expect(session).toMatchObject({ user: 'bob', groups: ['readers'], method: 'local' });
    expect((await bob.get('apps', '/apps')).total).toBe(1);
  });

  const refusals = [
    { name: 'a wrong password', body: { user: 'bob', password: 'guess' } },
    { name: 'an unknown name', body: { user: 'carol', password: 'a good password' } },
    { name: 'a password kept in clear', body: { user: 'odd.one', password: 'plain text' } },
    { name: 'a name of JavaScript', body: { user: '__proto__', password: 'x' } },
  ];
  for (const { name, body } of refusals) {
    test(`${name} is refused in the same words`, async () => {
      const browser = new Browser(dashboard.url);
      const { status, text } = await browser.send('POST', '/api/v1/session', { body });
      expect([status, JSON.parse(text)]).toMatchObject([401, { error: { message: 'the name or the password is wrong' } }]);
      expect(browser.cookie).toBe('');
    });
  }

  test('tries are counted', async () => {
    const browser = new Browser(dashboard.url);
    const statuses: number[] = [];
    for (let turn = 0; turn < 12; turn += 1)
      statuses.push((await browser.send('POST', '/api/v1/session', { body: { user: 'dave', password: 'x' } })).status);
    expect(statuses.at(-1)).toBe(429);
  });

  test('a form of another page cannot sign anybody in', async () => {
    const headers = { 'content-type': 'text/plain' };
    const { status } = await new Browser(dashboard.url).send('POST', '/api/v1/session', { body: '{"user":"bob","password":"x"}', headers });
    expect(status).toBe(400);
  });
});

/** Walks the redirects as a browser does. */
async function throughProvider(browser: Browser): Promise<{ readonly status: number; readonly text: string }> {
  const out = await browser.send('GET', '/login/oidc');
  const flow = browser.cookie;
  const there = await fetch(String(out.headers['location']), { redirect: 'manual' });
  const back = new URL(there.headers.get('location') ?? '');
  browser.cookie = flow;
  return browser.send('GET', back.pathname + back.search);
}

describe('a provider', () => {
  test('signs in with code, PKCE, state and nonce', async () => {
    provider.claims = { email: 'ada@example.com', groups: ['team'] };
    const ada = new Browser(dashboard.url);
    expect((await throughProvider(ada)).status).toBe(303);
    expect(await ada.get('session', '/session')).toMatchObject({ user: 'ada@example.com', groups: ['idp:team'], method: 'oidc' });
    expect((await ada.get('apps', '/apps')).total).toBe(1);
  });

  const lies = [
    { name: 'no user', claims: {}, says: /no \\?"email/ },
    { name: 'an empty user', claims: { email: ' ' }, says: /no \\?"email/ },
    { name: 'an empty group', claims: { email: 'a@b.c', groups: [''] }, says: /empty group/ },
    { name: 'a user of Kubernetes’ own', claims: { email: 'system:admin' }, says: /system:admin/ },
    { name: 'an address nobody verified', claims: { email: 'a@b.c', email_verified: false }, says: /not verified/ },
    { name: 'another audience', claims: { email: 'a@b.c', aud: 'other' }, says: /did not sign you in/ },
    { name: 'another issuer', claims: { email: 'a@b.c', iss: 'https://evil.test' }, says: /did not sign you in/ },
    { name: 'another nonce', claims: { email: 'a@b.c', nonce: 'x' }, says: /did not sign you in/ },
    { name: 'a token that is over', claims: { email: 'a@b.c', exp: 1000 }, says: /did not sign you in/ },
  ];
  for (const { name, claims, says } of lies) {
    test(`${name}: nobody is signed in`, async () => {
      provider.claims = claims;
      const browser = new Browser(dashboard.url);
      const { status, text } = await throughProvider(browser);
      expect([401, 403]).toContain(status);
      expect(text).toMatch(says);
      expect((await browser.send('GET', '/api/v1/apps')).status).toBe(401);
    });
  }

  test('an answer nobody asked for is refused', async () => {
    const { status } = await new Browser(dashboard.url).send('GET', '/login/oidc/callback?code=code-0&state=x');
    expect(status).toBe(401);
  });
});

test('nobody reads unless it is switched on, and then what RBAC gives to nobody', async () => {
  const nobody = new Browser(dashboard.url);
  expect((await nobody.send('GET', '/api/v1/apps')).status).toBe(401);
  await scene.put(platform({ anonymous: true }));
  for (let turn = 0; turn < 100 && (await nobody.send('GET', '/api/v1/apps')).status !== 200; turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await nobody.get('apps', '/apps')).total).toBe(0);
  expect((await nobody.get('session', '/session')).anonymous).toBe(true);
  expect((await nobody.send('PUT', '/api/v1/views', { body: { name: 'x', query: 'y' } })).status).toBe(401);
});

describe('behind a Service of the cluster', () => {
  const ask = async (path: string, user?: { readonly name: string; readonly groups: readonly string[] }) => {
    const answer = await dashboard.backend({
      method: 'GET',
      path,
      query: {},
      headers: {},
      body: new Uint8Array(),
      ...(user === undefined ? {} : { user }),
    });
    return [answer.status, Buffer.from(answer.body as Uint8Array).toString('utf8')] as const;
  };

  test('the API answers as whoever the cluster says is asking', async () => {
    expect(await ask('/api/v1/apps', { name: 'ada@example.com', groups: [] })).toEqual([200, expect.stringContaining('shop/web')]);
    expect(await ask('/api/v1/apps', { name: 'eve', groups: [] })).toEqual([200, expect.not.stringContaining('shop/web')]);
  });

  test('nobody, an empty name, and what needs a browser are refused', async () => {
    expect((await ask('/api/v1/apps'))[0]).toBe(401);
    expect((await ask('/api/v1/apps', { name: '', groups: [] }))[0]).toBe(403);
    expect((await ask('/api/v1/stream', { name: 'eve', groups: [] }))[0]).toBe(422);
    expect((await ask('/etc/passwd', { name: 'eve', groups: [] }))[0]).toBe(404);
  });
});
