/** Exact decimal digits of floats. Go: internal/strconv/decimal.go, ftoa.go. */

/** The value 0.DIGITS × 10^point; no trailing zeros, no digits for zero. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

const zero: Decimal = Object.freeze({ digits: '', point: 0 });

/** Mantissa and exponent of a positive finite float: value = mantissa × 2^exponent. */
export function binary(value: number, bits: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  if (bits === 32) {
    view.setFloat32(0, value);
    const raw = view.getUint32(0);
    return split(BigInt(raw & 0x7fffff), (raw >>> 23) & 0xff, 23);
  }
  view.setFloat64(0, value);
  const raw = view.getBigUint64(0);
  return split(raw & 0xfffffffffffffn, Number((raw >> 52n) & 0x7ffn), 52);
}

function split(fraction: bigint, biased: number, fractionBits: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bias = fractionBits === 52 ? 1023 : 127;
  if (biased === 0) return { mantissa: fraction, exponent: 1 - bias - fractionBits };
  return { mantissa: fraction | (1n << BigInt(fractionBits)), exponent: biased - bias - fractionBits };
}

/** The fewest digits that read back as the same float of that size. `value` is positive and finite. */
export function shortestDigits(value: number, bits: number): Decimal {
  if (bits === 32) return shortest32(value);
  const shortest = fromExponential(value.toExponential());
  // With 17 digits two decimals can be equally near; JavaScript and Go take different ones.
  return shortest.digits.length === 17 ? roundedDigits(value, 17) : shortest;
}

function shortest32(value: number): Decimal {
  // Halves go to even, but up where the float is a power of two.
  const isPower = binary(value, 32).mantissa === 1n << 23n;
  for (let count = 1; count < 9; count++) {
    const nearest = isPower ? fromExponential(value.toExponential(count - 1)) : roundedDigits(value, count);
    const found = [nearest, ...neighbours(nearest, count)].find((decimal) => Math.fround(numberOf(decimal)) === value);
    if (found !== undefined) return found;
  }
  return roundedDigits(value, 9);
}

const numberOf = ({ digits, point }: Decimal): number => Number(`0.${digits}e${point}`);

/** The decimals one unit of the last digit away; below a power of two the nearest decimal may lie outside the float's narrow side. */
function neighbours({ digits, point }: Decimal, count: number): readonly Decimal[] {
  const units = BigInt(digits.padEnd(count, '0'));
  return [units + 1n, units - 1n].map((moved) => trimmed(moved.toString(), point + moved.toString().length - count));
}

function fromExponential(text: string): Decimal {
  const mark = text.indexOf('e');
  const dot = text.indexOf('.');
  const whole = dot < 0 ? text.slice(0, mark) : text.slice(0, dot);
  const digits = dot < 0 ? whole : whole + text.slice(dot + 1, mark);
  const point = Number(text.slice(mark + 1)) + whole.length;
  return trimmed(digits, point);
}

function trimmed(digits: string, point: number): Decimal {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 48) end--;
  return end === 0 ? zero : { digits: digits.slice(0, end), point };
}

/** All digits of a positive finite float. */
export function exactDigits(value: number): Decimal {
  const { mantissa, exponent } = binary(value, 64);
  if (exponent >= 0) {
    const text = (mantissa << BigInt(exponent)).toString();
    return trimmed(text, text.length);
  }
  const text = (mantissa * 5n ** BigInt(-exponent)).toString();
  return trimmed(text, text.length + exponent);
}

/** The first `count` digits, rounded half to even on the exact value. */
export function roundedDigits(value: number, count: number): Decimal {
  if (count > 0 && count <= 100) {
    const next = value.toExponential(count);
    // JavaScript rounds halves up, Go to even: only a 5 right behind the last wanted digit can be a half.
    if (next.charCodeAt(next.indexOf('e') - 1) !== 53) return fromExponential(value.toExponential(count - 1));
  }
  return rounded(exactDigits(value), count);
}

function rounded(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count < 0) return zero;
  if (count >= digits.length) return decimal;
  const next = digits.charCodeAt(count);
  const isHalf = next === 53 && count + 1 === digits.length;
  const isUp = isHalf ? count > 0 && (digits.charCodeAt(count - 1) & 1) === 1 : next >= 53;
  if (!isUp) return trimmed(digits.slice(0, count), point);
  const up = (BigInt(digits.slice(0, count) || '0') + 1n).toString();
  return up.length > count ? trimmed(up, point + 1) : trimmed(up, point);
}
