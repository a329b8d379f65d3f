/** Conversions of spf13/cast v1.7 (caste.go ToInt64E, ToFloat64E). Values of declared types are not numbers to it. */
import { indirect } from '../reflect/index.ts';
import { parseGoFloat, parseGoInt } from '../strconv/index.ts';
import { basicType } from '../type/index.ts';
import { GoFloat32, GoInt, type GoValue } from '../value/index.ts';

const minInt64 = -(2n ** 63n);

/** Go's int64(f): towards zero; what does not fit becomes the smallest integer, as on amd64. */
function wholePart(float: number): number | bigint {
  const whole = Math.trunc(float);
  if (Number.isSafeInteger(whole)) return whole + 0;
  return Math.abs(whole) < 2 ** 63 ? BigInt(whole) : minInt64;
}

/** `1.00` counts as 1, `1.50` does not. */
const withoutZeroDecimals = (text: string): string => text.replace(/\.0+$/, '');

const isPlain = (value: GoInt): boolean => !value.type.named && value.type !== basicType.uintptr;

/** `cast.ToInt64`, `cast.ToInt`: strings are read with Go's prefixes (`010` is 8), booleans are 0 and 1. A bigint when it is no safe integer. */
export function castInt64(value: GoValue): number | bigint {
  const plain = indirect(value);
  if (typeof plain === 'number') return wholePart(plain);
  if (plain instanceof GoInt) return isPlain(plain) ? new GoInt(basicType.int64, plain.value).value : 0;
  if (plain instanceof GoFloat32) return wholePart(plain.value);
  if (typeof plain === 'boolean') return plain ? 1 : 0;
  if (typeof plain !== 'string') return 0;
  const parsed = parseGoInt(withoutZeroDecimals(plain), { base: 0 });
  return parsed.error === '' ? parsed.value : 0;
}

/** `cast.ToFloat64` */
export function castFloat64(value: GoValue): number {
  const plain = indirect(value);
  if (typeof plain === 'number') return plain;
  if (plain instanceof GoInt) return isPlain(plain) ? plain.float : 0;
  if (plain instanceof GoFloat32) return plain.value;
  if (typeof plain === 'boolean') return plain ? 1 : 0;
  if (typeof plain !== 'string') return 0;
  const parsed = parseGoFloat(plain);
  return parsed.error === '' ? parsed.value : 0;
}
