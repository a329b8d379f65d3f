/** What every App costs outside the cluster: reading its spec, its manifests, the health of its objects, the order among Apps. */
import { parseApp } from '../src/api/index.ts';
import { buildGraph, startFrontier, waves } from '../src/core/graph/index.ts';
import { healthOf } from '../src/core/health/index.ts';
import type { KubeObject } from '../src/core/object/index.ts';
import { readManifests } from '../src/core/plain/index.ts';
import { substituteObject } from '../src/core/substitute/index.ts';
import { compilePatterns, matchesPatterns } from '../src/core/tree/index.ts';
import { decodeManifests } from '../src/core/yaml/index.ts';
import { type Figure, medianTime } from './figure.ts';

const app: KubeObject = {
  apiVersion: 'lockstep.dev/v1',
  kind: 'App',
  metadata: { name: 'shop', namespace: 'team' },
  spec: { source: { name: 'config', path: 'apps/shop' } },
};

const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', generation: 2 },
  spec: { replicas: 3, progressDeadlineSeconds: 600, template: { spec: { containers: [{ name: 'web', image: 'web:${tag}' }] } } },
  status: {
    observedGeneration: 2,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    conditions: [
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
      { type: 'Available', status: 'True' },
    ],
  },
};

const text = Array.from(
  { length: 1000 },
  (_, i) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c${i}\n  labels: {app: web}\ndata:\n  key: value ${i}\n`,
).join('---\n');
const nodes = Array.from({ length: 10_000 }, (_, i) => ({ key: `app-${i}`, dependsOn: i === 0 ? [] : [`app-${Math.floor(i / 10)}`] }));
const patterns = compilePatterns('/*\n!/apps\n**/test/**\n*.md\n');
const variables = new Map([['tag', '1.2.3']]);

const COUNT = 10_000;
const repeat = (body: () => unknown) =>
  medianTime(5, () => {
    for (let index = 0; index < COUNT; index++) body();
  });
const rate = (ms: number, count = COUNT): number => (count / ms) * 1000;

export async function run(): Promise<readonly Figure[]> {
  const reading = await medianTime(5, () => readManifests(text, 'all.yaml'));
  const decoding = await medianTime(5, () => decodeManifests(text));
  const graph = buildGraph(nodes);
  const ordering = await medianTime(5, () => waves(buildGraph(nodes)));
  const following = await medianTime(5, () => {
    const frontier = startFrontier(graph);
    for (const { key } of nodes) frontier.complete(key);
  });
  return [
    { name: 'specs of Apps read, defaulted, judged', value: rate(await repeat(() => parseApp(app))), unit: 'ops/s' },
    { name: 'health of a Deployment', value: rate(await repeat(() => healthOf(deployment, { now: 0 }))), unit: 'ops/s' },
    {
      name: 'variables in a Deployment',
      value: rate(await repeat(() => substituteObject(deployment, variables, { strict: true }))),
      unit: 'ops/s',
    },
    {
      name: 'paths against ignore patterns',
      value: rate(await repeat(() => matchesPatterns(patterns, 'apps/shop/base/web.yaml', 'file'))),
      unit: 'ops/s',
    },
    {
      name: 'manifests read and checked (1,000 in one file)',
      value: rate(reading, 1000),
      unit: 'objects/s',
      baseline: { name: 'decoding alone', value: rate(decoding, 1000) },
    },
    { name: '10,000 Apps put in waves', value: ordering, unit: 'ms' },
    { name: '10,000 completions followed', value: following, unit: 'ms' },
  ];
}
