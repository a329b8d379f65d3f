/** The values a revision ran with. Subcharts are not in a record, so that their own defaults cannot be told, as Helm cannot either. */
import { type JsonObject, getKey, isObject, record } from '../object/index.ts';
import type { Release } from './record.ts';

/** The chart's values with the user's over them; a null of the user takes a key away (Helm 4: pkg/chart/common/util/coalesce.go). */
export function computedValues({ chart, config }: Pick<Release, 'chart' | 'config'>): JsonObject {
  const values = chart === null ? undefined : getKey(chart, 'values');
  return merged(isObject(values) ? values : {}, config ?? {});
}

const mostNested = 200;

function merged(base: JsonObject, over: JsonObject, depth = 0): JsonObject {
  const result = record(Object.entries(base).filter(([, value]) => value !== null));
  for (const [key, value] of Object.entries(over)) {
    const old = getKey(result, key);
    if (value === null) delete result[key];
    else result[key] = isObject(old) && isObject(value) && depth < mostNested ? merged(old, value, depth + 1) : value;
  }
  return result;
}
