/** When JSON values are equal: numbers by value. Source: santhosh-tekuri/jsonschema v6 util.go. */
import { hasKey, type Json, type JsonObject } from '../../object/index.ts';

export function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

/** `step` is called for each pair that is compared. */
export function equal(a: Json, b: Json, step: () => void): boolean {
  step();
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null)
    return typeOf(a) === 'number' && typeOf(b) === 'number' ? Number(a) === Number(b) : a === b;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item as Json, b[i] as Json, step));
  }
  const left = a as JsonObject;
  const right = b as JsonObject;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => hasKey(right, key) && equal(left[key] as Json, right[key] as Json, step))
  );
}

/** The first item that is equal to one before it, and that one. Scalars are looked up, so that long lists stay cheap. */
export function duplicatesOf(items: readonly Json[], step: () => void): readonly [number, number] | undefined {
  const scalars = new Map<Json, number>();
  const others: number[] = [];
  for (const [i, item] of items.entries()) {
    step();
    const isScalar = typeof item !== 'object' || item === null;
    const key = typeof item === 'bigint' ? Number(item) : item;
    const first = isScalar ? scalars.get(key) : others.find((j) => equal(items[j] as Json, item, step));
    if (first !== undefined) return [first, i];
    if (isScalar) scalars.set(key, i);
    else others.push(i);
  }
  return undefined;
}

/** Exact for decimal fractions: both are scaled to whole numbers. */
export function isMultiple(value: number, step: number): boolean {
  if (step === 0) return false;
  const scaled = (number: number): readonly [bigint, number] => {
    const [mantissa = '0', exponent = '0'] = number.toExponential().split('e');
    const [whole = '0', fraction = ''] = mantissa.split('.');
    return [BigInt(whole + fraction), Number(exponent) - fraction.length];
  };
  const [a, x] = scaled(value);
  const [b, y] = scaled(step);
  const low = Math.min(x, y);
  return (a * 10n ** BigInt(x - low)) % (b * 10n ** BigInt(y - low)) === 0n;
}
