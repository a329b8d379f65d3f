/** S7 as stories: what fails is held back or reverted by one commit that restores only what the App reads, and never over others' work. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type World, world } from '../../src/testing/world/index.ts';
import { configMap, deployment } from './stories.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  await w.source({ writable: true });
});
afterEach(() => w.close());

const spec = (onFailure: 'pin' | 'revert') => ({ sync: { onFailure }, health: { timeout: '10s' } });
const good = { 'web/x.yaml': configMap('x', { a: 'good' }), 'other/y.yaml': configMap('y', { a: '1' }) };
/** A workload that never gets healthy, another value, a file that comes and a file that another App reads. */
const bad = {
  'web/x.yaml': configMap('x', { a: 'bad' }),
  'web/stuck.yaml': `${deployment('stuck')}      volumes: [{name: x, configMap: {name: nope}}]\n`,
  'other/y.yaml': configMap('y', { a: '2' }),
};

const files = () => w.repository.files();
const message = (branch = 'main'): string => w.repository.commits.get(w.repository.branches.get(branch) ?? '')?.message ?? '';
const dataOf = async (name: string): Promise<unknown> => ((await w.find(name))?.['data'] as { a?: string } | undefined)?.a;

async function deployed(onFailure: 'pin' | 'revert'): Promise<void> {
  await w.commit(good, { message: 'good' });
  await w.app({ spec: spec(onFailure) });
  await w.app({ name: 'other', path: 'other' });
  await w.settle(6000);
  expect(await w.condition('Ready')).toContain('Ready=True');
}

async function fails(message = 'bad'): Promise<string> {
  const commit = await w.commit(bad, { message });
  await w.settle(2000);
  return commit;
}

test('S7 what does not get healthy is reverted by one commit that restores only the files the App reads', async () => {
  await deployed('revert');
  const rejected = await fails();
  await w.settle(30_000);
  expect(files()['web/x.yaml']).toBe(good['web/x.yaml']);
  expect(files()['web/stuck.yaml']).toBeUndefined();
  expect(files()['other/y.yaml']).toBe(bad['other/y.yaml']);
  expect(message()).toMatch(
    /^Revert web to main@\w{7}\n[^]*not healthy after 10s[^]*\n {2}web\/stuck.yaml[^]*\nLockstep-Revert: shop\/web main@sha1:/,
  );
  expect(message()).toContain(rejected);
  expect(w.events('Reverted')).toHaveLength(1);
  expect(await dataOf('ConfigMap/shop/x')).toBe('good');
  expect(await w.find('Deployment/shop/stuck')).toBeUndefined();
  expect(await w.condition('Ready')).toContain('Ready=True');
  expect(await w.condition('Pinned')).toBe('Pinned is not set');
  const applied = w.events('Applied').filter(({ subject }) => subject === 'shop/web');
  expect(applied.map(({ revision }) => revision?.endsWith(rejected))).toEqual([false]);
});

test('S7 somebody who changed the same file meanwhile is not overwritten', async () => {
  await deployed('revert');
  await fails();
  // Pushed, and not seen yet: nobody announces it.
  w.repository.commit({ ...files(), 'web/x.yaml': configMap('x', { a: 'mended' }) }, { message: 'mend' });
  await w.settle(30_000);
  expect(files()['web/x.yaml']).toContain('mended');
  expect(message()).toBe('mend');
  expect(w.events('RevertFailed')[0]?.message).toMatch(
    /web\/x.yaml was changed by somebody else meanwhile; nothing is written over newer work/,
  );
  expect(await dataOf('ConfigMap/shop/x')).toBe('good');
  expect(await w.condition('Pinned')).toContain('not reverted');
});

test('S7 a file that another App reads too is proposed beside the branch, and the App is held meanwhile', async () => {
  await deployed('revert');
  await w.app({ name: 'twin', path: 'web', spec: { target: { namespace: 'twin' }, suspend: true } });
  await w.settle(6000);
  await fails();
  await w.settle(30_000);
  expect(files()['web/x.yaml']).toBe(bad['web/x.yaml']);
  const [branch = ''] = [...w.repository.branches.keys()].filter((name) => name !== 'main');
  expect(branch).toMatch(/^lockstep\/revert-shop-web-/);
  expect(w.repository.files(branch)['web/x.yaml']).toBe(good['web/x.yaml']);
  expect(await w.condition('Ready')).toMatch(/Ready=False Pinned: held at the revision before/);
  expect(await w.condition('Pinned')).toContain('is also read by shop/twin');
  expect(await dataOf('ConfigMap/shop/x')).toBe('good');
});

test('S7 a failing revert is never reverted', async () => {
  await deployed('revert');
  await fails('Revert web\n\nLockstep-Revert: shop/web main@sha1:0000000\n');
  const before = w.repository.commits.size;
  await w.settle(60_000);
  expect(w.repository.commits.size).toBe(before);
  expect(w.events('RevertFailed')[0]?.message).toContain('never reverted');
});

test('S7 pin holds the last good revision, through a restart, until the source moves; sync tries again', async () => {
  await deployed('pin');
  const commits = w.repository.commits.size;
  await fails();
  await w.settle(30_000);
  expect(await w.condition('Ready')).toMatch(/Ready=False Pinned: held at the revision before: .*not healthy after 10s/);
  expect(await dataOf('ConfigMap/shop/x')).toBe('good');
  expect(await w.find('Deployment/shop/stuck')).toBeUndefined();
  await w.crash();
  await w.settle(30_000);
  expect(await dataOf('ConfigMap/shop/x')).toBe('good');
  expect(w.repository.commits.size).toBe(commits + 1);
  await w.edit('App/shop/web', { metadata: { annotations: { 'lockstep.dev/reconcileAt': 'again' } } });
  await w.settle(2000);
  expect(await dataOf('ConfigMap/shop/x')).toBe('bad');
  await w.settle(30_000);
  expect(await dataOf('ConfigMap/shop/x')).toBe('good');
  await w.commit({ 'web/x.yaml': configMap('x', { a: 'fixed' }), 'web/stuck.yaml': null });
  await w.settle(10_000);
  expect(await dataOf('ConfigMap/shop/x')).toBe('fixed');
  expect(await w.condition('Ready')).toContain('Ready=True');
  expect(await w.condition('Pinned')).toBe('Pinned is not set');
});

test('S7 what is held is told again every hour while it lasts, once each, and no more when the source moves', async () => {
  await deployed('pin');
  await fails();
  await w.settle(30_000);
  const told = (): readonly string[] =>
    w.events('Pinned').flatMap(({ message }) => /^still held at the revision before, for \d+ hours?/.exec(message)?.[0] ?? []);
  expect(told()).toEqual([]);
  const hour = async (): Promise<void> => {
    await w.clock.advance(3_600_000);
    await w.settle(2000);
  };
  await hour();
  await w.crash();
  await w.settle(2000);
  await hour();
  expect(told()).toEqual(['still held at the revision before, for 1 hour', 'still held at the revision before, for 2 hours']);
  await w.commit({ 'web/x.yaml': configMap('x', { a: 'fixed' }), 'web/stuck.yaml': null });
  await w.settle(10_000);
  await hour();
  expect(told()).toHaveLength(2);
});

test('S7 without the right to push, revert is refused from the start and says what to do', async () => {
  await w.edit('Source/shop/config', { spec: { auth: null } });
  await w.commit(good);
  await w.app({ spec: spec('revert') });
  await w.settle();
  expect(await w.condition('Ready')).toMatch(
    /InvalidSpec: spec.sync.onFailure: revert: Source config has no credentials.*pin needs no write access/,
  );
  expect(await w.find('ConfigMap/shop/x')).toBeUndefined();
});
