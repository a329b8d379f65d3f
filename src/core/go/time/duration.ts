/** time.Duration: nanoseconds in 64 bits. Go: time/time.go, time/format.go. */
import { err, ok, type Result } from '../../../std/index.ts';
import { quoted } from './text.ts';

const second = 1_000_000_000n;

/** `Duration.String`: `1h2m3.5s`, `1.5ms`, `0s`. */
export function durationString(nanoseconds: number | bigint): string {
  if (BigInt(nanoseconds) === 0n) return '0s';
  const all = BigInt(nanoseconds);
  const sign = all < 0n ? '-' : '';
  const size = all < 0n ? -all : all;
  if (size < 1000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${fraction(size, 3)}µs`;
  if (size < second) return `${sign}${fraction(size, 6)}ms`;
  const seconds = size / second;
  const rest = fraction(size - (seconds / 60n) * 60n * second, 9);
  if (seconds < 60n) return `${sign}${rest}s`;
  if (seconds < 3600n) return `${sign}${seconds / 60n}m${rest}s`;
  return `${sign}${seconds / 3600n}h${(seconds / 60n) % 60n}m${rest}s`;
}

/** value / 10^places without trailing zeros. */
function fraction(value: bigint, places: number): string {
  const text = value.toString().padStart(places + 1, '0');
  const digits = text.slice(-places).replace(/0+$/, '');
  return digits === '' ? text.slice(0, -places) : `${text.slice(0, -places)}.${digits}`;
}

const unitNanoseconds: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', 1_000_000n],
  ['s', second],
  ['m', 60n * second],
  ['h', 3600n * second],
]);

const limit = 1n << 63n;

/** `ParseDuration`: nanoseconds, or Go's error text. */
export function parseDuration(text: string): Result<number | bigint, string> {
  const invalid = err(`time: invalid duration ${quoted(text)}`);
  const isNegative = text.startsWith('-');
  let rest = isNegative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return ok(0);
  if (rest === '') return invalid;
  let total = 0n;
  while (rest !== '') {
    const [number = '', whole = '', decimals = ''] = /^(\d*)(?:\.(\d*))?/.exec(rest) ?? [];
    if (whole === '' && decimals === '') return invalid;
    rest = rest.slice(number.length);
    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? '';
    if (tooBig(whole)) return invalid;
    if (unit === '') return err(`time: missing unit in duration ${quoted(text)}`);
    rest = rest.slice(unit.length);
    const scale = unitNanoseconds.get(unit);
    if (scale === undefined) return err(`time: unknown unit ${quoted(unit)} in duration ${quoted(text)}`);
    const part = BigInt(whole) * scale;
    total += part > limit ? part : part + fractionOf(decimals, scale);
    if (total > limit) return invalid;
  }
  if (!isNegative && total === limit) return invalid;
  return ok(near(isNegative ? -total : total));
}

const tooBig = (digits: string): boolean => digits.replace(/^0+/, '').length > 19 || BigInt(digits) > limit;

/** Go computes the part behind the point with a float64, and stops taking digits before 64 bits overflow. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > (limit - 1n) / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > limit) break;
    value = next;
    scale *= 10;
  }
  return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

function near(value: bigint): number | bigint {
  const close = Number(value);
  return Number.isSafeInteger(close) ? close : value;
}

/** `Duration.Truncate`: toward zero to a multiple; unchanged when the multiple is not positive. */
export function truncateDuration(nanoseconds: number | bigint, multiple: number | bigint): number | bigint {
  if (multiple <= 0) return nanoseconds;
  return near(BigInt(nanoseconds) - (BigInt(nanoseconds) % BigInt(multiple)));
}

/** `Duration.Round`: to the nearest multiple, halves away from zero, clamped to what 64 bits hold. */
export function roundDuration(nanoseconds: number | bigint, multiple: number | bigint): number | bigint {
  if (multiple <= 0) return nanoseconds;
  const value = BigInt(nanoseconds);
  const step = BigInt(multiple);
  const size = value < 0n ? -value : value;
  const rest = size % step;
  const rounded = rest * 2n < step ? size - rest : size - rest + step;
  if (value < 0n) return near(rounded > limit ? -limit : -rounded);
  return near(rounded > limit - 1n ? limit - 1n : rounded);
}

/** `Duration.Seconds`, `Minutes`, `Hours`: with the rounding of Go's float arithmetic. `unit` is in nanoseconds. */
export function durationFloat(nanoseconds: number | bigint, unit: number | bigint): number {
  const whole = BigInt(nanoseconds) / BigInt(unit);
  const rest = BigInt(nanoseconds) % BigInt(unit);
  return Number(whole) + Number(rest) / Number(unit);
}
