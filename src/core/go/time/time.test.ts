/** Layouts, zones and durations. */
import { expect, test } from 'vitest';
import { GoTime } from '../value/index.ts';
import { civilOf, timeOf, unixOf, weekdayOf } from '../calendar/index.ts';
import { durationString, fixedZone, formatTime, goTime, parseDuration, parseTime, utc } from './index.ts';

const moment = new GoTime(1_136_239_445, 123_456_000, fixedZone('MST', -7 * 3600));

test.each([
  ['2006-01-02T15:04:05Z07:00', '2006-01-02T15:04:05-07:00'],
  ['Mon, 02 Jan 2006 15:04:05 MST', 'Mon, 02 Jan 2006 15:04:05 MST'],
  ['3:04PM|3:04pm|03', '3:04PM|3:04pm|03'],
  ['.000|.999999999|,00|05.0009', '.123|.123456|,12|05.0009'],
  ['_2|__2|002|06|1|Janet', ' 2|  2|002|06|1|Janet'],
  ['-0700|-07|Z070000', '-0700|-07|-070000'],
  ['x_20067', 'x_20067'],
])('formats %s', (layout, text) => {
  expect(formatTime(moment, layout)).toBe(text);
});

test.each([
  [0, '+00:00:00'],
  [-30, '+00:00:-30'],
  [-90, '-00:01:30'],
  [45296, '+12:34:56'],
])('an offset of %d seconds', (offset, text) => {
  expect(formatTime(new GoTime(0, 0, fixedZone('X', offset)), '-07:00:00')).toBe(text);
});

test.each([
  ['2006-01-02', '2024-02-30', 'parsing time "2024-02-30": day out of range'],
  ['2006-01-02', '2024-2-30', 'parsing time "2024-2-30" as "2006-01-02": cannot parse "2-30" as "01"'],
  ['2006-01-02', '2024-02-03x', 'parsing time "2024-02-03x": extra text: "x"'],
  ['15:04', '25:00', 'parsing time "25:00": hour out of range'],
  ['2006 002', '2023 366', 'parsing time "2023 366": day-of-year out of range'],
  ['Z0700', '+545 ', 'parsing time "+545 ": time zone offset hour out of range'],
  ['__2 3PM', ' 60 12am', 'parsing time " 60 12am" as "__2 3PM": cannot parse "am" as "PM"'],
  ['Jan', 'Foo', 'parsing time "Foo" as "Jan": cannot parse "Foo" as "Jan"'],
])('parsing %s from %s fails', (layout, text, error) => {
  expect(parseTime(layout, text)).toEqual({ ok: false, error });
});

test.each([
  ['2006-01-02T15:04:05Z07:00', '2024-02-29T23:59:59.5+01:30', 1_709_245_799, 500_000_000, '', 5400],
  ['2006-01-02 15:04:05 MST', '2024-01-01 00:00:00 CET', 1_704_067_200, 0, 'CET', 0],
  ['2006 MST', '2024 GMT+3', 1_704_067_200, 0, 'GMT+3', 10_800],
  ['2006 __2 3PM', '2024  60 12AM', 1_709_164_800, 0, 'UTC', 0],
])('parses %s from %s', (...row) => {
  const [layout, text, unix, nanoseconds, name, offset] = row;
  const result = parseTime(layout, text);
  if (!result.ok) throw new Error(result.error);
  const time = result.value;
  expect([time.unix, time.nanoseconds, time.location.zoneAt(time.unix)]).toEqual([unix, nanoseconds, { name, offset }]);
});

test('calendars reach far in both directions', () => {
  for (const year of [-400, -1, 0, 1, 1582, 1900, 2000, 2100, 9999]) {
    const civil = { year, month: 2, day: 28, hour: 23, minute: 59, second: 59 };
    expect(civilOf(new GoTime(unixOf(civil), 0, utc))).toEqual(civil);
  }
  expect(weekdayOf(moment)).toBe(1);
  expect(goTime(moment)).toBe('time.Date(2006, time.January, 2, 15, 4, 5, 123456000, time.Location("MST"))');
  expect(timeOf({ year: 2006, month: 13, day: 32, hour: 0, minute: 0, second: 0 }, 0, utc).unix).toBe(
    unixOf({ year: 2007, month: 2, day: 1, hour: 0, minute: 0, second: 0 }),
  );
});

test.each([
  ['1h2m3.5s', 3_723_500_000_000],
  ['-1.5h', -5_400_000_000_000],
  ['1µs', 1000],
  ['.5s', 500_000_000],
])('durations: %s', (text, nanoseconds) => {
  expect(parseDuration(text)).toEqual({ ok: true, value: nanoseconds });
});

test.each([
  ['', 'time: invalid duration ""'],
  ['1', 'time: missing unit in duration "1"'],
  ['1d', 'time: unknown unit "d" in duration "1d"'],
  ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
])('no duration: %s', (text, error) => {
  expect(parseDuration(text)).toEqual({ ok: false, error });
});

test('durations print with the largest units that fit', () => {
  expect([1, 1500, 1_100_000, 61_000_000_000, -(2n ** 63n)].map(durationString)).toEqual([
    '1ns',
    '1.5µs',
    '1.1ms',
    '1m1s',
    '-2562047h47m16.854775808s',
  ]);
});
