/**
 * Hostile input through the whole product: every bad repository stops its own App with the expected reason, and nobody else notices; every bad delivery to the
 * receiver of webhooks gets its answer and moves nothing.
 */
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/adapters/log/index.ts';
import { noMetrics } from '../../../src/adapters/metrics/index.ts';
import type { Json, JsonObject } from '../../../src/core/object/index.ts';
import { listenHooks } from '../../../src/server/index.ts';
import { type World, world } from '../../../src/testing/world/index.ts';
import { hostileCases } from './cases.table.ts';
import { hostileDeliveries, KEY } from './deliveries.table.ts';

const GOOD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bystander}\n';

/** What a case says of its own App, with its own name and path. */
const specOf = (spec: JsonObject | undefined, name: string): JsonObject => {
  const own = { target: { namespace: name, createNamespace: {} }, ...spec };
  return JSON.parse(JSON.stringify(own).replaceAll('"SELF"', `"${name}"`).replaceAll('"PATH"', `"${name}"`)) as JsonObject;
};

describe('repositories, manifests, charts and overlays', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
    const files: Record<string, string> = { 'good/b.yaml': GOOD };
    for (const [index, { files: own }] of hostileCases.entries())
      for (const [path, text] of Object.entries(own)) files[`case-${index}/${path}`] = text;
    w.repository.commit(files);
    await w.source();
    await w.app({ name: 'good', path: 'good' });
    await w.settle(3000);
    for (const [index, { spec }] of hostileCases.entries())
      await w.app({ name: `case-${index}`, path: `case-${index}`, spec: specOf(spec, `case-${index}`) });
    await w.settle(12_000);
  }, 600_000);
  afterAll(() => w.close());

  test.each(hostileCases.map((each, index) => ({ ...each, index })))('$name: $code', async ({ index, code }) => {
    const ready = await w.condition('Ready', `case-${index}`);
    expect(ready).toMatch(new RegExp(`^Ready=(?:False|Unknown) ${code}: .{5}`, 's'));
  });

  test('nobody else notices, and nothing is polluted', async () => {
    expect(await w.condition('Ready', 'good')).toMatch(/^Ready=True/);
    w.repository.commit({ ...w.repository.files(), 'good/c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: later}\n' });
    w.controllers.announce({ urls: ['https://git.test/shop.git'] });
    await w.settle(5000);
    expect(await w.find('ConfigMap/shop/later')).toBeDefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  }, 300_000);
});

describe('deliveries to the receiver of webhooks', () => {
  let url = '';
  let announced = 0;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const { systemClock } = await import('../../../src/adapters/system/index.ts');
    const data: Json = { token: Buffer.from(KEY).toString('base64') };
    const kube = {
      get: () => Promise.resolve({ ok: true, value: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data } } as const),
    };
    const find = (path: string) => (/^\/hooks\/x\d+$/.test(path) ? { name: path, secret: { namespace: 'a', name: 's' } } : undefined);
    const hooks = { find, announce: () => (announced += 1) };
    const door = await listenHooks(
      { hooks, kube, clock: systemClock(), log: silentLog(), metrics: noMetrics() },
      { host: '127.0.0.1', port: 0 },
    );
    [url, close] = [door.url, () => door.close()];
  });
  afterAll(() => close());

  test.each(hostileDeliveries.map((each, index) => ({ ...each, index })))(
    '$name: $status',
    async ({ index, headers, body, status, moves }) => {
      const before = announced;
      const answered = await request(`${url}/hooks/x${index}`, { method: 'POST', headers: { ...headers }, body });
      await answered.body.dump();
      expect([answered.statusCode, announced - before]).toEqual([status, moves === true ? 1 : 0]);
    },
  );
});
