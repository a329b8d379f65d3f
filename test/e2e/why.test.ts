/** Whatever an App waits for, `status.waitingFor` says it in one true sentence: cause, chain, since, next step. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type World, world } from '../../src/testing/world/index.ts';
import { configMap } from './stories.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  await w.source();
});
afterEach(() => w.close());

const waiting = async (name = 'web') => (await w.appStatus(name)).waitingFor;

describe('the chain', () => {
  test('runs through dependencies to the root, and is gone when the root is', async () => {
    await w.app({ name: 'db', path: 'db' });
    await w.app({ name: 'api', path: 'api', spec: { dependsOn: [{ name: 'db' }] } });
    await w.app({ name: 'web', path: 'web', spec: { dependsOn: [{ name: 'api' }] } });
    await w.commit({ 'db/x.yaml': 'a: [\n', 'api/a.yaml': configMap('a'), 'web/w.yaml': configMap('w') });
    await w.settle();
    const found = await waiting();
    expect(found?.chain?.map(({ object, reason }) => `${object} ${reason}`)).toEqual([
      'App/shop/web DependencyNotReady',
      'App/shop/api DependencyNotReady',
      'App/shop/db InvalidYaml',
    ]);
    expect(found?.message).toMatch(/^App\/shop\/web is not ready since 20.*, because App\/shop\/db is not ready since .*InvalidYaml/);
    expect(found?.next).toMatch(/Correct the file at that line and column/);
    expect(found?.owner).toBe('lockstep');
    const since = found?.since;
    await w.settle(60_000);
    expect((await waiting())?.since).toBe(since);
    await w.commit({ 'db/x.yaml': configMap('d') });
    await w.settle(10_000);
    expect(await waiting()).toBeUndefined();
  });
});

test('S15 deletion runs in reverse: what depends on an App goes first; circles do not hold each other up', async () => {
  const sync = { onDelete: 'prune' };
  await w.app({ name: 'db', path: 'db', spec: { sync } });
  await w.app({ name: 'web', path: 'web', spec: { sync, dependsOn: [{ name: 'db' }] } });
  const held = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: w, finalizers: [example.com/hold]}\n';
  await w.commit({ 'db/d.yaml': configMap('d'), 'web/w.yaml': held });
  await w.settle(10_000);
  await w.remove('App/shop/web');
  await w.remove('App/shop/db');
  await w.settle(10_000);
  expect(await w.find('ConfigMap/shop/d')).toBeDefined();
  expect((await waiting('db'))?.message).toMatch(/App\/shop\/db is not ready .*Deleting: App shop\/web depends on it and is deleted first/);
  await w.edit('ConfigMap/shop/w', { metadata: { finalizers: null } });
  await w.settle(30_000);
  expect(await w.find('ConfigMap/shop/d')).toBeUndefined();
  expect([await w.find('App/shop/db'), await w.find('App/shop/web')]).toEqual([undefined, undefined]);
  await w.app({ name: 'a', path: 'db', spec: { sync, dependsOn: [{ name: 'b' }] } });
  await w.app({ name: 'b', path: 'web', spec: { sync, dependsOn: [{ name: 'a' }] } });
  await w.settle();
  await w.remove('App/shop/a');
  await w.remove('App/shop/b');
  await w.settle(30_000);
  expect([await w.find('App/shop/a'), await w.find('App/shop/b')]).toEqual([undefined, undefined]);
});

/** From now on what happens to Apps is heard only once the gate is open. */
async function hearAppsLate(): Promise<() => void> {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  w.door.rewrite = ({ path, query }, response) => {
    const { body } = response;
    if (!path.endsWith('/apps') || query?.['watch'] === undefined || body.kind !== 'events') return response;
    return { ...response, body: { ...body, events: after(gate, body.events) } };
  };
  w.door.dropWatches();
  await w.settle();
  return open;
}

async function* after<T>(gate: Promise<void>, events: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const event of events) {
    await gate;
    yield event;
  }
}

test('a pass that has not heard of its own last status write yet still takes back what that one said', async () => {
  await w.app({ name: 'web', path: 'web' });
  await w.commit({ 'web/w.yaml': configMap('w') });
  await w.settle();
  const hear = await hearAppsLate();
  await w.commit({ 'web/w.yaml': 'a: [\n' });
  await w.settle();
  expect((await waiting())?.message).toMatch(/InvalidYaml/);
  await w.commit({ 'web/w.yaml': configMap('w', { a: '2' }) });
  await w.settle(10_000);
  const { conditions, waitingFor } = await w.appStatus('web');
  hear();
  expect(conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'True' });
  expect(waitingFor).toBeUndefined();
});
