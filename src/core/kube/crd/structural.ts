/**
 * Pruning and defaulting by a structural schema. Kubernetes: apiextensions-apiserver pkg/apiserver/schema/{pruning,defaulting,objectmeta}.
 * Objects are never changed in place; what changes nothing returns its argument.
 */
import { copyBefore, type Json, type JsonObject, isObject, record, withKey } from '../../object/index.ts';

const PRESERVE = 'x-kubernetes-preserve-unknown-fields';
const EMBEDDED = 'x-kubernetes-embedded-resource';

/** The schema of what is kept as it is. */
const ANYTHING: JsonObject = Object.freeze({ [PRESERVE]: true });

const objectFields = new Set(['apiVersion', 'kind', 'metadata']);

const schemaAt = (schemas: Json | undefined, key: string): JsonObject | undefined => {
  const found = isObject(schemas) && Object.hasOwn(schemas, key) ? schemas[key] : undefined;
  return isObject(found) ? found : undefined;
};

export interface Pruned {
  readonly value: Json;
  /** Paths of what was taken out. */
  readonly unknown: readonly string[];
}

/** Takes out fields that the schema does not declare. The root is a resource. */
export function prune(object: JsonObject, schema: JsonObject): Pruned {
  const unknown: string[] = [];
  const value = pruneValue(object, schema, { path: '', isResource: true, unknown });
  return { value, unknown };
}

interface PruneAt {
  readonly path: string;
  readonly isResource: boolean;
  readonly unknown: string[];
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

function pruneValue(value: Json, schema: JsonObject, at: PruneAt): Json {
  if (Array.isArray(value)) return pruneList(value as readonly Json[], schema, at);
  return isObject(value) ? pruneObject(value, schema, at) : value;
}

function pruneList(items: readonly Json[], schema: JsonObject, at: PruneAt): Json {
  const element: JsonObject = isObject(schema.items) ? schema.items : schema[PRESERVE] === true ? { [PRESERVE]: true } : {};
  let changed = false;
  const pruned = items.map((item, index) => {
    const isResource = element[EMBEDDED] === true;
    const next = pruneValue(item, element, { path: `${at.path}[${index}]`, isResource, unknown: at.unknown });
    changed ||= next !== item;
    return next;
  });
  return changed ? pruned : (items as Json);
}

function pruneObject(value: JsonObject, schema: JsonObject, at: PruneAt): Json {
  let result: { [key: string]: Json } | undefined;
  for (const key in value) {
    const inner = value[key];
    if (inner === undefined) continue;
    const next =
      at.isResource && objectFields.has(key) ? inner : pruneMember(inner, declaredAt(schema, key), { ...at, path: join(at.path, key) });
    if (next !== inner) result ??= copyBefore(value, key);
    if (result !== undefined && next !== undefined) result[key] = next;
  }
  return result ?? value;
}

/** What a schema says of a member; undefined: nothing, and it is taken out. */
function declaredAt(schema: JsonObject, key: string): JsonObject | undefined {
  const additional = schema.additionalProperties;
  const declared = schemaAt(schema.properties, key) ?? (isObject(additional) ? additional : undefined);
  return declared ?? (schema[PRESERVE] === true || additional === true ? ANYTHING : undefined);
}

function pruneMember(inner: Json, declared: JsonObject | undefined, at: PruneAt): Json | undefined {
  if (declared === undefined) at.unknown.push(at.path);
  else if (typeof inner === 'object') return pruneValue(inner, declared, { ...at, isResource: declared[EMBEDDED] === true });
  return declared === undefined ? undefined : inner;
}

/** What is null, may not be, and has no default is not there. Kubernetes: PruneNonNullableNullsWithoutDefaults. */
export function withoutNulls(value: Json, schema: JsonObject): Json {
  if (Array.isArray(value)) {
    const element = isObject(schema.items) ? schema.items : {};
    const items = (value as readonly Json[]).map((item) => withoutNulls(item, element));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  const { additionalProperties: additional, properties } = schema;
  let changed = false;
  const entries: [string, Json][] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const declared = schemaAt(properties, key) ?? (isObject(additional) ? additional : undefined);
    if (inner === null && declared !== undefined && declared.nullable !== true) {
      changed = true;
      continue;
    }
    const next = declared === undefined ? inner : withoutNulls(inner, declared);
    changed ||= next !== inner;
    entries.push([key, next]);
  }
  return changed ? record(entries) : value;
}

/** Fills in defaults; nulls of fields that are not nullable and have a default make room for it. */
export function applyDefaults(value: Json, schema: JsonObject): Json {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!isObject(items)) return value;
    let changed = false;
    const filled = (value as readonly Json[]).map((item) => {
      const next = item === null && items.nullable !== true && items.default !== undefined ? items.default : applyDefaults(item, items);
      changed ||= next !== item;
      return next;
    });
    return changed ? filled : value;
  }
  if (!isObject(value)) return value;
  return withAdditional(withProperties(value, schema), schema);
}

function withProperties(value: JsonObject, schema: JsonObject): JsonObject {
  if (!isObject(schema.properties)) return value;
  let result = value;
  for (const key in schema.properties) {
    const inner = schema.properties[key];
    if (!isObject(inner)) continue;
    const present = Object.hasOwn(value, key) ? value[key] : undefined;
    // Most fields of most objects are absent, and what is no object or list has nothing to fill in.
    if (inner.default === undefined && (typeof present !== 'object' || present === null)) continue;
    const missing = present === undefined || (present === null && inner.nullable !== true && inner.default !== undefined);
    const start = missing ? inner.default : present;
    if (start === undefined) continue;
    const next = applyDefaults(start, inner);
    if (next !== present) result = withKey(result, key, next);
  }
  return result;
}

function withAdditional(value: JsonObject, schema: JsonObject): JsonObject {
  const { additionalProperties: additional, properties } = schema;
  if (!isObject(additional)) return value;
  let result = value;
  for (const key in value) {
    const inner = value[key];
    if (inner === undefined || schemaAt(properties, key) !== undefined) continue;
    const missing = inner === null && additional.nullable !== true && additional.default !== undefined;
    const next = applyDefaults(missing ? (additional.default as Json) : inner, additional);
    if (next !== inner) result = withKey(result, key, next);
  }
  return result;
}
