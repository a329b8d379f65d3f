/** CEL against what cel-go says, budgets, and the rules of definitions. */
import { expect, test } from 'vitest';
import { formatFloat } from '../go/strconv/index.ts';
import type { Json, JsonObject } from '../object/index.ts';
import { checkRules, compileCel, compileRules, type Type } from './index.ts';
import { rows } from './rows.table.ts';
import { CelList, CelMap, CelOpaque, CelOptional, CelTimestamp, CelTypeValue, CelUint, CelDuration, type Value } from './value.ts';
import { formatSeconds, formatTimestamp } from './functions/time.ts';

const values: readonly (readonly [string, Json])[] = [
  [
    'x',
    {
      a: 1,
      b: 'two',
      c: [1, 2, 3],
      d: { e: { f: true } },
      n: null,
      fl: 1.5,
      'k-1': 9,
      users: [
        { name: 'ann', age: 3 },
        { name: 'bob', age: 5 },
      ],
    },
  ],
  ['i', 7],
  ['s', 'Hello, wörld'],
  ['l', [3, 1, 2]],
  ['m', { k: 'v', n: 2 }],
];
const variables = new Map<string, Type | undefined>([
  ['x', undefined],
  ['i', { k: 'int' }],
  ['s', { k: 'string' }],
  ['l', { k: 'list', item: { k: 'int' } }],
  ['m', { k: 'map', key: { k: 'string' }, value: { k: 'dyn' } }],
]);

/** Values as JSON; what has none, as text. */
function plain(value: Value): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof CelUint) return Number(value.value);
  if (value instanceof CelList) return [...value].map(plain);
  if (value instanceof CelMap)
    return Object.fromEntries([...value.keys()].map((key) => [String(plain(key)), plain(value.get(key) ?? null)]));
  if (value instanceof CelOptional) return value.value === undefined ? null : plain(value.value);
  if (value instanceof CelTimestamp) return formatTimestamp(value);
  if (value instanceof CelDuration) return formatSeconds(value);
  if (value instanceof CelTypeValue) return value.name;
  if (value instanceof CelOpaque) return value.identity;
  if (typeof value === 'number' && !Number.isFinite(value)) return formatFloat(value, 'g');
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
}

function readable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

test.each(rows.map(([expression, expected, cost]) => ({ expression, expected, cost })))('$expression', ({ expression, expected, cost }) => {
  const compiled = compileCel(expression, { variables });
  if (expected.startsWith('! ')) {
    expect(compiled.ok).toBe(false);
    if (!compiled.ok) expect(compiled.error.display.split('\n')[0]).toBe(`ERROR: <input>:${expected.slice(2)}`);
    return;
  }
  if (!compiled.ok) throw new Error(compiled.error.display);
  const { result, cost: spent } = compiled.value.run(values);
  if (expected.startsWith('? ')) expect(result).toMatchObject({ ok: false, error: { message: expected.slice(2) } });
  else if (!result.ok) throw new Error(result.error.message);
  else expect([expected, readable(expected)]).toContainEqual(plain(result.value));
  expect(spent).toBe(cost);
});

test('errors name line and column, and show the place', () => {
  const compiled = compileCel('i > 1 &&\n  nope == 2', { variables });
  expect(compiled).toMatchObject({
    ok: false,
    error: {
      line: 2,
      column: 3,
      message: "undeclared reference to 'nope' (in container '')",
      display: "ERROR: <input>:2:3: undeclared reference to 'nope' (in container '')\n |   nope == 2\n | ..^",
    },
  });
});

test('the wanted type is checked', () => {
  expect(compileCel('i', { variables, result: 'bool' })).toMatchObject({ ok: false });
  expect(compileCel('x.a', { variables, result: 'bool' }).ok).toBe(true);
  expect(compileCel('s', { variables, result: 'string' }).ok).toBe(true);
});

test.each<[string, string]>([
  ['a loop over loops', 'l.all(a, l.all(b, l.all(c, l.all(d, l.all(e, l.all(f, a + b + c + d + e + f > 0))))))'],
  ['a hostile pattern', "(s + s + s + s + s + s + s + s).matches('(a+)+$')"],
])('the budget ends %s, and nothing absorbs that', (_title, expression) => {
  const compiled = compileCel(`${expression} || true`, { variables });
  if (!compiled.ok) throw new Error(compiled.error.display);
  expect(compiled.value.run(values, { limit: 20 }).result).toEqual({
    ok: false,
    error: { message: 'operation cancelled: actual cost limit exceeded', exhausted: true },
  });
});

test.each([['('.repeat(300)], ['['.repeat(300)], ['-('.repeat(300)], ['a' + '.b'.repeat(5000)], ['1 +'.repeat(60_000)]])(
  'deep or long expressions are refused (%#)',
  (expression) => {
    expect(compileCel(expression, { variables: new Map() }).ok).toBe(false);
  },
);

const schema = (rules: Json, rest: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      'x-kubernetes-validations': rules,
      properties: {
        min: { type: 'integer' },
        max: { type: 'integer' },
        namespace: { type: 'string' },
        'a-b': { type: 'string' },
        port: { 'x-kubernetes-int-or-string': true },
        tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        items: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            type: 'object',
            properties: {
              name: { type: 'string' },
              size: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self >= oldSelf', message: 'must not shrink' }] },
            },
          },
        },
        ...rest,
      },
    },
  },
});

/** [title, rules, self, oldSelf, violations as `path: message`] */
test.each<[string, Json, Json, Json | undefined, string[]]>([
  ['holds', [{ rule: 'self.min <= self.max' }], { min: 1, max: 2 }, undefined, []],
  [
    'broken, with its own words',
    [{ rule: 'self.min <= self.max', message: 'min above max' }],
    { min: 3, max: 2 },
    undefined,
    ['spec: min above max'],
  ],
  ['broken, without words', [{ rule: 'self.min <= self.max' }], { min: 3, max: 2 }, undefined, ['spec: failed rule: self.min <= self.max']],
  [
    'a message that is worked out',
    [{ rule: 'self.min < 1', messageExpression: "'min is ' + string(self.min)" }],
    { min: 3 },
    undefined,
    ['spec: min is 3'],
  ],
  [
    'a message that fails gives way',
    [{ rule: 'self.min < 1', message: 'm', messageExpression: 'string(self.max)' }],
    { min: 3 },
    undefined,
    ['spec: m'],
  ],
  [
    'a field that is not there',
    [{ rule: 'self.max > 1' }],
    { min: 3 },
    undefined,
    ['spec: no such key: max evaluating rule: self.max > 1'],
  ],
  [
    'names that need escaping',
    [{ rule: "self.__namespace__ == 'x' && self.a__dash__b == 'y'" }],
    { namespace: 'x', 'a-b': 'z' },
    undefined,
    ["spec: failed rule: self.__namespace__ == 'x' && self.a__dash__b == 'y'"],
  ],
  ['the path of a field', [{ rule: 'false', message: 'no', fieldPath: '.min' }], { min: 1 }, undefined, ['spec.min: no']],
  [
    'int or string',
    [{ rule: "type(self.port) == int ? self.port > 10 : self.port == 'http'" }],
    { port: 5 },
    undefined,
    ["spec: failed rule: type(self.port) == int ? self.port > 10 : self.port == 'http'"],
  ],
  ['sets in any order', [{ rule: 'self.tags == oldSelf.tags' }], { tags: ['b', 'a'] }, { tags: ['a', 'b'] }, []],
  ['no older self, no transition rule', [{ rule: 'self == oldSelf' }], { min: 1 }, undefined, []],
  ['a transition', [{ rule: 'self == oldSelf', message: 'immutable' }], { min: 1 }, { min: 2 }, ['spec: immutable']],
  [
    'optional older self',
    [{ rule: 'oldSelf.hasValue() || self.min == 0', optionalOldSelf: true, message: 'must begin at 0' }],
    { min: 1 },
    undefined,
    ['spec: must begin at 0'],
  ],
  [
    'elements are found again by their keys',
    [],
    {
      items: [
        { name: 'b', size: 1 },
        { name: 'a', size: 5 },
        { name: 'new', size: 0 },
      ],
    },
    {
      items: [
        { name: 'a', size: 4 },
        { name: 'b', size: 2 },
      ],
    },
    ['spec.items[0].size: must not shrink'],
  ],
])('rules: %s', (...row) => {
  const [, rules, self, oldSelf, expected] = row;
  const compiled = compileRules(schema(rules), { isResource: true });
  expect(compiled.errors).toEqual([]);
  const violations = checkRules(compiled, { self: { spec: self }, ...(oldSelf === undefined ? {} : { oldSelf: { spec: oldSelf } }) });
  expect(violations.map(({ path, message }) => `${path}: ${message}`)).toEqual(expected);
});

test('rules that do not compile are named with their place', () => {
  const { errors } = compileRules(schema([{ rule: 'self.nope == 1' }, { rule: 'self.min' }]), { isResource: true });
  expect(errors.map(({ path, message }) => `${path}: ${message.split('\n')[0]}`)).toEqual([
    "properties[spec].x-kubernetes-validations[0].rule: compilation failed: ERROR: <input>:1:5: undefined field 'nope'",
    'properties[spec].x-kubernetes-validations[1].rule: cel expression must evaluate to a bool',
  ]);
});

test('elements without keys have no older self', () => {
  const element = { type: 'string', 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] };
  const { errors } = compileRules(schema([], { list: { type: 'array', items: element } }));
  expect(errors).toEqual([
    {
      path: 'properties[spec].properties[list].items.x-kubernetes-validations[0].rule',
      message: 'oldSelf cannot be used on the uncorrelatable portion of the schema within properties[spec].properties[list]',
    },
  ]);
});

test('the budget of an object ends all its rules', () => {
  const compiled = compileRules(schema([{ rule: 'self.min == 1' }, { rule: 'self.max == 1' }]));
  const violations = checkRules(compiled, { self: { spec: { min: 1, max: 2 } }, budget: 4 });
  expect(violations.map(({ message }) => message)).toEqual([
    'validation failed due to running out of cost budget, no further validation rules will be run',
  ]);
});

test('the name of the object is open to rules at the root', () => {
  const root = { type: 'object', 'x-kubernetes-validations': [{ rule: "self.metadata.name == 'default'", message: 'wrong name' }] };
  const compiled = compileRules(root, { isResource: true });
  expect(compiled.errors).toEqual([]);
  expect(checkRules(compiled, { self: { metadata: { name: 'x' } } }).map(({ path, message }) => [path, message])).toEqual([
    ['', 'wrong name'],
  ]);
});
