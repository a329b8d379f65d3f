/** Numbers to text. Go: strconv.FormatFloat (internal/strconv/ftoa.go), FormatInt. */
import { binary, roundedDigits, shortestDigits, type Decimal } from './decimal.ts';

/** `FormatInt` and `FormatUint`; base 2 … 36. */
export const formatInt = (value: number | bigint, base = 10): string => value.toString(base);

export interface FloatFormat {
  /** Size of the float the value came from: decides how many digits are enough. Default 64. */
  readonly bits?: 32 | 64;
  /** Digits after the point (e, f, x) or significant digits (g); -1 = as many as needed. Default -1. */
  readonly precision?: number;
}

/** `FormatFloat`; `verb` is one of b e E f g G x X. An unknown verb gives `%` and the verb, as in Go. */
export function formatFloat(value: number, verb: string, format: FloatFormat = {}): string {
  const precision = format.precision ?? -1;
  const bits = format.bits ?? 64;
  if (precision < 0 && bits === 64 && verb === 'g') {
    const size = Math.abs(value);
    // In this range the shortest decimal of JavaScript and of Go is the same text.
    if (size < 1e6 && size >= 1e-4) return String(value);
  }
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size === Infinity) return `${sign === '' ? '+' : '-'}Inf`;
  return sign + unsigned(size, verb, { precision, bits });
}

type Full = Required<FloatFormat>;

function unsigned(value: number, verb: string, format: Full): string {
  switch (verb) {
    case 'b':
      return binaryText(value, format.bits);
    case 'x':
      return hexText(value, format);
    case 'X':
      return hexText(value, format).toUpperCase();
    case 'e':
    case 'E':
      return exponentText(digitsFor(value, 'e', format), format.precision, verb);
    case 'f':
      return fixedText(value, format);
    case 'g':
    case 'G':
      return generalText(value, verb, format);
    default:
      return `%${verb}`;
  }
}

/** The digits a format shows; with precision -1 the shortest ones. */
function digitsFor(value: number, verb: 'e' | 'g', { precision, bits }: Full): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  if (precision < 0) return shortestDigits(value, bits);
  return roundedDigits(value, verb === 'e' ? precision + 1 : Math.max(precision, 1));
}

function exponentText({ digits, point }: Decimal, precision: number, mark: 'e' | 'E'): string {
  const shown = precision < 0 ? Math.max(digits.length - 1, 0) : precision;
  const fraction = shown > 0 ? `.${digits.slice(1).padEnd(shown, '0')}` : '';
  const exponent = digits === '' ? 0 : point - 1;
  const size = Math.abs(exponent);
  return `${digits.charAt(0) || '0'}${fraction}${mark}${exponent < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`;
}

function fixedText(value: number, format: Full): string {
  const { precision } = format;
  if (precision < 0) return pointText(digitsFor(value, 'g', format), -1);
  if (value < 1e21 && precision < 100) return halfToEven(value, precision);
  if (value === 0) return pointText({ digits: '', point: 0 }, precision);
  const exponent = Number(value.toExponential().split('e')[1]);
  return pointText(roundedDigits(value, exponent + 1 + precision), precision);
}

/** `toFixed`, but an exact half goes to the even digit and not up. A half has no bits past 2^-(precision+1). */
function halfToEven(value: number, precision: number): string {
  const up = value.toFixed(precision);
  if (!Number.isInteger(value * 2 ** (precision + 1))) return up;
  const longer = value.toFixed(precision + 1);
  if (!longer.endsWith('5')) return up;
  const down = longer.slice(0, precision === 0 ? -2 : -1);
  return (down.charCodeAt(down.length - 1) & 1) === 0 ? down : up;
}

/** Digits with a point and `precision` places; -1 = as many as there are. */
function pointText({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const places = precision < 0 ? Math.max(digits.length - point, 0) : precision;
  if (places === 0) return whole;
  const fraction = point >= 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  return `${whole}.${fraction.slice(0, places).padEnd(places, '0')}`;
}

function generalText(value: number, verb: 'g' | 'G', format: Full): string {
  const decimal = digitsFor(value, 'g', format);
  const { digits, point } = decimal;
  const isShortest = format.precision < 0;
  const asked = format.precision === 0 ? 1 : format.precision;
  let threshold = asked > digits.length && digits.length >= point ? digits.length : asked;
  if (isShortest) threshold = 6;
  const exponent = point - 1;
  if (exponent >= -4 && exponent < threshold) return pointText(decimal, -1);
  const precision = isShortest || asked > digits.length ? digits.length : asked;
  return exponentText(decimal, precision - 1, verb === 'g' ? 'e' : 'E');
}

function binaryText(value: number, bits: 32 | 64): string {
  const { mantissa, exponent } = binary(value, bits);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

const hexDigitsShown = 15;

/** `0x1.8p+01`: one bit before the point, hexadecimal digits behind it, the exponent of two. */
function hexText(value: number, { precision, bits }: Full): string {
  const parts = binary(value, bits);
  let mantissa = parts.mantissa;
  let exponent = 0;
  if (mantissa > 0n) {
    const length = mantissa.toString(2).length;
    exponent = parts.exponent + length - 1;
    mantissa <<= BigInt(hexDigitsShown * 4 + 1 - length);
  }
  if (precision >= 0 && precision < hexDigitsShown) {
    const dropped = BigInt((hexDigitsShown - precision) * 4);
    const half = 1n << (dropped - 1n);
    const rest = mantissa & ((1n << dropped) - 1n);
    mantissa >>= dropped;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++;
    mantissa <<= dropped;
    if (mantissa >> BigInt(hexDigitsShown * 4 + 1) > 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  return `0x${hexMantissa(mantissa, precision)}p${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function hexMantissa(mantissa: bigint, precision: number): string {
  const text = mantissa.toString(16).padStart(hexDigitsShown + 1, '0');
  const digits = text.slice(1);
  const fraction = precision < 0 ? digits.replace(/0+$/, '') : digits.slice(0, precision).padEnd(precision, '0');
  return fraction === '' ? text.charAt(0) : `${text.charAt(0)}.${fraction}`;
}
