/** The status door answers what it should and nothing else. */
import { request } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { listenStatus } from './index.ts';

let server: Awaited<ReturnType<typeof listenStatus>> | undefined;
afterEach(async () => server?.close());

const cases = [
  { name: 'healthz', path: '/healthz', status: 200, body: 'ok\n' },
  { name: 'not ready says why', path: '/readyz', notReady: 'caches are filling', status: 503, body: 'caches are filling\n' },
  { name: 'ready', path: '/readyz', status: 200, body: 'ok\n' },
  { name: 'metrics', path: '/metrics', status: 200, body: 'lockstep_apps 3\n' },
  { name: 'unknown path', path: '/other', status: 404, body: 'not found\n' },
  { name: 'foreign host', path: '/metrics', host: 'evil.example', status: 403, body: 'forbidden host\n' },
  { name: 'writing', path: '/metrics', method: 'POST' as const, status: 405, body: 'only GET\n' },
];

for (const { name, path, notReady, host, method, status, body } of cases) {
  test(name, async () => {
    const sources = { metrics: async () => 'lockstep_apps 3\n', notReady: () => notReady };
    server = await listenStatus(sources, { host: '127.0.0.1', port: 0 });
    const response = await request(server.url + path, { method: method ?? 'GET', headers: host === undefined ? {} : { host } });
    expect({ status: response.statusCode, body: await response.body.text() }).toEqual({ status, body });
  });
}
