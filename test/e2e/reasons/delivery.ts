/** Stories of plans, of the API server, and of what the delivered objects make of it. */
import { expect } from 'vitest';
import type { Json, JsonObject } from '../../../src/core/object/index.ts';
import type { KubeResponse } from '../../../src/ports/index.ts';
import type { Fault, World } from '../../../src/testing/world/index.ts';
import { map, type Step, type Story } from './story.ts';

const deployment = (fault: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}, annotations: {lockstep.dev/simulate: ${fault}}}, spec: {containers: [{name: main, image: x}]}}}\n`;

const maps = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_each, index) => [`web/${index}.yaml`, map(`m${index}`)]));

const held = (name: string): string => map(name, ', finalizers: [example.com/hold]');

/** Every write of ConfigMaps by an App (dry-runs too) fails so. */
const faulty =
  (fault: Fault): Step =>
  (w) => {
    w.door.fault = ({ method, path }) => (method !== 'GET' && /\/configmaps\//.test(path) ? fault : undefined);
    return Promise.resolve();
  };

const another =
  (spec: JsonObject, name = 'pay'): Step =>
  (w) =>
    w.app({ name, path: 'pay', spec });

const pays = (version: string): JsonObject => ({ provides: [{ name: 'payments', version }] });
const wants = (version: string, more: JsonObject = {}): JsonObject => ({ requires: [{ name: 'payments', version, ...more }] });
const both = { 'web/a.yaml': map('a'), 'pay/p.yaml': map('p') };

const cronJob = {
  'web/a.yaml':
    'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {schedule: "@yearly", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: x}]}}}}}\n',
};

/** Whoever starts now is not told what the group `batch` has, as when the server behind an APIService is away. */
const undiscovered: Step = async (w) => {
  w.door.rewrite = ({ path }, response) => (path === '/apis' && response.status === 200 ? withoutBatch(response) : response);
  await w.crash();
};

function withoutBatch(response: KubeResponse): KubeResponse {
  const { body } = response;
  const document =
    body.kind === 'json' ? body.value : body.kind === 'bytes' ? (JSON.parse(new TextDecoder().decode(body.bytes)) as Json) : {};
  const { items, ...rest } = document as unknown as { items: { metadata: { name: string }; versions: JsonObject[] }[] };
  const stale = (versions: readonly JsonObject[]): JsonObject[] => versions.map((version) => ({ ...version, freshness: 'Stale' }));
  const all = items.map((item) => (item.metadata.name === 'batch' ? { ...item, versions: stale(item.versions) } : item));
  return { ...response, body: { kind: 'json', value: { ...rest, items: all } as never } };
}

export const planning: Readonly<Record<string, Story>> = {
  UnknownKind: { files: { 'web/a.yaml': 'apiVersion: nope.example/v1\nkind: Nope\nmetadata: {name: a}\n' }, says: /nope\.example/ },
  DiscoveryFailed: { files: cronJob, after: undiscovered, says: /batch\/v1 CronJob cannot be discovered now/ },
  InventoryLost: {
    after: async (w) => {
      const inventories = await w.list('Inventory', 'shop');
      w.door.cut();
      for (const { metadata } of inventories) await w.remove(`Inventory/shop/${metadata.name ?? ''}`);
      await undiscovered(w);
    },
    says: /until every kind can be discovered again; wait/,
  },
  SchemaError: { files: { 'web/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: [1]\n' }, says: /ConfigMap shop\/a/ },
  InvalidObject: {
    files: { 'web/a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 99999999}]}\n' },
    says: /Service/,
  },
  NamespaceMissing: { files: { 'web/a.yaml': map('a', ', namespace: nowhere') }, says: /nowhere/ },
  NoIdentity: { spec: { serviceAccountName: 'nobody' }, says: /nobody/ },
  DependencyNotReady: { spec: { dependsOn: [{ name: 'db' }] }, says: /App shop\/db does not exist/, shows: { waitsFor: 'App/shop/db' } },
  DependencyCycle: { spec: { dependsOn: [{ name: 'web' }] }, says: /shop\/web → shop\/web/ },
  DependenciesIgnored: {
    spec: { dependsOn: [{ name: 'db' }] },
    after: async (w) => {
      const revision = (await w.appStatus()).attempted?.inputs[0]?.revision ?? '';
      await w.edit('App/shop/web', { metadata: { annotations: { 'lockstep.dev/ignoreDependencies': `${revision} the db is by hand` } } });
    },
    says: /goes ahead although App shop\/db does not exist.*: the db is by hand/,
    shows: 'event',
  },
  WindowClosed: {
    spec: { sync: { windows: [{ allow: '0 0 29 2 *', for: '1h', timeZone: 'Europe/Berlin' }] } },
    says: /waits: outside of allow "0 0 29 2 \*" for 1h \(Europe\/Berlin\); it opens at 20\d\d-02-28T23:00:00Z; wait/,
  },
  WindowsIgnored: {
    spec: { sync: { windows: [{ deny: '* * * * *', for: '1h' }] } },
    after: async (w) => {
      const revision = (await w.appStatus()).attempted?.inputs[0]?.revision ?? '';
      await w.edit('App/shop/web', { metadata: { annotations: { 'lockstep.dev/ignoreWindows': `${revision} the shop is down` } } });
    },
    says: /goes ahead within deny .*: the shop is down/,
    shows: 'event',
  },
  AdoptionRefused: {
    spec: { sync: { adopt: 'never' } },
    before: (w) => w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } }),
    says: /sync\.adopt is never/,
  },
  WaitingForOwner: {
    files: { 'first/a.yaml': map('a'), 'web/b.yaml': map('b') },
    before: async (w) => {
      await w.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'first', namespace: 'shop' } });
      await w.app({ name: 'first', path: 'first', spec: { serviceAccountName: 'first' } });
    },
    // The next process cannot tell whom the owner acts as, and so does not render it.
    after: async (w) => {
      w.repository.commit({ 'web/a.yaml': map('a'), 'web/b.yaml': map('b') });
      w.door.rewrite = ({ path }, response) => (path.endsWith('/serviceaccounts/first') ? { ...response, status: 503 } : response);
      await w.crash();
    },
    says: /ConfigMap\/shop\/a: waiting until App shop\/first is rendered at this revision/,
  },
  OwnedByOther: { before: (w) => w.app({ name: 'first', path: 'web' }), says: /App shop\/first/ },
  ApprovalNeeded: { spec: { sync: { approve: 'always' } }, says: /approve plan/ },
  PlanStale: {
    spec: { sync: { approve: 'always' } },
    after: async (w) => {
      await w.approve();
      await w.settle();
      await w.commit({ 'web/a.yaml': map('a').replace('"1"', '"2"') });
      await w.settle();
      const { plan } = await w.appStatus();
      await w.edit('ConfigMap/shop/a', { data: { a: 'moved' } });
      await w.settle(10_000);
      expect((await w.appStatus()).plan?.digest).not.toBe(plan?.digest);
      const { uid = '' } = (await w.get('App/shop/web')).metadata;
      const spec = { app: { name: 'web', uid }, plan: plan?.digest ?? '' };
      await w.put({ apiVersion: 'lockstep.dev/v1', kind: 'Approval', metadata: { name: 'late', namespace: 'shop' }, spec });
    },
    says: /plan sha256:.* was approved, but the cluster or Git moved meanwhile.*approve plan sha256:/,
  },
  PruneNeedsApproval: { files: maps(12), after: (w) => w.commitAll({ 'web/0.yaml': map('m0') }), says: /approve plan/ },
  PruneRefused: {
    files: {
      'web/a.yaml': map('a'),
      'web/n.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: full, annotations: {lockstep.dev/prune: allowed}}\n',
    },
    after: async (w) => {
      await w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'precious', namespace: 'full' } });
      await w.commit({ 'web/n.yaml': null });
    },
    says: /Namespace\/full still holds .*ConfigMap\/full\/precious/,
  },
  MoveRefused: {
    before: (w) => w.namespace('other'),
    after: (w) => w.app({ spec: { target: { namespace: 'other' } } }),
    says: /other/,
  },
  ImmutableField: {
    files: { 'web/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nimmutable: true\ndata: {a: "1"}\n' },
    after: (w) => w.commit({ 'web/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nimmutable: true\ndata: {a: "2"}\n' }),
    says: /immutable|data/,
  },
  FieldConflict: {
    spec: { sync: { conflicts: 'fail' } },
    after: async (w) => {
      await w.edit('ConfigMap/shop/a', { data: { a: 'mine' } }, 'operator');
      await w.commit({ 'web/a.yaml': map('a').replace('"1"', '"2"') });
    },
    says: /operator/,
  },
  ContractUnmet: { spec: wants('^2'), says: /requires payments "\^2", and no App provides it/ },
  ContractConflict: { files: both, before: another(pays('2.0.0')), spec: pays('2.1.0'), says: /shop\/pay/ },
  InvalidContract: {
    files: {
      'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\nannotations: {lockstep.dev/provides: "payments"}\n',
      'web/templates/a.yaml': map('a'),
    },
    says: /web\/Chart\.yaml: annotation lockstep\.dev\/provides: it is no list/,
  },
  ContractOrder: {
    files: both,
    before: another(pays('2.3.0')),
    spec: wants('^2'),
    after: async (w) => {
      await w.edit('App/shop/pay', { spec: pays('3.0.0') });
      await w.edit('App/shop/web', { spec: wants('^3') });
    },
    says: /payments/,
  },
  ContractNotReady: {
    files: both,
    before: async (w) => {
      await another({ ...pays('2.3.0'), sync: { approve: 'always' } })(w);
      await w.settle();
      await w.approve('pay');
      await w.settle();
      await w.commit({ 'pay/p.yaml': map('p', ', labels: {x: z}') });
      await w.edit('App/shop/pay', { spec: pays('3.0.0') });
    },
    spec: wants('^3'),
    says: /App\/shop\/pay is not ready since .*ApprovalNeeded/,
    shows: { waitsFor: 'App/shop/pay' },
  },
  OptionalContractUnmet: { spec: wants('^2', { optional: true }), says: /no App provides it/, shows: 'event' },
};

export const applying: Readonly<Record<string, Story>> = {
  Applying: {
    files: { 'web/a.yaml': deployment('unschedulable'), 'web/b.yaml': map('b', ', annotations: {lockstep.dev/wave: "1"}') },
    says: /waiting for Deployment\/shop\/web to be ready/,
  },
  Pruning: {
    files: { 'web/a.yaml': map('a'), 'web/b.yaml': held('b') },
    after: (w) => w.commit({ 'web/b.yaml': null }),
    says: /waiting for ConfigMap\/shop\/b to be gone/,
  },
  Deleting: {
    files: { 'web/a.yaml': held('a') },
    spec: { sync: { onDelete: 'prune' } },
    after: (w) => w.remove('App/shop/web'),
    says: /ConfigMap\/shop\/a to be gone/,
  },
  DeletionNeedsConfirmation: {
    after: (w) => w.remove('App/shop/web'),
    says: /what it owns \(1 object\) runs on until a person decides about plan sha256:/,
  },
  Suspended: {
    spec: { suspend: true, suspendReason: 'the sale is on' },
    says: /suspended: the sale is on; main@sha1:.* is not applied/,
  },
  ApplyFailed: {
    before: faulty({ status: 409, reason: 'Conflict', message: 'somebody else was faster' }),
    says: /ConfigMap shop\/a: somebody else was faster/,
  },
  Forbidden: {
    before: (w) => w.remove('ClusterRoleBinding/everything'),
    says: /system:serviceaccount:shop:lockstep/,
  },
  ServerOverloaded: {
    before: faulty({ status: 503, reason: 'ServiceUnavailable', message: 'come back later' }),
    says: /ConfigMap shop\/a: come back later/,
    ms: 20_000,
  },
  WebhookFailed: {
    before: faulty({ status: 500, reason: 'InternalError', message: 'failed calling webhook "policy.example.com": connection refused' }),
    says: /failed calling webhook "policy\.example\.com"/,
    ms: 20_000,
  },
  ClusterUnreachable: { before: faulty('refuse'), says: /connection refused/, ms: 20_000 },
  ClusterIdentityChanged: {
    after: async (w) => {
      const [inventory] = await w.list('Inventory', 'shop');
      await w.edit(`Inventory/shop/${inventory?.metadata.name ?? ''}`, { spec: { cluster: { uid: 'another-cluster' } } });
      await w.crash();
    },
    says: /the objects are in cluster another-cluster/,
  },
  InternalError: {
    before: (w) => {
      w.git.onCall = (operation) => {
        if (operation === 'git.readMany') throw new Error('a disc with teeth');
      };
      return Promise.resolve();
    },
    says: /a disc with teeth/,
  },
};

const replaced = async (w: World): Promise<void> => {
  for (let round = 1; round <= 5; round += 1) {
    await w.edit('ConfigMap/shop/a', { data: { a: `other-${round}` } }, 'some-operator');
    await w.settle(30_000);
  }
};

export const afterwards: Readonly<Record<string, Story>> = {
  Progressing: {
    files: { 'web/a.yaml': deployment('unschedulable') },
    says: /Deployment\/shop\/web/,
    shows: { waitsFor: 'Deployment/shop/web' },
  },
  HealthTimeout: {
    files: { 'web/a.yaml': deployment('unschedulable') },
    spec: { health: { timeout: '10s' } },
    ms: 20_000,
    says: /not healthy after 10s/,
    shows: { waitsFor: 'Deployment/shop/web' },
  },
  Degraded: {
    files: {
      'web/a.yaml':
        'apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {backoffLimit: 0, template: {metadata: {annotations: {lockstep.dev/simulate: fail}}, spec: {restartPolicy: Never, containers: [{name: main, image: x}]}}}\n',
    },
    ms: 15_000,
    says: /Job\/shop\/j/,
    shows: { waitsFor: 'Job/shop/j' },
  },
  HealthUnknown: {
    files: cronJob,
    after: undiscovered,
    says: /CronJob\/shop\/c: .*cannot be discovered now/,
    shows: { condition: 'Healthy' },
  },
  Missing: {
    spec: { sync: { heal: 'report' } },
    after: (w) => w.remove('ConfigMap/shop/a'),
    says: /ConfigMap\/shop\/a/,
    shows: { waitsFor: 'ConfigMap/shop/a' },
  },
  Drifted: {
    spec: { sync: { heal: 'report' } },
    after: (w) => w.edit('ConfigMap/shop/a', { data: { a: 'by hand' } }),
    says: /1 objects differ: ConfigMap\/shop\/a/,
    shows: { beside: 'App/shop/web' },
  },
  Contested: { after: replaced, says: /data\.a \(some-operator\)/, shows: { beside: 'App/shop/web' } },
  Succeeded: { says: /^main@sha1:/, shows: { condition: 'Ready' } },
  Healthy: { says: /^$/, shows: { condition: 'Healthy' } },
  HealthySimulated: { files: { 'web/a.yaml': deployment('none') }, ms: 20_000, says: /^$/, shows: { condition: 'Healthy' } },
  InSync: { says: /^main@sha1:/, shows: { condition: 'Synced' } },
};
