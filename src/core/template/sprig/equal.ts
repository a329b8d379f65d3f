/** reflect.DeepEqual: same types all the way down, same contents. */
import { GoList, GoMap, GoPointer, GoStruct, keyOf } from '../../go/composite/index.ts';
import { typeName } from '../../go/reflect/index.ts';
import { GoBoxed, GoBytes, GoError, GoNil, type GoRecord, type GoValue } from '../../go/value/index.ts';
import { getKey } from '../../object/index.ts';

const maxDepth = 1000;

/** Values nested deeper than a thousand levels are never equal. */
export function deepEqual(a: GoValue, b: GoValue, depth = 0): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (depth > maxDepth) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a as readonly GoValue[], b as readonly GoValue[], depth);
  if (Array.isArray(b)) return false;
  if (a instanceof GoBoxed) return b instanceof GoBoxed && typeName(a) === typeName(b) && sameBoxed(a, b, depth);
  return !(b instanceof GoBoxed) && sameRecords(a as GoRecord, b as GoRecord, depth);
}

const sameItems = (a: readonly GoValue[], b: readonly GoValue[], depth: number): boolean =>
  a.length === b.length && a.every((item, i) => deepEqual(item, b[i] ?? null, depth + 1));

function sameRecords(a: GoRecord, b: GoRecord, depth: number): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    const other = getKey(b, key);
    return other !== undefined && deepEqual(getKey(a, key) ?? null, other, depth + 1);
  });
}

function sameBoxed(a: GoBoxed, b: GoBoxed, depth: number): boolean {
  if (a === b) return true;
  if (a instanceof GoNil || b instanceof GoNil) return a instanceof GoNil && b instanceof GoNil;
  if (a instanceof GoList && b instanceof GoList) return sameItems(a.items, b.items, depth);
  if (a instanceof GoMap && b instanceof GoMap) {
    return a.entries.length === b.entries.length && a.entries.every(([key, value]) => deepEqual(value, b.get(key) ?? missing, depth + 1));
  }
  if (a instanceof GoStruct && b instanceof GoStruct) {
    return a.fields.length === b.fields.length && a.fields.every(([name, value]) => deepEqual(value, b.field(name) ?? missing, depth + 1));
  }
  if (a instanceof GoPointer && b instanceof GoPointer) return deepEqual(a.target, b.target, depth + 1);
  if (a instanceof GoBytes && b instanceof GoBytes)
    return a.bytes.length === b.bytes.length && a.bytes.every((byte, i) => byte === b.bytes[i]);
  if (a instanceof GoError && b instanceof GoError) return a.message === b.message;
  return keyOf(a) === keyOf(b);
}

/** Equal to nothing. */
const missing: GoValue = Number.NaN;
