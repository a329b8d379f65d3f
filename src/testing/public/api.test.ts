/** What is published as types is what the code does. */
import { expect, test } from 'vitest';
import type * as published from './api.d.ts';
import * as code from './index.ts';

const checked: typeof published = code;

test('the module exports exactly what its types name', () => {
  expect(Object.keys(checked).toSorted()).toEqual(['deploy', 'matrix', 'rehearse', 'render', 'world']);
});

test('a matrix is every combination, in order', () => {
  expect(code.matrix({ a: [1, 2], b: ['x', 'y'] })).toEqual([
    { a: 1, b: 'x' },
    { a: 1, b: 'y' },
    { a: 2, b: 'x' },
    { a: 2, b: 'y' },
  ]);
  expect(code.matrix({})).toEqual([{}]);
});
