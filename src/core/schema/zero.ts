/**
 * What a Go struct looks like when it is written as JSON: fields that are not `omitempty` are there even if nobody set them.
 * In OpenAPI such fields are those with a default of `{}`, `""`, `0` or `false` (kube-openapi pkg/generators, mustEnforceDefault) and required
 * fields without a default (pointers, lists, maps: null). Built-in kinds pass through Go structs, so ownership and comparison see these fields.
 */
import { type Json, type JsonObject, isObject, record } from '../object/index.ts';
import { alwaysWritten, leftOut } from './written.table.ts';
import type { FieldType, MapType, TypeNode } from './types.ts';

const META_TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';
const MAX_DEPTH = 20;

/** The JSON of a type's zero value, for example `{"metadata":{"creationTimestamp":null},"spec":{…},"status":{}}` for a Deployment. */
export const zeroValue = (type: TypeNode): Json => zeroOf(type, 0);

function zeroOf(type: TypeNode, depth: number): Json {
  if (type.map === undefined || type.scalar !== undefined || depth > MAX_DEPTH) return {};
  const result = record();
  for (const field of type.map.fields.values()) {
    // What is null at the top is left out of comparisons altogether.
    const empty = depth > 0 && alwaysWritten.get(type.name)?.has(field.name) === true ? null : undefined;
    const value = zeroField(field, type.map, depth);
    const written = value === undefined ? empty : leftOut.get(type.name)?.has(field.name) === true ? undefined : value;
    if (written !== undefined) result[field.name] = written;
  }
  return result;
}

/** The value an unset field is written with; undefined when it is left out. */
function zeroField(field: FieldType, map: MapType, depth: number): Json | undefined {
  const { default: def, type } = field;
  // metav1.Time is a struct, so `omitempty` does not omit it; it writes itself as null. Only creationTimestamp is not a pointer.
  if (type.name === META_TIME) return field.name === 'creationTimestamp' || map.required.includes(field.name) ? null : undefined;
  if (isObject(def)) return Object.keys(def).length === 0 && type.map !== undefined ? zeroOf(type, depth + 1) : undefined;
  if (def === '' || def === 0 || def === false) return def;
  if (def === undefined && map.required.includes(field.name)) return null;
  return undefined;
}

/**
 * The object as a Go struct would write it: fields that are always written are added, optional fields that are null are dropped.
 * Returns its argument when nothing is missing.
 */
export function fillZero(value: Json, type: TypeNode): Json {
  if (Array.isArray(value)) return type.list === undefined ? value : fillItems(value, type.list.element);
  return isObject(value) && type.map !== undefined && type.scalar === undefined ? fillFields(value, type.map) : value;
}

function fillItems(items: readonly Json[], element: TypeNode): Json {
  const filled = items.map((item) => fillZero(item, element));
  return filled.every((item, index) => item === items[index]) ? (items as Json) : filled;
}

function fillFields(value: JsonObject, map: MapType): Json {
  const result = record();
  let changed = false;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const field = map.fields.get(name);
    const type = field?.type ?? map.element;
    const zero = member === null && field !== undefined ? zeroField(field, map, 0) : undefined;
    if (member === null && field !== undefined && zero === undefined) {
      changed = true;
      continue;
    }
    const next = member === null ? (zero ?? null) : type === undefined ? member : fillZero(member, type);
    changed ||= next !== member;
    result[name] = next;
  }
  for (const field of map.fields.values()) {
    if (Object.hasOwn(value, field.name)) continue;
    const zero = zeroField(field, map, 0);
    if (zero === undefined) continue;
    result[field.name] = zero;
    changed = true;
  }
  return changed ? result : value;
}
