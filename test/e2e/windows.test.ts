/** Maintenance windows: new revisions and prunes wait for them, to the second; healing, rollbacks and what has begun do not; a person's word goes ahead. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/object/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';
import { configMap, deployment } from './stories.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  await w.source();
});
afterEach(() => w.close());

const minute = 60_000;
const dataOf = async (name: string): Promise<unknown> => ((await w.find(name))?.['data'] as { a?: string } | undefined)?.a;

/** The next full minute that is at least `minutes` away. */
const minutesAhead = (minutes: number): number => (Math.floor(w.clock.now() / minute) + minutes) * minute;

/** That minute of that day, as a place writes it whose clocks are `ahead` hours ahead of UTC. */
function cronOf(moment: number, ahead = 0): string {
  const at = new Date(moment + ahead * 60 * minute);
  return `${at.getUTCMinutes()} ${at.getUTCHours()} ${at.getUTCDate()} ${at.getUTCMonth() + 1} *`;
}

const spoken = (moment: number): string => new Date(moment).toISOString().replace('.000Z', 'Z');

const app = (windows: readonly JsonObject[], spec: JsonObject = {}): Promise<void> =>
  w.app({ spec: { ...spec, sync: { windows: [...windows], ...(spec['sync'] as JsonObject | undefined) } } });

/** Runs now, for a few minutes. */
const freeze = (minutes = 5): JsonObject => ({ deny: cronOf(minutesAhead(0)), for: `${minutes}m` });

test('a first install waits for the window that allows it, and begins the moment it opens', async () => {
  await w.commit({ 'web/x.yaml': configMap('x') });
  const opens = minutesAhead(2);
  await app([{ allow: cronOf(opens, 5), for: '10m', timeZone: 'Asia/Karachi' }]);
  await w.settle();
  expect(await w.condition('Ready')).toMatch(
    /WindowClosed: main@sha1:\w+ waits: outside of allow "[\d *]+" for 10m \(Asia\/Karachi\); it opens at /,
  );
  expect(await w.condition('Ready')).toContain(spoken(opens));
  const { waitingFor } = await w.appStatus();
  expect([waitingFor?.owner, waitingFor?.chain?.[0]?.reason]).toEqual(['lockstep', 'WindowClosed']);
  expect(waitingFor?.message).toMatch(/; wait; the message says when it opens/);
  await w.settle(opens - w.clock.now() - 250);
  expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
  await w.settle(500);
  expect(await w.find('ConfigMap/shop/x')).toBeDefined();
  expect(await w.condition('Ready')).toContain('Ready=True');
});

test('in a freeze a new revision waits while what runs is healed, and goes through at its end', async () => {
  await w.commit({ 'web/x.yaml': configMap('x', { a: '1' }), 'web/old.yaml': configMap('old') });
  await app([]);
  await w.settle();
  await app([freeze(2)]);
  const ends = minutesAhead(2);
  await w.commit({ 'web/x.yaml': configMap('x', { a: '2' }), 'web/old.yaml': null });
  await w.settle(2000);
  expect(await w.condition('Ready')).toContain(`for 2m (UTC); it opens at ${spoken(ends)}`);
  await w.edit('ConfigMap/shop/x', { data: { a: 'by hand' } });
  await w.remove('ConfigMap/shop/old');
  await w.settle(3000);
  expect([await dataOf('ConfigMap/shop/x'), await dataOf('ConfigMap/shop/old')]).toEqual(['1', '1']);
  await w.settle(ends - w.clock.now() + 500);
  expect([await dataOf('ConfigMap/shop/x'), await dataOf('ConfigMap/shop/old')]).toEqual(['2', undefined]);
  expect(await w.condition('Ready')).toContain('Ready=True');
});

test('a person goes ahead with a reason, for this revision and no other; the ledger has it', async () => {
  await w.commit({ 'web/x.yaml': configMap('x', { a: '1' }) });
  await app([freeze(30)]);
  await w.settle();
  expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
  const revision = (await w.appStatus()).attempted?.inputs[0]?.revision ?? '';
  await w.edit('App/shop/web', { metadata: { annotations: { 'lockstep.dev/ignoreWindows': `${revision} incident 42` } } });
  await w.settle();
  expect(await dataOf('ConfigMap/shop/x')).toBe('1');
  expect(w.events('WindowsIgnored').map(({ message }) => message)).toEqual([
    expect.stringMatching(/^goes ahead within deny .*: incident 42$/),
  ]);
  await w.commit({ 'web/x.yaml': configMap('x', { a: '2' }) });
  await w.settle();
  expect(await w.condition('Ready')).toContain('WindowClosed');
  expect(await dataOf('ConfigMap/shop/x')).toBe('1');
});

test('what has begun before the window closed is carried through, over a restart too', async () => {
  const stuck = deployment('slow').replace(
    'labels: {app: slow}\n    spec',
    'labels: {app: slow}\n      annotations: {lockstep.dev/simulate: unschedulable}\n    spec',
  );
  await w.commit({ 'web/slow.yaml': stuck });
  const closes = minutesAhead(1);
  await app([{ deny: cronOf(closes), for: '30m' }], { health: { timeout: '20m' } });
  await w.settle();
  expect(await w.condition('Ready')).toContain('Progressing');
  await w.settle(closes - w.clock.now() + 1000);
  await w.crash();
  await w.settle(5000);
  expect(await w.condition('Ready')).toContain('Progressing');
  await w.commit({ 'web/slow.yaml': deployment('slow') });
  await w.settle(2000);
  expect(await w.condition('Ready')).toContain('WindowClosed');
});

test('an approved prune waits for the window; approval comes first', async () => {
  const claim =
    'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n';
  await w.commit({ 'web/x.yaml': configMap('x'), 'web/data.yaml': claim });
  await app([], { health: { wait: false } });
  await w.settle();
  await w.commit({ 'web/data.yaml': null });
  await w.settle();
  expect(await w.condition('Ready')).toContain('PruneNeedsApproval');
  await app([freeze(2)], { health: { wait: false } });
  const ends = minutesAhead(2);
  await w.settle();
  expect(await w.condition('Ready')).toContain('PruneNeedsApproval');
  await w.approve();
  await w.settle();
  expect(await w.condition('Ready')).toMatch(/WindowClosed: PersistentVolumeClaim\/shop\/data is pruned later: within deny/);
  expect(await w.find('PersistentVolumeClaim/shop/data')).toBeDefined();
  await w.settle(ends - w.clock.now() + 500);
  expect(await w.find('PersistentVolumeClaim/shop/data')).toBeUndefined();
  expect(await w.condition('Ready')).toContain('Ready=True');
});

test('a rollback waits for nothing: a revert of ours to what ran before goes through the freeze', async () => {
  await w.commit({ 'web/x.yaml': configMap('x', { a: '1' }) });
  await app([]);
  await w.settle();
  const good = (await w.appStatus()).applied?.inputs[0]?.revision ?? '';
  await w.commit({ 'web/x.yaml': configMap('x', { a: '2' }) });
  await w.settle();
  const bad = (await w.appStatus()).applied?.inputs[0]?.revision ?? '';
  await app([freeze(30)]);
  await w.settle(1000);
  const message = `Roll back web to main@${good.slice(-40, -33)}\n\nshop/web leaves it.\n\nLockstep-Rollback: shop/web ${bad}\n`;
  await w.commit({ 'web/x.yaml': configMap('x', { a: '3' }) }, { message });
  await w.settle();
  expect(await w.condition('Ready')).toContain('WindowClosed');
  await w.commit({ 'web/x.yaml': configMap('x', { a: '1' }) }, { message });
  await w.settle();
  expect(await dataOf('ConfigMap/shop/x')).toBe('1');
  expect(await w.condition('Ready')).toContain('Ready=True');
});

test('a release waits as well, with its hooks; no revision is begun', async () => {
  const hook =
    'apiVersion: batch/v1\nkind: Job\nmetadata: {name: before, annotations: {helm.sh/hook: pre-install}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}\n';
  await w.commit({
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'web/templates/x.yaml': configMap('x'),
    'web/templates/job.yaml': hook,
  });
  const opens = minutesAhead(1);
  await app([{ allow: cronOf(opens), for: '10m' }]);
  await w.settle(5000);
  expect([await w.list('Secret', 'shop'), await w.find('Job/shop/before')]).toEqual([[], undefined]);
  await w.settle(opens - w.clock.now() + 10_000);
  expect((await w.appStatus()).release?.status).toBe('deployed');
});

test.each([
  ['a word that is no cron', { deny: 'at night', for: '1h' }, 'spec.sync.windows[0].deny: "at night" is no cron expression'],
  ['a time that is counted from nowhere', { allow: '@every 1h', for: '1h' }, 'spec.sync.windows[0].allow: "@every 1h" is no cron'],
  [
    'a place that is not',
    { deny: '0 0 * * *', for: '1h', timeZone: 'Moon/Sea' },
    'spec.sync.windows[0].timeZone: there is no time zone "Moon/Sea"',
  ],
])('%s is refused by name', async (_name, window, message) => {
  await w.commit({ 'web/x.yaml': configMap('x') });
  await app([window]);
  await w.settle();
  expect(await w.condition('Ready')).toContain('RuleInvalid');
  expect(await w.condition('Ready')).toContain(message);
  expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
});
