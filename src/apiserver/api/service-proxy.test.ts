/** The service proxy: parts of this process answer behind a Service's name, over both transports, under Kubernetes' own rights. */
import { request } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../adapters/log/index.ts';
import { systemClock, systemRandom } from '../../adapters/system/index.ts';
import type { KubeTransport, ServiceRequest } from '../../ports/index.ts';
import { decodeUtf8, encodeUtf8 } from '../../std/index.ts';
import { type Cluster, createCluster } from '../index.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ clock: systemClock(), random: systemRandom(), log: silentLog(), storage: 'memory', simulate: false });
});
afterEach(() => cluster.close());

const base = '/api/v1/namespaces/kube-system/services';

async function get(
  path: string,
  transport: KubeTransport = cluster.transport(),
): Promise<{ readonly status: number; readonly text: string }> {
  const { status, body } = await transport.send({ method: 'GET', path });
  return { status, text: body.kind === 'bytes' ? decodeUtf8(body.bytes) : JSON.stringify(body.kind === 'json' ? body.value : null) };
}

function serve(): readonly ServiceRequest[] {
  const seen: ServiceRequest[] = [];
  cluster.serveService({ namespace: 'kube-system', name: 'echo' }, async (request) => {
    seen.push(request);
    return { status: 201, headers: { 'content-type': 'text/plain' }, body: encodeUtf8(`${request.method} ${request.path}`) };
  });
  return seen;
}

test.each([
  ['echo', '/v1/cert.pem'],
  ['echo:8080', '/v1/cert.pem'],
  ['http:echo:', '/v1/cert.pem'],
  ['https:echo:http', '/a b/c'],
])('%s answers %s', async (name, path) => {
  serve();
  expect(await get(`${base}/${name}/proxy${path.replaceAll(' ', '%20')}`)).toEqual({ status: 201, text: `GET ${path}` });
});

test('over HTTP as well, with the body, without the credential', async () => {
  const seen = serve();
  const listening = await cluster.listen({ tls: false });
  const admin = (JSON.parse(cluster.kubeconfig(listening.url)) as { users: { user: { token: string } }[] }).users[0]?.user.token ?? '';
  const url = `${listening.url}${base}/echo/proxy/v1/verify?a=b`;
  const answer = await request(url, { method: 'POST', body: 'text', headers: { authorization: `Bearer ${admin}` } });
  expect([answer.statusCode, await answer.body.text()]).toEqual([201, 'POST /v1/verify']);
  expect(seen.map(({ body, headers, query }) => [decodeUtf8(body), headers['authorization'], query])).toEqual([
    ['text', undefined, { a: ['b'] }],
  ]);
  await listening.close();
});

test('who may not use services/proxy is refused before anybody is asked', async () => {
  const seen = serve();
  const answer = await get(`${base}/echo/proxy/`, cluster.transport({ user: 'stranger' }));
  expect([answer.status, seen.length]).toEqual([403, 0]);
});

test('a Service nobody answers for has no endpoints; none at all is not found; a backend that ended is gone', async () => {
  const stop = cluster.serveService({ namespace: 'kube-system', name: 'echo' }, () => Promise.reject(new Error('broken')));
  expect((await get(`${base}/echo/proxy/`)).status).toBe(500);
  stop();
  expect((await get(`${base}/echo/proxy/`)).status).toBe(404);
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } };
  await cluster.transport().send({ method: 'POST', path: base, body: { kind: 'json', value: service } });
  expect(await get(`${base}/web/proxy/`)).toMatchObject({ status: 503 });
});
