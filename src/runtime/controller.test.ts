/** The skeleton: changes become keys, keys are observed, decided and acted on; everything stops in order. */
import { expect, test } from 'vitest';
import { silentLog } from '../adapters/log/index.ts';
import { noMetrics } from '../adapters/metrics/index.ts';
import { fakeClock, seededRandom } from '../testing/clock/index.ts';
import { createController, outcome, stopInOrder, type Change, type Informer } from './index.ts';

test('observe, decide, act; a key without an object is forgotten', async () => {
  const clock = fakeClock();
  const acted: string[] = [];
  const handlers: ((change: Change) => void)[] = [];
  const informer = {
    subscribe: (handler: (change: Change) => void) => (handlers.push(handler), () => void handlers.splice(0)),
  } as unknown as Informer;
  const controller = createController(
    {
      name: 'test',
      observe: (key) => Promise.resolve(key === 'gone' ? null : { key }),
      decide: (observed) => `write ${observed.key}`,
      act: (decision, observed) => {
        acted.push(`${decision} for ${observed.key}`);
        return Promise.resolve(outcome.done());
      },
    },
    { clock, random: seededRandom(1), log: silentLog(), metrics: noMetrics() },
  );
  controller.watch(informer, (change) => (change.type === 'deleted' ? [] : [change.now.metadata.name ?? '', 'gone']));
  handlers[0]?.({ type: 'added', now: { apiVersion: 'v1', kind: 'App', metadata: { name: 'a' } } });
  await clock.settle();
  expect(acted).toEqual(['write a for a']);
  await controller.stop();
  expect(handlers).toEqual([]);
});

test('a part that hangs or fails does not keep the others from stopping', async () => {
  const clock = fakeClock();
  const order: string[] = [];
  const result = stopInOrder(
    [
      { name: 'hangs', stop: () => new Promise(() => order.push('hangs')) },
      { name: 'fails', stop: () => Promise.reject(new Error('no')) },
      { name: 'ends', stop: () => Promise.resolve(void order.push('ends')) },
    ],
    { clock, log: silentLog() },
    { patience: 1000 },
  );
  await clock.advance(2000);
  expect([await result, order, clock.pending]).toEqual([['hangs', 'fails'], ['hangs', 'ends'], 0]);
});
