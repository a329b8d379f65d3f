/** The order maps are printed in. Go: internal/fmtsort. */
import { GoList, GoStruct, type GoMap } from '../composite/index.ts';
import { compareStrings } from '../sort/index.ts';
import { GoComplex, GoFloat32, GoInt, GoNamed, type GoValue } from '../value/index.ts';

type Entry = readonly [GoValue, GoValue];

/** Entries by key: numbers and strings by value (NaN first), false before true, nil first, then by type name. */
export const sortedEntries = (map: GoMap): readonly Entry[] => map.entries.toSorted((a, b) => compareKeys(a[0], b[0]));

const classOf = (value: GoValue): string => (typeof value === 'object' ? (value === null ? '' : value.constructor.name) : typeof value);

function compareKeys(a: GoValue, b: GoValue): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof GoInt && b instanceof GoInt && a.type.name === b.type.name) return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  if (a instanceof GoFloat32 && b instanceof GoFloat32) return compareNumbers(a.value, b.value);
  if (a instanceof GoComplex && b instanceof GoComplex) return compareNumbers(a.re, b.re) || compareNumbers(a.im, b.im);
  if (a instanceof GoNamed && b instanceof GoNamed && a.type.name === b.type.name) return compareKeys(a.value, b.value);
  if (a instanceof GoStruct && b instanceof GoStruct && a.type.name === b.type.name) {
    return compareLists(
      a.fields.map(([, value]) => value),
      b.fields.map(([, value]) => value),
    );
  }
  if (a instanceof GoList && b instanceof GoList) return compareLists(a.items, b.items);
  return compareStrings(classOf(a), classOf(b));
}

function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  if (Number.isNaN(b)) return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareLists(a: readonly GoValue[], b: readonly GoValue[]): number {
  for (const [i, item] of a.entries()) {
    const order = compareKeys(item, b[i] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}
