/**
 * Times as go-yaml recognises them (resolve.go, parseTimestamp), which is what Go's time.Parse makes of four layouts.
 */

export interface Timestamp {
  /** Seconds since 1970-01-01 UTC. */
  readonly unix: number;
  readonly nanoseconds: number;
  /** Seconds east of UTC. */
  readonly offset: number;
}

const pattern =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[-+]\d\d:\d\d)| +(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?)?$/;

const monthLengths: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

function daysIn(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (monthLengths[month - 1] ?? 0);
}

/** Days from 1970-01-01 to the first of March 0000 counted years, by Howard Hinnant's algorithm. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468;
}

function offsetOf(zone: string): number | undefined {
  if (zone === 'Z' || zone === '') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 24 || minutes >= 60) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/** The time a text stands for, or undefined when it is not one. */
export function parseTimestamp(text: string): Timestamp | undefined {
  if (text.charCodeAt(4) !== 45) return undefined;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const part = (...at: number[]): string => at.map((i) => match[i]).find((found) => found !== undefined) ?? '';
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(part(4, 9)), Number(part(5, 10)), Number(part(6, 11))];
  const offset = offsetOf(part(8));
  if (offset === undefined || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const nanoseconds = Number(part(7, 12).padEnd(9, '0').slice(0, 9));
  return { unix: daysFromCivil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset, nanoseconds, offset };
}

/** `2001-12-14T21:59:43.1-05:00`: Go's RFC3339Nano. */
export function formatTimestamp(time: Timestamp): string {
  const local = time.unix + time.offset;
  const days = Math.floor(local / 86400);
  const seconds = local - days * 86400;
  const { year, month, day } = civilFromDays(days);
  const two = (number: number): string => String(number).padStart(2, '0');
  const fraction = time.nanoseconds === 0 ? '' : `.${String(time.nanoseconds).padStart(9, '0').replace(/0+$/, '')}`;
  const minutes = Math.trunc(Math.abs(time.offset) / 60);
  const zone = time.offset === 0 ? 'Z' : `${time.offset < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
  const clock = `${two(Math.trunc(seconds / 3600))}:${two(Math.trunc(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${clock}${fraction}${zone}`;
}

function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const fours = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36524) + Math.floor(dayOfEra / 146096);
  const yearOfEra = Math.floor((dayOfEra - fours) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1 };
}
