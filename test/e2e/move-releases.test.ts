/** S4, S20: a Helm release whose cluster, namespace or name changes is installed there first; the old one is uninstalled when the new one is healthy. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/object/index.ts';
import { fromSecret } from '../../src/core/release/store/index.ts';
import type { ApiResource, KubeClient } from '../../src/ports/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';
import { declare, type Other, OtherClusters } from './other-clusters.ts';

const core = (kind: string, resource: string): ApiResource => ({ group: '', version: 'v1', kind, resource, namespaced: true, verbs: [] });
const MOVE = { metadata: { annotations: { 'lockstep.dev/move': 'allowed' } } };

const hook = (name: string, event: string): string =>
  [
    'apiVersion: v1',
    'kind: ConfigMap',
    `metadata: {name: ${name}, annotations: {helm.sh/hook: ${event}}}`,
    'data: {release: "{{ .Release.Namespace }}/{{ .Release.Name }}"}',
  ].join('\n');

const chart = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'web/templates/config.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}-config"}\ndata: {release: "{{ .Release.Name }}"}\n',
  'web/templates/before.yaml': hook('before', 'pre-delete'),
  'web/templates/after.yaml': hook('after', 'post-delete'),
};

let w: World;
let eu: Other;
let us: Other;

beforeEach(async () => {
  const others = new OtherClusters();
  w = await world({ connect: others.connect, namespaces: ['shop', 'other'] });
  [eu, us] = [await others.add(w, 'eu'), await others.add(w, 'us')];
  for (const cluster of [eu, us]) await cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
  for (const name of ['eu', 'us']) await declare(w, name);
  await w.source();
  await w.commit(chart);
});

afterEach(async () => {
  await w.close();
  await eu.close();
  await us.close();
});

/** Everything of the chart and its records in a cluster: `shop/web-config`, `shop/web.v1 deployed`. */
async function found(kube: KubeClient): Promise<readonly string[]> {
  const maps = await kube.list(core('ConfigMap', 'configmaps'));
  const secrets = await kube.list(core('Secret', 'secrets'), { labelSelector: 'owner=helm' });
  if (!maps.ok || !secrets.ok) throw new Error('cannot be listed');
  const ours = maps.value.items.filter(({ metadata }) => metadata.annotations?.['lockstep.dev/owner'] !== undefined);
  const records = secrets.value.items.map((secret) => {
    const read = fromSecret(secret);
    return read.ok ? `${secret.metadata.namespace}/${read.value.name}.v${read.value.version} ${read.value.status}` : 'unreadable';
  });
  return [...ours.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`), ...records].toSorted();
}

const place = async (): Promise<unknown> => ({ own: await found(w.admin), eu: await found(eu.admin), us: await found(us.admin) });

const deliver = async (target: JsonObject, helm: JsonObject = {}): Promise<void> => {
  await w.app({ name: 'web', path: 'web', spec: { target, build: { helm } } });
  await w.settle(20_000);
};
const change = async (spec: JsonObject, more: JsonObject = MOVE): Promise<void> => {
  await w.edit('App/shop/web', { ...more, spec });
  await w.settle(60_000);
};

describe('between clusters', () => {
  test('S20 the release is installed there, and uninstalled here with its hooks and records', async () => {
    await deliver({ cluster: 'eu' });
    expect(await place()).toEqual({ own: [], eu: ['shop/web-config', 'shop/web.v1 deployed'], us: [] });
    await change({ target: { cluster: 'us' } });
    expect(await w.condition('Ready', 'web')).toMatch(/^Ready=True/);
    expect(await place()).toEqual({ own: [], eu: ['shop/after', 'shop/before'], us: ['shop/web-config', 'shop/web.v1 deployed'] });
  });

  test('S20 to another namespace there', async () => {
    await deliver({ cluster: 'eu' });
    await change({ target: { cluster: 'us', namespace: 'other' } });
    expect(await w.condition('Ready', 'web')).toMatch(/^Ready=True/);
    expect(await place()).toEqual({ own: [], eu: ['shop/after', 'shop/before'], us: ['other/web-config', 'other/web.v1 deployed'] });
  });
});

describe('within a cluster', () => {
  test('S4 to another namespace without a word: refused, nothing is touched', async () => {
    await deliver({ namespace: 'shop' });
    await change({ target: { namespace: 'other' } }, {});
    expect(await w.condition('Ready', 'web')).toMatch(/^Ready=False MoveRefused/);
    expect(await place()).toEqual({ own: ['shop/web-config', 'shop/web.v1 deployed'], eu: [], us: [] });
  });

  test('S20 to another namespace', async () => {
    await deliver({ namespace: 'shop' });
    await change({ target: { namespace: 'other' } });
    expect(await w.condition('Ready', 'web')).toMatch(/^Ready=True/);
    expect(await place()).toEqual({
      own: ['other/web-config', 'other/web.v1 deployed', 'shop/after', 'shop/before'],
      eu: [],
      us: [],
    });
  });

  test('S20 the new one is installed first, and the old one uninstalled in the order of Helm, over restarts', async () => {
    await deliver({ namespace: 'shop' });
    const seen: string[] = [];
    const note = (): void => {
      const told = w.door.sent.flatMap(({ method, path, query, status }) =>
        query?.['dryRun'] === undefined && method !== 'GET' && status < 300 && /configmaps/.test(path) ? [`${method} ${path}`] : [],
      );
      for (const line of told) if (!seen.includes(line)) seen.push(line);
    };
    await w.edit('App/shop/web', { ...MOVE, spec: { target: { namespace: 'other' } } });
    for (let turn = 0; turn < 40; turn += 1) {
      await w.settle(500);
      note();
      if (turn % 7 === 2) await w.crash();
    }
    const order = ['/other/configmaps/web-config', 'POST .*/shop/configmaps', 'DELETE .*/shop/configmaps/web-config'];
    const at = order.map((pattern) => seen.findIndex((line) => new RegExp(pattern).test(line)));
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at).not.toContain(-1);
    expect(await found(w.admin)).toEqual(['other/web-config', 'other/web.v1 deployed', 'shop/after', 'shop/before']);
    expect((await w.get('ConfigMap/shop/after'))['data']).toEqual({ release: 'shop/web' });
    expect(w.events('Moved').map(({ message }) => message)).toEqual(['nothing is left of release shop/web']);
  });

  test('S20 records in another namespace: the release goes on, its hooks do not run', async () => {
    await deliver({});
    await change({ build: { helm: { storageNamespace: 'other' } } });
    expect(await w.condition('Ready', 'web')).toMatch(/^Ready=True/);
    expect(await found(w.admin)).toEqual(['other/web.v1 deployed', 'shop/web-config']);
  });

  test('S14 an App deleted while it moves takes both with it', async () => {
    await deliver({ namespace: 'shop' }, { releaseName: 'old' });
    await w.edit('App/shop/web', { ...MOVE, spec: { sync: { onDelete: 'prune' }, build: { helm: { releaseName: 'new' } } } });
    for (let turn = 0; turn < 30 && (await w.find('ConfigMap/shop/new-config')) === undefined; turn += 1) await w.settle(200);
    await w.remove('App/shop/web');
    await w.settle(60_000);
    expect(await w.find('App/shop/web')).toBeUndefined();
    expect((await found(w.admin)).filter((name) => name.includes('config') || name.includes('.v'))).toEqual([]);
  });

  test('S4 another release name without a word: refused, nothing is touched', async () => {
    await deliver({});
    await change({ build: { helm: { releaseName: 'site' } } }, {});
    expect(await w.condition('Ready', 'web')).toMatch(/^Ready=False MoveRefused/);
    expect(await place()).toEqual({ own: ['shop/web-config', 'shop/web.v1 deployed'], eu: [], us: [] });
  });

  test('S20 another release name', async () => {
    await deliver({});
    await change({ build: { helm: { releaseName: 'site' } } });
    expect(await w.condition('Ready', 'web')).toMatch(/^Ready=True/);
    expect(await place()).toEqual({ own: ['shop/after', 'shop/before', 'shop/site-config', 'shop/site.v1 deployed'], eu: [], us: [] });
  });
});
