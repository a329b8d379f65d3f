/** Refusals by LimitRanges (messages compared with kube-apiserver v1.33.4) and ResourceQuotas (after its source). */
import { expect, test } from 'vitest';
import type { Json, JsonObject, KubeObject } from '../../object/index.ts';
import { limitRangeRefusal, quotaRefusal, unsaidRefusal, withLimitRange } from './index.ts';

const range: KubeObject = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'l' },
  spec: {
    limits: [
      {
        type: 'Container',
        min: { cpu: '100m' },
        max: { cpu: '1' },
        default: { memory: '512Mi' },
        defaultRequest: { cpu: '200m' },
        maxLimitRequestRatio: { memory: '2' },
      },
      { type: 'Pod', max: { cpu: '2' } },
      { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '5Gi' } },
    ],
  },
};

const container = (name: string, limits: JsonObject = {}, requests: JsonObject = {}): JsonObject => ({
  name,
  image: 'x',
  resources: { limits, requests },
});

const pod = (containers: readonly Json[], spec: JsonObject = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers, ...spec },
});

const refusal = (one: KubeObject): string | undefined => limitRangeRefusal(withLimitRange(one, [range]), 'pods', [range]);

test('what a LimitRange fills in stands in the Pod, and in an annotation', () => {
  const filled = withLimitRange(pod([{ name: 'c', image: 'x' }], { initContainers: [container('i', { cpu: '1' })] }), [range]);
  expect(filled.metadata.annotations).toEqual({
    'kubernetes.io/limit-ranger':
      'LimitRanger plugin set: cpu request for container c; memory limit for container c; cpu request for init container i; memory limit for init container i',
  });
  expect(filled.spec).toMatchObject({
    containers: [{ resources: { limits: { memory: '512Mi' }, requests: { cpu: '200m' } } }],
    initContainers: [{ resources: { limits: { cpu: '1', memory: '512Mi' }, requests: { cpu: '200m' } } }],
  });
});

test('a range that fills in nothing leaves no empty maps', () => {
  const bare: KubeObject = { ...range, spec: { limits: [{ type: 'Container', min: { cpu: '1m' } }] } };
  expect(withLimitRange(pod([{ name: 'c' }]), [bare]).spec).toEqual({ containers: [{ name: 'c', resources: {} }] });
});

test.each([
  [
    pod([container('c')]),
    '[maximum cpu usage per Container is 1.  No limit is specified, memory max limit to request ratio per Container is 2, but no request is specified or request is 0, maximum cpu usage per Pod is 2.  No limit is specified]',
  ],
  [pod([container('c', { cpu: '2' }, { cpu: '1', memory: '512Mi' })]), 'maximum cpu usage per Container is 1, but limit is 2'],
  [
    pod([container('c', { cpu: '1', memory: '1Gi' }, { cpu: '50m', memory: '900Mi' })]),
    'minimum cpu usage per Container is 100m, but request is 50m',
  ],
  [
    pod([container('c', { cpu: '1', memory: '1Gi' }, { memory: '400Mi' })]),
    'memory max limit to request ratio per Container is 2, but provided ratio is 2.560000',
  ],
  [
    pod(['c', 'd', 'e'].map((name) => container(name, { cpu: '1', memory: '1Gi' }, { memory: '900Mi' }))),
    'maximum cpu usage per Pod is 2, but limit is 3',
  ],
  [pod([container('c', { cpu: '1', memory: '1Gi' }, { memory: '900Mi' })]), undefined],
])('a Pod beside its LimitRange %#', (one, expected) => {
  expect(refusal(one)).toBe(expected);
});

test.each([
  ['500Mi', 'minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi'],
  ['10Gi', 'maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 10Gi'],
  ['2Gi', undefined],
])('a claim of %s', (storage, expected) => {
  const claim: KubeObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'c' },
    spec: { resources: { requests: { storage } } },
  };
  expect(limitRangeRefusal(claim, 'persistentvolumeclaims', [range])).toBe(expected);
});

const quota = (spec: JsonObject): KubeObject => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec });
const quotaVerdict = (spec: JsonObject, object: KubeObject, live?: KubeObject, table = 'pods'): string | undefined =>
  unsaidRefusal(quota(spec), { object, live, table }) ??
  quotaRefusal(quota(spec), { object, live, table }, () => (live === undefined ? [] : [live]));

test('whoever is counted by cpu or memory must say how much it needs', () => {
  const one = pod([container('b'), container('a', {}, { cpu: '1' })]);
  expect(quotaVerdict({ hard: { 'requests.cpu': '2', 'limits.memory': '1Gi', pods: '3' } }, one)).toBe(
    'failed quota: q: must specify limits.memory for: a,b; requests.cpu for: b',
  );
});

test('init containers count by their greatest, those that stay with the rest', () => {
  const one = pod([container('c', {}, { cpu: '1' })], {
    initContainers: [container('i', {}, { cpu: '3' }), { ...container('s', {}, { cpu: '500m' }), restartPolicy: 'Always' }],
  });
  expect(quotaVerdict({ hard: { 'requests.cpu': '2' } }, one)).toBe(
    'exceeded quota: q, requested: requests.cpu=3, used: requests.cpu=0, limited: requests.cpu=2',
  );
});

test('a quota with a scope counts Pods of that scope only', () => {
  const best = pod([{ name: 'c' }]);
  expect(quotaVerdict({ hard: { pods: '0' }, scopes: ['NotBestEffort'] }, best)).toBeUndefined();
  expect(quotaVerdict({ hard: { pods: '0' }, scopes: ['BestEffort'] }, best)).toMatch(/^exceeded quota: q, requested: pods=1/);
  expect(quotaVerdict({ hard: { pods: '0' }, scopes: ['Terminating'] }, pod([], { activeDeadlineSeconds: 5 }))).toMatch(/^exceeded/);
  const selector = { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] };
  expect(quotaVerdict({ hard: { pods: '0' }, scopeSelector: selector }, pod([], { priorityClassName: 'low' }))).toBeUndefined();
  expect(quotaVerdict({ hard: { pods: '0' }, scopeSelector: selector }, pod([], { priorityClassName: 'high' }))).toMatch(/^exceeded/);
});

test('a Service that changes its type is charged for what it gains', () => {
  const service = (type: string): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { type } });
  const hard = { 'services.loadbalancers': '0' };
  expect(quotaVerdict({ hard }, service('LoadBalancer'), service('ClusterIP'), 'services')).toMatch(
    /requested: services.loadbalancers=1, used: services.loadbalancers=0/,
  );
  expect(quotaVerdict({ hard }, service('LoadBalancer'), service('LoadBalancer'), 'services')).toBeUndefined();
});
