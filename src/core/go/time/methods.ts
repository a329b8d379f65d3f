/** The methods templates can call on times and durations: those with one result. Go: time/time.go, time/format.go. */
import { ok } from '../../../std/index.ts';
import { civilOf, dayOfYear, timeOf, weekdayOf } from '../calendar/index.ts';
import { basicType, namedType, type GoMethod, type GoType } from '../type/index.ts';
import { duration, GoInt, GoTime, type GoValue } from '../value/index.ts';
import { durationFloat, durationString, roundDuration, truncateDuration } from './duration.ts';
import { formatTime, goTime } from './format.ts';
import { dayNames, monthNames } from './layout.ts';
import { utc } from './zone.ts';

const timeType = new GoTime(0, 0, utc).type;
const durationType = duration(0).type;

type Call<T> = (receiver: T, args: readonly GoValue[]) => GoValue;

/** A method by its parameter types, result type and body; the engine that calls it has checked the arguments. */
const method = <T>(params: readonly GoType[], result: GoType, call: Call<T>): GoMethod => ({
  signature: { params, variadic: false, result },
  call: (receiver, args) => ok(call(receiver as T, args as readonly GoValue[])),
});

const named = (name: string, names: readonly string[], first: number): GoType =>
  namedType(
    name,
    basicType.int,
    new Map([
      ['String', method<GoInt>([], basicType.string, ({ value }) => names[Number(value) - first] ?? `%!${name.slice(5)}(${value})`)],
    ]),
  );

const monthType = named('time.Month', monthNames, 1);
const weekdayType = named('time.Weekday', dayNames, 0);

const second = 1_000_000_000n;
const nanosecondsOf = (time: GoTime): bigint => BigInt(time.unix) * second + BigInt(time.nanoseconds);
const argTime = (args: readonly GoValue[]): bigint => nanosecondsOf(args[0] as GoTime);
const argInt = (args: readonly GoValue[], i: number): bigint => (args[i] as GoInt).big;

function moved(time: GoTime, nanoseconds: bigint): GoTime {
  const rest = ((nanoseconds % second) + second) % second;
  return new GoTime(Number((nanoseconds - rest) / second), Number(rest), time.location);
}

/** Nanoseconds since the year 1, which rounding counts from. */
const sinceYearOne = (time: GoTime): bigint => nanosecondsOf(time) + 62_135_596_800n * second;

function toMultiple(time: GoTime, multiple: bigint, mode: 'truncate' | 'round'): GoTime {
  if (multiple <= 0n) return time;
  const rest = ((sinceYearOne(time) % multiple) + multiple) % multiple;
  const isUp = mode === 'round' && rest * 2n >= multiple;
  return moved(time, nanosecondsOf(time) - rest + (isUp ? multiple : 0n));
}

/** The difference of two times, clamped to what a Duration holds. */
function difference(later: bigint, earlier: bigint): GoInt {
  const most = 2n ** 63n - 1n;
  const exact = later - earlier;
  return duration(exact > most ? most : exact < -most - 1n ? -most - 1n : exact);
}

function shifted(time: GoTime, args: readonly GoValue[]): GoTime {
  const civil = civilOf(time);
  const [years, months, days] = [0, 1, 2].map((i) => Number(argInt(args, i))) as [number, number, number];
  const date = { ...civil, year: civil.year + years, month: civil.month + months, day: civil.day + days };
  return timeOf(date, time.nanoseconds, time.location);
}

const part = (call: (time: GoTime) => number): GoMethod =>
  method<GoTime>([], basicType.int, (time) => new GoInt(basicType.int, call(time)));
const since1970 = (unit: bigint): GoMethod =>
  method<GoTime>([], basicType.int64, (time) => {
    const all = nanosecondsOf(time);
    return new GoInt(basicType.int64, (all - (((all % unit) + unit) % unit)) / unit);
  });
const compared = (test: (order: bigint) => boolean): GoMethod =>
  method<GoTime>([timeType], basicType.bool, (time, args) => test(nanosecondsOf(time) - argTime(args)));

/** Methods of `time.Time`. Local is missing: there is no machine's place here. */
export const timeMethods: ReadonlyMap<string, GoMethod> = new Map([
  ['Year', part((time) => civilOf(time).year)],
  ['Month', method<GoTime>([], monthType, (time) => new GoInt(monthType, civilOf(time).month))],
  ['Day', part((time) => civilOf(time).day)],
  ['Hour', part((time) => civilOf(time).hour)],
  ['Minute', part((time) => civilOf(time).minute)],
  ['Second', part((time) => civilOf(time).second)],
  ['Nanosecond', part((time) => time.nanoseconds)],
  ['Weekday', method<GoTime>([], weekdayType, (time) => new GoInt(weekdayType, weekdayOf(time)))],
  ['YearDay', part((time) => dayOfYear(civilOf(time)))],
  ['Unix', since1970(second)],
  ['UnixMilli', since1970(1_000_000n)],
  ['UnixMicro', since1970(1000n)],
  ['UnixNano', since1970(1n)],
  ['Format', method<GoTime>([basicType.string], basicType.string, (time, args) => formatTime(time, String(args[0])))],
  ['String', method<GoTime>([], basicType.string, (time) => formatTime(time))],
  ['GoString', method<GoTime>([], basicType.string, goTime)],
  ['UTC', method<GoTime>([], timeType, (time) => new GoTime(time.unix, time.nanoseconds, utc))],
  ['Add', method<GoTime>([durationType], timeType, (time, args) => moved(time, nanosecondsOf(time) + argInt(args, 0)))],
  ['AddDate', method<GoTime>([basicType.int, basicType.int, basicType.int], timeType, shifted)],
  ['Sub', method<GoTime>([timeType], durationType, (time, args) => difference(nanosecondsOf(time), argTime(args)))],
  ['After', compared((order) => order > 0n)],
  ['Before', compared((order) => order < 0n)],
  ['Equal', compared((order) => order === 0n)],
  ['IsZero', method<GoTime>([], basicType.bool, (time) => sinceYearOne(time) === 0n)],
  ['Truncate', method<GoTime>([durationType], timeType, (time, args) => toMultiple(time, argInt(args, 0), 'truncate'))],
  ['Round', method<GoTime>([durationType], timeType, (time, args) => toMultiple(time, argInt(args, 0), 'round'))],
]);

const inUnits = (unit: bigint): GoMethod => method<GoInt>([], basicType.float64, ({ value }) => durationFloat(value, unit));
const whole = (unit: bigint): GoMethod => method<GoInt>([], basicType.int64, ({ big }) => new GoInt(basicType.int64, big / unit));

/** Methods of `time.Duration`. */
export const durationMethods: ReadonlyMap<string, GoMethod> = new Map([
  ['Hours', inUnits(3600n * second)],
  ['Minutes', inUnits(60n * second)],
  ['Seconds', inUnits(second)],
  ['Milliseconds', whole(1_000_000n)],
  ['Microseconds', whole(1000n)],
  ['Nanoseconds', whole(1n)],
  ['String', method<GoInt>([], basicType.string, ({ value }) => durationString(value))],
  ['Round', method<GoInt>([durationType], durationType, ({ value }, args) => duration(roundDuration(value, argInt(args, 0))))],
  ['Truncate', method<GoInt>([durationType], durationType, ({ value }, args) => duration(truncateDuration(value, argInt(args, 0))))],
  ['Abs', method<GoInt>([], durationType, ({ big }) => duration(big === -(2n ** 63n) ? 2n ** 63n - 1n : big < 0n ? -big : big))],
]);
