import { expect, test } from 'vitest';
import { formatProblem } from '../../problem/index.ts';
import type { KubeObject } from '../../object/index.ts';
import { apiFault, parseFault, parseScenario, podFault, type Scenario, serviceWaits, simulationProblem } from './index.ts';

const pod = (labels: Record<string, string>, annotations: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', labels, annotations },
});

test.each([
  ['crash-loop', { kind: 'crash-loop', exitCode: 1, reason: 'Error' }],
  ['oom for 2m', { kind: 'crash-loop', exitCode: 137, reason: 'OOMKilled', lasts: 120_000 }],
  ['slow-start=30s', { kind: 'slow-start', milliseconds: 30_000 }],
  ['fail=3', { kind: 'fail', exitCode: 3 }],
  ['needs=db', { kind: 'needs', service: 'db' }],
  ['none', { kind: 'none' }],
  ['crashloop', undefined],
  ['crash-loop=1', undefined],
  ['slow-start', undefined],
  ['slow-start=soon', undefined],
  ['never-ready for ever', undefined],
  ['fail=0', undefined],
  ['needs=', undefined],
])('the fault %s', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

const scenarioText = `
"*":
  pods: |
    # everything else
    *: slow-start=5s
  api: |
    create deployments: 503 for 30s
    * secrets/db: 429
shop:
  pods: |
    app=web, tier!=cache: crash-loop for 1m
  services: |
    app=front: pending
`;

test('the first line that matches counts, a namespace before all, an own annotation before everything', () => {
  const { value, problems } = parseScenario(scenarioText, 'trouble.yaml');
  expect(problems).toEqual([]);
  const shop = [value.get('shop'), value.get('*')] as Scenario[];
  expect(podFault(pod({ app: 'web' }), shop, 0).kind).toBe('crash-loop');
  expect(podFault(pod({ app: 'web' }), shop, 60_000).kind).toBe('none');
  expect(podFault(pod({ app: 'web', tier: 'cache' }), shop, 0).kind).toBe('slow-start');
  expect(podFault(pod({ app: 'web' }, { 'lockstep.dev/simulate': 'none' }), shop, 0).kind).toBe('none');
  expect(serviceWaits({ ...pod({ app: 'front' }), kind: 'Service' }, shop)).toBe(true);
  expect(serviceWaits({ ...pod({ app: 'back' }), kind: 'Service' }, shop)).toBe(false);
  const create = { verb: 'create', resource: 'deployments', name: '' };
  expect(apiFault(create, shop, () => 0)?.code).toBe(503);
  expect(apiFault(create, shop, () => 30_000)).toBeUndefined();
  expect(apiFault({ verb: 'get', resource: 'secrets', name: 'db' }, shop, () => 1e9)?.code).toBe(429);
});

test('what means nothing is told with its file, block and line', () => {
  const { problems } = parseScenario(
    'shop:\n  pods: |\n    app=web: crash\n    app in: oom\n  api: |\n    create: 500\n    get pods: 418\n  pod: x\n',
    's.yaml',
  );
  expect(problems.map(formatProblem)).toEqual([
    's.yaml: shop.pod: there is no such block; there are pods, services, api',
    expect.stringContaining('s.yaml: shop.pods: line 1: "crash" is no fault; there are image-missing, '),
    expect.stringContaining('s.yaml: shop.pods: line 2: '),
    's.yaml: shop.api: line 1: it has the form VERB RESOURCE[/NAME]: CODE [for 30s]',
    expect.stringContaining('s.yaml: shop.api: line 2: "418" is no answer; there are 403, '),
  ]);
  expect(parseScenario('- x', 's.yaml').problems).toHaveLength(1);
  expect(parseScenario('a: [', 's.yaml').problems).toHaveLength(1);
  expect(parseScenario('', 's.yaml')).toEqual({ value: new Map(), problems: [] });
});

test('an annotation with an unknown word is told, on the Pod and on a template', () => {
  expect(simulationProblem(pod({}, { 'lockstep.dev/simulate': 'oom' }))).toBeUndefined();
  expect(simulationProblem(pod({}, { 'lockstep.dev/simulate': 'boom' }))).toContain(
    'metadata.annotations[lockstep.dev/simulate]: "boom" is no fault',
  );
  const template = { metadata: { annotations: { 'lockstep.dev/simulate': 'boom' } } };
  expect(simulationProblem({ ...pod({}), kind: 'Deployment', spec: { template } })).toContain('spec.template.metadata.annotations');
});
