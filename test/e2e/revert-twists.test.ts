/** S7 where it gets entangled: two reverts at once, files renamed, moved or deleted between good and bad, the App's own manifest, a revert of a revert. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type World, world } from '../../src/testing/world/index.ts';
import { configMap, deployment } from './stories.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  await w.source({ writable: true });
});
afterEach(() => w.close());

const spec = { sync: { onFailure: 'revert' }, health: { timeout: '10s' } };
const stuck = (name: string): string => `${deployment(name)}      volumes: [{name: x, configMap: {name: nope}}]\n`;
const good = { 'web/x.yaml': configMap('x', { a: 'good' }), 'other/y.yaml': configMap('y', { a: 'good' }) };
const files = () => w.repository.files();
const reverts = (): readonly string[] => {
  const found: string[] = [];
  for (let at = w.repository.branches.get('main'); at !== undefined; at = w.repository.commits.get(at)?.parents?.[0]) {
    const { message = '' } = w.repository.commits.get(at) ?? {};
    if (message.includes('Lockstep-Revert:')) found.push(/^Lockstep-Revert: (\S+)/m.exec(message)?.[1] ?? '');
  }
  return found.toSorted();
};
const dataOf = async (name: string): Promise<unknown> =>
  ((await w.find(`ConfigMap/shop/${name}`))?.['data'] as { a?: string } | undefined)?.a;

async function deployed(): Promise<void> {
  await w.commit(good, { message: 'good' });
  await w.app({ spec });
  await w.app({ name: 'other', path: 'other', spec });
  await w.settle(6000);
  expect([await w.condition('Ready'), await w.condition('Ready', 'other')].every((text) => text.includes('Ready=True'))).toBe(true);
}

test('S7 two Apps that the same commit breaks are reverted by a commit each, and neither undoes the other', async () => {
  await deployed();
  await w.commit({
    'web/x.yaml': configMap('x', { a: 'bad' }),
    'web/stuck.yaml': stuck('web-stuck'),
    'other/y.yaml': configMap('y', { a: 'bad' }),
    'other/stuck.yaml': stuck('other-stuck'),
    'readme.md': 'more',
  });
  await w.settle(60_000);
  expect(files()).toEqual({ ...good, 'readme.md': 'more' });
  expect(reverts()).toEqual(['shop/other', 'shop/web']);
  expect([await dataOf('x'), await dataOf('y')]).toEqual(['good', 'good']);
});

test('S7 a file that the bad commit renamed has its old name again', async () => {
  await deployed();
  await w.commit({
    'web/x.yaml': null,
    'web/renamed.yaml': configMap('x', { a: 'bad' }),
    'web/stuck.yaml': stuck('stuck'),
  });
  await w.settle(60_000);
  expect(files()).toEqual(good);
  expect(await dataOf('x')).toBe('good');
});

test('S7 a file that the bad commit deleted is there again', async () => {
  await w.commit({ ...good, 'web/z.yaml': configMap('z', { a: 'good' }) });
  await w.app({ spec });
  await w.settle(6000);
  await w.commit({ 'web/z.yaml': null, 'web/stuck.yaml': stuck('stuck') });
  await w.settle(60_000);
  expect(files()).toEqual({ ...good, 'web/z.yaml': configMap('z', { a: 'good' }) });
  expect(await dataOf('z')).toBe('good');
});

test('S7 a file that the bad commit moved into the folder of another App stays there: the other App has it, and is not undone', async () => {
  await deployed();
  const moved = { 'web/x.yaml': null, 'web/stuck.yaml': stuck('stuck'), 'other/x.yaml': configMap('x', { a: 'moved' }) };
  await w.commit(moved);
  await w.settle(90_000);
  expect(files()['other/x.yaml']).toBe(configMap('x', { a: 'moved' }));
  expect(await dataOf('x')).toBe('moved');
  expect(await w.condition('Ready', 'other')).toContain('Ready=True');
  // Both render it now; who is to have it only a person can say.
  expect(await w.condition('Ready')).toMatch(/Ready=False OwnedByOther: ConfigMap\/shop\/x is rendered by App shop\/other/);
});

test('S7 the manifest of the App itself is restored with the rest when the App reads it', async () => {
  const own = (timeout: string): string =>
    `apiVersion: lockstep.dev/v1\nkind: App\nmetadata: {name: self, namespace: shop}\nspec: {source: {name: config, path: self}, target: {namespace: shop}, sync: {onFailure: revert}, health: {timeout: ${timeout}}}\n`;
  const before = { ...good, 'self/app.yaml': own('10s'), 'self/x.yaml': configMap('own', { a: 'good' }) };
  await w.commit(before);
  await w.app({ name: 'self', path: 'self', spec });
  await w.settle(6000);
  expect(await w.condition('Ready', 'self')).toContain('Ready=True');
  await w.commit({
    ...before,
    'self/app.yaml': own('11s'),
    'self/x.yaml': configMap('own', { a: 'bad' }),
    'self/stuck.yaml': stuck('stuck'),
  });
  await w.settle(90_000);
  expect(files()).toEqual(before);
  expect(await dataOf('own')).toBe('good');
});

test('S7 who brings back what was reverted is not reverted again: the App is held', async () => {
  await deployed();
  const bad = { ...good, 'web/x.yaml': configMap('x', { a: 'bad' }), 'web/stuck.yaml': stuck('stuck') };
  await w.commit(bad);
  await w.settle(60_000);
  expect(files()).toEqual(good);
  await w.commit(bad, { message: 'Revert "Revert web"' });
  await w.settle(60_000);
  expect(reverts()).toEqual(['shop/web']);
  expect(files()).toEqual(bad);
  expect(await dataOf('x')).toBe('good');
  expect(await w.condition('Ready')).toContain('Ready=False');
});

test('S7 values from another repository are not in this one: nothing is committed, and the App is held', async () => {
  const url = 'https://git.test/values.git';
  const values = w.git.repository(url, () => w.clock.now());
  values.commit({ 'web.yaml': 'stuck: false\n' });
  const chart = {
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'web/templates/x.yaml': configMap('x', { a: '{{ .Values.stuck }}' }),
    'web/templates/stuck.yaml': `{{ if .Values.stuck }}\n${stuck('stuck')}{{ end }}\n`,
  };
  await w.commit(chart);
  await w.put({
    apiVersion: 'lockstep.dev/v1',
    kind: 'Source',
    metadata: { name: 'values', namespace: 'shop' },
    spec: { git: { url, ref: { branch: 'main' } }, interval: '10s' },
  });
  await w.app({ spec: { ...spec, build: { helm: { valuesFrom: [{ source: { name: 'values', path: 'web.yaml' } }] } } } });
  await w.settle(20_000);
  expect([await w.condition('Ready'), await dataOf('x')]).toEqual([expect.stringContaining('Ready=True'), 'false']);
  values.commit({ 'web.yaml': 'stuck: true\n' });
  await w.settle(90_000);
  expect([reverts(), files()]).toEqual([[], chart]);
  expect(await dataOf('x')).toBe('false');
  expect(await w.condition('Pinned')).toMatch(/Pinned=True/);
  expect(w.events('RevertFailed')[0]?.message).toMatch(/values/);
});
