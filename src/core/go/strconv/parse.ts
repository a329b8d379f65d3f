/** Text to numbers. Go: strconv.ParseFloat, ParseInt, ParseUint, ParseBool (internal/strconv/atof.go, atoi.go, atob.go). */
import { quote } from './quote.ts';

/** Go's error, or the empty string. On `value out of range` the value is the nearest one there is. */
export type NumFailure = '' | 'invalid syntax' | 'value out of range' | `invalid base ${number}` | `invalid bit size ${number}`;

export interface Parsed<T> {
  readonly value: T;
  readonly error: NumFailure;
}

/** The text of a `*strconv.NumError`; `func` is Go's name of the function, such as `ParseInt`. */
export const numError = (func: string, input: string, error: NumFailure): string => `strconv.${func}: parsing ${quote(input)}: ${error}`;

/** `ParseBool`; undefined where Go reports a syntax error. */
export function parseGoBool(text: string): boolean | undefined {
  switch (text) {
    case '1':
    case 't':
    case 'T':
    case 'true':
    case 'TRUE':
    case 'True':
      return true;
    case '0':
    case 'f':
    case 'F':
    case 'false':
    case 'FALSE':
    case 'False':
      return false;
    default:
      return undefined;
  }
}

export interface IntFormat {
  /** 2 … 36, or 0: by prefix (0b, 0o, 0, 0x), and underscores are allowed. Default 10. */
  readonly base?: number;
  /** Size the result must fit in; 0 and the default are 64. */
  readonly bits?: number;
}

/** `ParseInt`. The value is a bigint when it is not a safe integer. */
export function parseGoInt(text: string, format: IntFormat = {}): Parsed<number | bigint> {
  if (text === '') return syntax;
  const isNegative = text.startsWith('-');
  const digits = isNegative || text.startsWith('+') ? text.slice(1) : text;
  const size = parseGoUint(digits, format);
  if (size.error !== '' && size.error !== 'value out of range') return size;
  const bits = format.bits === undefined || format.bits === 0 ? 64 : format.bits;
  const limit = 1n << BigInt(bits - 1);
  if (size.error === '' && typeof size.value === 'number' && (bits >= 54 || size.value < Number(limit))) {
    return { value: isNegative ? 0 - size.value : size.value, error: '' };
  }
  const value = isNegative ? -BigInt(size.value) : BigInt(size.value);
  if (!isNegative && value >= limit) return { value: near(limit - 1n), error: 'value out of range' };
  if (isNegative && value < -limit) return { value: near(-limit), error: 'value out of range' };
  return { value: near(value), error: '' };
}

/** `ParseUint`. The value is a bigint when it is not a safe integer. */
export function parseGoUint(text: string, format: IntFormat = {}): Parsed<number | bigint> {
  const bits = format.bits === undefined || format.bits === 0 ? 64 : format.bits;
  if (text === '') return syntax;
  const prefixed = withBase(text, format.base ?? 10);
  if (prefixed === undefined) return { value: 0, error: `invalid base ${format.base ?? 10}` };
  if (bits < 0 || bits > 64) return { value: 0, error: `invalid bit size ${bits}` };
  const { base } = prefixed;
  const digits = format.base === 0 ? prefixed.digits.replaceAll('_', '') : prefixed.digits;
  const good = goodDigits(digits, base);
  const hasUnderscore = format.base === 0 && text.includes('_');
  const max = (1n << BigInt(bits)) - 1n;
  if (good === digits.length && digits.length <= 15 && base <= 10) {
    const value = digits === '' ? 0 : Number.parseInt(digits, base);
    if (value > max) return { value: near(max), error: 'value out of range' };
    return hasUnderscore && !areUnderscoresGood(text) ? syntax : { value, error: '' };
  }
  const value = valueOf(digits.slice(0, good), base, max);
  // Go stops at the first problem: an overflow before a bad digit is an overflow.
  if (value > max) return { value: near(max), error: 'value out of range' };
  if (good < digits.length || (hasUnderscore && !areUnderscoresGood(text))) return syntax;
  return { value: near(value), error: '' };
}

const syntax: Parsed<number> = Object.freeze({ value: 0, error: 'invalid syntax' });

function near(value: bigint): number | bigint {
  const close = Number(value);
  return Number.isSafeInteger(close) ? close : value;
}

function withBase(text: string, base: number): { readonly base: number; readonly digits: string } | undefined {
  if (base >= 2 && base <= 36) return { base, digits: text };
  if (base !== 0) return undefined;
  if (!text.startsWith('0')) return { base: 10, digits: text };
  const prefix = text.length >= 3 ? text.charAt(1).toLowerCase() : '';
  const named = prefix === 'b' ? 2 : prefix === 'o' ? 8 : prefix === 'x' ? 16 : 0;
  return named > 0 ? { base: named, digits: text.slice(2) } : { base: 8, digits: text.slice(1) };
}

/** How many digits at the start are digits of the base. */
function goodDigits(digits: string, base: number): number {
  for (let i = 0; i < digits.length; i++) {
    const code = digits.charCodeAt(i);
    const lower = code | 0x20;
    const digit = code >= 48 && code <= 57 ? code - 48 : code < 128 && lower >= 97 && lower <= 122 ? lower - 87 : 99;
    if (digit >= base) return i;
  }
  return digits.length;
}

/** The value of valid digits; stops once it is past `max`, so that a long input costs no more than a short one. */
function valueOf(digits: string, base: number, max: bigint): bigint {
  const wide = BigInt(base);
  let value = 0n;
  for (let i = 0; i < digits.length && value <= max; i++) value = value * wide + BigInt(Number.parseInt(digits.charAt(i), 36));
  return value;
}

/** Underscores only between digits, or between a base prefix and a digit. */
function areUnderscoresGood(text: string): boolean {
  const unsigned = /^[+-]/.test(text) ? text.slice(1) : text;
  const prefix = /^0[box]/i.test(unsigned);
  const digit = /^0x/i.test(unsigned) ? /[0-9a-f]/i : /[0-9]/;
  let last: 'start' | 'digit' | 'underscore' | 'other' = prefix ? 'digit' : 'start';
  for (let i = prefix ? 2 : 0; i < unsigned.length; i++) {
    const char = unsigned.charAt(i);
    if (digit.test(char)) last = 'digit';
    else if (char === '_') {
      if (last !== 'digit') return false;
      last = 'underscore';
    } else {
      if (last === 'underscore') return false;
      last = 'other';
    }
  }
  return last !== 'underscore';
}

const decimalFloat = /^[+-]?(?=[._]*\d)[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d[\d_]*)?$/;
const hexFloat = /^([+-]?)0[xX](?=[._]*[0-9a-fA-F])([0-9a-fA-F_]*)(?:\.([0-9a-fA-F_]*))?[pP]([+-]?\d[\d_]*)$/;
const special = /^([+-]?)(?:(inf|infinity)|nan)$/i;

/** `ParseFloat`. With 32 bits the value is one of float32's. */
export function parseGoFloat(text: string, bits: 32 | 64 = 64): Parsed<number> {
  const named = special.exec(text);
  if (named !== null && (named[2] !== undefined || named[1] === '')) {
    return { value: named[2] === undefined ? NaN : named[1] === '-' ? -Infinity : Infinity, error: '' };
  }
  if (text.includes('_') && !areUnderscoresGood(text)) return syntax;
  const clean = text.replaceAll('_', '');
  const value = decimalFloat.test(text) ? decimalValue(clean, bits) : hexValue(text, bits);
  if (value === undefined) return syntax;
  return { value, error: Math.abs(value) === Infinity ? 'value out of range' : '' };
}

function decimalValue(text: string, bits: 32 | 64): number {
  const value = Number(text);
  if (bits === 64) return value;
  const near32 = Math.fround(value);
  if (near32 === value || !isHalfway(value)) return near32;
  // The float64 lies exactly between two float32: the digits decide, not their float64.
  const order = compareToDecimal(value, text);
  if (order === 0) return near32;
  const nudge = Math.abs(value) * 2 ** -40;
  return Math.fround(value + (order > 0 ? -nudge : nudge));
}

function isHalfway(value: number): boolean {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const low = view.getBigUint64(0) & ((1n << 52n) - 1n);
  for (let kept = 29n; kept <= 52n; kept++) if ((low & ((1n << kept) - 1n)) === 1n << (kept - 1n)) return true;
  return Math.abs(value) === 2 ** -150;
}

/** Positive when the float is greater than the decimal text next to it. Only for values in float32's range. */
function compareToDecimal(value: number, text: string): number {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^([+-]?)(\d*)\.?(\d*)(?:[eE](.*))?$/.exec(text) ?? [];
  const scale = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const { numerator, denominator } = exactFraction(value);
  const left = scale < 0 ? numerator * 10n ** BigInt(-scale) : numerator;
  const right = (scale < 0 ? digits : digits * 10n ** BigInt(scale)) * denominator;
  return left > right ? 1 : left < right ? -1 : 0;
}

function exactFraction(value: number): { readonly numerator: bigint; readonly denominator: bigint } {
  let denominator = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(scaled), denominator };
}

function hexValue(text: string, bits: 32 | 64): number | undefined {
  const match = hexFloat.exec(text);
  if (match === null) return undefined;
  const whole = (match[2] ?? '').replaceAll('_', '');
  const fraction = (match[3] ?? '').replaceAll('_', '');
  const mantissa = BigInt(`0x${whole}${fraction}`);
  const exponent = Math.max(-1e6, Math.min(1e6, Number((match[4] ?? '').replaceAll('_', '')))) - 4 * fraction.length;
  return (match[1] === '-' ? -1 : 1) * scaled(mantissa, exponent, bits);
}

/** mantissa × 2^exponent, rounded half to even to the float's size. */
function scaled(mantissa: bigint, exponent: number, bits: 32 | 64): number {
  if (mantissa === 0n) return 0;
  const [precision, least, most] = bits === 64 ? [53, -1074, 1023] : [24, -149, 127];
  const length = mantissa.toString(2).length;
  if (exponent + length - 1 > most) return Infinity;
  const drop = Math.max(length - precision, least - exponent);
  if (drop > length + 1) return 0;
  if (drop <= 0) return times2(Number(mantissa), exponent);
  const half = 1n << BigInt(drop - 1);
  const rest = mantissa & ((half << 1n) - 1n);
  let kept = mantissa >> BigInt(drop);
  if (rest > half || (rest === half && (kept & 1n) === 1n)) kept++;
  const value = times2(Number(kept), exponent + drop);
  return value >= 2 ** most * 2 ? Infinity : value;
}

/** value × 2^exponent without a rounding in between: the result is known to be exact. */
function times2(value: number, exponent: number): number {
  let result = value;
  let left = exponent;
  for (; left > 500; left -= 500) result *= 2 ** 500;
  for (; left < -500; left += 500) result *= 2 ** -500;
  return result * 2 ** left;
}
