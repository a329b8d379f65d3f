/** The value model seen from outside: names, kinds, truth, lengths, keys, wrapping of integers. */
import { expect, test } from 'vitest';
import { GoList, GoMap, GoPointer, GoStruct, keyOf, mapSlice, strings } from '../composite/index.ts';
import { record } from '../../object/index.ts';
import { ok } from '../../../std/index.ts';
import { sprint } from '../fmt/index.ts';
import { fixedZone } from '../time/index.ts';
import { basicType, listType, mapType, namedType, parseType, pointerType, type GoMethod } from '../type/index.ts';
import { duration, GoBytes, GoFloat32, GoInt, GoNamed, GoNil, GoTime, int, type GoValue } from '../value/index.ts';
import { indirect, isTrue, kindOf, lengthOf, methodOf, typeName } from './index.ts';

const point = namedType('geo.Point', { kind: 'struct', name: 'geo.Point', named: true });

const cases: readonly (readonly [value: GoValue, name: string, kind: string, truth: boolean, length: number | undefined])[] = [
  [null, '<nil>', 'invalid', false, undefined],
  ['', 'string', 'string', false, 0],
  ['größe€😀', 'string', 'string', true, 14],
  [0, 'float64', 'float64', false, undefined],
  [true, 'bool', 'bool', true, undefined],
  [[], '[]interface {}', 'slice', false, 0],
  [[null], '[]interface {}', 'slice', true, 1],
  [record<GoValue>([['kind', 1]]), 'map[string]interface {}', 'map', true, 1],
  [int(3), 'int', 'int', true, undefined],
  [duration(0), 'time.Duration', 'int64', false, undefined],
  [new GoFloat32(0.5), 'float32', 'float32', true, undefined],
  [new GoBytes(new Uint8Array(2)), '[]uint8', 'slice', true, 2],
  [strings(['a']), '[]string', 'slice', true, 1],
  [new GoMap(mapType(basicType.string, basicType.int), []), 'map[string]int', 'map', false, 0],
  [new GoStruct(point, []), 'geo.Point', 'struct', true, undefined],
  [new GoPointer(point, new GoStruct(point, [])), '*geo.Point', 'ptr', true, undefined],
  [new GoNil(listType(basicType.int)), '[]int', 'slice', false, 0],
  [new GoNamed(namedType('x.S', basicType.string), ''), 'x.S', 'string', false, 0],
  [mapSlice([['a', 1]]), 'yaml.MapSlice', 'slice', true, 1],
];

test.each(cases)('%#: %o', (value, ...expected) => {
  expect([typeName(value), kindOf(value), isTrue(value), lengthOf(value)]).toEqual(expected);
});

test('integers wrap to their size and stay exact beyond 2^53', () => {
  expect(new GoInt(basicType.uint8, -1).value).toBe(255);
  expect(new GoInt(basicType.int64, 2n ** 63n).value).toBe(-(2n ** 63n));
  expect(new GoInt(basicType.uint64, -1).value).toBe(2n ** 64n - 1n);
  expect(new GoInt(basicType.int, 9007199254740993n).value).toBe(9007199254740993n);
  expect(new GoInt(basicType.int, 5n).value).toBe(5);
  expect(Object.is(int(-0).value, 0)).toBe(true);
});

test('typed maps find keys of the same type only', () => {
  const map = new GoMap(mapType(basicType.any, basicType.int), [
    [int(1), int(10)],
    ['1', int(20)],
    [Number.NaN, int(30)],
  ]);
  expect([map.get(int(1)), map.get('1'), map.get(1), map.get(Number.NaN)]).toEqual([int(10), int(20), undefined, undefined]);
  expect(keyOf(new GoList(listType(basicType.int, 1), [int(1)]))).toBe(keyOf(new GoList(listType(basicType.int, 1), [int(1)])));
});

test('a pointer to itself is followed for a bounded number of steps', () => {
  const inner = new GoPointer(basicType.any, 'x');
  expect(indirect(new GoPointer(inner.type, inner))).toBe('x');
});

test.each([
  ['map[string][]int', 'map'],
  ['map[[2]int]map[string]*x.T', 'map'],
  ['[3]uint8', 'array'],
  ['*[]string', 'ptr'],
  ['struct { a int; b string }', 'struct'],
  ['any', 'interface'],
  ['template.S', 'invalid'],
])('type %s', (name, kind) => {
  const type = parseType(name);
  expect(type.ok && type.value.kind).toBe(kind);
  if (name !== 'any') expect(type.ok && type.value.name).toBe(name);
});

test.each(['', '[', '[]', 'map[', 'map[string', '[x]int', '*', 'a b', '*'.repeat(100) + 'int'])('no type: %s', (name) => {
  expect(parseType(name).ok).toBe(false);
});

const textOfCall = (value: GoValue, name: string, args: readonly GoValue[] = []): string => {
  const result = methodOf(value, name)?.call(value, args);
  return result === undefined ? 'no method' : result.ok ? sprint([result.value as GoValue]) : result.error;
};

test('times and durations have the methods templates call', () => {
  const time = new GoTime(1_709_210_096, 789_000_000, fixedZone('CET', 3600));
  const calls: readonly (readonly [name: string, args: readonly GoValue[], text: string])[] = [
    ['Year', [], '2024'],
    ['Month', [], 'February'],
    ['Weekday', [], 'Thursday'],
    ['YearDay', [], '60'],
    ['Unix', [], '1709210096'],
    ['UnixMilli', [], '1709210096789'],
    ['Format', ['15:04 MST'], '13:34 CET'],
    ['AddDate', [int(1), int(0), int(0)], '2025-03-01 13:34:56.789 +0100 CET'],
    ['Add', [duration(-90_000_000_000)], '2024-02-29 13:33:26.789 +0100 CET'],
    ['Sub', [new GoTime(1_709_210_000, 0, fixedZone('', 0))], '1m36.789s'],
    ['Truncate', [duration(3_600_000_000_000)], '2024-02-29 13:00:00 +0100 CET'],
    ['Round', [duration(1_000_000_000)], '2024-02-29 13:34:57 +0100 CET'],
    ['UTC', [], '2024-02-29 12:34:56.789 +0000 UTC'],
    ['IsZero', [], 'false'],
    ['After', [time], 'false'],
    ['Nothing', [], 'no method'],
  ];
  for (const [name, args, text] of calls) expect([name, textOfCall(time, name, args)]).toEqual([name, text]);
  expect(textOfCall(new GoPointer(time.type, time), 'Year')).toBe('2024');
  expect(textOfCall(duration(90_500_000_000), 'Minutes')).toBe('1.5083333333333333');
  expect(textOfCall(duration(-90_500_000_000), 'Abs')).toBe('1m30.5s');
});

test('methods of values work through pointers, and fail through nil', () => {
  const shout: GoMethod = {
    signature: { params: [], variadic: false, result: basicType.string },
    call: (receiver) => ok(`${String((receiver as GoStruct).fields.length)}!`),
  };
  const type = namedType('x.Loud', { kind: 'struct', name: 'x.Loud', named: true }, new Map([['String', shout]]));
  const loud = new GoStruct(type, [['A', 1]]);
  expect([sprint([loud]), sprint([new GoPointer(type, loud)]), sprint([[loud]])]).toEqual(['1!', '1!', '[1!]']);
  expect(textOfCall(new GoNil(pointerType(type)), 'String')).toBe('value method x.Loud.String called using nil *x.Loud pointer');
  expect(sprint([new GoNil(pointerType(type))])).toBe('<nil>');
  const onPointer = namedType('x.Shy', type, new Map([['String', { ...shout, onPointer: true, call: () => ok('shy') }]]));
  const shy = new GoStruct(onPointer, []);
  expect([sprint([shy]), sprint([new GoPointer(onPointer, shy)])]).toEqual(['{}', 'shy']);
});
