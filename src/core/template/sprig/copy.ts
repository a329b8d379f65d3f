/** mitchellh/copystructure: maps and lists are copied, everything else is immutable here and shared. */
import { GoBoxed, type GoRecord, type GoValue } from '../../go/value/index.ts';
import { mapValues } from '../../object/index.ts';
import type { Budget } from '../exec/index.ts';

/** What a map or list takes, in characters, and what each of its items takes besides itself. */
const emptySize = 64;
const itemSize = 32;

/** A copy that shares no map and no list with the original. */
export function deepCopy(value: GoValue, budget: Budget): GoValue {
  if (typeof value !== 'object' || value === null || value instanceof GoBoxed) return value;
  budget.step();
  if (Array.isArray(value)) budget.reserve(emptySize + itemSize * value.length);
  else budget.reserve(emptySize + itemSize * Object.keys(value).length);
  if (Array.isArray(value)) return (value as readonly GoValue[]).map((item) => deepCopy(item, budget));
  return mapValues(value as GoRecord, (item) => deepCopy(item, budget));
}
