/** The order Go sorts map keys in, when it prints or goes over a map. Go: internal/fmtsort. */
import type { GoMap } from '../../go/composite/index.ts';
import { compareStrings, sortStrings } from '../../go/sort/index.ts';
import { GoFloat32, GoInt, type GoRecord, type GoValue } from '../../go/value/index.ts';

/** The keys of a record, sorted. */
export function sortedKeys(record: GoRecord): string[] {
  const keys = Object.keys(record);
  return keys.length < 2 ? keys : sortStrings(keys);
}

export const sortedEntries = (map: GoMap): (readonly [GoValue, GoValue])[] => map.entries.toSorted(([a], [b]) => compareKeys(a, b));

/** Nil first, then numbers by value with NaN lowest, false before true, strings by bytes; mixed types by the order of those groups. */
function compareKeys(a: GoValue, b: GoValue): number {
  const groups = groupOf(a) - groupOf(b);
  if (groups !== 0) return groups;
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  const x = numberOf(a);
  const y = numberOf(b);
  if (Number.isNaN(x) || Number.isNaN(y)) return (Number.isNaN(x) ? 0 : 1) - (Number.isNaN(y) ? 0 : 1);
  return x < y ? -1 : x > y ? 1 : 0;
}

function groupOf(value: GoValue): number {
  if (value === null) return 0;
  if (value instanceof GoInt) return 1;
  if (typeof value === 'number' || value instanceof GoFloat32) return 2;
  if (typeof value === 'boolean') return 3;
  return typeof value === 'string' ? 4 : 5;
}

function numberOf(value: GoValue): number | bigint {
  if (value instanceof GoInt || value instanceof GoFloat32) return value.value;
  if (typeof value === 'number') return value;
  return value === true ? 1 : 0;
}
