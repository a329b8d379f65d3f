/** Uniqueness in set and map lists. Kubernetes: apiextensions-apiserver pkg/apiserver/schema/listtype/validation.go. */
import { type Json, type JsonObject, getKey, isObject } from '../../object/index.ts';
import { type FieldError, fieldError, goValue, quote } from '../status/index.ts';
import { sameJson } from '../json/index.ts';

/** Go's `%#v` of the key fields of an item. */
const goKeys = (item: JsonObject, keys: readonly string[]): string =>
  `map[string]interface {}{${keys
    .filter((key) => item[key] !== undefined)
    .sort()
    .map((key) => `${quote(key)}:${goValue(item[key])}`)
    .join(', ')}}`;

function duplicates(items: readonly Json[], schema: JsonObject, path: string): readonly FieldError[] {
  const kind = schema['x-kubernetes-list-type'];
  if (kind !== 'set' && kind !== 'map') return [];
  const keys = Array.isArray(schema['x-kubernetes-list-map-keys']) ? schema['x-kubernetes-list-map-keys'].map(String) : [];
  const part = (item: Json): Json =>
    kind === 'map' && isObject(item) ? Object.fromEntries(keys.map((key) => [key, item[key] ?? null])) : item;
  const errors: FieldError[] = [];
  const seen: Json[] = [];
  for (const [index, item] of items.entries()) {
    const own = part(item);
    if (seen.some((other) => sameJson(other, own))) {
      const field = `${path}[${index}]`;
      errors.push(
        kind === 'map' && isObject(item)
          ? fieldError.raw('Duplicate', field, `Duplicate value: ${goKeys(item, keys)}`)
          : fieldError.duplicate(field, item),
      );
    } else seen.push(own);
  }
  return errors;
}

/** Duplicate errors anywhere in a value but where it is the same value as in `old`. */
export function listErrors(value: Json, schema: JsonObject, old?: Json, path = ''): readonly FieldError[] {
  if (value === old) return [];
  const child = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const below = schema.items;
    return [
      ...duplicates(items, schema, path),
      ...(isObject(below) ? items.flatMap((item, index) => listErrors(item, below, undefined, `${path}[${index}]`)) : []),
    ];
  }
  if (!isObject(value)) return [];
  const errors: FieldError[] = [];
  for (const key in value) {
    const inner = value[key];
    if (typeof inner !== 'object' || inner === null) continue;
    const declared =
      isObject(schema.properties) && Object.hasOwn(schema.properties, key) ? schema.properties[key] : schema.additionalProperties;
    if (isObject(declared)) errors.push(...listErrors(inner, declared, isObject(old) ? getKey(old, key) : undefined, child(key)));
  }
  return errors;
}
