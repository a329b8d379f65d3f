/** The health the product goes by: where the rules meet, provenance, rules of an App's own, the worst of many. */
import { expect, test } from 'vitest';
import type { KubeObject } from '../object/index.ts';
import {
  compileChecks,
  compileReady,
  type CustomCheck,
  formatHealth,
  healthOf,
  type Health,
  isWorse,
  withoutOthers,
  worstHealth,
} from './index.ts';

const withoutMetrics = {
  conditions: [{ type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'no metrics' }],
};

const NOW = Date.parse('2026-01-01T00:00:00Z');

const make = (apiVersion: string, kind: string, rest: object = {}): KubeObject => ({
  apiVersion,
  kind,
  ...rest,
  metadata: { name: 'web', generation: 1, ...('metadata' in rest ? (rest.metadata as object) : {}) },
});

const ready = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
const available = [
  { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
  { type: 'Available', status: 'True' },
];
const deployment = (status: object, spec: object = {}) =>
  make('apps/v1', 'Deployment', { spec: { replicas: 2, progressDeadlineSeconds: 600, ...spec }, status });

test.each<[string, KubeObject, Health['state'], Health['provenance'], string]>([
  ['a Deployment that is done', deployment({ ...ready, conditions: available }), 'Healthy', 'observed', 'Healthy'],
  ['a Deployment nobody has looked at', deployment({}), 'Progressing', 'observed', 'Progressing'],
  [
    'counters fit, but not available: kstatus is stricter',
    deployment({ ...ready, conditions: [available[0]] }),
    'Progressing',
    'observed',
    'DeploymentNotAvailable',
  ],
  [
    'past its deadline',
    deployment({ ...ready, conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] }),
    'Degraded',
    'observed',
    'ProgressDeadlineExceeded',
  ],
  ['a paused Deployment', deployment(ready, { paused: true }), 'Suspended', 'observed', 'Suspended'],
  [
    'a Job that runs is not done',
    make('batch/v1', 'Job', { status: { startTime: '2026-01-01T00:00:00Z', active: 1 } }),
    'Progressing',
    'observed',
    'Progressing',
  ],
  [
    'a Pod that failed',
    make('v1', 'Pod', { spec: { restartPolicy: 'Never' }, status: { phase: 'Failed', message: 'oom' } }),
    'Degraded',
    'observed',
    'PodFailed',
  ],
  [
    'a Pod that fits on no node',
    make('v1', 'Pod', {
      spec: { restartPolicy: 'Always' },
      status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] },
    }),
    'Degraded',
    'observed',
    'PodUnschedulable',
  ],
  ['a ConfigMap is complete as soon as it exists', make('v1', 'ConfigMap'), 'Healthy', 'observed', 'Healthy'],
  ['a Role too', make('rbac.authorization.k8s.io/v1', 'Role'), 'Healthy', 'observed', 'Healthy'],
  ['an Ingress without an address is assumed', make('networking.k8s.io/v1', 'Ingress'), 'Healthy', 'assumed', 'Healthy'],
  [
    'a load balancer without an address is awaited',
    make('v1', 'Service', { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' } }),
    'Progressing',
    'observed',
    'Progressing',
  ],
  ['a custom resource nobody speaks about', make('example.com/v1', 'Widget'), 'Healthy', 'assumed', 'Healthy'],
  [
    'a custom resource that is Ready',
    make('example.com/v1', 'Widget', { status: { conditions: [{ type: 'Ready', status: 'True' }] } }),
    'Healthy',
    'observed',
    'Healthy',
  ],
  [
    'a custom resource that is not',
    make('example.com/v1', 'Widget', { status: { conditions: [{ type: 'Ready', status: 'False', reason: 'NoDisk' }] } }),
    'Progressing',
    'observed',
    'NoDisk',
  ],
  [
    'a custom resource that is stalled',
    make('example.com/v1', 'Widget', { status: { conditions: [{ type: 'Stalled', status: 'True', reason: 'Bad' }] } }),
    'Degraded',
    'observed',
    'Bad',
  ],
  ['a child App that has not been looked at', make('lockstep.dev/v1', 'App'), 'Progressing', 'observed', 'NotObserved'],
  ['an Inventory has no status', make('lockstep.dev/v1', 'Inventory'), 'Healthy', 'observed', 'Healthy'],
  [
    'on its way out',
    make('v1', 'ConfigMap', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
    'Progressing',
    'observed',
    'Terminating',
  ],
  ['damaged conditions', make('example.com/v1', 'Widget', { status: { conditions: 'x' } }), 'Unknown', 'observed', 'HealthUnknown'],
  ['a version whose fields are not known', make('apps/v1beta1', 'Deployment'), 'Unknown', 'observed', 'HealthUnknown'],
  [
    'simulated by annotation',
    make('v1', 'ConfigMap', { metadata: { annotations: { 'lockstep.dev/simulated': 'true' } } }),
    'Healthy',
    'simulated',
    'Healthy',
  ],
  [
    'simulated by field manager',
    make('v1', 'ConfigMap', { metadata: { managedFields: [{ manager: 'lockstep-simulator' }] } }),
    'Healthy',
    'simulated',
    'Healthy',
  ],
  [
    'an autoscaler without metrics, observed',
    make('autoscaling/v2', 'HorizontalPodAutoscaler', { metadata: { managedFields: [] }, status: withoutMetrics }),
    'Degraded',
    'observed',
    'FailedGetResourceMetric',
  ],
  [
    'an autoscaler without metrics, simulated',
    make('autoscaling/v2', 'HorizontalPodAutoscaler', {
      metadata: { managedFields: [{ manager: 'lockstep-simulator' }] },
      status: withoutMetrics,
    }),
    'Healthy',
    'simulated',
    'Healthy',
  ],
])('%s', (...row) => {
  const [, object, state, provenance, reason] = row;
  expect(healthOf(object, { now: NOW })).toMatchObject({ state, provenance, reason });
});

test('an object that is not there is missing', () => {
  expect(healthOf(undefined, { now: NOW }).state).toBe('Missing');
});

const check = (answers: Partial<Record<'current' | 'inProgress' | 'failed', boolean | string>>): CustomCheck => ({
  fits: ({ apiVersion, kind }) => apiVersion === 'example.com/v1' && kind === 'Widget',
  current: () => answers.current ?? false,
  inProgress: () => answers.inProgress ?? false,
  failed: () => answers.failed ?? false,
});

test.each<[string, CustomCheck, Health['state'], string]>([
  ['current', check({ current: true }), 'Healthy', 'The check current holds'],
  ['in progress wins', check({ current: true, inProgress: true, failed: true }), 'Progressing', 'The check inProgress holds'],
  ['failed before current', check({ current: true, failed: true }), 'Degraded', 'The check failed holds'],
  ['nothing holds', check({}), 'Progressing', 'The check current does not hold'],
  ['an error is told', check({ current: 'no such key: phase' }), 'Progressing', 'The check current does not hold; no such key: phase'],
])('rules of an App: %s', (_title, custom, state, message) => {
  const health = healthOf(make('example.com/v1', 'Widget'), { now: NOW, checks: [custom] });
  expect(health).toMatchObject({ state, message, provenance: 'observed' });
});

test('a rule of an App is for its kind, name and namespace only, and waits for the generation', () => {
  const widget = make('example.com/v1', 'Widget', { status: { observedGeneration: 0 } });
  const source = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'other', current: 'true' };
  const checks = compileChecks([source], 'spec.health.checks').value;
  expect(healthOf(make('example.com/v1', 'Widget'), { now: NOW, checks }).provenance).toBe('assumed');
  expect(healthOf(widget, { now: NOW, checks: [check({ current: true })] }).state).toBe('Progressing');
});

test('rules of an App are CEL over the fields of the object', () => {
  const source = {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    current: "status.phase == 'Up'",
    failed: "has(status.error) && status.error != ''",
  };
  const { value: checks, problems } = compileChecks([source], 'spec.health.checks');
  expect(problems).toEqual([]);
  const stateOf = (status?: object) =>
    healthOf(make('example.com/v1', 'Widget', status === undefined ? {} : { status }), { now: NOW, checks });
  expect(stateOf({ phase: 'Up' }).state).toBe('Healthy');
  expect(stateOf({ phase: 'Down', error: 'disk' }).state).toBe('Degraded');
  expect(stateOf({ phase: 'Down' }).state).toBe('Progressing');
  expect(stateOf()).toMatchObject({ state: 'Progressing', message: expect.stringContaining('no such attribute(s): status') });
});

test('where the controllers of others do not run, what has no status is assumed; what has one is not', () => {
  const stateOf = (apiVersion: string, kind: string, status?: object) => {
    const { state, provenance } = healthOf(make(apiVersion, kind, status === undefined ? {} : { status }), {
      now: NOW,
      checks: withoutOthers([]),
    });
    return `${state}, ${provenance}`;
  };
  expect(healthOf(make('cert-manager.io/v1', 'Certificate'), { now: NOW }).state).toBe('Progressing');
  expect(stateOf('cert-manager.io/v1', 'Certificate')).toBe('Healthy, assumed');
  expect(stateOf('source.toolkit.fluxcd.io/v1', 'GitRepository', { observedGeneration: -1 })).toBe('Healthy, assumed');
  expect(stateOf('cert-manager.io/v1', 'Certificate', { conditions: [{ type: 'Ready', status: 'False', reason: 'Pending' }] })).toBe(
    'Progressing, observed',
  );
  expect(stateOf('lockstep.dev/v1', 'Source')).toBe('Progressing, observed');
});

test('rules that do not compile are named with field and place', () => {
  const { value, problems } = compileChecks([{ apiVersion: 'v1', kind: 'X', current: 'statu.phase == 1' }], 'spec.health.checks');
  expect(value).toEqual([]);
  expect(problems).toMatchObject([
    { code: 'RuleInvalid', field: 'spec.health.checks[0].current', message: "1:1: undeclared reference to 'statu' (in container '')" },
  ]);
});

test('when a dependency counts as ready', () => {
  const ready = compileReady('dep.status.version == object.spec.wants', 'spec.dependsOn[0].ready').value;
  const app = make('lockstep.dev/v1', 'App', { spec: { wants: 2 } });
  expect(ready?.(app, make('example.com/v1', 'Db', { status: { version: 2 } }))).toBe(true);
  expect(ready?.(app, make('example.com/v1', 'Db', { status: { version: 1 } }))).toBe(false);
  expect(ready?.(app, make('example.com/v1', 'Db'))).toBe('no such key: status');
  expect(compileReady('dep.', 'f')).toMatchObject({ value: null, problems: [{ code: 'RuleInvalid', field: 'f' }] });
});

const health = (state: Health['state'], provenance: Health['provenance'] = 'observed'): Health => ({
  state,
  provenance,
  reason: state,
  message: '',
});

test('the worst of many, and how well it is known', () => {
  const worst = worstHealth([
    ['a', health('Healthy', 'simulated')],
    ['b', health('Progressing')],
    ['c', health('Degraded')],
    ['d', health('Degraded')],
  ]);
  expect(worst).toMatchObject({ state: 'Degraded', provenance: 'simulated', cause: { key: 'c' } });
  expect(worstHealth([])).toEqual({ state: 'Healthy', provenance: 'observed', cause: undefined });
  expect([isWorse('Healthy', 'Unknown'), isWorse('Degraded', 'Missing'), isWorse('Healthy', 'Healthy')]).toEqual([true, false, false]);
});

test('how it is printed', () => {
  expect([
    formatHealth(health('Healthy')),
    formatHealth(health('Healthy', 'simulated')),
    formatHealth(health('Healthy', 'assumed')),
    formatHealth(health('Degraded', 'assumed')),
  ]).toEqual(['Healthy', 'Healthy (simulated)', 'Assumed', 'Degraded (assumed)']);
});
