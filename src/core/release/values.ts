/** The values a revision ran with. Subcharts are not in a record, so that their own defaults cannot be told, as Helm cannot either. */
import { type Json, type JsonObject, getKey, isObject, record } from '../object/index.ts';
import type { Release } from './record.ts';

/** The chart's values with the user's over them; a null of the user takes a key away (Helm 4: pkg/chart/common/util/coalesce.go). */
export function computedValues({ chart, config }: Pick<Release, 'chart' | 'config'>): JsonObject {
  const values = chart === null ? undefined : getKey(chart, 'values');
  return merged(isObject(values) ? values : {}, config ?? {});
}

const mostNested = 200;

/** Defaults without their nulls; a null of the user takes a default away, and stays where there is none. */
function merged(base: JsonObject, over: JsonObject, depth = 0): JsonObject {
  const result = withoutNulls(base, depth);
  for (const [key, value] of Object.entries(over)) {
    const old = getKey(result, key);
    if (value === undefined || (value === null && old !== undefined)) delete result[key];
    else result[key] = isObject(old) && isObject(value) && depth < mostNested ? merged(old, value, depth + 1) : value;
  }
  return result;
}

const withoutNulls = (values: JsonObject, depth: number): Record<string, Json> =>
  record<Json>(
    Object.entries(values).flatMap(([key, value]) =>
      value === null || value === undefined
        ? []
        : [[key, isObject(value) && depth < mostNested ? withoutNulls(value, depth + 1) : value] as const],
    ),
  );
