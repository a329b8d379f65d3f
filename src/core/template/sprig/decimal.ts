/** Decimal arithmetic on unscaled integers. Source: shopspring/decimal: division keeps 16 places, rounded half away from zero. */
import { formatFloat } from '../../go/strconv/index.ts';
import { TemplateFailure } from '../exec/index.ts';

const divisionPlaces = 16;

/** value × 10^exponent */
export class Decimal {
  private readonly value: bigint;
  private readonly exponent: number;

  private constructor(value: bigint, exponent: number) {
    this.value = value;
    this.exponent = exponent;
  }

  /** The shortest decimal that reads back as the float. Go panics for what is no number. */
  static fromFloat(float: number): Decimal {
    if (!Number.isFinite(float)) throw new TemplateFailure(`Cannot create a Decimal from ${formatFloat(float, 'g')}`);
    const [mantissa = '0', exponent = '0'] = float.toExponential().split('e');
    const [whole = '0', fraction = ''] = mantissa.split('.');
    return new Decimal(BigInt(whole + fraction), Number(exponent) - fraction.length);
  }

  private at(exponent: number): bigint {
    return this.value * 10n ** BigInt(this.exponent - exponent);
  }

  plus(other: Decimal): Decimal {
    const exponent = Math.min(this.exponent, other.exponent);
    return new Decimal(this.at(exponent) + other.at(exponent), exponent);
  }

  minus(other: Decimal): Decimal {
    return this.plus(new Decimal(-other.value, other.exponent));
  }

  times(other: Decimal): Decimal {
    return new Decimal(this.value * other.value, this.exponent + other.exponent);
  }

  dividedBy(other: Decimal): Decimal {
    if (other.value === 0n) throw new TemplateFailure('decimal division by 0');
    const shift = this.exponent - other.exponent + divisionPlaces;
    const dividend = shift >= 0 ? this.value * 10n ** BigInt(shift) : this.value;
    const divisor = shift >= 0 ? other.value : other.value * 10n ** BigInt(-shift);
    const quotient = dividend / divisor;
    const remainder = dividend % divisor;
    const isHalf = 2n * absolute(remainder) >= absolute(divisor);
    const away = dividend < 0n === divisor < 0n ? 1n : -1n;
    return new Decimal(isHalf ? quotient + away : quotient, -divisionPlaces);
  }

  toFloat(): number {
    return Number(`${this.value}e${this.exponent}`);
  }
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
