/** The failing ports keep their port's contract, and each fault means what it says. */
import { describe, expect, test } from 'vitest';
import { createKubeClient } from '../../src/adapters/kube/index.ts';
import { memoryLedger } from '../../src/adapters/ledger/index.ts';
import type { ApiResource, GitMirror, GitMirrors, KubeTransport } from '../../src/ports/index.ts';
import { ok } from '../../src/std/index.ts';
import { fakeClock } from '../../src/testing/clock/index.ts';
import { failingLedger, failingMirrors, failingTransport, FaultInjector, isWrite, type Fault } from '../../src/testing/failing/index.ts';
import { ledgerEvent, ledgerSuite } from '../../src/testing/ports/index.ts';

ledgerSuite('failing, with no fault planned', () =>
  Promise.resolve(failingLedger(memoryLedger(), new FaultInjector({ at: 0, fault: 'error' }))),
);

const configMaps: ApiResource = { group: '', version: 'v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true, verbs: [] };
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'b' } };

function scene(fault: Fault, at = 1) {
  const effects: string[] = [];
  const inner: KubeTransport = {
    send: (request) => {
      effects.push(request.method);
      return Promise.resolve({ status: 200, headers: {}, body: { kind: 'json', value: object } });
    },
    close: () => Promise.resolve(),
  };
  const faults = new FaultInjector({ at, fault, counts: isWrite });
  return { effects, faults, client: createKubeClient(failingTransport(inner, faults), { clock: fakeClock() }) };
}

describe('the transport', () => {
  test.each<[string, Fault, string, number]>([
    ['an error has no effect', 'error', '0 Unreachable', 0],
    ['a timeout has no effect', 'timeout', '0 Timeout', 0],
    ['a lost answer has its effect', 'lostAnswer', '0 Unreachable', 1],
    ['a status of the server has none', { status: 409 }, '409 Conflict', 0],
  ])('%s', async (_name, fault, expected, effects) => {
    const { client, effects: seen, faults } = scene(fault, 2);
    expect((await client.get(configMaps, 'b', 'a')).ok).toBe(true);
    expect((await client.create(configMaps, object)).ok).toBe(true);
    const failed = await client.update(configMaps, object);
    expect(failed.ok ? 'ok' : `${failed.error.code} ${failed.error.reason}`).toBe(expected);
    expect(seen).toHaveLength(2 + effects);
    expect((await client.update(configMaps, object)).ok).toBe(true);
    expect(faults.calls.map((call) => call.what.split(' ')[0])).toEqual(['POST', 'PUT', 'PUT']);
  });

  test.each<[Fault, number]>([
    ['crashBefore', 0],
    ['crashAfter', 1],
  ])('%s: from then on nothing happens and nobody answers', async (fault, effects) => {
    const { client, effects: seen, faults } = scene(fault);
    const late = Promise.race([client.create(configMaps, object), faults.crashed.then(() => 'dead')]);
    expect(await late).toBe('dead');
    expect(seen).toHaveLength(effects);
    const after = client.create(configMaps, object);
    expect(await Promise.race([after, new Promise((resolve) => setTimeout(() => resolve('silence'), 20))])).toBe('silence');
    expect(seen).toHaveLength(effects);
  });

  test('a watch whose answer is lost breaks', async () => {
    const inner: KubeTransport = {
      send: () => Promise.resolve({ status: 200, headers: {}, body: { kind: 'events', events: (async function* () {})() } }),
      close: () => Promise.resolve(),
    };
    const client = createKubeClient(failingTransport(inner, new FaultInjector({ at: 1, fault: 'lostAnswer' })), { clock: fakeClock() });
    const watch = await client.watch(configMaps, { resourceVersion: '1', signal: new AbortController().signal });
    if (!watch.ok) throw new Error(watch.error.message);
    await expect(watch.value[Symbol.asyncIterator]().next()).rejects.toThrow('broke');
  });
});

test('mirrors fail with typed errors, one count over all of them', async () => {
  const fetched: string[] = [];
  const mirror = {
    fetch: () => {
      fetched.push('fetch');
      return Promise.resolve(ok({ commit: 'c', tree: 't', name: 'n', ref: 'r' }));
    },
  } as unknown as GitMirror;
  const inner: GitMirrors = { open: () => Promise.resolve(ok(mirror)), close: () => Promise.resolve() };
  for (const [at, fault, codes] of [
    [1, 'error', ['Unreachable']],
    [2, 'timeout', ['ok', 'Timeout', 'ok']],
    [3, 'lostAnswer', ['ok', 'ok', 'Unreachable']],
  ] as const) {
    const mirrors = failingMirrors(inner, new FaultInjector({ at, fault }));
    const opened = await mirrors.open({ url: 'x' });
    const results = [opened, ...(opened.ok ? [await opened.value.fetch({}), await opened.value.fetch({})] : [])];
    expect(results.map((result) => (result.ok ? 'ok' : result.error.code))).toEqual(codes);
  }
  expect(fetched).toHaveLength(3);
});

test('an append that is lost was written', async () => {
  const inner = memoryLedger();
  const ledger = failingLedger(inner, new FaultInjector({ at: 2, fault: 'lostAnswer' }));
  await ledger.append([ledgerEvent('a')]);
  await expect(ledger.append([ledgerEvent('b')])).rejects.toThrow('injected');
  expect((await inner.find({ limit: 9 })).events.map((event) => event.id)).toEqual(['b', 'a']);
});
