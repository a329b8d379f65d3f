/** Informers against a server that breaks in every way a real one does. */
import { describe, expect, test } from 'vitest';
import { silentLog } from '../adapters/log/index.ts';
import { noMetrics } from '../adapters/metrics/index.ts';
import type { KubeObject } from '../core/object/index.ts';
import type { ApiResource, KubeClient, KubeError, KubeList, ListOptions, WatchEvent, WatchOptions } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { fakeClock, seededRandom } from '../testing/clock/index.ts';
import { createInformers } from './informers.ts';
import type { Change } from './store.ts';

const pods: ApiResource = { group: '', version: 'v1', kind: 'Pod', resource: 'pods', namespaced: true, verbs: ['list', 'watch'] };

const pod = (name: string, version: number, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: String(version), labels },
});

/** One watch connection, driven by the test. */
class Stream implements AsyncIterable<WatchEvent> {
  readonly from: string;
  #queue: (WatchEvent | Error | null)[] = [];
  #wake: (() => void) | undefined;

  constructor(options: WatchOptions) {
    this.from = options.resourceVersion;
    const abort = (): void => this.push(new Error('aborted'));
    if (options.signal.aborted) abort();
    options.signal.addEventListener('abort', abort);
  }

  push(item: WatchEvent | Error | null): void {
    this.#queue.push(item);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchEvent> {
    for (;;) {
      const item = this.#queue.shift();
      if (item === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (item === null) return;
      else if (item instanceof Error) throw item;
      else yield item;
    }
  }
}

function scene(lists: Result<KubeList, KubeError>[]) {
  const clock = fakeClock(0);
  const streams: Stream[] = [];
  let listed = 0;
  const server = { version: 1_000_000 };
  const client = {
    list: (_resource: ApiResource, options: ListOptions) =>
      Promise.resolve(options.fieldSelector === undefined ? lists[Math.min(listed++, lists.length - 1)] : list(server.version)),
    watch: (_resource: ApiResource, options: WatchOptions) => {
      const stream = new Stream(options);
      streams.push(stream);
      return Promise.resolve(ok(stream));
    },
  } as unknown as KubeClient;
  const informers = createInformers({ client, clock, random: seededRandom(3), log: silentLog(), metrics: noMetrics() });
  const { informer, release } = informers.acquire(pods);
  const seen: string[] = [];
  const tell = (change: Change): void => {
    const object = change.type === 'deleted' ? change.old : change.now;
    seen.push(`${change.type} ${object.metadata.name} ${object.metadata.resourceVersion}`);
  };
  informer.subscribe(tell);
  return { clock, server, informers, informer, release, streams, seen, listed: () => listed, tell, last: () => streams.at(-1) as Stream };
}

const list = (version: number, ...items: KubeObject[]): Result<KubeList, KubeError> => ok({ items, resourceVersion: String(version) });
const event = (type: WatchEvent['type'], object: KubeObject): WatchEvent => ({ type, object });
const unavailable: Result<KubeList, KubeError> = err({ code: 503, reason: 'ServiceUnavailable', message: 'later' });

describe('informers', () => {
  test('list, then watch; indexes and late subscribers', async () => {
    const { clock, informer, last, seen, tell } = scene([list(5, pod('a', 3, { app: 'x' }))]);
    informer.addIndex('app', (object) => [object.metadata.labels?.['app'] ?? '']);
    expect(await informer.ready()).toBe(true);
    await clock.settle();
    expect(last().from).toBe('5');
    last().push(event('ADDED', pod('b', 6, { app: 'x' })));
    last().push(event('MODIFIED', pod('a', 7, { app: 'y' })));
    last().push(event('MODIFIED', pod('a', 7, { app: 'y' })));
    last().push(event('DELETED', pod('b', 8)));
    await clock.settle();
    expect(seen).toEqual(['added a 3', 'added b 6', 'changed a 7', 'deleted b 8']);
    expect([informer.byIndex('app', 'x'), informer.byIndex('app', 'y').length, informer.byIndex('namespace', 'shop').length]).toEqual([
      [],
      1,
      1,
    ]);
    informer.subscribe(tell);
    expect(seen.at(-1)).toBe('added a 7');
    expect(informer.get('shop', 'a')?.metadata.resourceVersion).toBe('7');
  });

  test('a broken or ended watch resumes where it was, without listing again', async () => {
    const { clock, last, streams, listed } = scene([list(5)]);
    await clock.settle();
    last().push(event('BOOKMARK', pod('', 42)));
    await clock.advance(2000);
    last().push(new Error('reset'));
    await clock.advance(5000);
    expect(last().from).toBe('42');
    last().push(null);
    await clock.advance(5000);
    expect([streams.length, last().from, listed()]).toEqual([3, '42', 1]);
  });

  test('410 lists again and tells what was missed', async () => {
    const { clock, last, seen, listed } = scene([
      list(5, pod('a', 1), pod('b', 2), pod('c', 3)),
      list(9, pod('a', 1), pod('b', 8), pod('d', 9)),
    ]);
    await clock.settle();
    const status = { apiVersion: 'v1', kind: 'Status', metadata: {}, code: 410, reason: 'Expired', message: 'too old' };
    last().push(event('ERROR', status));
    await clock.advance(5000);
    expect(seen.slice(3)).toEqual(['deleted c 3', 'changed b 8', 'added d 9']);
    expect([listed(), last().from]).toEqual([2, '9']);
  });

  test('410 after a long outage lists at once, without waiting out the growing delays', async () => {
    const { clock, streams, last, seen, listed } = scene([list(5, pod('a', 1)), list(9, pod('a', 8))]);
    await clock.settle();
    for (let outage = 0; outage < 8; outage++) {
      last().push(new Error('refused'));
      for (const before = streams.length; streams.length === before;) await clock.advance(1000);
    }
    const status = { apiVersion: 'v1', kind: 'Status', metadata: {}, code: 410, reason: 'Expired', message: 'too old' };
    last().push(event('ERROR', status));
    await clock.settle();
    expect([listed(), seen.at(-1)]).toEqual([2, 'changed a 8']);
  });

  test('a server that says 410 again and again is not asked without pause', async () => {
    const { clock, streams, last } = scene([list(5)]);
    await clock.settle();
    const status = { apiVersion: 'v1', kind: 'Status', metadata: {}, code: 410, reason: 'Expired', message: 'too old' };
    for (let turn = 0; turn < 600; turn++) {
      last().push(event('ERROR', status));
      await clock.advance(100);
    }
    expect(streams.length).toBeLessThan(20);
    expect(streams.length).toBeGreaterThan(5);
  });

  test('a quiet kind is in step again as soon as its watch is accepted', async () => {
    const { clock, informer, last, streams } = scene([list(5)]);
    await clock.settle();
    last().push(new Error('reset'));
    await clock.settle();
    expect(informer.error?.reason).toBe('Unreachable');
    await clock.advance(2000);
    expect([streams.length, informer.error]).toEqual([2, undefined]);
  });

  test('a cluster that was rebuilt during an outage is listed at once', async () => {
    const { clock, server, last, seen, listed } = scene([list(500, pod('a', 400)), list(7, pod('b', 3))]);
    await clock.settle();
    last().push(new Error('reset'));
    server.version = 7;
    await clock.advance(3000);
    expect([listed(), seen.slice(1), last().from]).toEqual([2, ['deleted a 400', 'added b 3'], '7']);
  });

  test('silence is taken for death, and history going back for another cluster', async () => {
    const { clock, last, seen, listed } = scene([list(50, pod('a', 40)), list(50, pod('a', 40)), list(3, pod('a', 2))]);
    await clock.settle();
    await clock.advance(200_000);
    expect(listed()).toBe(2);
    last().push(event('BOOKMARK', pod('', 3)));
    await clock.advance(10_000);
    expect([listed(), seen.at(-1)]).toEqual([3, 'changed a 2']);
  });

  test('a server that is away: the copy stays, the error shows, and backing off ends when it is back', async () => {
    const { clock, informer, listed } = scene([unavailable, unavailable, unavailable, list(1, pod('a', 1))]);
    await clock.settle();
    expect([informer.synced, informer.error?.reason]).toEqual([false, 'ServiceUnavailable']);
    await clock.advance(30_000);
    expect([informer.synced, informer.error, listed(), informer.size]).toEqual([true, undefined, 4, 1]);
  });

  test('shared while held, gone after the last release', async () => {
    const { clock, informers, informer, release, listed } = scene([list(1)]);
    const second = informers.acquire(pods);
    expect(second.informer).toBe(informer);
    release();
    release();
    await clock.settle();
    expect(informers.acquire(pods).informer).toBe(informer);
    second.release();
    await informers.stop();
    expect(informers.acquire(pods).informer).not.toBe(informer);
    expect(await informer.ready(AbortSignal.abort())).toBe(true);
    expect(listed()).toBe(2);
    await informers.stop();
    expect(clock.pending).toBe(0);
  });

  test('objects without versions: every event is a change, and the place in the stream is kept', async () => {
    const bare: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'shop' } };
    const { clock, last, streams, seen } = scene([list(5, bare)]);
    await clock.settle();
    last().push(event('MODIFIED', { ...bare, n: 1 }));
    await clock.advance(2000);
    last().push(null);
    await clock.advance(5000);
    expect([seen, streams.map((stream) => stream.from)]).toEqual([
      ['added a undefined', 'changed a undefined'],
      ['5', '5'],
    ]);
  });

  test('a list that hangs does not hold up the end', async () => {
    const clock = fakeClock(0);
    const client = { list: () => new Promise(() => undefined) } as unknown as KubeClient;
    const informers = createInformers({ client, clock, random: seededRandom(3), log: silentLog(), metrics: noMetrics() });
    const { informer } = informers.acquire(pods);
    const ready = informer.ready();
    await clock.settle();
    await informers.stop();
    expect(await ready).toBe(false);
  });

  test('one handler that throws does not keep the change from the others', async () => {
    const { clock, informer, last, seen, tell } = scene([list(1)]);
    await clock.settle();
    informer.subscribe(() => {
      throw new Error('bug');
    });
    informer.subscribe(tell);
    last().push(event('ADDED', pod('a', 2)));
    await clock.settle();
    expect(seen).toEqual(['added a 2', 'added a 2']);
  });
});
