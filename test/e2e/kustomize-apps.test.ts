/** Kustomizations as Apps, as stories: what re-renders, what an App adds, variables, and whose namespace counts. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/object/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop', 'other'] });
  await w.source();
  await w.commit({
    'base/kustomization.yaml': 'resources: [config.yaml]\n',
    'base/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {colour: red, region: "${region}"}\n',
    'prod/kustomization.yaml': 'resources: [../base]\nnamePrefix: prod-\n',
    'test/kustomization.yaml': 'resources: [../base]\nnamePrefix: test-\nnamespace: other\n',
    'unrelated/readme.txt': 'x',
  });
});
afterEach(() => w.close());

const app = (name: string, path: string, build: JsonObject = {}, target: JsonObject = {}): Promise<void> =>
  w.app({ name, path, spec: { build: { variables: { region: 'eu' }, ...build }, target } });

const data = async (name: string): Promise<unknown> => (await w.get(name))['data'];

async function renders(change: () => Promise<unknown>): Promise<number> {
  const before = w.controllers.renders;
  await change();
  await w.settle();
  return w.controllers.renders - before;
}

test('editing a base renders exactly its overlays again', async () => {
  await app('prod', 'prod');
  await app('base', 'base');
  await w.settle();
  expect(await data('ConfigMap/shop/prod-config')).toEqual({ colour: 'red', region: 'eu' });
  expect(await renders(() => w.commit({ 'unrelated/readme.txt': 'y' }))).toBe(0);
  expect(await renders(() => w.commit({ 'prod/kustomization.yaml': 'resources: [../base]\nnamePrefix: prod-\nnameSuffix: ""\n' }))).toBe(1);
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {colour: blue}\n';
  expect(await renders(() => w.commit({ 'base/config.yaml': text }))).toBe(2);
  expect(await data('ConfigMap/shop/prod-config')).toEqual({ colour: 'blue' });
});

test('what an App adds, then patches, then variables', async () => {
  await w.put({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'shop' },
    data: { region: 'us', zone: 'a' },
  });
  await app('prod', 'prod', {
    kustomize: { nameSuffix: '-v2', patches: [{ target: { kind: 'ConfigMap' }, patch: '- {op: add, path: /data/added, value: "1"}' }] },
    patches: [{ target: { name: 'prod-config.*' }, patch: '- {op: add, path: /data/zone, value: "${zone}"}' }],
    variablesFrom: [{ configMap: 'settings' }],
  });
  await w.settle();
  expect(await data('ConfigMap/shop/prod-config-v2')).toEqual({
    added: '1',
    colour: 'red',
    region: 'eu',
    zone: 'a',
  });
});

describe("the App's namespace and the kustomization's", () => {
  test('by default the kustomization wins', async () => {
    await app('test', 'test');
    await w.settle();
    expect(await w.find('ConfigMap/shop/test-config')).toBeUndefined();
  });
  test('the App wins when it says so', async () => {
    await app('test', 'test', {}, { namespaceMode: 'force' });
    await w.settle();
    expect(await data('ConfigMap/shop/test-config')).toEqual({ colour: 'red', region: 'eu' });
  });
});
