/** The schemas of a chart and its subcharts. Source: Helm 4 pkg/chart/common/util/jsonschema.go. */
import type { Result } from '../../../std/index.ts';
import { GoBoxed, GoInt, type GoRecord, type GoValue } from '../../go/value/index.ts';
import { getKey, type Json, record } from '../../object/index.ts';
import type { Chart, Warn } from '../model/index.ts';
import { isTable } from '../values/index.ts';
import { compileSchema, type Schema } from './schema.ts';

/** Compiled schemas by their text. */
export type SchemaCache = Map<string, Result<Schema, string>>;

/** Values as JSON; whole numbers from --set are numbers, too. */
function jsonOf(value: GoValue): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof GoInt) return value.float;
  if (value instanceof GoBoxed) return null;
  if (Array.isArray(value)) return (value as readonly GoValue[]).map(jsonOf);
  return record(Object.entries(value as GoRecord).map(([key, item]): [string, Json] => [key, jsonOf(item)]));
}

function cached(text: string, cache: SchemaCache): Result<Schema, string> {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const compiled = compileSchema(text);
  cache.set(text, compiled);
  return compiled;
}

/** What one schema says about values; undefined when it is content. */
export function schemaProblem(text: string, values: GoRecord): string | undefined {
  const schema = compileSchema(text);
  if (!schema.ok) return schema.error;
  const problem = schema.value.problemOf(jsonOf(values));
  return problem === undefined ? undefined : `${problem}\n`;
}

/** What the schemas say about the values, each chart's under its name; undefined when they are content. */
export function validateValues(
  chart: Chart,
  values: GoRecord,
  how: { readonly cache: SchemaCache; readonly warn: Warn },
): string | undefined {
  let text = '';
  const { name } = chart.metadata;
  if (chart.schema !== undefined) {
    const schema = cached(chart.schema, how.cache);
    const problem = schema.ok ? schema.value.problemOf(jsonOf(values)) : schema.error;
    if (problem !== undefined) text += `${name}:\n${problem}${schema.ok ? '\n' : ''}`;
  }
  for (const child of chart.dependencies) {
    const inner = getKey(values, child.metadata.name);
    if (inner === undefined || inner === null) continue;
    if (isTable(inner)) text += validateValues(child, inner, how) ?? '';
    else text += `${child.metadata.name}:\ninvalid type for values: expected object (map), got ${goType(inner)}\n`;
  }
  return text === '' ? undefined : text;
}

const goType = (value: GoValue): string =>
  Array.isArray(value) ? '[]interface {}' : typeof value === 'number' ? 'float64' : typeof value === 'boolean' ? 'bool' : 'string';
