/** Server-side apply, patches and comparison of a Deployment of usual size, in one process on one core. */
import { compareObjects } from '../src/core/diff/index.ts';
import { ApplyCache, type WriteRules, recordUpdate, serverSideApply } from '../src/core/merge/apply/index.ts';
import { strategicMerge, twoWayPatch } from '../src/core/merge/strategic/index.ts';
import type { JsonObject, KubeObject } from '../src/core/object/index.ts';
import { type TypeNode, builtinSchema } from '../src/core/schema/index.ts';
import { type Figure, medianTime } from './figure.ts';

const CALLS = 2000;

const deployment = (tag: number): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web', tier: 'front' }, annotations: { checksum: String(tag) } },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } },
      template: {
        metadata: { labels: { app: 'web', tier: 'front' } },
        spec: {
          serviceAccountName: 'web',
          securityContext: { runAsNonRoot: true, fsGroup: 1000 },
          containers: [
            {
              name: 'app',
              image: `shop/web:${tag}`,
              args: ['--port', '8080'],
              env: [
                { name: 'A', value: '1' },
                { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
              ],
              ports: [
                { name: 'http', containerPort: 8080, protocol: 'TCP' },
                { name: 'metrics', containerPort: 9090 },
              ],
              resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
              readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
              volumeMounts: [{ name: 'cfg', mountPath: '/etc/app' }],
            },
            { name: 'sidecar', image: 'envoy:1', ports: [{ containerPort: 15000 }] },
          ],
          volumes: [{ name: 'cfg', configMap: { name: 'web' } }],
        },
      },
    },
  });

const parse = (text: string): KubeObject => JSON.parse(text) as KubeObject;

function applied(live: KubeObject | undefined, config: KubeObject, rules: WriteRules): KubeObject {
  const result = serverSideApply({ live, config, manager: 'lockstep' }, rules);
  if (result.kind !== 'applied') throw new Error(JSON.stringify(result));
  return result.object;
}

/** Calls a second, from the median of several batches. */
async function rate(name: string, call: (index: number) => void, note?: string): Promise<Figure> {
  const ms = await medianTime(7, () => {
    for (let index = 0; index < CALLS; index += 1) call(index);
  });
  return { name, value: (CALLS / ms) * 1000, unit: 'ops/s', ...(note === undefined ? {} : { note }) };
}

export async function run(): Promise<readonly Figure[]> {
  const loadMs = await medianTime(5, () => builtinSchema().typeOf({ group: 'apps', version: 'v1', kind: 'Deployment' }));
  const type: TypeNode | undefined = builtinSchema().typeOf({ group: 'apps', version: 'v1', kind: 'Deployment' });
  if (type === undefined) throw new Error('no Deployment in the built-in schema');
  const rules: WriteRules = { type, now: '2026-01-01T00:00:00Z', struct: true, cache: new ApplyCache() };
  const texts = [deployment(0), deployment(1)] as const;
  const configs = [parse(texts[0]), parse(texts[1])] as const;
  const created = applied(undefined, configs[0], rules);
  const status: KubeObject = { ...created, status: { replicas: 3, observedGeneration: 1 } };
  const live = recordUpdate({ live: created, object: status, manager: 'controller' }, { ...rules, subresource: 'status' });
  const without: JsonObject = { ...configs[0], spec: { ...(configs[0].spec as JsonObject), replicas: undefined } };
  let changing = live;
  const patch = twoWayPatch(configs[0], configs[1], type);
  if (!patch.ok) throw new Error(patch.error);
  return [
    { name: 'built-in schema: read and build Deployment', value: loadMs, unit: 'ms' },
    await rate('apply: no change, configuration parsed each time', () => applied(live, parse(texts[0]), rules), 'real API server: 523'),
    await rate('apply: a changed image and annotation', (index) => (changing = applied(changing, configs[index % 2 === 0 ? 1 : 0], rules))),
    await rate(
      'apply: a field taken away and given back',
      (index) => (changing = applied(changing, index % 2 === 0 ? (without as KubeObject) : configs[0], rules)),
    ),
    await rate('apply: create', () => applied(undefined, configs[0], rules), 'real API server: 586'),
    await rate('strategic merge: a changed image', () => strategicMerge(live, patch.value, type)),
    await rate('compare with the live object', () => compareObjects(configs[1], live, { type, struct: true })),
  ];
}
