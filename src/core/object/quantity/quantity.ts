/** Parsing, comparing and writing quantities. All arithmetic is in whole nanos. */
import { type Result, err, ok } from '../../../std/index.ts';

export interface Quantity {
  /** The exact value times 10^9. */
  readonly nanos: bigint;
  readonly format: 'BinarySI' | 'DecimalSI' | 'DecimalExponent';
  /** The text as it was given, when the API server would keep it; empty otherwise. */
  readonly text: string;
}

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_NUMBER = 'unable to parse numeric part of quantity';
const WRONG_SUFFIX = "unable to parse quantity's suffix";

const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[+-]?\d*)$/;
const DECIMAL: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY: ReadonlyMap<string, number> = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const NANO = 1_000_000_000n;
/** Powers of ten that occur, because raising a bigint costs more than everything else here. */
const TENS = Array.from({ length: 28 }, (_, exponent) => 10n ** BigInt(exponent));
const ten = (exponent: number): bigint => TENS[exponent] ?? 10n ** BigInt(exponent);
const MAX_BINARY = (2n ** 63n - 1n) * NANO;
/** Exponents beyond this have no meaning for resources and would only cost memory. */
const MAX_EXPONENT = 1000;
/** Longer texts are refused: no resource needs more digits. */
const MAX_LENGTH = 1000;
/** As many digits the original handles without arbitrary precision. */
const FAST_DIGITS = 18;

interface Scale {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: Quantity['format'];
}

function scaleOf(suffix: string): Scale | undefined {
  const decimal = DECIMAL.get(suffix);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' };
  const binary = BINARY.get(suffix);
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'BinarySI' };
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1];
  if (exponent === undefined || Math.abs(Number(exponent)) > MAX_EXPONENT) return undefined;
  return { base: 10, exponent: Number(exponent), format: 'DecimalExponent' };
}

/** Reads a quantity. The error is the text the API server gives. */
export function parseQuantity(text: string): Result<Quantity, string> {
  const match = text.length > MAX_LENGTH ? null : SHAPE.exec(text);
  if (match === null || text === '') return err(WRONG_FORMAT);
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  const scale = scaleOf(suffix);
  if (scale === undefined) return err(WRONG_SUFFIX);
  if (whole === '' && fraction === '') return noDigits(scale);
  const digits = BigInt(`${whole}${fraction}`);
  const places = fraction.length;
  const magnitude =
    scale.base === 10 ? scaleBy(digits, scale.exponent - places + 9) : divideUp((digits << BigInt(scale.exponent)) * NANO, ten(places));
  const capped = scale.format === 'BinarySI' && magnitude > MAX_BINARY ? MAX_BINARY : magnitude;
  const nanos = sign === '-' ? -capped : capped;
  const format = scale.format === 'BinarySI' && capped > 0n && capped < NANO ? 'DecimalSI' : scale.format;
  const kept = text === '0' || keepsText({ whole, fraction, scale });
  return ok({ nanos, format, text: kept ? text : '' });
}

/** A suffix alone counts as zero where the original takes its fast path, and is refused elsewhere. */
function noDigits({ base, exponent, format }: Scale): Result<Quantity, string> {
  const fast = base === 2 ? binaryRoom(exponent, 1) >= 0 : exponent >= -9;
  return fast ? ok({ nanos: 0n, format, text: '' }) : err(WRONG_NUMBER);
}

/** How many more digits fit into what the original multiplies without arbitrary precision. */
const binaryRoom = (exponent: number, digits: number): number => 15 - digits - Math.trunc((exponent * 3) / 10) - 1;

/** `value` times 10^exponent, away from zero when it does not come out even. */
const scaleBy = (value: bigint, exponent: number): bigint => (exponent >= 0 ? value * ten(exponent) : divideUp(value, ten(-exponent)));

const divideUp = (value: bigint, by: bigint): bigint => (by === 1n ? value : (value + by - 1n) / by);

/** The original keeps the text of a small enough number that is in canonical form already, sign and all. */
function keepsText({ whole, fraction, scale }: { whole: string; fraction: string; scale: Scale }): boolean {
  const digits = whole.replace(/^0+/, '');
  const shifted = `${digits === '' ? '0' : digits}${fraction}`;
  if (scale.base === 2) {
    const room = binaryRoom(scale.exponent, digits === '' ? 1 : digits.length);
    return fraction === '' && room >= 0 && (BigInt(shifted) & 7n) !== 0n;
  }
  const places = scale.exponent - fraction.length;
  return shifted.length <= FAST_DIGITS && places >= -9 && places % 3 === 0 && !shifted.endsWith('000') && !shifted.startsWith('0');
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export const compareQuantities = (a: Quantity, b: Quantity): number => (a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0);

/** The form the API server writes: the largest suffix that needs no fraction. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== '') return quantity.text;
  const { nanos, format } = quantity;
  if (nanos === 0n) return '0';
  const small = nanos > -1024n * NANO && nanos < 1024n * NANO;
  if (format === 'BinarySI' && !small && nanos % NANO === 0n) return formatBinary(nanos / NANO);
  let mantissa = nanos;
  let exponent = -9;
  while (mantissa % 1000n === 0n && (format === 'DecimalExponent' || exponent < 18)) {
    mantissa /= 1000n;
    exponent += 3;
  }
  return `${mantissa}${format === 'DecimalExponent' ? (exponent === 0 ? '' : `e${exponent}`) : decimalSuffix(exponent)}`;
}

function formatBinary(value: bigint): string {
  let mantissa = value;
  let steps = 0;
  while (mantissa % 1024n === 0n && steps < 6) {
    mantissa /= 1024n;
    steps += 1;
  }
  return `${mantissa}${[...BINARY].find(([, exponent]) => exponent === steps * 10)?.[0] ?? ''}`;
}

const decimalSuffix = (exponent: number): string => [...DECIMAL].find(([, value]) => value === exponent)?.[0] ?? '';

/** What the API server stores for a quantity given as text or number; undefined when it is none. */
export function canonicalQuantity(value: string | number | bigint): string | undefined {
  const parsed = parseQuantity(String(value).trim());
  return parsed.ok ? formatQuantity(parsed.value) : undefined;
}
