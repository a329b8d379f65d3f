/**
 * The two lives that faults strike: at home, an App of plain manifests and a release with hooks, changed once; abroad, an App by kustomize, one in another
 * cluster, a release in it from a registry, and a release that moves to another namespace.
 */
import { repositoryUrl, type World } from '../../src/testing/world/index.ts';
import { declare } from '../e2e/other-clusters.ts';
import { configMap, deployment, namespace } from '../e2e/stories.ts';

export type Port = 'api' | 'git' | 'ledger' | 'charts' | 'cluster';

export interface Scene {
  /** What of it is struck. */
  readonly ports: readonly Port[];
  /** Apps in namespace `shop`. */
  readonly apps: readonly string[];
  readonly namespaces: readonly string[];
  readonly begin: (w: World) => Promise<void>;
  /** Its second revision; and what a person changes once that is at rest. */
  readonly changes: readonly ((w: World) => Promise<void>)[];
}

const hook = (name: string, events: string): string =>
  [
    'apiVersion: batch/v1',
    'kind: Job',
    `metadata: {name: ${name}, annotations: {helm.sh/hook: "${events}"}}`,
    'spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}',
  ].join('\n');

const config = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {colour: "{{ .Values.colour }}"}\n`;

const home: Scene = {
  ports: ['api', 'git', 'ledger'],
  apps: ['web', 'chart'],
  namespaces: ['shop'],
  begin: async (w) => {
    await w.commit({
      'web/ns.yaml': namespace('side'),
      'web/a.yaml': configMap('a'),
      'web/b.yaml': configMap('b'),
      'web/d.yaml': deployment('d'),
      'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
      'chart/values.yaml': 'colour: blue\n',
      'chart/templates/config.yaml': config('chart'),
      'chart/templates/before.yaml': hook('before', 'pre-install,pre-upgrade'),
      'chart/templates/after.yaml': hook('after', 'post-install,post-upgrade'),
    });
    await w.source();
    await w.app();
    await w.app({ name: 'chart', path: 'chart', spec: { build: { helm: {} } } });
  },
  changes: [
    async (w) => {
      await w.commit({
        'web/a.yaml': configMap('a', { a: '2' }),
        'web/b.yaml': null,
        'web/c.yaml': configMap('c', {}, { namespace: 'side' }),
        'chart/values.yaml': 'colour: red\n',
      });
    },
  ],
};

const registry = 'oci://registry.test/charts';
const publish = (w: World, version: string): void =>
  void w.charts.publish(
    registry,
    { name: 'cache', version },
    { 'values.yaml': `colour: "${version}"\n`, 'templates/a.yaml': config('cache') },
  );

const abroad: Scene = {
  ports: ['api', 'git', 'ledger', 'charts', 'cluster'],
  apps: ['kustomized', 'far', 'cache', 'mover'],
  namespaces: ['shop', 'other'],
  begin: async (w) => {
    publish(w, '1.0.0');
    await w.commit({
      'kustomized/kustomization.yaml':
        'resources: [d.yaml]\nnamePrefix: k-\nconfigMapGenerator: [{name: settings, literals: [colour=blue]}]\n',
      'kustomized/d.yaml': deployment('d'),
      'far/a.yaml': configMap('a'),
      'far/b.yaml': configMap('b'),
      'mover/Chart.yaml': 'apiVersion: v2\nname: mover\nversion: 1.0.0\n',
      'mover/values.yaml': 'colour: blue\n',
      'mover/templates/config.yaml': config('mover'),
      'mover/templates/gone.yaml': hook('gone', 'pre-delete'),
    });
    await declare(w, 'eu');
    await w.source();
    await w.put({
      apiVersion: 'lockstep.dev/v1',
      kind: 'Source',
      metadata: { name: 'charts', namespace: 'shop' },
      spec: { oci: { url: registry }, interval: '10m' },
    });
    await w.app({ name: 'kustomized', path: 'kustomized' });
    await w.app({ name: 'far', path: 'far', spec: { target: { cluster: 'eu' } } });
    const spec = { source: { name: 'charts', chart: 'cache', version: '1.x' }, target: { cluster: 'eu' } };
    await w.put({ apiVersion: 'lockstep.dev/v1', kind: 'App', metadata: { name: 'cache', namespace: 'shop' }, spec });
    await w.app({ name: 'mover', path: 'mover', spec: { build: { helm: {} } } });
  },
  changes: [
    async (w) => {
      publish(w, '1.1.0');
      await w.commit({
        'kustomized/kustomization.yaml':
          'resources: [d.yaml]\nnamePrefix: k-\nconfigMapGenerator: [{name: settings, literals: [colour=red]}]\n',
        'far/a.yaml': configMap('a', { a: '2' }),
        'far/b.yaml': null,
        'far/c.yaml': configMap('c'),
        'mover/values.yaml': 'colour: red\n',
      });
    },
    (w) =>
      w.edit('App/shop/mover', {
        metadata: { annotations: { 'lockstep.dev/move': 'allowed' } },
        spec: { target: { namespace: 'other' } },
      }),
  ],
};

export const scenes = { home, abroad } as const;

export type SceneName = keyof typeof scenes;

/** Everything a person may have pushed to is looked at. */
export const announceAll = (w: World): void => void w.controllers.announce({ urls: [repositoryUrl, `${registry}/cache`] });
