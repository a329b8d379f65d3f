/** Equality and order of JSON values. Numbers are compared by value, whether they are held as number or bigint. */
import type { Json, JsonObject } from '../json.ts';
import { compareText } from './go-text.ts';

/** Deep equality. Key order does not matter; a key whose value is undefined is the same as a missing key. */
export function equalJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return equalScalars(a, b);
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equalJson(item as Json, b[index] as Json));
  return !Array.isArray(b) && equalObjects(a as JsonObject, b as JsonObject);
}

// Loose equality of number and bigint compares mathematical values, as Go compares int64 with float64 here.
const equalScalars = (a: Json | undefined, b: Json | undefined): boolean =>
  ((typeof a === 'bigint' && typeof b === 'number') || (typeof a === 'number' && typeof b === 'bigint')) && Number(a) === Number(b);

function equalObjects(a: JsonObject, b: JsonObject): boolean {
  let count = 0;
  for (const key of Object.keys(a)) {
    const left = a[key];
    if (left === undefined) continue;
    count += 1;
    if (!Object.hasOwn(b, key) || !equalJson(left, b[key])) return false;
  }
  for (const key of Object.keys(b)) if (b[key] !== undefined) count -= 1;
  return count === 0;
}

/** Rank of kinds in the order of structured-merge-diff: numbers, strings, booleans, lists, maps, null. */
function rank(value: Json): number {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return 0;
    case 'string':
      return 1;
    case 'boolean':
      return 2;
    default:
      return value === null ? 5 : Array.isArray(value) ? 3 : 4;
  }
}

/** A total order of values (structured-merge-diff value/value.go, Compare). */
export function compareJson(a: Json, b: Json): number {
  const ranks = rank(a) - rank(b);
  if (ranks !== 0 || a === b) return ranks;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b);
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) return compareObjects(a as JsonObject, b as JsonObject);
  return Number(a) < Number(b) ? -1 : Number(a) > Number(b) ? 1 : 0;
}

function compareLists(a: readonly Json[], b: readonly Json[]): number {
  for (const [index, left] of a.entries()) {
    if (index >= b.length) return 1;
    const order = compareJson(left, b[index] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** The first key, in order, that only one side has or that differs decides; running out of keys first is smaller. */
function compareObjects(a: JsonObject, b: JsonObject): number {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort(compareText);
  const counts = [Object.keys(a).length, Object.keys(b).length];
  for (const [index, key] of keys.entries()) {
    if (index === counts[0]) return -1;
    if (index === counts[1]) return 1;
    const left = a[key];
    const right = b[key];
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    const order = compareJson(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

/** Freezes a value and everything in it, and returns it. For tests at the edges of a layer. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item);
  return value;
}
