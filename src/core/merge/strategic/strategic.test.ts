/** Strategic merge patches of built-in kinds. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../../object/index.ts';
import { deepFreeze } from '../../object/value/index.ts';
import { builtinSchema } from '../../schema/index.ts';
import { strategicMerge, threeWayPatch, twoWayPatch } from './index.ts';

const type = builtinSchema().typeOf({ group: '', version: 'v1', kind: 'Pod' });
const pod = (...containers: readonly JsonObject[]): JsonObject => ({ spec: { containers } });

const rows: readonly (readonly [title: string, live: JsonObject, patch: JsonObject, result: JsonObject | string])[] = [
  [
    'merges items by key',
    pod({ name: 'a', image: '1' }, { name: 'b' }),
    pod({ name: 'a', image: '2' }),
    pod({ name: 'a', image: '2' }, { name: 'b' }),
  ],
  ['puts new items first', pod({ name: 'a' }), pod({ name: 'b' }), pod({ name: 'b' }, { name: 'a' })],
  ['deletes an item', pod({ name: 'a' }, { name: 'b' }), pod({ name: 'a', $patch: 'delete' }), pod({ name: 'b' })],
  ['replaces a list', pod({ name: 'a' }, { name: 'b' }), pod({ name: 'c' }, { $patch: 'replace' }), pod({ name: 'c' })],
  [
    'orders items',
    pod({ name: 'a' }, { name: 'b' }),
    { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } },
    pod({ name: 'b' }, { name: 'a' }),
  ],
  ['removes a field', pod({ name: 'a', image: '1' }), pod({ name: 'a', image: null }), pod({ name: 'a' })],
  ['merges finalizers', { metadata: { finalizers: ['a'] } }, { metadata: { finalizers: ['b'] } }, { metadata: { finalizers: ['b', 'a'] } }],
  [
    'deletes from finalizers',
    { metadata: { finalizers: ['a', 'b'] } },
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } },
    { metadata: { finalizers: ['b'] } },
  ],
  [
    'clears other sources of a volume',
    { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
    { spec: { volumes: [{ name: 'v', configMap: { name: 'c' }, $retainKeys: ['name', 'configMap'] }] } },
    { spec: { volumes: [{ name: 'v', configMap: { name: 'c' } }] } },
  ],
  ['needs the key', pod({ name: 'a' }), pod({ image: '1' }), 'map: map[image:1] does not contain declared merge key: name'],
  [
    'knows its fields',
    { spec: { nonsense: {} } },
    { spec: { nonsense: { a: 1 } } },
    'unable to find api field in struct PodSpec for the json field "nonsense"',
  ],
];

test.each(rows)('%s', (_, live, patch, expected) => {
  const result = strategicMerge(deepFreeze(live), deepFreeze(patch), type);
  expect(result.ok ? result.value : result.error).toEqual(expected);
});

test('changing nothing returns the live object', () => {
  const live = deepFreeze(pod({ name: 'a', image: '1', args: ['x'] }));
  const result = strategicMerge(live, pod({ name: 'a', args: ['x'] }), type);
  expect(result.ok && result.value).toBe(live);
});

test('what kubectl apply sends', () => {
  const patch = twoWayPatch(pod({ name: 'a', image: '1' }, { name: 'b' }), pod({ name: 'a', image: '2' }), type);
  expect(patch).toEqual({
    ok: true,
    value: {
      spec: {
        '$setElementOrder/containers': [{ name: 'a' }],
        containers: [
          { name: 'a', image: '2' },
          { name: 'b', $patch: 'delete' },
        ],
      },
    },
  });
  const three = {
    original: pod({ name: 'a', image: '1' }),
    modified: pod({ name: 'a', image: '2' }),
    current: pod({ name: 'a', image: '3' }),
  };
  expect(threeWayPatch(three, type).ok).toBe(false);
  expect(threeWayPatch(three, type, { overwrite: true })).toMatchObject({
    ok: true,
    value: { spec: { containers: [{ name: 'a', image: '2' }] } },
  });
});
