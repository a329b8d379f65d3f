/** The main job, told as stories: a Git repository becomes, and stays, the state of a cluster. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type World, world } from '../../src/testing/world/index.ts';

const configMap = (name: string, data: Record<string, string> = { a: '1' }, extra = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${extra}data:\n${Object.entries(data)
    .map(([key, value]) => `  ${key}: "${value}"\n`)
    .join('')}`;

let w: World;
beforeEach(async () => {
  w = await world();
  await w.source();
  await w.app();
});
afterEach(() => w.close());

describe('the loop', () => {
  test('a commit is applied and Ready, a change follows, a removed file is pruned', async () => {
    await w.commit({ 'web/one.yaml': configMap('one'), 'web/two.yaml': configMap('two') });
    await w.settle();
    expect(await w.condition('Ready')).toMatch(/^Ready=True Succeeded: main@sha1:/);
    expect((await w.get('ConfigMap/shop/one'))['data']).toEqual({ a: '1' });

    await w.commit({ 'web/one.yaml': configMap('one', { a: '2' }) });
    await w.settle();
    expect((await w.get('ConfigMap/shop/one'))['data']).toEqual({ a: '2' });

    await w.commit({ 'web/two.yaml': null });
    await w.settle();
    expect(await w.find('ConfigMap/shop/two')).toBeUndefined();
    expect((await w.appStatus()).inventory?.count).toBe(1);
    expect(w.events('Pruned')).toHaveLength(1);
  });

  test('a field edited behind Git’s back and a deleted object are healed, and the event names field and manager', async () => {
    await w.commit({ 'web/one.yaml': configMap('one'), 'web/two.yaml': configMap('two') });
    await w.settle();
    await w.edit('ConfigMap/shop/one', { data: { a: 'hacked' } }, 'kubectl-edit');
    await w.remove('ConfigMap/shop/two');
    await w.settle();
    expect((await w.get('ConfigMap/shop/one'))['data']).toEqual({ a: '1' });
    expect(await w.find('ConfigMap/shop/two')).toBeDefined();
    expect(w.events('Healed').map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'ConfigMap/shop/one: data.a: "hacked" → "1" (kubectl-edit)',
        'ConfigMap/shop/two was gone and is created again',
      ]),
    );
  });
});
