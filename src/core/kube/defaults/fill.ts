/** Filling in what an object leaves out. Nothing is changed in place; an object that lacks nothing is returned itself. */
import { copyBefore, isObject, type Json, type JsonObject } from '../../object/index.ts';

/** A defaulting rule of one struct type. */
export type Rule = (value: JsonObject) => JsonObject;

/** Sets the fields that are absent. */
export function fill<T extends JsonObject>(value: T, defaults: JsonObject): T {
  let result: { [key: string]: Json | undefined } | undefined;
  for (const key in defaults) {
    if (value[key] !== undefined && value[key] !== null) continue;
    result ??= copyBefore(value);
    result[key] = defaults[key];
  }
  return (result ?? value) as T;
}

/** Changes a field that is an object. */
export function within<T extends JsonObject>(value: T, key: string, change: (inner: JsonObject) => JsonObject): T {
  const inner = value[key];
  if (!isObject(inner)) return value;
  const next = change(inner);
  return next === inner ? value : { ...value, [key]: next };
}

/** Changes each item that is an object of a list field. */
export function each<T extends JsonObject>(value: T, key: string, change: (item: JsonObject) => JsonObject): T {
  const items = value[key];
  if (!Array.isArray(items)) return value;
  let changed = false;
  const next = (items as readonly Json[]).map((item) => {
    if (!isObject(item)) return item;
    const made = change(item);
    changed ||= made !== item;
    return made;
  });
  return changed ? { ...value, [key]: next } : value;
}
