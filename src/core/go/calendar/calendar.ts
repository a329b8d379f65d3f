/** Dates and clock times of the proleptic Gregorian calendar. Go: time/time.go. */
import { GoTime, type GoLocation } from '../value/index.ts';

/** A moment as a wall clock and calendar show it. Months and days count from 1. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const secondsPerDay = 86_400;

/** Days from 1970-01-01 to a date; months and days past their range count on. */
function daysOf(year: number, month: number, day: number): number {
  const months = year * 12 + (month - 1);
  const shifted = Math.floor((months - 2) / 12);
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const monthOfYear = months - 2 - shifted * 12;
  const dayOfYear = Math.floor((153 * monthOfYear + 2) / 5);
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468 + day - 1;
}

/** Seconds since 1970 UTC of a civil time at UTC. Fields past their range count on, as in `time.Date`. */
export const unixOf = (civil: Civil): number =>
  daysOf(civil.year, civil.month, civil.day) * secondsPerDay + civil.hour * 3600 + civil.minute * 60 + civil.second;

/** The civil time at UTC of seconds since 1970. */
export function civilAt(unix: number): Civil {
  const days = Math.floor(unix / secondsPerDay);
  const rest = unix - days * secondsPerDay;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
  };
}

/** What clocks and calendars show at the time's place. */
export const civilOf = (time: GoTime): Civil => civilAt(time.unix + time.location.zoneAt(time.unix).offset);

/** 0 = Sunday. */
export function weekdayOf(time: GoTime): number {
  const days = Math.floor((time.unix + time.location.zoneAt(time.unix).offset) / secondsPerDay);
  return (((days + 4) % 7) + 7) % 7;
}

/** 1 = the first of January. */
export const dayOfYear = (civil: Civil): number => daysOf(civil.year, civil.month, civil.day) - daysOf(civil.year, 1, 1) + 1;

/** `time.Date`: the moment a civil time is at a place. A time that a clock change skips or repeats takes one of the two offsets, as in Go. */
export function timeOf(civil: Civil, nanoseconds: number, location: GoLocation): GoTime {
  const local = unixOf(civil);
  const { offset } = location.zoneAt(local);
  let unix = local - offset;
  const after = location.zoneAt(unix).offset;
  if (after !== offset) {
    const other = local - after;
    // Go: the offset that is in use at the result; when neither is, the first guess's other side.
    unix = location.zoneAt(other).offset === after ? other : local - offset;
  }
  return new GoTime(unix, nanoseconds, location);
}

export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export const daysIn = (month: number, year: number): number => daysOf(year, month + 1, 1) - daysOf(year, month, 1);
