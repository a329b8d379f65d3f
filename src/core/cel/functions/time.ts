/** Timestamps and durations: text, parts, time zones (cel-go: common/types/timestamp.go, duration.go). */
import { civilOf, dayOfYear, weekdayOf, type Civil } from '../../go/calendar/index.ts';
import { fixedZone, formatTime, parseDuration, parseTime, utc } from '../../go/time/index.ts';
import { GoTime } from '../../go/value/index.ts';
import { formatFloat } from '../../go/strconv/index.ts';
import { EvalFailure } from '../failure.ts';
import { CelDuration, CelTimestamp } from '../value.ts';
import type { Row, Run } from './overload.ts';

const BILLION = 1_000_000_000n;

function split(nanos: bigint): { readonly unix: number; readonly nanoseconds: number } {
  const rest = ((nanos % BILLION) + BILLION) % BILLION;
  return { unix: Number((nanos - rest) / BILLION), nanoseconds: Number(rest) };
}

/** RFC 3339. */
export function parseTimestampText(text: string): CelTimestamp {
  const parsed = parseTime('2006-01-02T15:04:05Z07:00', text);
  if (!parsed.ok) throw new EvalFailure("type conversion error from 'string' to 'google.protobuf.Timestamp'");
  return inRange(BigInt(parsed.value.unix) * BILLION + BigInt(parsed.value.nanoseconds));
}

export const timestampOfSeconds = (seconds: bigint): CelTimestamp => inRange(seconds * BILLION);

function inRange(nanos: bigint): CelTimestamp {
  const { unix } = split(nanos);
  if (unix < -62135596800 || unix > 253402300799) throw new EvalFailure('timestamp overflow');
  return new CelTimestamp(nanos);
}

/** A Go duration. */
export function parseDurationText(text: string): CelDuration {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new EvalFailure("type conversion error from 'string' to 'google.protobuf.Duration'");
  return new CelDuration(BigInt(parsed.value));
}

export function formatTimestamp({ nanos }: CelTimestamp): string {
  const { unix, nanoseconds } = split(nanos);
  return formatTime(new GoTime(unix, nanoseconds, utc), '2006-01-02T15:04:05.999999999Z07:00');
}

/** Seconds with as many digits as needed, and `s`. */
export const formatSeconds = ({ nanos }: CelDuration): string => `${formatFloat(Number(nanos) / 1e9, 'f')}s`;

/** `UTC` or an offset such as `+02:00`; there is no database of named zones here. */
function placed({ nanos }: CelTimestamp, zone: string): GoTime {
  const { unix, nanoseconds } = split(nanos);
  if (zone === '' || zone === 'UTC') return new GoTime(unix, nanoseconds, utc);
  const [, sign, hours, minutes] = /^([+-]?)(\d{1,2}):(\d{2})$/.exec(zone) ?? [];
  if (hours === undefined || minutes === undefined)
    throw new EvalFailure(`time zone ${zone} is not supported here; use UTC or an offset such as +02:00`);
  const offset = (Number(hours) * 3600 + Number(minutes) * 60) * (sign === '-' ? -1 : 1);
  return new GoTime(unix, nanoseconds, fixedZone('', offset));
}

const civil =
  (part: (civil: Civil, time: GoTime) => number): Run =>
  ([time, zone]) => {
    const moment = placed(time as CelTimestamp, typeof zone === 'string' ? zone : 'UTC');
    return BigInt(part(civilOf(moment), moment));
  };

const PARTS: readonly (readonly [string, Run])[] = [
  ['getFullYear', civil(({ year }) => year)],
  ['getMonth', civil(({ month }) => month - 1)],
  ['getDate', civil(({ day }) => day)],
  ['getDayOfMonth', civil(({ day }) => day - 1)],
  ['getDayOfWeek', civil((_civil, time) => weekdayOf(time))],
  ['getDayOfYear', civil((date) => dayOfYear(date) - 1)],
  ['getHours', civil(({ hour }) => hour)],
  ['getMinutes', civil(({ minute }) => minute)],
  ['getSeconds', civil(({ second }) => second)],
  ['getMilliseconds', civil((_civil, time) => Math.trunc(time.nanoseconds / 1e6))],
];

const whole =
  (unit: bigint): Run =>
  ([value]) =>
    (value as CelDuration).nanos / unit;

const DURATION_PARTS: readonly (readonly [string, Run])[] = [
  ['getHours', whole(3600n * BILLION)],
  ['getMinutes', whole(60n * BILLION)],
  ['getSeconds', whole(BILLION)],
  ['getMilliseconds', whole(1_000_000n)],
];

export const timeRows: readonly Row[] = [
  ...PARTS.flatMap(([name, run]): readonly Row[] => [
    [`timestamp::${name}() int`, run],
    [`timestamp::${name}(string) int`, run],
  ]),
  ...DURATION_PARTS.map(([name, run]): Row => [`duration::${name}() int`, run]),
];
