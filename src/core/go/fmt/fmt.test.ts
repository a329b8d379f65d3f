/** Sprintf as charts use and misuse it. */
import { expect, test } from 'vitest';
import { record } from '../../object/index.ts';
import { GoList, GoMap, GoPointer, GoStruct, strings } from '../composite/index.ts';
import { basicType, listType, mapType, namedType } from '../type/index.ts';
import { fixedZone } from '../time/index.ts';
import { duration, GoBytes, GoError, GoInt, GoNil, GoRawString, GoTime, int, type GoValue } from '../value/index.ts';
import { sprint, sprintf, sprintln } from './index.ts';

const values = record<GoValue>([
  ['b', [1, 'x', null]],
  ['a', record<GoValue>([['on', true]])],
]);
const pointType = namedType('geo.Point', { kind: 'struct', name: 'geo.Point', named: true });
const point = new GoStruct(pointType, [
  ['X', int(1)],
  ['y', duration(5)],
  ['Z', duration(5)],
]);

test.each<[format: string, args: readonly GoValue[], text: string]>([
  ['%s-%s', ['a', 'b'], 'a-b'],
  ['%d', [8080], '%!d(float64=8080)'],
  ['%d%%', [int(50)], '50%'],
  ['%v', [values], 'map[a:map[on:true] b:[1 x <nil>]]'],
  ['%#v', [values], 'map[string]interface {}{"a":map[string]interface {}{"on":true}, "b":[]interface {}{1, "x", interface {}(nil)}}'],
  ['%s', [[1, 'x', null, [null]]], '[%!s(float64=1) x <nil> [<nil>]]'],
  ['%q', [strings(['a', 'b'])], '["a" "b"]'],
  ['%v %+v', [point, point], '{1 5 5ns} {X:1 y:5 Z:5ns}'],
  ['%#v', [point], 'geo.Point{X:1, y:5, Z:5}'],
  ['%v', [new GoPointer(pointType, point)], '&{1 5 5ns}'],
  [
    '%v',
    [
      new GoMap(mapType(basicType.int, basicType.string), [
        [int(2), 'b'],
        [int(-1), 'a'],
      ]),
    ],
    'map[-1:a 2:b]',
  ],
  ['%T %T %T', [null, values, new GoList(listType(basicType.int), [])], '<nil> map[string]interface {} []int'],
  ['%T|%.1T', [1.5, null], 'float64|<nil>'],
  [
    '%5d|%-5d|%05d|%+d|%x|%#x|%o|%O|%b',
    [int(42), int(42), int(-42), int(42), int(255), int(255), int(8), int(8), int(5)],
    '   42|42   |-0042|+42|ff|0xff|10|0o10|101',
  ],
  ['%6.2f|%-8.1f|%08.3f|%e|%g', [3.14159, 2.25, -1.5, 1500, 1e6], '  3.14|2.2     |-001.500|1.500000e+03|1e+06'],
  ['%x|% X|%#x', ['hi', new GoBytes(Uint8Array.of(1, 0xab)), 'hi'], '6869|01 AB|0x6869'],
  ['%10s|%-10s|%.2s|%010s', ['é', 'é', 'größe', 'x'], '         é|é         |gr|000000000x'],
  ['%c|%q|%U|%#U', [int(0x263a), int(0x27), int(0x263a), int(0x263a)], "☺|'\\''|U+263A|U+263A '☺'"],
  ['%t|%v|%s', [true, false, true], 'true|false|%!s(bool=true)'],
  ['%[2]s %[1]s', ['a', 'b'], 'b a'],
  ['%[3]s|%[x]s|%s', ['a'], '%!s(BADINDEX)|%!s(BADINDEX)|a'],
  ['%*d|%-*d|%.*f', [int(4), int(1), int(3), int(2), int(1), 2.25], '   1|2  |2.2'],
  ['%*d', ['x', int(1)], '%!(BADWIDTH)1'],
  ['%d %d', [int(1)], '1 %!d(MISSING)'],
  ['%d', [int(1), 'x', null], '1%!(EXTRA string=x, <nil>)'],
  ['%', [], '%!(NOVERB)'],
  ['%.', [int(3)], '%!.(int=3)'],
  ['%z %!', [int(3), int(4)], '%!z(int=3) %!!(int=4)'],
  ['%w', [new GoError('x')], '%!w(*errors.errorString=&{x})'],
  ['%v|%s|%d', [new GoError('boom'), new GoError('boom'), new GoError('boom')], 'boom|boom|&{%!d(string=boom)}'],
  ['%v|%d|%s', [duration(1_500_000_000), duration(7), duration(0)], '1.5s|7|0s'],
  ['%v', [new GoTime(0, 0, fixedZone('CET', 3600))], '1970-01-01 01:00:00 +0100 CET'],
  ['%#v|%v', [new GoNil(listType(basicType.int)), new GoNil(listType(basicType.int))], '[]int(nil)|[]'],
  ['%v|%#v', [new GoInt(basicType.uint8, 7), new GoInt(basicType.uint8, 7)], '7|0x7'],
  ['%v', [new GoInt(basicType.int64, 2n ** 62n)], '4611686018427387904'],
  ['%.0f %.0f', [0.5, 1.5], '0 2'],
  ['%s', [new GoRawString(Uint8Array.of(0x61, 0xff))], 'a\udcff'],
  ['%q', [new GoRawString(Uint8Array.of(0x61, 0xff))], '"a\\xff"'],
])('%j of %o', (format, args, text) => {
  expect(sprintf(format, args)).toBe(text);
});

test('Print puts spaces between operands that are no strings, Println between all', () => {
  expect(sprint([1, 2, 'a', 'b', 3, null])).toBe('1 2ab3 <nil>');
  expect(sprintln([1, 'a', 'b'])).toBe('1 a b\n');
});

test('values nested without end are refused', () => {
  const loop: GoValue[] = [];
  loop.push(loop);
  expect(() => sprintf('%v', [loop])).toThrow(RangeError);
});
