/** Containers for debugging in a cluster that simulates: they run beside the others, and a real client is told what cannot be had. */
import { expect, test } from 'vitest';
import { silentLog } from '../adapters/log/index.ts';
import { systemRandom } from '../adapters/system/index.ts';
import type { Json, JsonObject, KubeObject } from '../core/object/index.ts';
import { objectAt } from '../core/object/index.ts';
import type { KubeRequest } from '../ports/index.ts';
import { fakeClock } from '../testing/clock/index.ts';
import { createCluster } from './index.ts';

const POD = '/api/v1/namespaces/default/pods/p';

async function running() {
  const clock = fakeClock();
  const cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: 'memory' });
  const transport = cluster.transport();
  const send = async (method: KubeRequest['method'], path: string, value?: Json, type?: string) => {
    const headers = type === undefined ? {} : { headers: { 'content-type': type } };
    const answer = await transport.send({ method, path, ...headers, ...(value === undefined ? {} : { body: { kind: 'json', value } }) });
    return { status: answer.status, object: (answer.body.kind === 'json' ? answer.body.value : {}) as unknown as KubeObject };
  };
  const spec = { containers: [{ name: 'main', image: 'nginx' }] };
  await send('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'p' }, spec });
  await clock.advance(5000);
  return { cluster, clock, send };
}

test('a container for debugging runs, is never changed, and has a log', async () => {
  const { cluster, clock, send } = await running();
  const debug = (image: string): JsonObject => ({ spec: { ephemeralContainers: [{ name: 'debug', image }] } });
  const strategic = 'application/strategic-merge-patch+json';
  expect((await send('PATCH', `${POD}/ephemeralcontainers`, debug('busybox'), strategic)).status).toBe(200);
  await clock.advance(5000);
  const { status } = (await send('GET', POD)).object;
  expect(objectAt(status).ephemeralContainerStatuses).toMatchObject([
    { name: 'debug', image: 'busybox', ready: false, state: { running: {} } },
  ]);
  expect((await send('PATCH', `${POD}/ephemeralcontainers`, debug('other'), strategic)).status).toBe(422);
  expect((await send('PATCH', POD, debug('other'), strategic)).status).toBe(422);
  await cluster.close();
});

test('what needs a program says so, and what a real server notices first comes first', async () => {
  const { cluster, send } = await running();
  const exec = await send('POST', `${POD}/exec`, {});
  expect([exec.status, exec.object.message]).toEqual([
    501,
    'pods in the embedded cluster are simulated: nothing runs in p that could be told to execute a command; "kubectl logs p" tells what is simulated',
  ]);
  expect((await send('POST', '/api/v1/namespaces/default/pods/absent/exec', {})).status).toBe(404);
  await cluster.close();
});
