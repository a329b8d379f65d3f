/** Source: spf13/cast v1.7.0, caste.go. Only predeclared types convert: a time.Duration or any declared number does not. */
import { GoPointer } from '../composite/index.ts';
import { sprintf, stringerText } from '../fmt/index.ts';
import { indirect, textOf } from '../reflect/index.ts';
import { formatFloat, parseGoBool, parseGoFloat, parseGoInt } from '../strconv/index.ts';
import { GoBytes, GoFloat32, GoInt, GoNamed, GoRawString, type GoValue } from '../value/index.ts';
import { escapeUtf8 } from '../../../std/index.ts';

/** `ToInt64E` and `ToIntE`: floats are cut toward zero, texts read with any base prefix. A bigint beyond 2^53. */
export function castInt64(value: GoValue): number | bigint | undefined {
  const plain = indirect(value);
  if (typeof plain === 'number') return truncated(plain);
  if (plain instanceof GoInt) return plain.type.named ? undefined : wrapped(plain.value);
  if (plain instanceof GoFloat32) return truncated(plain.value);
  if (typeof plain === 'boolean') return plain ? 1 : 0;
  if (plain === null) return 0;
  if (typeof plain !== 'string') return undefined;
  const { value: parsed, error } = parseGoInt(plain.replace(/\.0+$/, ''), { base: 0 });
  return error === '' ? parsed : undefined;
}

const least = -(2n ** 63n);

/** What amd64 makes of a float that fits in no int64: the least one. */
function truncated(value: number): number | bigint {
  const whole = Math.trunc(value) + 0;
  if (Number.isSafeInteger(whole)) return whole;
  return Number.isFinite(whole) && whole < 2 ** 63 && whole >= -(2 ** 63) ? BigInt(whole) : least;
}

function wrapped(value: number | bigint): number | bigint {
  if (typeof value === 'number') return value;
  const signed = BigInt.asIntN(64, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

/** `ToFloat64E`. */
export function castFloat64(value: GoValue): number | undefined {
  const plain = indirect(value);
  if (typeof plain === 'number') return plain;
  if (plain instanceof GoInt) return plain.type.named ? undefined : plain.float;
  if (plain instanceof GoFloat32) return plain.value;
  if (typeof plain === 'boolean') return plain ? 1 : 0;
  if (plain === null) return 0;
  if (typeof plain !== 'string') return undefined;
  const { value: parsed, error } = parseGoFloat(plain);
  return error === '' ? parsed : undefined;
}

/** `ToBoolE`: numbers are true unless they are zero, texts as strconv.ParseBool reads them. */
export function castBool(value: GoValue): boolean | undefined {
  const plain = indirect(value);
  if (typeof plain === 'boolean') return plain;
  if (typeof plain === 'number') return plain !== 0;
  if (plain === null) return false;
  if (typeof plain === 'string') return parseGoBool(plain);
  if (plain instanceof GoFloat32) return plain.value !== 0;
  if (!(plain instanceof GoInt)) return undefined;
  return plain.type.named && plain.type.name !== 'time.Duration' ? undefined : plain.value !== 0;
}

/** `ToStringE`: text, escaped (std/utf8) where it is no UTF-8. Floats have no exponent. */
export function castString(value: GoValue): string | undefined {
  const own = stringerText(value);
  if (own !== undefined) return own;
  const plain = indirect(value);
  if (value instanceof GoPointer && plain !== value) return castString(plain);
  if (plain === null) return '';
  if (typeof plain === 'number') return formatFloat(plain, 'f');
  if (typeof plain === 'boolean') return String(plain);
  if (plain instanceof GoInt) return plain.type.named ? undefined : String(plain.value);
  if (plain instanceof GoFloat32) return formatFloat(plain.value, 'f', { bits: 32 });
  if (plain instanceof GoBytes) return escapeUtf8(plain.bytes);
  if (plain instanceof GoRawString) return textOf(plain);
  return typeof plain === 'string' ? plain : undefined;
}

/** The library's error text for a value that does not convert. `target` is Go's name of the wanted type. */
export const castError = (value: GoValue, target: string): string => {
  const plain = value instanceof GoNamed ? value : indirect(value);
  return `unable to cast ${sprintf('%#v', [plain])} of type ${sprintf('%T', [plain])} to ${target}`;
};
