/** Numbers and quoted strings: the places where Go and JavaScript differ. */
import { expect, test } from 'vitest';
import {
  canBackquote,
  formatFloat,
  formatInt,
  numError,
  parseGoBool,
  parseGoFloat,
  parseGoInt,
  parseGoUint,
  quote,
  quoteRune,
  unquote,
} from './index.ts';

test.each([
  // halves go to the even digit
  [0.5, 'f', 0, '0'],
  [1.5, 'f', 0, '2'],
  [2.5, 'f', 0, '2'],
  [0.125, 'f', 2, '0.12'],
  [0.375, 'f', 2, '0.38'],
  [2.5, 'e', 0, '2e+00'],
  [1e21, 'f', -1, '1000000000000000000000'],
  [1e6, 'g', -1, '1e+06'],
  [123456789, 'g', -1, '1.23456789e+08'],
  [999999, 'g', -1, '999999'],
  [0.0001, 'g', -1, '0.0001'],
  [0.00001, 'g', -1, '1e-05'],
  [1234.5678, 'g', 3, '1.23e+03'],
  [100, 'g', 5, '100'],
  [-0, 'g', -1, '-0'],
  [Infinity, 'f', 2, '+Inf'],
  [Number.NaN, 'e', -1, 'NaN'],
  [1, 'x', -1, '0x1p+00'],
  [1.5, 'X', 2, '0X1.80P+00'],
  [5e-324, 'b', -1, '1p-1074'],
  [5e-324, 'e', 3, '4.941e-324'],
  [1, 'z', -1, '%z'],
])('%d as %%%s with %d digits', (...row) => {
  const [value, verb, precision, text] = row;
  expect(formatFloat(value, verb, { precision })).toBe(text);
});

test.each([
  [Math.fround(0.1), '0.1'],
  [442.265625, '442.26562'],
  [2 ** -12, '0.00024414063'],
  [16777216, '1.6777216e+07'],
])('float32 %d has as few digits as tell it apart', (value, text) => {
  expect(formatFloat(value, 'g', { bits: 32 })).toBe(text);
});

test.each([
  ['1e400', 64, Infinity, 'value out of range'],
  ['1_000.5', 64, 1000.5, ''],
  ['1__0', 64, 0, 'invalid syntax'],
  ['0x1.8p1', 64, 3, ''],
  ['0x1.8', 64, 0, 'invalid syntax'],
  ['infinity', 64, Infinity, ''],
  ['+nan', 64, 0, 'invalid syntax'],
  ['.', 64, 0, 'invalid syntax'],
  [' 1', 64, 0, 'invalid syntax'],
  // between two float32 the digits decide, not their float64
  ['1.000000059604644775390625', 32, 1, ''],
  ['1.0000000596046447753906250000000000000000001', 32, 1 + 2 ** -23, ''],
  ['0x1.000001p0', 32, 1, ''],
] as const)('ParseFloat(%s, %d)', (text, bits, value, error) => {
  expect(parseGoFloat(text, bits)).toEqual({ value, error });
});

test.each([
  ['9007199254740993', {}, 9007199254740993n, ''],
  ['-9223372036854775808', {}, -9223372036854775808n, ''],
  ['9223372036854775808', {}, 9223372036854775807n, 'value out of range'],
  ['0x_1f', { base: 0 }, 31, ''],
  ['+_1114112', { base: 0, bits: 16 }, 32767, 'value out of range'],
  ['010', { base: 0 }, 8, ''],
  ['08', { base: 0 }, 0, 'invalid syntax'],
  ['1_0', {}, 0, 'invalid syntax'],
  ['128', { bits: 8 }, 127, 'value out of range'],
  ['z', { base: 36 }, 35, ''],
  ['1', { base: 1 }, 0, 'invalid base 1'],
  ['1', { bits: 65 }, 0, 'invalid bit size 65'],
  ['-0', {}, 0, ''],
  ['-', {}, 0, 'invalid syntax'],
] as const)('ParseInt(%s, %j)', (text, format, value, error) => {
  expect(parseGoInt(text, format)).toEqual({ value, error });
});

test('unsigned numbers, booleans, error texts', () => {
  expect(parseGoUint('18446744073709551615').value).toBe(18446744073709551615n);
  expect(parseGoUint('-1').error).toBe('invalid syntax');
  expect([parseGoBool('T'), parseGoBool('False'), parseGoBool('yes')]).toEqual([true, false, undefined]);
  expect(numError('ParseInt', 'a"b', 'invalid syntax')).toBe('strconv.ParseInt: parsing "a\\"b": invalid syntax');
  expect(formatInt(-255n, 16)).toBe('-ff');
});

test.each([
  ['plain', '"plain"', '"plain"'],
  ['"\\\n\u0007\u007f', '"\\"\\\\\\n\\a\\x7f"', '"\\"\\\\\\n\\a\\x7f"'],
  ['é\u00a0😀', '"é\\u00a0😀"', '"\\u00e9\\u00a0\\U0001f600"'],
  ['a\udcffb', '"a\\xffb"', '"a\\xffb"'],
])('quotes %j', (text, print, ascii) => {
  expect([quote(text), quote(text, 'ascii')]).toEqual([print, ascii]);
  expect(unquote(print)).toBe(text);
});

test.each([
  ['`a\r\nb`', 'a\nb'],
  ["'x'", 'x'],
  ["'xy'", undefined],
  ['"\\xe2\\x82\\xac"', '€'],
  ['"\\377\udcff"', '\udcff\ufffd'],
  ['"\\ud800"', undefined],
  ['"a\nb"', undefined],
  ['"a"b"', undefined],
  ['"', undefined],
])('unquotes %j', (literal, text) => {
  expect(unquote(literal)).toBe(text);
});

test('characters, and what may stand between backquotes', () => {
  expect([quoteRune(0x27), quoteRune(0x110000), quoteRune(0xe9, 'ascii')]).toEqual(["'\\''", "'�'", "'\\u00e9'"]);
  expect([canBackquote('a\tb'), canBackquote('a\nb'), canBackquote('`'), canBackquote('\u0085')]).toEqual([true, false, false, true]);
});
