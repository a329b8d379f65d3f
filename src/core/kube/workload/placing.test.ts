/** Which node a Pod gets, and what is said where there is none. */
import { expect, test } from 'vitest';
import type { KubeObject } from '../../object/index.ts';
import type { View } from '../controller/index.ts';
import { missingReference } from './references.ts';
import { placeOf } from './placing.ts';

type Parts = Readonly<Record<string, unknown>>;
const made = (kind: string, name: string, parts: Parts = {}): KubeObject =>
  ({
    apiVersion: 'v1',
    kind,
    metadata: { name, uid: name, namespace: kind === 'Node' ? '' : 'shop', ...(parts['metadata'] as Parts) },
    spec: parts['spec'] ?? {},
  }) as unknown as KubeObject;
const node = (name: string, labels: Parts): KubeObject => made('Node', name, { metadata: { labels } });
const running = (name: string, labels: Parts, on: string): KubeObject =>
  made('Pod', name, { metadata: { labels }, spec: { nodeName: on } });

const tables: Readonly<Record<string, readonly KubeObject[]>> = {
  nodes: [node('a', { zone: 'east', disk: 'slow', cores: '8' }), node('b', { zone: 'west', cores: '32' })],
  pods: [running('db-0', { app: 'db' }, 'b')],
  configmaps: [made('ConfigMap', 'web')],
};
const view: View = {
  get: (table, namespace, name) => tables[table]?.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace),
  list: (table, namespace) => (tables[table] ?? []).filter(({ metadata }) => namespace === '' || metadata.namespace === namespace),
  owned: () => [],
  scenarios: () => [],
  now: 0,
};

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const onNodes = (...terms: readonly Parts[]): Parts => ({ affinity: { nodeAffinity: { [REQUIRED]: { nodeSelectorTerms: terms } } } });
const where = (key: string, operator: string, ...values: readonly string[]): Parts => ({ matchExpressions: [{ key, operator, values }] });
const beside = (labels: Parts, topologyKey: string, more: Parts = {}): Parts => ({
  affinity: { podAffinity: { [REQUIRED]: [{ labelSelector: { matchLabels: labels }, topologyKey, ...more }] } },
});
const NO_NODE = "2 node(s) didn't match Pod's node affinity/selector";
const NO_POD = "2 node(s) didn't match pod affinity rules";

test.each<readonly [string, Parts, string]>([
  ['nothing asked', {}, 'a'],
  ['a label', { nodeSelector: { zone: 'west' } }, 'b'],
  ['a label that no node has', { nodeSelector: { zone: 'north' } }, NO_NODE],
  ['In', onNodes(where('zone', 'In', 'north', 'west')), 'b'],
  ['NotIn, also where the label is missing', onNodes(where('disk', 'NotIn', 'slow')), 'b'],
  ['Exists', onNodes(where('disk', 'Exists')), 'a'],
  ['DoesNotExist', onNodes(where('disk', 'DoesNotExist')), 'b'],
  ['Gt', onNodes(where('cores', 'Gt', '16')), 'b'],
  ['Lt', onNodes(where('cores', 'Lt', '4')), NO_NODE],
  ['one of two terms', onNodes(where('zone', 'In', 'north'), where('zone', 'In', 'west')), 'b'],
  ['a term that asks for nothing', onNodes({}), NO_NODE],
  ['a name', onNodes({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] }), 'b'],
  ['a neighbour', beside({ app: 'db' }, 'zone'), 'b'],
  ['a neighbour that is not there', beside({ app: 'cache' }, 'zone'), NO_POD],
  ['itself, as the first', beside({ app: 'web' }, 'zone'), 'a'],
  ['a neighbour of another namespace', beside({ app: 'db' }, 'zone', { namespaces: ['data'] }), NO_POD],
  ['a place that nodes have not', beside({ app: 'db' }, 'rack'), NO_POD],
])('%s', (_name, spec, expected) => {
  const place = placeOf(made('Pod', 'web-0', { metadata: { labels: { app: 'web' } }, spec }), view);
  expect('node' in place ? place.node : place.why).toBe(expected);
});

test('a file of a ConfigMap that lacks it keeps the volume from being mounted', () => {
  const volume = (optional: boolean): KubeObject =>
    made('Pod', 'web-0', {
      spec: { volumes: [{ name: 'etc', configMap: { name: 'web', optional, items: [{ key: 'a.conf', path: 'a' }] } }] },
    });
  expect(missingReference(volume(false), view)?.message).toBe(
    'MountVolume.SetUp failed for volume "etc" : configmap references non-existent config key: a.conf',
  );
  expect(missingReference(volume(true), view)).toBeUndefined();
});
