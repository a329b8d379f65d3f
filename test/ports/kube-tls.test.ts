/** HTTPS as it is met in the field: unknown authorities, wrong names, proxies. */
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKubeClient, httpTransport, parseJson, parseKubeconfig, type KubeConnection } from '../../src/adapters/kube/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import { createCluster, type Cluster } from '../../src/apiserver/index.ts';
import { ok } from '../../src/std/index.ts';

const clock = systemClock();

describe('HTTPS', () => {
  let cluster: Cluster;
  let trusted: KubeConnection;
  beforeAll(async () => {
    cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: 'memory', simulate: false });
    const { url } = await cluster.listen();
    const connection = await parseKubeconfig(cluster.kubeconfig(url), (text) => ok(parseJson(text)), { clock });
    if (!connection.ok) throw new Error(connection.error.message);
    trusted = connection.value;
  });
  afterAll(() => cluster.close());

  const version = async (change: Partial<KubeConnection>) => {
    const client = createKubeClient(httpTransport({ ...trusted, ...change }), { clock });
    const result = await client.version();
    await client.close();
    return result;
  };

  test('the authority of the kubeconfig is trusted, nobody else, and nobody else’s names', async () => {
    expect((await version({})).ok).toBe(true);
    expect(await version({ tls: {} })).toMatchObject({
      ok: false,
      error: { code: 0, reason: 'Unreachable', message: expect.stringContaining('certificate-authority-data') },
    });
    expect(await version({ tls: { ...trusted.tls, serverName: 'other.example.org' } })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('tls-server-name') },
    });
    expect((await version({ tls: { insecure: true } })).ok).toBe(true);
  });

  test('a proxy carries the connection and never sees what is in it', async () => {
    const asked: string[] = [];
    const proxy = createServer((_request, response) => response.writeHead(500).end());
    proxy.on('connect', (request, socket, head) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'no credential'}`);
      const [host = '', port = ''] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    expect((await version({ proxyUrl: `http://127.0.0.1:${port}` })).ok).toBe(true);
    expect(asked).toEqual([`CONNECT ${new URL(trusted.server).host} no credential`]);
    proxy.closeAllConnections();
    proxy.close();
    expect(await version({ proxyUrl: 'http://127.0.0.1:9' })).toMatchObject({ ok: false, error: { code: 0, reason: 'Unreachable' } });
  });
});
