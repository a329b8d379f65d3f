/** Whether two scalars mean the same to the API server, given what their field is. */
import { parseDuration } from '../go/time/index.ts';
import type { Json } from '../object/index.ts';
import { compareQuantities, parseQuantity } from '../object/quantity/index.ts';
import { equalJson } from '../object/value/index.ts';
import type { TypeNode } from '../schema/index.ts';

/** Equal as the field's format reads them: `1000m` is `1` for a quantity, `60m` is `1h` for a duration. `80` and `"80"` are two things in an int-or-string. */
export function equalScalars(a: Json, b: Json, type: TypeNode | undefined): boolean {
  if (equalJson(a, b)) return true;
  switch (type?.format) {
    case 'quantity':
      return sameQuantity(a, b);
    case 'duration':
      return typeof a === 'string' && typeof b === 'string' && sameDuration(a, b);
    case 'date-time':
      return typeof a === 'string' && typeof b === 'string' && sameTime(a, b);
    default:
      return false;
  }
}

const isAmount = (value: Json): value is string | number | bigint =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';

function sameQuantity(a: Json, b: Json): boolean {
  if (!isAmount(a) || !isAmount(b)) return false;
  const [left, right] = [parseQuantity(String(a).trim()), parseQuantity(String(b).trim())];
  return left.ok && right.ok && compareQuantities(left.value, right.value) === 0;
}

function sameDuration(a: string, b: string): boolean {
  const [left, right] = [parseDuration(a), parseDuration(b)];
  return left.ok && right.ok && BigInt(left.value) === BigInt(right.value);
}

/** Whole seconds only: fractions are kept by some fields and cut off by others. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/;

const sameTime = (a: string, b: string): boolean => TIME.test(a) && TIME.test(b) && Date.parse(a) === Date.parse(b);
