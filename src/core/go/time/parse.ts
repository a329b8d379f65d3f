/** Text to times. Go: time/format.go `parse`. */
import { err, ok, type Result } from '../../../std/index.ts';
import { GoTime, type GoLocation } from '../value/index.ts';
import { dayOfYear, daysIn, isLeapYear, timeOf } from '../calendar/index.ts';
import { dayNames, layoutParts, monthNames, type Element, type LayoutPart } from './layout.ts';
import { quoted } from './text.ts';
import { fixedZone, utc } from './zone.ts';

/** Where a text that names no place is, and whose abbreviations (`PST`) are known. Go's `Parse` takes UTC and the machine's place. */
export interface ParseZones {
  readonly default?: GoLocation;
  readonly local?: GoLocation;
}

/** What was read so far; -1 = not there. */
interface Reading {
  rest: string;
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nanoseconds: number;
  half: '' | 'am' | 'pm';
  isUtc: boolean;
  offset: number | undefined;
  zoneName: string;
}

/** What a step found wrong: the text does not fit the element, or a number is out of its range. */
type Wrong = { readonly range?: string };
const bad: Wrong = Object.freeze({});
const outOf = (range: string): Wrong => ({ range });

/** `time.Parse` and `time.ParseInLocation`: the time, or Go's error text. */
export function parseTime(layout: string, value: string, zones: ParseZones = {}): Result<GoTime, string> {
  const reading: Reading = {
    rest: value,
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanoseconds: 0,
    half: '',
    isUtc: false,
    offset: undefined,
    zoneName: '',
  };
  const misfit = (rest: string, element: string): Result<GoTime, string> =>
    err(`parsing time ${quoted(value)} as ${quoted(layout)}: cannot parse ${quoted(rest)} as ${quoted(element)}`);
  const parts = layoutParts(layout);
  for (const [i, part] of parts.entries()) {
    if (part.kind === 'text') {
      if (!skipText(reading, part.text)) return misfit(reading.rest, part.text);
      continue;
    }
    const before = reading.rest;
    const wrong = part.kind === 'fraction' ? readFraction(reading, part) : readElement(reading, part.text, nextElement(parts, i));
    if (wrong?.range !== undefined) return err(`parsing time ${quoted(value)}: ${wrong.range} out of range`);
    if (wrong !== undefined) return misfit(before, part.text);
  }
  if (reading.rest !== '') return err(`parsing time ${quoted(value)}: extra text: ${quoted(reading.rest)}`);
  const problem = completeDate(reading);
  if (problem !== '') return err(`parsing time ${quoted(value)}: ${problem}`);
  return ok(placed(reading, zones));
}

/** The next part that is no literal text. */
const nextElement = (parts: readonly LayoutPart[], i: number): LayoutPart | undefined =>
  parts.find((part, at) => at > i && part.kind !== 'text');

/** Literal text must stand in the value; a run of spaces stands for any run, even an empty one at the end. */
function skipText(reading: Reading, text: string): boolean {
  let prefix = text;
  while (prefix !== '') {
    if (prefix.startsWith(' ')) {
      if (reading.rest !== '' && !reading.rest.startsWith(' ')) return false;
      prefix = prefix.replace(/^ +/, '');
      reading.rest = reading.rest.replace(/^ +/, '');
    } else {
      if (reading.rest.charAt(0) !== prefix.charAt(0)) return false;
      prefix = prefix.slice(1);
      reading.rest = reading.rest.slice(1);
    }
  }
  return true;
}

/** Takes what a pattern matches at the start of the rest. */
function take(reading: Reading, pattern: RegExp): string | undefined {
  const found = pattern.exec(reading.rest)?.[0];
  if (found !== undefined) reading.rest = reading.rest.slice(found.length);
  return found;
}

const digits12 = /^\d\d?/;
const digits2 = /^\d\d/;

function readElement(reading: Reading, element: Element, next: LayoutPart | undefined): Wrong | undefined {
  switch (element) {
    case 'January':
    case 'Jan':
    case 'Monday':
    case 'Mon':
      return readName(reading, element);
    case '15':
    case '3':
    case '03':
    case '4':
    case '04':
    case '5':
    case '05':
      return readClock(reading, element, next);
    case 'PM':
    case 'pm':
      return readHalf(reading, element);
    case 'MST':
      return readAbbreviation(reading);
    default:
      return /^[-Z]/.test(element) ? readOffset(reading, element) : readDate(reading, element);
  }
}

/** Years, months and days as numbers. */
function readDate(reading: Reading, element: Element): Wrong | undefined {
  switch (element) {
    case '06':
      return readShortYear(reading);
    case '2006':
      return readNumber(reading, /^\d{4}/, (year) => void (reading.year = year));
    case '1':
    case '01':
      return readNumber(reading, element === '1' ? digits12 : digits2, (month) => {
        reading.month = month;
        return month < 1 || month > 12 ? outOf('month') : undefined;
      });
    case '__2':
    case '002':
      if (element === '__2') take(reading, /^ {1,2}/);
      return readNumber(reading, element === '002' ? /^\d{3}/ : /^\d{1,3}/, (day) => void (reading.yearDay = day));
    default:
      if (element === '_2') take(reading, /^ /);
      return readNumber(reading, element === '02' ? digits2 : digits12, (day) => void (reading.day = day));
  }
}

function readNumber(reading: Reading, pattern: RegExp, set: (value: number) => Wrong | undefined | void): Wrong | undefined {
  const digits = take(reading, pattern);
  if (digits === undefined) return bad;
  return set(Number(digits)) ?? undefined;
}

/** 69 … 99 are of the last century. A sign is taken, as Go does. */
function readShortYear(reading: Reading): Wrong | undefined {
  return readNumber(reading, /^(?:\d\d|[+-]\d)/, (year) => void (reading.year = year + (year >= 69 ? 1900 : 2000)));
}

function readName(reading: Reading, element: 'January' | 'Jan' | 'Monday' | 'Mon'): Wrong | undefined {
  const isShort = element.length === 3;
  const names = element.startsWith('J') ? monthNames : dayNames;
  const index = names.findIndex((name) => {
    const wanted = isShort ? name.slice(0, 3) : name;
    return reading.rest.slice(0, wanted.length).toLowerCase() === wanted.toLowerCase();
  });
  if (index < 0) return bad;
  reading.rest = reading.rest.slice(isShort ? 3 : (names[index] ?? '').length);
  if (element.startsWith('J')) reading.month = index + 1;
  return undefined;
}

function readClock(
  reading: Reading,
  element: '15' | '3' | '03' | '4' | '04' | '5' | '05',
  next: LayoutPart | undefined,
): Wrong | undefined {
  const pattern = element.startsWith('0') ? digits2 : digits12;
  return readNumber(reading, pattern, (value) => {
    switch (element) {
      case '15':
      case '3':
      case '03':
        reading.hour = value;
        return value > (element === '15' ? 23 : 12) ? outOf('hour') : undefined;
      case '4':
      case '04':
        reading.minute = value;
        return value > 59 ? outOf('minute') : undefined;
      default:
        reading.second = value;
        if (value > 59) return outOf('second');
        if (next?.kind === 'fraction') return undefined;
        // A fraction is taken even when the layout has none.
        return readDigitsAfterPoint(reading, take(reading, /^[.,]\d+/));
    }
  });
}

function readDigitsAfterPoint(reading: Reading, fraction: string | undefined): undefined {
  if (fraction !== undefined) reading.nanoseconds = Number(fraction.slice(1, 10).padEnd(9, '0'));
}

function readFraction(reading: Reading, part: LayoutPart & { kind: 'fraction' }): Wrong | undefined {
  if (part.isTrimmed) return readDigitsAfterPoint(reading, take(reading, /^[.,]\d+/));
  const fraction = reading.rest.slice(0, part.digits + 1);
  const match = /^[.,]([+-]?)(\d+)$/.exec(fraction.slice(0, 10));
  if (fraction.length <= part.digits || match === null) return bad;
  reading.rest = reading.rest.slice(fraction.length);
  reading.nanoseconds = Number(match[2]) * 10 ** (10 - match[0].length);
  return match[1] === '-' && reading.nanoseconds > 0 ? outOf('fractional second') : undefined;
}

function readHalf(reading: Reading, element: 'PM' | 'pm'): Wrong | undefined {
  const text = take(reading, element === 'PM' ? /^[AP]M/ : /^[ap]m/);
  if (text === undefined) return bad;
  reading.half = text.toLowerCase() as 'am' | 'pm';
  return undefined;
}

function readOffset(reading: Reading, element: string): Wrong | undefined {
  if (element.startsWith('Z') && reading.rest.startsWith('Z')) {
    reading.rest = reading.rest.slice(1);
    reading.isUtc = true;
    return undefined;
  }
  // Fields stand at fixed places; like Go, a field out of range is reported even when a later one is no number.
  const shape = element.slice(1).replace(/\d\d/g, '([^]{2})');
  const match = new RegExp(`^([^])${shape}`).exec(reading.rest);
  if (match === null) return bad;
  reading.rest = reading.rest.slice(match[0].length);
  const fields = match.slice(2);
  const wrongAt = fields.findIndex((field) => !/^\d\d$/.test(field));
  const good = wrongAt < 0 ? fields : fields.slice(0, wrongAt);
  const [hours = 0, minutes = 0, seconds = 0] = good.map(Number);
  if (seconds > 60) return outOf('time zone offset second');
  if (minutes > 60) return outOf('time zone offset minute');
  if (hours > 24) return outOf('time zone offset hour');
  if (wrongAt >= 0 || !/[+-]/.test(match[1] as string)) return bad;
  reading.offset = (match[1] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
  return undefined;
}

/** Three upper-case letters, four or five that end in T, or one of the few other shapes zones have. */
const abbreviation =
  /^(?:ChST|MeST|GMT(?:[+-](?:0*(?:\d|1\d|2[0-3]))(?!\d))?|[+-]0*(?:\d|1\d|2[0-3])(?!\d)|[A-Z]{4}T(?![A-Z])|(?:[A-Z]{3}T|WITA)(?![A-Z])|[A-Z]{3}(?![A-Z]))/;

function readAbbreviation(reading: Reading): Wrong | undefined {
  if (reading.rest.startsWith('UTC')) {
    reading.rest = reading.rest.slice(3);
    reading.isUtc = true;
    return undefined;
  }
  const name = reading.rest.length < 3 ? undefined : take(reading, abbreviation);
  if (name === undefined) return bad;
  reading.zoneName = name;
  return undefined;
}

/** Fills month and day in; returns what is wrong with the date, or nothing. */
function completeDate(reading: Reading): string {
  if (reading.half === 'pm' && reading.hour < 12) reading.hour += 12;
  else if (reading.half === 'am' && reading.hour === 12) reading.hour = 0;
  const fromYearDay = reading.yearDay >= 0 ? completeFromYearDay(reading) : '';
  if (fromYearDay !== '') return fromYearDay;
  if (reading.month < 0) reading.month = 1;
  if (reading.day < 0) reading.day = 1;
  return reading.day < 1 || reading.day > daysIn(reading.month, reading.year) ? 'day out of range' : '';
}

function completeFromYearDay(reading: Reading): string {
  const { year, yearDay } = reading;
  if (yearDay < 1 || yearDay > (isLeapYear(year) ? 366 : 365)) return 'day-of-year out of range';
  const first = (month: number): number => dayOfYear({ year, month, day: 1, hour: 0, minute: 0, second: 0 });
  let month = 12;
  while (first(month) > yearDay) month--;
  const day = yearDay - first(month) + 1;
  if (reading.month >= 0 && reading.month !== month) return 'day-of-year does not match month';
  if (reading.day >= 0 && reading.day !== day) return 'day-of-year does not match day';
  reading.month = month;
  reading.day = day;
  return '';
}

function placed(reading: Reading, zones: ParseZones): GoTime {
  const local = zones.local ?? utc;
  const { nanoseconds, offset, zoneName } = reading;
  if (reading.isUtc) return timeOf(reading, nanoseconds, utc);
  const atUtc = timeOf(reading, nanoseconds, utc).unix;
  if (offset !== undefined) {
    const unix = atUtc - offset;
    const zone = local.zoneAt(unix);
    const isLocal = zone.offset === offset && (zoneName === '' || zone.name === zoneName);
    return new GoTime(unix, nanoseconds, isLocal ? local : fixedZone(zoneName, offset));
  }
  if (zoneName === '') return timeOf(reading, nanoseconds, zones.default ?? utc);
  const known = local.offsetOf?.(zoneName, atUtc);
  if (known !== undefined) return new GoTime(atUtc - known, nanoseconds, local);
  // An unknown abbreviation is kept with an offset of zero; GMT+3 says its own, but Go does not move the moment.
  const invented = zoneName.startsWith('GMT') && zoneName.length > 3 ? Number(zoneName.slice(3)) * 3600 : 0;
  return new GoTime(atUtc, nanoseconds, fixedZone(zoneName, invented));
}
