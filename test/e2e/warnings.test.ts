/** What a plan warns of stops nothing, and is told all the same: in the status, as news, by `lockstep why`. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type World, world } from '../../src/testing/world/index.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});
afterEach(() => w.close());

const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

test.each([
  ['a folder without manifests', { 'web/README.md': 'nothing yet' }],
  ['a kustomization without resources', { 'web/kustomization.yaml': 'resources: []\n' }],
])('%s makes no object, and says so', async (_name, files) => {
  await w.source();
  await w.commit(files);
  await w.app({ path: 'web' });
  await w.settle();
  expect(await w.condition('Ready')).toContain('Ready=True');
  expect((await w.appStatus()).warnings).toMatchObject([{ reason: 'NothingRendered', message: expect.stringContaining('web') as string }]);
  const told = w.events('NothingRendered').length;
  await w.settle(3_600_000);
  expect([told, w.events('NothingRendered').length]).toEqual([1, 1]);
  await w.commit({ 'web/a.yaml': map, 'web/kustomization.yaml': 'resources: [a.yaml]\n' });
  await w.settle();
  expect((await w.appStatus()).warnings).toBeUndefined();
});
