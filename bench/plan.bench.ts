/** Deciding: 1,000 objects as wanted, 1,000 that differ, and our own merge next to what a dry-run in process costs. */
import { createKubeClient } from '../src/adapters/kube/index.ts';
import { silentLog } from '../src/adapters/log/index.ts';
import { systemClock } from '../src/adapters/system/index.ts';
import { createCluster } from '../src/apiserver/index.ts';
import type { KubeObject } from '../src/core/object/index.ts';
import { gvkOf, refKey, refOf } from '../src/core/object/index.ts';
import { appliesToNothing, changesBetween } from '../src/core/plan/changes/index.ts';
import { digestOf } from '../src/core/plan/digest/index.ts';
import { type Claims, type Prediction, type Seen, decide } from '../src/core/plan/index.ts';
import { stampOwner } from '../src/core/plan/owner/index.ts';
import { builtinSchema } from '../src/core/schema/index.ts';
import type { ApiResource } from '../src/ports/index.ts';
import { seededRandom } from '../src/testing/clock/index.ts';
import { type Figure, medianTime } from './figure.ts';

const count = 1000;
const app = { installation: 'bench', namespace: 'shop', name: 'web' };
const deployments: ApiResource = { group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', namespaced: true, verbs: [] };

const deployment = (name: string, image: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default', labels: { app: name } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: ['main', 'side'].map((container) => ({
          name: container,
          image,
          ports: [{ containerPort: 80 }],
          env: Array.from({ length: 10 }, (_, index) => ({ name: `KEY_${index}`, value: `value ${index}` })),
          resources: { requests: { cpu: '100m', memory: '64Mi' } },
        })),
      },
    },
  },
});

const noClaims: Claims = { app: () => undefined, claimants: () => [], pending: () => [] };

function decideAll(prediction: Prediction): () => unknown {
  const objects = Array.from({ length: count }, (_, index) => deployment(`d${index}`, 'nginx:1'));
  const wanted = objects.map((object) => ({ object, digest: digestOf(object) }));
  const seen = new Map<string, Seen>(
    objects.map((object) => {
      const live = stampOwner(object, app);
      return [
        refKey(refOf(object)),
        { served: 'yes', live: { ...live, metadata: { ...live.metadata, uid: 'u', resourceVersion: '1' } }, prediction },
      ];
    }),
  );
  const observed = { objects: seen, inventory: objects.map(refOf), claims: noClaims, protectedKeys: new Set<string>() };
  const desired = { app, uid: 'u', createdAt: 0, revision: 'main@sha1:0', cause: 'revision', objects: wanted, incomplete: false } as const;
  const policy = {
    approve: 'never',
    engine: 'approve',
    prune: true,
    adopt: 'unowned',
    recreate: false,
    heal: 'auto',
    approved: new Set<string>(),
  } as const;
  return () => decide(desired, observed, policy);
}

export async function run(): Promise<Figure[]> {
  const same = await medianTime(5, decideAll({ kind: 'same', basis: 'local' }));
  const differs = await medianTime(
    5,
    decideAll({ kind: 'differs', basis: 'server', changes: [{ path: 'spec.replicas', before: 1, after: 2 }] }),
  );
  return [
    { name: 'decide, 1,000 objects as wanted', value: same, unit: 'ms' },
    { name: 'decide, 1,000 objects that differ', value: differs, unit: 'ms' },
    ...(await foretell()),
  ];
}

async function foretell(): Promise<Figure[]> {
  const clock = systemClock();
  const cluster = await createCluster({ clock, random: seededRandom(1), log: silentLog(), storage: 'memory' });
  const kube = createKubeClient(cluster.transport(), { clock });
  const options = { fieldManager: 'lockstep', force: true };
  const manifest = deployment('web', 'nginx:1');
  const applied = await kube.apply(deployments, manifest, options);
  if (!applied.ok) throw new Error(applied.error.message);
  const live = applied.value;
  const type = builtinSchema().typeOf(gvkOf(manifest));
  if (type === undefined) throw new Error('no type of Deployment');
  const local = await medianTime(200, () => appliesToNothing(live, manifest, { manager: 'lockstep', force: true, type }));
  const server = await medianTime(200, () => kube.apply(deployments, manifest, { ...options, dryRun: true }));
  const next = { ...live, spec: deployment('web', 'nginx:2')['spec'] } as KubeObject;
  const difference = await medianTime(200, () => changesBetween(live, next, { maskKey: new Uint8Array(32), type }));
  await cluster.close();
  const baseline = { name: 'dry-run in process', value: server };
  return [
    { name: 'our own merge of one Deployment that is as wanted', value: local, unit: 'ms', baseline },
    { name: 'differences of one Deployment', value: difference, unit: 'ms', baseline },
  ];
}
