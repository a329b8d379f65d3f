/**
 * What a strategic merge patch needs to know about a field, and the errors it gives.
 * Source: apimachinery pkg/util/strategicpatch/meta.go, pkg/util/mergepatch/errors.go.
 */
import { type Json, type JsonObject, isObject } from '../../object/index.ts';
import { formatGoValue } from '../../object/value/index.ts';
import type { TypeNode } from '../../schema/index.ts';

export const MARKER = '$patch';
export const RETAIN_KEYS = '$retainKeys';
export const DELETE_LIST = '$deleteFromPrimitiveList';
export const ELEMENT_ORDER = '$setElementOrder';

/** Absent: a document without a schema, where lists are replaced. */
export type Type = TypeNode | undefined;

/** Stops with the message the API server gives; never leaves this folder. */
export class StrategicError extends Error {}

export interface FieldMeta {
  /** The type of the field's value; for lists the type of an item. */
  readonly type: Type;
  /** `merge`, `replace`, or empty. */
  readonly strategy: string;
  readonly retainKeys: boolean;
  readonly mergeKey: string;
}

const NO_SCHEMA: FieldMeta = { type: undefined, strategy: '', retainKeys: false, mergeKey: '' };

/** What is known about a field that holds an object. */
export function objectMeta(type: Type, key: string): FieldMeta {
  if (type === undefined) return NO_SCHEMA;
  const field = type.map?.fields.get(key);
  if (field !== undefined) return { type: field.type, ...strategiesOf(field.patchStrategy), mergeKey: field.patchMergeKey };
  // A struct in Go all the same: what it holds is merged only where nothing was before.
  const opaque = type.name.endsWith('.RawExtension');
  if (!opaque && type.map?.element !== undefined) return { ...NO_SCHEMA, type: type.map.element };
  const name = type.name.slice(type.name.lastIndexOf('.') + 1);
  throw new StrategicError(`unable to find api field in struct ${name} for the json field "${key}"`);
}

/** What is known about a field that holds a list. */
export function listMeta(type: Type, key: string): FieldMeta {
  const meta = objectMeta(type, key);
  return meta.type?.list !== undefined && meta.type.jsonType === 'array' ? { ...meta, type: meta.type.list.element } : meta;
}

function strategiesOf(strategies: readonly string[]): { strategy: string; retainKeys: boolean } {
  const others = strategies.filter((strategy) => strategy !== 'retainKeys');
  const retainKeys = others.length < strategies.length;
  if (strategies.length > 2 || others.length > 1) throw new StrategicError(`unexpected patch strategy: [${strategies.join(' ')}]`);
  return { strategy: others[0] ?? '', retainKeys };
}

/** The Go type of decoded JSON, as error messages name it. */
export function goType(value: Json): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'bigint') return 'int64';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}

export const badType = (expected: string, actual: Json): StrategicError =>
  new StrategicError(`expected a ${expected}, but received a ${goType(actual)}`);

export const noMergeKey = (item: JsonObject, key: string): StrategicError =>
  new StrategicError(`map: ${formatGoValue(item)} does not contain declared merge key: ${key}`);

export const badPatchType = (directive: Json, patch: JsonObject): StrategicError =>
  new StrategicError(`unknown patch type: ${formatGoValue(directive)} in map: ${formatGoValue(patch)}`);

export const asObject = (value: Json): JsonObject => {
  if (!isObject(value)) throw badType('map[string]interface {}', value);
  return value;
};

export const asList = (value: Json): readonly Json[] => {
  if (!Array.isArray(value)) throw badType('[]interface {}', value);
  return value;
};

/** The Go type all items have; lists of lists, of several types, or without items are refused. */
export function itemType(...lists: readonly (readonly Json[])[]): string {
  let type: string | undefined;
  for (const item of lists.flat(1)) {
    const current = goType(item as Json);
    if (current === '[]interface {}') throw new StrategicError('lists of lists are not supported');
    if (type !== undefined && type !== current) {
      throw new StrategicError(`list element types are not identical: [${lists.map((list) => formatGoValue([...list])).join(' ')}]`);
    }
    type = current;
  }
  if (type === undefined) throw new StrategicError('no elements in any of the given slices');
  return type;
}

export const MAP_TYPE = 'map[string]interface {}';

/** The value of an item's merge key; it must have one. */
export function keyOf(item: Json, mergeKey: string): Json {
  const object = asObject(item);
  const value = Object.hasOwn(object, mergeKey) ? object[mergeKey] : undefined;
  if (value === undefined) throw noMergeKey(object, mergeKey);
  return value;
}
