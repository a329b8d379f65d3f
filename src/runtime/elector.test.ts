/** S25: one leader at a time, and one that slept too long knows that it no longer leads. */
import { describe, expect, test } from 'vitest';
import { silentLog } from '../adapters/log/index.ts';
import type { KubeObject } from '../core/object/index.ts';
import type { ApiResource, KubeClient } from '../ports/index.ts';
import { err, ok } from '../std/index.ts';
import { fakeClock, seededRandom, type FakeClock } from '../testing/clock/index.ts';
import { createElector, type Elector, fenced } from './index.ts';

/** A server that keeps one Lease, optimistically locked. */
function leaseServer() {
  let lease: KubeObject | undefined;
  let version = 0;
  let reachable = true;
  const away = err({ code: 0, reason: 'Unreachable', message: 'away' });
  const store = (object: KubeObject) => {
    lease = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } };
    return ok(lease);
  };
  const conflict = err({ code: 409, reason: 'Conflict', message: 'changed' });
  const client = {
    get: () =>
      Promise.resolve(!reachable ? away : lease === undefined ? err({ code: 404, reason: 'NotFound', message: 'none' }) : ok(lease)),
    create: (_resource: ApiResource, object: KubeObject) =>
      Promise.resolve(!reachable ? away : lease === undefined ? store(object) : conflict),
    update: (_resource: ApiResource, object: KubeObject) =>
      Promise.resolve(!reachable ? away : object.metadata.resourceVersion === lease?.metadata.resourceVersion ? store(object) : conflict),
  } as unknown as KubeClient;
  return {
    client,
    holder: () => (lease?.['spec'] as { holderIdentity: string } | undefined)?.holderIdentity,
    cut: (on: boolean) => (reachable = !on),
  };
}

const elector = (identity: string, client: KubeClient, clock: FakeClock): Elector =>
  createElector({ namespace: 'lockstep', name: 'lockstep', identity }, { client, clock, random: seededRandom(1), log: silentLog() });

describe('S25 leader election', () => {
  test('one of two leads; a clean stop hands over at once', async () => {
    const clock = fakeClock();
    const server = leaseServer();
    const [first, second] = [elector('first', server.client, clock), elector('second', server.client, clock)];
    await clock.advance(30_000);
    expect([first.leads(), second.leads(), server.holder()]).toEqual([true, false, 'first']);
    const signal = await first.acquired();
    const stopped = first.stop();
    await clock.settle();
    await stopped;
    expect(signal?.aborted).toBe(true);
    await clock.advance(5000);
    expect([first.leads(), second.leads(), server.holder()]).toEqual([false, true, 'second']);
    expect(await first.acquired()).toBeNull();
    await second.stop();
  });

  test('a leader cut off for a moment does nothing, and goes on when the lease is still its own', async () => {
    const clock = fakeClock();
    const server = leaseServer();
    const first = elector('first', server.client, clock);
    await clock.advance(1000);
    const signal = await first.acquired();
    let lapses = 0;
    first.onLapse(() => lapses++);
    server.cut(true);
    await clock.advance(2200);
    expect([first.leads(), lapses, signal?.aborted]).toEqual([false, 1, false]);
    server.cut(false);
    await clock.advance(1000);
    expect([first.leads(), signal?.aborted]).toEqual([true, false]);
    await first.stop();
    expect(signal?.aborted).toBe(true);
  });

  test('a leader cut off is over before another may begin, and ends for good when it hears of the other', async () => {
    const clock = fakeClock();
    const server = leaseServer();
    const line = { cut: false };
    const away = Promise.resolve(err({ code: 0, reason: 'Unreachable', message: 'away' }));
    const wire = new Proxy(server.client, { get: (target, key) => (line.cut ? () => away : Reflect.get(target, key)) });
    const first = elector('first', wire, clock);
    await clock.advance(1000);
    const signal = await first.acquired();
    const second = elector('second', server.client, clock);
    await clock.advance(5000);
    line.cut = true;
    const leading: string[] = [];
    for (let step = 0; step < 100; step++) {
      leading.push([first, second].map((each) => (each.leads() ? 'x' : '-')).join(''));
      await clock.advance(50);
    }
    expect(new Set(leading)).toEqual(new Set(['x-', '--', '-x']));
    // The bound of docs/adr/0044: the lease, and half a renewal until the standby has seen the last one.
    expect(leading.filter((each) => each !== '-x').length * 50).toBeLessThan(3600);
    line.cut = false;
    await clock.advance(2000);
    expect([signal?.aborted, first.leads(), second.leads()]).toEqual([true, false, true]);
    await Promise.all([first.stop(), second.stop(), clock.advance(2000)]);
  });

  test('a leader hears of another that led and let go while it was away', async () => {
    const clock = fakeClock();
    const server = leaseServer();
    const first = elector('first', server.client, clock);
    await clock.advance(1000);
    const signal = await first.acquired();
    server.cut(true);
    await clock.advance(2500);
    server.cut(false);
    const held = (await server.client.get({} as ApiResource, '', '')) as { value: KubeObject };
    await server.client.update({} as ApiResource, { ...held.value, spec: { holderIdentity: '' } });
    await clock.advance(1000);
    expect(signal?.aborted).toBe(true);
    await first.stop();
  });

  test('a fence is made of an elector', async () => {
    const clock = fakeClock();
    const server = leaseServer();
    const first = elector('first', server.client, clock);
    const sent: string[] = [];
    const wire = fenced(
      {
        send: ({ method }) => {
          sent.push(method);
          return Promise.resolve({ status: 200, headers: {}, body: { kind: 'json', value: null } });
        },
        close: () => Promise.resolve(),
      },
      first,
    );
    await expect(wire.send({ method: 'PATCH', path: '/' })).rejects.toThrow('does not hold the lease');
    await clock.advance(1000);
    await wire.send({ method: 'PATCH', path: '/' });
    expect(sent).toEqual(['PATCH']);
    await first.stop();
    await wire.close();
  });

  test('an API server that hangs keeps nobody waiting beyond the lease', async () => {
    const clock = fakeClock();
    const server = leaseServer();
    let hangs = false;
    const wire = new Proxy(server.client, {
      get: (target, key) => (hangs ? () => new Promise(() => undefined) : Reflect.get(target, key)),
    });
    const first = elector('first', wire, clock);
    await clock.advance(1000);
    hangs = true;
    await clock.advance(2500);
    expect(first.leads()).toBe(false);
    hangs = false;
    await clock.advance(2500);
    expect(first.leads()).toBe(true);
    await first.stop();
  });

  test('a process that was stopped for 60 seconds sees at once that its time is over', async () => {
    const clock = fakeClock();
    const server = leaseServer();
    const first = elector('first', server.client, clock);
    await clock.advance(1000);
    let frozen = 0;
    // The monotonic clock runs on while nothing of the process does.
    const asleep = new Proxy(clock, {
      get: (target, key) => (key === 'monotonic' ? () => target.monotonic() + frozen : Reflect.get(target, key)),
    });
    const second = elector('sleeper', server.client, asleep);
    await first.stop();
    await clock.advance(5000);
    expect(second.leads()).toBe(true);
    const signal = await second.acquired();
    frozen = 60_000;
    expect(second.leads()).toBe(false);
    await second.stop();
    expect(signal?.aborted).toBe(true);
  });

  test('a lease that is not renewed is taken after its duration, counted by the own clock', async () => {
    const clock = fakeClock();
    const server = leaseServer();
    const first = elector('first', server.client, clock);
    await clock.advance(1000);
    const stale = (await server.client.get({} as ApiResource, '', '')) as { value: KubeObject };
    await first.stop();
    const now = (await server.client.get({} as ApiResource, '', '')) as { value: KubeObject };
    await server.client.update({} as ApiResource, { ...stale.value, metadata: now.value.metadata });
    const second = elector('second', server.client, clock);
    await clock.advance(2950);
    expect(second.leads()).toBe(false);
    await clock.advance(100);
    expect(second.leads()).toBe(true);
    await second.stop();
  });
});
