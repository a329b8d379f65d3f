/** What sprig's numbers and texts are made of. */
import { expect, test } from 'vitest';
import { GoPointer } from '../composite/index.ts';
import { basicType } from '../type/index.ts';
import { duration, GoBytes, GoError, GoFloat32, GoInt, int, type GoValue } from '../value/index.ts';
import { castBool, castError, castFloat64, castInt64, castString } from './index.ts';

test.each<
  [value: GoValue, number: number | bigint | undefined, float: number | undefined, text: string | undefined, truth: boolean | undefined]
>([
  [null, 0, 0, '', false],
  [1.9, 1, 1.9, '1.9', true],
  [-0.5, 0, -0.5, '-0.5', true],
  [1e20, -(2n ** 63n), 1e20, '100000000000000000000', true],
  [Number.NaN, -(2n ** 63n), Number.NaN, 'NaN', true],
  [true, 1, 1, 'true', true],
  ['12', 12, 12, '12', undefined],
  ['1.00', 1, 1, '1.00', undefined],
  ['1.5', undefined, 1.5, '1.5', undefined],
  ['0x1f', 31, undefined, '0x1f', undefined],
  ['010', 8, 10, '010', undefined],
  ['x', undefined, undefined, 'x', undefined],
  [int(7), 7, 7, '7', true],
  [new GoInt(basicType.uint64, 2n ** 64n - 1n), -1, 2 ** 64, '18446744073709551615', true],
  [new GoFloat32(0.1), 0, Math.fround(0.1), '0.1', true],
  [duration(1_000_000_000), undefined, undefined, '1s', true],
  [new GoBytes(Uint8Array.of(0x68, 0x69)), undefined, undefined, 'hi', undefined],
  [new GoError('boom'), undefined, undefined, 'boom', undefined],
  [new GoPointer(basicType.int, int(3)), 3, 3, '3', true],
  [[], undefined, undefined, undefined, undefined],
])('%o', (value, ...expected) => {
  expect([castInt64(value), castFloat64(value), castString(value), castBool(value)]).toEqual(expected);
});

test('the error names value and type', () => {
  expect(castError(['a'], 'int64')).toBe('unable to cast []interface {}{"a"} of type []interface {} to int64');
});
