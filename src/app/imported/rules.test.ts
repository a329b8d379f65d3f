/** A second embedded cluster stands for the real one whose rules are taken. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKubeClient } from '../../adapters/kube/index.ts';
import { silentLog } from '../../adapters/log/index.ts';
import { systemClock, systemRandom } from '../../adapters/system/index.ts';
import { type Cluster, createCluster } from '../../apiserver/index.ts';
import type { Json, JsonObject, KubeObject } from '../../core/object/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { importRules, readRules } from './index.ts';

const clusters: Cluster[] = [];
let real: Cluster;
let own: Cluster;

async function started(kubeVersion: string): Promise<Cluster> {
  const cluster = await createCluster({ clock: systemClock(), random: systemRandom(), log: silentLog(), storage: 'memory', kubeVersion });
  clusters.push(cluster);
  return cluster;
}

const clientOf = (cluster: Cluster, user?: string): KubeClient =>
  createKubeClient(cluster.transport(user === undefined ? undefined : { user }), { clock: systemClock() });

async function send(cluster: Cluster, path: string, value: Json): Promise<{ readonly status: number; readonly value: JsonObject }> {
  const { status, body } = await cluster.transport().send({ method: 'POST', path, body: { kind: 'json', value } });
  return { status, value: body.kind === 'json' ? (body.value as JsonObject) : {} };
}

const served = async (cluster: Cluster, path: string): Promise<JsonObject> => {
  const { body } = await cluster.transport().send({ method: 'GET', path });
  return body.kind === 'json' ? (body.value as JsonObject) : {};
};

const admission = '/apis/admissionregistration.k8s.io/v1';
const widget = {
  metadata: { name: 'widgets.shop.example.com', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', note: 'kept' } },
  spec: {
    group: 'shop.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { size: { type: 'integer', maximum: 3 } } } },
          },
        },
      },
    ],
  },
};

beforeEach(async () => {
  real = await started('1.31');
  await send(real, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', widget);
  await send(real, '/api/v1/namespaces', { metadata: { name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } });
  await send(real, '/api/v1/namespaces/shop/configmaps', { metadata: { name: 'limits' }, data: { max: '2' } });
  await send(real, '/api/v1/namespaces/shop/configmaps', { metadata: { name: 'unrelated' } });
  await send(real, `${admission}/validatingadmissionpolicies`, {
    metadata: { name: 'max' },
    spec: {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      matchConstraints: {
        resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }],
      },
      validations: [{ expression: 'object.spec.replicas <= int(params.data.max)', message: 'too many' }],
    },
  });
  await send(real, `${admission}/validatingadmissionpolicybindings`, {
    metadata: { name: 'max' },
    spec: {
      policyName: 'max',
      validationActions: ['Deny'],
      paramRef: { name: 'limits', namespace: 'shop', parameterNotFoundAction: 'Deny' },
    },
  });
  own = await started('1.33');
});
afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.close();
});

test('the embedded cluster judges as the other does: types, policies with their parameters, labels of namespaces', async () => {
  const rules = await readRules(clientOf(real));
  if (!rules.ok) throw new Error(rules.error);
  expect(rules.value.kubeVersion).toBe('1.31');
  const summary = await importRules(clientOf(own), rules.value);
  expect(summary).toEqual({
    counts: [
      ['CustomResourceDefinition', 1],
      ['Namespace', 1],
      ['StorageClass', 1],
      ['ValidatingAdmissionPolicy', 1],
      ['ValidatingAdmissionPolicyBinding', 1],
      ['ConfigMap', 1],
    ],
    left: [],
  });
  const widgets = '/apis/shop.example.com/v1/namespaces/shop/widgets';
  const tooBig = await send(own, widgets, {
    apiVersion: 'shop.example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w' },
    spec: { size: 4 },
  });
  expect([tooBig.status, tooBig.value.message]).toEqual([
    422,
    'Widget.shop.example.com "w" is invalid: spec.size: Invalid value: 4: spec.size in body should be less than or equal to 3',
  ]);
  const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'a' }] } };
  const tooMany = await send(own, '/apis/apps/v1/namespaces/shop/deployments', {
    metadata: { name: 'web' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'a' } }, template },
  });
  expect([tooMany.status, String(tooMany.value.message).includes('denied request: too many')]).toEqual([422, true]);
  const privileged = await send(own, '/api/v1/namespaces/shop/pods', { metadata: { name: 'p' }, spec: template.spec });
  expect([privileged.status, String(privileged.value.message).includes('violates PodSecurity "restricted:latest"')]).toEqual([403, true]);
  // Of ConfigMaps only the parameters, and of annotations none that hold a copy of the object.
  expect((await served(own, '/api/v1/namespaces/shop/configmaps/unrelated')).code).toBe(404);
  const { metadata } = (await served(
    own,
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.shop.example.com',
  )) as unknown as KubeObject;
  expect(metadata.annotations).toEqual({ note: 'kept' });
});

test('once more brings up to date, and changes nothing that is', async () => {
  const rules = await readRules(clientOf(real));
  if (!rules.ok) throw new Error(rules.error);
  await importRules(clientOf(own), rules.value);
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.shop.example.com';
  const before = await served(own, path);
  await importRules(clientOf(own), rules.value);
  expect(await served(own, path)).toEqual(before);
});

test('whoever may not read custom types is told; what else may not be read is named', async () => {
  const nobody = await readRules(clientOf(real, 'nobody'));
  expect(nobody).toEqual({ ok: false, error: 'its custom types: it may not be read' });
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  await send(real, `${rbac}/clusterroles`, {
    metadata: { name: 'reader' },
    rules: [{ apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['list'] }],
  });
  await send(real, `${rbac}/clusterrolebindings`, {
    metadata: { name: 'reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'reader' }],
  });
  const some = await readRules(clientOf(real, 'reader'));
  if (!some.ok) throw new Error(some.error);
  expect(some.value.objects.map(({ object }) => object.kind)).toEqual(['CustomResourceDefinition']);
  expect(some.value.unread).toContain('namespaces: it may not be read');
});
