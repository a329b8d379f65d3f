/**
 * S6, S20, S22 and S25, the short form of `npm run faults`: two lives are struck at every n-th write to an API server, call of Git, of the ledger and of a
 * registry, each time by another fault; then bad days by chance. Nothing may be lost, nothing done or told twice.
 * `FAULTS_STRIDE=1` strikes every call, `FAULTS_DAYS=n` lives through more days.
 */
import { expect, test } from 'vitest';
import { live } from '../faults/life.ts';
import { compare, FAULTS, runMatrix, strikesOf } from '../faults/matrix.ts';
import { day } from '../faults/random.ts';
import { scenes } from '../faults/scenes.ts';

const stride = Number(process.env['FAULTS_STRIDE'] ?? 23);
const strideAbroad = Number(process.env['FAULTS_STRIDE'] ?? 47);
const days = Number(process.env['FAULTS_DAYS'] ?? 4);
const [undisturbed, abroad] = [await live(), await live('abroad')];

test('the undisturbed life ends Ready, and is the same twice', async () => {
  expect(undisturbed.ready).toEqual(['Ready=True Succeeded: main@', 'Ready=True Succeeded: main@']);
  expect(undisturbed.requests).toContain('DELETE /api/v1/namespaces/shop/configmaps/b');
  expect(undisturbed.told).toHaveLength(5);
  expect(undisturbed.twice).toEqual([]);
  expect(compare(await live(), undisturbed)).toEqual({ losses: [], duplicates: [] });
});

test('the undisturbed life abroad ends Ready: by kustomize, in another cluster, from a registry, moved', () => {
  expect(abroad.ready.map((line) => line.replace(/:.*/, ''))).toEqual(abroad.ready.map(() => 'Ready=True Succeeded'));
  expect(abroad.requests).toContain('eu DELETE /api/v1/namespaces/shop/configmaps/b');
  expect(abroad.history).toEqual([
    'other/sh.helm.release.v1.mover.v1 deployed',
    'shop/sh.helm.release.v1.cache.v1 superseded',
    'shop/sh.helm.release.v1.cache.v2 deployed',
  ]);
  expect(abroad.told.filter((line) => line.startsWith('Moved'))).toHaveLength(1);
  expect(abroad.twice).toEqual([]);
});

test('a difference is seen', () => {
  const [first = ''] = undisturbed.state;
  expect(compare({ ...undisturbed, state: undisturbed.state.slice(1) }, undisturbed).losses).toEqual([`state: ${first}`]);
  const told = [...undisturbed.told, ...undisturbed.told];
  expect(compare({ ...undisturbed, told, twice: ['Job shop/before × 2'] }, undisturbed).duplicates).toHaveLength(6);
});

test.each(scenes.home.ports)(
  'S6 whatever strikes the calls of %s, the end is that of the undisturbed life',
  async (port) => {
    const report = await runMatrix(undisturbed, { ports: [port], stride });
    expect(report.failures).toEqual([]);
    expect(report.injected).toBeGreaterThan(report.runs * 0.9);
    expect(new Set(strikesOf(undisturbed, { ports: [port], stride }).map(({ fault }) => fault)).size).toBe(FAULTS.length);
  },
  600_000,
);

test('S20, S22 whatever strikes the life abroad, its end is that of the undisturbed one', async () => {
  const report = await runMatrix(abroad, { stride: strideAbroad });
  expect(report.failures).toEqual([]);
  expect(report.injected).toBeGreaterThan(report.runs * 0.9);
}, 600_000);

test('after bad days the cluster is as Git says', async () => {
  const lived = [];
  for (let seed = 1; seed <= days; seed += 1) lived.push(await day(seed));
  expect(lived.flatMap(({ losses, duplicates }) => [...losses, ...duplicates])).toEqual([]);
}, 600_000);
