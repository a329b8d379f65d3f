/** mitchellh/copystructure: maps and lists are copied, everything else is immutable here and shared. */
import type { GoValue } from '../../go/value/index.ts';
import { GoBoxed } from '../../go/value/index.ts';
import { record } from '../../object/index.ts';
import type { Budget } from '../exec/index.ts';

/** A copy that shares no map and no list with the original. */
export function deepCopy(value: GoValue, budget: Budget): GoValue {
  if (typeof value !== 'object' || value === null || value instanceof GoBoxed) return value;
  budget.step();
  if (Array.isArray(value)) return (value as readonly GoValue[]).map((item) => deepCopy(item, budget));
  const copy = record<GoValue>();
  for (const [key, item] of Object.entries(value)) copy[key] = deepCopy(item as GoValue, budget);
  return copy;
}
