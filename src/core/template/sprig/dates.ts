/** Dates and durations. The present moment and time zones come from the host. Source: Masterminds/sprig date.go. */
import { durationString, formatTime, parseDuration, parseTime, roundDuration, utc } from '../../go/time/index.ts';
import { type GoType } from '../../go/type/index.ts';
import { GoInt, type GoLocation, GoTime, type GoValue } from '../../go/value/index.ts';
import { indirect } from '../../go/reflect/index.ts';
import { parseGoInt } from '../../go/strconv/index.ts';
import { fixed, type Param, param, type State, TemplateFailure, type TemplateFunction } from '../exec/index.ts';
import { hostOf, now as nowOf } from './host.ts';

const { any, string } = param;

const zero = new GoTime(-62135596800, 0, utc);

const time: Param<GoTime> = {
  type: zero.type satisfies GoType,
  isValue: false,
  nilable: false,
  nil: zero,
  accept: (value) => (value instanceof GoTime ? value : undefined),
};

const local = (state: State): GoLocation => hostOf(state).zone('Local') ?? utc;

function present(state: State): GoTime {
  const milliseconds = nowOf(state);
  return new GoTime(Math.floor(milliseconds / 1000), Math.round((milliseconds % 1000) * 1_000_000), local(state));
}

const isPlainInt = (value: GoValue, names: readonly string[]): value is GoInt => value instanceof GoInt && names.includes(value.type.name);

/** A date as sprig takes it: a time, or seconds since 1970; the present moment for everything else. */
function momentOf(date: GoValue, state: State, ints: readonly string[] = ['int64', 'int', 'int32']): GoTime {
  const value = date === null ? null : indirect(date);
  if (value instanceof GoTime) return value;
  return isPlainInt(value, ints) ? new GoTime(Number(value.value), 0, local(state)) : present(state);
}

function inZone(layout: string, date: GoValue, place: { readonly zone: string; readonly state: State }): string {
  const moment = momentOf(date, place.state);
  const zone = place.zone === '' ? 'UTC' : place.zone;
  const location = zone === 'UTC' ? utc : (hostOf(place.state).zone(zone) ?? utc);
  return formatTime(new GoTime(moment.unix, moment.nanoseconds, location), layout);
}

const nanosecondsOf = (moment: GoTime): bigint => BigInt(moment.unix) * 1_000_000_000n + BigInt(moment.nanoseconds);

function plus(moment: GoTime, nanoseconds: number | bigint): GoTime {
  const total = nanosecondsOf(moment) + BigInt(nanoseconds);
  const rest = ((total % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return new GoTime(Number((total - rest) / 1_000_000_000n), Number(rest), moment.location);
}

function modify(change: string, date: GoTime, onError: 'ignore' | 'fail'): GoTime {
  const parsed = parseDuration(change);
  if (parsed.ok) return plus(date, parsed.value);
  if (onError === 'fail') throw new TemplateFailure(parsed.error);
  return date;
}

function toDate(layout: string, text: string, parse: { readonly state: State; readonly onError: 'ignore' | 'fail' }): GoTime {
  const location = local(parse.state);
  const parsed = parseTime(layout, text, { default: location, local: location });
  if (parsed.ok) return parsed.value;
  if (parse.onError === 'fail') throw new TemplateFailure(parsed.error);
  return zero;
}

function ago(date: GoValue, state: State): string {
  const passed = nanosecondsOf(present(state)) - nanosecondsOf(momentOf(date, state, ['int64', 'int']));
  return durationString(roundDuration(passed, 1_000_000_000));
}

/** Seconds as a duration: strings and int64 only, everything else is 0. */
function duration(seconds: GoValue): string {
  const count = typeof seconds === 'string' ? parseGoInt(seconds).value : isPlainInt(seconds, ['int64']) ? seconds.value : 0;
  return durationString(BigInt.asIntN(64, BigInt(count) * 1_000_000_000n));
}

const hour = 3_600_000_000_000n;
const units: readonly (readonly [bigint, string])[] = [
  [hour * 24n * 365n, 'y'],
  [hour * 24n * 30n, 'mo'],
  [hour * 24n, 'd'],
  [hour, 'h'],
  [hour / 60n, 'm'],
  [hour / 3600n, 's'],
];

/** The largest unit only: `2h`, `3mo`. */
function durationRound(value: GoValue, state: State): string {
  const length = lengthOf(value, state);
  const size = length < 0n ? -length : length;
  for (const [unit, name] of units) if (size > unit) return `${size / unit}${name}`;
  return '0s';
}

function lengthOf(value: GoValue, state: State): bigint {
  if (typeof value === 'string') {
    const parsed = parseDuration(value);
    return parsed.ok ? BigInt(parsed.value) : 0n;
  }
  if (value instanceof GoTime) return nanosecondsOf(present(state)) - nanosecondsOf(value);
  return isPlainInt(value, ['int64']) ? BigInt(value.value) : 0n;
}

const dateInZone: TemplateFunction = fixed([string, any, string], ([layout, date, zone], state) => inZone(layout, date, { zone, state }));
const dateModify: TemplateFunction = fixed([string, time], ([change, date]) => modify(change, date, 'ignore'));
const mustDateModify: TemplateFunction = fixed([string, time], ([change, date]) => modify(change, date, 'fail'));
const isoDate = '2006-01-02';

/** Name → function. */
export const dateFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ['now', fixed([], (_, state) => present(state))],
  ['ago', fixed([any], ([date], state) => ago(date, state))],
  ['date', fixed([string, any], ([layout, date], state) => inZone(layout, date, { zone: 'Local', state }))],
  ['date_in_zone', dateInZone],
  ['dateInZone', dateInZone],
  ['date_modify', dateModify],
  ['dateModify', dateModify],
  ['must_date_modify', mustDateModify],
  ['mustDateModify', mustDateModify],
  ['duration', fixed([any], ([seconds]) => duration(seconds))],
  ['durationRound', fixed([any], ([value], state) => durationRound(value, state))],
  ['htmlDate', fixed([any], ([date], state) => inZone(isoDate, date, { zone: 'Local', state }))],
  ['htmlDateInZone', fixed([any, string], ([date, zone], state) => inZone(isoDate, date, { zone, state }))],
  ['toDate', fixed([string, string], ([layout, text], state) => toDate(layout, text, { state, onError: 'ignore' }))],
  ['mustToDate', fixed([string, string], ([layout, text], state) => toDate(layout, text, { state, onError: 'fail' }))],
  ['unixEpoch', fixed([time], ([date]) => String(date.unix))],
];
