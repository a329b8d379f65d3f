/**
 * Hostile input on the wire of the embedded cluster: whatever comes, the answer is a proper Status, nobody else notices, and nothing crashes.
 * One fixed seed, bounded, a few seconds.
 */
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import { type Cluster, createCluster } from '../../src/apiserver/index.ts';
import { pick, seeded } from '../differential/draw.ts';

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly type?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Got {
  readonly status: number;
  readonly body: string;
}

let cluster: Cluster;
let port = 0;

const send = ({ method = 'GET', path, type, body, headers }: Sent): Promise<Got> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: {
          ...(type === undefined ? {} : { 'content-type': type }),
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });

const maps = '/api/v1/namespaces/default/configmaps';
const json = 'application/json';
const post = (body: string | Buffer, type = json): Sent => ({ method: 'POST', path: maps, type, body });
const alive = async (): Promise<void> => expect(await send({ path: '/readyz' })).toEqual({ status: 200, body: 'ok' });

beforeAll(async () => {
  cluster = await createCluster({ clock: systemClock(), random: systemRandom(), log: silentLog(), storage: 'memory' });
  const { url } = await cluster.listen({ tls: false });
  port = Number(new URL(url).port);
});

afterAll(() => cluster.close());

const nested = (depth: number): string => `{"metadata":{"name":"deep"},"data":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;

/** What is sent, and the codes that are right. */
const rows: readonly (readonly [name: string, sent: Sent, statuses: readonly number[]])[] = [
  ['a body of 4 MiB', post(`{"metadata":{"name":"big"},"data":{"a":"${'x'.repeat(4 << 20)}"}}`), [413]],
  ['100,000 levels', post(nested(100_000)), [400]],
  ['100,000 open brackets', post('['.repeat(100_000)), [400]],
  ['deep YAML', post(`${'['.repeat(20_000)}`, 'application/yaml'), [400]],
  [
    'YAML aliases that explode',
    post(
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f]\n`,
      'application/yaml',
    ),
    [400],
  ],
  ['invalid UTF-8', post(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])), [400, 422]],
  ['an empty body', post(''), [400]],
  ['half a body', post('{"metadata":{"name":'), [400]],
  [
    'prototype keys',
    post('{"metadata":{"name":"proto","labels":{"__proto__":"x"}},"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
    [201, 400, 422],
  ],
  ['prototype keys in data', post('{"metadata":{"name":"proto2"},"data":{"__proto__":"x","constructor":"y"}}'), [201]],
  ['an unknown media type', post('x', 'image/png'), [415]],
  ['protobuf that is none', post(Buffer.from('k8s\0\x0a\xff\xff\xff\xff\x0f', 'latin1'), 'application/vnd.kubernetes.protobuf'), [400]],
  ['protobuf cut short', post(Buffer.from('k8s\0\x0a\x05', 'latin1'), 'application/vnd.kubernetes.protobuf'), [400]],
  ['a huge number', post('{"metadata":{"name":"n","generation":1e999}}'), [400, 201]],
  [
    '10,001 patch operations',
    {
      method: 'PATCH',
      path: `${maps}/x`,
      type: 'application/json-patch+json',
      body: JSON.stringify(Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: 1 }))),
    },
    [404, 413],
  ],
  ['dots in the path', { path: '/api/v1/namespaces/../secrets' }, [200, 400, 404]],
  ['encoded dots', { path: '/api/v1/namespaces/%2e%2e/%2e%2e/secrets' }, [400, 404]],
  ['an encoded slash', { path: '/api/v1/namespaces/default%2Fsecrets/configmaps' }, [200, 400, 404]],
  ['a null byte', { path: `${maps}/a%00b` }, [400, 404]],
  ['a broken escape', { path: `${maps}/%zz` }, [400, 404]],
  ['bytes that are no UTF-8', { path: `${maps}/%ff%fe` }, [400, 404]],
  ['__proto__ as a resource', { path: '/api/v1/__proto__' }, [404]],
  ['constructor as a group', { path: '/apis/constructor/v1/toString' }, [404]],
  ['__proto__ as a namespace', { path: '/api/v1/namespaces/__proto__/configmaps' }, [200, 404]],
  ['__proto__ as a name', { path: `${maps}/__proto__` }, [404]],
  ['a long path', { path: `/api/v1/${'a/'.repeat(4000)}` }, [404, 414, 431]],
  ['a long query', { path: `${maps}?labelSelector=${'a,'.repeat(4000)}a` }, [200, 400, 414, 431]],
  ['a selector of brackets', { path: `${maps}?labelSelector=${encodeURIComponent('a in ('.repeat(500))}` }, [400]],
  [
    'a continue token of nonsense',
    { path: `${maps}?limit=1&continue=${Buffer.from('{"v":"meta.k8s.io/v1","rv":1,"start":"/../../x"}').toString('base64url')}` },
    [400],
  ],
  ['a negative limit', { path: `${maps}?limit=-9999999999999999999` }, [200, 400]],
  ['a huge resourceVersion', { path: `${maps}?resourceVersion=${'9'.repeat(40)}` }, [400, 500, 504]],
  ['an Accept of nonsense', { path: maps, headers: { accept: ';;;,,,=;q=x' } }, [200, 406]],
  ['an unknown method', { method: 'TRACE', path: maps }, [403, 404, 405]],
  ['impersonating nobody', { path: maps, headers: { 'impersonate-group': 'system:masters' } }, [400, 403, 500]],
];

const isStatus = (text: string): boolean => {
  const parsed = JSON.parse(text) as { readonly kind?: string; readonly status?: string };
  return parsed.kind === 'Status' && parsed.status === 'Failure';
};

describe('hostile requests', () => {
  test.each(rows)('%s', async (_name, sent, statuses) => {
    const got = await send(sent);
    expect(statuses, got.body.slice(0, 300)).toContain(got.status);
    if (got.status >= 400 && got.body.startsWith('{')) expect(isStatus(got.body)).toBe(true);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    await alive();
  });

  test('bytes changed at random in good bodies', async () => {
    const draw = seeded(5);
    const good = JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'fuzz', labels: { a: 'b' }, managedFields: [{}] },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    });
    const types = [
      json,
      'application/yaml',
      'application/apply-patch+yaml',
      'application/merge-patch+json',
      'application/strategic-merge-patch+json',
    ];
    const paths = '/apis/apps/v1/namespaces/default/deployments';
    for (let round = 0; round < 600; round++) {
      const bytes = Buffer.from(good);
      for (let change = 0; change < 1 + draw() * 6; change++) bytes[Math.floor(draw() * bytes.length)] = Math.floor(draw() * 256);
      const type = pick(draw, types);
      const patch = type.includes('patch');
      const got = await send({
        method: patch ? 'PATCH' : 'POST',
        path: `${paths}${patch ? '/fuzz' : ''}?fieldManager=f&force=true&dryRun=All`.replace(
          patch && type.includes('apply') ? '' : '&force=true',
          '',
        ),
        type,
        body: bytes,
      });
      expect(got.status, got.body).toBeGreaterThanOrEqual(200);
      expect(got.body.startsWith('{'), got.body.slice(0, 200)).toBe(true);
      if (got.status >= 400) expect(isStatus(got.body), got.body).toBe(true);
    }
    await alive();
  });
});

const open = (text: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text);
      resolve(socket);
    });
    socket.on('error', reject);
  });

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;

describe('hostile connections', () => {
  test('half requests and garbage', async () => {
    const sockets = await Promise.all([
      ...Array.from({ length: 50 }, () => open(`POST ${maps} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 1000\r\n\r\n{`)),
      ...Array.from({ length: 50 }, () => open('GET /api')),
      ...Array.from({ length: 20 }, () => open('\x16\x03\x01\x02\x00\x01')),
    ]);
    for (const socket of sockets) socket.on('error', () => undefined);
    await alive();
    for (const socket of sockets) socket.destroy();
    await alive();
  });

  test('a watcher that never reads does not hold up the others', async () => {
    const lazy = await open(get(`${maps}?watch=true`));
    lazy.pause();
    const value = 'x'.repeat(20_000);
    for (let at = 0; at < 300; at++) {
      const { status } = await send(post(JSON.stringify({ metadata: { generateName: 'lazy-' }, data: { value } })));
      expect(status).toBe(201);
    }
    await alive();
    lazy.destroy();
  });

  test('2,000 watches all hear of a change', { timeout: 60_000 }, async () => {
    const sockets = await Promise.all(
      Array.from({ length: 2000 }, () => open(get(`/api/v1/namespaces/default/secrets?watch=true&fieldSelector=metadata.name%3Dbell`))),
    );
    const heard = sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          let text = '';
          socket.setEncoding('utf8').on('data', (part: string) => {
            text += part;
            if (text.includes('"ADDED"')) resolve();
          });
          socket.on('error', () => undefined);
        }),
    );
    await alive();
    const { status } = await send({
      method: 'POST',
      path: '/api/v1/namespaces/default/secrets',
      type: json,
      body: '{"metadata":{"name":"bell"}}',
    });
    expect(status).toBe(201);
    await Promise.all(heard);
    for (const socket of sockets) socket.destroy();
    await alive();
  });
});
