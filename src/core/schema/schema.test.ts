/** The built-in types, custom types and the values Go writes. */
import { expect, test } from 'vitest';
import { builtinSchema, customType, encodeTable, fillZero, joinSchemas, openApiSchema, zeroValue } from './index.ts';

const schema = builtinSchema();
const deployment = schema.typeOf({ group: 'apps', version: 'v1', kind: 'Deployment' }) ?? expect.fail('no Deployment');
const container = schema.named('io.k8s.api.core.v1.Container') ?? expect.fail('no Container');

test('lists know their keys, patches theirs', () => {
  const ports = container.map?.fields.get('ports');
  expect(ports?.type.list).toMatchObject({ associative: true, keys: ['containerPort', 'protocol'] });
  expect([ports?.patchStrategy, ports?.patchMergeKey]).toEqual([['merge'], 'containerPort']);
  expect(container.map?.fields.get('args')?.type.list?.associative).toBe(false);
  expect(schema.named('io.k8s.api.core.v1.ContainerPort')?.map?.fields.get('protocol')?.default).toBe('TCP');
  expect(schema.named('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector')?.map?.atomic).toBe(true);
  expect(schema.named('io.k8s.apimachinery.pkg.api.resource.Quantity')?.format).toBe('quantity');
});

test('resources are found by kind and by name', () => {
  expect(schema.resources.ofKind({ group: 'apps', version: 'v1', kind: 'Deployment' })).toMatchObject({
    resource: 'deployments',
    namespaced: true,
    shortNames: ['deploy'],
  });
  expect(schema.resources.named('', 'v1', 'namespaces')).toMatchObject({ kind: 'Namespace', namespaced: false });
  expect(schema.resources.preferred('HorizontalPodAutoscaler')?.version).toBe('v2');
});

test('what Go always writes', () => {
  expect(zeroValue(deployment)).toEqual({
    metadata: { creationTimestamp: null },
    spec: { selector: null, strategy: {}, template: { metadata: { creationTimestamp: null }, spec: { containers: null } } },
    status: {},
  });
  const full = {
    metadata: { name: 'd', creationTimestamp: null },
    spec: { replicas: null, selector: {}, strategy: {}, template: { spec: { containers: [{ name: 'c' }] } } },
    status: {},
  };
  expect(fillZero(full, deployment)).toEqual({
    metadata: { name: 'd', creationTimestamp: null },
    spec: {
      selector: {},
      strategy: {},
      template: { metadata: { creationTimestamp: null }, spec: { containers: [{ name: 'c', resources: {} }] } },
    },
    status: {},
  });
  const filled = fillZero(full, deployment);
  expect(fillZero(filled, deployment)).toBe(filled);
});

test('a custom type has the real metadata, and the forms its extensions say', () => {
  const type = customType(
    {
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: { port: { 'x-kubernetes-int-or-string': true } },
        },
        items: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: { type: 'object', properties: { name: { type: 'string' } } },
        },
      },
    },
    { external: (name) => schema.named(name) },
  );
  expect(type.map?.fields.get('metadata')?.type).toBe(schema.named('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'));
  const spec = type.map?.fields.get('spec')?.type;
  expect([spec?.map?.element?.name, spec?.map?.fields.get('port')?.type.format]).toEqual(['__untyped_deduced_', 'int-or-string']);
  expect(type.map?.fields.get('items')?.type.list?.keys).toEqual(['name']);
});

test('recursive definitions, references that do not resolve, and joining', () => {
  const own = openApiSchema({
    Tree: {
      type: 'object',
      properties: { child: { $ref: '#/components/schemas/Tree' }, other: { $ref: '#/components/schemas/Nowhere' } },
      'x-kubernetes-group-version-kind': [{ group: 'g', version: 'v1', kind: 'Tree' }],
    },
  });
  const gvk = { group: 'g', version: 'v1', kind: 'Tree' };
  const tree = joinSchemas(own, schema).typeOf(gvk);
  expect(tree?.map?.fields.get('child')?.type).toBe(tree);
  expect(tree?.map?.fields.get('other')?.type.name).toBe('__untyped_deduced_');
  const table = encodeTable(own, { version: 'test', resources: [] });
  expect(table.kinds).toEqual([['g', 'v1', 'Tree', 0]]);
});
