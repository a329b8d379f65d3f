/** The runtime alone: keys through the queue, events through an informer's store, compared with what a plain Map costs. */
import { silentLog } from '../src/adapters/log/index.ts';
import { noMetrics } from '../src/adapters/metrics/index.ts';
import { systemClock, systemRandom } from '../src/adapters/system/index.ts';
import type { KubeObject } from '../src/core/object/index.ts';
import { createWorkQueue, outcome } from '../src/runtime/index.ts';
import { ObjectStore } from '../src/runtime/store.ts';
import { medianTime, type Figure } from './figure.ts';

const keys = Array.from({ length: 10_000 }, (_, index) => `team-${index % 50}/app-${index}`);
const ports = { clock: systemClock(), random: systemRandom(), log: silentLog(), metrics: noMetrics() };

async function throughQueue(): Promise<void> {
  let left = keys.length;
  await new Promise<void>((resolve) => {
    const queue = createWorkQueue(
      {
        name: 'bench',
        concurrency: 16,
        bucketOf: (key) => key.slice(0, key.indexOf('/')),
        handle: () => {
          if (--left === 0) resolve();
          return Promise.resolve(outcome.done());
        },
      },
      ports,
    );
    for (const key of keys) queue.add(key);
  });
}

async function delayedKeys(): Promise<void> {
  const queue = createWorkQueue({ name: 'bench', handle: () => Promise.resolve(outcome.done()) }, ports);
  for (const [index, key] of keys.entries()) queue.addAfter(key, 600_000 + index);
  await queue.stop();
}

const objectAt = (index: number, version: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: `c${index}`,
    namespace: `n${index % 20}`,
    uid: `u${index}`,
    resourceVersion: String(version),
    labels: { app: `a${index % 100}` },
  },
});

/** Milliseconds for 1,000 changes to a store of `size` objects. */
async function eventsInStore(size: number): Promise<number> {
  const store = new ObjectStore({
    namespace: (object) => [object.metadata.namespace ?? ''],
    app: (object) => [object.metadata.labels?.['app'] ?? ''],
  });
  for (let index = 0; index < size; index++) store.put(objectAt(index, 1));
  let version = 2;
  return medianTime(9, () => {
    for (let index = 0; index < 1000; index++) store.put(objectAt((index * 7) % size, version));
    version++;
  });
}

async function plainMap(): Promise<number> {
  const map = new Map<string, KubeObject>();
  return medianTime(9, () => {
    for (let index = 0; index < 1000; index++) map.set(`n${index % 20}/c${index}`, objectAt(index, 1));
  });
}

export async function run(): Promise<readonly Figure[]> {
  const queued = await medianTime(5, throughQueue);
  const delayed = await medianTime(5, delayedKeys);
  const [small, large, map] = [await eventsInStore(1000), await eventsInStore(50_000), await plainMap()];
  return [
    { name: 'keys through the queue, 50 tenants, 16 at once', value: keys.length / (queued / 1000), unit: 'keys/s' },
    { name: 'delayed keys planned, one timer', value: keys.length / (delayed / 1000), unit: 'keys/s' },
    { name: '1,000 events, 1,000 objects, 2 indexes', value: small, unit: 'ms', baseline: { name: 'a plain Map', value: map } },
    {
      name: '1,000 events, 50,000 objects, 2 indexes',
      value: large,
      unit: 'ms',
      baseline: { name: 'with 1,000 objects', value: small },
      note: 'must not grow with the number',
    },
  ];
}
