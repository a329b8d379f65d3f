/** Webhooks are not called; who would be is told to the client and kept for whoever looks. Deletions pass by admission policies. */
import { expect, test } from 'vitest';
import { silentLog } from '../adapters/log/index.ts';
import { systemClock, systemRandom } from '../adapters/system/index.ts';
import type { Json, JsonObject, KubeObject } from '../core/object/index.ts';
import type { KubeRequest, Metrics } from '../ports/index.ts';
import { createCluster } from './index.ts';

const counted: string[] = [];
const metrics: Metrics = {
  count: (name, labels) => void counted.push(`${name} ${labels?.webhook ?? ''} ${labels?.operation ?? ''}`),
  gauge: () => undefined,
  observe: () => undefined,
  forget: () => undefined,
};

async function cluster() {
  counted.length = 0;
  const running = await createCluster({
    clock: systemClock(),
    random: systemRandom(),
    log: silentLog(),
    storage: 'memory',
    simulate: false,
    metrics,
  });
  const transport = running.transport();
  const send = async (method: KubeRequest['method'], path: string, value?: Json) => {
    const answer = await transport.send({ method, path, ...(value === undefined ? {} : { body: { kind: 'json', value } }) });
    const { status, body, headers } = answer;
    const warnings = [...(headers.warning ?? '').matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(
      (match) => JSON.parse(match[1] ?? '') as string,
    );
    return { status, warnings, body: (body.kind === 'json' ? body.value : {}) as JsonObject };
  };
  await send('POST', '/api/v1/namespaces', { metadata: { name: 'shop', labels: { team: 'shop' } } });
  await send('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
  return { running, send };
}

const configuration = (kind: 'Validating' | 'Mutating', webhook: JsonObject): JsonObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: `${kind}WebhookConfiguration`,
  metadata: { name: 'guard' },
  webhooks: [
    {
      name: 'guard.example.com',
      clientConfig: { url: 'https://guard.example.com' },
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'DELETE'], resources: ['configmaps'] }],
      ...webhook,
    },
  ],
});

const path = (kind: string): string => `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations`;
const maps = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;

test('a webhook that matches is told in the answer, with what its failure would mean, in an Event and in a metric', async () => {
  const { running, send } = await cluster();
  await send('POST', path('validating'), configuration('Validating', { namespaceSelector: { matchLabels: { team: 'shop' } } }));
  const made = await send('POST', maps('shop'), { metadata: { name: 'a' } });
  expect(made.warnings).toEqual([
    'the embedded cluster calls no webhooks: validating webhook "guard.example.com" of "guard" would be called here (failurePolicy Fail: a real cluster refuses the request if it does not answer)',
  ]);
  // Neither another namespace, nor another operation, nor another type.
  expect((await send('POST', maps('other'), { metadata: { name: 'a' } })).warnings).toEqual([]);
  expect((await send('PUT', `${maps('shop')}/a`, { metadata: { name: 'a' }, data: { k: 'v' } })).warnings).toEqual([]);
  expect((await send('POST', '/api/v1/namespaces/shop/secrets', { metadata: { name: 'a' } })).warnings).toEqual([]);
  expect((await send('DELETE', `${maps('shop')}/a`)).warnings).toHaveLength(1);
  const events = (await send('GET', '/api/v1/namespaces/default/events')).body.items as unknown as readonly KubeObject[];
  expect(events.map(({ reason, involvedObject, message }) => [reason, (involvedObject as JsonObject).name, message])).toEqual([
    [
      'WebhookNotCalled',
      'guard',
      'not called: the embedded cluster calls no webhooks; guard.example.com would be called, last for CREATE v1 configmaps shop/a (failurePolicy Fail)',
    ],
  ]);
  expect(counted).toEqual([
    'lockstep_cluster_webhooks_not_called_total guard.example.com CREATE',
    'lockstep_cluster_webhooks_not_called_total guard.example.com DELETE',
  ]);
  await running.close();
});

test('object selectors, conditions and equivalent versions decide as on a real server', async () => {
  const { running, send } = await cluster();
  await send(
    'POST',
    path('mutating'),
    configuration('Mutating', {
      failurePolicy: 'Ignore',
      rules: [{ apiGroups: ['autoscaling'], apiVersions: ['v1'], operations: ['*'], resources: ['*'] }],
      objectSelector: { matchExpressions: [{ key: 'skip', operator: 'DoesNotExist' }] },
      matchConditions: [{ name: 'named', expression: "object.metadata.name.startsWith('web')" }],
    }),
  );
  const scaler = (name: string, labels: JsonObject): JsonObject => ({
    metadata: { name, labels },
    spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
  });
  const v2 = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers';
  expect((await send('POST', v2, scaler('web', {}))).warnings).toEqual([
    'the embedded cluster calls no webhooks: mutating webhook "guard.example.com" of "guard" would be called here (failurePolicy Ignore: a real cluster goes on if it does not answer)',
  ]);
  expect((await send('POST', v2, scaler('web-2', { skip: 'yes' }))).warnings).toEqual([]);
  expect((await send('POST', v2, scaler('api', {}))).warnings).toEqual([]);
  // Nobody is asked about who is asked.
  expect((await send('DELETE', `${path('mutating')}/guard`)).warnings).toEqual([]);
  await running.close();
});

test('an admission policy is asked about deletions, one by one and all at once', async () => {
  const { running, send } = await cluster();
  const admission = '/apis/admissionregistration.k8s.io/v1';
  await send('POST', `${admission}/validatingadmissionpolicies`, {
    metadata: { name: 'keep' },
    spec: {
      matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['DELETE'], resources: ['configmaps'] }] },
      validations: [{ expression: "!has(oldObject.metadata.labels) || !('keep' in oldObject.metadata.labels)", message: 'is kept' }],
    },
  });
  await send('POST', `${admission}/validatingadmissionpolicybindings`, {
    metadata: { name: 'keep' },
    spec: { policyName: 'keep', validationActions: ['Deny'] },
  });
  await send('POST', maps('shop'), { metadata: { name: 'a', labels: { keep: 'yes' } } });
  const refused = await send('DELETE', `${maps('shop')}/a`);
  expect([refused.status, refused.body.message]).toEqual([
    422,
    `configmaps "a" is forbidden: ValidatingAdmissionPolicy 'keep' with binding 'keep' denied request: is kept`,
  ]);
  expect((await send('DELETE', maps('shop'))).status).toBe(422);
  expect((await send('GET', `${maps('shop')}/a`)).status).toBe(200);
  await running.close();
});
