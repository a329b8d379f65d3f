/** Scalars of built-in kinds, in the form in which Go writes them back. */
import type { Json } from '../../object/index.ts';
import type { TypeNode } from '../../schema/index.ts';
import { canonicalQuantity } from '../../object/quantity/index.ts';
import { formatTime, parseTime } from '../time/index.ts';

const INT32 = 2 ** 31;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function readNumber(value: Json, type: TypeNode): Json | undefined {
  if (typeof value === 'bigint') return type.format === 'int64' || type.jsonType === 'number' ? value : undefined;
  if (typeof value !== 'number') return undefined;
  if (type.jsonType === 'number') return value;
  if (!Number.isInteger(value)) return undefined;
  return type.format === 'int32' && (value >= INT32 || value < -INT32) ? undefined : value;
}

/** A whole number that does not fit, as Go's conversion of untyped objects takes it: without what is too much. */
export function wrappedNumber(value: Json, type: TypeNode): number | undefined {
  const whole = (typeof value === 'number' && Number.isInteger(value)) || typeof value === 'bigint';
  return whole && type.format === 'int32' ? Number(BigInt.asIntN(32, BigInt(value))) : undefined;
}

function readText(value: Json, type: TypeNode): Json | undefined {
  if (typeof value !== 'string') return undefined;
  if (type.format !== 'byte') return value;
  return base64.test(value.replaceAll(/[\r\n]/g, '')) ? value : undefined;
}

const microTime = 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime';

/** A time as Go writes it already. Whether a year has a 29th of February is left to the reader of times. */
const CANONICAL =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

function readTime(value: Json, type: TypeNode): Json | undefined {
  if (typeof value !== 'string') return undefined;
  if (type.name !== microTime && CANONICAL.test(value)) return value;
  const parsed = parseTime(value);
  if (parsed === undefined) return undefined;
  if (type.name !== microTime) return formatTime(parsed);
  // Its layout has six digits, no more and no less.
  const fraction = /\.(\d+)/.exec(value)?.[1] ?? '';
  if (fraction.length !== 6) return undefined;
  return `${formatTime(parsed).slice(0, -1)}.${fraction}Z`;
}

function readUntyped(value: Json, type: TypeNode): Json | undefined {
  switch (type.format) {
    case 'date-time':
      return readTime(value, type);
    case 'int-or-string':
      return typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value)) ? value : undefined;
    case 'quantity':
      return readQuantity(value);
    default:
      return value;
  }
}

/** Quantities are written back in canonical form; numbers become text. */
function readQuantity(value: Json): Json | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  return canonicalQuantity(value);
}

/** The scalar as Go writes it; undefined when the type does not take it. */
export function readScalar(value: Json, type: TypeNode): Json | undefined {
  switch (type.scalar) {
    case 'numeric':
      return readNumber(value, type);
    case 'string':
      return readText(value, type);
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'untyped':
      return readUntyped(value, type);
    case undefined:
      return undefined;
  }
}
