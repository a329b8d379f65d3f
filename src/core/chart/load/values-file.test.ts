/** Values files as Helm's line reader hands them on. */
import { expect, test } from 'vitest';
import { readValues } from './values-file.ts';

test.each<[string, object]>([
  ['a: |\n  x', { a: 'x\n' }],
  ['a: |\n  x\n', { a: 'x\n' }],
  ['a: |-\n  x', { a: 'x' }],
  ['a: 1\n---\nb: |\n  y', { a: 1, b: 'y\n' }],
  ['', {}],
])('%j', (text, expected) => {
  const read = readValues(text);
  expect(read.ok ? { ...read.value } : read.error).toEqual(expected);
});
