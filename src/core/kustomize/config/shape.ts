/**
 * JSON into the shape of a Go struct, with the errors of encoding/json. Names of fields may be written in any case; keys are visited in sorted order,
 * as sigs.k8s.io/yaml hands them over.
 */
import { type Json, type JsonObject, isObject, putKey, record } from '../../object/index.ts';
import { formatFloat } from '../../go/strconv/index.ts';
import { byCodePoint } from '../node/json.ts';
import { KustomizeError } from '../problem.ts';

export type Shape =
  | 'string'
  | 'bool'
  | 'int'
  | 'int64'
  | 'any'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly struct: string; readonly fields: { readonly [name: string]: Shape } };

export interface ShapeRules {
  /** Whether a field that is not known is an error. */
  readonly unknown: 'error' | 'ignored';
  /** Whether numbers and booleans are taken for strings where a string is wanted, as `yaml.Unmarshal` into a struct does. */
  readonly scalars: 'exact' | 'textual';
}

interface Where {
  readonly struct: string;
  readonly path: readonly string[];
  readonly rules: ShapeRules;
}

function goType(shape: Shape): string {
  if (typeof shape === 'string') return shape === 'any' ? 'interface {}' : shape;
  if ('list' in shape) return `[]${goType(shape.list)}`;
  if ('map' in shape) return `map[string]${goType(shape.map)}`;
  return `types.${shape.struct}`;
}

function jsonKind(value: Json): string {
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : Array.isArray(value) ? 'array' : 'object';
}

function mismatch(value: Json, shape: Shape, where: Where): never {
  const kind = typeof value === 'number' && (shape === 'int' || shape === 'int64') ? `number ${value}` : jsonKind(value);
  const into = where.path.length === 0 ? 'Go value of type ' : `Go struct field ${where.struct}.${where.path.join('.')} of type `;
  throw new KustomizeError(`json: cannot unmarshal ${kind} into ${into}${goType(shape)}`, { field: where.path.join('.') });
}

/** The value with known fields under their own names; nulls are left out. */
export const shaped = (value: Json, shape: Shape, rules: ShapeRules): Json => fit(value, shape, { struct: '', path: [], rules }) ?? null;

function fit(value: Json, shape: Shape, where: Where): Json | undefined {
  if (value === null) return undefined;
  if (shape === 'any') return value;
  if (typeof shape === 'string') return fitScalar(value, shape, where);
  if ('list' in shape) {
    if (!Array.isArray(value)) return mismatch(value, shape, where);
    return (value as readonly Json[]).map((item) => fit(item, shape.list, where) ?? zero(shape.list));
  }
  if (!isObject(value)) return mismatch(value, shape, where);
  return 'map' in shape ? fitMap(value, shape.map, where) : fitStruct(value, shape, where);
}

const zero = (shape: Shape): Json =>
  shape === 'string'
    ? ''
    : shape === 'bool'
      ? false
      : shape === 'int' || shape === 'int64'
        ? 0
        : typeof shape === 'object' && 'struct' in shape
          ? {}
          : null;

function fitScalar(value: Json, shape: 'string' | 'bool' | 'int' | 'int64', where: Where): Json {
  if (shape === 'string') {
    if (typeof value === 'string') return value;
    return where.rules.scalars === 'textual' && typeof value !== 'object' ? scalarText(value) : mismatch(value, shape, where);
  }
  if (shape === 'bool') return typeof value === 'boolean' ? value : mismatch(value, shape, where);
  const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  return whole ? value : mismatch(value, shape, where);
}

const scalarText = (value: Json): string =>
  typeof value === 'number' && !Number.isInteger(value) ? formatFloat(value, 'g') : String(value);

function fitMap(value: JsonObject, shape: Shape, where: Where): JsonObject {
  const result = record<Json>();
  for (const key of Object.keys(value).sort(byCodePoint)) putKey(result, key, fit(value[key] ?? null, shape, where) ?? zero(shape));
  return result;
}

function fitStruct(value: JsonObject, shape: Extract<Shape, { struct: string }>, where: Where): JsonObject {
  const result = record<Json>();
  for (const key of Object.keys(value).sort(byCodePoint)) {
    const name = Object.hasOwn(shape.fields, key) ? key : fold(shape.fields, key);
    if (name === undefined) {
      if (where.rules.unknown === 'ignored') continue;
      throw new KustomizeError(`json: unknown field ${JSON.stringify(key)}`, { field: [...where.path, key].join('.') });
    }
    const inner = { struct: shape.struct, path: [...where.path, name], rules: where.rules };
    const fitted = fit(value[key] ?? null, shape.fields[name] as Shape, inner);
    if (fitted !== undefined) putKey(result, name, fitted);
  }
  return result;
}

const fold = (fields: { readonly [name: string]: Shape }, key: string): string | undefined =>
  Object.keys(fields).find((name) => name.toLowerCase() === key.toLowerCase());
