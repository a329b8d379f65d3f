/**
 * The only file that reads or writes objects by computed key. Keys come from hostile input (`__proto__`, `constructor`), so reading looks at own
 * properties only and every object made here has a null prototype.
 */
import type { Json, JsonObject } from './json.ts';

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

export const hasKey = (object: object, key: string): boolean => Object.hasOwn(object, key);

/** The own property `key`, or undefined. */
export function getKey<T>(object: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A new object with a null prototype. Later entries win; keys keep the place of their first appearance. */
export function record<T = Json>(entries: Iterable<readonly [string, T]> = []): { [key: string]: T } {
  const result = Object.create(null) as { [key: string]: T };
  for (const [key, value] of entries) result[key] = value;
  return result;
}

/** A copy with `key` set; the argument itself when that changes nothing. */
export function withKey<T extends JsonObject>(object: T, key: string, value: Json): T {
  if (Object.hasOwn(object, key) && object[key] === value) return object;
  const copy = record(Object.entries(object));
  copy[key] = value;
  return copy as unknown as T;
}

/** A copy without `key`; the argument itself when it has none. */
export function withoutKey<T extends JsonObject>(object: T, key: string): T {
  if (!Object.hasOwn(object, key)) return object;
  return record(Object.entries(object).filter(([name]) => name !== key)) as unknown as T;
}

/** Sets `key` of an object that is still being built, made with `record()`. */
export function putKey<T>(target: { [key: string]: T }, key: string, value: T): void {
  target[key] = value;
}
