/** Webhooks over real HTTP: from each sender's delivery to the Sources that look at once; and everything a stranger may try. */
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { noMetrics } from '../../src/adapters/metrics/index.ts';
import type { Moved, SenderName } from '../../src/api/index.ts';
import { concerns } from '../../src/api/index.ts';
import { type Hook, listenHooks } from '../../src/server/index.ts';
import { type FakeClock, fakeClock } from '../../src/testing/clock/index.ts';
import { type MadeDelivery, type SenderCase, senderCases } from '../../src/testing/servers/index.ts';
import { world } from '../../src/testing/world/index.ts';

const KEY = 'correct horse battery staple';

/** A receiver with one hook, `/hooks/x`, that says what it was told. */
class Bench {
  readonly clock: FakeClock = fakeClock();
  readonly announced: Moved[] = [];
  hook: Hook = { name: 'x', secret: { namespace: 'shop', name: 'hook' } };
  secret: Readonly<Record<string, string>> | undefined = { token: KEY };
  url = '';
  close: () => Promise<void> = () => Promise.resolve();

  async open(): Promise<this> {
    const hooks = {
      find: (path: string) => (path === '/hooks/x' ? this.hook : undefined),
      announce: (moved: Moved) => this.announced.push(moved),
    };
    const kube = { get: () => Promise.resolve(this.#secret()) };
    const ports = { hooks, kube, clock: this.clock, log: silentLog(), metrics: noMetrics() };
    const door = await listenHooks(ports, { host: '127.0.0.1', port: 0 });
    this.url = door.url;
    this.close = () => door.close();
    return this;
  }

  #secret() {
    const data = Object.fromEntries(Object.entries(this.secret ?? {}).map(([name, text]) => [name, Buffer.from(text).toString('base64')]));
    const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hook' }, data };
    const missing = { code: 404, reason: 'NotFound', message: 'secrets "hook" not found' };
    return this.secret === undefined ? ({ ok: false, error: missing } as const) : ({ ok: true, value: object } as const);
  }

  async send(made: MadeDelivery, path = '/hooks/x'): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
    const address = `${this.url}${path}${made.token === undefined ? '' : `/${encodeURIComponent(made.token)}`}`;
    const { statusCode, body } = await request(address, { method: 'POST', headers: { ...made.headers }, body: made.body });
    return { status: statusCode, body: (await body.json()) as Record<string, unknown> };
  }
}

const withBench = async (check: (bench: Bench) => Promise<void>): Promise<void> => {
  const bench = await new Bench().open();
  try {
    await check(bench);
  } finally {
    await bench.close();
  }
};

const hookOf = ({ sender }: SenderCase): Hook => ({
  name: 'x',
  secret: { namespace: 'shop', name: 'hook' },
  ...(sender === undefined ? {} : { sender: sender as SenderName }),
});

const keyFor = ({ key, sender }: SenderCase): string => key ?? (sender === 'dockerhub' || sender === 'quay' ? 'c0rrect-horse' : KEY);

describe.each(senderCases)('$name', (each) => {
  const key = keyFor(each);

  test('is believed, and names what moved', () =>
    withBench(async (bench) => {
      [bench.hook, bench.secret] = [hookOf(each), { token: key }];
      const { status, body } = await bench.send(each.make(key, bench.clock.now()));
      if (each.source === undefined) {
        expect([status, bench.announced]).toEqual([200, []]);
        expect(body['result']).toMatch(/^(?:ping|ignored)$/);
        return;
      }
      expect([status, body]).toEqual([202, { result: 'accepted', sources: 1 }]);
      const [moved] = bench.announced;
      expect(moved !== undefined && concerns(each.source, moved)).toBe(true);
      expect(moved !== undefined && concerns('https://github.com/other/repository', moved)).toBe(false);
    }));

  test('is refused with another key, and when its body was changed', () =>
    withBench(async (bench) => {
      [bench.hook, bench.secret] = [hookOf(each), { token: key }];
      const wrong = await bench.send(each.make('d3Jvbmc', bench.clock.now()));
      expect([wrong.status, wrong.body['error']]).toEqual([401, { code: 'Unauthorized', message: 'the signature is missing or wrong' }]);
      const made = each.make(key, bench.clock.now());
      const signs = made.token === undefined && !('authorization' in made.headers) && !('x-gitlab-token' in made.headers);
      if (signs) expect((await bench.send({ ...made, body: `${made.body} ` })).status).toBe(401);
      const { 'x-gitlab-token': _token, authorization: _authorization, ...bare } = made.headers;
      const none = Object.fromEntries(Object.entries(bare).filter(([name]) => !name.includes('signature')));
      expect((await bench.send({ headers: none, body: made.body })).status).toBeGreaterThanOrEqual(400);
      expect(bench.announced).toEqual([]);
    }));
});

const push = senderCases[0] as SenderCase;
const signed = senderCases.find(({ name }) => name === 'generic after Standard Webhooks') as SenderCase;

test('a copy does nothing; the same push from elsewhere is new', () =>
  withBench(async (bench) => {
    const made = push.make(KEY, 0);
    expect((await bench.send(made)).status).toBe(202);
    const copy = { ...made, headers: { ...made.headers, 'x-github-delivery': 'another-one' } };
    expect(await bench.send(copy)).toEqual({ status: 200, body: { result: 'repeated' } });
    expect(bench.announced).toHaveLength(1);
  }));

test('a timestamp out of its window is refused, however well signed', () =>
  withBench(async (bench) => {
    const now = bench.clock.now();
    for (const off of [-301_000, 301_000]) expect((await bench.send(signed.make(KEY, now + off))).status).toBe(401);
    expect((await bench.send(signed.make(KEY, now - 290_000))).status).toBe(202);
  }));

test('both keys count while one replaces the other', () =>
  withBench(async (bench) => {
    bench.secret = { token: 'new', previousToken: KEY };
    expect((await bench.send(push.make(KEY, 0))).status).toBe(202);
    expect((await bench.send({ ...push.make('new', 0), headers: push.make('new', 0).headers })).status).toBe(200);
    bench.secret = { token: 'new' };
    expect((await bench.send(push.make(KEY, 0))).status).toBe(401);
  }));

test('without a key nothing is believed: neither an absent nor an empty one', () =>
  withBench(async (bench) => {
    const secrets: readonly (Readonly<Record<string, string>> | undefined)[] = [
      undefined,
      {},
      { token: '' },
      { token: ' \n' },
      { password: KEY },
    ];
    for (const secret of secrets) {
      bench.secret = secret;
      const { status, body } = await bench.send(push.make(secret?.['token'] ?? '', 0));
      expect([status, JSON.stringify(body)]).toEqual([503, expect.stringContaining('cannot be verified now')]);
      expect(JSON.stringify(body)).not.toContain('secrets');
    }
  }));

test('a SHA-1 signature alone is not enough, nor is an algorithm of the sender’s choice', () =>
  withBench(async (bench) => {
    const { headers, body } = push.make(KEY, 0);
    const { 'x-hub-signature-256': strong, ...weak } = headers;
    expect((await bench.send({ headers: weak, body })).status).toBe(401);
    const renamed = { ...weak, 'x-hub-signature-256': weak['x-hub-signature'] ?? '' };
    expect((await bench.send({ headers: renamed, body })).status).toBe(401);
    expect((await bench.send({ headers: { ...weak, 'x-hub-signature-256': strong?.slice(7) ?? '' }, body })).status).toBe(401);
  }));

test('what is not for it is refused before it is read', () =>
  withBench(async (bench) => {
    const made = push.make(KEY, 0);
    for (const path of ['/', '/hooks/', '/hooks/y', '/hooks/x/../../etc', '/hooks/%00', '/metrics', '/api/v1/apps'])
      expect((await bench.send(made, path)).status).toBe(404);
    const got = await request(`${bench.url}/hooks/x`);
    expect(got.statusCode).toBe(405);
    await got.body.dump();
    const large = await bench.send({ headers: made.headers, body: 'x'.repeat(5 * 1024 * 1024 + 1) });
    expect([large.status, bench.announced]).toEqual([413, []]);
  }));

test('a body without a length is cut off at the limit', () =>
  withBench(async (bench) => {
    function* endless(): Generator<Buffer> {
      for (let sent = 0; sent < 40; sent += 1) yield Buffer.alloc(256 * 1024, 32);
    }
    const { Readable } = await import('node:stream');
    const answered = await request(`${bench.url}/hooks/x`, {
      method: 'POST',
      headers: push.make(KEY, 0).headers as Record<string, string>,
      body: Readable.from(endless()),
    }).then(
      async ({ statusCode, body }) => (await body.dump(), statusCode),
      () => 0,
    );
    expect([413, 0]).toContain(answered);
    expect(bench.announced).toEqual([]);
  }));

test('too many deliveries wait', () =>
  withBench(async (bench) => {
    const statuses = new Map<number, number>();
    for (let sent = 0; sent < 130; sent += 1) {
      const made = push.make(KEY, 0);
      const { status } = await bench.send(made);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    // One acted on, 59 copies, then the limit of the hook, then that of the address.
    expect(Object.fromEntries(statuses)).toEqual({ 202: 1, 200: 59, 429: 70 });
    await bench.clock.advance(60_000);
    expect((await bench.send(push.make(KEY, 0))).status).toBe(200);
  }));

describe('in the whole product', () => {
  let w: Awaited<ReturnType<typeof world>>;
  let url = '';
  let close: () => Promise<void>;
  const secret = (name: string, namespace: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    data: { token: Buffer.from(KEY).toString('base64') },
  });

  beforeAll(async () => {
    w = await world();
    const hooks = { find: (path: string) => w.controllers.hookAt(path), announce: (moved: Moved) => w.controllers.announce(moved) };
    const ports = { hooks, kube: w.admin, clock: w.clock, log: silentLog(), metrics: noMetrics() };
    const door = await listenHooks(ports, { host: '127.0.0.1', port: 0 });
    [url, close] = [door.url, () => door.close()];
    await w.put(secret('hook', 'shop'));
    await w.put(secret('host', 'lockstep-system'));
    await w.source();
    await w.app();
    w.repository.commit({ 'web/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' });
    await w.settle(5000);
  });
  afterAll(async () => {
    await close();
    await w.close();
  });

  const post = async (path: string, payload: unknown): Promise<unknown> => {
    const { createHmac } = await import('node:crypto');
    const body = JSON.stringify(payload);
    const signature = `sha256=${createHmac('sha256', KEY).update(body).digest('hex')}`;
    const answered = await request(`${url}${path}`, {
      method: 'POST',
      headers: { 'x-github-event': 'push', 'x-hub-signature-256': signature },
      body,
    });
    return answered.body.json();
  };

  const pathOf = async (): Promise<string | undefined> =>
    ((await w.get('Source/shop/config')) as unknown as { status?: { webhookPath?: string } }).status?.webhookPath;

  const pushed = async (name: string): Promise<boolean> => {
    await w.settle(2000);
    return (await w.find(`ConfigMap/shop/${name}`)) !== undefined;
  };

  const commit = (name: string): void =>
    void w.repository.commit({ [`web/${name}.yaml`]: `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n` });

  test('a Source has an address only once it asks for one, and then a push acts at once', async () => {
    expect(await pathOf()).toBeUndefined();
    await w.edit('Source/shop/config', { spec: { webhook: { secretRef: { name: 'hook' } } } });
    await w.settle(2000);
    const path = (await pathOf()) ?? '';
    expect(path).toMatch(/^\/hooks\/[0-9a-f]{32}$/);
    commit('b');
    expect(await pushed('b')).toBe(false);
    expect(await post(path, { repository: { clone_url: 'https://elsewhere.test/x.git' }, after: '1' })).toEqual({
      result: 'accepted',
      sources: 1,
    });
    expect(await pushed('b')).toBe(true);
  });

  test('the platform’s address is about every Source that reads what was pushed, under any spelling', async () => {
    expect(await post('/hooks/platform/host', {})).toHaveProperty('error.code', 'NotFound');
    await w.put({
      apiVersion: 'lockstep.dev/v1',
      kind: 'Platform',
      metadata: { name: 'default' },
      spec: { installation: 'test', webhooks: [{ name: 'host', secretRef: { name: 'host' } }] },
    });
    await w.settle(1000);
    commit('c');
    expect(await post('/hooks/platform/host', { repository: { clone_url: 'https://git.test/other.git' }, after: '1' })).toEqual({
      result: 'accepted',
      sources: 0,
    });
    expect(await pushed('c')).toBe(false);
    expect(await post('/hooks/platform/host', { repository: { ssh_url: 'git@git.test:shop.git' }, after: '2' })).toEqual({
      result: 'accepted',
      sources: 1,
    });
    expect(await pushed('c')).toBe(true);
  });
});
