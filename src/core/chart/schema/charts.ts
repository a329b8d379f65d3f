/** The schemas of a chart and its subcharts. Source: Helm 4 pkg/chart/common/util/jsonschema.go. */
import type { Result } from '../../../std/index.ts';
import { GoBoxed, GoInt, type GoRecord, type GoValue } from '../../go/value/index.ts';
import { getKey, type Json, record } from '../../object/index.ts';
import { type Chart, slogDetails, type Warn } from '../model/index.ts';
import { isTable } from '../values/index.ts';
import { compileSchema, Metaschemas, type Schema } from './schema.ts';

/** Compiled schemas by their text. */
export class SchemaCache {
  readonly #schemas = new Map<string, Result<Schema, string>>();
  readonly #metas = new Metaschemas();

  get size(): number {
    return this.#schemas.size;
  }

  clear(): void {
    this.#schemas.clear();
  }

  compile(text: string): Result<Schema, string> {
    const known = this.#schemas.get(text);
    if (known !== undefined) return known;
    const compiled = compileSchema(text, this.#metas);
    this.#schemas.set(text, compiled);
    return compiled;
  }
}

/** Values as JSON; whole numbers from --set are numbers, too. */
function jsonOf(value: GoValue): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof GoInt) return value.float;
  if (value instanceof GoBoxed) return null;
  if (Array.isArray(value)) return (value as readonly GoValue[]).map(jsonOf);
  return record(Object.entries(value as GoRecord).map(([key, item]): [string, Json] => [key, jsonOf(item)]));
}

/** What one schema says about values; undefined when it is content. */
export function schemaProblem(text: string, values: GoRecord): string | undefined {
  const schema = compileSchema(text);
  if (!schema.ok) return schema.error;
  const problem = schema.value.problemOf(jsonOf(values));
  return problem === undefined ? undefined : `${problem}\n`;
}

export interface Checking {
  readonly cache: SchemaCache;
  readonly warn: Warn;
  /** How many schemas may be applied to values; absent: the default. */
  readonly steps?: number | undefined;
}

/** What the schemas say about the values, each chart's under its name; undefined when they are content. */
export function validateValues(chart: Chart, values: GoRecord, how: Checking): string | undefined {
  let text = '';
  const { name } = chart.metadata;
  if (chart.schema !== undefined) {
    const schema = how.cache.compile(chart.schema);
    const problem = schema.ok ? schema.value.problemOf(jsonOf(values), how.steps) : schema.error;
    if (schema.ok) for (const urn of schema.value.urns) warnOfUrn(urn, how.warn);
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

const warnOfUrn = (urn: string, warn: Warn): void =>
  warn('unresolved URN reference ignored; using permissive schema', { level: 'WARN', details: slogDetails({ urn }) });

const goType = (value: GoValue): string =>
  Array.isArray(value) ? '[]interface {}' : typeof value === 'number' ? 'float64' : typeof value === 'boolean' ? 'bool' : 'string';
