/** The HTTP transport and the client against servers that misbehave the way real ones, proxies and networks do. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import {
  createKubeClient,
  httpTransport,
  parseJson,
  parseKubeconfig,
  stringifyJson,
  type KubeConnection,
} from '../../src/adapters/kube/index.ts';
import { systemClock } from '../../src/adapters/system/index.ts';
import type { ApiResource, Clock, KubeClient, WatchEvent } from '../../src/ports/index.ts';
import { ok } from '../../src/std/index.ts';
import { fakeClock } from '../../src/testing/clock/index.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

const servers: Server[] = [];
const clients: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const folder = mkdtempSync(join(tmpdir(), 'lockstep-kube-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Scene {
  readonly client: KubeClient;
  /** `METHOD path?query` of every request. */
  readonly seen: string[];
  readonly headers: IncomingMessage['headers'][];
}

async function serve(
  handler: Handler,
  options: { readonly clock?: Clock; readonly connection?: Partial<KubeConnection>; readonly timeout?: number } = {},
): Promise<Scene> {
  const seen: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    request.resume();
    handler(request, response, new URL(request.url ?? '', 'http://x'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  const transport = httpTransport(
    { server: `http://127.0.0.1:${port}`, tls: {}, ...options.connection },
    { timeout: options.timeout ?? 5000 },
  );
  const client = createKubeClient(transport, { clock: options.clock ?? systemClock() });
  clients.push(client);
  return { client, seen, headers };
}

const json = (response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
};

const pods: ApiResource = { group: '', version: 'v1', kind: 'Pod', resource: 'pods', namespaced: true, verbs: ['list'] };
const status = (code: number, reason: string, details: object = {}): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: `${reason} happened`,
  reason,
  details,
  code,
});

describe('answers', () => {
  test('gzip, a path before every request, names escaped, items typed', async () => {
    const { client, seen } = await serve((_request, response) => {
      const body = gzipSync(JSON.stringify({ kind: 'PodList', metadata: { resourceVersion: '7' }, items: [{ metadata: { name: 'a' } }] }));
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body);
    }, {});
    const list = await client.list(pods, { namespace: 'a b', labelSelector: 'app in (x,y)' });
    expect(list).toEqual({
      ok: true,
      value: { items: [{ metadata: { name: 'a' }, apiVersion: 'v1', kind: 'Pod' }], resourceVersion: '7' },
    });
    expect(seen).toEqual(['GET /api/v1/namespaces/a%20b/pods?labelSelector=app+in+%28x%2Cy%29&limit=500']);
  });

  test.each<[string, Handler, object]>([
    [
      'a Status',
      (_q, r) => json(r, 422, status(422, 'Invalid', { causes: [{ reason: 'FieldValueRequired', message: 'needed', field: 'spec.x' }] })),
      { code: 422, reason: 'Invalid', causes: [{ reason: 'FieldValueRequired', message: 'needed', field: 'spec.x' }] },
    ],
    [
      'a Status that asks for patience',
      (_q, r) => json(r, 503, status(503, 'ServiceUnavailable', { retryAfterSeconds: 30 })),
      { code: 503, retryAfterSeconds: 30 },
    ],
    [
      'a proxy in HTML',
      (_q, r) => r.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'),
      { code: 502, reason: 'Unknown', message: expect.stringContaining('Bad Gateway') },
    ],
    [
      'JSON that is none',
      (_q, r) => json(r, 200, '{"kind": '),
      { code: 200, reason: 'Unknown', message: expect.stringContaining('did not answer as') },
    ],
    ['a success that is no object', (_q, r) => json(r, 200, '[]'), { code: 200, reason: 'Unknown' }],
    ['a connection that breaks', (_q, r) => r.destroy(), { code: 0, reason: 'Unreachable' }],
    [
      'an answer that breaks off',
      (_q, r) => {
        r.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        r.write('{');
        setTimeout(() => r.destroy(), 20);
      },
      { code: 0, reason: 'Unreachable' },
    ],
    ['silence', () => undefined, { code: 0, reason: 'Timeout' }],
  ])('%s is a typed error', async (_name, handler, error) => {
    const { client } = await serve(handler, { timeout: 300 });
    expect(await client.get(pods, 'shop', 'web')).toMatchObject({ ok: false, error });
  });

  test('nothing listens; a server whose certificate nobody vouched for', async () => {
    const refused = createKubeClient(httpTransport({ server: 'http://127.0.0.1:9', tls: {} }), { clock: systemClock() });
    clients.push(refused);
    expect(await refused.version()).toMatchObject({
      ok: false,
      error: { code: 0, reason: 'Unreachable', message: expect.stringContaining('nothing listens') },
    });
  });

  test('429 is tried again as the server says; other errors are not', async () => {
    const clock = fakeClock();
    let calls = 0;
    const { client } = await serve(
      (_request, response) =>
        calls++ < 2
          ? json(response, 429, status(429, 'TooManyRequests', { retryAfterSeconds: 3 }))
          : json(response, 200, { gitVersion: 'v1.33.5' }),
      { clock },
    );
    const version = client.version();
    for (let turn = 0; turn < 200 && calls < 3; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      await clock.advance(1000);
    }
    expect([await version, calls]).toEqual([{ ok: true, value: 'v1.33.5' }, 3]);
  });

  test('a connection that the server closed while idle costs one retry for reads and none for writes', async () => {
    let dropped = 0;
    const { client, seen } = await serve((request, response) => {
      if (dropped++ === 0) request.socket.destroy();
      else json(response, 200, { gitVersion: 'v1' });
    });
    expect(await client.version()).toEqual({ ok: true, value: 'v1' });
    dropped = 0;
    expect((await client.create(pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'b' } })).ok).toBe(false);
    expect(seen).toHaveLength(3);
  });
});

describe('lists', () => {
  test('pages are joined; an expired page starts over without pages', async () => {
    let expired = true;
    const { client, seen } = await serve((_request, response, url) => {
      const token = url.searchParams.get('continue');
      if (token === 'two' && expired) {
        expired = false;
        return json(response, 410, status(410, 'Expired'));
      }
      if (!url.searchParams.has('limit'))
        return json(response, 200, { items: [{ metadata: { name: 'all' } }], metadata: { resourceVersion: '9' } });
      const metadata = token === null ? { resourceVersion: '5', continue: 'two' } : { resourceVersion: '5' };
      json(response, 200, { items: [{ metadata: { name: token ?? 'one' } }], metadata });
    });
    const names = async () => {
      const list = await client.list(pods);
      return list.ok ? [list.value.resourceVersion, ...list.value.items.map((item) => item.metadata.name)] : list.error.reason;
    };
    expect(await names()).toEqual(['9', 'all']);
    expect(await names()).toEqual(['5', 'one', 'two']);
    expect(seen).toHaveLength(5);
  });
});

describe('watches', () => {
  const collect = async (client: KubeClient, signal = new AbortController().signal): Promise<string[]> => {
    const watch = await client.watch(pods, { resourceVersion: '1', signal });
    if (!watch.ok) return [`error ${watch.error.code} ${watch.error.reason}`];
    const seen: string[] = [];
    try {
      for await (const event of watch.value) seen.push(`${event.type} ${event.object.metadata?.name ?? ''}`);
      seen.push('ended');
    } catch (error) {
      seen.push(`broke ${error instanceof Error ? error.name : ''}`);
    }
    return seen;
  };
  const line = (type: WatchEvent['type'], name: string): string =>
    `${JSON.stringify({ type, object: { apiVersion: 'v1', kind: 'Pod', metadata: { name } } })}\n`;

  test('events cut anywhere, even inside a character', async () => {
    const { client, seen } = await serve((_request, response) => {
      const bytes = Buffer.from(line('ADDED', 'ümläut-😀') + line('MODIFIED', 'b'));
      response.writeHead(200, { 'content-type': 'application/json' });
      let at = 0;
      const next = (): void => {
        if (at >= bytes.length) return void response.end();
        response.write(bytes.subarray(at, at + 7));
        at += 7;
        setTimeout(next, 1);
      };
      next();
    });
    expect(await collect(client)).toEqual(['ADDED ümläut-😀', 'MODIFIED b', 'ended']);
    expect(seen).toEqual(['GET /api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=1']);
  });

  test('a broken connection throws, an error answer is an error, garbage is not an event', async () => {
    const broken = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(line('ADDED', 'a'));
      setTimeout(() => response.destroy(), 20);
    });
    expect(await collect(broken.client)).toEqual(['ADDED a', expect.stringContaining('broke')]);
    const gone = await serve((_request, response) => json(response, 410, status(410, 'Expired')));
    expect(await collect(gone.client)).toEqual(['error 410 Expired']);
    const garbage = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"hello": 1}\n'),
    );
    expect(await collect(garbage.client)).toEqual(['broke Error']);
  });

  test('a silent watch outlives the request timeout and ends when aborted; many watches do not block requests', async () => {
    const { client } = await serve(
      (_request, response, url) => {
        if (!url.searchParams.has('watch')) return json(response, 200, { gitVersion: 'v1' });
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(line('ADDED', 'a'));
      },
      { timeout: 200 },
    );
    const stop = new AbortController();
    const watches = Array.from({ length: 50 }, () => collect(client, stop.signal));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await client.version()).ok).toBe(true);
    stop.abort();
    for (const seen of await Promise.all(watches)) expect(seen).toEqual(['ADDED a', 'broke AbortError']);
  });
});

describe('discovery', () => {
  test('servers without the aggregated documents; a group that fails is named', async () => {
    const documents: Record<string, unknown> = {
      '/api': { kind: 'APIVersions', versions: ['v1'] },
      '/apis': {
        kind: 'APIGroupList',
        groups: [
          { name: 'apps', versions: [{ version: 'v1beta1' }, { version: 'v1' }], preferredVersion: { version: 'v1' } },
          { name: 'metrics.k8s.io', versions: [{ version: 'v1beta1' }] },
        ],
      },
      '/api/v1': {
        kind: 'APIResourceList',
        resources: [
          { name: 'pods', kind: 'Pod', namespaced: true, singularName: 'pod', shortNames: ['po'], verbs: ['get'] },
          { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] },
        ],
      },
      '/apis/apps/v1': {
        kind: 'APIResourceList',
        resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true, verbs: ['get'] }],
      },
      '/apis/apps/v1beta1': { kind: 'APIResourceList', resources: [] },
    };
    const { client, seen } = await serve((_request, response, url) => {
      const document = documents[url.pathname];
      if (document === undefined) json(response, 503, status(503, 'ServiceUnavailable'));
      else json(response, 200, document);
    });
    const found = await client.discover();
    expect(found).toEqual({
      ok: true,
      value: {
        resources: [
          {
            group: '',
            version: 'v1',
            kind: 'Pod',
            resource: 'pods',
            namespaced: true,
            singular: 'pod',
            shortNames: ['po'],
            verbs: ['get'],
          },
          { group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', namespaced: true, verbs: ['get'] },
        ],
        failedGroups: ['metrics.k8s.io'],
      },
    });
    await client.discover();
    await client.as({ user: 'ada' }).discover();
    expect(seen).toHaveLength(6);
  });

  test('aggregated: stale groups have failed, unchanged documents cost a 304', async () => {
    let notModified = 0;
    const { client } = await serve((request, response, url) => {
      if (request.headers['if-none-match'] === '"1"') {
        notModified++;
        return void response.writeHead(304).end();
      }
      const resource = { resource: 'things', scope: 'Cluster', responseKind: { kind: 'Thing' }, verbs: ['get'], singularResource: 'thing' };
      const items =
        url.pathname === '/api'
          ? []
          : [
              { metadata: { name: 'a.io' }, versions: [{ version: 'v1', resources: [resource] }] },
              { metadata: { name: 'b.io' }, versions: [{ version: 'v1', freshness: 'Stale', resources: [] }] },
            ];
      json(response, 200, { kind: 'APIGroupDiscoveryList', items }, { etag: '"1"' });
    });
    const first = await client.discover();
    expect(first).toMatchObject({
      ok: true,
      value: { resources: [{ group: 'a.io', kind: 'Thing', namespaced: false }], failedGroups: ['b.io'] },
    });
    expect(await client.discover({ refresh: true })).toEqual(first);
    expect(notModified).toBe(2);
  });

  test('a failed discovery is not remembered', async () => {
    let calls = 0;
    const { client } = await serve((_request, response) =>
      calls++ === 0 ? json(response, 500, status(500, 'InternalError')) : json(response, 200, { kind: 'APIGroupDiscoveryList', items: [] }),
    );
    expect((await client.discover()).ok).toBe(false);
    expect((await client.discover()).ok).toBe(true);
  });

  test('OpenAPI documents are fetched once per hash', async () => {
    let hash = 'A';
    const { client, seen } = await serve((_request, response, url) => {
      if (url.pathname === '/openapi/v3')
        return json(response, 200, {
          paths: {
            'apis/apps/v1': { serverRelativeURL: `/openapi/v3/apis/apps/v1?hash=${hash}` },
            'apis/evil/v1': { serverRelativeURL: '//evil.example/x' },
          },
        });
      if (url.pathname.startsWith('/api') || url.pathname === '/apis')
        return json(response, 200, { kind: 'APIGroupDiscoveryList', items: [] });
      json(response, 200, { hash: url.searchParams.get('hash') });
    });
    expect([await client.openapi('apps', 'v1'), await client.openapi('apps', 'v1')]).toEqual(
      Array(2).fill({ ok: true, value: { hash: 'A' } }),
    );
    expect(seen).toHaveLength(2);
    hash = 'B';
    await client.discover({ refresh: true });
    expect(await client.openapi('apps', 'v1')).toEqual({ ok: true, value: { hash: 'B' } });
    expect(await client.openapi('evil', 'v1')).toMatchObject({ ok: false, error: { code: 404 } });
  });
});

describe('S11 identity', () => {
  test('requests act as somebody else; an empty or forged name is refused before anything is sent', async () => {
    const { client, seen, headers } = await serve((_request, response) => json(response, 200, { gitVersion: 'v1' }));
    await client.as({ user: 'system:serviceaccount:shop:lockstep', groups: ['a', 'b'] }).version();
    expect(headers[0]).toMatchObject({ 'impersonate-user': 'system:serviceaccount:shop:lockstep', 'impersonate-group': 'a, b' });
    for (const identity of [{ user: '' }, { user: '  ' }, { user: 'a', groups: [''] }, { user: 'a\r\nX: 1' }, { user: 'ä' }]) {
      expect(await client.as(identity).version()).toMatchObject({
        ok: false,
        error: { code: 0, reason: 'Invalid', message: expect.stringContaining('refused') },
      });
    }
    expect(seen).toHaveLength(1);
  });

  test.each(['..', '.', 'a/b', 'a%2fb', ''])('the name %j cannot become a path', async (name) => {
    const { client, seen } = await serve((_request, response) => json(response, 200, {}));
    expect(await client.get(pods, 'shop', name)).toMatchObject({ ok: false, error: { code: 422, reason: 'Invalid' } });
    expect(await client.delete(pods, name === '' ? '..' : name, 'x')).toMatchObject({ ok: false, error: { code: 422, reason: 'Invalid' } });
    expect(seen).toEqual([]);
  });
});

describe('numbers', () => {
  test.each([
    '{"a":9007199254740993,"b":[-9223372036854775808,1.5,1e30],"c":"1234567890123456789","d":{"e":null,"f":true,"g":false}}',
    '[1234567890123456789012,0.12345678901234567]',
    '"\\"1234567890123456\\\\"',
  ])('%s', (text) => {
    expect(parseJson(stringifyJson(parseJson(text)))).toEqual(parseJson(text));
  });

  test('whole numbers beyond 2^53 are exact, and keys are only keys', () => {
    expect(parseJson(' { "n" : 9007199254740993 , "__proto__" : { "x" : 12345678901234567 } } ')).toEqual(
      Object.fromEntries([
        ['n', 9007199254740993n],
        ['__proto__', { x: 12345678901234567n }],
      ]),
    );
    expect(stringifyJson({ n: 9007199254740993n, gone: undefined, list: [1n] })).toBe('{"n":9007199254740993,"list":[1]}');
    expect([parseJson(' 9007199254740993'), parseJson('[-9007199254740993]'), parseJson('{"a":1,"b": 9007199254740993}')]).toEqual([
      9007199254740993n,
      [-9007199254740993n],
      { a: 1, b: 9007199254740993n },
    ]);
    expect(() => parseJson('{"n": 12345678901234567,}')).toThrow(SyntaxError);
  });
});

test('a rejected token is read again', async () => {
  const file = join(folder, 'token');
  writeFileSync(file, 'old\n');
  const kubeconfig = {
    'current-context': 'x',
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://example.org' } }],
    users: [{ name: 'u', user: { tokenFile: file } }],
  };
  const loaded = await parseKubeconfig(JSON.stringify(kubeconfig), (text) => ok(parseJson(text)), {
    clock: systemClock(),
    directory: folder,
  });
  if (!loaded.ok || loaded.value.credentials === undefined) throw new Error('no credentials');
  const { credentials } = loaded.value;
  const { client, headers } = await serve(
    (request, response) =>
      request.headers.authorization === 'Bearer new'
        ? json(response, 200, { gitVersion: 'v1' })
        : json(response, 401, status(401, 'Unauthorized')),
    { connection: { credentials } },
  );
  expect(await client.version()).toMatchObject({ ok: false, error: { code: 401 } });
  writeFileSync(file, 'new\n');
  expect(await client.version()).toEqual({ ok: true, value: 'v1' });
  expect(headers.map((sent) => sent.authorization)).toEqual(['Bearer old', 'Bearer old', 'Bearer old', 'Bearer new']);
});
