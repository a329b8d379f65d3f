/**
 * S6: fail at every API write k = 1…N, in four ways, and at every one of them the end state and the set of effective requests equal those of the
 * undisturbed run; nothing is lost and nothing is told twice.
 */
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/object/index.ts';
import { type Fault, effective, type World, world } from '../../src/testing/world/index.ts';
import { configMap, deployment, namespace } from '../e2e/stories.ts';

/** An object as a person would compare it: nothing that differs between two equal runs. */
function shown(object: KubeObject): string {
  const { name, namespace: where, labels, annotations } = object.metadata;
  const managers = (object.metadata.managedFields ?? []).map((entry) => `${String(entry['manager'])} ${String(entry['operation'])}`);
  return JSON.stringify([
    object.kind,
    where,
    name,
    labels,
    annotations,
    object['data'],
    (object['spec'] as { template?: unknown } | undefined)?.template,
    managers,
  ]);
}

interface Ending {
  readonly state: readonly string[];
  readonly requests: readonly string[];
  readonly told: readonly string[];
  readonly ready: string;
  readonly inventory: number | undefined;
  readonly writes: number;
}

const delivered = /\/(configmaps|deployments|namespaces)(\/|$)/;

/** One life: two revisions; the second changes, adds, removes and moves on. */
async function live(fault: ((write: number) => Fault | undefined) | undefined): Promise<Ending> {
  const w = await world();
  const sent: string[] = [];
  let [base, armed] = [0, fault];
  const arm = (): void => {
    w.door.fault = (_request, write) => {
      const now = write === 0 ? undefined : armed?.(base + write);
      if (now !== undefined) armed = undefined;
      return now;
    };
  };
  const settle = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1000) {
      const before = w.door;
      await w.settle(1000);
      if (w.door === before) continue;
      sent.push(...effective(before.sent));
      base += before.writes;
      arm();
    }
  };
  arm();
  await w.source();
  await w.app();
  await w.commit({
    'web/ns.yaml': namespace('side'),
    'web/a.yaml': configMap('a'),
    'web/b.yaml': configMap('b'),
    'web/d.yaml': deployment('d'),
  });
  await settle(40_000);
  await w.commit({ 'web/a.yaml': configMap('a', { a: '2' }), 'web/b.yaml': null, 'web/c.yaml': configMap('c', {}, { namespace: 'side' }) });
  w.controllers.announce({ urls: ['https://git.test/shop.git'] });
  await settle(60_000);
  const ending = await endingOf(w, [...sent, ...effective(w.door.sent)], base + w.door.writes);
  await w.close();
  return ending;
}

async function endingOf(w: World, requests: readonly string[], writes: number): Promise<Ending> {
  const objects = (await Promise.all(['ConfigMap', 'Deployment', 'Namespace'].map((kind) => w.list(kind)))).flat();
  const told = w.events().filter(({ type }) => ['Applied', 'Pruned', 'Healed'].includes(type));
  return {
    state: objects
      .filter(({ metadata }) => metadata.labels?.['lockstep.dev/app'] !== undefined)
      .map(shown)
      .toSorted(),
    requests: [...new Set(requests.filter((line) => delivered.test(line)))].toSorted(),
    told: told.map(({ type, revision }) => `${type} ${revision?.slice(0, 14) ?? ''}`).toSorted(),
    ready: (await w.condition('Ready')).replace(/sha1:.*/, ''),
    inventory: (await w.appStatus()).inventory?.count,
    writes,
  };
}

const undisturbed = await live(undefined);

test('the undisturbed run is Ready and prunes once', () => {
  expect(undisturbed.ready).toBe('Ready=True Succeeded: main@');
  expect(undisturbed.requests).toContain('DELETE /api/v1/namespaces/shop/configmaps/b');
  expect(undisturbed.inventory).toBe(4);
  expect(undisturbed.told.filter((line) => line.startsWith('Pruned'))).toHaveLength(1);
});

const faults: readonly (readonly [string, Fault])[] = [
  ['is answered 500', { status: 500, reason: 'InternalError' }],
  ['is carried out, but its answer is lost', 'lose'],
  ['never arrives: the process dies before it', 'dieBefore'],
  ['is carried out: the process dies after it', 'dieAfter'],
];

describe.each(faults)('S6 a write that %s', (_name, fault) => {
  test('at every k the end is that of the undisturbed run', async () => {
    const wrong: unknown[] = [];
    for (let k = 1; k <= undisturbed.writes; k += 1) {
      const { writes: _writes, told, ...ending } = await live((write) => (write === k ? fault : undefined));
      const { writes: _same, told: expected, ...rest } = undisturbed;
      if (JSON.stringify(ending) !== JSON.stringify(rest)) wrong.push({ k, ending });
      if (new Set(told).size !== new Set(expected).size) wrong.push({ k, told });
    }
    expect(wrong).toEqual([]);
  });
});
