/** Timestamps as Kubernetes writes them: RFC 3339 in UTC with whole seconds, and MicroTime with six digits. */
import { civilAt, unixOf } from '../../go/calendar/index.ts';

const pad = (value: number, width: number): string => String(value).padStart(width, '0');
const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** Milliseconds since the epoch → `2026-11-21T09:02:37Z`. */
export function formatTime(milliseconds: number): string {
  const { year, month, day, hour, minute, second } = civilAt(Math.floor(milliseconds / 1000));
  return `${pad(year, 4)}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}Z`;
}

/** Milliseconds since the epoch → `2026-11-21T09:02:37.123000Z`. */
export function formatMicroTime(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  return `${formatTime(whole).slice(0, -1)}.${pad(((whole % 1000) + 1000) % 1000, 3)}000Z`;
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|([+-])(\d\d):(\d\d))$/;

/** RFC 3339 → milliseconds since the epoch; undefined when it is not a time. */
export function parseTime(text: string): number | undefined {
  const match = rfc3339.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return undefined;
  const unix = unixOf({ year, month, day, hour, minute, second });
  if (civilAt(unix).day !== day) return undefined;
  const offset = match[9] === undefined ? 0 : (Number(match[10]) * 60 + Number(match[11])) * (match[9] === '-' ? -1 : 1);
  return (unix - offset * 60) * 1000 + Math.floor(Number(match[7] ?? 0) * 1000);
}

const withRest = (whole: number, big: string, rest: number, small: string): string =>
  rest === 0 ? `${whole}${big}` : `${whole}${big}${rest}${small}`;

/** A duration for people, as kubectl prints ages. Kubernetes: apimachinery pkg/util/duration HumanDuration. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 24 * 8) return withRest(Math.floor(hours / 24), 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24)}d`;
  const years = Math.floor(hours / 24 / 365);
  if (hours < 24 * 365 * 8) return withRest(years, 'y', Math.floor(hours / 24) % 365, 'd');
  return `${Math.floor(hours / (24 * 365))}y`;
}
