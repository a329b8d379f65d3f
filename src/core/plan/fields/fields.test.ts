/** Owners, paths and values; folding what other tools owned. */
import { describe, expect, test } from 'vitest';
import type { Json, KubeObject } from '../../object/index.ts';
import { extraFields, foldManagers, formatSteps, ownersAt, stepsOf, stepsOfPath, valueAt, withValueAt } from './fields.ts';

const entry = (manager: string, fieldsV1: Json, more: Readonly<Record<string, string>> = {}): Record<string, Json> => ({
  manager,
  operation: 'Update',
  apiVersion: 'apps/v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...more,
});

const live: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'web',
    labels: { 'app.kubernetes.io/name': 'web' },
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    managedFields: [
      entry(
        'lockstep',
        { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:image': {} } } } } } },
        { operation: 'Apply', time: '2026-01-01T00:00:00Z' },
      ),
      entry(
        'kubectl-edit',
        { 'f:spec': { 'f:replicas': {} }, 'f:metadata': { 'f:labels': { 'f:app.kubernetes.io/name': {} } } },
        { time: '2026-01-02T00:00:00Z' },
      ),
      entry('kubectl-client-side-apply', { 'f:spec': { 'f:paused': {} }, 'f:metadata': { 'f:annotations': {} } }),
      entry('controller', { 'f:status': { 'f:replicas': {} } }, { subresource: 'status' }),
    ],
  },
  spec: { replicas: 3, paused: false, template: { spec: { containers: [{ name: 'main', image: 'nginx:1', args: ['a,b'] }] } } },
};

describe('paths', () => {
  const table: readonly (readonly [string, readonly (string | number)[] | undefined])[] = [
    ['spec.replicas', ['spec', 'replicas']],
    ['.spec.template.spec.containers[name="main"].image', ['spec', 'template', 'spec', 'containers', 0, 'image']],
    ['.metadata.labels.app.kubernetes.io/name', ['metadata', 'labels', 'app.kubernetes.io/name']],
    ['spec.template.spec.containers[0].args[="a,b"]', ['spec', 'template', 'spec', 'containers', 0, 'args', 0]],
    ['spec.template.spec.containers[name="other"]', undefined],
    ['spec.nothing', undefined],
  ];
  test.each(table)('%s', (path, steps) => {
    expect(stepsOfPath(live, path)).toEqual(steps);
  });

  test('pointers and back', () => {
    const steps = stepsOf(live, '/spec/template/spec/containers/0/image');
    expect(valueAt(live, steps)).toBe('nginx:1');
    expect(formatSteps(steps)).toBe('spec.template.spec.containers[0].image');
    const changed = withValueAt<Json>(live, steps, 'nginx:2');
    expect(valueAt(changed, steps)).toBe('nginx:2');
    expect(valueAt(live, steps)).toBe('nginx:1');
    expect(withValueAt<Json>(live, ['nowhere', 'x'], 1)).toBe(live);
  });

  test('hostile keys stay keys', () => {
    const hostile = JSON.parse('{"__proto__": {"x": 1}}') as Json;
    const changed = withValueAt(hostile, ['__proto__', 'x'], 2);
    expect(valueAt(changed, ['__proto__', 'x'])).toBe(2);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe('owners', () => {
  test.each([
    ['spec.replicas', ['kubectl-edit']],
    ['spec.template.spec.containers[name="main"].image', ['lockstep']],
    ['metadata.labels.app.kubernetes.io/name', ['kubectl-edit']],
    ['spec.paused', ['kubectl-client-side-apply']],
    ['spec', ['kubectl-edit', 'lockstep', 'kubectl-client-side-apply']],
  ])('%s', (path, managers) => {
    expect(ownersAt(live, stepsOfPath(live, path) ?? []).map(({ manager }) => manager)).toEqual(managers);
  });

  test('fields that people added beside ours', () => {
    const manifest = { ...live, spec: { template: (live['spec'] as { template: Json }).template } } as KubeObject;
    const extra = extraFields(live, manifest, (manager) => manager === 'kubectl-edit');
    expect(extra.map(formatSteps)).toEqual(['spec.replicas']);
  });
});

describe('folding', () => {
  test('client-side apply becomes ours, its annotation goes, others stay', () => {
    const folded = foldManagers(live, 'lockstep', []);
    const managers = (folded.metadata.managedFields ?? []).map(({ manager, operation }) => `${String(manager)} ${String(operation)}`);
    expect(managers).toEqual(['lockstep Apply', 'kubectl-edit Update', 'controller Update']);
    expect(folded.metadata.annotations).toEqual({});
    expect(ownersAt(folded, ['spec', 'paused']).map(({ manager }) => manager)).toEqual(['lockstep']);
  });

  test('superseded managers too; nothing to fold is the object itself', () => {
    const folded = foldManagers(live, 'lockstep', ['kubectl-edit']);
    expect(ownersAt(folded, ['spec', 'replicas']).map(({ manager }) => manager)).toEqual(['lockstep']);
    const clean: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } };
    expect(foldManagers(clean, 'lockstep', [])).toBe(clean);
  });
});
