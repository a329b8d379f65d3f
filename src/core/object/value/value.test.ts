/** Equality, order and Go's notation of JSON values. */
import { expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { compareJson, compareText, deepFreeze, equalJson, formatGoSyntax, formatGoValue, goQuote } from './index.ts';

const equal: readonly (readonly [a: Json, b: Json, equal: boolean])[] = [
  [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
  [{ a: undefined }, {}, true],
  [{ a: null }, {}, false],
  [[1, 2], [2, 1], false],
  [1n, 1, true],
  ['1', 1, false],
  [[], {}, false],
];
test.each(equal)('equality %#', (a, b, expected) => expect([equalJson(a, b), equalJson(b, a)]).toEqual([expected, expected]));

test('kinds are ordered: numbers, strings, booleans, lists, maps, null', () => {
  const ordered: Json[] = [1, 2, '10', '9', false, true, [], [1], {}, { a: 1 }, { b: 1 }, null];
  expect(ordered.toSorted(compareJson)).toEqual(ordered);
});

test('strings are ordered by code point', () => expect(['\uffff', '😀', 'a'].sort(compareText)).toEqual(['a', '\uffff', '😀']));

test("Go's notation", () => {
  expect(goQuote('a"\n\u0001é\u200b')).toBe('"a\\"\\n\\x01é\\u200b"');
  expect(formatGoValue({ b: [1, 'x'], a: null })).toBe('map[a:<nil> b:[1 x]]');
  expect(formatGoSyntax({ a: ['x', 1.5] })).toBe('map[string]interface {}{"a":[]interface {}{"x", 1.5}}');
});

test('frozen values cannot be changed anywhere', () => {
  const value = deepFreeze({ a: [{ b: 1 }] });
  expect(Object.isFrozen(value.a[0])).toBe(true);
});
