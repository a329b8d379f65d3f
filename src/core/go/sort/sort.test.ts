/** Byte order and the natural order of YAML keys. */
import { expect, test } from 'vitest';
import { compareNatural, compareStrings, sortStrings } from './index.ts';

test('strings sort by code point, not by UTF-16 unit', () => {
  expect(sortStrings(['😀', '\uffff', 'é', 'a', 'B', 'ab'])).toEqual(['B', 'a', 'ab', 'é', '\uffff', '😀']);
  expect([compareStrings('a', 'a'), Math.sign(compareStrings('a', 'ab')), Math.sign(compareStrings('😀', '\uffff'))]).toEqual([0, -1, 1]);
});

test.each([
  [['a10', 'a9', 'a1'], ['a1', 'a9', 'a10'], 'v3'],
  [['ab', 'a-b', 'a1'], ['a-b', 'a1', 'ab'], 'v3'],
  [['a1b', 'a1-'], ['a1b', 'a1-'], 'v3'],
  [['a1b', 'a1-'], ['a1-', 'a1b'], 'v2'],
  [['a101', 'a12', 'a1001'], ['a12', 'a101', 'a1001'], 'v2'],
  [['a01', 'a1', 'a001'], ['a1', 'a01', 'a001'], 'v2'],
] as const)('%j sorts as %j in %s', (keys, sorted, order) => {
  expect(keys.toSorted((a, b) => compareNatural(a, b, order))).toEqual(sorted);
});
