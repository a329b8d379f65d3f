/** Reading typed fields out of objects that anybody may have written. */
import { getKey, isObject, type Json, type JsonObject } from '../object/index.ts';

/** The value at `path`; undefined when a part is missing or not an object. */
export function at(object: JsonObject, ...path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const key of path) {
    if (!isObject(value)) return undefined;
    value = getKey(value, key);
  }
  return value;
}

/** The whole number at `path`, else the fallback. */
export function int(object: JsonObject, path: readonly string[], fallback: number): number {
  const value = at(object, ...path);
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isInteger(value) ? value : fallback;
}

/** Like `int`, undefined when there is none. */
export const optionalInt = (object: JsonObject, ...path: readonly string[]): number | undefined => {
  const value = int(object, path, Number.NaN);
  return Number.isNaN(value) ? undefined : value;
};

/** The string at `path`, else the fallback. */
export function text(object: JsonObject, path: readonly string[], fallback = ''): string {
  const value = at(object, ...path);
  return typeof value === 'string' ? value : fallback;
}

/** The objects of the list at `path`; none when it is not a list. */
export function objects(object: JsonObject, ...path: readonly string[]): readonly JsonObject[] {
  const value = at(object, ...path);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** `status.conditions`, missing parts read as empty. */
export const conditions = (object: JsonObject): readonly Condition[] =>
  objects(object, 'status', 'conditions').map((condition) => ({
    type: text(condition, ['type']),
    status: text(condition, ['status']),
    reason: text(condition, ['reason']),
    message: text(condition, ['message']),
  }));

export const conditionOf = (object: JsonObject, type: string): Condition | undefined =>
  conditions(object).find((condition) => condition.type === type);

/** Milliseconds since the epoch of an RFC 3339 time; undefined when it is not one. */
export function time(value: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `group/Kind`, the core group's kinds without a slash. */
export function kindKey(object: JsonObject): string {
  const apiVersion = text(object, ['apiVersion']);
  const slash = apiVersion.indexOf('/');
  const kind = text(object, ['kind']);
  return slash < 0 ? kind : `${apiVersion.slice(0, slash)}/${kind}`;
}
