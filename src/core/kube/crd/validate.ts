/**
 * Validation of a value against an OpenAPI schema with the texts of the real server.
 * Kubernetes: kube-openapi pkg/validation, apiextensions-apiserver pkg/apiserver/validation. Patterns are Go's (RE2).
 */
import { RE2JS } from 're2js';
import { type Json, type JsonObject, getKey, isObject, record } from '../../object/index.ts';
import { type FieldError, fieldError, quote } from '../status/index.ts';
import { sameJson } from '../json/index.ts';
import { formatHolds } from './formats.ts';

/** Compiled patterns, kept by whoever validates often. */
export type PatternCache = Map<string, RE2JS | undefined>;

interface At {
  /** `spec.items[0]`; empty at the root. */
  readonly path: string;
  readonly patterns: PatternCache;
  readonly errors: FieldError[];
  /** What was there before. */
  readonly old?: Json | undefined;
}

const typeOf = (value: Json): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value;
};

/** The path as it stands in messages; the root has no name. */
const shown = (path: string): string => (path === '' ? '' : `${path} in body `);
const named = (path: string): string => (path === '' ? '<nil>' : path);

const numbers = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);

const INT_OR_STRING: readonly string[] = ['integer', 'string'];

function typesOf(schema: JsonObject): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return INT_OR_STRING;
  return typeof schema.type === 'string' && schema.type !== '' ? [schema.type] : [];
}

/** All errors of a value. What is the same value as in `old` was looked at when it came. */
export function schemaErrors(value: Json, schema: JsonObject, patterns: PatternCache, old?: Json): readonly FieldError[] {
  const errors: FieldError[] = [];
  check(value, schema, old === undefined ? { path: '', patterns, errors } : { path: '', patterns, errors, old });
  return errors;
}

function check(value: Json, schema: JsonObject, at: At): void {
  if (typeof value === 'object' && value === at.old) return;
  if (value === null && schema.nullable === true) return;
  checkType(value, schema, at);
  checkCombinations(value, schema, at);
  if (typeof value === 'string') checkText(value, schema, at);
  if (typeof value === 'number' || typeof value === 'bigint') checkNumber(Number(value), schema, at);
  if (Array.isArray(value)) checkList(value as readonly Json[], schema, at);
  if (Array.isArray(schema.enum) && !schema.enum.some((allowed) => sameJson(allowed as Json, value))) {
    const allowed = schema.enum.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
    at.errors.push(fieldError.notSupported(named(at.path), value, allowed));
  }
  if (isObject(value)) checkObject(value, schema, at);
}

function checkType(value: Json, schema: JsonObject, at: At): void {
  const actual = typeOf(value);
  if (schema.type === actual && schema['x-kubernetes-int-or-string'] !== true) return;
  const types = typesOf(schema);
  if (types.length === 0) return;
  const fits = types.includes(actual) || (actual === 'integer' && types.includes('number'));
  if (fits) return;
  const where = at.path === '' ? ' in body' : `${at.path} in body`;
  at.errors.push(fieldError.typeInvalid(named(at.path), actual, `${where} must be of type ${types.join(',')}: ${quote(actual)}`));
}

const listOf = (schema: JsonObject, key: string): readonly JsonObject[] => {
  const found = schema[key];
  return Array.isArray(found) ? found.filter(isObject) : [];
};

const errorsOf = (value: Json, schema: JsonObject, at: At): readonly FieldError[] => {
  const inner: At = { ...at, errors: [] };
  check(value, schema, inner);
  return inner.errors;
};

const combines = ({ anyOf, oneOf, allOf, not }: JsonObject): boolean =>
  anyOf !== undefined || oneOf !== undefined || allOf !== undefined || not !== undefined;

function checkCombinations(value: Json, schema: JsonObject, at: At): void {
  if (!combines(schema)) return;
  const fail = (text: string): void => void at.errors.push(fieldError.invalid('<nil>', '', `${quote(at.path)} must ${text}`));
  const any = listOf(schema, 'anyOf').map((option) => errorsOf(value, option, at));
  if (any.length > 0 && any.every((errors) => errors.length > 0)) {
    fail('validate at least one schema (anyOf)');
    at.errors.push(...fewest(any));
  }
  const one = listOf(schema, 'oneOf').map((option) => errorsOf(value, option, at));
  const holding = one.filter((errors) => errors.length === 0).length;
  if (one.length > 0 && holding !== 1) {
    fail(`validate one and only one schema (oneOf). ${holding === 0 ? 'Found none valid' : `Found ${holding} valid alternatives`}`);
    if (holding === 0) at.errors.push(...fewest(one));
  }
  const all = listOf(schema, 'allOf').map((option) => errorsOf(value, option, at));
  const failing = all.filter((errors) => errors.length > 0);
  if (failing.length > 0) {
    at.errors.push(...failing.flat());
    fail(`validate all the schemas (allOf)${failing.length === all.length ? '. None validated' : ''}`);
  }
  if (isObject(schema.not) && errorsOf(value, schema.not, at).length === 0) fail('not validate the schema (not)');
}

const fewest = (options: readonly (readonly FieldError[])[]): readonly FieldError[] =>
  options.reduce((best, errors) => (errors.length < best.length ? errors : best));

function checkText(value: string, schema: JsonObject, at: At): void {
  const { path } = at;
  const max = numbers(schema.maxLength);
  const min = numbers(schema.minLength);
  // Characters are counted where it matters: there are never more of them than units, nor less than half as many.
  const length = value.length > (max ?? Infinity) || value.length < (min ?? 0) * 2 ? [...value].length : value.length;
  // The first that is broken is told, a format beside it.
  if (max !== undefined && length > max) at.errors.push(fieldError.tooLong(named(path), max));
  else if (min !== undefined && length < min)
    at.errors.push(fieldError.invalid(named(path), value, `${shown(path)}should be at least ${min} chars long`));
  else if (typeof schema.pattern === 'string' && schema.pattern !== '') {
    const pattern = compiled(schema.pattern, at.patterns);
    if (pattern?.matcher(value).find() !== true)
      at.errors.push(fieldError.invalid(named(path), value, `${shown(path)}should match '${schema.pattern}'`));
  }
  if (typeof schema.format === 'string' && !formatHolds(schema.format, value)) {
    at.errors.push(fieldError.typeInvalid(named(path), value, `${shown(path)}must be of type ${schema.format}: ${quote(value)}`));
  }
}

/** Whether Go would take it as a regular expression. */
export const isPattern = (pattern: string): boolean => compiled(pattern, new Map()) !== undefined;

/** Go's words about one that it does not take. */
export function patternProblem(pattern: string): string {
  try {
    RE2JS.compile(pattern);
    return '';
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return said.startsWith('error parsing regexp') ? said : `error parsing regexp: ${said}`;
  }
}

function compiled(pattern: string, cache: PatternCache): RE2JS | undefined {
  if (cache.has(pattern)) return cache.get(pattern);
  let made: RE2JS | undefined;
  try {
    made = RE2JS.compile(pattern);
  } catch {
    made = undefined;
  }
  cache.set(pattern, made);
  return made;
}

function checkNumber(value: number, schema: JsonObject, at: At): void {
  const { path } = at;
  const maximum = numbers(schema.maximum);
  const minimum = numbers(schema.minimum);
  const multiple = numbers(schema.multipleOf);
  const bad = (text: string): void => void at.errors.push(fieldError.invalid(named(path), value, `${shown(path)}${text}`));
  if (multiple !== undefined && multiple > 0 && !Number.isInteger(Number((value / multiple).toPrecision(12))))
    bad(`should be a multiple of ${multiple}`);
  if (maximum !== undefined && (schema.exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    bad(`should be less than ${schema.exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`);
  }
  if (minimum !== undefined && (schema.exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    bad(`should be greater than ${schema.exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`);
  }
}

function checkList(items: readonly Json[], schema: JsonObject, at: At): void {
  const { path } = at;
  if (isObject(schema.items)) {
    for (const [index, item] of items.entries())
      check(item, schema.items, { path: `${path}[${index}]`, patterns: at.patterns, errors: at.errors });
  }
  const max = numbers(schema.maxItems);
  const min = numbers(schema.minItems);
  if (min !== undefined && items.length < min) {
    at.errors.push(fieldError.invalid(named(path), items.length, `${shown(path)}should have at least ${min} items`));
  }
  if (max !== undefined && items.length > max) at.errors.push(fieldError.tooMany(named(path), items.length, max));
}

function checkObject(value: JsonObject, schema: JsonObject, at: At): void {
  const { path } = at;
  const keys = Object.keys(value);
  if (keys.some((key) => value[key] === undefined)) return checkObject(withoutAbsent(value), schema, at);
  const min = numbers(schema.minProperties);
  const max = numbers(schema.maxProperties);
  if (min !== undefined && keys.length < min) {
    at.errors.push(fieldError.invalid(named(path), keys.length, `${shown(path)}should have at least ${min} properties`));
    return;
  }
  if (max !== undefined && keys.length > max) {
    at.errors.push(fieldError.tooMany(named(path), keys.length, max));
  }
  const child = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (schema['x-kubernetes-embedded-resource'] === true)
    for (const key of ['apiVersion', 'kind']) if (!keys.includes(key)) at.errors.push(fieldError.required(child(key), 'must not be empty'));
  const properties = isObject(schema.properties) ? schema.properties : {};
  const additional = schema.additionalProperties;
  const old = isObject(at.old) ? at.old : undefined;
  for (const key of keys) {
    const declared = Object.hasOwn(properties, key) ? properties[key] : isObject(additional) ? additional : undefined;
    if (!isObject(declared)) continue;
    const before = old === undefined ? undefined : getKey(old, key);
    check(value[key] as Json, declared, { path: child(key), patterns: at.patterns, errors: at.errors, old: before });
  }
  for (const key of Array.isArray(schema.required) ? schema.required : []) {
    if (typeof key === 'string' && !Object.hasOwn(value, key)) at.errors.push(fieldError.required(child(key), ''));
  }
}

const withoutAbsent = (value: JsonObject): JsonObject =>
  record(Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined));
