/** Comparing objects, hiding secrets, showing texts. */
import { expect, test } from 'vitest';
import type { Json } from '../object/index.ts';
import { deepFreeze } from '../object/value/index.ts';
import { builtinSchema, customType } from '../schema/index.ts';
import { compareObjects, fingerprint, maskSecret, unifiedDiff } from './index.ts';

const schema = builtinSchema();
const pod = schema.typeOf({ group: '', version: 'v1', kind: 'Pod' });
const spec = (value: Json): Json => ({ apiVersion: 'v1', kind: 'Pod', spec: value });
const container = (more: Record<string, Json>): Json => spec({ containers: [{ name: 'c', ...more }] });

const rows: readonly (readonly [title: string, before: Json, after: Json, paths: readonly string[]])[] = [
  ['the same', container({ image: 'a' }), container({ image: 'a' }), []],
  ['an image', container({ image: 'a' }), container({ image: 'b' }), ['.spec.containers[name="c"].image']],
  [
    'quantities',
    container({ resources: { limits: { cpu: '1000m', memory: '1Gi' } } }),
    container({ resources: { limits: { cpu: 1, memory: '1024Mi' } } }),
    [],
  ],
  [
    'other quantities',
    container({ resources: { limits: { cpu: '100m' } } }),
    container({ resources: { limits: { cpu: 1 } } }),
    ['.spec.containers[name="c"].resources.limits.cpu'],
  ],
  ['order of keyed items', spec({ containers: [{ name: 'a' }, { name: 'b' }] }), spec({ containers: [{ name: 'b' }, { name: 'a' }] }), []],
  [
    'order of arguments',
    container({ args: ['a', 'b'] }),
    container({ args: ['b', 'a'] }),
    ['.spec.containers[name="c"].args[0]', '.spec.containers[name="c"].args[1]'],
  ],
  ['longer arguments', container({ args: ['a'] }), container({ args: ['a', 'b'] }), ['.spec.containers[name="c"].args']],
  ['a default', container({ ports: [{ containerPort: 80 }] }), container({ ports: [{ containerPort: 80, protocol: 'TCP' }] }), []],
  [
    'no default',
    container({ ports: [{ containerPort: 80 }] }),
    container({ ports: [{ containerPort: 80, protocol: 'UDP' }] }),
    [
      '.spec.containers[name="c"].ports[containerPort=80,protocol="TCP"]',
      '.spec.containers[name="c"].ports[containerPort=80,protocol="UDP"]',
    ],
  ],
  ['always written structs', container({}), container({ resources: {} }), []],
  ['empty lists and null', container({ args: [], env: null }), container({}), []],
  [
    'an empty struct says something',
    spec({ volumes: [{ name: 'v' }] }),
    spec({ volumes: [{ name: 'v', emptyDir: {} }] }),
    ['.spec.volumes[name="v"].emptyDir'],
  ],
  [
    'number and text',
    container({ livenessProbe: { httpGet: { port: 80 } } }),
    container({ livenessProbe: { httpGet: { port: '80' } } }),
    ['.spec.containers[name="c"].livenessProbe.httpGet.port'],
  ],
  [
    'duplicates',
    spec({ containers: [{ name: 'a' }, { name: 'a', image: 'x' }] }),
    spec({ containers: [{ name: 'a' }, { name: 'a', image: 'y' }] }),
    ['.spec.containers[1].image'],
  ],
];

test.each(rows)('%s', (_, before, after, paths) => {
  const options = pod === undefined ? expect.fail('no Pod') : { type: pod, struct: true };
  expect(compareObjects(deepFreeze(before), deepFreeze(after), options).map((change) => change.path)).toEqual(paths);
});

test('without a type values are compared as they are', () => {
  const changes = compareObjects({ a: '1000m', b: [] }, { a: '1' });
  expect(changes).toEqual([
    { path: '.a', steps: [{ kind: 'field', name: 'a' }], before: '1000m', after: '1' },
    { path: '.b', steps: [{ kind: 'field', name: 'b' }], before: [], after: undefined },
  ]);
});

test('metadata of a custom resource is a struct, the rest is not', () => {
  const type = customType(
    { type: 'object', properties: { spec: { type: 'object', additionalProperties: { type: 'string' } } } },
    { external: schema.named },
  );
  const changes = compareObjects({ metadata: { labels: {} }, spec: {} }, { metadata: {} }, { type });
  expect(changes.map((change) => change.path)).toEqual(['.spec']);
});

test('ignored paths', () => {
  const ignore = (path: string): boolean => path === '.metadata.uid';
  expect(compareObjects({ metadata: { uid: 'a' } }, { metadata: { uid: 'b' } }, { ignore })).toEqual([]);
});

test('values of Secrets are replaced by fingerprints, stringData as it will be stored', () => {
  const key = new Uint8Array(32).fill(7);
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: {}, stringData: { password: 'pässword' } };
  const stored = { apiVersion: 'v1', kind: 'Secret', metadata: {}, data: { password: 'cMOkc3N3b3Jk' } };
  const masked = maskSecret(deepFreeze(secret), key);
  expect(JSON.stringify(masked)).not.toContain('pässword');
  expect(masked).toEqual(maskSecret(stored, key));
  expect(fingerprint('x', key)).not.toBe(fingerprint('x', new Uint8Array(32)));
  const other = { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } };
  expect(maskSecret(other, key)).toBe(other);
});

test('unified differences', () => {
  expect(unifiedDiff('a\nb\n', 'a\nc\n', { from: 'live', to: 'git' })).toBe('--- live\n+++ git\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n');
  expect(unifiedDiff('a\n', 'a\n', { from: 'x', to: 'y' })).toBe('');
  expect(unifiedDiff('a\nb\n', 'c\nd\n', { from: 'x', to: 'y', maxEditLength: 1 })).toBe('--- x\n+++ y\n@@ -1,2 +1,2 @@\n-a\n-b\n+c\n+d\n');
});
