/** Cron schedules: five fields, names, steps, `@daily` and the like, `@every`. Source: robfig/cron v3 parser.go and spec.go. */
import { getKey } from '../../object/index.ts';
import { civilAt } from '../calendar/index.ts';
import { parseDuration } from '../time/index.ts';

export type Schedule =
  | { readonly kind: 'every'; readonly milliseconds: number }
  | {
      readonly kind: 'fields';
      readonly minutes: ReadonlySet<number>;
      readonly hours: ReadonlySet<number>;
      readonly days: ReadonlySet<number>;
      readonly months: ReadonlySet<number>;
      readonly weekdays: ReadonlySet<number>;
      /** Whether day of month and day of week are both restricted: then either may match. */
      readonly eitherDay: boolean;
    };

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const named: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
  readonly firstName: number;
}

function numberOf(text: string, bounds: Bounds): number | undefined {
  const index = bounds.names.indexOf(text.toLowerCase());
  if (index >= 0) return index + bounds.firstName;
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

function rangeOf(part: string, bounds: Bounds): readonly number[] | undefined {
  const [range = '', stepText, ...rest] = part.split('/');
  const step = stepText === undefined ? 1 : /^\d{1,4}$/.test(stepText) ? Number(stepText) : 0;
  if (rest.length > 0 || step === 0) return undefined;
  const [first = '', last, ...more] = range.split('-');
  const star = first === '*' || first === '?';
  const start = star ? bounds.min : numberOf(first, bounds);
  const end = star ? bounds.max : last !== undefined ? numberOf(last, bounds) : stepText !== undefined ? bounds.max : start;
  if (more.length > 0 || start === undefined || end === undefined || start < bounds.min || end > bounds.max || start > end)
    return undefined;
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_none, index) => start + index * step);
}

function fieldOf(text: string, bounds: Bounds): ReadonlySet<number> | undefined {
  const result = new Set<number>();
  for (const part of text.split(',')) {
    const range = rangeOf(part, bounds);
    if (range === undefined) return undefined;
    for (const value of range) result.add(value);
  }
  return result;
}

/** Whether a field restricts nothing: a star with a step is a restriction. */
const isStar = (text: string): boolean => text.split(',').some((part) => /^[*?](?:\/0*1)?$/.test(part));

/** Any Go duration, in whole seconds, at least one. Source: robfig/cron v3 constantdelay.go. */
function everySchedule(text: string): Schedule | undefined {
  const duration = parseDuration(text);
  if (!duration.ok) return undefined;
  return { kind: 'every', milliseconds: Math.max(1, Math.floor(Number(duration.value) / 1e9)) * 1000 };
}

/** The schedule; undefined when it is not one. */
export function parseSchedule(text: string): Schedule | undefined {
  if (text.trim().startsWith('@every ')) return everySchedule(text.trim().slice('@every '.length));
  const fields = (getKey(named, text.trim()) ?? text.trim()).split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minute, hour, day, month, weekday] = fields as [string, string, string, string, string];
  const minutes = fieldOf(minute, { min: 0, max: 59, names: [], firstName: 0 });
  const hours = fieldOf(hour, { min: 0, max: 23, names: [], firstName: 0 });
  const days = fieldOf(day, { min: 1, max: 31, names: [], firstName: 0 });
  const monthSet = fieldOf(month, { min: 1, max: 12, names: months, firstName: 1 });
  const weekdaySet = fieldOf(weekday, { min: 0, max: 6, names: weekdays, firstName: 0 });
  if (minutes === undefined || hours === undefined || days === undefined || monthSet === undefined || weekdaySet === undefined)
    return undefined;
  return { kind: 'fields', minutes, hours, days, months: monthSet, weekdays: weekdaySet, eitherDay: !isStar(day) && !isStar(weekday) };
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Years ahead in which a time is looked for. */
const HORIZON = 5 * 366 * DAY;

/** Milliseconds that a place's clocks are ahead of UTC at a moment. */
export type OffsetAt = (moment: number) => number;

/**
 * The first time after `after`, in milliseconds since the epoch; undefined when there is none within five years. `offsetAt`: the fields are about the clocks
 * of that place; a time that a change of them leaves out is taken as long after as it would have been, one that they show twice comes once.
 */
export function nextTime(schedule: Schedule, after: number, offsetAt: OffsetAt = () => 0): number | undefined {
  if (schedule.kind === 'every') return Math.floor(after / 1000) * 1000 + schedule.milliseconds;
  const local = nextLocal(schedule, after + offsetAt(after));
  if (local === undefined) return undefined;
  const first = local - offsetAt(after);
  const second = local - offsetAt(first);
  return second > after && offsetAt(second) === offsetAt(first) ? second : first;
}

function nextLocal(schedule: Schedule & { readonly kind: 'fields' }, after: number): number | undefined {
  let at = (Math.floor(after / MINUTE) + 1) * MINUTE;
  const end = after + HORIZON;
  while (at < end) {
    const midnight = Math.floor(at / DAY) * DAY;
    if (!dayMatches(schedule, midnight)) {
      at = midnight + DAY;
      continue;
    }
    const minuteOfDay = Math.floor((at - midnight) / MINUTE);
    if (!schedule.hours.has(Math.floor(minuteOfDay / 60))) at = midnight + (Math.floor(minuteOfDay / 60) + 1) * 60 * MINUTE;
    else if (!schedule.minutes.has(minuteOfDay % 60)) at += MINUTE;
    else return at;
  }
  return undefined;
}

function dayMatches(schedule: Schedule & { readonly kind: 'fields' }, midnight: number): boolean {
  const { month, day } = civilAt(midnight / 1000);
  const weekday = (Math.floor(midnight / DAY) + 4) % 7;
  if (!schedule.months.has(month)) return false;
  const inDays = schedule.days.has(day);
  const inWeek = schedule.weekdays.has(weekday);
  return schedule.eitherDay ? inDays || inWeek : inDays && inWeek;
}
