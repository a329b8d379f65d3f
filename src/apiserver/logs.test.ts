/** Logs of simulated containers, whole and followed: in process and over HTTP, to their end or to the reader's. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../adapters/log/index.ts';
import { systemRandom } from '../adapters/system/index.ts';
import type { Json } from '../core/object/index.ts';
import type { KubeResponse, KubeTransport } from '../ports/index.ts';
import { type FakeClock, fakeClock } from '../testing/clock/index.ts';
import { type Cluster, createCluster } from './index.ts';

let cluster: Cluster;
let clock: FakeClock;
let api: KubeTransport;

const pods = '/api/v1/namespaces/default/pods';

async function send(method: 'GET' | 'POST' | 'DELETE', path: string, value?: Json): Promise<KubeResponse> {
  return api.send({ method, path, ...(value === undefined ? {} : { body: { kind: 'json', value } }) });
}

const log = (query: Record<string, string>, signal?: AbortSignal): Promise<KubeResponse> =>
  api.send({ method: 'GET', path: `${pods}/p/log`, query, ...(signal === undefined ? {} : { signal }) });

beforeEach(async () => {
  clock = fakeClock();
  cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: 'memory' });
  api = cluster.transport();
  await clock.advance(1000);
  const spec = { containers: [{ name: 'c', image: 'x' }], terminationGracePeriodSeconds: 1 };
  await send('POST', pods, { metadata: { name: 'p' }, spec });
  await clock.advance(30_000);
});
afterEach(() => cluster.close());

const begin = '[lockstep] this container is simulated; image x was not run\n';
const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test('without a wish to follow it ends at once; there is none before the first restart', async () => {
  const { body } = await log({});
  expect(body.kind === 'bytes' && decode(body.bytes)).toBe(begin);
  const before = await log({ previous: 'true' });
  expect([before.status, before.body]).toEqual([
    400,
    { kind: 'json', value: expect.objectContaining({ message: 'previous terminated container "c" in pod "p" not found' }) as Json },
  ]);
});

describe('followed in process', () => {
  test('it goes on until the Pod is gone', async () => {
    const { body } = await log({ follow: 'true' });
    if (body.kind !== 'stream') throw new Error(body.kind);
    const chunks = body.chunks[Symbol.asyncIterator]();
    expect(decode((await chunks.next()).value as Uint8Array)).toBe(begin);
    let ended = false;
    const rest = (async () => {
      let text = '';
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) text += decode(next.value);
      ended = true;
      return text;
    })();
    await clock.advance(60_000);
    expect(ended).toBe(false);
    await send('DELETE', `${pods}/p`);
    await clock.advance(60_000);
    expect(await rest).toMatch(/^(?:\[lockstep\] ended with exit code \d+\n)?$/);
  });

  test('it ends with the signal of its reader, also while nothing comes', async () => {
    const stop = new AbortController();
    const { body } = await log({ follow: 'true' }, stop.signal);
    if (body.kind !== 'stream') throw new Error(body.kind);
    const read = (async () => {
      let text = '';
      for await (const chunk of body.chunks) text += decode(chunk);
      return text;
    })();
    await clock.advance(1000);
    stop.abort();
    expect(await read).toBe(begin);
  });
});

test('followed over HTTP: the first lines come at once, and a reader that leaves holds nothing', async () => {
  const listening = await cluster.listen({ port: 0, tls: false });
  try {
    const stop = new AbortController();
    const response = await fetch(`${listening.url}${pods}/p/log?follow=true`, { signal: stop.signal });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(first?.value === undefined ? '' : decode(first.value)).toBe(begin);
    stop.abort();
    await expect(reader?.read()).rejects.toThrow(/abort/i);
  } finally {
    await listening.close();
  }
});
