/** What was wrong before and did not change is tolerated; rules about a change are for changes. Kubernetes: CRDValidationRatcheting, on since 1.33. */
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../object/index.ts';
import { checkRules, compileRules } from './index.ts';

const part = (...rules: readonly string[]): JsonObject => ({
  type: 'object',
  properties: { size: { type: 'integer' } },
  'x-kubernetes-validations': rules.map((rule) => ({ rule })),
});

const schema: JsonObject = {
  type: 'object',
  properties: {
    spec: part('self.size < 5', 'self.size >= oldSelf.size'),
    status: part('self.size < 5'),
    list: { type: 'array', items: part('self.size < 5') },
    keyed: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        properties: { name: { type: 'string' }, size: { type: 'integer' } },
        'x-kubernetes-validations': [{ rule: 'self.size < 5' }],
      },
    },
  },
};

const rules = compileRules(schema);
const found = (self: Json, oldSelf?: Json) => checkRules(rules, oldSelf === undefined ? { self } : { self, oldSelf });
const paths = (self: Json, oldSelf?: Json): readonly string[] =>
  found(self, oldSelf).flatMap(({ path, tolerated }) => (tolerated === true ? [] : [path]));

const [nine, alsoNine] = [{ size: 9 }, { size: 9 }];

test.each<readonly [what: string, self: Json, oldSelf: Json | undefined, broken: readonly string[]]>([
  ['all of a new object', { spec: nine, status: nine }, undefined, ['spec', 'status']],
  ['the part that changed', { spec: nine, status: { size: 8 } }, { spec: nine, status: nine }, ['status']],
  [
    'the same whether it is the same value or an equal one',
    { spec: alsoNine, status: { size: 8 } },
    { spec: nine, status: nine },
    ['status'],
  ],
  ['a rule about a change', { spec: { size: 2 } }, { spec: { size: 3 } }, ['spec']],
  ['a list without keys that changed, with all that is in it', { list: [nine, { size: 1 }] }, { list: [nine] }, ['list[0]']],
  ['nothing of a list that is as it was', { list: [nine], status: nine }, { list: [alsoNine] }, ['status']],
  [
    'of a keyed list the items that changed',
    {
      keyed: [
        { name: 'a', size: 9 },
        { name: 'b', size: 9 },
      ],
    },
    { keyed: [{ name: 'a', size: 9 }] },
    ['keyed[1]'],
  ],
])('rules look at %s', (_what, self, oldSelf, broken) => {
  expect(paths(self, oldSelf)).toEqual(broken);
});

test('what is tolerated is told', () => {
  const told = found({ spec: nine, status: { size: 1 } }, { spec: nine, status: nine });
  expect(told.map(({ path, tolerated }) => [path, tolerated])).toEqual([['spec', true]]);
});

test('a value that passed is not looked at again, but for rules about a change', () => {
  const spec = { size: 3 };
  expect(found({ spec })).toEqual([]);
  expect(paths({ spec }, { spec: { size: 4 } })).toEqual(['spec']);
});
